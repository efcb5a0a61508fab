"""What is compared with what, as plain values; and that no JSON at all is too much for it."""

import json
from pathlib import Path
from typing import Any

import anyio
import pytest
from hypothesis import given
from hypothesis import settings as budget
from hypothesis import strategies as st

import virtual_time
from assembla_client.auth.api_key import KeyPair
from assembla_client.resources.milestones import Milestone
from assembla_client.resources.tags import Tag
from assembla_client.resources.tickets import Ticket
from assembla_client.transport.client import Session
from assembla_client.transport.request import Reply, Request
from assembla_mcp.config.settings import load
from assembla_mcp.doctor.schema import schema_checks
from assembla_mcp.doctor.schema_drift import described, drift, listed, shape
from assembla_mcp.doctor.schema_kinds import KINDS
from assembla_mcp.sessions.commands import CommandSession
from plain_api import Upstream

TAG: dict[str, Any] = {
    "id": 17,
    "name": "Core",
    "space_id": "sp-Demo",
    "state": 2,
    "created_at": "2014-09-24T11:21:58Z",
    "updated_at": "2014-09-24T11:21:58Z",
}
FIELDS = [*TAG, *Ticket.model_fields, "type", "fields", "ticket", "x"]
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(FIELDS),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.sampled_from(FIELDS) | st.text(), inner, max_size=8),
    max_leaves=30,
)


@pytest.mark.parametrize(
    ("meta", "fields"),
    [
        ([{"name": "id", "type": "integer"}, {"name": "due"}], {"id": "integer", "due": None}),
        (["id", "due"], {"id": None, "due": None}),
        ([{"field": "id", "data_type": "integer"}], {"id": "integer"}),
        ([{"id": {"type": "integer"}}, {"due": "date"}], {"id": "integer", "due": "date"}),
        ({"id": "integer", "due": None}, {"id": "integer", "due": None}),
        ({"name": "string", "type": "string"}, {"name": "string", "type": "string"}),
        ({"id": {"type": "integer"}, "due": {"null": True}}, {"id": "integer", "due": None}),
        ({"id": {"type": "integer"}, "items": {"type": "array"}}, {"id": "integer", "items": "array"}),
        ({"id": {"type": "integer"}}, {"id": "integer"}),
        ({"tag": {"id": "integer", "due": "date"}}, {"id": "integer", "due": "date"}),
        ({"tag": ["id", "due"]}, {"id": None, "due": None}),
        ({"title": "Tag", "properties": {"id": {"type": "integer"}}}, {"id": "integer"}),
        ({"kind": "tag", "fields": [{"name": "id", "type": "integer"}]}, {"id": "integer"}),
        ([[["id"]]], {"id": None}),
        ([[[[[[[["id"]]]]]]]], {}),
        (17, {}),
        ("id", {}),
        (None, {}),
        ([], {}),
        ({}, {}),
    ],
)
def test_the_fields_of_a_description_are_found_in_many_shapes(meta: object, fields: dict[str, str | None]) -> None:
    assert described(meta) == fields


@pytest.mark.parametrize(
    ("plain", "words"),
    [
        ([{"name": "a", "type": "b"}] * 3, "a list of 3, each an object with name, type"),
        ([1, 2.5, "x"], "a list of 3, each a number or an integer or text"),
        ({"b": 1, "a": 2}, "an object with a, b"),
        ({f"f{number}": 1 for number in range(9)}, "an object with f0, f1, f2, f3, f4, f5, f6, f7 and 1 more"),
        ([], "a list"),
        ({}, "an object"),
        (True, "a boolean"),
        (None, "null"),
    ],
)
def test_a_shape_is_told_in_a_few_words(plain: object, words: str) -> None:
    assert shape(plain) == words


def test_a_long_list_of_names_ends() -> None:
    assert listed([f"f{number}" for number in range(1000)]).endswith("f29 and 970 more")
    assert len(listed(["x" * 10_000])) == 60


def test_what_is_sent_as_we_read_it_does_not_differ() -> None:
    assert not drift(Tag, [TAG, TAG], dict.fromkeys(TAG), optional=frozenset({"color"}))


def test_a_field_is_missing_only_where_no_object_has_it_or_the_model_cannot_do_without() -> None:
    without = {name: value for name, value in TAG.items() if name not in ("name", "state")}
    found = drift(Tag, [TAG, without], {}, optional=frozenset({"color"}))
    assert (found.new, found.missing, found.retyped) == ((), ("name",), ())
    assert drift(Tag, [without], {}).missing == ("name", "state", "color")


def test_another_spelling_that_the_model_reads_counts() -> None:
    found = drift(Milestone, [{"pretty_relese_level": "None"}], {})
    assert found.new == ()
    assert "pretty_release_level" not in found.missing


def test_a_type_is_told_once_with_what_came() -> None:
    found = drift(Tag, [TAG | {"state": "2", "created_at": "soon"}] * 3, {})
    assert found.retyped == (
        "state (text sent: input should be a valid integer)",
        "created_at (text sent: value error, not a point in time as the API writes it)",
    )


def test_a_description_alone_tells_too() -> None:
    found = drift(Tag, [], {"id": "string", "name": "text", "state": "integer", "at": "datetime", "file": None})
    assert found.only_described == ("at", "file")
    assert "space_id" in found.missing
    assert found.retyped == ("id (described as string, read as integer)",)
    assert drift(Tag, [], {"file": None}, write_only=frozenset({"file"})).only_described == ()


@given(plain, st.lists(plain, max_size=4))
def test_no_description_and_no_object_is_too_much(meta: object, sent: list[object]) -> None:
    for model in (Ticket, Tag, Milestone):
        assert isinstance(str(drift(model, sent, described(meta))), str)
    assert len(shape(meta)) < 2_000


class Anything:
    """Answers each request with the next of some bodies."""

    def __init__(self, bodies: list[bytes]) -> None:
        self._bodies = bodies
        self._asked = 0

    async def __call__(self, request: Request) -> Reply:
        self._asked += 1
        return Reply(200, {}, self._bodies[self._asked % len(self._bodies)])


bodies = plain.map(lambda value: json.dumps(value).encode()) | st.binary(max_size=20)


@budget(max_examples=40, deadline=None)
@given(st.lists(bodies, min_size=1, max_size=12))
def test_whatever_every_answer_is_each_kind_gets_its_line(answers: list[bytes]) -> None:
    async def look() -> list[Any]:
        with anyio.fail_after(5):
            session = Session(Upstream(Anything(answers)), KeyPair("a-key", "a-secret"))
            settings = load(portfolio="demo", state_dir=Path("unused"))
            return await schema_checks(settings, CommandSession(session))

    checks = virtual_time.run(look)
    assert [check.name for check in checks] == [f"schema: {kind.name}" for kind in KINDS]
    assert all(check.ok and check.detail.isprintable() and len(check.detail) < 20_000 for check in checks)
