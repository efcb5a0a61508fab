"""The tree that a space's wiki pages make: who stands below whom, and each page's place in it."""

from collections import defaultdict
from collections.abc import Iterable

from assembla_client.resources.wiki_pages import WikiPage
from assembla_tools.framework.text import visible

_LAST = 2**31
_MAX_LEVELS = 6  # of a page's sort key, so that a cursor stays short however deep the tree is


class Tree:
    """Pages in the order of the tree: each before those below it, siblings by position, then name."""

    def __init__(self, pages: Iterable[WikiPage]) -> None:
        self._by_id = {page.id: page for page in pages}
        self._keys: dict[str, list[int | str]] = {}
        self.pages = sorted(self._by_id.values(), key=self.sort_key)

    def sort_key(self, page: WikiPage) -> list[int | str]:
        """Where the page stands: for each level from the top, position and name."""
        if page.id not in self._keys:
            line = [*self.above(page)[::-1], page]
            shown = [*line[: _MAX_LEVELS - 1], page] if len(line) > _MAX_LEVELS else line
            self._keys[page.id] = [part for each in shown for part in _among_siblings(each)]
        return self._keys[page.id]

    def above(self, page: WikiPage) -> list[WikiPage]:
        """The pages above, the nearest first. A page whose parent is hidden stands at the top.

        Of pages that name each other as parents in a loop, the first among siblings stands at the top.
        """
        line = {page.id: page}
        while (parent := self._by_id.get(page.parent_id or "")) is not None:
            if parent.id in line:
                ids = list(line)
                top = min((line[id] for id in ids[ids.index(parent.id) :]), key=_among_siblings)
                return list(line.values())[1 : ids.index(top.id) + 1]
            line[parent.id] = page = parent
        return list(line.values())[1:]

    def below(self, root: WikiPage) -> list[WikiPage]:
        """Every page under `root`, at any depth, each once: in a loop all the others."""
        children = defaultdict(list)
        for page in self.pages:
            children[page.parent_id].append(page.id)
        under, reached = {root.id}, [root.id]
        while reached:
            new = [id for id in children[reached.pop()] if id not in under]
            under.update(new)
            reached += new
        return [page for page in self.pages if page.id in under and page.id != root.id]

    def name_above(self, page: WikiPage) -> str | None:
        """The parent's name; its id where the parent is not among the pages."""
        parent = self._by_id.get(page.parent_id or "")
        return page.parent_id if parent is None else parent.page_name


def folded(page_name: str | None) -> str:
    """A page's name as people type it: any case, spaces for underscores."""
    return "_".join(visible(page_name or "").replace("_", " ").casefold().split())


def _among_siblings(page: WikiPage) -> tuple[int, str]:
    position = _LAST if page.position is None else page.position
    return position, f"{(page.page_name or '').casefold()}\n{page.id}"
