"""Fault injection: which requests go wrong, and how."""
