"""Spaces: the Space object and the endpoints that read it."""

from types import MappingProxyType

from pydantic import Field

from assembla_client.models import Expected, Id, Model, absent
from assembla_client.transport.client import Transport
from assembla_client.transport.endpoint import Endpoint
from assembla_client.transport.query import query

SPACE_STATUSES = MappingProxyType({"proposed": 0, "active": 1, "archived": 2, "template": 3, "shared": 4})
"""Words for `Space.status`. That 3 means template is inferred: the four other kinds are placed."""

SPACE_GROUPS = MappingProxyType(
    {
        "all": "rule-2",
        "active": "rule-10",
        "archived": "rule-11",
        "proposed": "rule-12",
        "template": "rule-13",
        "shared": "rule-14",
    }
)
"""Words for the predefined groups of a portfolio's spaces. Any other group has an id of its own."""


class Space(Model):
    """A project space as the API sends it. A key that was not sent reads as None, see `model_fields_set`.

    Times are kept as text, in the zone they were sent in. Source: the reference's Space object and its
    recorded answers, where `wiki_format` (2012 only) no longer occurs.
    """

    stand_ins = MappingProxyType({"wiki_name": "id"})

    id: Id
    name: Expected[str] = Field(default_factory=absent, description="Display name")
    description: str | None = Field(
        default_factory=absent, description="What the space is about; empty and null both mean none"
    )
    wiki_name: str = Field(description="Name in URLs; identifies the space like its id, and may change")
    public_permissions: int = Field(
        default_factory=absent, description="People outside the space: 0 no access, 1 may view, 2 may write"
    )
    team_permissions: int = Field(
        default_factory=absent, description="Members: 0 nothing, 1 may view, 2 may edit, 3 everything"
    )
    watcher_permissions: int = Field(default_factory=absent, description="Watchers: 0 nothing, 1 may view")
    share_permissions: bool = Field(
        default_factory=absent, description="Whether the team may be shared with other spaces"
    )
    team_tab_role: int = Field(
        default_factory=absent,
        description="Who sees the team tab: 0 anyone, 10 watchers and up, 50 members and up, 90 owners",
    )
    created_at: str = Field(default_factory=absent, description="Time of creation")
    updated_at: str = Field(default_factory=absent, description="Time of the last change")
    default_showpage: str | None = Field(default_factory=absent, description="Tab that opens first")
    tabs_order: str | None = Field(default_factory=absent, description="Order of the tabs: a YAML list in a string")
    parent_id: str | None = Field(default_factory=absent, description="Id of the portfolio it belongs to")
    restricted: bool = Field(default_factory=absent, description="Whether the service limits its use")
    restricted_date: str | None = Field(default_factory=absent, description="Limited since then")
    commercial_from: str | None = Field(default_factory=absent, description="Start of the paid plan")
    banner: str | None = Field(default_factory=absent, description="Banner image")
    banner_height: int | None = Field(default_factory=absent, description="Height of the banner")
    banner_text: str | None = Field(default_factory=absent, description="Text of the banner")
    banner_link: str | None = Field(default_factory=absent, description="Where the banner leads")
    style: str | None = Field(default_factory=absent, description="CSS of the space's pages")
    status: int = Field(
        default_factory=absent,
        description="0 proposed, 1 active, 2 archived, 3 template (inferred), 4 shared",
    )
    approved: bool = Field(default_factory=absent, description="Meaning not documented")
    is_manager: bool = Field(
        default_factory=absent, description="Whether the space manages others; says nothing of one's own role"
    )
    is_volunteer: bool = Field(default_factory=absent, description="Whether it is marked as a volunteer space")
    is_commercial: bool = Field(default_factory=absent, description="Whether it has a commercial plan")
    can_join: bool = Field(default_factory=absent, description="Whether anyone may join without being asked")
    can_apply: bool = Field(default_factory=absent, description="Whether people may ask to join")
    last_payer_changed_at: str | None = Field(
        default_factory=absent, description="When the paying account last changed"
    )
    wiki_format: int | None = Field(
        default_factory=absent,
        description="Wiki markup: 0 text, 1 Markdown, 2 Textile, 3 rich editor; old answers only",
    )


SPACES = Endpoint(1, "GET", "/spaces", "the list of spaces")
PORTFOLIO_SPACES = Endpoint(2, "GET", "/spaces{?portfolio}", "the list of spaces")
SPACE = Endpoint(3, "GET", "/spaces/{space}", "space {space}", "space")


class SpacesAPI:
    """Spaces, singly and as lists."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def mine(self) -> list[Space]:
        """Fetch every space that the signed-in user takes part in.

        GET /v1/spaces. Not paged: 299 spaces were seen in one answer. Empty: 204.
        """
        return await self._transport.many(Space, SPACES())

    async def portfolio(self, portfolio: str | None, group: str | None) -> list[Space]:
        """Fetch the spaces of a portfolio, named by its subdomain; None for the one the account implies.

        GET /v1/spaces?portfolio=…&filter[spacegroup]=…. `group` is a word of SPACE_GROUPS or a group's id.
        Whether the list is paged is not documented: paging is asked for, and the walk copes where it is ignored.
        Raises NotFound where there is no such portfolio, Forbidden for people who do not manage it.
        """
        target = PORTFOLIO_SPACES(portfolio=portfolio).naming(None if group is None else "such group")
        params = query(("filter[spacegroup]", group and SPACE_GROUPS.get(group, group)))
        return await self._transport.pages(Space, target, params)

    async def get(self, space: str) -> Space:
        """Fetch one space by its id or `wiki_name`.

        GET /v1/spaces/{space}. Raises NotFound where it does not exist or is hidden from this user.
        """
        return await self._transport.one(Space, SPACE(space=space))
