"""MIN: the least an MCP server can be. What every figure in run.py is measured against."""

import sys

from mcp.server import MCPServer

mcp = MCPServer("minimal")


@mcp.tool()
def hello() -> str:
    """Say hello."""
    return "hello"


if __name__ == "__main__":
    if len(sys.argv) > 1:
        mcp.run("streamable-http", port=int(sys.argv[1]), json_response=True, stateless_http=True)
    else:
        mcp.run()
