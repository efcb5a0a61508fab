"""Comments of a ticket. Every change makes a row too, so they are also the ticket's history."""

from functools import cached_property

from assembla_client.models import Expected, Instant, Model, NumberId
from assembla_client.resources.ticket_changes import Change, Changes, read_changes
from assembla_client.resources.tickets import TICKET
from assembla_client.transport.client import Transport
from assembla_client.transport.endpoint import Endpoint


class Comment(Model):
    """A comment, a change, or both. `user_name` and `user_avatar_url` came later than the recorded answers."""

    id: NumberId
    comment: str | None = None
    ticket_id: Expected[NumberId] = None
    user_id: str | None = None
    user_name: str | None = None
    user_avatar_url: str | None = None
    created_on: Expected[Instant] = None
    updated_at: Instant | None = None
    ticket_changes: str | None = None

    @property
    def changes(self) -> tuple[Change, ...]:
        """What changed with it, as far as that can be read."""
        return self._history.read

    @property
    def changes_text(self) -> str | None:
        """What else `ticket_changes` says, as it came; None where all of it was read."""
        return self._history.text

    @property
    def is_blank(self) -> bool:
        """Whether it says nothing: creating a ticket makes such a row."""
        return not (self.comment or "").strip() and self._history == Changes()

    @cached_property
    def _history(self) -> Changes:
        return read_changes(self.ticket_changes)


COMMENTS = Endpoint(
    27,
    "GET",
    "/spaces/{space}/tickets/{number}/ticket_comments",
    "the list of ticket comments of ticket {number} of space {space}",
    of=TICKET,
)
COMMENT = Endpoint(
    28,
    "GET",
    "/spaces/{space}/tickets/{number}/ticket_comments/{id}",
    "comment {id} of ticket {number} of space {space}",
    "comment",
    tool="Tickets",
)


class TicketCommentsAPI:
    """The comments of a ticket."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def get(self, space: str, number: int, id: int) -> Comment:
        """Fetch one comment.

        GET /v1/spaces/{space}/tickets/{number}/ticket_comments/{id}. Raises NotFound.
        """
        return await self._transport.one(Comment, COMMENT(space=space, number=number, id=id))

    async def list(self, space: str, number: int) -> list[Comment]:
        """Fetch the comments of a ticket, newest first, blank ones included.

        GET /v1/spaces/{space}/tickets/{number}/ticket_comments. Paged. Empty: 204.
        """
        return await self._transport.pages(Comment, COMMENTS(space=space, number=number))
