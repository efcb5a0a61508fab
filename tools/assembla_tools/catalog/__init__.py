"""What a model sees: one module or folder for each kind of thing."""
