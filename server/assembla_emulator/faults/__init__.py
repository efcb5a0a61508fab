"""Trouble on order."""
