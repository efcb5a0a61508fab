"""Documents: lists of them, and one with its text or picture."""
