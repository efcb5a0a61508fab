"""One odd value never costs the rest: what is read of rows that are not quite what the notes say."""

import json
from collections.abc import Iterator
from datetime import date, datetime
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assembla_client import resources
from assembla_client.models import Model
from assembla_client.resources.documents import Document
from assembla_client.resources.milestones import Milestone
from assembla_client.resources.space_tools import SpaceTool
from assembla_client.resources.spaces import Space
from assembla_client.resources.tasks import Task
from assembla_client.resources.ticket_fields import Ticket
from assembla_client.transport.decoding import decode_list, decode_one
from assembla_client.transport.request import Reply

IDENTITY = {"id", "number", "ticket1_id", "ticket2_id"}


def models() -> Iterator[type[Model]]:
    """The models that lists are made of."""
    for module in iter_modules(resources.__path__):
        for thing in vars(import_module(f"{resources.__name__}.{module.name}")).values():
            if isinstance(thing, type) and issubclass(thing, Model) and "id" in thing.model_fields:
                yield thing


MODELS = sorted(set(models()), key=lambda model: model.__name__)


def reply(body: object) -> Reply:
    return Reply(200, {}, json.dumps(body).encode())


def sent(model: type[Model], number: int) -> dict[str, object]:
    """A row as the API would send it, by what the model says of its fields."""
    return {name: usual(info.annotation, name, number) for name, info in model.model_fields.items()}


def usual(annotation: Any, name: str, number: int) -> object:
    text = str(annotation)
    if "Messenger" in text:
        return {"type": "Skype", "id": text}
    if "datetime" in text:
        return "2019-05-01T10:00:00.000Z"
    if "date" in text:
        return "2019-05-01"
    for part, value in (
        ("dict", {}),
        ("list", []),
        ("bool", True),
        ("int", number),
        ("float", 1.5),
        ("Decimal", "1.5"),
    ):
        if part in text:
            return value
    return f"{name}-{number}"


ODD = [None, {"a": [1]}, [[1]], True, "7", 4.5, "", [], {}, "canary"]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_an_odd_value_in_any_field_costs_at_most_its_own_row(model: type[Model]) -> None:
    rows = [sent(model, number) for number in (1, 2, 3)]
    plain = decode_list(model, reply(rows))
    assert not plain.oddities
    for field in model.model_fields:
        for odd in ODD:
            read = decode_list(model, reply([rows[0], {**rows[1], field: odd}, rows[2]]))
            assert read.sent == 3
            assert (read.records[0], read.records[-1]) == (plain.records[0], plain.records[2])
            if len(read.records) == 2:
                assert field in IDENTITY
                assert sum(read.oddities.rows.values()) == 1
            elif getattr(read.records[1], field) is None and odd not in (None, ""):
                assert any(name.endswith(f".{field}") for name in read.oddities.fields), (field, odd)


@pytest.mark.parametrize(
    ("model", "field", "odd", "read"),
    [
        (Ticket, "estimate", "1.5", 1.5),
        (Ticket, "priority", "3", 3),
        (Ticket, "priority", 3.0, 3),
        (Ticket, "custom_fields", [], {}),
        (Ticket, "completed_date", "", None),
        (Ticket, "completed_date", "2012/07/24 13:43:09 +0000", datetime.fromisoformat("2012-07-24T13:43:09+00:00")),
        (Ticket, "summary", 17, "17"),
        (Ticket, "priority", "123456789012345678", 123456789012345678),
        (Ticket, "is_story", "false", False),
        (Milestone, "due_date", "2019-05-01T00:00:00.000Z", date(2019, 5, 1)),
        (Milestone, "due_date", "2012/07/24 13:43:09 +0000", date(2012, 7, 24)),
        (Milestone, "due_date", "", None),
        (Task, "hours", 1.5, 1.5),
    ],
)
def test_a_value_of_another_type_that_means_the_same_is_read(
    model: type[Model], field: str, odd: object, read: object
) -> None:
    decoded = decode_list(model, reply([{**sent(model, 1), field: odd}]))
    assert [getattr(record, field) for record in decoded.records] == [read]
    assert not decoded.oddities


@pytest.mark.parametrize(
    ("model", "row", "field"),
    [
        (Ticket, {"story_importance": 4.5}, "tickets.story_importance"),
        (Ticket, {"summary": None}, "tickets.summary"),
        (Ticket, {"custom_fields": {"Severity": [1]}}, "tickets.custom_fields"),
        (Document, {"filename": {}}, "documents.filename"),
        (Milestone, {"due_date": "soon"}, "milestones.due_date"),
        (Space, {"restricted": None}, "spaces.restricted"),
        (Ticket, {"priority": "9" * 5_000}, "tickets.priority"),
    ],
)
def test_a_value_that_is_lost_is_told_by_the_name_of_its_field(
    model: type[Model], row: dict[str, object], field: str
) -> None:
    decoded = decode_list(model, reply([sent(model, 1), {**sent(model, 2), **row}]))
    assert len(decoded.records) == 2
    assert dict(decoded.oddities.fields) == {field: 1}


def test_a_number_with_more_digits_than_anything_counts_costs_itself_alone() -> None:
    body = (
        b'[{"id":"a","wiki_name":"a","name":"A","status":' + b"9" * 5_000 + b'},{"id":"b","wiki_name":"b","name":"B"}]'
    )
    decoded = decode_list(Space, Reply(200, {}, body))
    assert [space.id for space in decoded.records] == ["a", "b"]
    assert dict(decoded.oddities.fields) == {"spaces.status": 1}


def test_a_field_that_every_object_has_is_told_where_it_was_not_sent() -> None:
    row = sent(Ticket, 1)
    del row["summary"]
    read, oddities = decode_one(Ticket, reply(row))
    assert read.summary is None
    assert dict(oddities.fields) == {"ticket.summary": 1}


def test_a_space_without_a_usable_name_goes_by_its_id() -> None:
    decoded = decode_list(Space, reply([{"id": "aBc", "name": "A", "wiki_name": None}, {"id": "x", "name": "B"}]))
    assert [space.wiki_name for space in decoded.records] == ["aBc", "x"]
    assert dict(decoded.oddities.fields) == {"spaces.wiki_name": 2}
    assert [tool.name for tool in decode_list(SpaceTool, reply([{"id": "t", "tool_id": 13}])).records] == ["t"]


def test_bytes_that_are_no_utf_8_are_replaced_and_told_and_a_byte_order_mark_is_passed_over() -> None:
    body = b'\xef\xbb\xbf[{"id":"a","name":"A\xff","wiki_name":"a"}]'
    decoded = decode_list(Space, Reply(200, {}, body))
    assert [space.name for space in decoded.records] == ["A\ufffd"]
    assert decoded.oddities.bytes_replaced


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=400, deadline=None)
@given(data=st.data(), model=st.sampled_from(MODELS))
def test_odd_rows_leave_the_others_as_they_were(data: st.DataObject, model: type[Model]) -> None:
    rows = [sent(model, number) for number in range(1, 41)]
    plain = decode_list(model, reply(rows)).records
    odd = data.draw(st.sets(st.integers(0, 39), max_size=20))
    for index in odd:
        names = data.draw(st.sets(st.sampled_from(list(rows[index])), min_size=1, max_size=3))
        rows[index] |= {name: data.draw(JSON) for name in names}
    read = decode_list(model, reply(rows))
    assert read.sent == 40
    assert len(read.records) + sum(read.oddities.rows.values()) == 40
    known = {repr(record) for record in read.records}
    assert [record for number, record in enumerate(plain) if number not in odd and repr(record) not in known] == []
