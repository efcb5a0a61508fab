"""Parameter types that several tools share. Each description is sent once per tool on every listing: keep it short."""

from typing import Annotated, Literal

from pydantic import Field

SpaceRef = Annotated[
    str, Field(min_length=1, max_length=200, description="The space: its id, wiki_name or display name.")
]
Limit = Annotated[int, Field(ge=1, le=500, description="How many items at most.")]
Cursor = Annotated[
    str | None,
    Field(max_length=2_000, description="next_cursor of the answer before; repeat the other arguments with it."),
]
Detail = Annotated[Literal["brief", "full"], Field(description="`full` gives every field.")]
