"""One request, with everything that it takes: credential, retries, the waiting a call may do, single flight.

What a status means stands in `error_mapping`, whether to try again in `retry`, when a request leaves in
`rate_limit`, how in `connection`.
"""

import copy
import random as random_numbers
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Self, TypeVar

import anyio
from anyio import to_thread
from pydantic import BaseModel

from assembla_client.auth.credential import Credential, Send
from assembla_client.errors import ConnectionFailed
from assembla_client.transport.cache import ResponseCache, owner_of
from assembla_client.transport.decoding import decode_list, decode_one, is_long
from assembla_client.transport.endpoint import Target
from assembla_client.transport.error_mapping import error_for
from assembla_client.transport.pagination import PER_PAGE, Enough, pages_for, paginate
from assembla_client.transport.rate_limit import Clock, Sleep, WaitBudget
from assembla_client.transport.request import SUCCESS, Params, Reply, Request
from assembla_client.transport.retry import wait_before_retry
from assembla_client.transport.single_flight import Key, SingleFlight

M = TypeVar("M", bound=BaseModel)

NOT_MODIFIED = 304
_MAX_REMEMBERED_LISTS = 500


class Transport:
    """Requests on behalf of one credential. `for_call` gives the view that one call of a tool works with."""

    def __init__(
        self,
        sender: Send,
        credential: Credential,
        *,
        sleep: Sleep = anyio.sleep,
        clock: Clock = time.monotonic,
        random: Callable[[], float] = random_numbers.random,
    ) -> None:
        self._sender = sender
        self._credential = credential
        self._sleep = sleep
        self._clock = clock
        self._random = random
        self._single_flight = SingleFlight()
        self._cache = ResponseCache(clock)
        self._known_pages: OrderedDict[Key, int] = OrderedDict()
        self._budget: WaitBudget | None = None
        self._revalidates = False

    def for_call(self) -> Self:
        """Return a view that shares everything but may wait 90 s in all, from now on."""
        view = copy.copy(self)
        view._budget = WaitBudget(self._clock)
        return view

    def revalidating(self) -> Self:
        """Return a view to which nothing kept is fresh: it asks each time, in a word where the API takes one."""
        view = copy.copy(self)
        view._revalidates = True
        return view

    async def one(self, model: type[M], target: Target, params: Params = ()) -> M:
        """GET one object."""
        return decode_one(model, await self.reply(Request.to(target, params)))

    async def one_or_none(self, model: type[M], target: Target, params: Params = ()) -> M | None:
        """GET one object that there may be none of: nothing comes as a 204 or an empty body."""
        reply = await self.reply(Request.to(target, params))
        return decode_one(model, reply) if reply.body.strip() else None

    async def many(self, model: type[M], target: Target, params: Params = (), *, keep: bool = False) -> list[M]:
        """GET a list that the API does not page. `keep` where it changes slowly: see `cache`."""
        reply = await self.reply(Request.to(target, params, keep=keep))
        if is_long(reply):
            return await to_thread.run_sync(decode_list, model, reply, abandon_on_cancel=True)
        return decode_list(model, reply)

    async def pages(
        self,
        model: type[M],
        target: Target,
        params: Params = (),
        *,
        expect: int | None = None,
        enough: Enough[M] | None = None,
        keep: bool = False,
    ) -> list[M]:
        """GET the whole of a paged list. `expect`, the records it is known to have, saves asking too far.

        With `enough`, the beginning of the list: until `enough` says so of all that came by then.
        """
        view = self if self._budget else self.for_call()

        async def fetch(page: int) -> list[M]:
            paging = (("page", str(page)), ("per_page", str(PER_PAGE)))
            return await view.many(model, target, (*params, *paging), keep=keep)

        key = (target.path, (*target.params, *params))
        known = self._known_pages.get(key) if expect is None else pages_for(expect)
        found = await paginate(fetch, known_pages=known, enough=enough)
        if enough is None:
            self._remember(key, found.pages)
        return found.records

    async def reply(self, request: Request) -> Reply:
        """Send a request of any kind and return its successful answer; other answers are raised as errors."""
        if not request.is_read:
            try:
                return await self._authorised(request)
            finally:
                self._single_flight.forget()
                self._cache.clear()
        if request.headers or request.json is not None or request.max_bytes is not None:
            return await self._authorised(request)
        course = ((request.path, request.params), request.keep and self._revalidates)
        ask = self._kept if request.keep else self._authorised
        return await self._single_flight.share(course, lambda: ask(request))

    def _remember(self, key: Key, pages: int) -> None:
        self._known_pages[key] = pages
        self._known_pages.move_to_end(key)
        if len(self._known_pages) > _MAX_REMEMBERED_LISTS:
            self._known_pages.popitem(last=False)

    async def _kept(self, request: Request) -> Reply:
        """The cached answer while it is fresh; else ask, in a word (ETag) where the API takes one."""
        headers = await self._credential.headers(self._token_sender(self._budget or WaitBudget(self._clock)))
        place = (owner_of(headers), (request.path, request.params))
        kept = self._cache.find(place)
        if kept is not None and self._cache.is_fresh(kept) and not self._revalidates:
            return kept.reply
        writes = self._cache.writes
        tag = () if kept is None or kept.tag is None else (("if-none-match", kept.tag),)
        reply = await self._authorised(replace(request, headers=(*request.headers, *tag)))
        if reply.status == NOT_MODIFIED and kept is not None:
            reply = kept.reply
        self._cache.keep(place, reply, writes)
        return reply

    async def send(self, request: Request) -> Reply:
        """Send a request without a credential, with the retries that it deserves; any status is an answer.

        This is how tokens are asked for: a 429 must not spend a code that works once.
        """
        return await self._token_sender(self._budget or WaitBudget(self._clock))(request)

    def _token_sender(self, budget: WaitBudget) -> Send:
        async def send(token_request: Request) -> Reply:
            answer, _ = await self._persist(token_request, budget)
            return answer

        return send

    async def _authorised(self, request: Request) -> Reply:
        budget = self._budget or WaitBudget(self._clock)
        send = self._token_sender(budget)
        headers = await self._credential.headers(send)
        reply, attempts = await self._persist(_with_headers(request, headers), budget)
        if reply.status == 401 and await self._credential.refused(headers, send):
            headers = await self._credential.headers(send)
            reply, attempts = await self._persist(_with_headers(request, headers), budget)
        if reply.status != 401:
            self._credential.used()
        if reply.status not in SUCCESS and not _is_revalidation(request, reply):
            raise error_for(request, reply, attempts=attempts)
        return reply

    async def _persist(self, request: Request, budget: WaitBudget) -> tuple[Reply, int]:
        """Attempt until there is an answer, or no sense in another attempt. Returns their number too."""
        request = replace(request, budget=budget)
        attempt = 0
        while True:
            attempt += 1
            outcome = await self._attempt(request)
            wait = wait_before_retry(request.is_read, outcome, attempt, self._random)
            if wait is not None and wait <= budget.allows():
                with budget.waiting():
                    await self._sleep(wait)
            elif isinstance(outcome, ConnectionFailed):
                raise _given_up(outcome, attempt)
            else:
                return outcome, attempt

    async def _attempt(self, request: Request) -> Reply | ConnectionFailed:
        try:
            return await self._sender(request)
        except ConnectionFailed as error:
            return error


def _is_revalidation(request: Request, reply: Reply) -> bool:
    return reply.status == NOT_MODIFIED and any(name == "if-none-match" for name, _ in request.headers)


def _with_headers(request: Request, headers: Mapping[str, str]) -> Request:
    return replace(request, headers=(*request.headers, *headers.items()))


def _given_up(error: ConnectionFailed, attempts: int) -> ConnectionFailed:
    return error if attempts == 1 else type(error)(error.sentence or "", sent=error.sent, attempts=attempts)
