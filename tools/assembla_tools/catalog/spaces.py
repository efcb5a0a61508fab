"""Spaces: the projects that everything else lives in."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from assembla_client.models import Model
from assembla_client.resources.spaces import SPACE_STATUSES, Space
from assembla_tools.framework.arguments import Detail
from assembla_tools.framework.context import Api, SpaceScope
from assembla_tools.framework.errors import quoted
from assembla_tools.framework.pagination import PageRequest
from assembla_tools.framework.results import Listing
from assembla_tools.framework.text import same
from assembla_tools.framework.tool import tool
from assembla_tools.lookup.find_space import SpaceRef


class SpaceInBrief(Model):
    """What a list shows of a space."""

    id: str
    name: str | None
    wiki_name: str
    updated_at: str
    status: int


@tool(effect="read", toolset="spaces", title="List spaces", brief=SpaceInBrief)
async def list_spaces(
    api: Api,
    page: PageRequest,
    query: Annotated[
        str | None, Field(max_length=200, description="Text to look for in name, wiki_name and description.")
    ] = None,
    status: Annotated[
        Literal["proposed", "active", "archived", "template", "shared"] | None, Field(description="Only these.")
    ] = None,
    group: Annotated[
        str | None,
        Field(
            max_length=100,
            description="Portfolio only: all, active, archived, proposed, template, shared, or a group's id.",
        ),
    ] = None,
    portfolio: Annotated[
        str | None, Field(max_length=100, description="A portfolio's subdomain: its spaces, not just your own.")
    ] = None,
    detail: Detail = "brief",
) -> Listing[Space]:
    """List the spaces (projects) you take part in, by name, or those of a portfolio.

    Use it to find out what a space is called; every other tool takes that name. For one space you can name, use
    `get_space`. Filters see every space, whatever `limit` is.
    """
    portfolio = portfolio or api.portfolio
    if portfolio or group:
        spaces = await api.client.spaces.portfolio(portfolio, group)
    else:
        spaces = await api.client.spaces.mine()
    found = [space for space in spaces if api.scope.allows(space.id, space.wiki_name) and _fits(space, query, status)]
    listing = page.about(portfolio=portfolio).take(found, lambda space: (same(space.name), space.id))
    return listing.showing(listing.items, note=_unmatched(api.scope, spaces))


@tool(effect="read", toolset="spaces", title="Get a space")
async def get_space(api: Api, space: SpaceRef) -> Space:
    """Get one space with every field: permissions, status, parent portfolio, dates, looks.

    Use it for the settings of a space. To search for spaces use `list_spaces`.
    """
    return space


def _unmatched(scope: SpaceScope, spaces: Sequence[Space]) -> str | None:
    """Says which names in ASSEMBLA_SPACES are no space's: a slip there would look like an empty account."""
    known = {name.casefold() for space in spaces for name in (space.id, space.wiki_name)}
    unmatched = sorted(scope.names - known)
    if not unmatched:
        return None
    return f"ASSEMBLA_SPACES also names {quoted(unmatched)}: no id or wiki_name of a space in this list."


def _fits(space: Space, query: str | None, status: str | None) -> bool:
    if status is not None and space.status != SPACE_STATUSES[status]:
        return False
    texts = (space.name or "", space.wiki_name, space.description or "")
    return query is None or any(query.casefold() in text.casefold() for text in texts)
