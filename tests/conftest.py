"""Every asynchronous test runs in virtual time, and a test that says which endpoints it reaches has to reach them."""

import json
from collections.abc import Generator, Iterable, Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from assembla_emulator.app import Emulator
from endpoints import ENDPOINTS, endpoint_of
from virtual_time import VirtualTimeLoop


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, Any]]:
    """Asyncio, in virtual time."""
    return "asyncio", {"loop_factory": VirtualTimeLoop}


@pytest.fixture(scope="session", autouse=True)
def _each_schema_is_checked_once() -> Iterator[None]:
    """The SDK's client checks the output schema of each tool that it calls, which costs more than the call does.

    A schema that was found good in this process is not checked again.
    """
    check = Draft202012Validator.check_schema
    good: set[str] = set()

    def once(schema: Any, *arguments: Any, **options: Any) -> None:
        text = json.dumps(schema, sort_keys=True)
        if text not in good:
            check(schema, *arguments, **options)
            good.add(text)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Draft202012Validator, "check_schema", once)
        yield


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Compare the numbers of the marker `endpoints` with what the emulator was asked meanwhile."""
    marked = {number for marker in item.iter_markers("endpoints") for number in marker.args}
    if not marked:
        return (yield)
    emulators = list(_emulators(getattr(item, "funcargs", {}).values()))
    if not emulators:
        pytest.fail("a test with the marker `endpoints` needs a fixture that is an emulator, or has one", pytrace=False)
    before = [len(emulator.requests) for emulator in emulators]
    result = yield
    asked = {
        endpoint_of(seen.method, seen.path, seen.query)
        for emulator, start in zip(emulators, before, strict=True)
        for seen in emulator.requests[start:]
    }
    if missing := sorted(marked - asked):
        told = ", ".join(f"{number} ({ENDPOINTS[number].path})" for number in missing)
        pytest.fail(f"marked but not asked for: {told}", pytrace=False)
    return result


def _emulators(fixtures: Iterable[object]) -> Iterator[Emulator]:
    for fixture in fixtures:
        emulator = fixture if isinstance(fixture, Emulator) else getattr(fixture, "emulator", None)
        if isinstance(emulator, Emulator):
            yield emulator
