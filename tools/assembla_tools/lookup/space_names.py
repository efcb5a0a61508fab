"""Which spaces an answer over several of them may show, and what they are called."""

import re
from collections.abc import Awaitable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from assembla_client.resources.mentions import Mention
from assembla_client.resources.spaces import Space
from assembla_tools.framework.concurrency import or_else
from assembla_tools.framework.context import Api

_SPACE_OF_LINK = re.compile(r"^https?://[^/]+/(?:spaces|code|p)/([^/?#]+)")


@dataclass(frozen=True)
class SpaceNames:
    """From ids of spaces to their `wiki_name`s. `closed` where only these may be shown (ASSEMBLA_SPACES, one asked)."""

    known: Mapping[str, str]
    closed: bool

    @classmethod
    async def of_mine(cls, api: Api, only: Space | None = None) -> "SpaceNames":
        """Those one takes part in, or `only` one. One request, or none."""
        if only is not None:
            return cls({only.id: only.wiki_name}, True)
        return await cls._beside(api, api.client.spaces.mine())

    @classmethod
    async def of_portfolio(cls, api: Api, portfolio: str, only: Space | None = None) -> "SpaceNames":
        """Those of a portfolio, or `only` one. One request, or none."""
        if only is not None:
            return cls({only.id: only.wiki_name}, True)
        return await cls._beside(api, api.client.spaces.portfolio(portfolio, None))

    @classmethod
    async def _beside(cls, api: Api, asked: Awaitable[Sequence[Space]]) -> "SpaceNames":
        """Ids stand for names that cannot be had; but what may be shown has to be known."""
        return cls._of(api, await asked if api.scope.restricted else await or_else(api, "Names of spaces", asked, ()))

    @classmethod
    def _of(cls, api: Api, spaces: Iterable[Space]) -> "SpaceNames":
        return cls(
            {each.id: each.wiki_name for each in spaces if api.scope.allows(each.id, each.wiki_name)},
            api.scope.restricted,
        )

    def allows(self, space_id: str | None) -> bool:
        """Whether what belongs to that space may be shown."""
        return not self.closed or space_id in self.known

    def of(self, space_id: str | None) -> str | None:
        """What to call it: the `wiki_name`, or the id of one that is not known."""
        return space_id and self.known.get(space_id, space_id)


async def spaces_allowed(api: Api) -> frozenset[str] | None:
    """Ids and `wiki_name`s, case folded, of the only spaces that mentions may be shown of; None for all spaces."""
    if not api.scope.restricted:
        return None
    spaces = [space for space in await api.client.spaces.mine() if api.scope.allows(space.id, space.wiki_name)]
    return frozenset(name.casefold() for space in spaces for name in (space.id, space.wiki_name))


def space_of(mention: Mention) -> str | None:
    """The space that a mention's link leads into, as it is called there; the API does not tell it."""
    found = _SPACE_OF_LINK.match(mention.link or "")
    return unquote(found[1]).casefold() if found else None
