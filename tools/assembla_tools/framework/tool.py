"""The `@tool` decorator: one function becomes one MCP tool.

Type hints give the input and output schema, the docstring is what a model reads, `effect` sets every safety hint
and decides what read-only hides. Arguments are checked here, and here alone client errors become error results.
"""

import inspect
import typing
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Generic, Literal, ParamSpec, TypeVar

from mcp.types import CallToolResult, ToolAnnotations
from mcp.types import Tool as ListedTool
from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from assembla_client.errors import AssemblaError
from assembla_client.models import Model
from assembla_tools.framework.context import Api
from assembla_tools.framework.errors import Refused, code_of, explain, quoted
from assembla_tools.framework.json_schema import Schema, arguments_schema, result_schema
from assembla_tools.framework.matching import nearest
from assembla_tools.framework.oddities import note_on
from assembla_tools.framework.pagination import PageRequest
from assembla_tools.framework.results import Answer, Listing, in_brief, must_be_brief_form, noted, success
from assembla_tools.framework.signature import Signature

P = ParamSpec("P")
R = TypeVar("R")
Effect = Literal["read", "create", "update", "delete"]

_HINTS: dict[Effect, ToolAnnotations] = {
    "read": ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=True),
    "create": ToolAnnotations(
        read_only_hint=False, destructive_hint=False, idempotent_hint=False, open_world_hint=True
    ),
    "update": ToolAnnotations(read_only_hint=False, destructive_hint=False, idempotent_hint=True, open_world_hint=True),
    "delete": ToolAnnotations(read_only_hint=False, destructive_hint=True, idempotent_hint=False, open_world_hint=True),
}
_TEXT_OR_NULL = {"anyOf": [{"type": "string"}, {"type": "null"}]}


