"""What is logged goes to stderr, and nothing secret is in it."""

import logging

import pytest

from assembla_mcp import logs

SECRET = "Zk81-very-secret-value"


@pytest.mark.parametrize(
    "text",
    [
        f"Authorization: Bearer {SECRET}",
        f"{{'authorization': 'Bearer {SECRET}', 'accept': 'json'}}",
        f"(b'X-Api-Secret', b'{SECRET}')",
        f"X-Api-Key={SECRET}",
        f"sent Basic {SECRET} to them",
        f"POST https://api.assembla.com/token?grant_type=pin_code&pin_code={SECRET} 200",
        f"refresh_token={SECRET}&grant_type=refresh_token",
        f'{{"access_token": "{SECRET}"}}',
        f"GET /callback?code={SECRET}&state=abc",
        f"https://app:{SECRET}@api.assembla.com/token",
        f"client_secret = '{SECRET}'",
    ],
)
def test_what_looks_like_a_credential_is_redacted(text: str) -> None:
    told = logs.redact(text)
    assert SECRET not in told
    assert logs.REDACTED in told


@pytest.mark.parametrize(
    "text",
    [
        "status code: 404 for space demo",
        "GET https://api.assembla.com/v1/spaces.json 200",
        "tool list_spaces failed: NOT_FOUND",
    ],
)
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert logs.redact(text) == text


def test_known_secrets_are_redacted_wherever_they_stand(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("info", ["tr1cky-known-value", "tiny"])
    try:
        raise ValueError("with tr1cky-known-value inside")
    except ValueError:
        logging.getLogger("x").exception("about %s and a tiny thing", "tr1cky-known-value")
    told = capsys.readouterr().err
    assert "tr1cky-known-value" not in told
    assert "Traceback" in told
    assert "tiny thing" in told


def test_the_level_decides_and_http_clients_stay_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("debug")
    logs.configure("info")
    for name in ("httpx2", "httpcore2", "uvicorn.access"):
        logging.getLogger(name).info("GET https://example.com/?x=1")
    logging.getLogger("ours").debug("details")
    logging.getLogger("ours").info("said once")
    assert capsys.readouterr().err == "INFO ours: said once\n"
