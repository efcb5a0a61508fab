"""The Ticket object, and words for the numbers in it. Its endpoints are in `tickets`."""

from datetime import date
from types import MappingProxyType
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from assembla_client.models import Expected, Instant, Model, NumberId

PRIORITIES = MappingProxyType({1: "highest", 2: "high", 3: "normal", 4: "low", 5: "lowest"})
TICKET_STATES = MappingProxyType({0: "closed", 1: "open"})
HIERARCHY_TYPES = MappingProxyType({0: "ticket", 1: "subtask", 2: "story", 3: "epic"})
PERMISSION_TYPES = MappingProxyType({0: "development", 1: "private support", 2: "public support"})

# A migration's notes have 1, 4, 7, another client 1, 2, 3: no number means two things, so both are read.
STORY_SIZES = MappingProxyType({0: "none", 1: "small", 2: "medium", 3: "large", 4: "medium", 7: "large"})

Number = Annotated[float, Field(allow_inf_nan=False)]

# The reference says that values are strings. A whole list must not fail over a numeric or an unset one.
FieldValue = Annotated[str, Field(strict=False, coerce_numbers_to_str=True)]


class Ticket(Model):
    """A ticket. Enumerated numbers are as sent: the tables above have words for those that are known.

    `tags` and `followers` are never sent with it. Hours are decimal. Absent from answers of 2012: `state`;
    only there: `status_name`; only since about 2019: `due_date`, `assigned_to_name`, `picture_url`.
    """

    id: NumberId
    number: NumberId
    summary: Expected[str] = None
    description: str | None = None
    priority: Expected[int] = None
    status_name: str | None = None
    status: Expected[str] = None
    state: int | None = None
    created_on: Expected[Instant] = None
    updated_at: Expected[Instant] = None
    completed_date: Instant | None = None
    due_date: date | None = None
    space_id: Expected[str] = None
    assigned_to_id: str | None = None
    assigned_to_name: str | None = None
    reporter_id: str | None = None
    milestone_id: NumberId | None = None
    component_id: NumberId | None = None
    custom_fields: dict[str, FieldValue | None] = Field(default_factory=dict)
    hierarchy_type: int | None = None
    is_story: bool | None = None
    story_importance: int | None = None
    permission_type: int | None = None
    importance: Number | None = None
    estimate: Number | None = None
    working_hours: Number | None = None
    total_estimate: Number | None = None
    total_working_hours: Number | None = None
    total_invested_hours: Number | None = None
    notification_list: str | None = None
    picture_url: str | None = None

    @field_validator("status", mode="before")
    @classmethod
    def _named(cls, status: object, info: ValidationInfo) -> object:
        # The documents of 2012 have a number here and the name in `status_name`, which is read before.
        if type(status) is not int:
            return status
        return info.data.get("status_name") or str(status)

    @property
    def is_open(self) -> bool:
        """Whether it still wants doing; by the completion date where no state was sent."""
        return self.completed_date is None if self.state is None else self.state != 0

    @property
    def follower_ids(self) -> tuple[str, ...]:
        """Ids of the people that are told of changes."""
        return tuple(part.strip() for part in (self.notification_list or "").split(",") if part.strip())
