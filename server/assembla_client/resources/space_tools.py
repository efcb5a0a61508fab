"""Space tools: what is installed in a space (tickets, wiki, repositories and so on)."""

from types import MappingProxyType

from pydantic import Field

from assembla_client.models import Expected, Id, Model, absent
from assembla_client.transport.client import Transport
from assembla_client.transport.endpoint import Endpoint

TOOL_TYPES = MappingProxyType(
    {
        9: "Milestones",
        10: "StandUp",
        12: "Subversion",
        13: "Tickets",
        14: "Time",
        17: "Mercurial",
        18: "Files",
        20: "External Subversion",
        21: "Messages",
        22: "GitHub",
        23: "Wiki",
        24: "Perforce",
        111: "Twitter",
        112: "Webhook",
        116: "FTP",
        117: "Custom tab",
        128: "Git",
        200: "SSH",
        300: "Support",
    }
)
"""Words for `SpaceTool.tool_id`, as far as the reference and recorded answers have them."""

_PERMISSIONS = "1 may view, 2 may edit, 3 everything; null: as the space has it"


class SpaceTool(Model):
    """A tool installed in a space. A key that was not sent reads as None and is not in `model_fields_set`."""

    stand_ins = MappingProxyType({"name": "id"})

    id: Id
    space_id: Id = Field(default_factory=absent, description="Space it is installed in")
    active: bool = Field(default_factory=absent, description="Whether it is in use")
    url: str | None = Field(default_factory=absent, description="Address of the repository, if it is one")
    number: int = Field(default_factory=absent, description="1, 2 … among the space's tools of one type")
    tool_id: Expected[int] = Field(
        default_factory=absent,
        description="Type: 9 milestones, 10 stand-up, 12 Subversion, 13 tickets, 14 time, 17 Mercurial, "
        "18 files, 21 messages, 22 GitHub, 23 wiki, 24 Perforce, 112 webhook, 128 Git, 200 SSH, 300 support",
    )
    type: str = Field(default_factory=absent, description="Type as a class name, such as GitTool")
    created_at: str = Field(default_factory=absent, description="Time of installation")
    team_permissions: int | None = Field(default_factory=absent, description=f"Members: {_PERMISSIONS}")
    watcher_permissions: int | None = Field(default_factory=absent, description=f"Watchers: {_PERMISSIONS}")
    public_permissions: int | None = Field(
        default_factory=absent,
        description="People outside the space: 1 may view, 2 may edit; null: as the space has it",
    )
    parent_id: str | None = Field(default_factory=absent, description="Tool that this repository was forked from")
    menu_name: str = Field(default_factory=absent, description="Label in the site's menu")
    name: str = Field(description="Name that identifies it within the space, such as git; the id where it has none")
    settings: dict[str, object] | None = Field(
        default_factory=absent, description="Settings of a repository, such as its state; seldom sent"
    )

    @property
    def type_label(self) -> str:
        """What kind of tool it is, as far as that is known."""
        return TOOL_TYPES.get(self.tool_id or 0, self.type or str(self.tool_id))


SPACE_TOOLS = Endpoint(
    8, "GET", "/spaces/{space}/space_tools", "the list of space tools of space {space}", "list", cacheable=True
)
REPOSITORIES = Endpoint(
    9, "GET", "/spaces/{space}/space_tools/repo", "the list of repositories of space {space}", "list", cacheable=True
)
SPACE_TOOL = Endpoint(
    10, "GET", "/spaces/{space}/space_tools/{tool}", "space tool {tool} of space {space}", "space tool"
)


class SpaceToolsAPI:
    """The tools of a space."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def repositories(self, space: str, *, fresh: bool = False) -> list[SpaceTool]:
        """Fetch the source repositories of a space.

        GET /v1/spaces/{space}/space_tools/repo. Not paged.
        """
        return await self._transport.many(SpaceTool, REPOSITORIES(space=space), fresh=fresh)

    async def get(self, space: str, tool: str) -> SpaceTool:
        """Fetch one tool by its id or name.

        GET /v1/spaces/{space}/space_tools/{tool}. Raises NotFound.
        """
        return await self._transport.one(SpaceTool, SPACE_TOOL(space=space, tool=tool))

    async def list(self, space: str, *, fresh: bool = False) -> list[SpaceTool]:
        """Fetch the tools of a space.

        GET /v1/spaces/{space}/space_tools. Not paged.
        """
        return await self._transport.many(SpaceTool, SPACE_TOOLS(space=space), fresh=fresh)
