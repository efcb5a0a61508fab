"""The table of endpoints is true and whole."""

import re
from pathlib import Path

import pytest

from assembla_emulator.routes import every_kind
from assembla_emulator.routing import Router
from endpoint_table import BESIDE_TOOLS, holes, marked_tests, methods
from endpoints import ENDPOINTS, NOT_READS, READS, RESOURCES, declared, endpoint_of

pytest_plugins = ["pytester"]


def test_a_number_stands_for_one_endpoint() -> None:
    every = [each for module in RESOURCES.values() for some in declared(module).values() for each in some]
    own = {(each.number, each.template) for each in every}
    assert len(own) == len(ENDPOINTS)


def test_what_the_emulator_gives_is_read_or_left_out_for_a_reason() -> None:
    given = {
        "/" + "/".join(each.segments) for routes in every_kind() for each in routes.endpoints if each.method == "GET"
    }
    read = {ENDPOINTS[number].path for number in READS}
    assert sorted(map(nameless, given)) == sorted(map(nameless, read | NOT_READS.keys()))


def nameless(path: str) -> str:
    return re.sub(r"{\w+}", "{}", path)


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


def test_the_table_finds_the_methods_that_use_an_endpoint() -> None:
    assert methods()[20] == ("tickets.get",)
    assert methods()[62] == ("milestones.list",)


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
