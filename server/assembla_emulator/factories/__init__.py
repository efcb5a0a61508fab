"""What a new row of each kind looks like, field for field in the order they are sent. One module per kind."""
