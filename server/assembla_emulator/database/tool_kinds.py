"""The kinds of space tools: type numbers, class names, menu labels, and which of them are repositories."""

from typing import NamedTuple


class ToolKind(NamedTuple):
    """One kind of space tool. `name` is what paths may say (`git`), None where they must say the id."""

    tool_id: int
    type: str
    menu_name: str
    name: str | None = None


MILESTONES, STANDUP, SUBVERSION, TICKETS, TIME, MERCURIAL, FILES = 9, 10, 12, 13, 14, 17, 18
MESSAGES, WIKI, PERFORCE, WEBHOOKS, GIT, SSH, SUPPORT = 21, 23, 24, 112, 128, 200, 300

KINDS = {
    "milestones": ToolKind(MILESTONES, "MilestonesTool", "Milestones"),
    "standup": ToolKind(STANDUP, "ScrumTool", "StandUp"),
    "subversion": ToolKind(SUBVERSION, "SubversionTool", "Subversion", "subversion"),
    "tickets": ToolKind(TICKETS, "TicketsTool", "Tickets"),
    "time": ToolKind(TIME, "TimeTool", "Time"),
    "mercurial": ToolKind(MERCURIAL, "MercurialTool", "Mercurial", "mercurial"),
    "files": ToolKind(FILES, "FilesTool", "Files"),
    "messages": ToolKind(MESSAGES, "FlowsTool", "Messages"),
    "wiki": ToolKind(WIKI, "WikiTool", "Wiki"),
    "p4": ToolKind(PERFORCE, "PerforceTool", "P4", "p4"),
    "webhooks": ToolKind(WEBHOOKS, "WebhookTool", "Webhooks"),
    "git": ToolKind(GIT, "GitTool", "Git", "git"),
    "ssh": ToolKind(SSH, "SshTool", "SSH"),
    "support": ToolKind(SUPPORT, "SupportTool", "Support"),
}

REPOSITORIES = frozenset({SUBVERSION, MERCURIAL, PERFORCE, GIT})

BY_ID = {kind.tool_id: kind for kind in KINDS.values()}
