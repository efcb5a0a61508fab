"""The console script, and `python -m assembla_mcp`."""

from assembla_mcp.cli import program


def main() -> None:
    """Run the command line and leave with its exit status."""
    program(prog_name="assembla-mcp")


if __name__ == "__main__":
    main()
