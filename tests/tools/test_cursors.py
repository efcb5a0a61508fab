from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assembla_tools import Refused
from assembla_tools.framework.pagination import decode_cursor, encode_cursor

filters = st.dictionaries(st.sampled_from(["query", "status", "group"]), st.none() | st.text(max_size=9), max_size=3)
keys = st.lists(st.text() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False), max_size=3)


@given(filters, keys)
def test_a_cursor_brings_back_the_key_it_was_made_with(said: dict[str, Any], key: list[Any]) -> None:
    assert decode_cursor(encode_cursor("list_spaces", said, key), "list_spaces", said) == key


@given(filters, keys)
def test_an_argument_left_out_is_the_same_as_none(said: dict[str, Any], key: list[Any]) -> None:
    spoken = {name: value for name, value in said.items() if value is not None}
    assert decode_cursor(encode_cursor("list_spaces", said, key), "list_spaces", spoken) == key


@given(filters, filters, keys)
def test_a_cursor_is_refused_with_other_arguments_or_by_another_tool(
    said: dict[str, Any], other: dict[str, Any], key: list[Any]
) -> None:
    cursor = encode_cursor("list_spaces", said, key)
    for tool, arguments in (("list_spaces", {**said, "query": "other…"}), ("list_milestones", said)):
        with pytest.raises(Refused, match="cursor: it belongs to other arguments"):
            decode_cursor(cursor, tool, arguments)


@given(st.text(max_size=200))
def test_rubbish_is_refused_by_name(cursor: str) -> None:
    with pytest.raises(Refused) as refused:
        decode_cursor(cursor, "list_spaces", {})
    assert refused.value.code == "INVALID"
    assert refused.value.message.startswith("cursor: ")


@given(keys, st.integers(0, 400), st.characters(codec="ascii"))
def test_a_cursor_with_one_character_changed_is_refused(key: list[Any], place: int, other: str) -> None:
    cursor = encode_cursor("list_spaces", {}, key)
    place %= len(cursor)
    torn = cursor[:place] + other + cursor[place + 1 :]
    try:
        assert decode_cursor(torn, "list_spaces", {}) == key  # only where the change did not change what it says
    except Refused as refused:
        assert refused.code == "INVALID"  # noqa: PT017 # either outcome is right; a different key is not
