"""Logins as values: written, read, never shown."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assembla_client.auth.tokens import (
    Application,
    StoredLogin,
    Tokens,
    Way,
    fingerprint,
    login_from_json,
    login_to_json,
)

VISIBLE = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1)
SECONDS = st.floats(allow_nan=False, allow_infinity=False)
WAYS: list[Way] = ["oauth", "client-credentials"]
LOGINS = st.builds(
    StoredLogin,
    st.builds(Tokens, st.none() | VISIBLE, st.none() | VISIBLE, st.none() | SECONDS, SECONDS),
    st.builds(Application, st.text(), st.text()),
    st.sampled_from(WAYS),
    st.none() | VISIBLE,
)
LOGIN = StoredLogin(Tokens("acc-canary", "ref-canary", 900, 1.5), Application("id", "sec-canary"), "oauth", None)


@given(LOGINS)
def test_every_login_comes_back_from_json_as_it_was(login: StoredLogin) -> None:
    assert login_from_json(login_to_json(login)) == login


def test_keys_of_a_later_version_are_left_out() -> None:
    kept = json.loads(login_to_json(LOGIN))
    kept["colour"] = "green"
    kept["tokens"]["scope"] = ["all"]
    assert login_from_json(json.dumps(kept).encode()) == LOGIN


@pytest.mark.parametrize(
    ("where", "value"),
    [
        (("tokens", "access_token"), "line\nbreak canary"),
        (("tokens", "access_token"), "accent-é-canary"),
        (("tokens", "refresh_token"), ""),
        (("tokens", "refresh_token"), 7),
        (("tokens", "expires_in"), "900"),
        (("tokens", "obtained_at"), True),
        (("application", "client_secret"), None),
        (("application",), "canary"),
        (("way",), "canary"),
        (("origin",), ["canary"]),
    ],
)
def test_a_malformed_field_is_named_and_not_quoted(where: tuple[str, ...], value: object) -> None:
    kept = json.loads(login_to_json(LOGIN))
    inner = kept
    for name in where[:-1]:
        inner = inner[name]
    inner[where[-1]] = value
    with pytest.raises(ValueError, match="not a stored login") as refused:
        login_from_json(json.dumps(kept).encode())
    assert where[-1] in str(refused.value)
    assert "canary" not in str(refused.value)
    assert refused.value.__cause__ is None


@given(st.binary())
def test_rubbish_is_refused_with_a_sentence(raw: bytes) -> None:
    with pytest.raises(ValueError, match="not a stored login"):
        login_from_json(raw)


def test_no_secret_shows_in_a_repr() -> None:
    assert "canary" not in f"{LOGIN!r} {LOGIN} {LOGIN.tokens!r} {LOGIN.application}"
    assert "expires_in=900" in repr(LOGIN)


def test_a_fingerprint_tells_tokens_apart_and_does_not_hold_them() -> None:
    assert fingerprint("abcdef") == fingerprint("abcdef") != fingerprint("abcdeg")
    assert len(fingerprint("x")) == 16
    assert fingerprint("\ud800") != fingerprint("")
