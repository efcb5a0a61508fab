"""Mentions: where the signed-in user was named by others."""

from assembla_client.models import Instant, Model, NumberId
from assembla_client.transport.client import Transport
from assembla_client.transport.query import query
from assembla_client.transport.wire import path


class Mention(Model):
    """A mention. Known from clients alone, so any key but the id may be missing."""

    id: NumberId
    author_id: str | None = None
    link: str | None = None
    message: str | None = None
    read: bool | None = None
    created_at: Instant | None = None


class MentionsAPI:
    """Endpoints 84 and 85."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def get(self, id: int) -> Mention:
        """Fetch one mention.

        GET /v1/user/mentions/{id} (85). Raises NotFound.
        """
        return await self._transport.one(Mention, path("user", "mentions", id))

    async def list(self, read: bool | None = None) -> list[Mention]:
        """Fetch the mentions of the signed-in user: all, the read ones or the unread ones.

        GET /v1/user/mentions (84), with `read=true` or `unread=true`. No source says whether it is paged. Empty: 204.
        """
        params = () if read is None else query(("read" if read else "unread", "true"))
        return await self._transport.pages(Mention, path("user", "mentions"), params)
