"""`doctor --schema`: what the API sends and says that it sends, beside what our models read.

Nothing that is met here is a failure: a difference is news, and what cannot be looked at is said with its reason.
The rate limit is the client's; how many requests there are at most is MAX_REQUESTS, those repeated not counted.
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

MAX_REQUESTS = 60
_MAX_SPACES = 3
_MAX_PARENTS = 2
_ACTIVE = 1
_REPORT_IT = "Tell the project: this names fields and holds none of your data."


class NothingToSample(Exception):
    """There is nothing to look at, for the reason told."""


@dataclass
class KindResult:
    """What came of one kind. `done` is set once nothing more will come of its objects."""

    objects: list[object] = field(default_factory=list)
    model: type[BaseModel] | None = None
    problem: str | None = None
    described: Described = field(default_factory=dict)
    description: str | None = None
    done: anyio.Event = field(default_factory=anyio.Event)


async def schema_checks(settings: Settings, session: CommandSession) -> list[Check]:
    """Look at one kind of object after the other, side by side, and make a check of each."""
    sampler = _Sampler(session, SpaceScope.of(settings.spaces or ()), settings.portfolio)
    async with anyio.create_task_group() as tasks:
        for kind in KINDS:
            tasks.start_soon(sampler.sample, kind)
            if kind.described_as is not None:
                tasks.start_soon(sampler.read_description, kind.name, kind.described_as)
    return [_check(kind, sampler.results[kind.name]) for kind in KINDS]


class _Sampler:
    """Samples every kind of object. Kinds that hang on others wait for those."""

    def __init__(self, session: CommandSession, scope: SpaceScope, portfolio: str | None) -> None:
        self._session = session
        self._scope = scope
        self._portfolio = portfolio
        self.results = {kind.name: KindResult() for kind in KINDS}
        self._tools: dict[str, list[object]] = {}

    async def sample(self, kind: Kind) -> None:
        """Ask for objects of a kind and keep what was sent, readable or not."""
        result = self.results[kind.name]
        try:
            if kind is SPACE_TOOL:
                await self._sample_tools(result)
            else:
                for arguments in await self._argument_lists(kind):
                    await self._ask(kind, result, arguments)
                    if result.objects:
                        break
        except NothingToSample as error:
            result.problem = str(error)
        finally:
            result.done.set()

    async def read_description(self, name: str, described_as: str) -> None:
        """Ask how the API describes a kind."""
        result = self.results[name]
        try:
            client, _ = self._session.sampling_client()
            meta = await client.meta.get(described_as)
        except NotFound:
            result.description = "the API does not describe it"
        except AssemblaError as error:
            result.description = f"no description: {error.message}"
        else:
            result.described = described(meta)
            result.description = f"described as {shape(meta)}" if result.described else f"no fields in {shape(meta)}"

    async def _ask(self, kind: Kind, result: KindResult, arguments: Sequence[object]) -> None:
        client, samples = self._session.sampling_client()
        try:
            await kind.ask(client, *arguments)
        except AssemblaError as error:
            result.problem = error.message
        for sample in samples:
            result.model = sample.model
            result.objects += _objects(sample.sent)

    async def _sample_tools(self, result: KindResult) -> None:
        """Ask for the tools of the first spaces: they tell which of them to ask for what."""
        spaces = await self._spaces()

        async def one(space: str) -> None:
            answer = KindResult()
            await self._ask(SPACE_TOOL, answer, [space])
            self._tools[space] = answer.objects
            result.model, result.problem = answer.model or result.model, answer.problem or result.problem

        async with anyio.create_task_group() as tasks:
            for space in spaces:
                tasks.start_soon(one, space)
        result.objects += [tool for space in spaces for tool in self._tools[space]]

    async def _argument_lists(self, kind: Kind) -> list[list[object]]:
        """The arguments to ask with; several where one may well lead to nothing. Raises NothingToSample."""
        if kind.portfolio:
            if self._portfolio is None:
                raise NothingToSample("ASSEMBLA_PORTFOLIO is not set")
            return [[self._portfolio]]
        first: list[object] = [] if kind.tools is None else list(await self._space_with_tool(kind.tools))
        if kind.of is None:
            return [first]
        parent, name = kind.of
        found = [key for each in await self._sent(parent) if (key := _key(each, name)) is not None]
        if not found:
            raise NothingToSample(f"no {parent} to look into")
        return [[*first, key] for key in found[:_MAX_PARENTS]]

    async def _space_with_tool(self, tools: frozenset[int]) -> tuple[str, object]:
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
        raise NothingToSample(f"none of the {len(spaces)} spaces looked at has the tool for it ({wanted})")

    async def _spaces(self) -> list[str]:
        """The spaces to look at: the first that may be touched, active ones first. Raises NothingToSample."""
        allowed = [each for each in await self._sent(SPACE.name) if isinstance(each, dict) and self._may_touch(each)]
        allowed.sort(key=lambda space: space.get("status") != _ACTIVE)
        keys = [key for each in allowed if isinstance(key := _key(each, "id"), str)]
        if not keys:
            raise NothingToSample("no space to look into")
        return keys[:_MAX_SPACES]

    def _may_touch(self, space: Mapping[str, object]) -> bool:
        names = (space.get("id"), space.get("wiki_name"))
        return any(isinstance(name, str) and self._scope.allows(name) for name in names)

    async def _sent(self, name: str) -> list[object]:
        await self.results[name].done.wait()
        return self.results[name].objects


def _objects(sent: object) -> list[object]:
    return sent if isinstance(sent, list) else [] if sent is None else [sent]


def _key(sent: object, name: str) -> str | int | None:
    """What an object can be asked for by, if it has something that can be."""
    value = sent.get(name) if isinstance(sent, dict) else None
    return value if isinstance(value, str | int) and not isinstance(value, bool) else None


def _check(kind: Kind, result: KindResult) -> Check:
    found = _drift(kind, result)
    details = list(_details(result, found))
    return Check(f"schema: {kind.name}", True, "; ".join(details), _REPORT_IT if found else None)


def _drift(kind: Kind, result: KindResult) -> Drift:
    if result.model is None:
        return Drift()
    return drift(result.model, result.objects, result.described, optional=kind.optional, write_only=kind.write_only)


def _details(result: KindResult, found: Drift) -> Iterator[str]:
    if result.objects:
        yield f"{len(result.objects)} looked at"
        yield f"differs from our model: {found}" if found else "as our model has it"
    elif result.problem is None:
        yield "not looked at: there is none"
    if result.problem is not None and not (found.retyped or found.missing):
        yield f"not looked at: {result.problem}" if not result.objects else result.problem
    if result.description is not None:
        yield result.description
