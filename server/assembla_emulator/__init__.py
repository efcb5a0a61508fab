"""A small faithful Assembla, written from the API notes; imports none of our other packages."""
