"""The Assembla API over HTTP. Knows nothing of MCP, environment variables or the terminal."""
