"""Signing in as the API does it."""
