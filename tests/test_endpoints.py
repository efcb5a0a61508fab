"""The table of endpoints is true and whole."""

from pathlib import Path

import pytest

from assembla_emulator.routes import every_kind
from assembla_emulator.routing import Router
from endpoint_table import BESIDE_TOOLS, holes, marked_tests, numbers_in
from endpoints import ENDPOINTS, NOT_READS, READS, endpoint_of

pytest_plugins = ["pytester"]


def test_the_numbers_have_no_gap_and_the_reads_are_the_gets() -> None:
    assert list(ENDPOINTS) == list(range(1, 166))
    assert [number for number, each in ENDPOINTS.items() if each.verb == "GET"] == sorted([*READS, *NOT_READS])


def test_no_read_lacks_a_method_a_tool_or_a_test() -> None:
    assert holes() == []


def test_every_marked_test_names_what_it_asks_by() -> None:
    silent = [
        f"{test.file}::{test.name}" for test in marked_tests() if not test.doors and test.numbers - BESIDE_TOOLS.keys()
    ]
    assert silent == []


@pytest.mark.parametrize("number", READS)
def test_the_emulator_knows_each_read_by_the_same_path(number: int) -> None:
    segments = tuple(ENDPOINTS[number].path.strip("/").split("/"))
    assert Router(every_kind()).find("GET", segments).method == "GET"


@pytest.mark.parametrize(
    ("path", "query", "number"),
    [
        ("/v1/spaces.json", "", 1),
        ("/v1/spaces.json", "portfolio=lumenfjord", 2),
        ("/v1/spaces.json", "filter%5Bspacegroup%5D=rule-2", 2),
        ("/v1/spaces/my_active.json", "", 3),
        ("/v1/spaces/demo/space_tools/repo.json", "", 9),
        ("/v1/spaces/demo/space_tools/git-2.json", "", 10),
        ("/v1/spaces/demo/tickets/7.json", "", 20),
        ("/v1/spaces/demo/tickets/my_active.json", "page=1&per_page=100", 15),
        ("/v1/spaces/a%2Fb/tickets/statuses/3.json", "", 37),
        ("/v1/users/report.json", "portfolio=lumenfjord", 150),
        ("/v1/users/report.json", "", 76),
        ("/v1/tasks.json", "", 93),
        ("/v1/tasks.json", "portfolio=lumenfjord", 153),
        ("/v1/nowhere.json", "", None),
    ],
)
def test_a_request_is_told_by_its_words_before_its_names(path: str, query: str, number: int | None) -> None:
    assert endpoint_of("GET", path, query) == number


def test_a_docstring_tells_numbers_apart_from_statuses() -> None:
    assert list(numbers_in("GET … (60), …/all (61 to 64). Raises NotFound (404). It failed (500) in 2012 (once).")) == [
        *range(60, 65)
    ]


PROVEN = """
import anyio
import pytest

from assembla_emulator.app import Emulator
from harness import client_on

@pytest.fixture
def emulator():
    return Emulator(tickets=1, rate=None)

@pytest.mark.endpoints(75)
async def test_asks(emulator):
    await client_on(emulator).users.me()

@pytest.mark.endpoints(75, 76)
async def test_claims(emulator):
    await client_on(emulator).users.me()

@pytest.mark.endpoints(75)
async def test_fails(emulator):
    raise ValueError

@pytest.mark.endpoints(75)
async def test_without():
    pass
"""


def test_a_marked_test_that_does_not_ask_fails(pytester: pytest.Pytester) -> None:
    here = Path(__file__).parent
    pytester.makeconftest((here / "conftest.py").read_text())
    pytester.makeini(f"[pytest]\nanyio_mode = auto\npythonpath = {here}\nmarkers = endpoints(*numbers): reaches them")
    pytester.makepyfile(PROVEN)
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider", "-p", "no:cov", "-p", "no:xdist")
    result.assert_outcomes(passed=1, failed=3)
    result.stdout.fnmatch_lines_random(
        [
            "marked but not asked for: 76 (/users/{user})",
            "*ValueError*",
            "*needs a fixture that is an emulator, or has one",
        ]
    )
