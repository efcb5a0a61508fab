"""Wiki pages and their versions: endpoints 104, 105, 110, 111. Lists hold the whole contents."""

from assembla_emulator.database.tables import Row
from assembla_emulator.database.tool_kinds import WIKI
from assembla_emulator.factories.wiki_pages import PRIVATE, wiki_page_versions, wiki_pages
from assembla_emulator.responses import Paged
from assembla_emulator.routes.queries.by_id import find_by_id
from assembla_emulator.routing import Call, Routes

routes = Routes(WIKI)


def _visible(call: Call) -> list[Row]:
    """The space's pages by name; who has no part in the space sees no private ones."""
    inside = call.database.role_of(call.viewer, call.space) is not None
    pages = wiki_pages(call.database).where(space_id=call.space["id"])
    return sorted((page for page in pages if inside or page["status"] != PRIVATE), key=_name)


def _name(page: Row) -> str:
    return str(page["page_name"]).casefold()


@routes.get("/spaces/{space}/wiki_pages")
def list_pages(call: Call) -> Paged:
    """104. In the order of their names, so a page may come before its parent."""
    return Paged(_visible(call), per_page=25)


@routes.get("/spaces/{space}/wiki_pages/{page}")
def get_page(call: Call) -> Row:
    """105. By id alone."""
    return find_by_id(_visible(call), call.args["page"])


def _versions(call: Call) -> list[Row]:
    return wiki_page_versions(call.database).where(wiki_page_id=get_page(call)["id"])


@routes.get("/spaces/{space}/wiki_pages/{page}/versions")
def list_versions(call: Call) -> Paged:
    """110. Newest first."""
    return Paged(_versions(call)[::-1], per_page=25)


@routes.get("/spaces/{space}/wiki_pages/{page}/versions/{version}")
def get_version(call: Call) -> Row:
    """111. By the version's id, which is not its number."""
    return find_by_id(_versions(call), call.args["version"])
