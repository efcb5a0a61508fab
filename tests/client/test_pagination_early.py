"""Reading the beginning of a paged list only."""

from collections.abc import Sequence

import pytest

from assembla_client.errors import UnexpectedResponse
from assembla_client.transport.pagination import PER_PAGE, ListPage, paginate


class Pages:
    """A list of so many numbers, and which of its pages were asked for."""

    def __init__(self, records: int) -> None:
        self.asked: list[int] = []
        self._records = range(records)

    async def __call__(self, page: int) -> ListPage[int]:
        self.asked.append(page)
        records = list(self._records[(page - 1) * PER_PAGE : page * PER_PAGE])
        return ListPage(records, len(records))


@pytest.mark.parametrize(("needed", "asked"), [(1, 1), (100, 1), (101, 2), (201, 4), (401, 8), (3_000, 12)])
async def test_no_more_pages_are_asked_for_than_twice_those_that_are_needed(needed: int, asked: int) -> None:
    fetch = Pages(1_150)
    walked = await paginate(fetch, enough=lambda so_far: len(so_far) >= needed)
    assert sorted(fetch.asked)[:asked] == list(range(1, asked + 1))
    assert len(fetch.asked) <= max(asked, 16)
    assert walked.records == list(range(min(1_150, asked * PER_PAGE)))


async def test_a_list_that_ends_before_it_is_enough_is_whole() -> None:
    assert (await paginate(Pages(250), enough=lambda _: False)).records == list(range(250))


async def test_the_question_is_asked_of_all_that_came_in_order() -> None:
    seen: list[Sequence[int]] = []

    def enough(so_far: Sequence[int]) -> bool:
        seen.append(so_far)
        return False

    await paginate(Pages(450), enough=enough)
    assert seen == [list(range(size)) for size in (100, 200, 400)]


async def test_a_list_that_has_no_end_is_still_an_error() -> None:
    async def fetch(page: int) -> ListPage[int]:
        return ListPage(list(range(PER_PAGE)) if page > 1 else list(range(1_000, 1_000 + PER_PAGE)), PER_PAGE)

    with pytest.raises(UnexpectedResponse):
        await paginate(fetch, enough=lambda _: False)
