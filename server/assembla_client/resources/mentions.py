"""Mentions: where the signed-in user was named by others."""

from assembla_client.models import Instant, Model, NumberId
from assembla_client.transport.client import Transport
from assembla_client.transport.endpoint import Endpoint
from assembla_client.transport.query import query


class Mention(Model):
    """A mention. Known from clients alone, so any key but the id may be missing."""

    id: NumberId
    author_id: str | None = None
    link: str | None = None
    message: str | None = None
    read: bool | None = None
    created_at: Instant | None = None


MENTIONS = Endpoint(84, "GET", "/user/mentions", "the list of mentions")
MENTION = Endpoint(85, "GET", "/user/mentions/{id}", "mention {id}", "mention")


class MentionsAPI:
    """The mentions of the signed-in user."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def get(self, id: int) -> Mention:
        """Fetch one mention.

        GET /v1/user/mentions/{id}. Raises NotFound.
        """
        return await self._transport.one(Mention, MENTION(id=id))

    async def list(self, read: bool | None = None) -> list[Mention]:
        """Fetch the mentions of the signed-in user: all, the read ones or the unread ones.

        GET /v1/user/mentions, with `read=true` or `unread=true`. No source says whether it is paged. Empty: 204.
        """
        params = () if read is None else query(("read" if read else "unread", "true"))
        return await self._transport.pages(Mention, MENTIONS(), params)
