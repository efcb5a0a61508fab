"""Which method of the client asks for which endpoint, for which tool or resource, and which test shows it.

Methods use the endpoints that their module declares; tests tell the numbers by the marker `endpoints`, which
`conftest.py` proves. What a test asks by is read from its source: the names of tools and the addresses of resources.
"""

import ast
import inspect
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import FunctionType, ModuleType
from typing import TypeGuard

import anyio

from assembla_client.transport.endpoint import Endpoint
from assembla_emulator.app import Emulator
from assembla_tools import catalogue
from endpoints import ENDPOINTS, NOT_READS, READS, RESOURCES, declared
from harness import assistant

TESTS = Path(__file__).parent
SCANNED = ("tools", "server")

BESIDE_TOOLS = {165: "`assembla-mcp doctor --schema`"}
"""What asks for an endpoint that is there for no tool."""


@dataclass(frozen=True)
class MarkedTest:
    """A test that says which endpoints it reaches, and by which tools and resources."""

    file: str
    name: str
    numbers: frozenset[int]
    doors: frozenset[str]


@cache
def methods() -> Mapping[int, tuple[str, ...]]:
    """The methods of the client that ask for an endpoint, such as `tickets.get`."""
    found: dict[int, list[str]] = {}
    for kind, module in RESOURCES.items():
        named = declared(module)
        for name, method in _public_methods(kind):
            for endpoint in (each for used in sorted(_names_in(method, module) & named.keys()) for each in named[used]):
                found.setdefault(endpoint.number, []).append(f"{kind}.{name}")
    return {number: tuple(names) for number, names in found.items()}


def _names_in(function: FunctionType, module: ModuleType) -> set[str]:
    """The names that a function uses, and those that functions of its module use for it."""
    names = set(function.__code__.co_names)
    return names.union(*(_names_in(getattr(module, name), module) for name in names if _is_own(module, name)))


def _is_own(module: ModuleType, name: str) -> bool:
    found = getattr(module, name, None)
    return inspect.isfunction(found) and found.__module__ == module.__name__


def _public_methods(kind: str) -> Iterator[tuple[str, FunctionType]]:
    module = RESOURCES[kind]
    for thing in list(vars(module).values()):
        if inspect.isclass(thing) and thing.__module__ == module.__name__ and thing.__name__.endswith("API"):
            yield from ((name, each) for name, each in vars(thing).items() if inspect.iscoroutinefunction(each))


@cache
def marked_tests() -> tuple[MarkedTest, ...]:
    """All tests with the marker, in the order of their files and lines."""
    files = sorted(path for folder in SCANNED for path in (TESTS / folder).glob("test_*.py"))
    return tuple(test for path in files for test in _tests_in(path))


def _tests_in(path: Path) -> Iterator[MarkedTest]:
    tree = ast.parse(path.read_text())
    beside = _named(tree)
    file = path.relative_to(TESTS.parent).as_posix()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            for marker, where in _markers(node):
                own = [ast.Module(node.body, []), where]
                texts = {text for part in own for text in _texts(part, beside)}
                words = {text for part in own for text in _texts(part, {})}
                yield MarkedTest(file, node.name, frozenset(_numbers(marker)), frozenset(_doors(texts, words)))


def _named(tree: ast.Module) -> dict[str, ast.AST]:
    """The functions, methods and values of a module by name: a test may call a tool through them."""
    found: dict[str, ast.AST] = {}
    for node in tree.body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() if not node.name.startswith("test_"):
                found[node.name] = node
            case ast.ClassDef() if not node.name.startswith("Test"):
                found |= _named(ast.Module(node.body, []))
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                found[name] = value
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                found[name] = value
    return found


