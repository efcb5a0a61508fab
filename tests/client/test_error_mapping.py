"""What an answer that is no success means, and how it is said."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assembla_client.errors import (
    AssemblaError,
    Forbidden,
    NotFound,
    RateLimited,
    ServerError,
    Unauthorized,
    UnexpectedResponse,
    ValidationFailed,
)
from assembla_client.resources import activity, documents, portfolio, spaces, tasks, tickets, users
from assembla_client.resources.ticket_comments import COMMENT
from assembla_client.resources.wiki_pages import WIKI_PAGE
from assembla_client.transport.endpoint import Endpoint, Target
from assembla_client.transport.error_body import field_errors, one_line
from assembla_client.transport.error_mapping import error_for
from assembla_client.transport.request import Reply, Request

STRANGE = Endpoint(0, "GET", "/spaces/{space}/strange", "strange")
TICKET_42 = tickets.TICKET(space="demo", number=42)


def reply(status: int, body: object = b"", **headers: str) -> Reply:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, sent, body if isinstance(body, bytes) else json.dumps(body).encode())


def error(status: int, body: object = b"", at: Target = TICKET_42) -> AssemblaError:
    return error_for(Request.to(at), reply(status, body))


def test_each_status_has_its_error() -> None:
    assert isinstance(error(401, {"error": "token canary"}), Unauthorized)
    assert "canary" not in str(error(401, {"error": "token canary"}))
    assert isinstance(error(403), Forbidden)
    assert str(error(403, {"error": "no <b>way</b>"})).endswith("of space `demo` (403): no way")
    assert str(error(404, b" ")) == ("Ticket `42` of space `demo` does not exist, or this user may not see it (404).")
    for status in (500, 502, 599):
        failed = error(status, b"<html><title>Error 500</title></html>")
        assert isinstance(failed, ServerError)
        assert failed.status == status
        assert "<" not in failed.message
        assert "Error 500" not in failed.message
    for status in (100, 206, 302, 400, 409, 418, 700):
        strange = error(status)
        assert isinstance(strange, UnexpectedResponse)
        assert strange.status == status


def test_too_many_requests_tell_the_seconds() -> None:
    asked = Request.to(users.ME())
    limited = error_for(asked, reply(429, retry_after="300"), attempts=4)
    assert isinstance(limited, RateLimited)
    assert limited.seconds == 300
    assert limited.message == "Assembla's rate limit is reached (after 4 attempts). Try again in 300 s."
    unknown = error_for(asked, reply(429))
    assert isinstance(unknown, RateLimited)
    assert unknown.seconds == 60


@pytest.mark.parametrize(
    ("at", "says"),
    [
        (tickets.TICKETS(space="demo"), "Space `demo` does not have the Tickets tool installed."),
        (WIKI_PAGE(space="demo", id="x"), "Space `demo` does not have the Wiki tool installed."),
        (documents.DOCUMENTS(space="demo"), "Space `demo` does not have the Files tool installed."),
        (
            STRANGE(space="demo"),
            "Space `demo` does not have the needed tool installed.",
        ),
        (tasks.TASKS(), "The space does not have the needed tool installed."),
    ],
)
def test_a_missing_space_tool_is_told_apart_and_named(at: Target, says: str) -> None:
    missing = error(404, b"Tool not found", at)
    assert isinstance(missing, NotFound)
    assert missing.tool_missing
    assert missing.message == says
    plain = error(404, b" ", at)
    assert isinstance(plain, NotFound)
    assert not plain.tool_missing


@pytest.mark.parametrize(
    ("at", "says", "kind"),
    [
        (tickets.ATTACHMENTS(space="demo", number=42), "Ticket `42` of space `demo`", "ticket"),
        (
            COMMENT(space="demo", number=42, id=7),
            "Comment `7` of ticket `42` of space `demo`",
            "comment",
        ),
        (spaces.SPACE(space="demo"), "Space `demo`", "space"),
        (documents.DOCUMENTS(space="demo"), "The list of documents of space `demo`", "list"),
        (activity.ACTIVITY(), "The list of activity", None),
        (users.ME(), "The signed-in user", None),
    ],
)
def test_what_is_missing_is_what_holds_a_list(at: Target, says: str, kind: str | None) -> None:
    missing = error(404, b" ", at)
    assert isinstance(missing, NotFound)
    assert missing.message == f"{says} does not exist, or this user may not see it (404)."
    assert missing.kind == kind


@pytest.mark.parametrize(
    ("at", "says"),
    [
        (
            portfolio.PORTFOLIO_USERS(portfolio="acme"),
            "`acme` is not a portfolio you manage ({}): this is for its managers.",
        ),
        (
            portfolio.PORTFOLIO_USERS(portfolio="acme").naming(portfolio.any_group(None, "9")),
            "`acme` is not a portfolio you manage, or it has no such group ({}): this is for its managers.",
        ),
        (
            portfolio.INVITATION(portfolio="acme", id=5),
            "`acme` is not a portfolio you manage, or it has no invitation `5` ({}): this is for its managers.",
        ),
    ],
)
def test_a_portfolio_of_others_is_named(at: Target, says: str) -> None:
    asked = Request.to(at)
    missing = error_for(asked, reply(404, b" "))
    assert isinstance(missing, NotFound)
    assert (missing.message, missing.kind) == (says.format(404), "portfolio")
    forbidden = error_for(asked, reply(403))
    assert isinstance(forbidden, Forbidden)
    assert forbidden.message == "`acme` is not a portfolio you manage (403): this is for its managers."


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"base": ["from is after to"]}, {"base": ["from is after to"]}),
        ({"name": ["is short", "is short", "is rude"], "x": "bad"}, {"name": ["is short", "is rude"], "x": ["bad"]}),
        ({"error": "it\nbroke"}, {"base": ["it broke"]}),
        ({"errors": {"name": ["is taken"]}}, {"name": ["is taken"]}),
        ({"errors": ["one", "two", {"name": ["three"]}]}, {"base": ["one", "two"]}),
        (["one", ["two"], 3, {"name": "four"}], {"base": ["one", "two"], "name": ["four"]}),
        (b"plain words", {"base": ["plain words"]}),
        (b"[" * 100_000, {"base": ["[" * 299 + "…"]}),
        (b"<html>words</html>", {"base": ["no reason was given"]}),
        (b"", {"base": ["no reason was given"]}),
        (b"7", {"base": ["no reason was given"]}),
        (b'"' + b"x" * 2**20 + b'"', {"base": ["no reason was given"]}),
    ],
)
def test_a_refusal_tells_field_by_field(body: object, fields: dict[str, list[str]]) -> None:
    refused = error(422, body)
    assert isinstance(refused, ValidationFailed)
    assert refused.fields == fields
    for field, messages in fields.items():
        assert f"{field}: {messages[0]}" in refused.message


def test_a_refusal_with_endless_fields_is_cut() -> None:
    fields = field_errors(json.dumps({f"f{n}": [f"m{m}" for m in range(9)] for n in range(99)}).encode())
    assert len(fields) == 20
    assert {len(messages) for messages in fields.values()} == {5}


@given(text=st.text())
@example(text="a\u202eb\u200b\ufeff\U000e0041\U000e0101<img src=x>\x1b[31m\r\n")
def test_shown_text_is_one_bounded_visible_line(text: str) -> None:
    shown = one_line(text, 50)
    assert len(shown) <= 50
    assert "\n" not in shown
    assert not any(ord(char) < 32 or char in "\u202e\u200b\ufeff" or 0xE0000 <= ord(char) < 0xE0200 for char in shown)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("see https://api.example/z?access_token=abc now", "see https://api.example/z now"),
        ("see https://user:word@host.example/p?key=1", "see https://host.example/p"),
        ("It broke. Traceback (most recent call last): File x", "It broke."),
        ("no method foo app/models/ticket.rb:42:in bar", "no method foo"),
        ("is due at noon (3:45)?", "is due at noon (3:45)?"),
    ],
)
def test_what_an_error_says_holds_no_query_no_password_and_no_trace(said: str, shown: str) -> None:
    assert one_line(said) == shown
