"""Authorised requests: what all of one principal's share, and what a single call asks through.

What a status means stands in `error_mapping`, whether to try again in `retry`, when a request leaves in
`rate_limit`, how in `connection`.
"""

import logging
import random as random_numbers
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Protocol, TypeVar

import anyio
from anyio import to_thread

from assembla_client.auth.credential import Credential, Send
from assembla_client.errors import ConnectionFailed
from assembla_client.models import Model
from assembla_client.transport.cache import Entry, ResponseCache
from assembla_client.transport.decoding import Decoded, Oddities, decode_list, decode_one, is_long
from assembla_client.transport.endpoint import Target
from assembla_client.transport.error_mapping import error_for
from assembla_client.transport.pagination import PER_PAGE, Enough, ListPage, pages_for, paginate
from assembla_client.transport.rate_limit import Clock, Sleep, WaitBudget
from assembla_client.transport.request import SUCCESS, Params, Reply, Request
from assembla_client.transport.retry import is_worth_another, pause_after
from assembla_client.transport.single_flight import Key, SingleFlight

M = TypeVar("M", bound=Model)

log = logging.getLogger(__name__)

NOT_MODIFIED = 304
RATE_LIMITED = 429
_MAX_PAGE_COUNTS = 500


class Upstream(Protocol):
    """What a session sends over; `Connection` is one."""

    async def __call__(self, request: Request) -> Reply:
        """Send once, within the rate limit."""
        ...

    def hold(self, seconds: float) -> None:
        """Let nothing leave for that long."""
        ...

    async def aclose(self) -> None:
        """Close the connections."""
        ...


