"""SSH keys of the signed-in user, for access to repositories. A space's own key is in `ssh`."""

from assembla_client.models import Expected, Model, NumberId
from assembla_client.transport.client import Transport
from assembla_client.transport.endpoint import Endpoint


class SshKey(Model):
    """A public key."""

    id: NumberId
    title: Expected[str] = None
    key: str | None = None
    finger_print: str | None = None
    read_only: bool | None = None


SSH_KEYS = Endpoint(87, "GET", "/user/ssh_keys", "the list of SSH keys")
SSH_KEY = Endpoint(88, "GET", "/user/ssh_keys/{id}", "SSH key {id}", "SSH key")


class SshKeysAPI:
    """The keys of the signed-in user."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def get(self, id: int) -> SshKey:
        """Fetch one key.

        GET /v1/user/ssh_keys/{id}. Raises NotFound.
        """
        return await self._transport.one(SshKey, SSH_KEY(id=id))

    async def list(self) -> list[SshKey]:
        """Fetch the keys of the signed-in user.

        GET /v1/user/ssh_keys. No source says whether it is paged. Empty: 204.
        """
        return await self._transport.pages(SshKey, SSH_KEYS())
