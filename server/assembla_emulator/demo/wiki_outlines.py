"""The wikis as outlines: which pages each space has, and which stands under which.

Behind a page's name come how many versions it has, and `private` or `archived` where it is that.
"""

from collections.abc import Iterator
from typing import NamedTuple

from assembla_emulator.factories.wiki_pages import ACTIVE, ARCHIVED, MARKDOWN, PRIVATE, RICH, TEXT, TEXTILE

WIKIS: dict[str, tuple[int, str]] = {
    "harbour-app": (
        TEXTILE,
        """
        Home 6
          Getting_started 2
            Development_setup 4
              Android_emulator
              iPhone_simulator
            Coding_conventions 3
          Architecture 5
            Offline_mode 2
              Sync_protocol 4
                Conflict_rules
            Push_messages
            Payment_flow 3
          Releases
            Release_checklist 7
            Release_2.0 archived
              Release_2.0_known_faults
            Release_2.1 2
          Meetings
            Retrospective_spring
            Retrospective_autumn private
          Glossary_of_harbour_terms_and_their_abbreviations_
          Häfen_und_Schleusen
          Pasted_from_a_support_mail 2
        Salaries_of_the_summer_students private
        """,
    ),
    "lighthouse": (
        MARKDOWN,
        """
        Home 3
          Operations_runbook 2
          On_call
            Escalation 2
              Phone_tree private
          Data_model 4
            Stations
              Calibration
            Readings
          Old_cluster archived
          Feeds
        """,
    ),
    "brand-handbook": (
        RICH,
        """
        Start 2
          Logo 4
            Clear_space
            Do_not
              Do_not_stretch
              Do_not_recolour
          Colours 3
          Tone_of_voice 5
            Words_we_avoid
          Press_photos archived
        """,
    ),
    "tidewater-billing": (
        TEXTILE,
        """
        Home
          Ledger_export 4
            Field_list
              Tax_keys
          Dunning 2
          Year_end private
        """,
    ),
    "open-tide-tables": (
        MARKDOWN,
        """
        Home 2
          Method 4
            Harmonic_constants
              Sources
          How_to_help
          Board_minutes private
        """,
    ),
    "harbour-website": (TEXTILE, "Home\n  Old_sitemap archived"),
    "harbour-website-next": (MARKDOWN, "Proposal 4\n  Questions"),
    "project-template": (TEXTILE, "Home\n  Definition_of_done\n  Roles"),
    "weekend-robots": (TEXT, "Ideas 2\n  Parts\n    Motors"),
    "space_name": (TEXTILE, "Wiki"),
}


class Entry(NamedTuple):
    """A line of an outline."""

    depth: int
    name: str
    versions: int
    status: int


def entries_of(outline: str) -> Iterator[Entry]:
    """The pages of an outline, parents first."""
    lines = [line for line in outline.splitlines() if line.strip()]
    margin = min(len(line) - len(line.lstrip()) for line in lines)
    for line in lines:
        name, *marks = line.split()
        versions = next((int(mark) for mark in marks if mark.isdecimal()), 1)
        status = PRIVATE if "private" in marks else ARCHIVED if "archived" in marks else ACTIVE
        yield Entry((len(line) - len(line.lstrip()) - margin) // 2, name, versions, status)
