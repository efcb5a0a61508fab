"""Documents through a real MCP client: what is shown of them, and what is not even loaded."""

import base64
import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from mcp import Client
from mcp.types import CallToolResult, ImageContent, ResourceLink

from assembla_emulator.app import Emulator
from assembla_emulator.database.tables import Row
from assembla_emulator.factories.documents import add_document, attach_document, content_of, documents
from assembla_emulator.factories.tickets import tickets
from assembla_emulator.faults.plan import Fault
from assembla_emulator.faults.redirects import MovedToStorage
from assembla_emulator.http.storage_host import StorageHost
from assembla_tools import catalogue
from assembla_tools.catalog.documents.file_kinds import guess
from harness import ask, assistant, refusal, walk

SPACE = "harbour-app"


@pytest.fixture
def emulator() -> Emulator:
    return Emulator(rate=None, tickets=60)


def space_of(emulator: Emulator, name: str = SPACE) -> Row:
    return emulator.database.find_space(name) or {}


def row_of(emulator: Emulator, filename: str, space: str = SPACE) -> Row:
    return documents(emulator.database).first(space_id=space_of(emulator, space)["id"], filename=filename) or {}


def put(emulator: Emulator, filename: str, content: bytes, content_type: str, **fields: Any) -> str:
    return str(add_document(emulator.database, space_of(emulator), filename, content, content_type, **fields)["id"])


async def read(mcp: Client, id: str, **more: Any) -> tuple[dict[str, Any], list[Any]]:
    """The metadata, and what stands behind the text."""
    result = await mcp.call_tool("get_document", {"space": SPACE, "id": id, **more})
    assert isinstance(result, CallToolResult)
    assert not result.is_error, result.content
    structured: dict[str, Any] = result.structured_content
    return structured, result.content[1:]


def downloads(emulator: Emulator) -> list[str]:
    return [seen.path for seen in emulator.requests if "/download" in seen.path]


@pytest.mark.endpoints(70, 71)
async def test_a_text_file_comes_with_what_is_known_about_it(emulator: Emulator) -> None:
    row = row_of(emulator, "settings.json")
    async with assistant(emulator) as mcp:
        found = await ask(mcp, "get_document", space=SPACE, id=row["id"])
    uploader = emulator.database.users.get(row["created_by"]) or {}
    text = content_of(row).decode()
    assert found == {
        "id": row["id"],
        "name": "settings.json",
        "filename": "settings.json",
        "content_type": "application/json",
        "size_bytes": len(text),
        "description": None,
        "tags": [],
        "version": 1,
        "attached_to": "ticket",
        "ticket": 5,
        "uploader": {"id": uploader["id"], "login": uploader["login"], "name": uploader["name"]},
        "created_at": found["created_at"],
        "updated_at": found["updated_at"],
        "content": "text",
        "note": None,
        "charset": "utf-8",
        "size_chars": len(text),
        "offset": 0,
        "text": text,
        "next_offset": None,
    }


async def test_a_long_text_comes_in_pieces_that_make_it_whole(emulator: Emulator) -> None:
    row = row_of(emulator, "trace.log")
    async with assistant(emulator) as mcp:
        found = ""
        offset: int | None = 0
        while offset is not None:
            piece = await ask(mcp, "get_document", space=SPACE, id=row["id"], offset=offset)
            found, offset = found + piece["text"], piece["next_offset"]
        few = await ask(mcp, "get_document", space=SPACE, id=row["id"], offset=100, max_chars=50)
        beyond = await refusal(mcp, "get_document", space=SPACE, id=row["id"], offset=10**7)
    text = content_of(row).decode()
    assert found == text
    assert text[100:].startswith(few["text"])
    assert 0 < len(few["text"]) <= 50
    assert few["next_offset"] == 100 + len(few["text"])
    assert beyond.startswith("INVALID: offset: ")


@pytest.mark.parametrize("filename", ["screenshot.png", "screenshot-2.png"])
async def test_a_small_picture_is_shown_as_one_by_what_it_really_is(emulator: Emulator, filename: str) -> None:
    row = row_of(emulator, filename)
    async with assistant(emulator) as mcp:
        found, [picture] = await read(mcp, row["id"])
    assert isinstance(picture, ImageContent)
    assert picture.mime_type == "image/png"
    assert base64.b64decode(picture.data) == content_of(row)
    assert (found["content"], found["text"], found["ticket"]) == ("image", None, 1)