class Session:
    """What one principal's requests share: connections, rate limit, sign-in, cache, single flight, page counts.

    A session is one account's. Where the credential turns out to be another's by now (somebody signed in anew), all
    that is known is forgotten before anything is answered to that account.
    """

    def __init__(
        self,
        upstream: Upstream,
        credential: Credential,
        *,
        sleep: Sleep = anyio.sleep,
        clock: Clock = time.monotonic,
        random: Callable[[], float] = random_numbers.random,
    ) -> None:
        self._upstream = upstream
        self._credential = credential
        self._account = credential.account
        self._sleep = sleep
        self._clock = clock
        self._random = random
        self._single_flight = SingleFlight()
        self._cache = ResponseCache(clock)
        self._page_counts: OrderedDict[Key, int] = OrderedDict()
        self._logged: set[str] = set()

    def new_budget(self) -> WaitBudget:
        """What one call may wait in all, beginning now."""
        return WaitBudget(self._clock)

    async def reply(self, request: Request, budget: WaitBudget, *, fresh: bool = False) -> Reply:
        """Send a request of any kind and return its successful answer; other answers are raised as errors.

        What its endpoint lets be cached may come from the cache, unless it has to be `fresh`.
        """
        if not request.is_read:
            try:
                return await self._authorised(request, budget)
            finally:
                self._single_flight.forget()
                self._cache.clear()
        if request.headers or request.json is not None or request.max_bytes is not None:
            return await self._authorised(request, budget)
        key = (request.path, request.params)
        if request.is_cacheable:
            return await self._single_flight.share((key, fresh), lambda: self._cached(request, key, budget, fresh))
        return await self._single_flight.share((key, False), lambda: self._authorised(request, budget))

    async def send(self, request: Request) -> Reply:
        """Send a request without a credential, with the retries that it deserves; any status is an answer.

        This is how tokens are asked for: a 429 must not spend a code that works once.
        """
        return await self._sender(self.new_budget())(request)

    async def attempt(self, request: Request) -> Reply:
        """Send a request once, without a credential: what is out of reach shows at the first attempt."""
        reply = await self._upstream(request)
        self._pause_after(reply, 1)
        return reply

    def log_once(self, oddities: Oddities) -> None:
        """Log what is odd about answers, each field and kind of row once."""
        for name in sorted({*oddities.fields, *oddities.rows} - self._logged):
            self._logged.add(name)
            log.warning("Assembla sent data that cannot be read: %s", name)

    def page_count(self, key: Key) -> int | None:
        """How many pages a list took when it was last read to its end."""
        return self._page_counts.get(key)

    def remember_page_count(self, key: Key, pages: int) -> None:
        """Note how many pages a list took."""
        self._page_counts[key] = pages
        self._page_counts.move_to_end(key)
        if len(self._page_counts) > _MAX_PAGE_COUNTS:
            self._page_counts.popitem(last=False)

    async def aclose(self) -> None:
        """Let the credential end its work and close the connections, in bounded time and even if cancelled."""
        try:
            await self._credential.aclose()
        finally:
            await self._upstream.aclose()

    async def _cached(self, request: Request, key: Key, budget: WaitBudget, fresh: bool) -> Reply:
        """The entry of the cache while it is young; else ask, in a word (ETag) where the API takes one."""
        await self._sign_in(budget)  # whose cache it is shows only now
        entry = self._cache.find(key)
        if entry is not None and self._cache.is_young(entry) and not fresh:
            return entry.reply
        generation = self._cache.generation
        reply = await self._authorised(_conditional(request, entry), budget)
        if reply.status == NOT_MODIFIED and entry is not None:
            # Cleared meanwhile, the entry may be what another account was told.
            reply = entry.reply if self._cache.generation == generation else await self._authorised(request, budget)
        self._cache.store(key, reply, generation)
        return reply

    async def _authorised(self, request: Request, budget: WaitBudget) -> Reply:
        headers = await self._sign_in(budget)
        reply, attempts = await self._persist(_with_headers(request, headers), budget)
        for again in (False, True):
            if reply.status != 401 or not await self._credential.refused(headers, self._sender(budget), again=again):
                break
            headers = await self._sign_in(budget)
            reply, attempts = await self._persist(_with_headers(request, headers), budget)
        if reply.status != 401:
            self._credential.used()
        if reply.status not in SUCCESS and not _is_revalidation(request, reply):
            raise error_for(request, reply, attempts=attempts)
        return reply

    async def _sign_in(self, budget: WaitBudget) -> Mapping[str, str]:
        headers = await self._credential.headers(self._sender(budget))
        if self._credential.account != self._account:
            self._account = self._credential.account
            self._single_flight.forget()
            self._cache.clear()
            self._page_counts.clear()
        return headers

    def _sender(self, budget: WaitBudget) -> Send:
        async def send(request: Request) -> Reply:
            reply, _ = await self._persist(request, budget)
            return reply

        return send

    async def _persist(self, request: Request, budget: WaitBudget) -> tuple[Reply, int]:
        """Attempt until there is an answer, or no sense in another attempt. Returns their number too."""
        request = replace(request, budget=budget)
        attempt = 0
        while True:
            attempt += 1
            outcome = await self._attempt(request)
            if isinstance(outcome, Reply) and not outcome.is_trouble:
                return outcome, attempt
            pause = self._pause_after(outcome, attempt)
            if is_worth_another(request.is_read, outcome, attempt) and pause <= budget.allows():
                with budget.waiting():
                    await self._sleep(pause)
            elif isinstance(outcome, ConnectionFailed):
                raise _given_up(outcome, attempt)
            else:
                return outcome, attempt

    async def _attempt(self, request: Request) -> Reply | ConnectionFailed:
        try:
            return await self._upstream(request)
        except ConnectionFailed as error:
            return error

    def _pause_after(self, outcome: Reply | ConnectionFailed, attempt: int) -> float:
        """How long the next attempt has to wait. After a 429 all other requests of the principal wait as long."""
        pause = pause_after(outcome, attempt, self._random)
        if isinstance(outcome, Reply) and outcome.status == RATE_LIMITED:
            self._upstream.hold(pause)
        return pause


