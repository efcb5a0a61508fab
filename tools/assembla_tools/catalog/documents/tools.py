"""Documents: the files of a space and its tickets, and what one of them holds, as far as a model can take it in."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Literal
from urllib.parse import quote

from mcp.types import ContentBlock, ImageContent, ResourceLink
from pydantic import Field

from assembla_client.errors import (
    ConnectionFailed,
    Forbidden,
    NotFound,
    ServerError,
    UnexpectedResponse,
)
from assembla_client.models import Model
from assembla_client.resources.documents import Document
from assembla_client.resources.spaces import Space
from assembla_client.resources.users import User
from assembla_tools.catalog.documents.file_kinds import decoded, guess, image_type
from assembla_tools.framework.arguments import Detail
from assembla_tools.framework.chunks import Span
from assembla_tools.framework.concurrency import BROKEN, gather
from assembla_tools.framework.context import Api
from assembla_tools.framework.errors import left_out
from assembla_tools.framework.excerpts import holds, words_of
from assembla_tools.framework.matching import matches, only_match, unknown
from assembla_tools.framework.pagination import PageRequest
from assembla_tools.framework.results import Answer, Listing
from assembla_tools.framework.text import clean
from assembla_tools.framework.tool import tool
from assembla_tools.lookup.find_space import SpaceRef
from assembla_tools.lookup.people import login_of, members_of, with_former_members
from assembla_tools.lookup.refs import Person

MAX_TEXT_BYTES = 5 * 2**20
MAX_IMAGE_BYTES = 2**20
MAX_UNKNOWN_BYTES = 2**18
_ATTACHED_TO = {"Ticket": "ticket", "Milestone": "milestone", "Flow": "message"}


class DocumentInBrief(Model):
    """What a list shows of a file."""

    id: str
    name: str | None
    content_type: str | None
    size_bytes: int | None
    attached_to: str | None = Field(description="ticket, milestone or message; none: a file of the space.")
    uploader: str | None
    updated_at: datetime | None


class ListedDocument(DocumentInBrief):
    """A file in a list, with all that is known of it."""

    filename: str | None = None
    description: str | None = None
    tags: list[str] | None = None
    version: int | None = None
    created_at: datetime | None = None

    @classmethod
    def of(cls, document: Document, people: dict[str, User]) -> "ListedDocument":
        """A file with who put it there called by login."""
        return cls(
            id=document.id,
            name=document.name,
            content_type=document.content_type,
            size_bytes=document.filesize,
            attached_to=_attached_to(document),
            uploader=login_of(people, document.created_by),
            updated_at=document.updated_at,
            filename=document.filename,
            description=document.description,
            tags=_tags(document),
            version=document.version,
            created_at=document.created_at,
        )


@dataclass(frozen=True)
class DocumentContent:
    """A file, and how its content is given: as `text` here, as a picture or a link beside this."""

    id: str
    name: str | None
    filename: str | None
    content_type: str | None
    size_bytes: int | None
    description: str | None
    tags: list[str]
    version: int | None
    attached_to: str | None
    ticket: Annotated[int | None, Field(description="Number of the ticket that it is attached to.")]
    uploader: Person | None
    created_at: datetime | None
    updated_at: datetime | None
    content: Annotated[Literal["text", "image", "link"], Field(description="How the content is given.")]
    note: Annotated[str | None, Field(description="Why there is only a link.")]
    charset: str | None
    size_chars: int | None
    offset: int | None
    text: str | None
    next_offset: Annotated[int | None, Field(description="Pass as `offset` for what comes next.")]


@tool(effect="read", toolset="documents", title="Read a document")
async def get_document(
    api: Api,
    space: SpaceRef,
    id: Annotated[str, Field(min_length=1, max_length=300, description="The document's id, or its file name.")],
    offset: Annotated[
        int | None, Field(ge=0, description="next_offset of the answer before; counts characters of the text.")
    ] = None,
    max_chars: Annotated[int | None, Field(ge=1, le=1_000_000, description="How much of the text at most.")] = None,
) -> Answer[DocumentContent]:
    """Read a file of a space or an attachment of a ticket: the text of text files, the picture of small images, for
    anything else what is known about it and a link.

    A long text comes in pieces: go on with `offset` = `next_offset` until that is null.
    """
    document = await _document(api, space, id)
    members, number, loaded = await gather(
        members_of(api, [space.id]), _ticket_number(api, space, document), _loaded(api, space, document)
    )
    people, _ = await with_former_members(api, members, [document.created_by])
    return _answer(api, space, _described(document, people, number), loaded, offset, max_chars)


@tool(effect="read", toolset="documents", title="List documents", default=False, brief=DocumentInBrief)
async def list_documents(
    api: Api,
    page: PageRequest,
    space: SpaceRef,
    ticket: Annotated[
        int | None, Field(ge=1, description="Only what is attached to the ticket of this number.")
    ] = None,
    text: Annotated[str | None, Field(max_length=200, description="Words that name or description must hold.")] = None,
    detail: Detail = "brief",
) -> Listing[ListedDocument]:
    """List the files of a space, attachments among them, the latest changed first.

    To read one use `get_document`. `text` does not look inside the files.
    """
    members, documents = await gather(members_of(api, [space.id]), _documents(api, space, ticket))
    words = words_of(text)
    hits = [each for each in documents if holds(f"{each.name}\n{each.filename}\n{each.description or ''}", words)]
    listing = page.take(hits, _newest_first)
    people, note = await with_former_members(api, members, [each.created_by for each in listing.items])
    return listing.showing([ListedDocument.of(each, people) for each in listing.items], note)


async def _documents(api: Api, space: Space, ticket: int | None) -> Sequence[Document]:
    if ticket is None:
        return await api.client.documents.list(space.id)
    return await api.client.tickets.attachments(space.id, ticket)


def _newest_first(document: Document) -> tuple[float, str]:
    changed = document.updated_at or document.created_at
    return (-changed.timestamp() if changed else 0.0), document.id


async def _document(api: Api, space: Space, reference: str) -> Document:
    """By id, or by a name from the list of all: people seldom know ids of files."""
    try:
        return await api.client.documents.get(space.id, reference)
    except NotFound as missing:
        if missing.tool_missing:
            raise
    documents = await api.client.documents.list(space.id)
    found = matches(reference, documents, lambda each: each.filename, lambda each: each.name)
    if found:
        return only_match(found, f"`{reference}` names several documents of `{space.wiki_name}`", lambda each: each.id)
    names = [(name, each.filename or each.id) for each in documents for name in (each.filename, each.name)]
    raise unknown("document", reference, f"`{space.wiki_name}`", names)


async def _ticket_number(api: Api, space: Space, document: Document) -> int | None:
    """The number of the ticket that it hangs on: the API has the ticket's id, which no other tool takes."""
    if document.ticket_id is None:
        return None
    try:
        return (await api.client.tickets.by_id(space.id, document.ticket_id)).number
    except BROKEN:
        return None


