"""Which hosts are this machine: the only ones that plain http may reach."""

from ipaddress import ip_address, ip_network

_LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))


def is_loopback(host: str | None) -> bool:
    """Whether `host`, a name or an address without brackets, can only be this machine.

    Of names that is `localhost` alone: what is below it is for the resolver to decide.
    """
    if host is None:
        return False
    if host.lower().rstrip(".") == "localhost":
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return any(address in network for network in _LOOPBACK)
