"""What a tool refuses by itself, and the one table from client errors to the codes that a model reads.

The codes are public. Anything that is neither here nor an `AssemblaError` is a bug of ours and is met in `call_tool`.
"""

from collections.abc import Iterable
from typing import Literal

from assembla_client.errors import (
    AssemblaError,
    ConnectionFailed,
    Forbidden,
    NotFound,
    RateLimited,
    ServerError,
    Unauthorized,
    UnexpectedResponse,
    ValidationFailed,
)

Code = Literal[
    "NOT_FOUND",
    "FORBIDDEN",
    "UNAUTHENTICATED",
    "INVALID",
    "AMBIGUOUS",
    "RATE_LIMITED",
    "UPSTREAM",
    "NETWORK",
    "READ_ONLY",
    "NOT_ALLOWED",
]

CODES: dict[type[AssemblaError], Code] = {
    Unauthorized: "UNAUTHENTICATED",
    Forbidden: "FORBIDDEN",
    NotFound: "NOT_FOUND",
    ValidationFailed: "INVALID",
    RateLimited: "RATE_LIMITED",
    ServerError: "UPSTREAM",
    ConnectionFailed: "NETWORK",
    UnexpectedResponse: "UPSTREAM",
}


class Refused(Exception):
    """A call that cannot be answered: `code` is one of the public codes, `message` says what to do next."""

    def __init__(self, code: Code, message: str) -> None:
        super().__init__(message)
        self.code: Code = code
        self.message = message


def code_of(error: AssemblaError) -> Code:
    """The public code of a client error; a subclass has its parent's code, an unknown one is `UPSTREAM`."""
    return next((code for kind, code in CODES.items() if isinstance(error, kind)), "UPSTREAM")


def quoted(names: Iterable[str]) -> str:
    """Names as a sentence shows them: `a`, `b`, `c`."""
    return ", ".join(f"`{name}`" for name in names)
