"""Tickets: searching them, and one of them with all that hangs on it."""
