"""Mentions: where others have named the signed-in user."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from assembla_client.models import Model
from assembla_client.resources.mentions import Mention
from assembla_client.resources.users import User
from assembla_tools.framework.arguments import Detail
from assembla_tools.framework.context import Api
from assembla_tools.framework.pagination import PageRequest
from assembla_tools.framework.results import Listing
from assembla_tools.framework.tool import tool
from assembla_tools.lookup.people import login_of, with_former_members
from assembla_tools.lookup.space_names import space_of, spaces_allowed


class MentionInBrief(Model):
    """What a list shows of a mention."""

    id: int
    read: bool | None
    author: str | None
    message: str | None
    link: str | None
    created_at: datetime | None


class MentionOfMe(MentionInBrief):
    """A mention with all that is known of it."""

    author_id: str | None = None

    @classmethod
    def of(cls, mention: Mention, people: dict[str, User]) -> "MentionOfMe":
        """A mention with its author called by login."""
        return cls(
            id=mention.id,
            read=mention.read,
            author=login_of(people, mention.author_id),
            message=mention.message,
            link=mention.link,
            created_at=mention.created_at,
            author_id=mention.author_id,
        )


@tool(effect="read", toolset="mentions", title="List mentions", default=False, brief=MentionInBrief)
async def list_mentions(
    api: Api,
    page: PageRequest,
    read: Annotated[bool | None, Field(description="Only read ones, or with false only unread ones.")] = None,
    detail: Detail = "brief",
) -> Listing[MentionOfMe]:
    """List where others have mentioned you (@name), newest first, with who, what and a link.

    Use `read=false` for what still waits for you. The link names space and ticket: read them with `get_ticket`.
    """
    mentions = await api.client.mentions.list(read)
    allowed = await spaces_allowed(api)
    found = [
        each
        for each in mentions
        if (read is None or each.read in (read, None)) and (allowed is None or space_of(each) in allowed)
    ]
    listing = page.take(found, lambda each: (-_time(each), -each.id))
    people, note = await with_former_members(api, {}, [each.author_id for each in listing.items])
    return listing.showing([MentionOfMe.of(each, people) for each in listing.items], note)


def _time(mention: Mention) -> float:
    return mention.created_at.timestamp() if mention.created_at else 0.0