@pytest.mark.parametrize(
    ("filename", "content_type"),
    [
        ("film.mp4", "video/mp4"),
        ("pier-scan.bin", "application/octet-stream"),
        ("report.pdf", "application/pdf"),
        ("book.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ],
)
async def test_what_is_neither_is_a_link_and_not_loaded(emulator: Emulator, filename: str, content_type: str) -> None:
    put(emulator, "report.pdf", b"%PDF-1.4", "application/pdf")
    put(emulator, "book.xlsx", b"PK\x03\x04", content_type)
    row = row_of(emulator, filename)
    async with assistant(emulator) as mcp:
        found, [link] = await read(mcp, row["id"])
    assert isinstance(link, ResourceLink)
    assert str(link.uri) == f"assembla://spaces/harbour-app/documents/{row['id']}"
    assert (link.name, link.mime_type, link.size) == (filename, content_type, row["filesize"])
    assert found["content"] == "link"
    assert found["note"]
    assert downloads(emulator) == []


@pytest.mark.parametrize(
    ("filename", "content_type", "size"),
    [("large.txt", "text/plain", 6 * 2**20), ("large.png", "image/png", 2**20 + 1), ("LICENSE", "", 2**18 + 1)],
)
async def test_what_is_too_large_for_its_kind_is_a_link_and_not_loaded(
    emulator: Emulator, filename: str, content_type: str, size: int
) -> None:
    document = put(emulator, filename, b"x", content_type, filesize=size)
    async with assistant(emulator) as mcp:
        found, [link] = await read(mcp, document)
    assert isinstance(link, ResourceLink)
    assert "larger" in found["note"]
    assert downloads(emulator) == []


async def test_a_file_larger_than_it_says_is_not_loaded_to_its_end(emulator: Emulator) -> None:
    document = put(emulator, "liar.txt", b"x" * (6 * 2**20), "text/plain", filesize=10)
    async with assistant(emulator) as mcp:
        answer = await mcp.call_tool("get_document", {"space": SPACE, "id": document})
    assert answer.structured_content["content"] == "link"
    assert "bytes long" in answer.structured_content["note"]
    assert [block.type for block in answer.content] == ["text", "resource_link"]


@pytest.mark.parametrize(
    ("filename", "content_type", "content"),
    [
        ("notes.txt", "text/plain", b"MZ\x90\x00\x03\x00"),
        ("data.json", "application/json", b"\x01\x02\x03\x04\x05binary"),
        ("thing", "application/octet-stream", b"\x7fELF\x00"),
        ("fake.png", "image/png", b"\x00\x01\x02"),
    ],
)
async def test_bytes_that_only_say_they_are_text_or_a_picture_are_a_link(
    emulator: Emulator, filename: str, content_type: str, content: bytes
) -> None:
    document = put(emulator, filename, content, content_type)
    async with assistant(emulator) as mcp:
        found, [link] = await read(mcp, document)
    assert isinstance(link, ResourceLink)
    assert (found["content"], found["note"], found["text"]) == ("link", "Its bytes are not text.", None)


@pytest.mark.parametrize(
    ("content", "charset", "text"),
    [
        ("Größe ≥ 8\n".encode(), "utf-8", "Größe ≥ 8\n"),
        ("\ufeffGröße\n".encode(), "utf-8", "Größe\n"),
        ("Größe ≥ 8\n".encode("utf-16"), "utf-16", "Größe ≥ 8\n"),
        ("Größe\n".encode("latin-1"), "latin-1", "Größe\n"),
        (b"", "utf-8", ""),
    ],
)
async def test_the_charset_is_guessed(emulator: Emulator, content: bytes, charset: str, text: str) -> None:
    document = put(emulator, "words.txt", content, "text/plain")
    async with assistant(emulator) as mcp:
        found = await ask(mcp, "get_document", space=SPACE, id=document)
    assert (found["charset"], found["text"], found["next_offset"]) == (charset, text, None)


async def test_drawings_and_pages_are_text_with_nothing_hidden_in_it(emulator: Emulator) -> None:
    document = put(emulator, "page.html", "<b>a\u202e\u200bb</b>\U000e0041".encode(), "text/html")
    async with assistant(emulator) as mcp:
        page = await ask(mcp, "get_document", space=SPACE, id=document)
        drawing = await ask(mcp, "get_document", space="brand-handbook", id="logo.svg")
    assert page["text"] == "<b>ab</b>"
    assert drawing["text"].startswith("<svg")
    assert drawing["tags"] == ["logo", "print"]


@pytest.mark.parametrize(
    ("filename", "content_type", "kind"),
    [
        ("a.log", "application/octet-stream", "text"),
        ("a.rb", "application/x-ruby", "text"),
        ("a.svg", "image/svg+xml", "text"),
        ("a", "application/atom+xml; charset=utf-8", "text"),
        ("a.yml", None, "text"),
        ("a.JPG", "", "image"),
        ("a.webp", "image/webp", "image"),
        ("Makefile", "application/octet-stream", "unknown"),
        ("a.zip", "application/octet-stream", "other"),
        ("a.txt", "application/zip", "other"),
        ("a.bmp", "image/bmp", "other"),
    ],
)
def test_a_kind_is_guessed_by_type_then_by_name(filename: str, content_type: str | None, kind: str) -> None:
    assert guess(filename, content_type) == kind


@pytest.mark.endpoints(69)
async def test_a_document_is_also_found_by_its_name(emulator: Emulator) -> None:
    put(emulator, "twice.txt", b"1", "text/plain")
    put(emulator, "twice.txt", b"2", "text/plain")
    async with assistant(emulator) as mcp:
        found = await ask(mcp, "get_document", space=SPACE, id="ALTE-preise.txt")
        twice = await refusal(mcp, "get_document", space=SPACE, id="twice.txt")
        unknown = await refusal(mcp, "get_document", space=SPACE, id="alte-preis.txt")
    assert found["text"].startswith("Größe")
    assert twice.startswith("AMBIGUOUS: ")
    assert unknown.startswith("NOT_FOUND: ")
    assert "`alte-preise.txt`" in unknown


async def test_a_ticket_that_cannot_be_seen_leaves_its_number_open(emulator: Emulator) -> None:
    document = put(emulator, "stray.txt", b"x", "text/plain", ticket_id=999_999_999, attachable_type="Ticket")
    async with assistant(emulator) as mcp:
        found = await ask(mcp, "get_document", space=SPACE, id=document)
    assert (found["attached_to"], found["ticket"]) == ("ticket", None)


@pytest.mark.endpoints(69)
async def test_documents_are_listed_latest_changed_first_each_once(emulator: Emulator) -> None:
    async with assistant(emulator) as mcp:
        found = await walk(mcp, "list_documents", space="lighthouse", limit=40)
    rows = documents(emulator.database).where(space_id=space_of(emulator, "lighthouse")["id"])
    assert {each["id"] for each in found} == {row["id"] for row in rows}
    assert len(found) == len(rows) > 100
    assert [each["updated_at"] for each in found] == sorted((each["updated_at"] for each in found), reverse=True)
    assert found[0]["uploader"] in {user["login"] for user in emulator.database.users}
    brief = {"id", "name", "content_type", "size_bytes", "attached_to", "uploader", "updated_at"}
    assert set(found[0]) == brief
    assert found[0]["size_bytes"] > 0


@pytest.mark.endpoints(25)
async def test_the_attachments_of_a_ticket_are_listed_by_its_number(emulator: Emulator) -> None:
    ticket = tickets(emulator.database).first(space_id=space_of(emulator)["id"], number=9) or {}
    attach_document(emulator.database, space_of(emulator), ticket, "a.txt", b"x", cached_tag_list="one, two")
    async with assistant(emulator) as mcp:
        [found] = await walk(mcp, "list_documents", space=SPACE, ticket=9, detail="full")
        unknown = await refusal(mcp, "list_documents", space=SPACE, ticket=99_999)
    assert (found["filename"], found["attached_to"], found["tags"]) == ("a.txt", "ticket", ["one", "two"])
    assert unknown.startswith("NOT_FOUND: ")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("SCREENshot", {"screenshot.png", "screenshot-2.png"}),
        ("old system", {"alte-preise.txt"}),
        ("old nosuch", set()),
    ],
)
async def test_text_is_looked_for_in_names_and_descriptions(emulator: Emulator, text: str, names: set[str]) -> None:
    async with assistant(emulator) as mcp:
        found = await walk(mcp, "list_documents", space=SPACE, text=text)
    assert {each["name"] for each in found} == names


