"""A host beside the API that holds bytes under signed addresses, as the documents' storage does."""

from dataclasses import dataclass, field

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from assembla_emulator import deterministic
from assembla_emulator.http.middleware import RequestRecord, recorded

SIGNATURE = "X-Amz-Signature"


@dataclass
class StorageHost:
    """A host that holds bytes under signed addresses, as an ASGI application that notes what it is sent.

    `url` is where the test serves it. It refuses a request with a second authorization (400), a wrong signature
    (403), and with `wrong_region` everything (400), as a document with a wrongly made address is.
    """

    url: str
    wrong_region: bool = False
    requests: list[RequestRecord] = field(default_factory=list)
    _objects: dict[str, tuple[bytes, str, str]] = field(default_factory=dict, repr=False)

    @property
    def app(self) -> ASGIApp:
        """The application to serve."""
        return self

    def put(self, key: str, content: bytes, content_type: str) -> str:
        """Hold these bytes; gives the signed address."""
        signature = deterministic.token(0, "signature", key)
        self._objects[key] = (content, content_type, signature)
        return f"{self.url}/{key}?X-Amz-Expires=600&{SIGNATURE}={signature}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        record = recorded(scope, at=0.0)
        self.requests.append(record)
        response = self._response(record)
        record.status = response.status_code
        await response(scope, receive, send)

    def _response(self, record: RequestRecord) -> Response:
        content, content_type, signature = self._objects.get(record.path.rpartition("/")[2], (b"", "", None))
        if self.wrong_region:
            return _xml(400, "AuthorizationQueryParametersError")
        if "authorization" in record.headers:
            return _xml(400, "InvalidArgument")
        if signature is None or f"{SIGNATURE}={signature}" not in record.query.split("&"):
            return _xml(403, "SignatureDoesNotMatch")
        return Response(content, media_type=content_type)


def _xml(status: int, code: str) -> Response:
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code><RequestId>0BADCAFE</RequestId></Error>'
    return Response(body, status, media_type="application/xml")
