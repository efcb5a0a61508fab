"""Downloads: the bytes of a document, up to a ceiling of their own."""

import anyio
import pytest

from assembla_client.errors import NotFound, ServerError, UnexpectedResponse
from plain_api import Answer, PlainAPI, client_of

OCTETS = ((b"content-type", b"application/octet-stream"), (b"content-disposition", b"attachment"))


async def test_a_document_comes_as_it_was_stored() -> None:
    api = PlainAPI([Answer(body=b"\x00\xff\n", headers=OCTETS)])
    assert await client_of(api).documents.download("demo", "a/../b", 3) == b"\x00\xff\n"
    assert [asked.path for asked in api.asked] == ["/v1/spaces/demo/documents/a%2F..%2Fb/download.json"]


async def test_an_empty_document_is_no_bytes() -> None:
    assert await client_of(PlainAPI([Answer(body=b"", headers=OCTETS)])).documents.download("demo", "x", 0) == b""


async def test_a_document_over_the_ceiling_is_refused_while_it_comes() -> None:
    api = PlainAPI([Answer(body=b"x" * 11, headers=OCTETS)])
    with pytest.raises(UnexpectedResponse, match="over 10 bytes"):
        await client_of(api).documents.download("demo", "x", 10)
    assert len(api.asked) == 1


async def test_the_ceiling_of_all_answers_holds_for_documents_too() -> None:
    api = PlainAPI([Answer(body=b"x" * (2**20 + 1), headers=OCTETS)])
    with pytest.raises(UnexpectedResponse):
        await client_of(api).documents.download("demo", "x", 2**30)


async def test_an_error_that_is_longer_than_the_ceiling_keeps_its_kind() -> None:
    html = b"<html>" + b"x" * 5000
    with pytest.raises(NotFound):
        await client_of(PlainAPI([Answer(404, html)])).documents.download("demo", "x", 10)
    with pytest.raises(ServerError):
        await client_of(PlainAPI([Answer(500, html)])).documents.download("demo", "x", 10)


async def test_two_downloads_at_once_keep_their_own_ceilings() -> None:
    client = client_of(PlainAPI([Answer(body=b"x" * 50, headers=OCTETS)]))
    outcomes: list[int | str] = []

    async def fetch(max_bytes: int) -> None:
        try:
            outcomes.append(len(await client.documents.download("demo", "x", max_bytes)))
        except UnexpectedResponse:
            outcomes.append("refused")

    with anyio.fail_after(5):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(fetch, 10)
            tasks.start_soon(fetch, 100)
    assert set(outcomes) == {"refused", 50}
