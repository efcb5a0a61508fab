"""Tickets: the lists they come in, one ticket, and what hangs on it. The object itself is in `ticket_fields`."""

from collections.abc import Sequence
from typing import Literal

from pydantic import AliasChoices, Field

from assembla_client.errors import NotFound
from assembla_client.models import Expected, Model, NumberId
from assembla_client.resources.documents import Document
from assembla_client.resources.milestones import MILESTONE
from assembla_client.resources.tags import Tag
from assembla_client.resources.ticket_fields import (
    HIERARCHY_TYPES,
    PERMISSION_TYPES,
    PRIORITIES,
    STORY_SIZES,
    TICKET_STATES,
    Ticket,
)
from assembla_client.transport.client import Transport
from assembla_client.transport.endpoint import Endpoint
from assembla_client.transport.pagination import PER_PAGE, ListPage
from assembla_client.transport.query import query

__all__ = [
    "HIERARCHY_TYPES",
    "PERMISSION_TYPES",
    "PRIORITIES",
    "STORY_SIZES",
    "TICKET",
    "TICKET_STATES",
    "CustomReport",
    "CustomReports",
    "PortfolioReport",
    "SortOrder",
    "Ticket",
    "TicketSort",
    "TicketsAPI",
]

TicketSort = Literal[
    "id",
    "number",
    "summary",
    "priority",
    "completed_date",
    "created_on",
    "importance",
    "is_story",
    "milestone_id",
    "updated_at",
    "working_hours",
    "estimate",
    "total_estimate",
    "total_invested_hours",
    "total_working_hours",
]
SortOrder = Literal["asc", "desc"]

_NUMBERS_AT_ONCE = 100  # keeps the URL far below what servers take


class CustomReport(Model):
    """A saved report of a space: report `u` and this id. Two clients have `title`, a third has `name`."""

    id: NumberId
    title: Expected[str] = Field(default=None, validation_alias=AliasChoices("title", "name"))


class CustomReports(Model):
    """The saved reports of a space. Known from clients alone."""

    team_reports: tuple[CustomReport, ...] = Field(default=(), strict=False)
    user_reports: tuple[CustomReport, ...] = Field(default=(), strict=False)


class PortfolioReport(Model):
    """A ticket report of a portfolio. Only empty lists of them were recorded, so any key may be missing."""

    id: int | str | None = None
    title: str | None = Field(default=None, validation_alias=AliasChoices("title", "name"))


_OF_A_SPACE = "the list of tickets of space {space}"

TICKETS = Endpoint(14, "GET", "/spaces/{space}/tickets", _OF_A_SPACE, "list", tool="Tickets")
MY_ACTIVE = Endpoint(15, "GET", "/spaces/{space}/tickets/my_active", _OF_A_SPACE, "list", tool="Tickets")
MY_FOLLOWED = Endpoint(16, "GET", "/spaces/{space}/tickets/my_followed", _OF_A_SPACE, "list", tool="Tickets")
IN_MILESTONE = Endpoint(
    17,
    "GET",
    "/spaces/{space}/tickets/milestone/{id}",
    "the list of tickets of milestone {id} of space {space}",
    tool="Tickets",
    of=MILESTONE,
)
WITHOUT_MILESTONE = Endpoint(18, "GET", "/spaces/{space}/tickets/no_milestone", _OF_A_SPACE, "list", tool="Tickets")
CUSTOM_REPORTS = Endpoint(
    19,
    "GET",
    "/spaces/{space}/tickets/custom_reports",
    "the list of custom reports of space {space}",
    "list",
    tool="Tickets",
)
TICKET = Endpoint(
    20, "GET", "/spaces/{space}/tickets/{number}", "ticket {number} of space {space}", "ticket", tool="Tickets"
)
TICKET_BY_ID = Endpoint(
    21, "GET", "/spaces/{space}/tickets/id/{id}", "ticket {id} of space {space}", "ticket", tool="Tickets"
)
ATTACHMENTS = Endpoint(
    25,
    "GET",
    "/spaces/{space}/tickets/{number}/attachments",
    "the list of attachments of ticket {number} of space {space}",
    of=TICKET,
)
TICKET_TAGS = Endpoint(
    26,
    "GET",
    "/spaces/{space}/tickets/{number}/tags",
    "the list of tags of ticket {number} of space {space}",
    of=TICKET,
)
PORTFOLIO_TICKETS = Endpoint(151, "GET", "/tickets{?portfolio}", "the list of tickets")
PORTFOLIO_REPORTS = Endpoint(152, "GET", "/ticket_reports{?portfolio}", "the list of ticket reports")


