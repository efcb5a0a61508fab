"""Tickets: searching them, and one of them with all that hangs on it.

Each module calls those behind its arrow:

    search_tickets → search → scan.source → scan.sorted_list    spaces → the list to read → a long one from the middle
                     search → filters, ordering                 yes or no; who comes first
                   → list_item → tags                           how a ticket looks in a list
    get_ticket     → detail → list_item                         how its fields are made, and names for ids
                            → history, links, parts             comments and changes; other tickets; all else
"""

from typing import Annotated

from pydantic import Field

from assembla_client.errors import NotFound
from assembla_client.resources.spaces import Space
from assembla_client.resources.tickets import SortOrder
from assembla_tools.catalog.tickets.detail import (
    PARTS_BY_DEFAULT,
    TicketDetail,
    TicketPart,
    fetch_ticket,
    ticket_detail,
)
from assembla_tools.catalog.tickets.filters import Name, TicketFilters
from assembla_tools.catalog.tickets.list_item import TicketItem, fields_of, show
from assembla_tools.catalog.tickets.ordering import Order, Sort
from assembla_tools.catalog.tickets.search import MOST_SPACES, search
from assembla_tools.framework.arguments import Detail, Presentation
from assembla_tools.framework.concurrency import gather
from assembla_tools.framework.context import Api
from assembla_tools.framework.errors import Refused
from assembla_tools.framework.pagination import PageRequest
from assembla_tools.framework.results import Answer, Listing
from assembla_tools.framework.tool import tool
from assembla_tools.lookup.find_space import SpaceRef, find_space
from assembla_tools.lookup.refs import joined


@tool(effect="read", toolset="tickets", title="Search tickets")
async def search_tickets(
    api: Api,
    page: PageRequest,
    *,
    space: SpaceRef | None = None,
    spaces: Annotated[list[Name] | None, Field(max_length=MOST_SPACES, description="Several spaces instead.")] = None,
    filters: TicketFilters,
    sort: Annotated[Sort, Field(description="Ties by number.")] = "updated",
    order: Annotated[SortOrder | None, Field(description="Default desc; priority: asc, highest first.")] = None,
    fields: Annotated[
        list[Name] | None,
        Field(
            max_length=60,
            description="Show these, e.g. type reporter component estimate created_on completed_date "
            "description custom_fields followers; or any field of the API.",
        ),
        Presentation(),
    ] = None,
    detail: Detail = "brief",
) -> Listing[TicketItem]:
    """Search tickets in one space, in several, or in every space you take part in, newest change first.

    `text` looks in summary and description. Filters combine and see all tickets whatever `limit` is. `…_after`
    includes its day, `…_before` excludes it; without a zone they are UTC. For one ticket with its comments
    use `get_ticket`.
    """
    if space is not None and spaces is not None:
        raise Refused("INVALID", "spaces: give either `space` or `spaces`.")
    shown = fields_of(fields, detail, several=space is None)
    searched = [space] if space is not None else await _all_named(api, spaces) if spaces else None
    found = await search(api, searched, filters, Order.of(sort, order), page)
    items, note = await show(api, found.listing.items, found.space_of, shown, filters.text)
    return found.listing.showing(items, joined(*found.notes, note), whole=found.whole)


@tool(effect="read", toolset="tickets", title="Get a ticket")
async def get_ticket(
    api: Api,
    space: SpaceRef,
    number: Annotated[int, Field(ge=1, description="Its number in the space, not its global id.")],
    include: Annotated[
        list[TicketPart] | None, Field(description="Parts to show; default comments, links, tags.")
    ] = None,
) -> Answer[TicketDetail]:
    """Get one ticket with every field, and with its comments, links and tags, or the parts that `include` names.

    `history` tells who changed what, and when; times are UTC, estimates hours. For several tickets, or to find one
    by its words, use `search_tickets`.
    """
    parts = frozenset(PARTS_BY_DEFAULT if include is None else include)
    try:
        fetched = await fetch_ticket(api, space, number, parts)
    except NotFound as error:
        if error.tool_missing:
            raise
        raise Refused(
            "NOT_FOUND",
            f"Ticket {number} does not exist in `{space.wiki_name}`, or you may not see it. `search_tickets` shows "
            "the numbers in use.",
        ) from None
    return await ticket_detail(api, space, fetched, parts)


async def _all_named(api: Api, names: list[str]) -> list[Space]:
    found = await gather(*(find_space(api, name) for name in names))
    return list({space.id: space for space in found}.values())
