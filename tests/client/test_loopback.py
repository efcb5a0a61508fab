"""Which hosts may be spoken to without https."""

import pytest

from assembla_client.auth.callback_server import read_redirect
from assembla_client.errors import AssemblaError, Unauthorized
from assembla_client.loopback import is_loopback
from assembla_client.transport.request import Request
from assembla_mcp.config.settings import SettingsError, load
from plain_api import PlainAPI, sender_to

STRANGERS = ["app.localhost", "localhost.example", "127.0.0.1.example", "0.0.0.0", "128.0.0.1", "10.0.0.1", "[::]"]
MAPPED = "[::ffff:127.0.0.1]"


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST.", "127.0.0.1", "127.8.9.1", "::1", "0:0:0:0:0:0:0:1"])
def test_this_machine_is_loopback(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host", [None, "", "127.1", "2130706433", *(host.strip("[]") for host in [*STRANGERS, MAPPED])]
)
def test_any_other_host_is_not(host: str | None) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize("host", [*STRANGERS, MAPPED])
async def test_settings_sender_and_login_agree_on_what_is_this_machine(host: str) -> None:
    api = PlainAPI()
    with pytest.raises(Unauthorized, match="plain http"):
        await sender_to(api, url=f"http://{host}")(Request("GET", "/v1/user.json"))
    assert api.asked == []
    with pytest.raises(AssemblaError, match="ASSEMBLA_REDIRECT_URL"):
        read_redirect(f"http://{host}:8723/callback")
    with pytest.raises(SettingsError, match="ASSEMBLA_API_URL"):
        load(api_url=f"http://{host}")
