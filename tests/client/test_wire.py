import json
from typing import Annotated
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

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
from assembla_client.models import Instant, Model, NumberId, instant
from assembla_client.resources.spaces import Space
from assembla_client.resources.ticket_statuses import TicketStatus
from assembla_client.transport.error_body import field_errors, one_line
from assembla_client.transport.subjects import subject
from assembla_client.transport.wire import Reply, Request, decode_list, decode_one, error_for, path


def reply(status: int, body: object = b"", **headers: str) -> Reply:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, sent, body if isinstance(body, bytes) else json.dumps(body).encode())


def error(status: int, body: object = b"", at: str = "/v1/spaces/demo/tickets/42.json") -> AssemblaError:
    return error_for(Request("GET", at), reply(status, body))


def space(**fields: object) -> dict[str, object]:
    return {"id": "a", "name": "A", "wiki_name": "a", **fields}


# Paths


def test_a_path_ends_in_json_below_v1() -> None:
    assert path("spaces", "demo", "tickets", 42) == "/v1/spaces/demo/tickets/42.json"
    assert path("spaces", "../a b/ü?x#y") == "/v1/spaces/..%2Fa%20b%2F%C3%BC%3Fx%23y.json"


@given(name=st.text(min_size=1, max_size=50))
@example(name="..")
@example(name="%2e%2e")
@example(name="a\x00b\n")
def test_a_name_stays_in_its_segment_whatever_it_holds(name: str) -> None:
    try:
        built = path("spaces", name, "users")
    except NotFound:
        assert name.strip() in {"", ".", ".."} or not name.isprintable()
        return
    assert built.isascii()
    assert built.isprintable()
    parts = urlsplit("https://host" + built)
    assert not parts.query
    assert not parts.fragment
    segments = parts.path.split("/")
    assert segments[:3] == ["", "v1", "spaces"]
    assert unquote(segments[3]) == name
    assert segments[4:] == ["users.json"]


@pytest.mark.parametrize("name", ["", " ", ".", "..", "x" * 1001, "\ud800"])
def test_a_name_that_nothing_can_have_is_not_found(name: str) -> None:
    with pytest.raises(NotFound):
        path("spaces", name)


# Bodies


def test_no_content_and_no_body_are_empty_lists() -> None:
    assert decode_list(Space, reply(204)) == []
    assert decode_list(Space, reply(200, b"")) == []
    assert decode_list(Space, reply(200, b" ")) == []
    assert decode_list(Space, reply(200, b"[]")) == []


def test_unknown_fields_are_ignored_and_absent_ones_told_apart_from_null() -> None:
    read = decode_one(Space, reply(200, space(description=None, brand_new=[1])))
    assert read.description is None
    assert read.model_dump()["status"] is None
    assert read.model_fields_set == {"id", "name", "wiki_name", "description"}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ([space(), space(status="archived-canary")], "spaces[1].status"),
        ([space(approved=1)], "spaces[0].approved"),
        ([space(name=17)], "spaces[0].name"),
        ([{"id": "a", "name": "A"}], "spaces[0].wiki_name"),
        ([None], "spaces[0]"),
        (None, "spaces"),
        ({"spaces": []}, "spaces"),
        ("canary", "spaces"),
    ],
)
def test_a_wrong_type_is_told_by_its_fields_name_and_without_its_value(body: object, field: str) -> None:
    with pytest.raises(UnexpectedResponse) as caught:
        decode_list(Space, reply(200, body))
    assert caught.value.field == field
    assert f"`{field}`" in caught.value.message
    assert "canary" not in caught.value.message
    assert caught.value.__cause__ is None


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
    read = decode_one(Sample, reply(200, {"id": "7", "at": text}))
    assert read.at.isoformat() == "2014-09-08T12:02:28+00:00"
    assert read.id == 7


@pytest.mark.parametrize("text", ["yesterday", "", "0001-01-01T00:00:00+10:00", 12, None])
def test_what_is_no_time_is_told_by_the_fields_name(text: object) -> None:
    with pytest.raises(UnexpectedResponse, match=r"`sample\.at`"):
        decode_one(Sample, reply(200, {"id": 7, "at": text}))


def test_a_time_that_is_one_already_is_kept() -> None:
    at = instant("2014-09-08T12:02:28Z")
    assert Sample(id=7, at=at).at == at


def test_models_are_frozen() -> None:
    read = decode_one(Space, reply(200, space()))
    with pytest.raises(ValidationError, match="frozen"):
        setattr(read, "name", "other")  # noqa: B010 (the type checker would not let it pass)


# Errors


