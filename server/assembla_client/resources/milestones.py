"""Milestones of a space."""

from datetime import date
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import AliasChoices, Field

from assembla_client.models import Instant, Model, NumberId
from assembla_client.transport.client import Transport
from assembla_client.transport.wire import path

RELEASE_LEVELS = MappingProxyType({1: "alpha", 2: "beta", 3: "stable"})
CURRENT = 2
PLANNER_TYPES = MappingProxyType({0: "none", 1: "backlog", CURRENT: "current"})

Which = Literal["open", "all", "upcoming", "completed", "release_notes"]


class Milestone(Model):
    """A milestone. `start_date` and `budget` came later than the recorded answers; dates have no time."""

    id: NumberId
    title: str
    description: str | None = None
    start_date: date | None = None
    due_date: date | None = None
    is_completed: bool
    completed_date: date | None = None
    user_id: str | None = None
    budget: Annotated[float, Field(allow_inf_nan=False)] | None = None
    release_level: int | None = None
    # Answers of 2012 lack a letter.
    pretty_release_level: str | None = Field(
        default=None, validation_alias=AliasChoices("pretty_release_level", "pretty_relese_level")
    )
    release_notes: str | None = None
    planner_type: int | None = None
    space_id: str | None = None
    created_by: str | None = None
    updated_by: str | None = None
    created_at: Instant | None = None
    updated_at: Instant | None = None


class MilestonesAPI:
    """Endpoints 60 to 65."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def get(self, space: str, id: int) -> Milestone:
        """Fetch one milestone.

        GET /v1/spaces/{space}/milestones/{id} (65). Raises NotFound.
        """
        return await self._transport.one(Milestone, path("spaces", space, "milestones", id))

    async def list(self, space: str, which: Which = "open") -> list[Milestone]:
        """Fetch milestones of a space; `upcoming` ones are open too, those without a due date among them.

        GET /v1/spaces/{space}/milestones (60), …/all, /upcoming, /completed, /release_notes (61 to 64). Paged.
        Empty: 204. Sources differ on whether 60 has completed ones, so here they are left out of `open`.
        """
        if which != "open":
            return await self._transport.pages(Milestone, path("spaces", space, "milestones", which), keep=True)
        milestones = await self._transport.pages(Milestone, path("spaces", space, "milestones"), keep=True)
        return [milestone for milestone in milestones if not milestone.is_completed]
