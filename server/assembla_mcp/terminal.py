"""Text for a terminal: what people wrote may hold characters that steer one, so nothing but its words is shown."""

from assembla_tools.framework.text import visible


def one_line(text: str) -> str:
    """`text` as one line that a terminal only shows."""
    return " ".join(visible(text).split())
