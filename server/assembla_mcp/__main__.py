"""The console script, and `python -m assembla_mcp`."""

import io
import sys

from assembla_mcp.cli.program import program


def main() -> None:
    """Run the command line and leave with its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a mark that an old code page lacks is no reason to stop
    program(prog_name="assembla-mcp")


if __name__ == "__main__":
    main()
