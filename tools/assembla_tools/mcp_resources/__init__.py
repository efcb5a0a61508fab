"""What can be read by a URI."""
