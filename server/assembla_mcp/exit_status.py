"""What becomes of an error that nobody handled. One line on stderr and an exit status.

0 done, 1 failed with a reason, 2 wrong usage (the environment included), 130 stopped by the user.
"""

import errno
import logging
import os
import sys

import click

DONE, FAILED, USAGE, STOPPED = 0, 1, 2, 130

log = logging.getLogger("assembla_mcp")


class CommandError(Exception):
    """A command did not do what it was asked, for the reason given: exit status 1."""


def report(error: BaseException) -> int:
    """Say on stderr, in one line, what went wrong; return the exit status that says the same."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    if isinstance(error, SystemExit):  # rich's way out where nobody reads any more
        return error.code if isinstance(error.code, int) else FAILED if error.code else DONE
    if isinstance(error, click.exceptions.Exit):
        return error.exit_code
    if isinstance(error, (KeyboardInterrupt, click.Abort)):
        return STOPPED
    if isinstance(error, OSError) and error.errno == errno.EPIPE:
        return _broken_pipe()
    text, status = _text_and_status(error)
    log.debug("stopped by %s", type(error).__name__, exc_info=error)
    say(text)
    return status


def _text_and_status(error: BaseException) -> tuple[str, int]:
    from assembla_client.errors import AssemblaError
    from assembla_mcp.config.settings import SettingsError

    if isinstance(error, click.ClickException):
        return error.format_message(), USAGE
    if isinstance(error, SettingsError):
        return str(error), USAGE
    if isinstance(error, (AssemblaError, CommandError)):
        return str(error), FAILED
    if isinstance(error, OSError):
        return (
            f"{error.strerror or type(error).__name__}{f': {error.filename}' if error.filename else ''}",
            FAILED,
        )
    return f"this is a bug in assembla-mcp ({type(error).__name__}); `--log-level debug` shows where.", FAILED


def say(text: str) -> None:
    """One line on stderr, secrets redacted: errors may quote Assembla, and Assembla what we sent."""
    from assembla_mcp.logs import redact
    from assembla_mcp.terminal import one_line

    click.echo(f"assembla-mcp: {redact(one_line(text))}", err=True)


def _broken_pipe() -> int:
    """The reader of our output has gone (`… | head`): leave quietly, also when Python flushes at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return FAILED
