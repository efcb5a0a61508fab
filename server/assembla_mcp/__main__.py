"""The console script, and `python -m assembla_mcp`."""

import io
import os
import sys

from assembla_mcp.cli.program import program


def main() -> None:
    """Run the command line and leave with its exit status."""
    _occupy_standard_streams()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a mark that an old code page lacks is no reason to stop
    program(prog_name="assembla-mcp")


def _occupy_standard_streams() -> None:
    """Put the null device where a standard stream was closed: a file opened later would take its number."""
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


if __name__ == "__main__":
    main()