async def test_results_fit_their_schemas(emulator: Emulator) -> None:
    schemas = {tool.name: tool.output_schema for tool in catalogue()}
    async with assistant(emulator) as mcp:
        for detail in ("brief", "full"):
            answer = await ask(mcp, "list_documents", space=SPACE, detail=detail)
            Draft202012Validator(schemas["list_documents"]).validate(answer)
        for filename in ("film.mp4", "screenshot.png", "README.md"):
            found, _ = await read(mcp, row_of(emulator, filename)["id"])
            Draft202012Validator(schemas["get_document"]).validate(found)


async def test_what_the_storage_does_not_give_leaves_what_is_known_and_a_link() -> None:
    emulator = Emulator(rate=None, tickets=0)
    storage = StorageHost("https://storage.invalid/bucket")
    emulator.faults.add(Fault(MovedToStorage(storage), path=re.compile("/download"), times=None))
    async with assistant(emulator) as mcp:
        result = await mcp.call_tool("get_document", {"space": "harbour-app", "id": "settings.json"})
    assert not result.is_error
    assert result.structured_content["content"] == "link"
    assert result.structured_content["note"].startswith("Its bytes cannot be fetched: ")
    assert "storage.invalid" not in str(result.content)
    assert [block.type for block in result.content] == ["text", "resource_link"]
