"""Wiki pages: the tree, the text, the versions."""
