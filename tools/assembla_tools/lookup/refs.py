"""What several tools show in the same way: people and milestones, labels for the API's numbers, notes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from assembla_client.resources.milestones import PLANNER_TYPES, Milestone
from assembla_client.resources.ticket_fields import Ticket
from assembla_client.resources.users import User


@dataclass(frozen=True)
class Person:
    """A person where one thing is shown; `login` and `name` are None for somebody unknown."""

    id: str
    login: str | None
    name: str | None

    @classmethod
    def of(cls, id: str | None, people: Mapping[str, User]) -> "Person | None":
        """The person with this id, by the ids of `people`; None for nobody."""
        if not id:
            return None
        known = people.get(id)
        return cls(id, known.login, known.name) if known else cls(id, None, None)


@dataclass(frozen=True)
class NamedMilestone:
    """A milestone where one thing is shown; `title` is None for one that is not among the space's."""

    id: int
    title: str | None

    @classmethod
    def of(cls, id: int | None, milestones: Mapping[int, Milestone]) -> "NamedMilestone | None":
        """The milestone with this id; None for none."""
        if id is None:
            return None
        known = milestones.get(id)
        return cls(id, known.title if known else None)


def state_of(ticket: Ticket) -> Literal["open", "closed"]:
    """Whether a ticket is open, as a label."""
    return "open" if ticket.is_open else "closed"


def planner_of(milestone: Milestone) -> str | None:
    """The label of what a milestone is to the planner; None where that is nothing."""
    return label(PLANNER_TYPES, milestone.planner_type or None)


def joined(*notes: str | None) -> str | None:
    """One note of those there are; None where there is none."""
    return " ".join(note for note in notes if note) or None


def label(labels: Mapping[int, str], number: int | None) -> str | None:
    """What a number stands for: a word of an enumeration, a name by its id. One that nobody knows is shown as it is."""
    return None if number is None else labels.get(number, str(number))
