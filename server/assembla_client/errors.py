"""Everything that can go wrong on the way to Assembla and back, and how it is said.

    AssemblaError
    ├── Unauthorized         no credential, or one that is refused after a refresh (401)
    │   └── TokenRefused     the API gave no tokens: invalid_grant and its kind
    ├── Forbidden            signed in, but not allowed (403)
    ├── NotFound             no such thing, hidden from this user, or its tool is not installed (404)
    ├── ValidationFailed     the API refused the values sent (422), field by field
    ├── RateLimited          the wait would be longer than we are willing to sleep (429, or our own rate limiter)
    ├── ServerError          the API failed (5xx), after the retries it deserves
    ├── ConnectionFailed     no answer: refused, dropped
    │   ├── TimedOut         no answer within the time of one attempt
    │   └── Misconfigured    the environment's proxies or certificates cannot be used: nothing was sent
    ├── UnexpectedResponse   an answer nobody can read: HTML, truncated JSON, a wrong type, too large
    └── StoreUnavailable     the token store cannot be read or written

An error carries its parts until `worded` makes sentences of them, for people and models. They never hold HTML, a URL
with a query, or a secret.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, TypedDict, Unpack

Reason = Literal[
    "invalid_grant",
    "invalid_client",
    "invalid_request",
    "invalid_scope",
    "unauthorized_client",
    "unsupported_grant_type",
    "access_denied",
    "no_refresh_token",
    "other",
]
"""OAuth's error codes, `no_refresh_token` and `other`."""

SpaceNames = Mapping[str, str]
"""From ids of spaces to the names that people know them by."""

NO_NAMES: SpaceNames = MappingProxyType({})


@dataclass(frozen=True)
class Thing:
    """Something of Assembla's in words, such as "ticket {number} of space {space}", and what stands in the braces.

    `kind` is the word for such things: "ticket", "portfolio", "list" for what a space should have; None where there
    is no word for it.
    """

    words: str
    names: Mapping[str, str] = field(default_factory=dict)
    kind: str | None = None

    @property
    def space(self) -> str | None:
        """The space that it belongs to, or is, as it was asked for: an id, mostly."""
        return self.names.get("space")

    def in_words(self, spaces: SpaceNames = NO_NAMES) -> str:
        """Say it: "ticket `42` of space `demo`"."""
        shown = {part: f"`{name}`" for part, name in self.names.items()}
        if self.space is not None:
            shown["space"] = f"`{spaces.get(self.space, self.space)}`"
        return self.words.format_map(shown)


LONGEST_WAIT_TOLD_S = 86_400.0
"""A longer wait is told as "later": nobody counts its seconds."""

SOMETHING = Thing("what was asked for")


class Parts(TypedDict, total=False):
    """What any error may carry."""

    thing: Thing
    status: int
    upstream_text: str
    attempts: int
    advice: str | None


class AssemblaError(Exception):
    """Base of all errors that `assembla_client` raises on purpose.

    `sentence` says what happened where no thing has to be named; else `thing` is what it is about. `status` is that of
    the answer, `upstream_text` what Assembla said in it, `attempts` how many it took, `advice` what to do, in a
    sentence, where the raiser knows that best.
    """

    def __init__(
        self,
        sentence: str | None = None,
        *,
        thing: Thing = SOMETHING,
        status: int | None = None,
        upstream_text: str = "",
        attempts: int = 1,
        advice: str | None = None,
    ) -> None:
        super().__init__()
        self.sentence = sentence
        self.thing = thing
        self.status = status
        self.upstream_text = upstream_text
        self.attempts = attempts
        self.advice = advice

    @property
    def kind(self) -> str | None:
        """The word for what it is about."""
        return self.thing.kind

    @property
    def message(self) -> str:
        """All that it has to say, with spaces as they were asked for."""
        return worded(self)

    def __str__(self) -> str:
        return self.message

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.message!r})"


class Unauthorized(AssemblaError):
    """There is no credential, or it was refused even after a refresh."""


class TokenRefused(Unauthorized):
    """The API would not give tokens, for the `reason` given."""

    def __init__(self, sentence: str, reason: Reason, **parts: Unpack[Parts]) -> None:
        super().__init__(sentence, **parts)
        self.reason: Reason = reason


class Forbidden(AssemblaError):
    """The credential is good, but its user may not do this."""


class NotFound(AssemblaError):
    """The thing does not exist, is hidden from this user, or its space tool is not installed.

    With `tool_missing` the thing is the space, and `tool` the name of what it lacks, where that is known. Of a
    portfolio, `part` is what there may be none of in it, though it may be one's own.
    """

    def __init__(
        self,
        sentence: str | None = None,
        *,
        tool_missing: bool = False,
        tool: str | None = None,
        part: Thing | None = None,
        **parts: Unpack[Parts],
    ) -> None:
        super().__init__(sentence, **parts)
        self.tool_missing = tool_missing
        self.tool = tool
        self.part = part


