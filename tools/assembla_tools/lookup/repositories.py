"""The repositories of a space: merge requests live in one of them, and people seldom say in which."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from assembla_client.errors import AssemblaError
from assembla_client.resources.space_tools import SpaceTool
from assembla_client.resources.spaces import Space
from assembla_tools.framework.concurrency import BROKEN, gather
from assembla_tools.framework.context import Api
from assembla_tools.framework.errors import Refused, quoted
from assembla_tools.lookup.space_lists import REPOSITORIES, SpaceLists

T = TypeVar("T")


@dataclass(frozen=True)
class RepositoryAnswer(Generic[T]):
    """What a repository answered, or why it did not."""

    repository: SpaceTool
    answer: T | None
    error: AssemblaError | None


async def repositories_of(api: Api, space: Space, reference: str | None) -> Sequence[SpaceTool]:
    """The repository that `reference` names, or all of the space's. `NOT_FOUND` where it has none."""
    lists = SpaceLists(api, space)
    repositories = await lists.all(REPOSITORIES)
    if not repositories:
        raise Refused(
            "NOT_FOUND",
            f"`{space.wiki_name}` has no repository tool (Git, Subversion, Mercurial or Perforce), so it has no "
            "merge requests.",
        )
    return repositories if reference is None else [await lists.find(REPOSITORIES, reference)]


async def ask_each(repositories: Sequence[SpaceTool], ask: Callable[[str], Awaitable[T]]) -> list[RepositoryAnswer[T]]:
    """What each repository answers, side by side; one that is refused or broken does not spoil the others."""
    return list(await gather(*[_asked(repository, ask) for repository in repositories]))


def names_of(repositories: Sequence[SpaceTool]) -> str:
    """The repositories as a sentence names them."""
    return quoted([repository.name for repository in repositories])


async def _asked(repository: SpaceTool, ask: Callable[[str], Awaitable[T]]) -> RepositoryAnswer[T]:
    try:
        return RepositoryAnswer(repository, await ask(repository.id), None)
    except BROKEN as error:
        return RepositoryAnswer(repository, None, error)