class Transport:
    """Reads and writes of one call. Its requests may wait 90 s in all, from when it is made."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._budget = session.new_budget()
        self.oddities = Oddities()
        """What was odd about the answers so far."""

    async def one(self, model: type[M], target: Target, params: Params = ()) -> M:
        """GET one object."""
        return self._noted(*decode_one(model, await self._ask(model, target, params)))

    async def one_or_none(self, model: type[M], target: Target, params: Params = ()) -> M | None:
        """GET one object that there may be none of: nothing comes as a 204 or an empty body."""
        reply = await self._ask(model, target, params)
        return self._noted(*decode_one(model, reply)) if reply.body.strip() else None

    async def many(self, model: type[M], target: Target, params: Params = (), *, fresh: bool = False) -> list[M]:
        """GET a list that the API does not page; a `fresh` one is asked for even where it is cached."""
        return (await self._decoded(model, target, params, fresh)).records

    async def page(self, model: type[M], target: Target, params: Params = (), *, fresh: bool = False) -> ListPage[M]:
        """GET one page of a paged list: `params` say which. One that was sent without rows is behind the end."""
        decoded = await self._decoded(model, target, params, fresh)
        return ListPage(decoded.records, decoded.sent)

    async def pages(
        self,
        model: type[M],
        target: Target,
        params: Params = (),
        *,
        expect: int | None = None,
        enough: Enough[M] | None = None,
        fresh: bool = False,
    ) -> list[M]:
        """GET the whole of a paged list. `expect`, the records it is known to have, saves asking too far.

        With `enough`, the beginning of the list: until `enough` says so of all that came by then.
        """

        async def fetch(page: int) -> ListPage[M]:
            paging = (("page", str(page)), ("per_page", str(PER_PAGE)))
            return await self.page(model, target, (*params, *paging), fresh=fresh)

        key = (target.path, (*target.params, *params))
        known = self._session.page_count(key) if expect is None else pages_for(expect)
        found = await paginate(fetch, known_pages=known, enough=enough)
        if enough is None:
            self._session.remember_page_count(key, found.pages)
        return found.records

    async def reply(self, request: Request, *, fresh: bool = False) -> Reply:
        """Send a request of any kind and return its successful answer; other answers are raised as errors."""
        return await self._session.reply(request, self._budget, fresh=fresh)

    async def _ask(self, model: type[Model], target: Target, params: Params, *, fresh: bool = False) -> Reply:
        """The answer whose objects are to be read as `model`."""
        return await self.reply(Request.to(target, params), fresh=fresh)

    async def _decoded(self, model: type[M], target: Target, params: Params, fresh: bool) -> Decoded[M]:
        reply = await self._ask(model, target, params, fresh=fresh)
        if is_long(reply):
            decoded = await to_thread.run_sync(decode_list, model, reply, abandon_on_cancel=True)
        else:
            decoded = decode_list(model, reply)
        self._note(decoded.oddities)
        return decoded

    def _noted(self, record: M, oddities: Oddities) -> M:
        self._note(oddities)
        return record

    def _note(self, oddities: Oddities) -> None:
        self.oddities.add(oddities)
        self._session.log_once(oddities)


def _conditional(request: Request, entry: Entry | None) -> Request:
    if entry is None or entry.etag is None:
        return request
    return replace(request, headers=(*request.headers, ("if-none-match", entry.etag)))


def _is_revalidation(request: Request, reply: Reply) -> bool:
    return reply.status == NOT_MODIFIED and any(name == "if-none-match" for name, _ in request.headers)


def _with_headers(request: Request, headers: Mapping[str, str]) -> Request:
    return replace(request, headers=(*request.headers, *headers.items()))


def _given_up(error: ConnectionFailed, attempts: int) -> ConnectionFailed:
    return error if attempts == 1 else type(error)(error.sentence or "", sent=error.sent, attempts=attempts)
