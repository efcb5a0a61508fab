"""From the names that people use to the things that the API knows.

A reference is matched stage by stage (say id, then login, then name); the first stage with a match decides. One
match is the thing, several are `AMBIGUOUS` with what can be passed back, none is `NOT_FOUND` with the nearest names.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, TypeVar

from assembla_client.errors import NotFound
from assembla_tools.framework.context import Api
from assembla_tools.framework.errors import Refused, quoted
from assembla_tools.framework.text import same

if TYPE_CHECKING:
    from assembla_client.resources.spaces import Space

T = TypeVar("T")
Stage = Callable[[T], str | None]
_MAY_STAND_IN_A_PATH = re.compile(r"[A-Za-z0-9_.@+-]+")
_CANDIDATES_SHOWN = 10
_NAMES_SHOWN = 20


async def find_space(api: Api, reference: str) -> "Space":
    """The space called `reference`: by id, then `wiki_name`, then display name, whatever the case.

    Costs one request for an id or `wiki_name`, two for a display name. Outside of ASSEMBLA_SPACES nothing is asked.
    """
    if _MAY_STAND_IN_A_PATH.fullmatch(reference) and api.scope.allows(reference):
        try:
            space = await api.client.spaces.get(reference)
        except NotFound:
            pass
        else:
            if api.scope.allows(space.id, space.wiki_name):
                return _met(api, space)
    spaces = [space for space in await api.client.spaces.mine() if api.scope.allows(space.id, space.wiki_name)]
    found = matches(reference, spaces, lambda s: s.id, lambda s: s.wiki_name, lambda s: s.name)
    if found:
        return _met(api, only_match(found, f"`{reference}` names several spaces", lambda s: s.wiki_name))
    raise _no_space(api, reference, spaces)


def _met(api: Api, space: "Space") -> "Space":
    api.met(space.id, space.wiki_name)
    return space


def matches(reference: str, things: Iterable[T], *stages: Stage[T]) -> list[T]:
    """The things whose name at the first stage that fits is `reference`, compared as both are shown, case aside."""
    wanted = same(reference)
    things = list(things)
    for stage in stages:
        if found := [thing for thing in things if same(stage(thing) or "") == wanted and wanted]:
            return found
    return []


def only_match(
    found: Sequence[T], several: str, tell: Callable[[T], str], beside: Callable[[T], str] | None = None
) -> T:
    """The only one of `found`; `AMBIGUOUS` with every candidate, told so that it can be passed back.

    `beside` says what a candidate is where what is passed back, say an id, does not.
    """
    if len(found) == 1:
        return found[0]
    candidates = sorted(f"`{tell(thing)}`" + (f" ({beside(thing)})" if beside else "") for thing in found)
    shown = ", ".join(candidates[:_CANDIDATES_SHOWN])
    more = f" and {len(found) - _CANDIDATES_SHOWN} more" if len(found) > _CANDIDATES_SHOWN else ""
    raise Refused("AMBIGUOUS", f"{several}: {shown}{more}. Pass one of these instead.")


def nearest(reference: str, names: Iterable[tuple[str, str]]) -> list[str]:
    """Of (name, what to pass) pairs, what to pass for the names that look most like `reference`, best first."""
    by_name: dict[str, list[str]] = {}
    for name, passed in names:
        by_name.setdefault(same(name), []).append(passed)
    wanted = same(reference)
    close = get_close_matches(wanted, by_name, n=5, cutoff=0.5)
    holding = [name for name in by_name if len(wanted) > 2 and wanted in name and name not in close]
    return list(dict.fromkeys(passed for name in close + holding for passed in by_name[name]))[:5]


def unknown(what: str, reference: str, where: str, names: Iterable[tuple[str, str]]) -> Refused:
    """`NOT_FOUND`: there is no such thing. Of (name, what to pass) pairs it tells the nearest, else those there are."""
    names = list(names)
    near = nearest(reference, names)
    there = quoted(list(dict.fromkeys(passed for _, passed in names))[:_NAMES_SHOWN])
    hint = f"Near: {quoted(near)}." if near else f"There are {there}." if there else "There are none."
    return Refused("NOT_FOUND", f"There is no {what} `{reference}` in {where}. {hint}")


def _no_space(api: Api, reference: str, spaces: "Sequence[Space]") -> Refused:
    names = [(name, space.wiki_name) for space in spaces for name in (space.wiki_name, space.name)]
    near = nearest(reference, names)
    hint = f"Near: {quoted(near)}." if near else "`list_spaces` shows those there are."
    if api.scope.restricted:
        return Refused(
            "NOT_ALLOWED", f"`{reference}` is not one of the spaces this server may touch (ASSEMBLA_SPACES). {hint}"
        )
    return Refused("NOT_FOUND", f"There is no space `{reference}` that you can see. {hint}")
