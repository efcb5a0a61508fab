"""The commands that stay: `serve`, on either transport, and `sandbox`, the emulator as its own server."""

import shlex
import sys
from typing import Any

import anyio
import click

from assembla_client.loopback import is_loopback
from assembla_mcp.config.loading import selection_from, settings_from
from assembla_mcp.exit_status import CommandError

WAITING = (
    "assembla-mcp is waiting for an MCP client to speak to it on stdin; assistants start it themselves.\n"
    "To look around: `assembla-mcp demo` (no account needed), `assembla-mcp login`, `assembla-mcp doctor`.\n"
    "Ctrl-D ends it."
)

SHORTEST_TOKEN = 16
"""Characters of a token that callers from other machines send: fewer can be guessed."""


def serve(transport: str, host: str, port: int, *, demo: bool, **flags: Any) -> None:
    """Serve until the client leaves (stdio) or the process is stopped (http)."""
    settings = settings_from(flags)
    if transport == "http" and not is_loopback(host.strip("[]")):
        _check_token(settings.http_token.get_secret_value() if settings.http_token else "", host)
    selection = selection_from(settings)

    from assembla_mcp.mcp_server import build_server

    server = build_server(settings, selection, demo=demo)
    if transport == "http":
        from assembla_mcp.transports.http import serve_http

        serve_http(server, settings, host, port)
    else:
        if sys.stdin is None or sys.stdout is None:
            raise CommandError("stdin or stdout is closed, so no MCP client can speak to this server over stdio.")
        if sys.stdin.isatty():
            click.echo(WAITING, err=True)

        from assembla_mcp.transports.stdio import serve_stdio

        serve_stdio(server)


def _check_token(token: str, host: str) -> None:
    """Raises UsageError for one that other machines could do without, or guess."""
    if len(token) >= SHORTEST_TOKEN:
        return
    lacking = f"make ASSEMBLA_HTTP_TOKEN at least {SHORTEST_TOKEN} characters" if token else "set ASSEMBLA_HTTP_TOKEN"
    raise click.UsageError(
        f"--host {host} can be reached from other machines: {lacking}, which callers must then send as a bearer "
        "token, or listen on 127.0.0.1."
    )


def sandbox(port: int, tickets: int, seed: int, *, export: bool = False, **flags: Any) -> None:
    """Serve the emulator on loopback until stopped.

    Once it listens, its address and credentials go to stdout, one `NAME=value` a line, or as a shell reads them.
    """
    settings_from(flags)

    from assembla_emulator.app import Emulator
    from assembla_emulator.http.server import serve as serve_emulator

    emulator = Emulator(seed=seed, tickets=tickets)

    def started(base_url: str) -> None:
        for name, value in emulator.credentials.as_env(base_url).items():
            click.echo(f"export {name}={shlex.quote(value)}" if export else f"{name}={value}")
        click.echo("Set these variables where assembla-mcp runs. Ctrl-C stops the sandbox.", err=True)

    try:
        anyio.run(serve_emulator, emulator, port, started)
    except OSError as error:
        raise CommandError(f"port {port} on 127.0.0.1 cannot be used: {error.strerror}.") from None
