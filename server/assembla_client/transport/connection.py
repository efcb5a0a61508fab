"""The only place that sends: a slot of the rate limit, one attempt, a bounded body, a Reply.

What it decides: where a request may go at all (no credential over plain http, none to another host after a
redirect), how long an attempt may last, what is a lost connection. Retries, and what a 429 means, are the session's.
"""

import json
import logging
import re
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from email.utils import formatdate
from functools import partial
from http.cookiejar import DefaultCookiePolicy

import anyio
import httpx2

from assembla_client.errors import (
    AssemblaError,
    ConnectionFailed,
    Misconfigured,
    TimedOut,
    Unauthorized,
    UnexpectedResponse,
)
from assembla_client.loopback import is_loopback
from assembla_client.transport.error_body import one_line
from assembla_client.transport.http_client import new_http_client
from assembla_client.transport.rate_limit import RateLimiter, WaitBudget
from assembla_client.transport.redirects import MAX_REDIRECTS, REDIRECTS, next_hop
from assembla_client.transport.request import Reply, Request

MAX_BODY_BYTES = 64 * 2**20
CLOSE_WAIT_S = 2.0
OK = 200

_NEVER_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.ProxyError)

log = logging.getLogger(__name__)


class _QuietURL(httpx2.URL):
    """A URL that shows no query: httpx2 logs the URL of each request, and tokens are asked for in queries."""

    def __str__(self) -> str:
        return super().__str__().partition("?")[0]

    __repr__ = __str__


class Connection:
    """Sends requests to one API URL, through one rate limiter and one HTTP client made on first use."""

    def __init__(
        self,
        api_url: str,
        rate_limiter: RateLimiter,
        *,
        timeout_s: float = 30.0,
        user_agent: str,
        max_body_bytes: int = MAX_BODY_BYTES,
        http: Callable[[], httpx2.AsyncClient] | None = None,
        close_wait_s: float = CLOSE_WAIT_S,
    ) -> None:
        self._api_url = api_url.rstrip("/")
        self._origin = httpx2.URL(api_url)
        if not _is_plain(self._origin):
            raise ValueError("the API's URL is https://HOST, with no user, password or query in it")
        self._is_exposed = self._origin.scheme == "http" and not is_loopback(self._origin.host)
        self._rate_limiter = rate_limiter
        self._timeout_s = timeout_s
        self._user_agent = user_agent
        self._max_body_bytes = max_body_bytes
        self._make_http = http or partial(new_http_client, self._api_url)
        self._close_wait_s = close_wait_s
        self._http: httpx2.AsyncClient | None = None

    async def __call__(self, request: Request) -> Reply:
        """Send once, following redirects as far as `redirects` lets them lead. The reply may have any status.

        Raises ConnectionFailed (Misconfigured where the environment is at fault), UnexpectedResponse, RateLimited when
        no slot comes in time, and Unauthorized for a credential that cannot be sent or should not be.
        """
        if self._is_exposed:
            raise Unauthorized(f"Credentials are not sent over plain http to {self._origin.host}: use https.")
        outgoing, at_home = self._outgoing(request), True
        reply = await self._attempt(request, outgoing)
        for _ in range(MAX_REDIRECTS):
            if not _is_redirect(reply):
                break
            hop = await next_hop(request, outgoing.url, reply, self._origin)
            at_home = at_home and hop.at_home
            outgoing = httpx2.Request(outgoing.method, hop.url, headers=outgoing.headers if at_home else None)
            outgoing.url = _QuietURL(hop.url)
            reply = await self._attempt(request, outgoing)
        if _is_redirect(reply):
            raise UnexpectedResponse("Assembla redirects in a circle.", status=reply.status)
        return reply if at_home else _from_storage(reply)

    def hold(self, seconds: float) -> None:
        """Let nothing leave for that long: the API has asked for quiet."""
        self._rate_limiter.hold(seconds)

    async def aclose(self) -> None:
        """Close the connections, in bounded time and even if cancelled. A request after this opens new ones."""
        http, self._http = self._http, None
        if http is not None:
            with anyio.move_on_after(self._close_wait_s, shield=True):
                await http.aclose()

    def _outgoing(self, request: Request) -> httpx2.Request:
        headers = [
            ("accept", "application/json"),
            ("accept-encoding", "gzip, deflate"),
            ("user-agent", self._user_agent),
            *request.headers,
        ]
        if not all(value.isascii() and value.isprintable() for _, value in headers):
            raise Unauthorized("The credential holds characters that no header carries: accents or line breaks.")
        content = None if request.json is None else json.dumps(request.json).encode()
        if content is not None:
            headers.append(("content-type", "application/json"))
        try:
            url = httpx2.URL(self._api_url + request.path, params=httpx2.QueryParams(request.params) or None)
            outgoing = httpx2.Request(request.method, url, headers=headers, content=content)
        except (httpx2.InvalidURL, ValueError):
            raise UnexpectedResponse("What is asked for does not fit into a URL.") from None
        outgoing.url = _QuietURL(url)
        return outgoing

    async def _attempt(self, request: Request, outgoing: httpx2.Request) -> Reply:
        try:
            async with self._answer(request.budget, outgoing) as (response, left_s):
                with anyio.fail_after(left_s):
                    body = await self._body(response, self._ceiling(request, response))
                    reply = Reply(response.status_code, _headers(response), body)
        except TimeoutError:
            raise TimedOut(f"Assembla did not answer within {self._timeout_s:g} s.") from None
        except (httpx2.HTTPError, httpx2.StreamError, httpx2.InvalidURL, OSError, ValueError) as error:
            raise _failure(error) from None  # the cause may show headers or a query
        log.debug("%s %s: %d", request.method, request.path, reply.status)
        return reply

    @asynccontextmanager
    async def _answer(
        self, budget: WaitBudget | None, outgoing: httpx2.Request
    ) -> AsyncIterator[tuple[httpx2.Response, float]]:
        """Wait for a slot and send; yield the answer without its body, and the seconds left for that."""
        async with self._rate_limiter.slot(budget):
            began = anyio.current_time()
            with anyio.fail_after(self._timeout_s):
                response = await self._client().send(outgoing, stream=True, auth=None, follow_redirects=False)
        try:
            yield response, self._timeout_s - (anyio.current_time() - began)
        finally:
            with anyio.move_on_after(self._close_wait_s, shield=True):
                await response.aclose()

    def _ceiling(self, request: Request, response: httpx2.Response) -> int:
        wanted = request.max_bytes if response.is_success else None  # errors explain themselves at any length
        return self._max_body_bytes if wanted is None else min(wanted, self._max_body_bytes)

    async def _body(self, response: httpx2.Response, max_bytes: int) -> bytes:
        body = bytearray()
        async with aclosing(response.aiter_bytes()) as chunks:
            async for chunk in chunks:
                body += chunk
                if len(body) > max_bytes:
                    raise UnexpectedResponse(
                        f"Assembla's answer is over {max_bytes} bytes long: ask for less at once.",
                        status=response.status_code,
                    )
        if response.num_bytes_downloaded < _announced_bytes(response):
            raise ConnectionFailed("The connection to Assembla was lost in the middle of an answer.")
        return bytes(body)

    def _client(self) -> httpx2.AsyncClient:
        if self._http is None:
            self._http = self._make_http()
            self._http.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=()))  # sessions are not ours
        return self._http


