"""The `@tool` decorator: one function becomes one MCP tool.

Type hints give the input and output schema, the docstring is what a model reads, `effect` sets every safety hint
and decides what read-only hides. Arguments are checked here, and here alone client errors become error results.
"""

import inspect
import typing
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, Literal, ParamSpec, TypeVar

from mcp.types import CallToolResult, ToolAnnotations
from mcp.types import Tool as ListedTool
from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from assembla_client.errors import AssemblaError
from assembla_tools.framework.context import Api
from assembla_tools.framework.errors import Refused, code_of, explain, quoted
from assembla_tools.framework.json_schema import Schema, arguments_schema, result_schema
from assembla_tools.framework.matching import nearest
from assembla_tools.framework.results import Answer, Listing, success

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
    def arguments(self) -> type[BaseModel]:
        """The model that checks the arguments: closed, with the function's parameters but for `api`."""
        hints = typing.get_type_hints(self.function, include_extras=True)
        parameters = inspect.signature(self.function).parameters.values()
        fields: dict[str, Any] = {
            each.name: (hints[each.name], ... if each.default is inspect.Parameter.empty else each.default)
            for each in parameters
            if hints[each.name] is not Api
        }
        return create_model(self.name, __config__=ConfigDict(extra="forbid"), **fields)

    @cached_property
    def output_schema(self) -> Schema:
        answer = typing.get_type_hints(self.function, include_extras=True)["return"]
        origin = typing.get_origin(answer)
        if isinstance(origin, type) and issubclass(origin, Listing):
            [item] = typing.get_args(answer)
            return _envelope_schema(item, origin)
        if typing.get_origin(answer) is Answer:
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
        return await answered(
            api,
            lambda view: self.function(**self._checked(arguments), api=view),  # type: ignore[call-arg,arg-type] # what P holds is checked just here
        )

    def _checked(self, arguments: dict[str, Any]) -> dict[str, Any]:
        # Models send null for "not given"; the schema knows only absence, so both mean the same here.
        given = {name: value for name, value in arguments.items() if value is not None}
        try:
            values = self.arguments.model_validate(given)
        except ValidationError as error:
            raise Refused("INVALID", "; ".join(self._complaints(error))) from None
        return {name: getattr(values, name) for name in self.arguments.model_fields}

    def _complaints(self, error: ValidationError) -> list[str]:
        known = list(self.arguments.model_fields)
        said = []
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
                    said.append(f"{name}: there is no such argument; {hint}")
                case "missing":
                    said.append(f"{name}: this argument is required")
                case _:
                    said.append(f"{name}: {each['msg'][:1].lower()}{each['msg'][1:]}")
        return said


async def answered(api: Api, ask: Callable[[Api], Awaitable[object]]) -> CallToolResult:
    """What `ask` answers, as a result. Here alone client errors become refusals: raises Refused."""
    try:
        answer = await ask(api)
    except AssemblaError as error:
        raise Refused(code_of(error), explain(error, api.space_names)) from None
    return success(answer, api.max_result_chars)


def tool(
    *, effect: Effect, toolset: str, title: str, default: bool = True
) -> Callable[[Callable[P, Awaitable[R]]], Tool[P, R]]:
    """Declare an async function as a tool. `default` says whether it is served when nothing else is asked for."""
    return lambda function: Tool(function, effect, toolset, title, default)


def _envelope_schema(item: Any, listing: type[Listing[Any]]) -> Schema:
    hints = typing.get_type_hints(listing, include_extras=True)
    beside = {name: result_schema(hints[name]) for name in listing.beside()}
    return {
        "type": "object",
        "properties": {
            "items": {"type": "array", "items": result_schema(item)},
            "complete": {"type": "boolean", "description": "True when nothing that matches comes after this answer."},
            "next_cursor": {**_TEXT_OR_NULL, "description": "Pass as `cursor` for what comes next."},
            "note": {**_TEXT_OR_NULL, "description": "What is missing or worth knowing."},
            **beside,
        },
        "required": ["items", "complete", "next_cursor", "note", *beside],
    }
