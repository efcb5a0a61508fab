"""Documents over HTTP: their rows, their bytes, and what the demo's files are."""

from typing import Any

import httpx2
import pytest

from assembla_emulator.app import Emulator
from assembla_emulator.factories.documents import add_document, attach_document
from assembla_emulator.factories.tickets import add_ticket, tickets

DOCUMENTS = "/spaces/harbour-app/documents"


async def files_of(http: httpx2.AsyncClient, space: str = "harbour-app") -> dict[str, dict[str, Any]]:
    return {row["filename"]: row for row in (await http.get(f"/spaces/{space}/documents?per_page=100")).json()}


async def content_of(http: httpx2.AsyncClient, filename: str) -> bytes:
    document = (await files_of(http))[filename]
    return (await http.get(f"{DOCUMENTS}/{document['id']}/download")).content


async def test_documents_are_listed_in_pages(http: httpx2.AsyncClient) -> None:
    first = (await http.get("/spaces/lighthouse/documents?per_page=100")).json()
    second = (await http.get("/spaces/lighthouse/documents?per_page=100&page=2")).json()
    assert (len(first), len(second)) == (100, 10)
    assert len({row["id"] for row in first + second}) == 110


async def test_document_is_found_by_id_in_its_own_space(http: httpx2.AsyncClient) -> None:
    document = (await files_of(http))["README.md"]
    assert (await http.get(f"{DOCUMENTS}/{document['id']}.json")).json() == document
    assert (await http.get(f"/spaces/lighthouse/documents/{document['id']}")).status_code == 404
    assert (await http.get(f"{DOCUMENTS}/nothing/download")).status_code == 404


async def test_download_is_the_bytes_as_an_attachment_of_no_known_type(http: httpx2.AsyncClient) -> None:
    document = (await files_of(http))["screenshot.png"]
    answer = await http.get(f"{DOCUMENTS}/{document['id']}/download")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == 'attachment; filename="screenshot.png"'
    assert answer.content.startswith(b"\x89PNG")
    assert len(answer.content) == document["filesize"]


async def test_name_that_is_not_ascii_is_sent_encoded_too(http: httpx2.AsyncClient) -> None:
    document = (await files_of(http))["Liegeplätze Überblick.txt"]
    disposition = (await http.get(f"{DOCUMENTS}/{document['id']}/download")).headers["content-disposition"]
    assert disposition == (
        "attachment; filename=\"Liegepl_tze _berblick.txt\"; filename*=UTF-8''Liegepl%C3%A4tze%20%C3%9Cberblick.txt"
    )


async def test_every_filesize_is_that_of_the_bytes(http: httpx2.AsyncClient) -> None:
    for document in (await files_of(http)).values():
        answer = await http.get(f"{DOCUMENTS}/{document['id']}/download")
        assert len(answer.content) == document["filesize"], document["filename"]


async def test_one_file_is_larger_than_five_megabytes(http: httpx2.AsyncClient) -> None:
    assert (await files_of(http))["pier-scan.bin"]["filesize"] > 5_000_000


@pytest.mark.parametrize(
    ("filename", "begins"),
    [
        ("README.md", b"# Harbour app"),
        ("berths.csv", b"berth,length_m,pier"),
        ("settings.json", b"{"),
        ("broken.png", b"not a picture"),
        ("alte-preise.txt", b"Gr\xf6\xdfe"),
        ("mail.html", b"<script>"),
        ("empty.txt", b""),
        ("../../etc/passwd", b""),
    ],
)
async def test_demo_has_files_of_several_kinds(http: httpx2.AsyncClient, filename: str, begins: bytes) -> None:
    assert (await content_of(http, filename)).startswith(begins)


async def test_drawings_and_documents_for_printing_are_elsewhere(http: httpx2.AsyncClient) -> None:
    assert (await files_of(http, "brand-handbook"))["logo.svg"]["content_type"] == "image/svg+xml"
    assert (await files_of(http, "tidewater-billing"))["invoice-2026-0412.pdf"]["content_type"] == "application/pdf"


async def test_attachments_name_a_ticket_by_its_id(emulator: Emulator, http: httpx2.AsyncClient) -> None:
    files = await files_of(http)
    space = emulator.database.find_space("harbour-app") or {}
    ticket = tickets(emulator.database).first(space_id=space["id"], number=1)
    assert ticket is not None
    attached = files["screenshot.png"]
    assert (attached["attachable_type"], attached["attachable_id"]) == ("Ticket", ticket["id"])
    assert attached["ticket_id"] == ticket["id"]
    milestone = files["release-notes-2.1.txt"]
    assert (milestone["attachable_type"], milestone["ticket_id"]) == ("Milestone", None)
    assert isinstance(milestone["attachable_id"], int)
    thread = files["Liegeplätze Überblick.txt"]
    assert (thread["attachable_type"], thread["attachable_id"]) == ("Flow", None)
    assert len(thread["attachable_guid"]) == 22


def test_without_tickets_nothing_hangs_on_them() -> None:
    database = Emulator(tickets=0).database
    for document in database.table("documents").where(attachable_type="Ticket"):
        assert tickets(database).get(document["ticket_id"])


async def test_space_without_files_says_so(http: httpx2.AsyncClient) -> None:
    assert (await http.get("/spaces/weekend-robots/documents")).text == "Tool not found"


async def test_documents_can_be_added(emulator: Emulator, http: httpx2.AsyncClient) -> None:
    database = emulator.database
    space = database.add_space(wiki_name="mine", tools=["files", "tickets"])
    ticket = add_ticket(database, space["id"], "With a file")
    add_document(database, space, 'a "b".bin', lambda: b"12345", filesize=5)
    attach_document(database, space, ticket, "c.txt", b"123", content_type="text/plain")
    lazy, attached = (await http.get("/spaces/mine/documents")).json()
    answer = await http.get(f"/spaces/mine/documents/{lazy['id']}/download")
    assert answer.content == b"12345"
    assert answer.headers["content-disposition"].startswith('attachment; filename="a _b_.bin"; filename*=')
    assert (attached["ticket_id"], attached["filesize"]) == (ticket["id"], 3)
