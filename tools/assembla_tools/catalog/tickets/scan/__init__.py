"""Reading a long list of tickets from the right list, from the right page on."""