def _markers(test: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[tuple[ast.Call, ast.AST]]:
    """The markers of a test, each with what holds for it alone: the decorators, or the parameters that it is at."""
    for decorator in test.decorator_list:
        if _is_call(decorator, "endpoints"):
            yield decorator, ast.List(test.decorator_list)
            continue
        for parameter in (each for each in ast.walk(decorator) if _is_call(each, "param")):
            yield from ((each, parameter) for each in ast.walk(parameter) if _is_call(each, "endpoints"))


def _is_call(node: ast.AST, name: str) -> TypeGuard[ast.Call]:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == name


def _numbers(marker: ast.Call) -> Iterator[int]:
    for each in marker.args:
        if isinstance(each, ast.Constant) and isinstance(each.value, int):
            yield each.value


def _texts(node: ast.AST, beside: Mapping[str, ast.AST], met: frozenset[str] = frozenset()) -> Iterator[str]:
    """The strings in some code and in what it names; a value put into one that is not known is told as `{}`."""
    known: dict[str, str] = {}
    for each in ast.walk(node):
        if isinstance(each, ast.Assign) and isinstance(each.targets[0], ast.Name):
            known[each.targets[0].id] = _text(each.value, known) or "{}"
        if (text := _text(each, known)) is not None:
            yield text
        name = each.id if isinstance(each, ast.Name) else each.attr if isinstance(each, ast.Attribute) else ""
        if name in beside and name not in met:
            yield from _texts(beside[name], beside, met | {name})


def _text(node: ast.AST, known: Mapping[str, str]) -> str | None:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=values):
            return "".join(_text(part, known) or "{}" for part in values)
        case ast.FormattedValue(value=ast.Name(id=name)):
            return known.get(name)
        case _:
            return None


def _doors(texts: Set[str], words: Set[str]) -> Iterator[str]:
    """Of these strings the tools, and for addresses of resources their templates; `words` fill open places."""
    yield from texts & {tool.name for tool in catalogue()}
    addresses = [text.partition("?")[0].split("/") for text in texts if text.startswith("assembla://")]
    for template in _templates():
        segments = template.partition("{?")[0].split("/")
        if any(_is_address(each, segments, words) for each in addresses):
            yield template


def _is_address(address: list[str], template: list[str], words: Set[str]) -> bool:
    return len(address) == len(template) and all(
        given == mine or (given != "" and mine.startswith("{")) or (given == "{}" and mine in words)
        for given, mine in zip(address, template, strict=True)
    )


@cache
def _templates() -> list[str]:
    return anyio.run(_listed)


async def _listed() -> list[str]:
    async with assistant(Emulator(tickets=0)) as mcp:
        return [template.uri_template for template in (await mcp.list_resource_templates()).resource_templates]


def doors(number: int) -> list[str]:
    """What reaches an endpoint by its tests: tools in the order of the listing, then resources."""
    found = {door for test in tests_of(number) for door in test.doors}
    order = [tool.name for tool in catalogue()] + _templates()
    return ([BESIDE_TOOLS[number]] if number in BESIDE_TOOLS else []) + [f"`{door}`" for door in order if door in found]


def tests_of(number: int) -> list[MarkedTest]:
    return [test for test in marked_tests() if number in test.numbers]


def holes() -> list[str]:
    """What the table lacks for the reads, in words."""
    return [
        f"{number} ({ENDPOINTS[number].method} {ENDPOINTS[number].path}): no {what}"
        for number in READS
        for what, found in (
            ("method of the client", methods().get(number)),
            ("tool or resource", doors(number)),
            ("test", tests_of(number)),
        )
        if not found
    ]


HEAD = """\
# The endpoints

Made by `make docs`. The numbers are this project's own, given where the client declares its endpoints; all that is read
from the API is here, with the method of `assembla_client` that asks for it, the tools and resources by which tests
reach it through a real client, and the first of those tests. That a test asks for what it is listed with is checked
whenever it runs.
"""


def page() -> str:
    """The page of documentation."""
    left_out = "\n".join(f"Not read: `GET {path}` ({why})." for path, why in NOT_READS.items())
    return f"{HEAD}\n{table()}\n\n{left_out}\n"


def table() -> str:
    """The reads as a table in Markdown."""
    rows = ["| | Endpoint | Client | Its tests ask by | The first of them |", "| --- | --- | --- | --- | --- |"]
    return "\n".join(rows + [_row(ENDPOINTS[number]) for number in READS])


def _row(endpoint: Endpoint) -> str:
    query = "?portfolio=…" if endpoint.parameters else ""
    tests = tests_of(endpoint.number)
    shown = f"[{tests[0].name.removeprefix('test_').replace('_', ' ')}](../{tests[0].file})" if tests else ""
    cells = (
        str(endpoint.number),
        f"`{endpoint.method} {endpoint.path}{query}`",
        "<br>".join(f"`{name}`" for name in methods().get(endpoint.number, ())),
        "<br>".join(doors(endpoint.number)),
        shown,
    )
    return f"| {' | '.join(cells)} |"
