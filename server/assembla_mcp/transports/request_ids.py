"""Ids of JSON-RPC requests: which may be, and which name the same request.

The SDK takes a request whose id it cannot use for a notification, and answers nothing; whoever asked would wait.
"""

from mcp.shared.dispatcher import as_request_id, coerce_request_id
from mcp.types import INVALID_REQUEST, ErrorData, JSONRPCError


def refused_id(asked: object) -> JSONRPCError | None:
    """The answer to a request whose id is neither text nor a whole number; None where there is nothing to refuse."""
    if not isinstance(asked, dict) or "method" not in asked or "id" not in asked or is_id(asked["id"]):
        return None
    said = "The id of a request must be text or a whole number."
    return JSONRPCError(jsonrpc="2.0", id=None, error=ErrorData(code=INVALID_REQUEST, message=said))


def is_id(value: object) -> bool:
    """Whether a request may have this id."""
    return as_request_id(value) is not None


def same_id(one: str | int, other: object) -> bool:
    """Whether both name one request: clients give `8` back as `"8"`, and the SDK takes them for the same."""
    known = as_request_id(other)
    return known is not None and coerce_request_id(one) == coerce_request_id(known)