@pytest.mark.parametrize(
    ("at", "what"),
    [
        ("/v1/spaces.json", "the list of spaces"),
        ("/v1/spaces/demo.json", "space `demo`"),
        ("/v1/spaces/tickets/users.json", "the list of users of space `tickets`"),
        ("/v1/spaces/demo/tickets/42.json", "ticket `42` of space `demo`"),
        ("/v1/spaces/demo/tickets/id/9.json", "ticket `9` of space `demo`"),
        ("/v1/spaces/demo/tickets/42/ticket_comments/7.json", "comment `7` of ticket `42` of space `demo`"),
        ("/v1/spaces/demo/space_tools/git/merge_requests/3.json", None),
        ("/v1/users/a%2Fb.json", "user `a/b`"),
        ("/v1/user.json", "the signed-in user"),
        ("/v1/user/mentions/5.json", "mention `5`"),
        ("/v1/meta.json", "`meta`"),
        ("/token", "the sign-in service"),
    ],
)
def test_a_request_is_named_in_words(at: str, what: str | None) -> None:
    assert subject(at) == (what or "merge request `3` of space tool `git` of space `demo`")


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
    asked = Request("GET", "/v1/user.json")
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
        ("/v1/spaces/demo/tickets.json", "Space `demo` does not have the Tickets tool installed."),
        ("/v1/spaces/demo/wiki_pages/x.json", "Space `demo` does not have the Wiki tool installed."),
        ("/v1/spaces/demo/documents.json", "Space `demo` does not have the Files tool installed."),
        ("/v1/spaces/demo/strange.json", "Space `demo` does not have the needed tool installed."),
        ("/v1/tasks.json", "The space does not have the needed tool installed."),
    ],
)
def test_a_missing_space_tool_is_told_apart_and_named(at: str, says: str) -> None:
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
        ("/v1/spaces/demo/tickets/42/attachments.json", "Ticket `42` of space `demo`", "ticket"),
        ("/v1/spaces/demo/tickets/42/ticket_comments/7.json", "Comment `7` of ticket `42` of space `demo`", "comment"),
        ("/v1/spaces/demo.json", "Space `demo`", "space"),
        ("/v1/spaces/demo/documents.json", "The list of documents of space `demo`", "list"),
        ("/v1/users.json", "The list of users", None),
        ("/v1/user.json", "The signed-in user", None),
    ],
)
def test_what_is_missing_is_what_holds_a_list(at: str, says: str, kind: str | None) -> None:
    missing = error(404, b" ", at)
    assert isinstance(missing, NotFound)
    assert missing.message == f"{says} does not exist, or this user may not see it (404)."
    assert missing.kind == kind


@pytest.mark.parametrize(
    ("at", "filters", "says"),
    [
        ("/v1/users.json", (), "`acme` is not a portfolio you manage ({}): this is for its managers."),
        (
            "/v1/users.json",
            (("filter[usergroup]", "9"),),
            "`acme` is not a portfolio you manage, or it has no such group ({}): this is for its managers.",
        ),
        (
            "/v1/invitations/5.json",
            (),
            "`acme` is not a portfolio you manage, or it has no invitation `5` ({}): this is for its managers.",
        ),
    ],
)
def test_a_portfolio_of_others_is_named(at: str, filters: tuple[tuple[str, str], ...], says: str) -> None:
    asked = Request("GET", at, (("portfolio", "acme"), *filters))
    missing = error_for(asked, reply(404, b" "))
    assert isinstance(missing, NotFound)
    assert (missing.message, missing.kind) == (says.format(404), "portfolio")
    forbidden = error_for(asked, reply(403))
    assert isinstance(forbidden, Forbidden)
    assert forbidden.message == "`acme` is not a portfolio you manage (403): this is for its managers."


def test_a_wrong_field_in_a_list_is_told_in_a_plural() -> None:
    with pytest.raises(UnexpectedResponse) as caught:
        decode_list(TicketStatus, reply(200, [{"id": 1, "state": 1}]))
    assert caught.value.field == "ticket_statuses[0].name"


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


def test_neither_request_nor_reply_shows_what_may_be_secret() -> None:
    request = Request("POST", "/token", (("code", "canary"),), (("Authorization", "canary"),), {"x": "canary"})
    assert "canary" not in repr(request) + repr(Reply(200, {"x": "canary"}, b"canary"))


@pytest.mark.parametrize(
    ("path_", "said"),
    [
        ("/v1/spaces/x/ssh/actions/5.json", "SSH action `5` of space `x`"),
        ("/v1/spaces/x/ssh/launches/2/output.json", "SSH launch `2` of space `x`"),
        ("/v1/spaces/x/documents/d/download.json", "document `d` of space `x`"),
        ("/v1/spaces/x/documents/download.json", "document `download` of space `x`"),
        ("/v1/spaces/x/milestones/completed.json", "the list of milestones of space `x`"),
        ("/v1/spaces/all/tickets/3.json", "ticket `3` of space `all`"),
        ("/v1/spaces/x/tickets/id/9.json", "ticket `9` of space `x`"),
    ],
)
def test_what_a_path_leads_to_is_said_by_its_own_name(path_: str, said: str) -> None:
    assert subject(path_) == said


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
