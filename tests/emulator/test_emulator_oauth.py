"""Signing in over HTTP: keys and tokens on `/v1`, the consent page, every grant, and how long tokens live."""

import base64
import re
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from assembla_emulator.app import Emulator
from assembla_emulator.clock import Clock

Asking = Callable[..., httpx2.AsyncClient]
MINUTE, DAY = 60.0, 86_400.0


@pytest.fixture
async def anybody(asking: Asking) -> AsyncIterator[httpx2.AsyncClient]:
    """Asks without a credential, at the root."""
    async with asking() as client:
        client.base_url = "http://api.example"
        yield client


def consent(emulator: Emulator, response_type: str, **more: str) -> dict[str, str]:
    return {"client_id": emulator.credentials.client_id, "response_type": response_type, **more}


async def approved(emulator: Emulator, http: httpx2.AsyncClient, response_type: str, **more: str) -> httpx2.Response:
    form = consent(emulator, response_type, decision="approve", **more)
    return await http.post("/authorization", data=form)


def sent_back(answer: httpx2.Response) -> dict[str, str]:
    assert answer.status_code == 302
    url = urlsplit(answer.headers["location"])
    assert f"{url.scheme}://{url.netloc}{url.path}" == "http://127.0.0.1:8723/callback"
    return {key: values[0] for key, values in parse_qs(url.query or url.fragment).items()}


async def granted(emulator: Emulator, http: httpx2.AsyncClient, **params: str) -> httpx2.Response:
    mine = emulator.credentials
    return await http.post("/token", params=params, auth=(mine.client_id, mine.client_secret))


async def refreshed(emulator: Emulator, http: httpx2.AsyncClient, token: str | None = None) -> httpx2.Response:
    token = token or emulator.credentials.refresh_token
    return await granted(emulator, http, grant_type="refresh_token", refresh_token=token)


async def status_of(http: httpx2.AsyncClient, token: str, path: str = "/v1/user.json") -> int:
    return (await http.get(path, headers={"Authorization": f"Bearer {token}"})).status_code


# what `/v1` takes


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Api-Key": "{key}"},
        {"X-Api-Secret": "{secret}"},
        {"X-Api-Key": "{key}", "X-Api-Secret": "wrong"},
        {"X-Api-Key": "", "X-Api-Secret": ""},
        {"Authorization": "Bearer wrong"},
        {"Authorization": "Bearer"},
        {"Authorization": "Basic {basic}"},
    ],
)
async def test_whatever_is_no_credential_of_the_api_is_401_with_an_error(
    emulator: Emulator, anybody: httpx2.AsyncClient, headers: dict[str, str]
) -> None:
    mine = emulator.credentials
    basic = base64.b64encode(f"{mine.client_id}:{mine.client_secret}".encode()).decode()
    filled = {
        name: value.format(key=mine.api_key, secret=mine.api_secret, basic=basic) for name, value in headers.items()
    }
    answer = await anybody.get("/v1/user.json", headers=filled)
    assert answer.status_code == 401
    assert isinstance(answer.json()["error"], str)


def test_credentials_keep_their_secrets_out_of_their_repr(emulator: Emulator) -> None:
    mine = emulator.credentials
    environment = mine.as_env("http://127.0.0.1:1")
    assert list(environment) == [
        f"ASSEMBLA_{name}"
        for name in ("API_URL", "API_KEY", "API_SECRET", "CLIENT_ID", "CLIENT_SECRET", "REFRESH_TOKEN")
    ]
    assert environment["ASSEMBLA_API_URL"] == "http://127.0.0.1:1"
    assert not {mine.api_secret, mine.client_secret, mine.refresh_token} & set(re.split("'", repr(mine)))
    assert mine == Emulator().credentials != Emulator(seed=2).credentials


# the page


