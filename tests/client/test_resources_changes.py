"""The history of tickets, hidden as YAML in a string of their comments."""

import json
import time

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import resource_api as api
from assembla_client.resources.ticket_changes import Change, Changes, read_changes
from assembla_client.resources.ticket_comments import Comment
from assembla_client.resources.yaml_text import MAX_CHARS

TRIPLES = """---
- - status
  - New
  - Fixed
- - assigned_to_id
  -
  - pat
- - :milestone_id
  - '2.10'
  - 2.10
- - due_date
  - 2014-09-18
  - ~
- - tags
  - [core, ui]
  - no
- - description
  - "two\\nlines"
  - |-
    three

    lines
"""


def comment(changes: str | None, text: str | None = "") -> Comment:
    return Comment.model_validate_json(json.dumps(api.COMMENT | {"ticket_changes": changes, "comment": text}))


def test_triples_are_read_as_the_text_that_was_written() -> None:
    assert comment(TRIPLES).changes == (
        Change("status", "New", "Fixed"),
        Change("assigned_to_id", None, "pat"),
        Change("milestone_id", "2.10", "2.10"),
        Change("due_date", "2014-09-18", None),
        Change("tags", "core, ui", "no"),
        Change("description", "two\nlines", "three\n\nlines"),
    )
    assert comment(TRIPLES).changes_text is None


@pytest.mark.parametrize("nothing", ["--- []\n", "--- []", "", "  \n", None])
def test_no_change_is_no_change_and_a_row_without_a_comment_is_blank(nothing: str | None) -> None:
    assert read_changes(nothing) == Changes()
    assert comment(nothing).is_blank
    assert comment(nothing, None).is_blank
    assert not comment(nothing, "said").is_blank


def test_pairs_have_no_old_value() -> None:
    assert read_changes("- - status\n  - Fixed\n").read == (Change("status", None, "Fixed"),)


@pytest.mark.parametrize(
    "unreadable",
    [
        "status: New",
        "just words",
        "--- [",
        "- - status\n - broken",
        "\x00",
        '- "\\UFFFFFFFF"',
        '- "\\U00110000"',
        "[" * 1000,
        "--- []\n--- []\n",
        "x" * (MAX_CHARS + 1),
        "- &a [*a, *a, *b]",
    ],
)
def test_what_is_no_list_is_passed_on_as_text(unreadable: str) -> None:
    assert read_changes(unreadable) == Changes(text=unreadable.strip())
    assert not comment(unreadable).is_blank


def test_entries_that_cannot_be_read_are_passed_on_beside_those_that_can() -> None:
    text = (
        "- - status\n  - New\n  - Fixed\n- plain\n- - a\n- {field: b, new: c}\n- - d\n  - {e: f}\n  - g\n- ['', x, y]\n"
    )
    changes = read_changes(text)
    assert changes.read == (Change("status", "New", "Fixed"),)
    assert changes.text == "plain\n- a\n{field: b, new: c}\n- d\n  - {e: f}\n  - g\n['', x, y]"


def test_a_list_that_holds_itself_ends() -> None:
    changes = read_changes("- &a [x, *a, y]\n- &b [*b, 1, 2]\n")
    assert changes.read == ()
    assert changes.text


def test_objects_of_other_languages_are_text_and_are_not_built() -> None:
    changes = read_changes("- - status\n  - !!python/object/apply:os.system ['true']\n  - !ruby/object:X x\n")
    assert changes.read == (Change("status", "true", "x"),)


def test_halves_of_characters_become_whole_or_a_mark() -> None:
    changes = read_changes('- - "a\\uD83D\\uDE00"\n  - "\\uD83D"\n  - x\n')
    assert changes.read == (Change("a😀", "\ufffd", "x"),)


def test_a_long_history_does_not_hold_up_others() -> None:
    line = "- - status\n  - New\n  - Fixed\n"
    text = line * (MAX_CHARS // len(line))
    began = time.process_time()
    assert len(read_changes(text).read) == MAX_CHARS // len(line)
    assert time.process_time() - began < 5


YAML_LIKE = st.text(st.sampled_from("-: \n[]{}'\"\\|>&*!%@`~?#,.x0Uu\t\ufeffé\ud800" + "💡"), max_size=60)
PARTS = st.lists(
    st.sampled_from(["- ", "\n", "  ", "a", "null", "!!binary ", "&x ", "*x", "{", "}", "'", "--- ", "|\n"])
)


@given(st.text() | YAML_LIKE | PARTS.map("".join))
def test_any_text_is_read_without_an_error_and_nothing_of_it_vanishes(text: str) -> None:
    changes = read_changes(text)
    for change in changes.read:
        for part in (change.field, change.old, change.new):
            (part or "").encode()
    if text.strip() and changes == Changes():
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        assert isinstance(root, yaml.SequenceNode)
        assert not any(text[node.start_mark.index : node.end_mark.index].strip() for node in root.value)


@given(st.lists(st.tuples(st.text(min_size=1), st.text() | st.none(), st.text() | st.none())))
def test_what_was_written_is_read(triples: list[tuple[str, str | None, str | None]]) -> None:
    found = read_changes(json.dumps(triples))
    assert found.text is None
    expected = [(field.removeprefix(":"), old, new) for field, old, new in triples]
    assert [(change.field, change.old, change.new) for change in found.read] == expected
