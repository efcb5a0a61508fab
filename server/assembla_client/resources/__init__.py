"""One module per resource kind: its models and its endpoints."""
