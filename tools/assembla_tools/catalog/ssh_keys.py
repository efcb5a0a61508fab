"""The signed-in user's own SSH keys. That of a space is among what `list_ssh` shows."""

from assembla_client.models import Model
from assembla_client.resources.ssh_keys import SshKey
from assembla_tools.framework.arguments import Detail
from assembla_tools.framework.context import Api
from assembla_tools.framework.pagination import PageRequest
from assembla_tools.framework.results import Listing
from assembla_tools.framework.tool import tool


class SshKeyInBrief(Model):
    """What a list shows of a key."""

    id: int
    title: str | None
    finger_print: str | None
    read_only: bool | None


@tool(effect="read", toolset="keys", title="List your SSH keys", default=False, brief=SshKeyInBrief)
async def list_ssh_keys(api: Api, page: PageRequest, detail: Detail = "brief") -> Listing[SshKey]:
    """List your own public SSH keys for repositories, by title: fingerprint, and whether a key may only read.

    `detail="full"` has the keys themselves. The key that a space signs in to servers with is in `list_ssh`.
    """
    keys = await api.client.ssh_keys.list()
    return page.take(keys, lambda key: ((key.title or "").casefold()[:100], key.id))
