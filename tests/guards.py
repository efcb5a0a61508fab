"""When a test gives up on something outside it: a bound on hanging and never on speed.

Inside an event loop `fail_after` counts waiting alone (see `virtual_time`); this is for processes, threads, sockets.
"""

STUCK_S = 60.0
