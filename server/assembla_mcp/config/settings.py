"""What the program is told: `ASSEMBLA_…` variables and flags, checked and frozen into one object.

Flags win over the environment and no file is read. Errors name the variable and what it takes, never the
value that was given, which may be a secret. What the values are used for is decided elsewhere.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from assembla_mcp.config.edit_distance import edit_distance
from assembla_mcp.config.validators import (
    HOST,
    Folder,
    NameList,
    Secret,
    checked,
    encryption_key,
    host_names,
    is_api_url,
    is_rate,
    is_redirect_url,
    lowercase,
)

PREFIX = "ASSEMBLA_"
REGISTRATION_PAGE = "https://app.assembla.com/user/edit/manage_clients"


class SettingsError(Exception):
    """The environment or the flags cannot be used. Each problem is one sentence that names its variable."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


def _requirement(must: str) -> dict[str, Any]:
    return {"must": must}


_ONE_LINE = _requirement("must be one word of plain characters, without spaces")
_NAMES = _requirement("must be a comma-separated list of names")
_FOLDER = _requirement("must be the path of a folder")


class Settings(BaseSettings):
    """All that can be set. Field `api_url` is variable `ASSEMBLA_API_URL`, and so on."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        frozen=True,
        extra="forbid",
        str_strip_whitespace=True,
        hide_input_in_errors=True,
    )

    api_url: Annotated[str, checked(is_api_url), AfterValidator(lambda url: url.rstrip("/"))] = Field(
        "https://api.assembla.com",
        description="Where the Assembla API answers. Plain http is accepted for this machine only.",
        json_schema_extra=_requirement("must be an https address; plain http is for loopback hosts only"),
    )
    api_key: Secret | None = Field(
        None,
        description="Personal API key, with `ASSEMBLA_API_SECRET` the simplest way to sign in.",
        json_schema_extra=_ONE_LINE,
    )
    api_secret: Secret | None = Field(
        None, description="The secret that belongs to the personal API key.", json_schema_extra=_ONE_LINE
    )
    client_id: Annotated[str, checked(lambda text: re.fullmatch(r"[!-~]+", text) is not None)] | None = Field(
        None,
        description="ID of the application you registered with Assembla, for signing in with OAuth.",
        json_schema_extra=_ONE_LINE,
    )
    client_secret: Secret | None = Field(None, description="Secret of that application.", json_schema_extra=_ONE_LINE)
    redirect_url: Annotated[str, checked(is_redirect_url)] = Field(
        "http://127.0.0.1:8723/callback",
        description="The application's registered redirect URL, where `login` listens. This machine only.",
        json_schema_extra=_requirement(
            "must be an http address of a loopback host, such as http://127.0.0.1:8723/callback"
        ),
    )
    access_token: Secret | None = Field(
        None, description="OAuth access token handed in from outside.", json_schema_extra=_ONE_LINE
    )
    refresh_token: Secret | None = Field(
        None,
        description="OAuth refresh token handed in from outside; tokens got with it go to the token store.",
        json_schema_extra=_ONE_LINE,
    )
    token_store: Annotated[Literal["auto", "keyring", "file", "memory"], BeforeValidator(lowercase)] = Field(
        "auto",
        description="Where tokens are kept: `keyring`, `file`, `memory`; `auto` is a keyring, else a file.",
        json_schema_extra=_requirement("must be auto, keyring, file or memory"),
    )
    state_dir: Folder | None = Field(
        None,
        description="Folder for tokens and other state instead of the platform's own, for its owner only.",
        json_schema_extra=_FOLDER,
    )
    cache_dir: Folder | None = Field(
        None,
        description="Kept for a cache on disk, which is not there yet.",
        json_schema_extra=_FOLDER,
    )
    profile: Annotated[str, checked(lambda text: re.fullmatch(r"\w[\w.-]{0,63}", text) is not None)] = Field(
        "default",
        description="Name of the set of stored credentials to use, for people with several accounts.",
        json_schema_extra=_requirement("must be a name of at most 64 letters, digits, dots, dashes and underscores"),
    )
    portfolio: Annotated[str, checked(lambda text: re.fullmatch(HOST, text) is not None)] | None = Field(
        None,
        description="Subdomain of your portfolio, where you have one.",
        json_schema_extra=_requirement("must be the subdomain of a portfolio, such as acme"),
    )
    toolsets: NameList | None = Field(
        None,
        description="Toolsets to offer instead of the default choice: names, `default`, `all`.",
        json_schema_extra=_NAMES,
    )
    tools: NameList | None = Field(None, description="Single tools to offer besides.", json_schema_extra=_NAMES)
    exclude_tools: NameList | None = Field(
        None, description="Tools not to offer, whatever else says so.", json_schema_extra=_NAMES
    )
    read_only: bool = Field(
        False,
        description="Refuse every tool that writes, and do not list it.",
        json_schema_extra=_requirement("must be true or false"),
    )
    spaces: NameList | None = Field(
        None,
        description="The only spaces that may be touched, by id or `wiki_name`; others are as if absent.",
        json_schema_extra=_requirement("must be a comma-separated list of spaces, by id or wiki_name"),
    )
    rate_limit: Annotated[str, checked(is_rate)] = Field(
        "20/second,240/minute",
        description="The most requests sent to Assembla in any second and any minute.",
        json_schema_extra=_requirement("must be a list such as 20/second,240/minute"),
    )
    max_result_chars: Annotated[int, Field(ge=100, le=10_000_000)] = Field(
        25_000,
        description="The most characters of text in one tool's answer; longer lists go on with a cursor.",
        json_schema_extra=_requirement("must be a whole number from 100 to 10000000"),
    )
    timeout_s: Annotated[float, Field(gt=0, le=3600, allow_inf_nan=False)] = Field(
        30.0,
        description="Seconds for one attempt of one request; waiting for the rate limit does not count.",
        json_schema_extra=_requirement("must be a number of seconds above 0 and at most 3600"),
    )
    http_token: Secret | None = Field(
        None,
        description="Bearer token that HTTP callers must send; beyond this machine needed, 16 characters or more.",
        json_schema_extra=_ONE_LINE,
    )
    allowed_hosts: Annotated[NameList, AfterValidator(host_names)] | None = Field(
        None,
        description="Host names the HTTP transport answers to besides this machine's own, whatever the port.",
        json_schema_extra=_requirement("must be a comma-separated list of host names, without scheme or port"),
    )
    state_key: Annotated[Secret, AfterValidator(encryption_key)] | None = Field(
        None,
        description="Kept for encrypted request state, which is not there yet: 32 bytes in base64.",
        json_schema_extra=_requirement("must be 32 bytes in base64"),
    )
    index: str | None = Field(None, description="Kept for the ticket index, which is not there yet.")
    policy: str | None = Field(None, description="Kept for write policies, which are not there yet.")
    files: str | None = Field(None, description="Kept for file uploads, which are not there yet.")
    log_level: Annotated[Literal["debug", "info", "warning", "error", "critical"], BeforeValidator(lowercase)] = Field(
        "warning",
        description="How much is logged to stderr: `debug`, `info`, `warning`, `error` or `critical`.",
        json_schema_extra=_requirement("must be debug, info, warning, error or critical"),
    )

    @model_validator(mode="after")
    def _belong_together(self) -> Self:
        for one, other in (("api_key", "api_secret"), ("client_id", "client_secret")):
            if (getattr(self, one) is None) != (getattr(self, other) is None):
                missing, given = (one, other) if getattr(self, one) is None else (other, one)
                raise ValueError(f"{variable(missing)} is not set, but {variable(given)} is: they go together.")
        if self.refresh_token is not None and self.client_id is None:
            raise ValueError(
                f"{variable('refresh_token')} can only be used with the application it was made for: set "
                f"{variable('client_id')} and {variable('client_secret')} too."
            )
        return self

    def secrets(self) -> list[str]:
        """Every secret value that is set, for the log's redaction."""
        values = (getattr(self, name) for name in type(self).model_fields)
        return [value.get_secret_value() for value in values if isinstance(value, SecretStr)]

    def state_folder(self) -> Path:
        """Where state is kept on this system; may not exist yet."""
        if self.state_dir is not None:
            return self.state_dir
        import platformdirs  # not needed where the folder is given, nor before the first call

        return platformdirs.user_state_path("assembla-mcp", appauthor=False)


