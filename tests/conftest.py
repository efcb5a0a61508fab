"""A test that says which endpoints it reaches has to reach them."""

from collections.abc import Generator, Iterable, Iterator
from typing import Any

import pytest

from assembla_emulator.app import Emulator
from endpoints import ENDPOINTS, endpoint_of


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
