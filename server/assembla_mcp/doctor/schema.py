"""`doctor --schema`: what the API sends and says that it sends, beside what our models read.

Nothing that is met here is a failure: a difference is news, and what cannot be looked at is said with its reason.
The rate limit is the client's; how many requests there are at most is MOST_REQUESTS, those repeated not counted.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import anyio
from pydantic import BaseModel

from assembla_client.errors import AssemblaError, NotFound
from assembla_client.resources.space_tools import TOOL_TYPES
from assembla_mcp.config.settings import Settings
from assembla_mcp.doctor.check import Check
from assembla_mcp.doctor.schema_drift import Described, Drift, described, drift, shape
from assembla_mcp.doctor.schema_kinds import KINDS, SPACE, SPACE_TOOL, Kind
from assembla_mcp.sessions.commands import CommandSession
from assembla_tools import SpaceScope

MOST_REQUESTS = 60
_SPACES_LOOKED_AT = 3
_PARENTS_TRIED = 2
_ACTIVE = 1
_REPORT_IT = "Tell the project: this names fields and holds none of your data."


class OutOfReach(Exception):
    """There is nothing to look at, for the reason told."""


@dataclass
class Seen:
    """What came of one kind. `done` is set once nothing more will come of its objects."""

    objects: list[object] = field(default_factory=list)
    model: type[BaseModel] | None = None
    trouble: str | None = None
    described: Described = field(default_factory=dict)
    description: str | None = None
    done: anyio.Event = field(default_factory=anyio.Event)


async def schema_checks(settings: Settings, session: CommandSession) -> list[Check]:
    """Look at one kind of object after the other, side by side, and make a check of each."""
    look = _Look(session, SpaceScope.of(settings.spaces or ()), settings.portfolio)
    async with anyio.create_task_group() as tasks:
        for kind in KINDS:
            tasks.start_soon(look.at, kind)
            if kind.described_as is not None:
                tasks.start_soon(look.at_description, kind.name, kind.described_as)
    return [_check(kind, look.seen[kind.name]) for kind in KINDS]


class _Look:
    """One look at everything. Kinds that hang on others wait for those."""

    def __init__(self, session: CommandSession, scope: SpaceScope, portfolio: str | None) -> None:
        self._session = session
        self._scope = scope
        self._portfolio = portfolio
        self.seen = {kind.name: Seen() for kind in KINDS}
        self._tools: dict[str, list[object]] = {}

    async def at(self, kind: Kind) -> None:
        """Ask for objects of a kind and keep what was sent, readable or not."""
        seen = self.seen[kind.name]
        try:
            if kind is SPACE_TOOL:
                await self._at_tools(seen)
            else:
                for arguments in await self._ways(kind):
                    await self._ask(kind, seen, arguments)
                    if seen.objects:
                        break
        except OutOfReach as error:
            seen.trouble = str(error)
        finally:
            seen.done.set()

    async def at_description(self, name: str, described_as: str) -> None:
        """Ask how the API describes a kind."""
        seen = self.seen[name]
        try:
            client, _ = self._session.sampling_client()
            meta = await client.meta.get(described_as)
        except NotFound:
            seen.description = "the API does not describe it"
        except AssemblaError as error:
            seen.description = f"no description: {error.message}"
        else:
            seen.described = described(meta)
            seen.description = f"described as {shape(meta)}" if seen.described else f"no fields in {shape(meta)}"

    async def _ask(self, kind: Kind, seen: Seen, arguments: Sequence[object]) -> None:
        client, samples = self._session.sampling_client()
        try:
            await kind.ask(client, *arguments)
        except AssemblaError as error:
            seen.trouble = error.message
        for sample in samples:
            seen.model = sample.model
            seen.objects += _objects(sample.sent)

    async def _at_tools(self, seen: Seen) -> None:
        """Ask for the tools of the first spaces: they tell which of them to ask for what."""
        spaces = await self._spaces()

        async def one(space: str) -> None:
            answer = Seen()
            await self._ask(SPACE_TOOL, answer, [space])
            self._tools[space] = answer.objects
            seen.model, seen.trouble = answer.model or seen.model, answer.trouble or seen.trouble

        async with anyio.create_task_group() as tasks:
            for space in spaces:
                tasks.start_soon(one, space)
        seen.objects += [tool for space in spaces for tool in self._tools[space]]

    async def _ways(self, kind: Kind) -> list[list[object]]:
        """The arguments to ask with; several where one may well lead to nothing. Raises OutOfReach."""
        if kind.portfolio:
            if self._portfolio is None:
                raise OutOfReach("ASSEMBLA_PORTFOLIO is not set")
            return [[self._portfolio]]
        first: list[object] = [] if kind.tools is None else list(await self._home(kind.tools))
        if kind.of is None:
            return [first]
        parent, name = kind.of
        found = [key for each in await self._sent(parent) if (key := _key(each, name)) is not None]
        if not found:
            raise OutOfReach(f"no {parent} to look into")
        return [[*first, key] for key in found[:_PARENTS_TRIED]]

    async def _home(self, tools: frozenset[int]) -> tuple[str, object]:
        """The first space with such a tool, and the tool; where the tools were not told, the first space."""
        spaces = await self._spaces()
        await self._sent(SPACE_TOOL.name)
        if not tools:
            return spaces[0], None
        for space in spaces:
            for tool in self._tools.get(space, ()):
                if isinstance(tool, dict) and tool.get("tool_id") in tools and (key := _key(tool, "id")) is not None:
                    return space, key
        wanted = " or ".join(TOOL_TYPES[number] for number in sorted(tools))
        raise OutOfReach(f"none of the {len(spaces)} spaces looked at has the tool for it ({wanted})")

    async def _spaces(self) -> list[str]:
        """The spaces to look at: the first that may be touched, active ones before others. Raises OutOfReach."""
        allowed = [each for each in await self._sent(SPACE.name) if isinstance(each, dict) and self._may_touch(each)]
        allowed.sort(key=lambda space: space.get("status") != _ACTIVE)
        keys = [key for each in allowed if isinstance(key := _key(each, "id"), str)]
        if not keys:
            raise OutOfReach("no space to look into")
        return keys[:_SPACES_LOOKED_AT]

    def _may_touch(self, space: Mapping[str, object]) -> bool:
        names = (space.get("id"), space.get("wiki_name"))
        return any(isinstance(name, str) and self._scope.allows(name) for name in names)

    async def _sent(self, name: str) -> list[object]:
        await self.seen[name].done.wait()
        return self.seen[name].objects


def _objects(sent: object) -> list[object]:
    return sent if isinstance(sent, list) else [] if sent is None else [sent]


def _key(sent: object, name: str) -> str | int | None:
    """What an object can be asked for by, if it has something that can be."""
    value = sent.get(name) if isinstance(sent, dict) else None
    return value if isinstance(value, str | int) and not isinstance(value, bool) else None


def _check(kind: Kind, seen: Seen) -> Check:
    found = _drift(kind, seen)
    details = list(_details(seen, found))
    return Check(f"schema: {kind.name}", True, "; ".join(details), _REPORT_IT if found else None)


def _drift(kind: Kind, seen: Seen) -> Drift:
    if seen.model is None:
        return Drift()
    return drift(seen.model, seen.objects, seen.described, seldom=kind.seldom, unread=kind.unread)


def _details(seen: Seen, found: Drift) -> Iterator[str]:
    if seen.objects:
        yield f"{len(seen.objects)} looked at"
        yield f"differs from our model: {found}" if found else "as our model has it"
    elif seen.trouble is None:
        yield "not looked at: there is none"
    if seen.trouble is not None and not (found.retyped or found.missing):
        yield f"not looked at: {seen.trouble}" if not seen.objects else seen.trouble
    if seen.description is not None:
        yield seen.description
