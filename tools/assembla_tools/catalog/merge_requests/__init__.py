"""Merge requests: lists of them, and one with its versions, comments and votes."""
