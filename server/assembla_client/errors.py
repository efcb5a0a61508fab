"""Everything that can go wrong on the way to Assembla and back.

    AssemblaError
    ├── Unauthorized         no credential, or one that is refused after a refresh (401, invalid_grant)
    ├── Forbidden            signed in, but not allowed (403)
    ├── NotFound             no such thing, hidden from this user, or its tool is not installed (404)
    ├── ValidationFailed     the API refused the values sent (422), field by field
    ├── RateLimited          the wait would be longer than we are willing to sleep (429, or our own governor)
    ├── ServerError          the API failed (5xx), after the retries it deserves
    ├── ConnectionFailed     no answer: refused, dropped, timed out
    └── UnexpectedResponse   an answer nobody can read: HTML, truncated JSON, a wrong type, too large

Messages are sentences for people and models. They never hold HTML, a URL with a query, or a secret.
"""

from collections.abc import Mapping, Sequence


class AssemblaError(Exception):
    """Base of all errors that `assembla_client` raises on purpose."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Unauthorized(AssemblaError):
    """There is no credential, or it was refused even after a refresh."""


class Forbidden(AssemblaError):
    """The credential is good, but its user may not do this. `kind` is as in NotFound."""

    def __init__(self, message: str, *, kind: str | None = None) -> None:
        super().__init__(message)
        self.kind = kind


class NotFound(AssemblaError):
    """The object does not exist, is hidden from this user, or its space tool is not installed.

    `kind` is the word for what is missing where that is known: "ticket", "space", "portfolio", or "list" for a list
    that a space should have.
    """

    def __init__(self, message: str, *, tool_missing: bool = False, kind: str | None = None) -> None:
        super().__init__(message)
        self.tool_missing = tool_missing
        self.kind = kind


class ValidationFailed(AssemblaError):
    """The API refused the values. `fields` maps a field's name (`base` for the whole) to its messages."""

    def __init__(self, message: str, fields: Mapping[str, Sequence[str]]) -> None:
        super().__init__(message)
        self.fields = fields


class RateLimited(AssemblaError):
    """Going on would mean a wait of `seconds`, longer than we sleep for."""

    def __init__(self, message: str, seconds: float) -> None:
        super().__init__(message)
        self.seconds = seconds


class ServerError(AssemblaError):
    """The API answered with `status` 5xx."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class ConnectionFailed(AssemblaError):
    """No answer came. `sent` is false only where the request certainly never reached the API."""

    def __init__(self, message: str, *, sent: bool = True) -> None:
        super().__init__(message)
        self.sent = sent


class UnexpectedResponse(AssemblaError):
    """An answer that cannot be read. `status` is its HTTP status, `field` the first field of a wrong type."""

    def __init__(self, message: str, *, status: int | None = None, field: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.field = field
