"""A caller who goes away ends what was done for it, up to the request to Assembla."""

import anyio
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class EndsWithCaller:
    """ASGI middleware: cancels what stands behind it once the caller of an unanswered POST has left.

    Needs the body in one message; what comes after that can only be the end of the connection.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        exchange = _Exchange(await receive(), receive, send)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(exchange.watch, tasks.cancel_scope)
            await self._app(scope, exchange.receive, exchange.send)
            tasks.cancel_scope.cancel()


class _Exchange:
    """One request and its answer, with an eye on whether the caller is still there."""

    def __init__(self, first: Message, receive: Receive, send: Send) -> None:
        self._waiting = [first]
        self._receive = receive
        self._send = send
        self._left = anyio.Event()
        self._answered = False

    async def watch(self, work: anyio.CancelScope) -> None:
        """Wait for the caller to leave. After its answer it may, while the rest of the work goes on."""
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self._left.set()
        if not self._answered:
            work.cancel()

    async def receive(self) -> Message:
        """What the caller sent, and then nothing until it leaves."""
        if self._waiting:
            return self._waiting.pop()
        await self._left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        """Pass the answer on. Servers report a caller as gone as soon as its answer is complete."""
        self._answered = message["type"] == "http.response.body" and not message.get("more_body", False)
        await self._send(message)
