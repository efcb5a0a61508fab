"""The data behind the emulator: rows in tables, and the kinds of tools that spaces have."""
