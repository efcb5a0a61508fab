"""What a tool is given besides its arguments: the client, and what this server may touch and show."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from assembla_client.client import AssemblaClient


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

    def allows(self, *names: str) -> bool:
        """Whether what goes by these names, its id or `wiki_name` among them, may be touched."""
        return not self.names or any(name.casefold() in self.names for name in names)


class Api:
    """The parameter type that the server fills in, one for each request; it never appears in a tool's schema."""

    def __init__(
        self,
        client: AssemblaClient,
        *,
        scope: SpaceScope = SpaceScope(),
        portfolio: str | None = None,
        max_result_chars: int = 25_000,
    ) -> None:
        self.client = client
        self.scope = scope
        self.portfolio = portfolio
        self.max_result_chars = max_result_chars
        self._space_names: dict[str, str] = {}
        self._notes: dict[str, None] = {}

    @property
    def space_names(self) -> Mapping[str, str]:
        """From ids to `wiki_name`s, of the spaces met so far: errors of the client know ids alone."""
        return MappingProxyType(self._space_names)

    @property
    def notes(self) -> list[str]:
        """What the answer to this request has to say, each thing once."""
        return [*self._notes]

    def note(self, text: str) -> None:
        """Let the answer to this request say that."""
        self._notes[text] = None

    def met(self, id: str, wiki_name: str) -> None:
        """Let errors of this request call a space by its name from now on."""
        self._space_names[id] = wiki_name
