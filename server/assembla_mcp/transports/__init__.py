"""How MCP messages come in: stdio and Streamable HTTP."""
