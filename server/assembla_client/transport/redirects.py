"""Where a redirect may lead: within the host to the same kind of thing, or to the storage of a document's bytes."""

import socket
from dataclasses import dataclass
from ipaddress import ip_address

import anyio
import httpx2

from assembla_client.errors import UnexpectedResponse
from assembla_client.loopback import is_loopback
from assembla_client.transport.request import Reply, Request

MAX_REDIRECTS = 3
REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True)
class Hop:
    """Where to ask next. Outside of the API's host nothing of ours goes along, least of all a credential."""

    url: httpx2.URL
    at_home: bool


async def next_hop(request: Request, asked: httpx2.URL, reply: Reply, home: httpx2.URL) -> Hop:
    """Follow one redirect. Raises UnexpectedResponse, which never names the address: it may hold a signature."""
    try:
        url = asked.join(reply.headers["location"])
        at_home = url.origin == home.origin and not url.userinfo
    except (httpx2.InvalidURL, ValueError):
        raise _refused("to something that is no address", reply) from None
    if not request.is_read or request.target is None:
        raise _refused("elsewhere", reply)
    if at_home:
        if not request.target.endpoint.has_path(url.raw_path.partition(b"?")[0].decode("ascii")):
            raise _refused("to another kind of thing", reply)
        return Hop(url, True)
    if not request.target.endpoint.is_stored or not await _may_be_storage(url, home):
        raise _refused("to another address", reply)
    return Hop(url, False)


async def _may_be_storage(url: httpx2.URL, home: httpx2.URL) -> bool:
    """Whether a storage service may be there: over https, in public; where the API is on loopback, on loopback too."""
    if url.userinfo:
        return False
    if is_loopback(home.host) and is_loopback(url.host):
        return url.scheme in ("http", "https")
    return url.scheme == "https" and await _is_public(url.host, url.port or 443)


async def _is_public(host: str, port: int) -> bool:
    try:
        found = await anyio.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        return False
    return all(ip_address(str(address[0]).partition("%")[0]).is_global for *_, address in found)


def _refused(where: str, reply: Reply) -> UnexpectedResponse:
    return UnexpectedResponse(f"Assembla redirects {where}; that is not followed.", status=reply.status)
