"""Endpoints as data: each resource declares its own, and all that is said or built of one is read from there."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from urllib.parse import quote, unquote

from assembla_client.errors import NotFound, Thing
from assembla_client.transport.error_body import one_line

_MAX_SEGMENT = 1000
_MAX_SHOWN = 80
_SEGMENT = re.compile(r"\{(\w+)\}")
_PARAMETER = re.compile(r"\{\?(\w+)\}")


@dataclass(frozen=True)
class Endpoint:
    """One endpoint of the API, by this project's own number. Calling it with its arguments gives a `Target`.

    `template` is a URI template below `/v1`: `{space}` is a segment, `{?portfolio}` a parameter that may be left out.
    `words` say what it leads to, with the same arguments in their places, and `kind` is the word for such things:
    "ticket", or "list" for what a space should have. `tool` is the space tool that it is part of. `of` is the endpoint
    of the thing that it reads a part of: then that thing is what does not exist where this one answers 404.
    `is_stored` says that what it leads to may lie with a storage service, `cacheable` that its answers change slowly.
    """

    number: int
    method: str
    template: str
    words: str
    kind: str | None = None
    tool: str | None = None
    of: "Endpoint | None" = None
    is_stored: bool = False
    cacheable: bool = False

    def __call__(self, **arguments: str | int | None) -> "Target":
        """Bind arguments. A parameter that is None is left out.

        Raises NotFound for a segment that no object can be called: empty, a dot, two dots, endless, or not text.
        """
        if arguments.keys() != {*self.segments, *self.parameters}:
            raise TypeError(f"endpoint {self.number} takes {self.segments + self.parameters}, not {list(arguments)}")
        given = {name: str(value) for name, value in arguments.items() if value is not None}
        path = self.path.format_map({name: _encoded(given[name]) for name in self.segments})
        return Target(
            self,
            f"/v1{path}.json",
            tuple((name, given[name]) for name in self.parameters if name in given),
            given,
        )

    def has_path(self, path: str) -> bool:
        """Whether an encoded path, with or without `.json`, leads to things of this kind."""
        given = path.removeprefix("/v1").removesuffix(".json").split("/")
        own = self.path.split("/")
        return len(given) == len(own) and all(
            mine == theirs or (mine.startswith("{") and {"", ".", ".."}.isdisjoint(unquote(theirs).split("/")))
            for mine, theirs in zip(own, given, strict=True)
        )

    @property
    def path(self) -> str:
        """The template without its parameters."""
        return _PARAMETER.sub("", self.template)

    @cached_property
    def segments(self) -> tuple[str, ...]:
        """The arguments that are segments of the path."""
        return tuple(_SEGMENT.findall(self.template))

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """The arguments that go into the query."""
        return tuple(_PARAMETER.findall(self.template))


@dataclass(frozen=True)
class Target:
    """An endpoint with its arguments: where a request goes, and what it is about."""

    endpoint: Endpoint
    path: str
    """Each segment percent-encoded, so that a name never leaves its place."""
    params: tuple[tuple[str, str], ...]
    arguments: Mapping[str, str]
    named_part: str | None = field(default=None)

    @cached_property
    def names(self) -> Mapping[str, str]:
        """The arguments as they may be shown."""
        return {name: one_line(value, _MAX_SHOWN) for name, value in self.arguments.items()}

    @property
    def method(self) -> str:
        return self.endpoint.method

    @property
    def thing(self) -> Thing:
        """What it leads to."""
        return self._thing(self.endpoint)

    @property
    def missing(self) -> Thing:
        """What does not exist where nothing is found."""
        return self._thing(self.endpoint.of or self.endpoint)

    @property
    def tool(self) -> str | None:
        """The space tool that it needs."""
        return self.endpoint.tool or (self.endpoint.of.tool if self.endpoint.of else None)

    @property
    def space(self) -> Thing:
        """The space that it is in."""
        words = "space {space}" if "space" in self.names else "the space"
        return Thing(words, self.names, "space")

    @property
    def portfolio(self) -> Thing | None:
        """The portfolio that it asks about as a whole, if it does."""
        return Thing("{portfolio}", self.names, "portfolio") if "portfolio" in self.names else None

    @property
    def part(self) -> Thing | None:
        """What it names within a portfolio, for there may be none of it."""
        if self.named_part is not None:
            return Thing(self.named_part)
        return self.missing if self.missing.kind else None

    def naming(self, part: str | None) -> "Target":
        """The same, where the query too names something that there may be none of, such as a group."""
        return replace(self, named_part=part)

    def _thing(self, endpoint: Endpoint) -> Thing:
        return Thing(endpoint.words, self.names, endpoint.kind)


def _encoded(segment: str) -> str:
    if segment.strip() in {"", ".", ".."} or len(segment) > _MAX_SEGMENT:
        raise NotFound("An empty name, dots alone or a name without end: nothing in Assembla is called that.")
    try:
        return quote(segment, safe="")
    except UnicodeEncodeError:
        raise NotFound("The name holds half a character: nothing in Assembla is called that.") from None
