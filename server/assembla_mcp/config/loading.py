"""What every command does first: read the settings, set up logging, choose the tools."""

import os
from typing import TYPE_CHECKING, Any

import click

from assembla_mcp import logs
from assembla_mcp.config.settings import Settings, load, unknown_variables, variable

if TYPE_CHECKING:
    from assembla_tools import Selection


def settings_from(flags: dict[str, Any]) -> Settings:
    """Settings with these flags on top, and logging set up. Absent, false and empty flags were not given.

    Raises SettingsError.
    """
    settings = load(**{name: value for name, value in flags.items() if value})
    logs.configure(settings.log_level, settings.secrets())
    for name in unknown_variables(os.environ):
        click.echo(f"assembla-mcp: {name} is not a variable of ours and is ignored.", err=True)
    return settings


def selection_from(settings: Settings) -> "Selection":
    """The tools that these settings ask for. An unknown name is wrong usage."""
    from assembla_tools import UnknownName, select

    toolsets, tools, exclude = settings.toolsets or (), settings.tools or (), settings.exclude_tools or ()
    try:
        return select(toolsets, tools, exclude, settings.read_only)
    except UnknownName as error:
        raise click.UsageError(f"{_origin_of_unknown_name(settings)}: {error}") from None


def _origin_of_unknown_name(settings: Settings) -> str:
    """The flag and the variable that hold an unknown name."""
    from assembla_tools import UnknownName, select

    field = "toolsets"
    try:
        select(settings.toolsets or ())
        field = "tools"
        select((), settings.tools or ())
    except UnknownName:
        return _flag_and_variable(field)
    return _flag_and_variable("exclude_tools")


def _flag_and_variable(field: str) -> str:
    return f"--{field.replace('_', '-')} ({variable(field)})"
