"""What tests of the program share: how a fixture's value is called, and setting variables."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from click.testing import Result

from assembla_emulator.app import Emulator

Run = Callable[..., Result]
Served = Callable[[Emulator], AbstractContextManager[str]]


def environ(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    """Set `ASSEMBLA_…` variables."""
    for name, value in values.items():
        monkeypatch.setenv(f"ASSEMBLA_{name}", value)