def _is_redirect(reply: Reply) -> bool:
    return reply.status in REDIRECTS and "location" in reply.headers


def _from_storage(reply: Reply) -> Reply:
    """What a storage host answers. Its refusals are none of the API's: they last, and say nothing of the credential."""
    if reply.status != OK:
        sentence = f"The storage that Assembla names for this file refused it (status {reply.status})."
        raise UnexpectedResponse(sentence, status=reply.status)
    return reply


def _headers(response: httpx2.Response) -> dict[str, str]:
    # RFC 9110, 6.6.1: a client with a clock notes when an answer came, for want of a Date.
    return {
        **{name.lower(): value for name, value in response.headers.items()},
        "received": formatdate(usegmt=True),
    }


def _announced_bytes(response: httpx2.Response) -> int:
    length = response.headers.get("content-length", "")
    return int(length) if re.fullmatch("[0-9]{1,18}", length) and response.status_code not in (204, 304) else 0


def _failure(error: Exception) -> AssemblaError:
    if isinstance(error, httpx2.DecodingError):
        return UnexpectedResponse("Assembla's answer is compressed in a way that cannot be undone.")
    if isinstance(error, httpx2.InvalidURL | ValueError):
        return UnexpectedResponse("Assembla's answer has headers that nobody can read.")
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return Misconfigured(
            "Assembla's certificate is not trusted here.",
            advice="Where a proxy or company signs certificates of its own, set SSL_CERT_FILE to the file with them.",
        )
    if isinstance(error, httpx2.ProxyError):
        why = one_line(str(error), 120)
        return ConnectionFailed(f"The proxy that HTTPS_PROXY or ALL_PROXY names does not connect: {why}.", sent=False)
    if isinstance(error, _NEVER_SENT):
        return ConnectionFailed(f"Assembla cannot be reached: {one_line(str(error), 120)}.", sent=False)
    return ConnectionFailed(f"The connection to Assembla was lost ({type(error).__name__}).")


def _is_plain(url: httpx2.URL) -> bool:
    return url.scheme in ("http", "https") and bool(url.host) and not (url.userinfo or url.query or url.fragment)
