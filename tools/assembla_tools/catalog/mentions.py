"""Mentions: where others have named the signed-in user."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated

from pydantic import Field

from assembla_client.models import Model
from assembla_client.resources.mentions import Mention
from assembla_client.resources.users import User
from assembla_tools.framework.arguments import Cursor, Detail, Limit
from assembla_tools.framework.context import Api
from assembla_tools.framework.results import Listing, Walk
from assembla_tools.framework.tool import tool
from assembla_tools.lookup.people import login_of, with_former_members
from assembla_tools.lookup.spaces import space_of, spaces_allowed

_BRIEF = ("id", "read", "author", "message", "link", "created_at")


class MentionOfMe(Model):
    """A mention. `author_id` only in full."""

    id: int
    read: bool | None
    author: str | None
    message: str | None
    link: str | None
    created_at: datetime | None
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


@tool(effect="read", toolset="mentions", title="List mentions", default=False)
async def list_mentions(
    api: Api,
    read: Annotated[bool | None, Field(description="Only read ones, or with false only unread ones.")] = None,
    detail: Detail = "brief",
    limit: Limit = 25,
    cursor: Cursor = None,
) -> Listing[MentionOfMe]:
    """List where others have mentioned you (@name), newest first, with who, what and a link.

    Use `read=false` for what still waits for you. The link names space and ticket: read them with `get_ticket`.
    """
    walk = Walk.of("list_mentions", cursor, read=read)
    mentions = await api.client.mentions.list(read)
    allowed = await spaces_allowed(api)
    found = [
        each
        for each in mentions
        if (read is None or each.read in (read, None)) and (allowed is None or space_of(each) in allowed)
    ]
    page = walk.page(found, lambda each: (-_time(each), -each.id), limit, lambda each: each)
    people, note = await with_former_members(api, {}, [each.author_id for each in page.items])
    shown = [MentionOfMe.of(each, people) for each in page.items]
    return replace(page.showing(shown).in_detail(detail, _BRIEF), note=note)


def _time(mention: Mention) -> float:
    return mention.created_at.timestamp() if mention.created_at else 0.0
