"""Answers that send the client elsewhere: within the host, or to the storage host that has a document's bytes."""

import json
from dataclasses import dataclass

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from assembla_emulator.faults.kinds import collected, no_body
from assembla_emulator.http.storage_host import StorageHost


@dataclass(frozen=True)
class Redirect:
    """302 to `location`, an address or a path of the same host."""

    location: str
    status: int = 302

    async def __call__(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        await Response(status_code=self.status, headers={"Location": self.location})(scope, receive, send)


@dataclass(frozen=True)
class MovedToStorage:
    """A document's download is a 302 to the storage host, which has its bytes under their own type."""

    storage: StorageHost

    async def __call__(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        real = await collected(app, scope, receive)
        if real.status != 200:
            await real.send(send, real.body)
            return
        document = await collected(app, _document_scope(scope), no_body)
        row = json.loads(document.body)
        location = self.storage.put(row["id"], real.body, row["content_type"])
        await Redirect(location)(app, scope, receive, send)


def _document_scope(scope: Scope) -> Scope:
    """The request for the document itself in place of that for its download."""
    path = scope["path"].rpartition("/download")[0]
    raw_path = scope["raw_path"].rpartition(b"/download")[0]
    headers = [pair for pair in scope["headers"] if pair[0].lower() != b"if-none-match"]
    return {**scope, "path": path, "raw_path": raw_path, "query_string": b"", "headers": headers}
