"""Which kinds of objects `doctor --schema` looks at, and where one of each is to be had.

What stands here beside the models is which fields the API may leave out, or takes without ever sending them.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

ANY_SPACE: frozenset[int] = frozenset()
TICKETS, MILESTONES, WIKI, FILES, STANDUP, SSH = (frozenset({number}) for number in (13, 9, 23, 18, 10, 200))
REPOSITORIES = frozenset({128, 12, 17, 24})


@dataclass(frozen=True)
class Kind:
    """One kind of object. `ask` is given the client, then what the fields after it say, in their order.

    `tools`: the id of a space that has one of these tools, and of that tool; ANY_SPACE: of any space and no tool.
    `of`: a field of an object of another kind, by its name. `portfolio`: the portfolio's subdomain.
    """

    name: str
    ask: Callable[..., Awaitable[object]]
    tools: frozenset[int] | None = None
    of: tuple[str, str] | None = None
    portfolio: bool = False
    described_as: str | None = None
    """Its name in the API's description of itself."""
    optional: frozenset[str] = frozenset()
    write_only: frozenset[str] = frozenset()


def _fields(names: str) -> frozenset[str]:
    return frozenset(names.split())


SPACE = Kind("space", lambda c: c.spaces.mine(), described_as="spaces", optional=_fields("wiki_format"))
SPACE_TOOL = Kind(
    "space tool", lambda c, space: c.space_tools.list(space), described_as="space_tools", optional=_fields("settings")
)

_OPTIONAL_OF_USERS = _fields("email organization phone im im2")

KINDS = (
    SPACE,
    SPACE_TOOL,
    Kind("signed-in user", lambda c: c.users.me()),
    Kind("member", lambda c, space, _: c.users.in_space(space), ANY_SPACE, optional=_OPTIONAL_OF_USERS),
    Kind(
        "user role",
        lambda c, space, _: c.user_roles.list(space),
        ANY_SPACE,
        described_as="user_roles",
        optional=_fields("message"),
    ),
    Kind(
        "ticket",
        lambda c, space, _: c.tickets.all(space),
        TICKETS,
        described_as="tickets",
        optional=_fields("due_date assigned_to_name picture_url status_name"),
        write_only=_fields("tags followers is_support"),
    ),
    Kind(
        "ticket comment",
        lambda c, space, _, number: c.ticket_comments.list(space, number),
        TICKETS,
        ("ticket", "number"),
        described_as="ticket_comments",
        optional=_fields("user_name user_avatar_url"),
    ),
    Kind(
        "ticket association",
        lambda c, space, _, number: c.ticket_associations.list(space, number),
        TICKETS,
        ("ticket", "number"),
        described_as="ticket_associations",
    ),
    Kind("ticket status", lambda c, space, _: c.ticket_statuses.list(space), TICKETS),
    Kind(
        "custom field",
        lambda c, space, _: c.custom_fields.list(space),
        TICKETS,
        optional=_fields("list_options example_value without_default_on_form"),
    ),
    Kind("ticket component", lambda c, space, _: c.ticket_components.list(space), TICKETS),
    Kind("custom reports", lambda c, space, _: c.tickets.custom_reports(space), TICKETS),
    Kind("tag", lambda c, space, _: c.tags.list(space), TICKETS, described_as="tags", optional=_fields("color")),
    Kind(
        "milestone",
        lambda c, space, _: c.milestones.list(space, "all"),
        MILESTONES,
        described_as="milestones",
        optional=_fields("start_date budget"),
    ),
    Kind(
        "document",
        lambda c, space, _: c.documents.list(space),
        FILES,
        described_as="documents",
        optional=_fields("url"),
        write_only=_fields("file"),
    ),
    Kind("mention", lambda c: c.mentions.list()),
    Kind("SSH key", lambda c: c.ssh_keys.list()),
    Kind(
        "event",
        lambda c, space, _: c.activity.list(space),
        ANY_SPACE,
        optional=_fields(
            "object_id author_id space_name author_name whatchanged comment_or_description ticket ticket_operation"
        ),
    ),
    Kind("time entry", lambda c, space, _: c.tasks.list(spaces=[space]), ANY_SPACE, described_as="tasks"),
    Kind("stand-up report", lambda c, space, _: c.standups.team(space), STANDUP, described_as="standup_reports"),
    Kind("away report", lambda c, space, _: c.standups.away_team(space), STANDUP),
    Kind("wiki page", lambda c, space, _: c.wiki_pages.list(space), WIKI, described_as="wiki_pages"),
    Kind("wiki page version", lambda c, space, _, page: c.wiki_pages.versions(space, page), WIKI, ("wiki page", "id")),
    Kind(
        "merge request",
        lambda c, space, tool: c.merge_requests.list(space, tool),
        REPOSITORIES,
        described_as="merge_requests",
        optional=_fields("source_cleanup apply_status applied_at"),
    ),
    Kind(
        "merge request version",
        lambda c, space, tool, id: c.merge_requests.versions(space, tool, id),
        REPOSITORIES,
        ("merge request", "id"),
        described_as="merge_request_versions",
        optional=_fields("source_symbol source_symbol_type processed_by_user_id"),
    ),
    Kind(
        "merge request comment",
        lambda c, space, tool, id: c.merge_requests.comments(space, tool, id),
        REPOSITORIES,
        ("merge request", "id"),
    ),
    Kind(
        "merge request vote",
        lambda c, space, tool, id: c.merge_requests.votes(space, tool, id, 1),
        REPOSITORIES,
        ("merge request", "id"),
    ),
    Kind("SSH action", lambda c, space, _: c.ssh.actions(space), SSH, described_as="ssh_actions"),
    Kind("SSH launch", lambda c, space, _: c.ssh.launches(space), SSH, described_as="ssh_action_launches"),
    Kind("SSH server", lambda c, space, _: c.ssh.servers(space), SSH, described_as="ssh_servers"),
    Kind("SSH key of a space", lambda c, space, _: c.ssh.key(space), SSH),
    Kind(
        "portfolio user",
        lambda c, portfolio: c.portfolio.users(portfolio),
        portfolio=True,
        optional=_OPTIONAL_OF_USERS,
    ),
    Kind("group", lambda c, portfolio: c.portfolio.groups(portfolio), portfolio=True, described_as="groups"),
    Kind(
        "invitation",
        lambda c, portfolio: c.portfolio.invitations(portfolio),
        portfolio=True,
        optional=_fields("message"),
    ),
    Kind("portfolio ticket report", lambda c, portfolio: c.tickets.portfolio_reports(portfolio), portfolio=True),
)
