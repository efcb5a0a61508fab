"""The space that somebody means: the parameter type of every tool that works in one."""

import re
from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from assembla_client.errors import NotFound
from assembla_client.resources.spaces import Space
from assembla_tools.framework.arguments import Reference
from assembla_tools.framework.context import Api
from assembla_tools.framework.errors import Refused, quoted
from assembla_tools.framework.matching import matches, nearest, only_match

_MAY_STAND_IN_A_PATH = re.compile(r"[A-Za-z0-9_.@+-]+")


async def find_space(api: Api, reference: str) -> Space:
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


SpaceRef = Annotated[
    Space,
    Reference(find_space),
    Field(min_length=1, max_length=200, description="The space: its id, wiki_name or display name."),
]


def _met(api: Api, space: Space) -> Space:
    api.met(space.id, space.wiki_name)
    return space


def _no_space(api: Api, reference: str, spaces: Sequence[Space]) -> Refused:
    names = [(name, space.wiki_name) for space in spaces for name in (space.wiki_name, space.name) if name]
    near = nearest(reference, names)
    hint = f"Near: {quoted(near)}." if near else "`list_spaces` shows those there are."
    if api.scope.restricted:
        return Refused(
            "NOT_ALLOWED", f"`{reference}` is not one of the spaces this server may touch (ASSEMBLA_SPACES). {hint}"
        )
    return Refused("NOT_FOUND", f"There is no space `{reference}` that you can see. {hint}")
