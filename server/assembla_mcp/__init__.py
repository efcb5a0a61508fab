"""The program: the only layer that sees argv, the environment, stdio and sockets."""

__version__ = "0.1.0"
