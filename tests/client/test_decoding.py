"""Bodies to models."""

import json
from typing import Annotated

import pytest
from pydantic import ValidationError

from assembla_client.errors import UnexpectedResponse
from assembla_client.models import Instant, Model, NumberId, instant
from assembla_client.resources.spaces import Space
from assembla_client.transport.decoding import decode_list, decode_one
from assembla_client.transport.request import Reply, Request


def reply(status: int, body: object = b"", **headers: str) -> Reply:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, sent, body if isinstance(body, bytes) else json.dumps(body).encode())


def space(**fields: object) -> dict[str, object]:
    return {"id": "a", "name": "A", "wiki_name": "a", **fields}


def test_no_content_and_no_body_are_empty_lists() -> None:
    assert decode_list(Space, reply(204)).records == []
    assert decode_list(Space, reply(200, b"")).records == []
    assert decode_list(Space, reply(200, b" ")).records == []
    assert decode_list(Space, reply(200, b"[]")).records == []


def test_unknown_fields_are_ignored_and_absent_ones_told_apart_from_null() -> None:
    read, _ = decode_one(Space, reply(200, space(description=None, brand_new=[1])))
    assert read.description is None
    assert read.model_dump()["status"] is None
    assert read.model_fields_set == {"id", "name", "wiki_name", "description"}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ([None], "spaces[0]"),
        ([1, "canary"], "spaces[0]"),
        (None, "spaces"),
        ({"spaces": []}, "spaces"),
        ("canary", "spaces"),
    ],
)
def test_an_answer_that_is_no_list_of_objects_is_unexpected_and_its_values_are_not_shown(
    body: object, field: str
) -> None:
    with pytest.raises(UnexpectedResponse) as caught:
        decode_list(Space, reply(200, body))
    assert caught.value.field == field
    assert f"`{field}`" in caught.value.message
    assert "canary" not in caught.value.message
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("body", [[], {"name": "A"}, {"id": None}, {"id": {}}, "text"])
def test_one_object_that_nothing_identifies_is_unexpected(body: object) -> None:
    with pytest.raises(UnexpectedResponse, match="`space"):
        decode_one(Space, reply(200, body))


@pytest.mark.parametrize("body", [b"", b" ", b'{"id":"a', b"<html>", b"\xff\xfe", b"[" * 100_000])
def test_a_body_that_is_not_json_is_unexpected(body: bytes) -> None:
    with pytest.raises(UnexpectedResponse, match="not JSON, or is cut off"):
        decode_one(Space, reply(200, body))


class Sample(Model):
    id: NumberId
    at: Instant
    note: Annotated[str | None, "may be null"] = None


@pytest.mark.parametrize(
    "text", ["2014-09-08T12:02:28Z", "2014-09-08T15:02:28+03:00", "2014-09-08 12:02:28 UTC", "2014-09-08T12:02:28"]
)
def test_all_forms_of_time_are_one_instant(text: str) -> None:
    read, _ = decode_one(Sample, reply(200, {"id": "7", "at": text}))
    assert read.at.isoformat() == "2014-09-08T12:02:28+00:00"
    assert read.id == 7


def test_a_time_that_is_one_already_is_kept() -> None:
    at = instant("2014-09-08T12:02:28Z")
    assert Sample(id=7, at=at).at == at


def test_models_are_frozen() -> None:
    read, _ = decode_one(Space, reply(200, space()))
    with pytest.raises(ValidationError, match="frozen"):
        setattr(read, "name", "other")  # noqa: B010 (the type checker would not let it pass)


def test_neither_request_nor_reply_shows_what_may_be_secret() -> None:
    request = Request("POST", "/token", (("code", "canary"),), (("Authorization", "canary"),), {"x": "canary"})
    assert "canary" not in repr(request) + repr(Reply(200, {"x": "canary"}, b"canary"))
