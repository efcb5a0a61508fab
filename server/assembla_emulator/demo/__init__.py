"""What the demo's Assembla holds: a made-up company's people and projects. One module per kind of data."""
