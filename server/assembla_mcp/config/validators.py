"""Which values the settings take: small checks, and the types of fields made of them.

A check only says no: what the value must be is said by the setting itself.
"""

import base64
import binascii
import re
from collections.abc import Callable
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, SecretStr
from pydantic_settings import NoDecode

from assembla_client.loopback import is_loopback
from assembla_client.transport.rate_limit import parse_rate


def checked(good: Callable[[str], bool]) -> AfterValidator:
    """A validator that lets a text through if it is `good`; others are errors without words."""

    def check(value: str) -> str:
        if not good(value):
            raise ValueError
        return value

    return AfterValidator(check)


def _secret(value: SecretStr) -> SecretStr:
    """Secrets travel in HTTP headers, so they must be visible ASCII; a pasted line end is dropped."""
    text = value.get_secret_value().strip()
    if re.fullmatch(r"[!-~]+", text) is None:
        raise ValueError
    return SecretStr(text)


def _split(value: object) -> object:
    if not isinstance(value, str):
        return value
    parts = tuple(part.strip() for part in value.split(",") if part.strip())
    if not parts:
        raise ValueError
    return parts


def _bare_url(value: str) -> bool:
    url = urlsplit(value)
    return (
        url.scheme in ("http", "https")
        and bool(url.hostname)
        and url.port != 0  # reading it also refuses a port that is no number
        and not (url.username or url.password or url.query or url.fragment)
        and re.fullmatch(r"[!-~]+", value) is not None
    )


def is_api_url(value: str) -> bool:
    """Whether credentials may be sent there: over https, or to this machine."""
    url = urlsplit(value)
    return _bare_url(value) and (url.scheme == "https" or is_loopback(url.hostname))


def is_redirect_url(value: str) -> bool:
    """Whether `login` can listen there."""
    url = urlsplit(value)
    return _bare_url(value) and url.scheme == "http" and is_loopback(url.hostname)


def _is_32_bytes(value: SecretStr) -> bool:
    text = value.get_secret_value().replace("-", "+").replace("_", "/").rstrip("=")
    try:
        return len(base64.b64decode(text + "=" * (-len(text) % 4), validate=True)) == 32
    except binascii.Error:
        return False


def encryption_key(value: SecretStr) -> SecretStr:
    """32 bytes in base64 of either alphabet, as they were given."""
    if not _is_32_bytes(value):
        raise ValueError
    return value


def is_rate(value: str) -> bool:
    """Whether the rate limit can be read. Raises ValueError instead of answering no."""
    parse_rate(value)
    return True


def _folder(value: Path) -> Path:
    return value.expanduser().absolute()


def lowercase(value: object) -> object:
    """A word in any case, for settings that are one of a few words."""
    return value.strip().lower() if isinstance(value, str) else value


# A name, or an address: one of version 6 in brackets.
HOST = r"\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?"

Secret = Annotated[SecretStr, AfterValidator(_secret)]
NameList = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]
Folder = Annotated[Path, AfterValidator(_folder)]


def host_names(value: tuple[str, ...]) -> tuple[str, ...]:
    """Host names or addresses, without scheme or port."""
    if not all(re.fullmatch(HOST, host) for host in value):
        raise ValueError
    return value
