"""Token requests and their answers, without sending anything."""

import json
import re
from base64 import b64decode
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assembla_client.auth.grants import (
    authorization_url,
    client_credentials_grant,
    code_grant,
    pin_grant,
    read_tokens,
    refresh_grant,
)
from assembla_client.auth.tokens import Application, Tokens
from assembla_client.errors import AssemblaError, RateLimited, Reason, ServerError, TokenRefused, UnexpectedResponse
from assembla_client.transport.request import Reply, Request

APPLICATION = Application("app-id", "app-secret-canary")
GOOD = b'{"token_type":"bearer","access_token":"acc","expires_in":900,"refresh_token":"ref"}'


def reply(body: bytes | str, status: int = 200, **headers: str) -> Reply:
    return Reply(status, headers, body.encode() if isinstance(body, str) else body)


@pytest.mark.parametrize(
    ("request_", "params"),
    [
        (code_grant(APPLICATION, "c&d"), {"grant_type": "authorization_code", "code": "c&d"}),
        (pin_grant(APPLICATION, " 1234567\n"), {"grant_type": "pin_code", "pin_code": "1234567"}),
        (client_credentials_grant(APPLICATION), {"grant_type": "client_credentials"}),
        (refresh_grant(APPLICATION, "ref"), {"grant_type": "refresh_token", "refresh_token": "ref"}),
    ],
)
def test_a_grant_travels_in_the_query_with_basic_and_an_empty_body(request_: Request, params: dict[str, str]) -> None:
    headers = dict(request_.headers)
    assert (request_.method, request_.path, request_.json) == ("POST", "/token", None)
    assert dict(request_.params) == params
    assert headers["Content-Length"] == "0"
    assert headers["Accept"] == "application/json"
    assert b64decode(headers["Authorization"].removeprefix("Basic ")) == b"app-id:app-secret-canary"
    assert "ref" not in repr(request_)
    assert "1234567" not in repr(request_)


def test_the_authorization_address_carries_what_is_asked_for() -> None:
    url = urlsplit(authorization_url("https://api.example/", "id&x", "code", "st ate"))
    assert (url.netloc, url.path) == ("api.example", "/authorization")
    assert parse_qs(url.query) == {"client_id": ["id&x"], "response_type": ["code"], "state": ["st ate"]}
    assert "state" not in authorization_url("https://api.example", "id", "pin_code")


def test_a_full_answer_is_read_whole() -> None:
    assert read_tokens(reply(GOOD), 12.5) == Tokens("acc", "ref", 900.0, 12.5)
    assert read_tokens(reply(GOOD, 201), 12.5).access_token == "acc"


@pytest.mark.parametrize(
    ("sent", "lifetime"),
    [
        ("900", 900.0),
        ('"900"', 900.0),
        ("899.5", 899.5),
        ("null", None),
        ("true", None),
        ("0", None),
        ("-5", None),
        ('"soon"', None),
        ('"nan"', None),
        ("[900]", None),
        ("1e999", None),
        ("9" * 400, None),
    ],
)
def test_a_lifetime_is_read_leniently_and_never_made_up(sent: str, lifetime: float | None) -> None:
    assert read_tokens(reply(f'{{"access_token":"a","expires_in":{sent}}}'), 0).expires_in == lifetime


def test_an_absent_lifetime_and_refresh_token_are_unknown() -> None:
    assert read_tokens(reply('{"access_token":"a","token_type":"Bearer"}'), 3) == Tokens("a", None, None, 3)


@pytest.mark.parametrize("status", [200, 400, 401, 403])
def test_a_refused_grant_is_told_apart_from_a_refused_application(status: int) -> None:
    for reason, word in [("invalid_grant", "expired"), ("invalid_client", "client secret"), ("other", "")]:
        code = "canary_code" if reason == "other" else reason
        with pytest.raises(TokenRefused) as refused:
            read_tokens(reply(f'{{"error":"{code}","error_description":"ref canary"}}', status), 0)
        assert refused.value.reason == reason
        assert word in refused.value.message
        assert "canary" not in refused.value.message


@pytest.mark.parametrize(
    "reason", ["unauthorized_client", "unsupported_grant_type", "invalid_request", "access_denied"]
)
def test_every_code_of_oauth_has_a_sentence(reason: Reason) -> None:
    with pytest.raises(TokenRefused) as refused:
        read_tokens(reply(f'{{"error":"{reason}"}}', 400), 0)
    assert refused.value.reason == reason
    assert refused.value.message.endswith(".")


def test_a_401_without_a_code_means_that_basic_was_refused() -> None:
    with pytest.raises(TokenRefused, match="client secret"):
        read_tokens(reply("<html>canary</html>", 401), 0)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"<html>canary</html>", 200),
        (b"", 200),
        (b"[]", 200),
        (b'{"access_token":null}', 200),
        (b'{"access_token":"line\\nbreak-canary"}', 200),
        (b'{"access_token":"acc-canary","token_type":"mac"}', 200),
        (b"\xff\xfe", 200),
        (b"[" * 100_000, 200),
        (b"<html>canary</html>", 403),
        (GOOD, 302),
        (GOOD, 204),
    ],
)
def test_an_answer_that_is_no_token_is_unreadable(body: bytes, status: int) -> None:
    with pytest.raises(UnexpectedResponse) as unreadable:
        read_tokens(reply(body, status), 0)
    assert unreadable.value.status == status
    assert "canary" not in unreadable.value.message


def test_trouble_at_the_other_end_is_no_refusal() -> None:
    with pytest.raises(ServerError) as failed:
        read_tokens(reply("<h1>canary</h1>", 503), 0)
    assert failed.value.status == 503
    with pytest.raises(ServerError):
        read_tokens(reply('{"error":"temporarily_unavailable"}', 400), 0)


def test_the_rate_limit_is_told_with_its_seconds() -> None:
    with pytest.raises(RateLimited) as limited:
        read_tokens(reply(b"", 429, **{"retry-after": "7"}), 0)
    assert limited.value.seconds == 7
    with pytest.raises(RateLimited) as limited:
        read_tokens(reply(b"", 429), 0)
    assert limited.value.seconds > 0


JSON_VALUES = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.integers())
ANSWERS = st.dictionaries(
    st.sampled_from(["access_token", "refresh_token", "expires_in", "token_type", "error"]) | st.text(),
    JSON_VALUES,
)


@given(st.binary() | ANSWERS.map(lambda answer: json.dumps(answer).encode()), st.integers(100, 599))
def test_any_answer_gives_tokens_or_one_of_our_errors(body: bytes, status: int) -> None:
    try:
        text = read_tokens(reply(body, status), 1.0).access_token or ""
    except AssemblaError as error:
        text = error.message
    assert re.fullmatch("[ -~]+", text)
