"""Several requests at the same time, their answers in order: what an answer is made of is asked for side by side.

What stands beside the thing asked for never loses it: where such a list is refused or broken, the answer says so.
"""

from collections.abc import Awaitable
from typing import Any, TypeVar, overload

import anyio

from assembla_client.errors import (
    AssemblaError,
    Forbidden,
    NotFound,
    ServerError,
    UnexpectedResponse,
)
from assembla_tools.framework.context import Api
from assembla_tools.framework.errors import Refused, left_out

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")
T = TypeVar("T")

BROKEN = (Forbidden, NotFound, ServerError, UnexpectedResponse)
"""Errors that are about one list. Others, such as a lost connection, are about all there is to ask for."""


@overload
async def gather(first: Awaitable[A], second: Awaitable[B], /) -> tuple[A, B]: ...
@overload
async def gather(first: Awaitable[A], second: Awaitable[B], third: Awaitable[C], /) -> tuple[A, B, C]: ...
@overload
async def gather(
    first: Awaitable[A], second: Awaitable[B], third: Awaitable[C], fourth: Awaitable[D], /
) -> tuple[A, B, C, D]: ...
@overload
async def gather(*calls: Awaitable[T]) -> tuple[T, ...]: ...
async def gather(*calls: Awaitable[Any]) -> tuple[Any, ...]:
    """What each of `calls` answers, in their order. The first error ends the others and is raised as it is."""
    answers: list[Any] = [None] * len(calls)
    failures: list[AssemblaError | Refused] = []

    async def wait(place: int, call: Awaitable[Any]) -> None:
        try:
            answers[place] = await call
        except (AssemblaError, Refused) as error:
            failures.append(error)
            group.cancel_scope.cancel()

    async with anyio.create_task_group() as group:
        for place, call in enumerate(calls):
            group.start_soon(wait, place, call)
    if failures:
        raise failures[0]
    return tuple(answers)


async def skipped() -> None:
    """Stands in `gather` for a request that is not made: it answers None."""


async def or_else(api: Api, what: str, asked: Awaitable[A], otherwise: B) -> A | B:
    """What was asked for beside the main thing, or something else and a note of this request on `what` is left out."""
    try:
        return await asked
    except BROKEN as error:
        if not (isinstance(error, NotFound) and error.tool_missing):
            api.note(f"{what} left out: {left_out(error, api.space_names)}")
        return otherwise
