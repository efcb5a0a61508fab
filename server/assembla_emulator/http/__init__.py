"""What every request passes before a route answers it, and the server on a socket."""