def variable(field: str) -> str:
    """The environment variable behind a field."""
    return PREFIX + field.upper()


def variables() -> list[tuple[str, str, str]]:
    """(name, default or "", meaning) of each variable, in the order people meet them."""
    return [
        (variable(name), _default_text(field.default), field.description or "")
        for name, field in Settings.model_fields.items()
    ]


def _default_text(default: object) -> str:
    if default is None:
        return ""
    return (
        str(default).lower()
        if isinstance(default, bool)
        else f"{default:g}"
        if isinstance(default, float)
        else str(default)
    )


def load(**flags: object) -> Settings:
    """Settings from the environment, with `flags` above it; a flag that is None was not given.

    Raises SettingsError with every problem found, near misses of a variable's name included.
    """
    problems = near_misses(os.environ)
    try:
        settings = Settings(**{name: value for name, value in flags.items() if value is not None})  # type: ignore[arg-type] # pydantic checks the values
    except ValidationError as error:
        raise SettingsError(problems + _problems(error)) from None
    if problems:
        raise SettingsError(problems)
    return settings


def defaults() -> Settings:
    """Settings as they are where nothing is set, whatever the environment says."""
    return Settings.model_construct()


def _problems(error: ValidationError) -> list[str]:
    """One sentence for each variable, in our words: pydantic's would show the value."""
    found: dict[str, None] = {}
    for detail in error.errors(include_url=False, include_input=False):
        if not detail["loc"]:
            found[str(detail["ctx"]["error"])] = None
            continue
        name = str(detail["loc"][0])
        extra = Settings.model_fields[name].json_schema_extra
        must = extra["must"] if isinstance(extra, dict) else "cannot be read"
        found[f"{variable(name)} {must}."] = None
    return list(found)


def _known() -> list[str]:
    return [variable(name) for name in Settings.model_fields]


def _unrecognised(environ: Mapping[str, str]) -> list[str]:
    known = set(_known())
    names = (name for name, value in environ.items() if value and name.upper().startswith(PREFIX))
    return sorted(name for name in names if name.upper() not in known)


def _nearest(name: str) -> str | None:
    distance, nearest = min((edit_distance(name.upper(), known), known) for known in _known())
    return nearest if distance <= 2 else None


def near_misses(environ: Mapping[str, str]) -> list[str]:
    """A sentence for each variable that looks like a slip of the pen in one of ours."""
    pairs = ((name, _nearest(name)) for name in _unrecognised(environ))
    return [f"{name} is not a variable of ours: did you mean {near}?" for name, near in pairs if near is not None]


def unknown_variables(environ: Mapping[str, str]) -> list[str]:
    """Names of variables with our prefix that mean nothing to us and resemble none of ours."""
    return [name for name in _unrecognised(environ) if _nearest(name) is None]
