from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assembla_tools import Refused
from assembla_tools.framework.pagination import CursorState, PageRequest, decode_cursor, encode_cursor

questions = st.dictionaries(st.sampled_from(["query", "status", "group"]), st.none() | st.text(max_size=9), max_size=3)
keys = st.lists(st.text() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False), max_size=3)


def cursor_of(question: Mapping[str, Any], tool: str = "list_spaces") -> str:
    """The cursor behind the first of two items."""
    page = PageRequest.of(tool, 1, None).about(**question)
    return page.take([1, 2], lambda item: [item]).cursors[0]()


def went_on_behind(cursor: str, question: Mapping[str, Any], tool: str = "list_spaces", limit: int = 1) -> Any:
    return PageRequest.of(tool, limit, cursor).about(**question).after


@given(keys, st.dictionaries(st.text(max_size=9), keys, max_size=2), st.lists(st.integers(0, 99), max_size=3))
def test_a_cursor_brings_back_what_it_was_made_with(key: Any, kept: Any, hint: Any) -> None:
    state = CursorState(b"digest", key, kept, hint)
    assert decode_cursor(encode_cursor(state, "list_spaces"), "list_spaces") == state


@given(questions)
def test_an_argument_left_out_is_the_same_as_none(question: dict[str, Any]) -> None:
    spoken = {name: value for name, value in question.items() if value is not None}
    assert went_on_behind(cursor_of(question), spoken) == [1]
    assert went_on_behind(cursor_of(spoken), question, limit=7) == [1]


@given(questions, questions)
def test_a_cursor_is_refused_for_another_question(question: dict[str, Any], other: dict[str, Any]) -> None:
    with pytest.raises(Refused, match=r"^cursor: it belongs to other arguments"):
        went_on_behind(cursor_of({**question, "query": "one"}), {**other, "query": "another"})


@given(questions)
def test_a_cursor_is_refused_by_another_tool(question: dict[str, Any]) -> None:
    with pytest.raises(Refused, match=r"^cursor: this is not a cursor of `list_milestones`"):
        went_on_behind(cursor_of(question), question, tool="list_milestones")


def test_things_in_a_question_go_by_their_ids() -> None:
    class Thing:
        def __init__(self, id: str, name: str) -> None:
            self.id, self.name = id, name

    cursor = cursor_of({"space": Thing("s1", "harbour")})
    assert went_on_behind(cursor, {"space": Thing("s1", "renamed since")}) == [1]
    with pytest.raises(Refused, match="other arguments"):
        went_on_behind(cursor, {"space": Thing("s2", "harbour")})


def test_a_hint_is_left_out_of_a_cursor_that_it_would_make_too_long() -> None:
    page = PageRequest.of("list_spaces", 1, None)
    [short] = page.take([1], lambda item: [item], lambda _: range(10)).cursors
    [long] = page.take([1], lambda item: [item], lambda _: range(10_000)).cursors
    assert list(PageRequest.of("list_spaces", 1, short()).hint) == list(range(10))
    assert list(PageRequest.of("list_spaces", 1, long()).hint) == []


@given(st.text(max_size=200))
def test_rubbish_is_refused_by_name(cursor: str) -> None:
    with pytest.raises(Refused) as refused:
        decode_cursor(cursor, "list_spaces")
    assert refused.value.code == "INVALID"
    assert refused.value.message.startswith("cursor: ")


@given(keys, st.integers(0, 400), st.characters(codec="ascii"))
def test_a_cursor_with_one_character_changed_is_refused(key: list[Any], place: int, other: str) -> None:
    state = CursorState(b"digest", key)
    cursor = encode_cursor(state, "list_spaces")
    place %= len(cursor)
    torn = cursor[:place] + other + cursor[place + 1 :]
    try:
        assert decode_cursor(torn, "list_spaces").key == key  # only where the change did not change what it says
    except Refused as refused:
        assert refused.code == "INVALID"  # noqa: PT017 # either outcome is right; a different key is not
