"""Wiki pages of a space, and their earlier versions."""

from types import MappingProxyType

from assembla_client.models import Expected, Id, Instant, Model, NumberId
from assembla_client.transport.client import Transport
from assembla_client.transport.endpoint import Endpoint

WIKI_STATUSES = MappingProxyType({0: "private", 1: "active", 2: "archived"})
WIKI_FORMATS = MappingProxyType({0: "text", 1: "markdown", 2: "textile", 3: "html"})
"""Words for `WikiPage.wiki_format`: 2 and 3 are documented, 0 and 1 known from a client; others occur."""


class WikiPage(Model):
    """A page in its newest version. `user_id` is its author."""

    id: Id
    page_name: Expected[str] = None
    contents: Expected[str] = None
    parent_id: str | None = None
    position: int | None = None
    status: int | None = None
    version: Expected[int] = None
    wiki_format: int | None = None
    change_comment: str | None = None
    space_id: str | None = None
    user_id: str | None = None
    created_at: Instant | None = None
    updated_at: Expected[Instant] = None


class WikiPageVersion(Model):
    """A page as it once was. `version` counts from 1, `id` is what fetches it."""

    id: NumberId
    wiki_page_id: Expected[str] = None
    version: Expected[int] = None
    contents: Expected[str] = None
    change_comment: str | None = None
    user_id: str | None = None
    created_at: Instant | None = None
    updated_at: Instant | None = None


WIKI_PAGES = Endpoint(
    104, "GET", "/spaces/{space}/wiki_pages", "the list of wiki pages of space {space}", "list", tool="Wiki"
)
WIKI_PAGE = Endpoint(
    105, "GET", "/spaces/{space}/wiki_pages/{id}", "wiki page {id} of space {space}", "wiki page", tool="Wiki"
)
VERSIONS = Endpoint(
    110,
    "GET",
    "/spaces/{space}/wiki_pages/{id}/versions",
    "the list of versions of wiki page {id} of space {space}",
    of=WIKI_PAGE,
)
VERSION = Endpoint(
    111,
    "GET",
    "/spaces/{space}/wiki_pages/{id}/versions/{version_id}",
    "version {version_id} of wiki page {id} of space {space}",
    "version",
    tool="Wiki",
)


class WikiPagesAPI:
    """The pages of a wiki."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def get(self, space: str, id: str) -> WikiPage:
        """Fetch one page.

        GET /v1/spaces/{space}/wiki_pages/{id}. Raises NotFound.
        """
        return await self._transport.one(WikiPage, WIKI_PAGE(space=space, id=id))

    async def versions(self, space: str, id: str) -> list[WikiPageVersion]:
        """Fetch all versions of a page, each with its contents.

        GET /v1/spaces/{space}/wiki_pages/{id}/versions. Paged. Empty: 204.
        """
        return await self._transport.pages(WikiPageVersion, VERSIONS(space=space, id=id))

    async def version(self, space: str, id: str, version_id: int) -> WikiPageVersion:
        """Fetch one version of a page by the version's id, which is not its number.

        GET /v1/spaces/{space}/wiki_pages/{id}/versions/{version_id}. Raises NotFound.
        """
        target = VERSION(space=space, id=id, version_id=version_id)
        return await self._transport.one(WikiPageVersion, target)

    async def list(self, space: str) -> list[WikiPage]:
        """Fetch all pages of a space with their whole contents: it can be heavy.

        GET /v1/spaces/{space}/wiki_pages. Paged. Empty: 204.
        """
        return await self._transport.pages(WikiPage, WIKI_PAGES(space=space))
