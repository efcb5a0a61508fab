"""The documents: files of several kinds, some of them on tickets and milestones. The larger ones are made on demand."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from assembla_emulator import deterministic
from assembla_emulator.database.database import Database
from assembla_emulator.database.tables import Row
from assembla_emulator.demo import file_contents, untrusted_text
from assembla_emulator.demo.teams import team_of
from assembla_emulator.factories.documents import add_document
from assembla_emulator.factories.milestones import milestones
from assembla_emulator.factories.tickets import tickets

Content = bytes | Callable[[], bytes]


@dataclass(frozen=True)
class File:
    """A document to add. It may be attached to a ticket, by number, or to a milestone, by its place in the list."""

    name: str
    content_type: str
    content: Content
    ticket: int | None = None
    milestone: int | None = None
    fields: dict[str, Any] = field(default_factory=dict)


THUMBNAIL = {"has_thumbnail": True}
REPORTS = 110  # in one space, more than one page of the list, however large it is asked for


def add_documents(database: Database) -> None:
    """All of them. Tickets and milestones must be there before what is attached to them."""
    for wiki_name, documents in _by_space(database.seed).items():
        space = database.find_space(wiki_name) or {}
        team = team_of(database, space)
        for number, file in enumerate(documents):
            author = deterministic.choice(team, database.seed, "file", file.name, number)["id"]
            made = database.days_ago(3 + 1.7 * number)
            common = {"created_by": author, "created_at": made} | _attached(database, space, file) | file.fields
            add_document(database, space, file.name, file.content, file.content_type, **common)


def _attached(database: Database, space: Row, file: File) -> Row:
    """What the document is attached to; nothing where that does not exist."""
    if file.ticket is not None:
        ticket = tickets(database).first(space_id=space["id"], number=file.ticket)
        return _attachment("Ticket", ticket) | {"ticket_id": ticket and ticket["id"]}
    if file.milestone is not None:
        return _attachment(
            "Milestone", dict(enumerate(milestones(database).where(space_id=space["id"]))).get(file.milestone)
        )
    return {}


def _attachment(kind: str, row: Row | None) -> Row:
    return {} if row is None else {"attachable_type": kind, "attachable_id": row["id"]}


def _by_space(seed: int) -> dict[str, list[File]]:
    return {
        "harbour-app": [*_texts(seed), *_pictures(), *_heavy(seed), *_odd(seed)],
        "lighthouse": [_report(seed, number) for number in range(1, REPORTS + 1)],
        "tidewater-billing": [
            File("invoice-2026-0412.pdf", "application/pdf", file_contents.pdf(seed, "invoice"), ticket=2),
            File("ledger.csv", "text/csv", file_contents.csv_rows(seed, 400), milestone=0),
        ],
        "brand-handbook": [
            File("logo.svg", "image/svg+xml", file_contents.svg(seed), fields={"cached_tag_list": "logo,print"}),
            File(
                "logo-small.png", "image/png", file_contents.png("logo"), fields={"has_thumbnail": True, "version": 3}
            ),
        ],
        "open-tide-tables": [File("stations.json", "application/json", file_contents.settings(seed), ticket=1)],
        "harbour-website": [File("sitemap-2019.xml", "text/xml", b"<?xml version='1.0'?><urlset/>")],
        "project-template": [File("checklist.md", "text/x-markdown", file_contents.markdown(seed, "Checklist"))],
    }


def _texts(seed: int) -> list[File]:
    return [
        File("release-notes-2.1.txt", "text/plain", file_contents.text(seed, "2.1"), milestone=1),
        File("README.md", "text/markdown", file_contents.markdown(seed, "Harbour app")),
        File("berths.csv", "text/csv", file_contents.csv_rows(seed, 60), ticket=3),
        File("settings.json", "application/json", file_contents.settings(seed), ticket=5),
        File("fix-rounding.patch", "text/x-diff", b"--- a/prices.kt\n+++ b/prices.kt\n@@ -1 +1 @@\n-down\n+half\n", 5),
        File("alte-preise.txt", "text/plain", file_contents.latin1(), fields={"description": "From the old system"}),
        File("crash.log", "application/octet-stream", file_contents.log_lines(seed, "crash", 60), ticket=7),
        File("sync.rb", "application/x-ruby", b"# frozen_string_literal: true\nputs :synced\n"),
    ]


def _pictures() -> list[File]:
    return [
        File("screenshot.png", "image/png", file_contents.png("screenshot"), ticket=1, fields=THUMBNAIL),
        File("screenshot-2.png", "image/jpg", file_contents.png("second"), ticket=1, fields=THUMBNAIL | {"version": 2}),
        File("broken.png", "image/png", b"not a picture at all\n", ticket=3),
    ]


def _heavy(seed: int) -> list[File]:
    large = {"filesize": file_contents.LARGE_BYTES}
    return [
        File("pier-scan.bin", "application/octet-stream", file_contents.lazily_large("scan"), fields=large),
        File("film.mp4", "video/mp4", file_contents.lazily_large("film"), ticket=7, fields=large),
        File("trace.log", "text/plain", file_contents.log_lines(seed, "trace", 1500), ticket=11),
    ]


def _odd(seed: int) -> list[File]:
    described = {"description": untrusted_text.EVERYTHING}
    thread = {"attachable_type": "Flow", "attachable_guid": "dFlow-of-the-demo_thre"}
    return [
        File("empty.txt", "text/plain", b""),
        File("../../etc/passwd", "text/plain", file_contents.text(seed, "traversal", 1)),
        File(untrusted_text.BACKWARDS, "application/x-msdownload", b"MZ", fields=described),
        File("mail.html", "text/html", untrusted_text.HTML.encode(), ticket=2, fields={"name": untrusted_text.ORDERS}),
        File("Liegeplätze Überblick.txt", "text/plain", file_contents.text(seed, "berths", 2), fields=thread),
    ]


def _report(seed: int, number: int) -> File:
    ticket = number if number < 6 else None
    return File(f"feed-report-{number:03}.txt", "text/plain", file_contents.text(seed, f"report {number}", 1), ticket)
