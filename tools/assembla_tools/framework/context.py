"""What a tool is given besides its arguments: the client, and what this server may touch and show."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from assembla_client.client import AssemblaClient

if TYPE_CHECKING:
    from assembla_client.resources.spaces import Space


@dataclass(frozen=True)
class SpaceScope:
    """Which spaces may be touched at all: those named by id or `wiki_name`, or every one where none is named."""

    names: frozenset[str] = frozenset()

    @classmethod
    def of(cls, names: Iterable[str]) -> "SpaceScope":
        return cls(frozenset(name.casefold() for name in names))

    @property
    def restricted(self) -> bool:
        return bool(self.names)

    def allows_reference(self, reference: str) -> bool:
        """Whether `reference` is itself one of the names, so that asking about it is allowed."""
        return not self.names or reference.casefold() in self.names

    def allows(self, space: "Space") -> bool:
        return not self.names or bool(self.names & {space.id.casefold(), space.wiki_name.casefold()})


@dataclass(frozen=True)
class Api:
    """The parameter type that the server fills in; it never appears in a tool's schema."""

    client: AssemblaClient
    scope: SpaceScope = SpaceScope()
    portfolio: str | None = None
    max_result_chars: int = 25_000
    called: dict[str, str] = field(default_factory=dict, repr=False, compare=False)
    """From ids to `wiki_name`s, of the spaces that a call has met so far: errors of the client know ids alone."""

    def for_call(self) -> "Api":
        """The same, with a waiting budget and a memory of its own for one call."""
        return replace(self, client=self.client.for_call(), called={})

    def met(self, space: "Space") -> "Space":
        """The same space, whose name errors of this call tell from now on."""
        self.called[space.id] = space.wiki_name
        return space
