"""From the names that people use to the things that the API knows."""
