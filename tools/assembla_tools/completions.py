"""Completions: what a person may be about to type in an argument of a prompt or of a resource template.

Only names that begin with what was typed, and never a reason why there are none.
"""

from collections.abc import Awaitable, Callable, Iterable
from types import MappingProxyType

from mcp.types import CompleteRequestParams, CompleteResult, Completion

from assembla_client.errors import AssemblaError, Forbidden, NotFound
from assembla_client.resources.spaces import Space
from assembla_client.resources.user_roles import UserRole
from assembla_tools.framework.concurrency import gather
from assembla_tools.framework.context import Api
from assembla_tools.framework.errors import Refused
from assembla_tools.framework.text import clean
from assembla_tools.lookup.find_space import find_space
from assembla_tools.lookup.people import still_there
from assembla_tools.lookup.space_lists import MEMBERS, MILESTONES, STATUSES, SpaceLists

_MAX_VALUES = 100
_MAX_VALUE_CHARS = 200


async def complete(api: Api, params: CompleteRequestParams) -> CompleteResult:
    """Up to 100 values for an argument, by those already given. Empty where nothing fits or nothing can be had."""
    given = (params.context.arguments if params.context else None) or {}
    try:
        names = await _names(api, params.argument.name, params.argument.value, given.get("space", ""))
    except (AssemblaError, Refused):
        names = []
    return _result(names, params.argument.value)


def empty() -> CompleteResult:
    """The completion of what nobody can guess."""
    return _result([], "")


async def _names(api: Api, argument: str, typed: str, space: str) -> Iterable[str | None]:
    if argument == "space":
        return await _spaces(api, typed)
    if argument in _IN_A_SPACE and space.strip():
        return await _IN_A_SPACE[argument](api, await find_space(api, space))
    return []


def _result(names: Iterable[str | None], typed: str) -> CompleteResult:
    wanted = typed.strip().casefold()
    shown = (clean(name, _MAX_VALUE_CHARS) for name in names if name)
    fitting = list(dict.fromkeys(name for name in shown if name.casefold().startswith(wanted)))
    values = fitting[:_MAX_VALUES]
    return CompleteResult(completion=Completion(values=values, total=len(fitting), has_more=len(fitting) > len(values)))


async def _spaces(api: Api, typed: str) -> list[str | None]:
    """The `wiki_name` of each space; its display name where that is what was begun."""
    spaces = [space for space in await api.client.spaces.mine() if api.scope.allows(space.id, space.wiki_name)]
    wanted = typed.strip().casefold()
    names = [space.wiki_name if space.wiki_name.casefold().startswith(wanted) else space.name for space in spaces]
    return sorted(names, key=_folded)


async def _milestones(api: Api, space: Space) -> list[str | None]:
    """Those still open first, and each with the nearest due date first."""
    milestones = await SpaceLists(api, space).all(MILESTONES)
    order = sorted(milestones, key=lambda each: (each.is_completed, str(each.due_date or "9999"), _folded(each.title)))
    return [each.title for each in order]


async def _statuses(api: Api, space: Space) -> list[str | None]:
    statuses = await SpaceLists(api, space).all(STATUSES)
    return [each.name for each in sorted(statuses, key=lambda each: (each.list_order or 0, _folded(each.name)))]


async def _assignees(api: Api, space: Space) -> list[str | None]:
    members, roles = await gather(SpaceLists(api, space).all(MEMBERS), _roles(api, space))
    return ["me", *sorted((each.login for each in still_there(members, roles)), key=_folded)]


async def _roles(api: Api, space: Space) -> list[UserRole]:
    """None where they may not be seen: then nobody is known to have left."""
    try:
        return await api.client.user_roles.list(space.id)
    except (NotFound, Forbidden):
        return []


async def _pages(api: Api, space: Space) -> list[str | None]:
    return sorted((page.page_name for page in await api.client.wiki_pages.list(space.id)), key=_folded)


def _folded(name: str | None) -> str:
    return (name or "").casefold()


_IN_A_SPACE: MappingProxyType[str, Callable[[Api, Space], Awaitable[list[str | None]]]] = MappingProxyType(
    {"milestone": _milestones, "status": _statuses, "assignee": _assignees, "page": _pages}
)
