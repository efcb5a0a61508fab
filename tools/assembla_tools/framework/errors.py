"""What a tool refuses by itself, and the one table from client errors to the codes that a model reads.

The codes are public. Anything that is neither here nor an `AssemblaError` is a bug of ours and is met in `call_tool`.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Literal

from mcp.types import CallToolResult, TextContent

from assembla_client.errors import (
    AssemblaError,
    ConnectionFailed,
    Forbidden,
    NotFound,
    RateLimited,
    ServerError,
    SpaceNames,
    Unauthorized,
    UnexpectedResponse,
    ValidationFailed,
    what_happened,
)
from assembla_tools.framework.text import clean

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

CODE_KEY = "assembla/code"
"""Under what name an error's `_meta` carries its code."""

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

_TOOLS = "`get_space_metadata` shows which tools the space has."
_NEXT: Mapping[str | None, str] = MappingProxyType(
    {
        "space": "`list_spaces` shows those there are.",
        "list": _TOOLS,
        "ticket": "`search_tickets` shows the numbers in use.",
        "milestone": "`list_milestones` shows those there are.",
        "document": "`list_documents` shows those there are.",
        "wiki page": "`list_wiki_pages` shows those there are.",
        "merge request": "`list_merge_requests` shows those there are.",
        "space tool": _TOOLS,
        "user": "`list_members` shows the people of a space.",
        "portfolio": "Check its subdomain: `portfolio`, or ASSEMBLA_PORTFOLIO where none is given.",
    }
)


class Refused(Exception):
    """A call that cannot be answered: `code` is one of the public codes, `message` says what to do next."""

    def __init__(self, code: Code, message: str) -> None:
        super().__init__(message)
        self.code: Code = code
        self.message = message


def code_of(error: AssemblaError) -> Code:
    """The public code of a client error; a subclass has its parent's code, an unknown one is `UPSTREAM`."""
    return next((code for kind, code in CODES.items() if isinstance(error, kind)), "UPSTREAM")


def explain(error: AssemblaError | Refused, spaces: SpaceNames, *, quoting: bool = True) -> str:
    """Say what happened, spaces by the names that are known for their ids, and what to do next."""
    if isinstance(error, Refused):
        return error.message
    happened = what_happened(error, spaces, quoting=quoting)
    advice = error.advice or _advice(error)
    return happened if advice is None else f"{happened if happened.endswith('.') else f'{happened}.'} {advice}"


def left_out(error: AssemblaError, spaces: SpaceNames) -> str:
    """Say in an answer what happened to a part that is left out of it. It quotes nothing: answers are not redacted."""
    return what_happened(error, spaces, quoting=False)


def _advice(error: AssemblaError) -> str | None:
    match error:
        case NotFound(tool_missing=True):
            return "`get_space_metadata` shows which tools it has."
        case Forbidden(kind=None):
            return "`get_user` shows who is signed in; an owner can give more rights."
        case NotFound() | Forbidden():
            return _NEXT.get(error.kind)
        case Unauthorized():
            return "Sign in again with `assembla-mcp login`, or check the key pair."
        case ServerError():
            return "Try again in a minute; if it stays so, the trouble is Assembla's."
        case ConnectionFailed():
            return "Try again; `assembla-mcp doctor` shows what is in the way."
        case UnexpectedResponse():
            return "Try again; if it stays so, `assembla-mcp doctor --schema` shows what Assembla sends."
    return None


def failure(code: Code, message: str) -> CallToolResult:
    """An error that a model can act on: the code, a colon, a sentence. Programs find the code in `_meta` too."""
    content = TextContent(type="text", text=error_text(code, message))
    return CallToolResult(content=[content], is_error=True, _meta={CODE_KEY: code})


def error_text(code: Code, message: str) -> str:
    """The code, a colon and a bounded text."""
    return f"{code}: {clean(message, 2_000)}"


def quoted(names: Iterable[str]) -> str:
    """Names as a sentence shows them: `a`, `b`, `c`."""
    return ", ".join(f"`{name}`" for name in names)