@dataclass(frozen=True)
class Tool(Generic[P, R]):
    """A declared tool. Calling it calls the function, so a test may leave MCP out."""

    function: Callable[P, Awaitable[R]]
    effect: Effect
    toolset: str
    title: str
    default: bool
    brief: type[Model] | None = None

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Awaitable[R]:
        return self.function(*args, **kwargs)

    @property
    def name(self) -> str:
        return self.function.__name__

    @cached_property
    def description(self) -> str:
        paragraphs = inspect.cleandoc(self.function.__doc__ or "").split("\n\n")
        return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)

    @cached_property
    def signature(self) -> Signature:
        return Signature.of(self.function)

    @cached_property
    def arguments(self) -> type[BaseModel]:
        """The model that checks the arguments, as a caller gives them; it is closed."""
        fields: dict[str, Any] = {each.name: (each.accepts, each.default) for each in self.signature.parameters}
        return create_model(self.name, __config__=ConfigDict(extra="forbid"), **fields)

    @cached_property
    def output_schema(self) -> Schema:
        answer = self.signature.answer
        origin = typing.get_origin(answer)
        if isinstance(origin, type) and issubclass(origin, Listing):
            [item] = typing.get_args(answer)
            return _envelope_schema(item, origin)
        if origin is Answer:
            [answer] = typing.get_args(answer)
        return result_schema(answer)

    @cached_property
    def listed(self) -> ListedTool:
        """How `tools/list` shows it."""
        return ListedTool(
            name=self.name,
            title=self.title,
            description=self.description,
            input_schema=arguments_schema(self.arguments),
            output_schema=self.output_schema,
            annotations=_HINTS[self.effect],
        )

    async def call(self, api: Api, arguments: dict[str, Any]) -> CallToolResult:
        """Answer one `tools/call`. Raises Refused with all that a model can act on; anything else is a bug of ours."""
        return await answered(api, lambda view: self._answer(view, arguments))

    async def _answer(self, api: Api, arguments: dict[str, Any]) -> object:
        values = self._checked(arguments)
        page = None if self.signature.page is None else self._page(values)
        await self._resolve(api, values)
        if page is not None:
            page = page.about(**self._question(values))
        answer = await self.function(**self._given(api, values, page))  # type: ignore[call-arg] # what P holds is read from the function itself
        return self._in_detail(answer, values.get("detail"))

    def _checked(self, arguments: dict[str, Any]) -> dict[str, Any]:
        # Models send null for "not given"; the schema knows only absence, so both mean the same here.
        given = {name: value for name, value in arguments.items() if value is not None}
        try:
            values = self.arguments.model_validate(given)
        except ValidationError as error:
            raise Refused("INVALID", "; ".join(self._argument_errors(error))) from None
        return {name: getattr(values, name) for name in self.arguments.model_fields}

    def _argument_errors(self, error: ValidationError) -> list[str]:
        known = list(self.arguments.model_fields)
        found = []
        for each in error.errors(include_url=False, include_input=False, include_context=False)[:5]:
            name = ".".join(str(part) for part in each["loc"])
            match each["type"]:
                case "extra_forbidden":
                    near = nearest(name, [(each, each) for each in known])
                    hint = (
                        f"did you mean {quoted(near[:1])}?"
                        if near
                        else f"`{self.name}` takes {quoted(known) or 'none'}."
                    )
                    found.append(f"{name}: there is no such argument; {hint}")
                case "missing":
                    found.append(f"{name}: this argument is required")
                case _:
                    found.append(f"{name}: {each['msg'][:1].lower()}{each['msg'][1:]}")
        return found

    def _page(self, values: dict[str, Any]) -> PageRequest:
        return PageRequest.of(self.name, values.pop("limit"), values.pop("cursor"))

    async def _resolve(self, api: Api, values: dict[str, Any]) -> None:
        """Put things in place of the names that were given for them."""
        for each, reference in self.signature.references:
            name = values[each.name]
            if name is not None and not name.strip() and each.default is not ...:
                name = each.default  # blank text is no name: the same as none given
            if name is not None or reference.default is None:
                name = await reference.resolve(api, name, **{other: values[other] for other in each.needs})
            values[each.name] = name

    def _question(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments that say which things are asked for, and in which order."""
        shown = {each.name for each in self.signature.parameters if each.presentation}
        return {name: value for name, value in values.items() if name not in shown}

    def _given(self, api: Api, values: Mapping[str, Any], page: PageRequest | None) -> dict[str, Any]:
        """What the function takes: arguments, those of a group together, and what the server gives."""
        given: dict[str, Any] = {self.signature.api: api}
        left = dict(values)
        if self.signature.page is not None:
            given[self.signature.page] = page
        for name, group in self.signature.groups.items():
            given[name] = group.model_construct(**{field: left.pop(field) for field in group.model_fields})
        return given | left

    def _in_detail(self, answer: R, detail: str | None) -> object:
        if self.brief is None or detail != "brief" or not isinstance(answer, Listing):
            return answer
        return replace(answer, items=[in_brief(item, self.brief) for item in answer.items])


async def answered(api: Api, ask: Callable[[Api], Awaitable[object]]) -> CallToolResult:
    """What `ask` answers, as a result. Here alone client errors become refusals: raises Refused."""
    try:
        answer = await ask(api)
    except AssemblaError as error:
        raise Refused(code_of(error), explain(error, api.space_names)) from None
    oddities = api.client.oddities
    notes = [*api.notes, note_on(oddities)] if oddities else api.notes
    if notes:
        answer = noted(answer, " ".join(notes), whole=not oddities.rows)
    return success(answer, api.max_result_chars)


def tool(
    *, effect: Effect, toolset: str, title: str, default: bool = True, brief: type[Model] | None = None
) -> Callable[[Callable[P, Awaitable[R]]], Tool[P, R]]:
    """Declare an async function as a tool. `default` says whether it is served when nothing else is asked for.

    `brief` is the form of a list's items unless `detail` is full: a model with some of their fields. TypeError where
    they have no such field.
    """

    def declare(function: Callable[P, Awaitable[R]]) -> Tool[P, R]:
        declared = Tool(function, effect, toolset, title, default, brief)
        answer = declared.signature.answer  # read here, so that what cannot work is an error at import
        if brief is not None:
            [item] = typing.get_args(answer)
            must_be_brief_form(brief, item)
        return declared

    return declare


def _envelope_schema(item: Any, listing: type[Listing[Any]]) -> Schema:
    hints = typing.get_type_hints(listing, include_extras=True)
    extra = {name: result_schema(hints[name]) for name in listing.extra_fields()}
    return {
        "type": "object",
        "properties": {
            "items": {"type": "array", "items": result_schema(item)},
            "complete": {"type": "boolean", "description": "True when nothing that matches comes after this answer."},
            "next_cursor": {**_TEXT_OR_NULL, "description": "Pass as `cursor` for what comes next."},
            "note": {**_TEXT_OR_NULL, "description": "What is missing or worth knowing."},
            **extra,
        },
        "required": ["items", "complete", "next_cursor", "note", *extra],
    }
