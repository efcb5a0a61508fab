"""Milestones of a space: what is planned for when, and who answers for it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from assembla_client.errors import NotFound
from assembla_client.models import Model
from assembla_client.resources.milestones import RELEASE_LEVELS, Milestone
from assembla_client.resources.spaces import Space
from assembla_client.resources.users import User
from assembla_tools.framework.arguments import Detail
from assembla_tools.framework.concurrency import gather, or_else
from assembla_tools.framework.context import Api
from assembla_tools.framework.pagination import PageRequest
from assembla_tools.framework.results import Listing
from assembla_tools.framework.tool import tool
from assembla_tools.lookup.find_space import SpaceRef
from assembla_tools.lookup.people import login_of, members_of, with_former_members
from assembla_tools.lookup.refs import Person, label, planner_of
from assembla_tools.lookup.space_lists import MEMBERS, SpaceLists

MilestoneState = Literal["open", "upcoming", "completed", "all"]
_LAST_DAY = date.max.toordinal()
_LONGEST_ID = 18


class MilestoneInBrief(Model):
    """What a list shows of a milestone."""

    id: int
    title: str | None
    state: Literal["open", "completed"]
    due_date: date | None
    completed_date: date | None
    responsible: str | None = Field(description="Login")
    planner: str | None = Field(description="backlog, current")


class ListedMilestone(MilestoneInBrief):
    """A milestone in a list, with all that is known of it."""

    start_date: date | None = None
    description: str | None = None
    release_level: str | None = Field(default=None, description="alpha, beta, stable")
    release_notes: str | None = None
    budget: float | None = None
    created_at: datetime | None = None
    created_by: str | None = None
    updated_at: datetime | None = None
    updated_by: str | None = None

    @classmethod
    def of(cls, milestone: Milestone, people: dict[str, User], notes: Mapping[int, str | None]) -> "ListedMilestone":
        """`notes` are release notes from the list that has them for certain, by milestone."""
        return cls(
            id=milestone.id,
            title=milestone.title,
            state="completed" if milestone.is_completed else "open",
            due_date=milestone.due_date,
            completed_date=milestone.completed_date,
            responsible=login_of(people, milestone.user_id),
            planner=planner_of(milestone),
            start_date=milestone.start_date,
            description=milestone.description,
            release_level=label(RELEASE_LEVELS, milestone.release_level),
            release_notes=milestone.release_notes or notes.get(milestone.id),
            budget=milestone.budget,
            created_at=milestone.created_at,
            created_by=login_of(people, milestone.created_by),
            updated_at=milestone.updated_at,
            updated_by=login_of(people, milestone.updated_by),
        )


class ShownMilestone(Model):
    """One milestone with all that is known of it."""

    id: int
    title: str | None
    state: Literal["open", "completed"]
    start_date: date | None
    due_date: date | None
    completed_date: date | None
    responsible: Person | None
    planner: str | None = Field(description="backlog, current")
    description: str | None
    release_level: str | None = Field(description="alpha, beta, stable")
    release_notes: str | None
    budget: float | None
    created_at: datetime | None
    created_by: Person | None
    updated_at: datetime | None
    updated_by: Person | None

    @classmethod
    def of(cls, milestone: Milestone, people: Mapping[str, User]) -> "ShownMilestone":
        return cls(
            id=milestone.id,
            title=milestone.title,
            state="completed" if milestone.is_completed else "open",
            start_date=milestone.start_date,
            due_date=milestone.due_date,
            completed_date=milestone.completed_date,
            responsible=Person.of(milestone.user_id, people),
            planner=planner_of(milestone),
            description=milestone.description,
            release_level=label(RELEASE_LEVELS, milestone.release_level),
            release_notes=milestone.release_notes,
            budget=milestone.budget,
            created_at=milestone.created_at,
            created_by=Person.of(milestone.created_by, people),
            updated_at=milestone.updated_at,
            updated_by=Person.of(milestone.updated_by, people),
        )


@tool(effect="read", toolset="milestones", title="List milestones", brief=MilestoneInBrief)
async def list_milestones(
    api: Api,
    page: PageRequest,
    space: SpaceRef,
    state: Annotated[MilestoneState, Field(description="upcoming: open, as the API's own list has them.")] = "open",
    detail: Detail = "brief",
) -> Listing[ListedMilestone]:
    """List the milestones of a space by due date, those without one last; completed ones newest first.

    Use it to see what is planned and who is responsible; `full` adds descriptions and release notes. For the tickets
    of a milestone use `search_tickets` with `milestone`.
    """
    milestones, notes = await gather(_milestones(api, space, state), _release_notes(api, space, detail))
    listing = page.take(milestones, _latest_first if state == "completed" else _by_due_date)
    named = [id for each in listing.items for id in _people_in(each, detail) if id]
    people, note = await with_former_members(api, await members_of(api, [space.id] if named else []), named)
    return listing.showing([ListedMilestone.of(each, people, notes) for each in listing.items], note)


@tool(effect="read", toolset="milestones", title="Get a milestone")
async def get_milestone(
    api: Api,
    space: SpaceRef,
    milestone: Annotated[
        str, Field(min_length=1, max_length=200, description="Its title or id, or `current`: the planner's.")
    ],
) -> ShownMilestone:
    """Get one milestone: dates, who is responsible, description, release level and notes.

    What is left in it and who has that says `search_tickets` with `milestone`. For all of them use `list_milestones`.
    """
    lists = SpaceLists(api, space)
    one = await _by_id(api, space, milestone)
    if one is None:
        named = await lists.milestone(milestone)
        one = await api.client.milestones.get(space.id, named.id)
    members = {member.id: member for member in await lists.all_if_possible(MEMBERS)}
    people, _ = await with_former_members(api, members, _people_in(one, "full"))
    return ShownMilestone.of(one, people)


def _people_in(milestone: Milestone, detail: str) -> list[str | None]:
    """The ids of the people who are shown of it."""
    return [milestone.user_id, *([milestone.created_by, milestone.updated_by] if detail == "full" else ())]


async def _by_id(api: Api, space: Space, reference: str) -> Milestone | None:
    """The milestone with that id, asked for alone; None where `reference` is none, and so may be a title."""
    if not (reference.isascii() and reference.isdecimal() and len(reference) < _LONGEST_ID):
        return None
    try:
        return await api.client.milestones.get(space.id, int(reference))
    except NotFound as missing:
        if missing.tool_missing:
            raise
        return None


async def _milestones(api: Api, space: Space, state: MilestoneState) -> list[Milestone]:
    """Those in a state, as others have left them just now; what a list promises is looked at once more."""
    listed = await api.client.milestones.list(space.id, state, fresh=True)
    return [each for each in listed if state == "all" or each.is_completed == (state == "completed")]


async def _release_notes(api: Api, space: Space, detail: str) -> dict[int, str | None]:
    if detail == "brief":
        return {}
    # The other lists have the field as well; this one only has it for certain.
    asked = api.client.milestones.list(space.id, "release_notes", fresh=True)
    released: Sequence[Milestone] = await or_else(api, "Release notes", asked, ())
    return {each.id: each.release_notes for each in released}


def _by_due_date(milestone: Milestone) -> tuple[int, int]:
    return (milestone.due_date.toordinal() if milestone.due_date else _LAST_DAY, milestone.id)


def _latest_first(milestone: Milestone) -> tuple[int, int]:
    return (-milestone.completed_date.toordinal() if milestone.completed_date else 0, milestone.id)
