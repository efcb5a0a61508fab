"""Several requests at the same time, their answers in order: what an answer is made of is asked for side by side."""

from collections.abc import Awaitable
from typing import Any, TypeVar, overload

import anyio

from assembla_client.errors import AssemblaError
from assembla_tools.framework.errors import Refused

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")
T = TypeVar("T")


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