class TicketsAPI:
    """`number` counts within a space, `ticket_id` is global."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def all(
        self,
        space: str,
        report: str = "0",
        sort_by: TicketSort | None = None,
        sort_order: SortOrder | None = None,
        expect: int | None = None,
    ) -> list[Ticket]:
        """Fetch every ticket of a space, or those of a report (`u12` is the custom report 12).

        GET /v1/spaces/{space}/tickets. Paged. Empty: 204. Only 0 (all), 1 (active, by milestone), 3 (active,
        by user) and 4 (closed, by milestone) mean the same in all sources; without a report the API applies
        the space's own. `expect` is the number of tickets that there are believed to be.
        """
        params = query(("report", report), ("sort_by", sort_by), ("sort_order", sort_order))
        return await self._transport.pages(Ticket, TICKETS(space=space), params, expect=expect)

    async def page(
        self,
        space: str,
        page: int,
        report: str = "0",
        sort_by: TicketSort | None = None,
        sort_order: SortOrder | None = None,
    ) -> ListPage[Ticket]:
        """Fetch one page of what `all` fetches, PER_PAGE tickets of it from the first page, 1, on.

        GET /v1/spaces/{space}/tickets. A shorter page need not be the last; one past the end is empty: 204.
        """
        params = query(
            ("report", report),
            ("sort_by", sort_by),
            ("sort_order", sort_order),
            ("page", page),
            ("per_page", PER_PAGE),
        )
        return await self._transport.page(Ticket, TICKETS(space=space), params)

    async def numbered(self, space: str, numbers: Sequence[int]) -> list[Ticket]:
        """Fetch the tickets with these numbers, in that order; numbers that no ticket has are left out.

        GET /v1/spaces/{space}/tickets?number[]=1&number[]=2, which only the newer reference page has:
        what does not come that way is fetched one by one.
        """
        found: dict[int, Ticket] = {}
        wanted = list(dict.fromkeys(numbers))
        for start in range(0, len(wanted), _NUMBERS_AT_ONCE):
            params = query(("number[]", wanted[start : start + _NUMBERS_AT_ONCE]))
            tickets = await self._transport.pages(Ticket, TICKETS(space=space), params)
            found.update((ticket.number, ticket) for ticket in tickets)
        for number in wanted:
            if number not in found and (ticket := await self._if_any(space, number)) is not None:
                found[number] = ticket
        return [found[number] for number in wanted if number in found]

    async def my_active(self, space: str) -> list[Ticket]:
        """Fetch the open tickets of a space that are assigned to the signed-in user.

        GET /v1/spaces/{space}/tickets/my_active. Paged, as is inferred. Empty: 204.
        """
        return await self._transport.pages(Ticket, MY_ACTIVE(space=space))

    async def my_followed(self, space: str) -> list[Ticket]:
        """Fetch the tickets of a space that the signed-in user follows.

        GET /v1/spaces/{space}/tickets/my_followed. Paged, as clients do. Empty: 204.
        """
        return await self._transport.pages(Ticket, MY_FOLLOWED(space=space))

    async def in_milestone(
        self, space: str, milestone_id: int, status: Literal["active", "closed", "all"] = "all"
    ) -> list[Ticket]:
        """Fetch the tickets of a milestone.

        GET /v1/spaces/{space}/tickets/milestone/{id}. Paged. Empty: 204. The API's own default
        seems to be active.
        """
        target = IN_MILESTONE(space=space, id=milestone_id)
        return await self._transport.pages(Ticket, target, query(("ticket_status", status)))

    async def without_milestone(self, space: str) -> list[Ticket]:
        """Fetch the tickets of a space that are in no milestone.

        GET /v1/spaces/{space}/tickets/no_milestone. Paged, as clients do. Empty: 204.
        """
        return await self._transport.pages(Ticket, WITHOUT_MILESTONE(space=space))

    async def custom_reports(self, space: str) -> CustomReports:
        """Fetch the saved reports of a space: the team's and the signed-in user's own.

        GET /v1/spaces/{space}/tickets/custom_reports. Not a list but an object; none at all: 204.
        """
        target = CUSTOM_REPORTS(space=space)
        return await self._transport.one_or_none(CustomReports, target) or CustomReports()

    async def get(self, space: str, number: int) -> Ticket:
        """Fetch one ticket by its number in the space.

        GET /v1/spaces/{space}/tickets/{number}. Raises NotFound.
        """
        return await self._transport.one(Ticket, TICKET(space=space, number=number))

    async def by_id(self, space: str, ticket_id: int) -> Ticket:
        """Fetch one ticket by its global id, which associations, documents and time entries name it by.

        GET /v1/spaces/{space}/tickets/id/{id}. Raises NotFound.
        """
        return await self._transport.one(Ticket, TICKET_BY_ID(space=space, id=ticket_id))

    async def attachments(self, space: str, number: int) -> list[Document]:
        """Fetch the documents attached to a ticket.

        GET /v1/spaces/{space}/tickets/{number}/attachments. Not paged. Empty: 204.
        """
        return await self._transport.many(Document, ATTACHMENTS(space=space, number=number))

    async def tags(self, space: str, number: int) -> list[Tag]:
        """Fetch the tags of a ticket, which do not come with the ticket itself.

        GET /v1/spaces/{space}/tickets/{number}/tags. Not paged. Empty: 204.
        """
        return await self._transport.many(Tag, TICKET_TAGS(space=space, number=number))

    async def portfolio(self, portfolio: str, report: str | int | None = None) -> list[Ticket]:
        """Fetch tickets of a whole portfolio, by a report of `portfolio_reports`; without one, active by space.

        GET /v1/tickets?portfolio=…&filter[ticket_report]=…. Paged. Empty: 204. It failed where it
        was recorded. Raises Forbidden for people who do not manage the portfolio.
        """
        target = PORTFOLIO_TICKETS(portfolio=portfolio)
        return await self._transport.pages(Ticket, target, query(("filter[ticket_report]", report)))

    async def portfolio_reports(self, portfolio: str) -> list[PortfolioReport]:
        """Fetch the ticket reports of a portfolio.

        GET /v1/ticket_reports?portfolio=…. Empty: 204, the only answer that was recorded.
        """
        return await self._transport.pages(PortfolioReport, PORTFOLIO_REPORTS(portfolio=portfolio))

    async def _if_any(self, space: str, number: int) -> Ticket | None:
        try:
            return await self.get(space, number)
        except NotFound as error:
            if error.tool_missing:
                raise
            return None
