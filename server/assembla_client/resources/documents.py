"""Documents: the files of a space, those attached to tickets and milestones among them."""

from assembla_client.models import Expected, Id, Instant, Model, NumberId
from assembla_client.transport.client import Transport
from assembla_client.transport.endpoint import Endpoint
from assembla_client.transport.request import Request


class Document(Model):
    """A file without its bytes. `url` is a page of the site, which API credentials do not open."""

    id: Id
    name: Expected[str] = None
    filename: Expected[str] = None
    content_type: str | None = None
    filesize: int | None = None
    version: int | None = None
    description: str | None = None
    cached_tag_list: str | None = None
    position: int | None = None
    attachable_type: str | None = None
    attachable_id: NumberId | None = None
    attachable_guid: str | None = None
    ticket_id: NumberId | None = None
    has_thumbnail: bool | None = None
    url: str | None = None
    space_id: str | None = None
    created_by: str | None = None
    updated_by: str | None = None
    created_at: Instant | None = None
    updated_at: Instant | None = None


DOCUMENTS = Endpoint(
    69, "GET", "/spaces/{space}/documents", "the list of documents of space {space}", "list", tool="Files"
)
DOCUMENT = Endpoint(
    70, "GET", "/spaces/{space}/documents/{id}", "document {id} of space {space}", "document", tool="Files"
)
DOCUMENT_BYTES = Endpoint(
    71,
    "GET",
    "/spaces/{space}/documents/{id}/download",
    "document {id} of space {space}",
    of=DOCUMENT,
    is_stored=True,
)


class DocumentsAPI:
    """The documents of a space."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def get(self, space: str, id: str) -> Document:
        """Fetch what is known about one document.

        GET /v1/spaces/{space}/documents/{id}. Raises NotFound.
        """
        return await self._transport.one(Document, DOCUMENT(space=space, id=id))

    async def download(self, space: str, id: str, max_bytes: int) -> bytes:
        """Fetch the bytes of a document, all of them or none.

        GET /v1/spaces/{space}/documents/{id}/download, which today answers with a redirect to a storage service.
        Raises NotFound, and UnexpectedResponse as soon as more than `max_bytes` have come, or the storage refuses.
        """
        request = Request.to(DOCUMENT_BYTES(space=space, id=id), max_bytes=max_bytes)
        return (await self._transport.reply(request)).body

    async def list(self, space: str) -> list[Document]:
        """Fetch the documents of a space, attachments included.

        GET /v1/spaces/{space}/documents. Paged. Empty: 204.
        """
        return await self._transport.pages(Document, DOCUMENTS(space=space))
