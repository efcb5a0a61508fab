from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assembla_client.errors import ConnectionFailed, TimedOut
from assembla_client.transport.request import Reply
from assembla_client.transport.retry import MAX_RETRIES, is_worth_another, pause_after, retry_after

REFUSED = ConnectionFailed("refused", sent=False)
LOST = ConnectionFailed("lost")


def reply(status: int, **headers: str) -> Reply:
    return Reply(status, {name.replace("_", "-"): value for name, value in headers.items()}, b"")


@pytest.mark.parametrize(
    ("is_read", "outcome", "again"),
    [
        (True, reply(429), True),
        (False, reply(429), True),
        (True, reply(502), True),
        (True, reply(503), True),
        (True, reply(504), True),
        (False, reply(503), False),
        (True, reply(500), False),
        (True, reply(404), False),
        (True, reply(200), False),
        (True, LOST, True),
        (False, LOST, False),
        (True, REFUSED, True),
        (False, REFUSED, True),
        (True, TimedOut("silence"), False),
    ],
)
def test_only_what_is_safe_and_hopeful_is_repeated(
    is_read: bool, outcome: Reply | ConnectionFailed, again: bool
) -> None:
    assert is_worth_another(is_read, outcome, 1) is again


@given(
    is_read=st.booleans(),
    outcome=st.sampled_from([reply(429), reply(503), LOST, REFUSED]),
    attempt=st.integers(1, 10),
    random=st.floats(0, 1, exclude_max=True),
)
def test_waits_double_from_a_second_with_at_most_half_taken_off_and_end_after_three_retries(
    is_read: bool, outcome: Reply | ConnectionFailed, attempt: int, random: float
) -> None:
    assert 2 ** (attempt - 1) / 2 <= pause_after(outcome, attempt, lambda: random) <= 2 ** (attempt - 1)
    if attempt > MAX_RETRIES:
        assert not is_worth_another(is_read, outcome, attempt)


def test_retry_after_is_kept_to_whether_in_seconds_or_as_a_date() -> None:
    now = 1_700_000_000.0
    dated = reply(429, retry_after=formatdate(now + 30, usegmt=True), date=formatdate(now, usegmt=True))
    assert pause_after(reply(429, retry_after="17"), 1, lambda: 0.9) == 17
    assert pause_after(dated, 1, lambda: 0.9) == 30
    undated = reply(429, retry_after=formatdate(now + 30, usegmt=True), received=formatdate(now, usegmt=True))
    assert retry_after(undated) == 30
    assert retry_after(reply(429, retry_after=formatdate(now - 5, usegmt=True), date=formatdate(now))) == 0


@given(value=st.text(max_size=40), date=st.text(max_size=40))
def test_a_retry_after_that_makes_no_sense_is_as_good_as_none(value: str, date: str) -> None:
    seconds = retry_after(reply(429, retry_after=value, date=date))
    assert seconds is None or 0 <= seconds < 1e12


@pytest.mark.parametrize("value", ["nan", "inf", "-3", "1e9", "soon", "", "9" * 5000, "Fri, 31 Feb 2020 00:00:00 GMT"])
def test_a_number_in_disguise_is_no_retry_after(value: str) -> None:
    assert retry_after(reply(429, retry_after=value)) is None