class ValidationFailed(AssemblaError):
    """The API refused the values. `fields` maps a field's name (`base` for the whole) to its messages."""

    def __init__(self, fields: Mapping[str, Sequence[str]], **parts: Unpack[Parts]) -> None:
        super().__init__(**parts)
        self.fields = fields


class RateLimited(AssemblaError):
    """Going on would mean a wait of `seconds`, longer than we sleep for."""

    def __init__(self, sentence: str | None, seconds: float, **parts: Unpack[Parts]) -> None:
        super().__init__(sentence, **parts)
        self.seconds = seconds


class ServerError(AssemblaError):
    """The API answered with a status 5xx."""


class ConnectionFailed(AssemblaError):
    """No answer came. `sent` is false only where the request certainly never reached the API."""

    def __init__(self, sentence: str, *, sent: bool = True, **parts: Unpack[Parts]) -> None:
        super().__init__(sentence, **parts)
        self.sent = sent


class TimedOut(ConnectionFailed):
    """No answer within the time of one attempt. Not repeated: the next silence would cost as much again."""


class Misconfigured(ConnectionFailed):
    """A proxy or certificate that the environment names cannot be used. Not repeated: it stays so."""

    def __init__(self, sentence: str, *, sent: bool = False, **parts: Unpack[Parts]) -> None:
        super().__init__(sentence, sent=sent, **parts)


class UnexpectedResponse(AssemblaError):
    """An answer that cannot be read. `field` is the first field of a wrong type."""

    def __init__(self, sentence: str | None = None, *, field: str | None = None, **parts: Unpack[Parts]) -> None:
        super().__init__(sentence, **parts)
        self.field = field


class StoreUnavailable(AssemblaError):
    """The token store cannot be read or written. The sentence says which, and why."""


def worded(error: AssemblaError, spaces: SpaceNames = NO_NAMES) -> str:
    """All that an error has to say: what happened, and the advice that it carries."""
    return " ".join(filter(None, (what_happened(error, spaces), error.advice)))


def what_happened(error: AssemblaError, spaces: SpaceNames = NO_NAMES, *, quoting: bool = True) -> str:
    """Say what happened, in a sentence or two. Spaces go by the names in `spaces`, else by what they were asked for.

    `quoting` says whether to add what Assembla said, which may be what it was sent.
    """
    if error.sentence is not None:
        given_up = f" Given up after {error.attempts} attempts." if error.attempts > 1 else ""
        return f"{error.sentence}{given_up}"
    what, quote = error.thing.in_words(spaces), error.upstream_text if quoting else ""
    tried = f" (after {error.attempts} attempts)" if error.attempts > 1 else ""
    match error:
        case Unauthorized():
            return "Assembla refused the credential: it is wrong, expired or revoked (401)."
        case Forbidden() | NotFound() if error.kind == "portfolio":
            whose = f"{what} is not a portfolio you manage{_or_no(error, spaces)}"
            return f"{whose} ({error.status}): this is for its managers."
        case Forbidden():
            return _quoting(f"This user may not do that with {what} (403)", quote)
        case NotFound(tool_missing=True):
            return f"{_capital(what)} does not have the {error.tool or 'needed'} tool installed."
        case NotFound():
            return f"{_capital(what)} does not exist, or this user may not see it (404)."
        case ValidationFailed():
            listed = "; ".join(f"{name}: {each}" for name, messages in error.fields.items() for each in messages)
            return f"Assembla refused the values for {what}: {listed}"
        case RateLimited():
            return f"Assembla's rate limit is reached{tried}. Try again {_when(error.seconds)}."
        case ServerError():
            return _quoting(f"Assembla failed with status {error.status} on {what}{tried}", quote)
        case _:
            text = f"Assembla answered {what} with status {error.status}, which nothing here expects"
            return _quoting(text, quote)


def _when(seconds: float) -> str:
    """Say after how long, where that is a time that anybody waits."""
    return f"in {seconds:.0f} s" if seconds <= LONGEST_WAIT_TOLD_S else "later"


def _or_no(error: AssemblaError, spaces: SpaceNames) -> str:
    part = error.part if isinstance(error, NotFound) else None
    return f", or it has no {part.in_words(spaces)}" if part else ""


def _quoting(text: str, said: str) -> str:
    return f"{text}: {said}" if said else f"{text}."


def _capital(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}"