async def test_page_names_application_and_user_and_has_two_buttons(
    emulator: Emulator, anybody: httpx2.AsyncClient
) -> None:
    page = await anybody.get("/authorization", params=consent(emulator, "code", state='"><b>x'))
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "Assembla MCP" in page.text
    assert "Wren Tallowmere (wren)" in page.text
    assert re.findall(r'name="decision" value="(\w+)"', page.text) == ["approve", "deny"]
    assert "<b>" not in page.text
    assert 'name="state" value="&quot;&gt;&lt;b&gt;x"' in page.text


@pytest.mark.parametrize("params", [{}, {"client_id": "nobody", "response_type": "code"}])
async def test_unknown_application_is_told_and_sent_nowhere(
    anybody: httpx2.AsyncClient, params: dict[str, str]
) -> None:
    for answer in (
        await anybody.get("/authorization", params=params),
        await anybody.post("/authorization", data={**params, "decision": "approve"}),
    ):
        assert answer.status_code == 400
        assert "Unknown application" in answer.text


async def test_unknown_response_type_is_told(emulator: Emulator, anybody: httpx2.AsyncClient) -> None:
    answer = await anybody.get("/authorization", params=consent(emulator, "password"))
    assert answer.status_code == 400


async def test_yes_comes_back_with_code_and_state(emulator: Emulator, anybody: httpx2.AsyncClient) -> None:
    back = sent_back(await approved(emulator, anybody, "code", state="a b&c"))
    assert set(back) == {"code", "state"}
    assert back["state"] == "a b&c"
    assert set(sent_back(await approved(emulator, anybody, "code"))) == {"code"}


async def test_no_comes_back_as_access_denied(emulator: Emulator, anybody: httpx2.AsyncClient) -> None:
    form = consent(emulator, "code", state="s", decision="deny")
    assert sent_back(await anybody.post("/authorization", data=form)) == {
        "error": "access_denied",
        "state": "s",
    }


async def test_registered_address_is_used_whatever_the_request_says(
    emulator: Emulator, anybody: httpx2.AsyncClient
) -> None:
    sent_back(await approved(emulator, anybody, "code", redirect_uri="http://elsewhere.example/"))


async def test_address_that_has_a_query_keeps_it(emulator: Emulator, anybody: httpx2.AsyncClient) -> None:
    other = emulator.register("Other", "http://127.0.0.1:9/back?from=assembla")
    form = {"client_id": other.client_id, "response_type": "code", "decision": "approve"}
    answer = await anybody.post("/authorization", data=form)
    assert answer.headers["location"].startswith("http://127.0.0.1:9/back?from=assembla&code=")
    assert other.client_secret not in repr(other)


async def test_token_comes_back_in_the_fragment_and_works(emulator: Emulator, anybody: httpx2.AsyncClient) -> None:
    answer = await approved(emulator, anybody, "token", state="s")
    assert "?" not in answer.headers["location"]
    back = sent_back(answer)
    assert back["token_type"] == "bearer"
    assert back["state"] == "s"
    assert await status_of(anybody, back["access_token"]) == 200


async def test_pin_is_shown_and_works_once(emulator: Emulator, anybody: httpx2.AsyncClient) -> None:
    page = await approved(emulator, anybody, "pin_code")
    (pin,) = re.findall(r"<output>(\d{7})</output>", page.text)
    first = await granted(emulator, anybody, grant_type="pin_code", pin_code=pin)
    assert await status_of(anybody, first.json()["access_token"]) == 200
    again = await granted(emulator, anybody, grant_type="pin_code", pin_code=pin)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")


async def test_no_to_a_pin_is_a_page_without_one(emulator: Emulator, anybody: httpx2.AsyncClient) -> None:
    page = await anybody.post("/authorization", data=consent(emulator, "pin_code", decision="deny"))
    assert page.status_code == 200
    assert "<output>" not in page.text


# the grants


