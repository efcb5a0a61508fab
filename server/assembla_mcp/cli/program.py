"""The command line: names, options and help. What a command does lives in the module it imports when it runs.

Nothing here imports `mcp`, `pydantic` or `rich`, so that `--help` and `--version` answer at once.
"""

import sys
from collections.abc import Callable, Sequence
from typing import Any, NoReturn, TypeVar

import click

from assembla_mcp import __version__, exit_status

C = TypeVar("C", bound=Callable[..., Any])

LOG_LEVELS = click.Choice(["debug", "info", "warning", "error", "critical"], case_sensitive=False)


class Program(click.Group):
    """The command group: `serve` is what it does when no command is named, and errors are one line."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0].startswith("-") and args[0] not in ("--help", "-h", "--version")):
            args = ["serve", *args]
        return super().parse_args(ctx, args)

    def main(self, args: Sequence[str] | None = None, *more: Any, **extra: Any) -> NoReturn:
        extra["standalone_mode"] = False
        try:
            status = super().main(args, *more, **extra)
        except BaseException as error:  # the process edge: every way out ends in a line and a status
            if isinstance(error, (SystemExit, GeneratorExit)):
                raise
            status = exit_status.report(error)
        sys.exit(status or exit_status.DONE)


class CallCommand(click.Command):
    """`call`, whose help is that of the tool where one is named."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        others = [argument for argument in args if argument not in ctx.help_option_names]
        if len(others) < len(args) and not ctx.resilient_parsing:
            values, _, _ = self.make_parser(ctx).parse_args(list(others))
            if isinstance(tool := values.get("tool"), str):
                from assembla_mcp.cli.tool_help import tool_help

                click.echo(tool_help(tool), nl=False)
                ctx.exit()
        return super().parse_args(ctx, args)


def _tool_names(_ctx: click.Context, _argument: click.Parameter, begun: str) -> list[str]:
    """For shell completion."""
    from assembla_tools import catalogue

    return [tool.name for tool in catalogue() if tool.name.startswith(begun)]


def _version(ctx: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if not wanted or ctx.resilient_parsing:
        return
    click.echo(f"assembla-mcp {__version__}")
    ctx.exit()


def _options(*options: Callable[[C], C]) -> Callable[[C], C]:
    def add(command: C) -> C:
        for option in reversed(options):
            command = option(command)
        return command

    return add


_log_level = click.option("--log-level", type=LOG_LEVELS, help="How much is logged to stderr.")
_demo = click.option("--demo", is_flag=True, help="Use the built-in emulator: no account, no network.")
_json = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")

_choice = _options(
    click.option(
        "--toolsets",
        metavar="A,B",
        help="Toolsets to offer instead of the default choice; also: default, all.",
    ),
    click.option("--tools", metavar="X,Y", help="Single tools to offer besides."),
    click.option("--exclude-tools", metavar="Z", help="Tools not to offer, whatever else says so."),
    click.option("--read-only", is_flag=True, help="Offer no tool that writes."),
    _demo,
    _log_level,
)


@click.group(cls=Program, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--version", is_flag=True, expose_value=False, is_eager=True, callback=_version, help="Show the version.")
def program() -> None:
    """Assembla for AI assistants, over the Model Context Protocol.

    Without a command it serves over stdio, as assistants start it, with the options of `serve`. New here?
    `assembla-mcp demo` needs no account.
    """


@program.command()
@click.option("--transport", type=click.Choice(["stdio", "http"]), default="stdio", show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True, help="Where http listens.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="Where http listens.")
@_choice
def serve(transport: str, host: str, port: int, **flags: Any) -> None:
    """Serve over stdio (the default) or over Streamable HTTP at /mcp."""
    from assembla_mcp.cli.serve import serve as run

    run(transport, host, port, **flags)


@program.command()
@click.option("--demo", is_flag=True, expose_value=False, hidden=True)  # as every command that asks takes it
@_log_level
def demo(**flags: Any) -> None:
    """See it work: a few questions, answered from the built-in emulator."""
    from assembla_mcp.cli.demo import demo as run

    run(**flags)


@program.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8765, show_default=True, help="0 picks a free one.")
@click.option("--tickets", type=click.IntRange(1, 100_000), default=1200, show_default=True, help="How much data.")
@click.option("--seed", type=int, default=1, show_default=True, help="Equal seeds make equal data.")
@click.option("--export", is_flag=True, help="Print `export NAME=value` lines, to paste into a shell.")
@_log_level
def sandbox(port: int, tickets: int, seed: int, export: bool, **flags: Any) -> None:
    """Run the emulator as a server of its own and print how to reach it."""
    from assembla_mcp.cli.serve import sandbox as run

    run(port, tickets, seed, export=export, **flags)


@program.command()
@click.option(
    "--flow",
    type=click.Choice(["browser", "pin", "client-credentials"]),
    default="browser",
    show_default=True,
    help="Approve in the browser, copy a PIN from it, or sign in as the application (public data only).",
)
@_log_level
def login(flow: str, **flags: Any) -> None:
    """Sign in to Assembla and keep the tokens."""
    from assembla_mcp.cli.login import login as run

    run(flow, **flags)


@program.command()
@_log_level
def logout(**flags: Any) -> None:
    """Forget the stored tokens of this profile."""
    from assembla_mcp.cli.login import logout as run

    run(**flags)


@program.command()
@_json
@_demo
@_log_level
def status(as_json: bool, **flags: Any) -> int:
    """Show who is signed in and how, never the credentials themselves. Exits with 1 where nobody is."""
    from assembla_mcp.cli.login import status as run

    return run(as_json, **flags)


@program.command()
@_json
@_choice
def tools(as_json: bool, **flags: Any) -> None:
    """List the tools that this configuration serves."""
    from assembla_mcp.cli.call import tools as run

    run(as_json, **flags)


@program.command(cls=CallCommand)
@click.argument("tool", shell_complete=_tool_names)
@click.argument("arguments", metavar="[KEY=VALUE]...", nargs=-1)
@click.option("--args", "args_json", metavar="JSON", help="Arguments as one JSON object.")
@_json
@_choice
def call(tool: str, arguments: tuple[str, ...], args_json: str | None, as_json: bool, **flags: Any) -> int:
    """Call one tool and print its answer.

    A value is read by the parameter's type; lists are comma-separated or JSON. KEY=@FILE takes a file's text,
    KEY=@@TEXT a text that begins with @. `assembla-mcp call TOOL --help` shows what a tool takes.
    """
    from assembla_mcp.cli.call import call as run

    return run(tool, arguments, args_json, as_json, **flags)


@program.command()
@_json
@click.option("--schema", is_flag=True, help="Also compare what Assembla sends with what this program reads.")
@_demo
@_log_level
def doctor(as_json: bool, schema: bool, **flags: Any) -> int:
    """Check settings, tokens, network, credential, clock and rate limit, and say what to do."""
    from assembla_mcp.doctor.doctor import doctor as run

    return run(as_json, schema=schema, **flags)