async def _loaded(api: Api, space: Space, document: Document) -> bytes | str:
    """The bytes, if there is a use for them; else why they are not loaded."""
    kind = guess(document.filename or document.name or "", document.content_type)
    if kind == "other":
        return "This kind of file is neither text nor a picture."
    ceiling = {"text": MAX_TEXT_BYTES, "image": MAX_IMAGE_BYTES, "unknown": MAX_UNKNOWN_BYTES}[kind]
    if document.filesize is not None and document.filesize > ceiling:
        return f"The file is larger than the {ceiling} bytes that are loaded of its kind."
    try:
        return await api.client.documents.download(space.id, document.id, ceiling)
    except (Forbidden, NotFound, ServerError, ConnectionFailed, UnexpectedResponse) as error:
        return f"Its bytes cannot be fetched: {left_out(error, api.space_names)}"


def _described(document: Document, people: Mapping[str, User], ticket: int | None) -> DocumentContent:
    """What is known without the bytes."""
    return DocumentContent(
        id=document.id,
        name=document.name,
        filename=document.filename,
        content_type=document.content_type,
        size_bytes=document.filesize,
        description=document.description,
        tags=_tags(document),
        version=document.version,
        attached_to=_attached_to(document),
        ticket=ticket,
        uploader=Person.of(document.created_by, people),
        created_at=document.created_at,
        updated_at=document.updated_at,
        content="link",
        note=None,
        charset=None,
        size_chars=None,
        offset=None,
        text=None,
        next_offset=None,
    )


def _answer(
    api: Api, space: Space, document: DocumentContent, loaded: bytes | str, offset: int | None, max_chars: int | None
) -> Answer[DocumentContent]:
    if isinstance(loaded, str):
        return Answer(replace(document, note=loaded), blocks=[_link(space, document)])
    if kind := image_type(loaded):
        picture: ContentBlock = ImageContent(data=base64.b64encode(loaded).decode(), mime_type=kind)
        return Answer(replace(document, content="image"), blocks=[picture])
    read = decoded(loaded)
    if read is None:
        return Answer(replace(document, note="Its bytes are not text."), blocks=[_link(space, document)])
    return _text_answer(api, document, *read, offset, max_chars)


def _text_answer(
    api: Api, document: DocumentContent, text: str, charset: str, offset: int | None, max_chars: int | None
) -> Answer[DocumentContent]:
    span = Span.of(text, offset)

    def at_most(chars: int) -> DocumentContent:
        chunk, following = span.first(text, min(chars, max_chars or chars))
        return replace(
            document,
            content="text",
            charset=charset,
            size_chars=len(text),
            offset=span.start,
            text=chunk,
            next_offset=following,
        )

    return Answer(at_most(api.max_result_chars), shorter=at_most)


def _link(space: Space, document: DocumentContent) -> ResourceLink:
    return ResourceLink(
        uri=f"assembla://spaces/{quote(space.wiki_name, safe='')}/documents/{quote(document.id, safe='')}",
        name=clean(document.filename or document.name or document.id, 200),
        title=clean(document.name or document.filename or document.id, 200),
        mime_type=clean(document.content_type or "application/octet-stream", 200),
        size=document.size_bytes,
    )


def _attached_to(document: Document) -> str | None:
    kind = document.attachable_type
    return None if kind is None else _ATTACHED_TO.get(kind, kind.lower())


def _tags(document: Document) -> list[str]:
    return [tag.strip() for tag in (document.cached_tag_list or "").split(",") if tag.strip()]
