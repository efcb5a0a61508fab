"""Wiki pages: the tree of a space's wiki without its contents, and one page, or the part of it that is wanted."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated

from pydantic import Field

from assembla_client.errors import NotFound
from assembla_client.models import Model
from assembla_client.resources.spaces import Space
from assembla_client.resources.users import User
from assembla_client.resources.wiki_pages import WIKI_FORMATS, WIKI_STATUSES, WikiPage, WikiPageVersion
from assembla_tools.catalog.wiki_pages.headings import Heading, end_of, headings_of, same_title
from assembla_tools.catalog.wiki_pages.tree import Tree, folded
from assembla_tools.framework.arguments import Detail
from assembla_tools.framework.chunks import Span
from assembla_tools.framework.concurrency import BROKEN, gather
from assembla_tools.framework.context import Api
from assembla_tools.framework.errors import Refused, quoted
from assembla_tools.framework.excerpts import excerpt, holds, words_of
from assembla_tools.framework.matching import nearest, only_match, unknown
from assembla_tools.framework.pagination import PageRequest
from assembla_tools.framework.results import Answer, Listing
from assembla_tools.framework.tool import tool
from assembla_tools.lookup.find_space import SpaceRef
from assembla_tools.lookup.people import login_of, members_of, with_former_members
from assembla_tools.lookup.refs import Person, label

_NAMES_SHOWN = 20
_MAY_BE_AN_ID = re.compile(r"[A-Za-z0-9_-]{22}")


class PageInBrief(Model):
    """What a list shows of a page."""

    id: str
    page_name: str | None
    parent: str | None = Field(description="Name of the page above.")
    version: int | None
    updated_at: datetime | None
    size_chars: int
    status: str | None
    format: str | None
    excerpt: str | None = Field(description="Where `text` was found.")


class ListedPage(PageInBrief):
    """A page with all that is known of it but its contents."""

    position: int | None = None
    author: str | None = None
    change_comment: str | None = None
    created_at: datetime | None = None

    @classmethod
    def of(cls, page: WikiPage, tree: Tree, words: tuple[str, ...], people: dict[str, User]) -> "ListedPage":
        """A page with its author called by login, and where it holds `words`, if any are looked for."""
        return cls(
            id=page.id,
            page_name=page.page_name,
            parent=tree.name_above(page),
            version=page.version,
            updated_at=page.updated_at,
            size_chars=len(page.contents or ""),
            status=label(WIKI_STATUSES, page.status),
            format=label(WIKI_FORMATS, page.wiki_format),
            excerpt=excerpt(page.contents or "", words) if words else None,
            position=page.position,
            author=login_of(people, page.user_id),
            change_comment=page.change_comment,
            created_at=page.created_at,
        )


@dataclass(frozen=True)
class PageText:
    """A page, or a chunk of it. `offset`, `next_offset` and those of headings count characters of the whole page."""

    id: str
    page_name: str | None
    parent: Annotated[str | None, Field(description="Name of the page above.")]
    version: int | None
    newest_version: int | None
    status: str | None
    format: str | None
    author: Annotated[Person | None, Field(description="Who wrote this version, or made the page.")]
    change_comment: str | None
    created_at: datetime | None
    updated_at: datetime | None
    size_chars: int
    section: str | None
    offset: Annotated[int, Field(description="Where `contents` begin in the page, in characters.")]
    contents: str
    next_offset: Annotated[int | None, Field(description="Pass as `offset` for what comes next.")]
    headings: Annotated[
        list[Heading] | None, Field(description="Headings of the whole page, where `contents` is not all of it.")
    ]


@tool(effect="read", toolset="wiki", title="List wiki pages", brief=PageInBrief)
async def list_wiki_pages(
    api: Api,
    page: PageRequest,
    space: SpaceRef,
    text: Annotated[
        str | None, Field(max_length=200, description="Words that name or contents must hold, all of them.")
    ] = None,
    parent: Annotated[
        str | None, Field(max_length=200, description="A page's name or id: only the pages below it.")
    ] = None,
    detail: Detail = "brief",
) -> Listing[ListedPage]:
    """List the wiki pages of a space as a tree, each page before those below it: names, sizes, dates, no contents.

    `text` searches the contents and shows where it was found. To read a page use `get_wiki_page`.
    """
    tree, words = Tree(await api.client.wiki_pages.list(space.id)), words_of(text)
    above = _find(parent, tree.pages, space) if parent else None
    pages = tree.pages if above is None else tree.below(above)
    hits = [each for each in pages if not words or holds(f"{each.page_name or ''}\n{each.contents or ''}", words)]
    listing = page.about(parent=above).take(hits, tree.sort_key)
    authors = [each.user_id for each in listing.items] if detail == "full" else []
    people, note = await with_former_members(api, await members_of(api, [space.id] if authors else []), authors)
    return listing.showing([ListedPage.of(each, tree, words, people) for each in listing.items], note)


@tool(effect="read", toolset="wiki", title="Read a wiki page")
async def get_wiki_page(
    api: Api,
    space: SpaceRef,
    page: Annotated[str, Field(min_length=1, max_length=200, description="The page's name or id.")],
    version: Annotated[int | None, Field(ge=1, description="Number of an earlier version.")] = None,
    section: Annotated[
        str | None, Field(max_length=300, description="A heading: only the part below it, smaller headings included.")
    ] = None,
    offset: Annotated[
        int | None, Field(ge=0, description="next_offset of the answer before; counts characters of the page.")
    ] = None,
) -> Answer[PageText]:
    """Read a wiki page, an earlier version of it, or the part below one heading.

    A long page comes in pieces: go on with `offset` = `next_offset` until that is null, or pick a `section` from
    `headings`. To find pages use `list_wiki_pages`.
    """
    newest, pages = await _newest(api, space, page)
    shown, members, above = await gather(
        _version(api, space, newest, version), members_of(api, [space.id]), _above(api, space, newest, pages)
    )
    people, _ = await with_former_members(api, members, [shown.user_id])
    contents = shown.contents or ""
    return _answer(api, _page_text(newest, shown, people, above), contents, newest.wiki_format, section, offset)


async def _newest(api: Api, space: Space, reference: str) -> tuple[WikiPage, list[WikiPage]]:
    """The page by id, or by name from the whole list, which then comes with it: the API finds none by name."""
    if _MAY_BE_AN_ID.fullmatch(reference.strip()):
        try:
            return await api.client.wiki_pages.get(space.id, reference.strip()), []
        except NotFound as missing:
            if missing.tool_missing:
                raise
    pages = await api.client.wiki_pages.list(space.id)
    return _find(reference, pages, space), pages


def _find(reference: str, pages: Sequence[WikiPage], space: Space) -> WikiPage:
    stages = (
        [page for page in pages if page.id == reference.strip()],
        [page for page in pages if page.page_name == reference],
        [page for page in pages if folded(page.page_name) == folded(reference)],
    )
    found = next((stage for stage in stages if stage), [])
    if found:
        return only_match(found, f"`{reference}` names several pages of `{space.wiki_name}`", lambda page: page.id)
    named = [page.page_name for page in pages if page.page_name]
    names = [(as_typed(name), name) for name in named for as_typed in (str, folded)]
    raise unknown("wiki page", reference, f"`{space.wiki_name}`", names)


async def _version(api: Api, space: Space, page: WikiPage, number: int | None) -> WikiPage | WikiPageVersion:
    if number is None:
        return page
    versions = {each.version: each.id for each in await api.client.wiki_pages.versions(space.id, page.id)}
    if number not in versions:
        raise Refused(
            "NOT_FOUND", f"`{page.page_name}` has no version {number}: the newest is {page.version}, the first is 1."
        )
    return await api.client.wiki_pages.version(space.id, page.id, versions[number])


async def _above(api: Api, space: Space, page: WikiPage, pages: Sequence[WikiPage]) -> str | None:
    """The name of the page above, whose id is all that a page tells."""
    if page.parent_id is None:
        return None
    if pages:
        return next((each.page_name for each in pages if each.id == page.parent_id), page.parent_id)
    try:
        return (await api.client.wiki_pages.get(space.id, page.parent_id)).page_name
    except BROKEN:
        return page.parent_id


def _page_text(
    page: WikiPage, shown: WikiPage | WikiPageVersion, people: Mapping[str, User], above: str | None
) -> PageText:
    """All but the contents, which `_answer` puts in."""
    return PageText(
        id=page.id,
        page_name=page.page_name,
        parent=above,
        version=shown.version,
        newest_version=page.version,
        status=label(WIKI_STATUSES, page.status),
        format=label(WIKI_FORMATS, page.wiki_format),
        author=Person.of(shown.user_id, people),
        change_comment=shown.change_comment,
        created_at=shown.created_at,
        updated_at=shown.updated_at,
        size_chars=len(shown.contents or ""),
        section=None,
        offset=0,
        contents="",
        next_offset=None,
        headings=None,
    )


def _answer(
    api: Api, page: PageText, contents: str, wiki_format: int | None, section: str | None, offset: int | None
) -> Answer[PageText]:
    headings = headings_of(contents, wiki_format)
    under = _under(section, headings, page) if section else None
    start, end = (0, len(contents)) if under is None else (under.offset, end_of(under, headings, contents))
    span = Span.of(contents, offset, start, end)

    def at_most(chars: int) -> PageText:
        chunk, following = span.first(contents, chars)
        outline = None if len(chunk) == len(contents) else _outline(headings, chars // 4)
        title = under.title if under else None
        return replace(page, section=title, offset=span.start, contents=chunk, next_offset=following, headings=outline)

    return Answer(at_most(api.max_result_chars), shorter=at_most)


def _under(section: str, headings: Sequence[Heading], page: PageText) -> Heading:
    found = [heading for heading in headings if same_title(heading, section)]
    if len(found) == 1:
        return found[0]
    if found:
        places = ", ".join(str(heading.offset) for heading in found[:_NAMES_SHOWN])
        raise Refused(
            "AMBIGUOUS",
            f"section: `{page.page_name}` has {len(found)} headings `{section}`; read on at offset {places}.",
        )
    titles = [heading.title for heading in headings]
    near = nearest(section, [(title, title) for title in titles])
    there = quoted(dict.fromkeys([*near, *titles[: 2 * _NAMES_SHOWN]])) if titles else "no headings at all"
    raise Refused("NOT_FOUND", f"`{page.page_name}` has no heading `{section}`. There are {there}.")


def _outline(headings: Sequence[Heading], chars: int) -> list[Heading]:
    """As many levels of headings as have room, the highest always as far as they go."""
    chosen: list[Heading] = []
    for level in sorted({heading.level for heading in headings}):
        wider = [heading for heading in headings if heading.level <= level]
        if sum(len(heading.title) + 40 for heading in wider) > chars:
            return chosen or wider[: chars // 80]
        chosen = wider
    return chosen
