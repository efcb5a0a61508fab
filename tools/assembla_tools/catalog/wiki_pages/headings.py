"""The headings of a wiki page, in the markups that Assembla has, and which part of the page belongs to each."""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assembla_tools.framework.text import visible

_MARKDOWN, _TEXTILE, _HTML = 1, 2, 3
_MAX_TITLE_CHARS = 200
_SEEN_CHARS = 2_000_000
_TEXTILE_LINE = r"^h(?P<textile>[1-6])(?:[({\[<>=][^\n.]{0,80})?\.[ \t]+(?P<textile_title>[^\n]+)"
_MARKDOWN_LINE = r"^ {0,3}(?P<markdown>\#{1,6})[ \t]+(?P<markdown_title>[^\n]+)"
_UNDERLINED = r"^(?P<underlined_title>[^\s\-=.~][^\n]{0,200})\r?\n(?P<underline>={2,}|-{2,}|\.{2,}|~{2,})[ \t]*\r?$"
_ELEMENT = r"<h(?P<html>[1-6])(?:\s[^<>]{0,500})?>(?P<html_title>.{0,400}?)</h(?P=html)\s*>"
_FENCED = r"(?P<verbatim>^ {0,3}(?P<fence>```|~~~).*?(?:^ {0,3}(?P=fence)|\Z))"
_PREFORMATTED = r"(?P<verbatim><(?P<block>pre|code)\b.*?(?:</(?P=block)>|\Z))"

_FLAGS = re.MULTILINE | re.DOTALL | re.IGNORECASE
_BY_FORMAT = {
    _MARKDOWN: re.compile("|".join((_FENCED, _MARKDOWN_LINE, _ELEMENT, _UNDERLINED)), _FLAGS),
    _TEXTILE: re.compile("|".join((_PREFORMATTED, _TEXTILE_LINE, _ELEMENT)), _FLAGS),
    _HTML: re.compile("|".join((_PREFORMATTED, _ELEMENT)), _FLAGS),
}
_ANY = re.compile("|".join((_FENCED, _TEXTILE_LINE, _MARKDOWN_LINE, _ELEMENT, _UNDERLINED)), _FLAGS)
_MARKS = r"^\s*(?:#{1,6}\s+|[hH][1-6]\.\s+)"
_UNDERLINES = {"=": 1, "-": 2, ".": 3, "~": 3}


@dataclass(frozen=True)
class Heading:
    """A heading of a page: level 1 is the highest, `offset` is where its line begins, in characters of the page."""

    level: int
    title: str
    offset: int


def headings_of(contents: str, wiki_format: int | None) -> list[Heading]:
    """The headings of a page in their order; in a page of plain text or of an unknown format, those of any markup."""
    return list(_headings(contents, _BY_FORMAT.get(wiki_format or 0, _ANY)))


def end_of(heading: Heading, headings: Sequence[Heading], contents: str) -> int:
    """Where the part under `heading` ends: at the next heading of its level or a higher one, or with the page."""
    ends = (each.offset for each in headings if each.offset > heading.offset and each.level <= heading.level)
    return next(ends, len(contents))


def same_title(heading: Heading, wanted: str) -> bool:
    """Whether `wanted` names the heading, case, spaces and the marks of a heading aside."""
    return heading.title.casefold() in (_plain(wanted).casefold(), _plain(re.sub(_MARKS, "", wanted)).casefold())


def _headings(contents: str, pattern: re.Pattern[str]) -> Iterator[Heading]:
    for found in pattern.finditer(contents, 0, _SEEN_CHARS):
        part = found.groupdict()
        if part["verbatim"] is not None:
            continue
        level, title = _level_and_title(part)
        if title := _plain(title):
            yield Heading(level, title, found.start())


def _level_and_title(part: dict[str, str | None]) -> tuple[int, str]:
    if marks := part.get("markdown"):
        return len(marks), re.sub(r"[ \t]+#+[ \t\r]*$", "", part.get("markdown_title") or "")
    if line := part.get("underline"):
        return _UNDERLINES[line[0]], part.get("underlined_title") or ""
    kind = "textile" if part.get("textile") else "html"
    return int(part.get(kind) or 1), part.get(f"{kind}_title") or ""


def _plain(title: str) -> str:
    """The words of a heading: without elements, entities and the space around."""
    words = html.unescape(re.sub(r"<[^<>]{0,500}>", "", title[: 4 * _MAX_TITLE_CHARS]))
    return " ".join(visible(words).split())[:_MAX_TITLE_CHARS]
