"""The signed-in user's own SSH keys. That of a space is among what `list_ssh` shows."""

from assembla_client.resources.ssh_keys import SshKey
from assembla_tools.framework.arguments import Cursor, Detail, Limit
from assembla_tools.framework.context import Api
from assembla_tools.framework.results import Listing, Walk
from assembla_tools.framework.tool import tool

_BRIEF = ("id", "title", "finger_print", "read_only")


@tool(effect="read", toolset="keys", title="List your SSH keys", default=False)
async def list_ssh_keys(
    api: Api, detail: Detail = "brief", limit: Limit = 25, cursor: Cursor = None
) -> Listing[SshKey]:
    """List your own public SSH keys for repositories, by title: fingerprint, and whether a key may only read.

    `detail="full"` has the keys themselves. The key that a space signs in to servers with is in `list_ssh`.
    """
    walk = Walk.of("list_ssh_keys", cursor)
    keys = await api.client.ssh_keys.list()
    page = walk.page(keys, lambda key: (key.title.casefold()[:100], key.id), limit, lambda key: key)
    return page.in_detail(detail, _BRIEF)
