"""The text of the wikis' pages and of their versions: short but for one, plain but for another."""

from collections.abc import Callable, Iterable

from assembla_emulator import deterministic
from assembla_emulator.database.database import Database
from assembla_emulator.database.tables import Row
from assembla_emulator.demo import untrusted_text
from assembla_emulator.demo.sentences import TOPICS, paragraph
from assembla_emulator.demo.teams import team_of
from assembla_emulator.demo.wiki_markup import MARKUPS, Markup, section
from assembla_emulator.demo.wiki_outlines import WIKIS, Entry, entries_of
from assembla_emulator.factories.wiki_pages import ACTIVE, add_wiki_page, revise_wiki_page

LONG_PAGE = "Operations_runbook"
UNTRUSTED_PAGE = "Pasted_from_a_support_mail"
WIDE_PARENT, FEEDS = "Feeds", 104  # more than one page of the list, however large it is asked for


def add_wiki_pages(database: Database) -> None:
    """All pages with their versions."""
    for wiki_name, (markup, outline) in WIKIS.items():
        _Wiki(database, database.find_space(wiki_name) or {}, markup).fill(entries_of(outline))


class _Wiki:
    """One space's wiki while it is filled."""

    def __init__(self, database: Database, space: Row, markup: int) -> None:
        self._database, self._space, self._format = database, space, markup
        self._markup = MARKUPS[markup]
        self._team = team_of(database, space)

    def fill(self, entries: Iterable[Entry]) -> None:
        above: list[Row | None] = [None]
        for position, entry in enumerate(entries, 1):
            del above[entry.depth + 1 :]
            page = self._page(entry, position, above[-1])
            above.append(page)
            if entry.name == WIDE_PARENT:
                for number in range(1, FEEDS + 1):
                    self._page(Entry(0, f"Feed_{number:03}", 1, ACTIVE), number, page)

    def _page(self, entry: Entry, position: int, parent: Row | None) -> Row:
        text = TEXTS.get(entry.name, _feed if parent and parent["page_name"] == WIDE_PARENT else _sections)
        sections = text(self._database.seed, self._markup, entry)
        first = self._author(entry, 0)
        age = 20 + 160 * deterministic.fraction(self._database.seed, "wiki", self._space["wiki_name"], entry.name)
        page = add_wiki_page(
            self._database,
            self._space,
            entry.name,
            _part(sections, 1, entry.versions),
            status=entry.status,
            position=position,
            wiki_format=self._format,
            parent_id=parent and parent["id"],
            user_id=first["id"],
            created_at=self._database.days_ago(age),
        )
        for version in range(2, entry.versions + 1):
            self._revise(page, entry, version, sections, age * (1 - version / (entry.versions + 1)))
        return page

    def _revise(self, page: Row, entry: Entry, version: int, sections: list[str], age: float) -> None:
        comment = deterministic.choice(COMMENTS, self._database.seed, "comment", entry.name, version)
        author, at = self._author(entry, version), self._database.days_ago(age)
        contents = _part(sections, version, entry.versions)
        revise_wiki_page(self._database, page, contents, comment, by=author["id"], at=at)

    def _author(self, entry: Entry, version: int) -> Row:
        return deterministic.choice(self._team, self._database.seed, "author", entry.name, version)


COMMENTS = ["Typos", "After the meeting", "More about errors", None, "Corrected the numbers", "As agreed with support"]


def _part(sections: list[str], version: int, versions: int) -> str:
    """What a version holds: the first sections, all of them in the newest."""
    return "\n\n".join(sections[: max(1, len(sections) * version // versions)])


def _sections(seed: int, markup: Markup, entry: Entry) -> list[str]:
    """An introduction and as many sections as make each version longer."""
    title = entry.name.replace("_", " ").strip()
    sections = [section(markup, title, [paragraph(seed, entry.name, sentences=3)])]
    for number in range(max(2, entry.versions)):
        topic = deterministic.choice(TOPICS, seed, "topic", entry.name, number)
        items = [paragraph(seed, entry.name, number, item, sentences=1) for item in range(3)]
        text = [paragraph(seed, entry.name, number), markup.link.format("Home")]
        sections.append(section(markup, topic, text, items))
    return sections


def _feed(seed: int, markup: Markup, entry: Entry) -> list[str]:
    return [section(markup, entry.name.replace("_", " "), [paragraph(seed, entry.name, sentences=2)])]


def _runbook(seed: int, markup: Markup, entry: Entry) -> list[str]:
    """A page that no answer holds whole: chapters of sections, every heading once."""
    chapters = [section(markup, "Operations runbook", [paragraph(seed, "runbook", sentences=6)])]
    for topic in TOPICS:
        parts = [section(markup, topic, [paragraph(seed, topic, sentences=8)])]
        for moment in ("Signs", "First steps", "Repair", "Afterwards"):
            heading = markup.subheading.format(f"{topic}: {moment.lower()}")
            parts += [heading, paragraph(seed, topic, moment, sentences=12)]
        chapters.append("\n\n".join(parts))
    return chapters


def _pasted(seed: int, markup: Markup, entry: Entry) -> list[str]:
    return [
        section(markup, "From the mail", [untrusted_text.EVERYTHING]),
        section(markup, "Answer", [paragraph(seed, "mail")]),
    ]


Text = Callable[[int, Markup, Entry], list[str]]
"""Makes the sections of a page."""

TEXTS: dict[str, Text] = {LONG_PAGE: _runbook, UNTRUSTED_PAGE: _pasted}