async def test_code_is_good_for_tokens_once(emulator: Emulator, anybody: httpx2.AsyncClient) -> None:
    code = sent_back(await approved(emulator, anybody, "code"))["code"]
    answer = (await granted(emulator, anybody, grant_type="authorization_code", code=code)).json()
    assert set(answer) == {"token_type", "access_token", "expires_in", "refresh_token"}
    assert answer["token_type"] == "bearer"
    assert answer["expires_in"] == 900
    assert re.fullmatch("[0-9a-f]{32}", answer["access_token"])
    assert re.fullmatch("[0-9a-f]{32}", answer["refresh_token"])
    again = await granted(emulator, anybody, grant_type="authorization_code", code=code)
    assert again.status_code == 400
    assert set(again.json()) == {"error", "error_description"}


async def test_code_is_good_for_ten_minutes_and_for_its_application_only(
    emulator: Emulator, anybody: httpx2.AsyncClient
) -> None:
    code = sent_back(await approved(emulator, anybody, "code"))["code"]
    emulator.clock.advance(10 * MINUTE)
    late = await granted(emulator, anybody, grant_type="authorization_code", code=code)
    assert late.json()["error"] == "invalid_grant"
    code = sent_back(await approved(emulator, anybody, "code"))["code"]
    other = emulator.register("Other", "http://127.0.0.1:9/")
    params = {"grant_type": "authorization_code", "code": code}
    stolen = await anybody.post("/token", params=params, auth=(other.client_id, other.client_secret))
    assert stolen.json()["error"] == "invalid_grant"


async def test_parameters_may_come_in_a_form(emulator: Emulator, anybody: httpx2.AsyncClient) -> None:
    mine = emulator.credentials
    form = {"grant_type": "refresh_token", "refresh_token": mine.refresh_token}
    answer = await anybody.post("/token", data=form, auth=(mine.client_id, mine.client_secret))
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"


async def test_refresh_answer_has_no_refresh_token_and_the_old_one_stays_good(
    emulator: Emulator, anybody: httpx2.AsyncClient
) -> None:
    for _ in range(2):
        answer = await refreshed(emulator, anybody)
        assert set(answer.json()) == {"token_type", "access_token", "expires_in"}
        assert await status_of(anybody, answer.json()["access_token"]) == 200


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "Bearer x",
        "Basic not base64!",
        "Basic " + base64.b64encode(b"\xff\xfe:").decode(),
        "Basic " + base64.b64encode(b"nobody:nothing").decode(),
        "Basic {wrong}",
    ],
)
async def test_token_wants_the_applications_own_basic(
    emulator: Emulator, anybody: httpx2.AsyncClient, authorization: str | None
) -> None:
    wrong = base64.b64encode(f"{emulator.credentials.client_id}:wröng".encode()).decode()
    headers = {} if authorization is None else {"Authorization": authorization.format(wrong=wrong)}
    answer = await anybody.post("/token", params={"grant_type": "client_credentials"}, headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


@pytest.mark.parametrize(
    ("params", "error"),
    [
        ({}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "authorization_code"}, "invalid_grant"),
        ({"grant_type": "pin_code", "pin_code": "1234567"}, "invalid_grant"),
        ({"grant_type": "refresh_token", "refresh_token": "wrong"}, "invalid_grant"),
    ],
)
async def test_token_says_what_is_wrong(
    emulator: Emulator, anybody: httpx2.AsyncClient, params: dict[str, str], error: str
) -> None:
    answer = await granted(emulator, anybody, **params)
    assert (answer.status_code, answer.json()["error"]) == (400, error)


async def test_refresh_token_is_of_no_use_to_another_application(
    emulator: Emulator, anybody: httpx2.AsyncClient
) -> None:
    other = emulator.register("Other", "http://127.0.0.1:9/")
    params = {"grant_type": "refresh_token", "refresh_token": emulator.credentials.refresh_token}
    answer = await anybody.post("/token", params=params, auth=(other.client_id, other.client_secret))
    assert answer.json()["error"] == "invalid_grant"


