"""Tickets: searching them, and one of them with all that hangs on it.

Each module calls those behind its arrow:

    search_tickets → search → scan.source → filters         spaces → the list to read → yes or no
                     scan.sorted_list → ordering            a long list from the middle; who comes first
                   → list_item → tags                       how a ticket looks in a list
    get_ticket     → detail → list_item                     names for ids are its, too
                            → history                       comments and changes
                            → links                         other tickets
                            → parts                         attachments, time, merge requests
"""

from dataclasses import replace
from typing import Annotated

from pydantic import Field

from assembla_client.errors import NotFound
from assembla_client.resources.tickets import SortOrder
from assembla_tools.catalog.tickets.detail import BY_DEFAULT, Part, TicketDetail, ask_by_number, ticket_detail
from assembla_tools.catalog.tickets.filters import Priority, State, TicketFilters, Type
from assembla_tools.catalog.tickets.list_item import TicketItem, fields_of, show
from assembla_tools.catalog.tickets.ordering import Order, Sort
from assembla_tools.catalog.tickets.search import MOST_SPACES, search
from assembla_tools.framework.arguments import Cursor, Detail, Limit, SpaceRef
from assembla_tools.framework.context import Api
from assembla_tools.framework.dates import Moment
from assembla_tools.framework.errors import Refused
from assembla_tools.framework.matching import find_space
from assembla_tools.framework.results import Answer, Listing, Walk
from assembla_tools.framework.tool import tool

Name = Annotated[str, Field(max_length=200)]
Bound = Annotated[Moment | None, Field(description="Day or time.")]


@tool(effect="read", toolset="tickets", title="Search tickets")
async def search_tickets(
    api: Api,
    space: SpaceRef | None = None,
    spaces: Annotated[list[Name] | None, Field(max_length=MOST_SPACES, description="Several spaces instead.")] = None,
    text: Annotated[str | None, Field(max_length=300, description="Words, or their beginnings.")] = None,
    state: Annotated[
        State | None, Field(description="Default open, but all with status, report or completed_….")
    ] = None,
    status: Annotated[Name | None, Field(description="By name.")] = None,
    assignee: Annotated[Name | None, Field(description="Login, id, e-mail or name; `me`, `nobody`.")] = None,
    reporter: Annotated[Name | None, Field(description="A person, or `me`.")] = None,
    follower: Annotated[Name | None, Field(description="A person, or `me`.")] = None,
    milestone: Annotated[Name | None, Field(description="Title or id; `current`, `none`.")] = None,
    priority: Annotated[Priority | None, Field(description="Only this.")] = None,
    tag: Annotated[Name | None, Field(description="By name.")] = None,
    component: Annotated[Name | None, Field(description="By name; `none`.")] = None,
    custom_fields: Annotated[dict[str, str] | None, Field(description="Value by field name.")] = None,
    type: Annotated[Type | None, Field(description="Only this.")] = None,
    created_after: Bound = None,
    created_before: Bound = None,
    updated_after: Bound = None,
    updated_before: Bound = None,
    completed_after: Bound = None,
    completed_before: Bound = None,
    report: Annotated[
        Name | None, Field(description="Saved report: title, or u12. Without a space: the portfolio's.")
    ] = None,
    sort: Annotated[Sort, Field(description="Ties by number.")] = "updated",
    order: Annotated[SortOrder | None, Field(description="Default desc; priority: asc, highest first.")] = None,
    fields: Annotated[
        list[Name] | None,
        Field(
            max_length=60,
            description="Show these, e.g. type reporter component estimate created_on completed_date "
            "description custom_fields followers; or any field of the API.",
        ),
    ] = None,
    detail: Detail = "brief",
    limit: Limit = 25,
    cursor: Cursor = None,
) -> Listing[TicketItem]:
    """Search tickets in one space, in several, or in every space you take part in, newest change first.

    `text` looks in summary and description. Filters combine and see all tickets whatever `limit` is. `…_after`
    includes its day, `…_before` excludes it; without a zone they are UTC. For one ticket with its comments
    use `get_ticket`.
    """
    if space is not None and spaces is not None:
        raise Refused("INVALID", "spaces: give either `space` or `spaces`.")
    shown = fields_of(fields, detail, several=space is None)
    wanted = TicketFilters(
        text=text,
        state=state,
        status=status,
        assignee=assignee,
        reporter=reporter,
        follower=follower,
        milestone=milestone,
        priority=priority,
        tag=tag,
        component=component,
        custom_fields=custom_fields,
        type=type,
        created_after=created_after,
        created_before=created_before,
        updated_after=updated_after,
        updated_before=updated_before,
        completed_after=completed_after,
        completed_before=completed_before,
        report=report,
    )
    names = spaces or None if space is None else [space]
    ordered = Order.of(sort, order)
    walk = Walk.of("search_tickets", cursor, spaces=names, sort=ordered.sort, order=ordered.direction, **wanted.filters)
    found = await search(api, names, wanted, ordered, walk.after, limit + 1)
    page = walk.page(found.tickets, ordered.place, limit, lambda ticket: ticket, found.hint)
    items, unsaid = await show(api, page.items, found.spaces, shown, text)
    note = " ".join([*found.notes, *([unsaid] if unsaid else [])]) or None
    return replace(page.showing(items), whole=found.whole, note=note)


@tool(effect="read", toolset="tickets", title="Get a ticket")
async def get_ticket(
    api: Api,
    space: SpaceRef,
    number: Annotated[int, Field(ge=1, description="Its number in the space, not its global id.")],
    include: Annotated[list[Part] | None, Field(description="Parts to show; default comments, links, tags.")] = None,
) -> Answer[TicketDetail]:
    """Get one ticket with every field, and with its comments, links and tags, or the parts that `include` names.

    `history` tells who changed what, and when; times are UTC, estimates hours. For several tickets, or to find one
    by its words, use `search_tickets`.
    """
    found = await find_space(api, space)
    parts = frozenset(BY_DEFAULT if include is None else include)
    try:
        near = await ask_by_number(api, found, number, parts)
    except NotFound as error:
        if error.tool_missing:
            raise
        raise Refused(
            "NOT_FOUND",
            f"Ticket {number} does not exist in `{found.wiki_name}`, or you may not see it. `search_tickets` shows "
            "the numbers in use.",
        ) from None
    return await ticket_detail(api, found, near, parts)
