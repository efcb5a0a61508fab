"""What a tool's function says about its arguments: which a caller gives, in which order, and what becomes of each.

It is read once, when the tool is declared: a declaration that cannot work is an error at import.
"""

import inspect
import typing
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import UnionType
from typing import Annotated, Any, Self

from pydantic_core import PydanticUndefined

from assembla_tools.framework.arguments import Cursor, Limit, ParameterGroup, Presentation, Reference
from assembla_tools.framework.context import Api
from assembla_tools.framework.pagination import PageRequest

_GIVEN_TO_EVERY_RESOLVER = 2  # the server's `Api`, and the name


@dataclass(frozen=True)
class Parameter:
    """One argument as a caller gives it. `default` is `...` where it is required."""

    name: str
    accepts: Any
    default: Any
    reference: Reference | None = None
    presentation: bool = False

    @cached_property
    def needs(self) -> tuple[str, ...]:
        """The names of the other arguments that its reference is resolved with."""
        if self.reference is None:
            return ()
        return tuple(inspect.signature(self.reference.resolve).parameters)[_GIVEN_TO_EVERY_RESOLVER:]


@dataclass(frozen=True)
class Signature:
    """A function's parameters as a caller sees them, and the names under which it takes what no caller gives."""

    parameters: tuple[Parameter, ...]
    groups: Mapping[str, type[ParameterGroup]]
    api: str
    page: str | None
    answer: Any

    @classmethod
    def of(cls, function: Callable[..., Awaitable[object]]) -> Self:
        """Read a function. TypeError where a reference needs an argument that the function does not have."""
        hints = typing.get_type_hints(function, include_extras=True)
        answer = hints.pop("return")
        server_given = {hint: name for name, hint in hints.items() if hint in (Api, PageRequest)}
        groups = {name: hint for name, hint in hints.items() if _is_group(hint)}
        parameters = (*_parameters(function, hints), *(_PAGING if PageRequest in server_given else ()))
        _check_needs(function, parameters)
        return cls(parameters, groups, server_given[Api], server_given.get(PageRequest), answer)

    @cached_property
    def references(self) -> list[tuple[Parameter, Reference]]:
        """The parameters whose things are to be found, those that need another's last."""
        found = [(each, each.reference) for each in self.parameters if each.reference is not None]
        return sorted(found, key=lambda pair: len(pair[0].needs))


_PAGING = (Parameter("limit", Limit, 25), Parameter("cursor", Cursor, None))


def _parameters(function: Callable[..., object], hints: Mapping[str, Any]) -> Iterator[Parameter]:
    for name, each in inspect.signature(function).parameters.items():
        hint = hints[name]
        if _is_group(hint):
            fields = typing.get_type_hints(hint, include_extras=True)
            yield from (_parameter(key, fields[key], field.default) for key, field in hint.model_fields.items())
        elif hint not in (Api, PageRequest):
            yield _parameter(name, hint, each.default)


def _parameter(name: str, hint: Any, default: Any) -> Parameter:
    default = ... if default in (inspect.Parameter.empty, PydanticUndefined) else default
    marks = list(_marks(hint))
    reference = next((mark for mark in marks if isinstance(mark, Reference)), None)
    if reference is not None:
        default = reference.default if default is ... else default
        hint = _as_text(hint, optional=reference.default is None)
    return Parameter(name, hint, default, reference, any(isinstance(mark, Presentation) for mark in marks))


def _marks(hint: Any) -> Iterator[object]:
    """All that is said of a type by `Annotated`, within `… | None` too."""
    if typing.get_origin(hint) is Annotated:
        yield from hint.__metadata__
    elif typing.get_origin(hint) in (typing.Union, UnionType):
        for part in typing.get_args(hint):
            yield from _marks(part)


def _as_text(hint: Any, *, optional: bool) -> Any:
    """The type of the name that a caller gives: text in place of the thing, all else as it was said."""
    if typing.get_origin(hint) is not Annotated:
        return _as_text(next(part for part in typing.get_args(hint) if part is not type(None)), optional=False) | None
    accepted: Any = str | None if optional or type(None) in typing.get_args(hint.__origin__) else str
    for mark in hint.__metadata__:
        if not isinstance(mark, Reference):
            accepted = Annotated[accepted, mark]
    return accepted


def _check_needs(function: Callable[..., object], parameters: tuple[Parameter, ...]) -> None:
    there = {each.name for each in parameters}
    for each in parameters:
        if missing := sorted(set(each.needs) - there):
            raise TypeError(f"{function.__name__}: {each.name} is resolved with {', '.join(missing)}, which it lacks")


def _is_group(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, ParameterGroup)