async def test_client_credentials_see_public_data_only(emulator: Emulator, anybody: httpx2.AsyncClient) -> None:
    answer = (await granted(emulator, anybody, grant_type="client_credentials")).json()
    assert set(answer) == {"token_type", "access_token", "expires_in"}
    token = answer["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    spaces = (await anybody.get("/v1/spaces.json", headers=headers)).json()
    assert [space["wiki_name"] for space in spaces] == ["open-tide-tables"]
    assert await status_of(anybody, token) == 403
    assert await status_of(anybody, token, "/v1/spaces/harbour-app") == 404
    assert await status_of(anybody, token, "/v1/spaces?portfolio=lumenfjord") == 404
    assert "email" not in (await anybody.get("/v1/users/wren", headers=headers)).json()
    made = await anybody.post("/v1/spaces", headers=headers, json={"space": {"name": "x"}})
    assert made.status_code == 403


# how tokens live


async def test_access_token_slides_with_use_and_dies_idle(emulator: Emulator, anybody: httpx2.AsyncClient) -> None:
    token = (await refreshed(emulator, anybody)).json()["access_token"]
    for _ in range(3):
        emulator.clock.advance(14.9 * MINUTE)
        assert await status_of(anybody, token) == 200
    emulator.clock.advance(15 * MINUTE)
    assert await status_of(anybody, token) == 401


async def test_refresh_token_slides_with_use_and_dies_idle(emulator: Emulator, anybody: httpx2.AsyncClient) -> None:
    for _ in range(3):
        emulator.clock.advance(30.9 * DAY)
        assert (await refreshed(emulator, anybody)).status_code == 200
    emulator.clock.advance(31 * DAY)
    assert (await refreshed(emulator, anybody)).json()["error"] == "invalid_grant"


async def test_tokens_can_be_issued_and_revoked_by_a_test(emulator: Emulator, anybody: httpx2.AsyncClient) -> None:
    user: Any = emulator.database.user("juno.s")
    tokens = emulator.oauth.issue(emulator.credentials.client_id, user["id"])
    access, refresh = str(tokens["access_token"]), str(tokens["refresh_token"])
    assert await status_of(anybody, access) == 200
    emulator.oauth.revoke_access_tokens()
    assert await status_of(anybody, access) == 401
    fresh = str((await refreshed(emulator, anybody, refresh)).json()["access_token"])
    emulator.oauth.revoke(refresh)
    assert (await refreshed(emulator, anybody, refresh)).status_code == 400
    assert await status_of(anybody, fresh) == 200


class TestSwitches:
    """The ways that are not known of the real service."""

    @pytest.fixture
    def emulator(self) -> Emulator:
        return Emulator(
            rate=None,
            rotate_refresh_tokens=True,
            invalid_grant_status=401,
            access_ttl_s=60,
            refresh_ttl_s=600,
            redirect_url="http://127.0.0.1:9999/back",
            clock=Clock(lambda: 1_700_000_000.0),
        )

    async def test_rotated_refresh_tokens_work_once(self, emulator: Emulator, anybody: httpx2.AsyncClient) -> None:
        answer = (await refreshed(emulator, anybody)).json()
        assert answer["expires_in"] == 60
        assert (await refreshed(emulator, anybody)).status_code == 401
        assert (await refreshed(emulator, anybody, answer["refresh_token"])).status_code == 200

    async def test_lifetimes_and_redirect_are_as_chosen(self, emulator: Emulator, anybody: httpx2.AsyncClient) -> None:
        assert emulator.clock.now() == 1_700_000_000
        answer = await approved(emulator, anybody, "code")
        assert answer.headers["location"].startswith("http://127.0.0.1:9999/back?code=")
        token = (await refreshed(emulator, anybody)).json()["access_token"]
        emulator.clock.advance(60)
        assert await status_of(anybody, token) == 401
        emulator.clock.advance(540)
        assert (await refreshed(emulator, anybody)).status_code == 401
