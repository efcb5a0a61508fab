"""Wiki pages of a space, and their earlier versions."""

from types import MappingProxyType

from assembla_client.models import Id, Instant, Model, NumberId
from assembla_client.transport.client import Transport
from assembla_client.transport.wire import path

WIKI_STATUSES = MappingProxyType({0: "private", 1: "active", 2: "archived"})
WIKI_FORMATS = MappingProxyType({0: "text", 1: "markdown", 2: "textile", 3: "html"})
"""Words for `WikiPage.wiki_format`: 2 and 3 are documented, 0 and 1 known from a client; others occur."""


class WikiPage(Model):
    """A page in its newest version. `user_id` is its author."""

    id: Id
    page_name: str
    contents: str
    parent_id: str | None = None
    position: int | None = None
    status: int | None = None
    version: int
    wiki_format: int | None = None
    change_comment: str | None = None
    space_id: str | None = None
    user_id: str | None = None
    created_at: Instant | None = None
    updated_at: Instant


class WikiPageVersion(Model):
    """A page as it once was. `version` counts from 1, `id` is what fetches it."""

    id: NumberId
    wiki_page_id: str
    version: int
    contents: str
    change_comment: str | None = None
    user_id: str | None = None
    created_at: Instant | None = None
    updated_at: Instant | None = None


class WikiPagesAPI:
    """Endpoints 104, 105, 110 and 111."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def get(self, space: str, id: str) -> WikiPage:
        """Fetch one page.

        GET /v1/spaces/{space}/wiki_pages/{id} (105). Raises NotFound.
        """
        return await self._transport.one(WikiPage, path("spaces", space, "wiki_pages", id))

    async def versions(self, space: str, id: str) -> list[WikiPageVersion]:
        """Fetch all versions of a page, each with its contents.

        GET /v1/spaces/{space}/wiki_pages/{id}/versions (110). Paged. Empty: 204.
        """
        return await self._transport.pages(WikiPageVersion, path("spaces", space, "wiki_pages", id, "versions"))

    async def version(self, space: str, id: str, version_id: int) -> WikiPageVersion:
        """Fetch one version of a page by the version's id, which is not its number.

        GET /v1/spaces/{space}/wiki_pages/{id}/versions/{version_id} (111). Raises NotFound.
        """
        where = path("spaces", space, "wiki_pages", id, "versions", version_id)
        return await self._transport.one(WikiPageVersion, where)

    async def list(self, space: str) -> list[WikiPage]:
        """Fetch all pages of a space with their whole contents: it can be heavy.

        GET /v1/spaces/{space}/wiki_pages (104). Paged. Empty: 204.
        """
        return await self._transport.pages(WikiPage, path("spaces", space, "wiki_pages"))
