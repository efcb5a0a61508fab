"""One plausible call of each tool on the demo data: the reference page shows them, the tests over all tools make them."""

from typing import Any

EXAMPLES: dict[str, dict[str, Any]] = {
    "list_spaces": {"query": "harbour"},
    "get_space": {"space": "harbour-app"},
    "get_user": {"user": "wren"},
}
