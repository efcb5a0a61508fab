"""The markups a wiki page may be written in, each as far as the demo's pages need it."""

from collections.abc import Sequence
from typing import NamedTuple

from assembla_emulator.factories.wiki_pages import MARKDOWN, RICH, TEXT, TEXTILE


class Markup(NamedTuple):
    """How headings, paragraphs, list items and links to pages are written; `{}` stands for what is written."""

    heading: str
    subheading: str
    text: str
    item: str
    link: str


MARKUPS = {
    TEXT: Markup("{}\n----", "{}\n..", "{}", " - {}", "{}"),
    MARKDOWN: Markup("## {}", "### {}", "{}", "- {}", "[[{}]]"),
    TEXTILE: Markup("h2. {}", "h3. {}", "{}", "* {}", "[[{}]]"),
    RICH: Markup("<h2>{}</h2>", "<h3>{}</h3>", "<p>{}</p>", "<li>{}</li>", '<a href="/wiki/{0}">{0}</a>'),
}


def section(markup: Markup, title: str, paragraphs: Sequence[str], items: Sequence[str] = ()) -> str:
    """A heading, what stands under it, and a list."""
    blocks = [markup.heading.format(title), *(markup.text.format(text) for text in paragraphs)]
    if items:
        blocks.append("\n".join(markup.item.format(item) for item in items))
    return "\n\n".join(blocks)
