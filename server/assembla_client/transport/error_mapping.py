"""What an answer that is no success means: status and body to the error to raise."""

from assembla_client.errors import (
    SOMETHING,
    AssemblaError,
    Forbidden,
    NotFound,
    Parts,
    RateLimited,
    ServerError,
    Thing,
    Unauthorized,
    UnexpectedResponse,
    ValidationFailed,
)
from assembla_client.transport.endpoint import Target
from assembla_client.transport.error_body import error_text, field_errors
from assembla_client.transport.request import Reply, Request
from assembla_client.transport.retry import retry_after

_RATE_LIMIT_PERIOD_S = 60.0  # the longer of the API's two windows: by then a 429 without Retry-After is over
_MAX_READ_FOR_A_TOOL = 10_000


def error_for(request: Request, reply: Reply, *, attempts: int = 1) -> AssemblaError:
    """Turn an answer that is no success into the error to raise."""
    target = request.target
    parts: Parts = {"thing": target.thing if target else SOMETHING, "status": reply.status, "attempts": attempts}
    match reply.status:
        case 401:
            return Unauthorized(**parts)
        case 403:
            return _forbidden(target, reply, parts)
        case 404:
            return _not_found(target, reply, parts)
        case 422:
            return ValidationFailed(field_errors(reply.body) or {"base": ["no reason was given"]}, **parts)
        case 429:
            seconds = retry_after(reply)
            return RateLimited(None, _RATE_LIMIT_PERIOD_S if seconds is None else seconds, **parts)
        case status if 500 <= status <= 599:
            return ServerError(**_quoting(reply, parts))
        case _:
            return UnexpectedResponse(**_quoting(reply, parts))


def _forbidden(target: Target | None, reply: Reply, parts: Parts) -> Forbidden:
    if target is not None and target.portfolio is not None:
        return Forbidden(**_about(target.portfolio, parts))
    return Forbidden(**_quoting(reply, parts))


def _not_found(target: Target | None, reply: Reply, parts: Parts) -> NotFound:
    if target is None:
        return NotFound(**parts)
    if b"tool not found" in reply.body[:_MAX_READ_FOR_A_TOOL].lower():
        return NotFound(tool_missing=True, tool=target.tool, **_about(target.space, parts))
    if target.portfolio is not None:
        return NotFound(part=target.part, **_about(target.portfolio, parts))
    return NotFound(**_about(target.missing, parts))


def _quoting(reply: Reply, parts: Parts) -> Parts:
    return {**parts, "upstream_text": error_text(reply.body)}


def _about(thing: Thing, parts: Parts) -> Parts:
    return {**parts, "thing": thing}
