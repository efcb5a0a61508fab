"""Which of several things a name means, whatever the things are.

A reference is matched stage by stage (say id, then login, then name); the first stage with a match decides. One
match is the thing, several are `AMBIGUOUS` with what can be passed back, none is `NOT_FOUND` with the nearest names.
"""

from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from typing import TypeVar

from assembla_tools.framework.errors import Refused, quoted
from assembla_tools.framework.text import same

T = TypeVar("T")
Stage = Callable[[T], str | None]
_CANDIDATES_SHOWN = 10
_NAMES_SHOWN = 20


def matches(reference: str, things: Iterable[T], *stages: Stage[T]) -> list[T]:
    """The things whose name at the first stage that fits is `reference`, compared as both are shown, case aside."""
    wanted = same(reference)
    things = list(things)
    for stage in stages:
        if found := [thing for thing in things if same(stage(thing) or "") == wanted and wanted]:
            return found
    return []


def only_match(
    found: Sequence[T], several: str, reference: Callable[[T], str], details: Callable[[T], str] | None = None
) -> T:
    """The only one of `found`; `AMBIGUOUS` with every candidate, by the `reference` that can be passed back.

    `details` say what a candidate is where its reference, say an id, does not.
    """
    if len(found) == 1:
        return found[0]
    candidates = sorted(f"`{reference(thing)}`" + (f" ({details(thing)})" if details else "") for thing in found)
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


def unknown(what: str, reference: str, where: str, names: Iterable[tuple[str | None, str]]) -> Refused:
    """`NOT_FOUND`: there is no such thing. Of (name, what to pass) pairs it tells the nearest, else those there are."""
    named = [(name, passed) for name, passed in names if name]
    near = nearest(reference, named)
    there = quoted(list(dict.fromkeys(passed for _, passed in named))[:_NAMES_SHOWN])
    hint = f"Near: {quoted(near)}." if near else f"There are {there}." if there else "There are none."
    return Refused("NOT_FOUND", f"There is no {what} `{reference}` in {where}. {hint}")
