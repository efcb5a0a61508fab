"""Ways to sign in: pure token requests, credentials that apply them, and stores that keep them."""
