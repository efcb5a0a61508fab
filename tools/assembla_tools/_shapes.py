"""What several tools show in the same way: people and milestones, and words for the API's numbers."""

from collections.abc import Mapping
from dataclasses import dataclass

from assembla_client.resources.milestones import Milestone
from assembla_client.resources.users import User


@dataclass(frozen=True)
class Person:
    """A person where one thing is shown; `login` and `name` are None for who is not among the members."""

    id: str
    login: str | None
    name: str | None

    @classmethod
    def of(cls, id: str | None, members: Mapping[str, User]) -> "Person | None":
        """The person with this id, by the members' ids; None for nobody."""
        if not id:
            return None
        known = members.get(id)
        return cls(id, known.login, known.name) if known else cls(id, None, None)


@dataclass(frozen=True)
class MilestoneRef:
    """A milestone where one thing is shown; `title` is None for one that is not among the space's."""

    id: int
    title: str | None

    @classmethod
    def of(cls, id: int | None, milestones: Mapping[int, Milestone]) -> "MilestoneRef | None":
        """The milestone with this id; None for none."""
        if id is None:
            return None
        known = milestones.get(id)
        return cls(id, known.title if known else None)


def word(words: Mapping[int, str], number: int | None) -> str | None:
    """The word for a number of an enumeration; a number that nobody knows yet is shown as it is."""
    return None if number is None else words.get(number, str(number))
