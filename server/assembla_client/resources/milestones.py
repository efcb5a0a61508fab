"""Milestones of a space."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import AliasChoices, Field

from assembla_client.models import Expected, Instant, Model, NumberId
from assembla_client.transport.client import Transport
from assembla_client.transport.endpoint import Endpoint

RELEASE_LEVELS = MappingProxyType({1: "alpha", 2: "beta", 3: "stable"})
CURRENT = 2
PLANNER_TYPES = MappingProxyType({0: "none", 1: "backlog", CURRENT: "current"})

Which = Literal["open", "all", "upcoming", "completed", "release_notes"]


class Milestone(Model):
    """A milestone. `start_date` and `budget` came later than the recorded answers; dates have no time."""

    id: NumberId
    title: Expected[str] = None
    description: str | None = None
    start_date: date | None = None
    due_date: date | None = None
    is_completed: Expected[bool] = None
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


_OF_A_SPACE = "the list of milestones of space {space}"

MILESTONES: Mapping[Which, Endpoint] = MappingProxyType(
    {
        "open": Endpoint(
            60, "GET", "/spaces/{space}/milestones", _OF_A_SPACE, "list", tool="Milestones", cacheable=True
        ),
        "all": Endpoint(
            61, "GET", "/spaces/{space}/milestones/all", _OF_A_SPACE, "list", tool="Milestones", cacheable=True
        ),
        "upcoming": Endpoint(
            62, "GET", "/spaces/{space}/milestones/upcoming", _OF_A_SPACE, "list", tool="Milestones", cacheable=True
        ),
        "completed": Endpoint(
            63, "GET", "/spaces/{space}/milestones/completed", _OF_A_SPACE, "list", tool="Milestones", cacheable=True
        ),
        "release_notes": Endpoint(
            64,
            "GET",
            "/spaces/{space}/milestones/release_notes",
            _OF_A_SPACE,
            "list",
            tool="Milestones",
            cacheable=True,
        ),
    }
)
MILESTONE = Endpoint(
    65, "GET", "/spaces/{space}/milestones/{id}", "milestone {id} of space {space}", "milestone", tool="Milestones"
)


class MilestonesAPI:
    """The milestones of a space."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def get(self, space: str, id: int) -> Milestone:
        """Fetch one milestone.

        GET /v1/spaces/{space}/milestones/{id}. Raises NotFound.
        """
        return await self._transport.one(Milestone, MILESTONE(space=space, id=id))

    async def list(self, space: str, which: Which = "open", *, fresh: bool = False) -> list[Milestone]:
        """Fetch milestones of a space; `upcoming` ones are open too, those without a due date among them.

        GET /v1/spaces/{space}/milestones, …/all, /upcoming, /completed, /release_notes. Paged. Empty: 204. Sources
        differ on whether the first has completed ones, so here they are left out of `open`.
        """
        milestones = await self._transport.pages(Milestone, MILESTONES[which](space=space), fresh=fresh)
        return [milestone for milestone in milestones if which != "open" or not milestone.is_completed]
