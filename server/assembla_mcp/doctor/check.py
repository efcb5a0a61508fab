"""What the doctor says about one thing that it looked at."""

from dataclasses import dataclass

from assembla_mcp import logs


@dataclass(frozen=True)
class Check:
    """One thing looked at. `remedy` is what to do, None where nothing is."""

    name: str
    ok: bool
    detail: str
    remedy: str | None = None

    def __post_init__(self) -> None:
        # A detail may quote Assembla, and Assembla may quote what we sent.
        object.__setattr__(self, "detail", logs.redact_values(self.detail))
