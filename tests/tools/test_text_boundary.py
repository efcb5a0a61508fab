import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assembla_tools.framework.text import MAX_STRING_CHARS, clean


@pytest.mark.parametrize(
    "hidden",
    [
        "\u200b",
        "\u200d",
        "\u202e",
        "\u2066",
        "\ufeff",
        "\u00ad",
        "\x1b",
        "\x00",
        "\U000e0041",
        "\U000e01ef",
        "\u2062",
        "\ud800",
    ],
    ids=lambda char: f"U+{ord(char):04X}",
)
def test_what_a_person_cannot_see_is_taken_out(hidden: str) -> None:
    assert clean(f"be{hidden}fore") == "before"


def test_line_feeds_carriage_returns_tabs_and_letters_of_every_script_stay() -> None:
    text = "one\r\n\ttwo, größer, 日本語, עברית, 👍🏽, e\u0301"
    assert clean(text) == text


def test_an_endless_text_is_cut_with_a_mark_that_tells_how_long_it_was() -> None:
    cut = clean("x" * 1_000_000)
    assert len(cut) < MAX_STRING_CHARS + 60
    assert cut.endswith(f"… [cut: {MAX_STRING_CHARS} of 1000000 characters]")


def test_a_text_that_hides_its_length_in_invisible_characters_is_bounded_too() -> None:
    assert len(clean("\u200b" * 1_000_000 + "words")) < 100


@given(st.text(), st.integers(40, 100))
def test_what_comes_out_is_visible_bounded_and_passes_again_unchanged(text: str, limit: int) -> None:
    once = clean(text, limit)
    assert len(once) <= limit + 50
    assert not [char for char in once if unicodedata.category(char) in ("Cc", "Cs") and char not in "\r\n\t"]
    once.encode()
    if "[cut:" not in once:
        assert clean(once, limit) == once
