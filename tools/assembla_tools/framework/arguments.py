"""Parameter types that many tools share, and what a type may say of a parameter beside the values it takes.

Each description is sent once per tool on every listing: keep it short.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field


@dataclass(frozen=True)
class Reference:
    """Says of a parameter that a caller gives a name, and that the tool is given the thing so called.

    `resolve` is awaited with the server's `Api`, the name, and those other arguments of the call that it has
    parameters for, by their names. `default` is the name where none is given; with None there is none, and `resolve`
    is awaited all the same: a configuration may know.
    """

    resolve: Callable[..., Awaitable[object]]
    default: Any = ...


@dataclass(frozen=True)
class Presentation:
    """Says of a parameter that it is about how things are shown, not which: it may change from page to page."""


class ParameterGroup(BaseModel):
    """Parameters that several tools share: a schema shows them one by one, a tool is given them together."""

    model_config = ConfigDict(frozen=True)


MAX_CURSOR_CHARS = 2_000

Limit = Annotated[int, Field(ge=1, le=500, description="How many items at most.")]
Cursor = Annotated[
    str | None,
    Field(
        max_length=MAX_CURSOR_CHARS,
        description="next_cursor of the answer before; repeat the other arguments with it.",
    ),
]
Detail = Annotated[Literal["brief", "full"], Field(description="`full` gives every field."), Presentation()]
