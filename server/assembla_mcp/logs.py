"""Logging: to stderr alone, with secrets redacted in the finished text.

Redaction happens in the formatter and not where something is logged, so that tracebacks, arguments and other
people's loggers pass it too.
"""

import logging
import re
import sys
from collections.abc import Iterable
from typing import TextIO

REDACTED = "[redacted]"

# Values that must never be seen, known to the process. Logging is global to a process, and so is this.
_secrets: set[str] = set()
_any_secret: re.Pattern[str] | None = None

# Anything shorter is no secret worth the name, and redacting it would shred ordinary words.
_MIN_LENGTH = 6
_MIN_LENGTH_IN_ANY_CASE = 8

_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(r"\b(authorization|x-api-key|x-api-secret)(['\"]?\s*[:=,]\s*b?['\"]?)[^\r\n'\",]+", re.I),
        rf"\1\2{REDACTED}",
    ),
    (re.compile(r"\b(bearer|basic)\s+[\w.~+/=-]{6,}", re.I), rf"\1 {REDACTED}"),
    (
        re.compile(
            r"\b(refresh_token|access_token|client_secret|api_secret|api_key|pin_code|code|state)"
            r"(['\"]?\s*[=:]\s*['\"]?)(?!\[redacted\])[^\s&'\",;]{4,}",
            re.I,
        ),
        rf"\1\2{REDACTED}",
    ),
    (re.compile(r"\b(https?://[^\s?#'\"<>]*)\?[^\s'\"<>]*"), rf"\1?{REDACTED}"),
    (re.compile(r"\b(https?://)[^\s/@'\"<>]+@"), rf"\1{REDACTED}@"),
)

# They tell every URL, query and all, at INFO.
_VERBOSE_LOGGERS = ("httpx", "httpx2", "httpcore", "httpcore2", "uvicorn.access")


def register_secrets(*values: str) -> None:
    """From now on, redact these values in everything that is logged."""
    global _any_secret
    new = {value for value in values if len(value) >= _MIN_LENGTH} - _secrets
    if new:
        _secrets.update(new)
        # The longest first: one secret may begin with another.
        _any_secret = re.compile("|".join(map(_pattern_of, sorted(_secrets, key=len, reverse=True))))


def _pattern_of(secret: str) -> str:
    """What echoes a secret may have folded its case; but a short one in another case is just as likely a word."""
    exactly = re.escape(secret)
    return f"(?i:{exactly})" if len(secret) >= _MIN_LENGTH_IN_ANY_CASE else exactly


def redact_values(text: str) -> str:
    """`text` without the values that are known to be secret."""
    return text if _any_secret is None else _any_secret.sub(REDACTED, text)


def redact(text: str) -> str:
    """`text` without secrets: known values, credentials in headers and pairs, queries of URLs."""
    text = redact_values(text)
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text


class RedactingFormatter(logging.Formatter):
    """Formats as usual, then redacts the whole: message, arguments and traceback. What steers a terminal goes too."""

    def format(self, record: logging.LogRecord) -> str:
        from assembla_tools.framework.text import visible  # not before something is logged

        return redact(visible(super().format(record)))


class _Stderr(logging.StreamHandler[TextIO]):
    """Writes to whatever stderr is at the moment, so that a replaced stream is honoured."""

    def __init__(self) -> None:
        super().__init__(sys.stderr)
        self.setFormatter(RedactingFormatter("%(levelname)s %(name)s: %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        self.stream = sys.stderr
        super().emit(record)


def configure(level: str, secrets: Iterable[str] = ()) -> None:
    """Log to stderr from `level` (`debug` … `critical`) on. Called again, it replaces what it had set up."""
    register_secrets(*secrets)
    root = logging.getLogger()
    for handler in root.handlers[:]:
        if isinstance(handler, _Stderr):
            root.removeHandler(handler)
    root.addHandler(_Stderr())
    root.setLevel(level.upper())
    for name in _VERBOSE_LOGGERS:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    logging.captureWarnings(True)
