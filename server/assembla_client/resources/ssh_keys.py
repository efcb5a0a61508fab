"""SSH keys of the signed-in user, for access to repositories. A space's own key is in `ssh`."""

from assembla_client.models import Model, NumberId
from assembla_client.transport.client import Transport
from assembla_client.transport.wire import path


class SshKey(Model):
    """A public key."""

    id: NumberId
    title: str
    key: str | None = None
    finger_print: str | None = None
    read_only: bool | None = None


class SshKeysAPI:
    """Endpoints 87 and 88."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def get(self, id: int) -> SshKey:
        """Fetch one key.

        GET /v1/user/ssh_keys/{id} (88). Raises NotFound.
        """
        return await self._transport.one(SshKey, path("user", "ssh_keys", id))

    async def list(self) -> list[SshKey]:
        """Fetch the keys of the signed-in user.

        GET /v1/user/ssh_keys (87). No source says whether it is paged. Empty: 204.
        """
        return await self._transport.pages(SshKey, path("user", "ssh_keys"))
