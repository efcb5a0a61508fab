"""Time entries, which the API calls tasks."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from assembla_client.models import Expected, Instant, Model, NumberId
from assembla_client.resources.portfolio import any_group, group_filters
from assembla_client.transport.client import Transport
from assembla_client.transport.endpoint import Endpoint
from assembla_client.transport.query import minute_after, query

MAX_HOURS = 1_000_000

Hours = Annotated[Decimal, Field(strict=False, ge=-MAX_HOURS, le=MAX_HOURS)]
"""Sent as text (`"1.0"`), unlike the hours of a ticket; a number is read as well."""


class Task(Model):
    """Hours that somebody spent, on a ticket or on anything in a space."""

    id: NumberId
    description: str | None = None
    hours: Expected[Hours] = None
    begin_at: Expected[Instant] = None
    end_at: Instant | None = None
    space_id: Expected[str] = None
    user_id: Expected[str] = None
    ticket_id: NumberId | None = None
    ticket_number: NumberId | None = None
    url: str | None = None
    billed: bool | None = None
    job_agreement_id: NumberId | None = None
    created_at: Instant | None = None
    updated_at: Instant | None = None


TASKS = Endpoint(93, "GET", "/tasks", "the list of time entries")
TASK = Endpoint(94, "GET", "/tasks/{id}", "time entry {id}", "time entry")
PORTFOLIO_TASKS = Endpoint(153, "GET", "/tasks{?portfolio}", "the list of time entries")


class TasksAPI:
    """Time entries, singly and as lists."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def get(self, id: int) -> Task:
        """Fetch one time entry.

        GET /v1/tasks/{id}. Raises NotFound.
        """
        return await self._transport.one(Task, TASK(id=id))

    async def portfolio(
        self,
        portfolio: str,
        since: datetime | None = None,
        until: datetime | None = None,
        *,
        spacegroup: str | None = None,
        usergroup: str | None = None,
        spaces: Sequence[str] = (),
        users: Sequence[str] = (),
    ) -> list[Task]:
        """Fetch time entries of a whole portfolio. Groups are words of SPACE_GROUPS and USER_GROUPS, or ids.

        GET /v1/tasks?portfolio=…. Paged. Empty: 204. Raises Forbidden for people who do not manage it.
        """
        params = query(
            ("from", since),
            ("to", minute_after(until)),
            ("spaces[]", spaces),
            ("users[]", users),
        ) + group_filters(spacegroup, usergroup)
        target = PORTFOLIO_TASKS(portfolio=portfolio).naming(any_group(spacegroup, usergroup))
        return await self._transport.pages(Task, target, params)

    async def list(
        self,
        since: datetime | None = None,
        until: datetime | None = None,
        spaces: Sequence[str] = (),
        users: Sequence[str] = (),
        ticket_ids: Sequence[int] = (),
    ) -> list[Task]:
        """Fetch time entries, narrowed by ids of spaces, users (only in spaces that one owns) and tickets.

        GET /v1/tasks. Paged. Empty: 204. What comes may lie up to a minute outside of `since` and `until`.
        """
        params = query(
            ("from", since),
            ("to", minute_after(until)),
            ("spaces[]", spaces),
            ("users[]", users),
            ("ticket_ids[]", ticket_ids),
        )
        return await self._transport.pages(Task, TASKS(), params)
