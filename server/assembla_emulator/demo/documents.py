"""The documents: files of several kinds, some of them on tickets and milestones. The larger ones are made on demand."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from assembla_emulator.database import Database
from assembla_emulator.demo import files, hostile
from assembla_emulator.demo.prose import pick
from assembla_emulator.demo.teams import team_of
from assembla_emulator.factories.documents import add_document
from assembla_emulator.factories.milestones import milestones
from assembla_emulator.factories.tickets import tickets
from assembla_emulator.tables import Row

Content = bytes | Callable[[], bytes]


@dataclass(frozen=True)
class File:
    """A document to be: where it hangs is a ticket's number, or the milestone that comes so many after the first."""

    name: str
    content_type: str
    content: Content
    ticket: int | None = None
    milestone: int | None = None
    fields: dict[str, Any] = field(default_factory=dict)


REPORTS = 110  # in one space, more than one page of the list, however large it is asked for


def add_documents(database: Database) -> None:
    """All of them. Tickets and milestones must be there before what hangs on them."""
    for wiki_name, documents in _by_space(database.seed).items():
        space = database.find_space(wiki_name) or {}
        team = team_of(database, space)
        for number, file in enumerate(documents):
            author = pick(team, database.seed, "file", file.name, number)["id"]
            made = database.days_ago(3 + 1.7 * number)
            common = {"created_by": author, "created_at": made} | _hung(database, space, file) | file.fields
            add_document(database, space, file.name, file.content, file.content_type, **common)


def _hung(database: Database, space: Row, file: File) -> Row:
    """What the document hangs on; on nothing where that is not there."""
    if file.ticket is not None:
        ticket = tickets(database).first(space_id=space["id"], number=file.ticket)
        return _on("Ticket", ticket) | {"ticket_id": ticket and ticket["id"]}
    if file.milestone is not None:
        return _on("Milestone", dict(enumerate(milestones(database).where(space_id=space["id"]))).get(file.milestone))
    return {}


def _on(kind: str, row: Row | None) -> Row:
    return {} if row is None else {"attachable_type": kind, "attachable_id": row["id"]}


def _by_space(seed: int) -> dict[str, list[File]]:
    return {
        "harbour-app": [*_texts(seed), *_pictures(), *_heavy(seed), *_odd(seed)],
        "lighthouse": [_report(seed, number) for number in range(1, REPORTS + 1)],
        "tidewater-billing": [
            File("invoice-2026-0412.pdf", "application/pdf", files.pdf(seed, "invoice"), ticket=2),
            File("ledger.csv", "text/csv", files.csv_rows(seed, 400), milestone=0),
        ],
        "brand-handbook": [
            File("logo.svg", "image/svg+xml", files.svg(seed), fields={"cached_tag_list": "logo,print"}),
            File("logo-small.png", "image/png", files.png("logo"), fields={"has_thumbnail": True, "version": 3}),
        ],
        "open-tide-tables": [File("stations.json", "application/json", files.settings(seed), ticket=1)],
        "harbour-website": [File("sitemap-2019.xml", "text/xml", b"<?xml version='1.0'?><urlset/>")],
        "project-template": [File("checklist.md", "text/x-markdown", files.markdown(seed, "Checklist"))],
    }


def _texts(seed: int) -> list[File]:
    return [
        File("release-notes-2.1.txt", "text/plain", files.text(seed, "2.1"), milestone=1),
        File("README.md", "text/markdown", files.markdown(seed, "Harbour app")),
        File("berths.csv", "text/csv", files.csv_rows(seed, 60), ticket=3),
        File("settings.json", "application/json", files.settings(seed), ticket=5),
        File("fix-rounding.patch", "text/x-diff", b"--- a/prices.kt\n+++ b/prices.kt\n@@ -1 +1 @@\n-down\n+half\n", 5),
        File("alte-preise.txt", "text/plain", files.latin1(), fields={"description": "From the old system"}),
        File("crash.log", "application/octet-stream", files.log_lines(seed, "crash", 60), ticket=7),
        File("sync.rb", "application/x-ruby", b"# frozen_string_literal: true\nputs :synced\n"),
    ]


def _pictures() -> list[File]:
    shown = {"has_thumbnail": True}
    return [
        File("screenshot.png", "image/png", files.png("screenshot"), ticket=1, fields=shown),
        File("screenshot-2.png", "image/jpg", files.png("second"), ticket=1, fields=shown | {"version": 2}),
        File("broken.png", "image/png", b"not a picture at all\n", ticket=3),
    ]


def _heavy(seed: int) -> list[File]:
    large = {"filesize": files.LARGE_BYTES}
    return [
        File("pier-scan.bin", "application/octet-stream", files.lazily_large("scan"), fields=large),
        File("film.mp4", "video/mp4", files.lazily_large("film"), ticket=7, fields=large),
        File("trace.log", "text/plain", files.log_lines(seed, "trace", 1500), ticket=11),
    ]


def _odd(seed: int) -> list[File]:
    thread = {"attachable_type": "Flow", "attachable_guid": "dFlow-of-the-demo_thre"}
    return [
        File("empty.txt", "text/plain", b""),
        File("../../etc/passwd", "text/plain", files.text(seed, "traversal", 1)),
        File(hostile.BACKWARDS, "application/x-msdownload", b"MZ", fields={"description": hostile.EVERYTHING}),
        File("mail.html", "text/html", hostile.HTML.encode(), ticket=2, fields={"name": hostile.ORDERS}),
        File("Liegeplätze Überblick.txt", "text/plain", files.text(seed, "berths", 2), fields=thread),
    ]


def _report(seed: int, number: int) -> File:
    ticket = number if number < 6 else None
    return File(f"feed-report-{number:03}.txt", "text/plain", files.text(seed, f"report {number}", 1), ticket)
