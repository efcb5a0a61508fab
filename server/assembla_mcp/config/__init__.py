"""Flags and environment, read once into frozen settings."""
