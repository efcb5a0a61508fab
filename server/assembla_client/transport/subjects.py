"""Names what a request was about, in words: "ticket `42` of space `demo`". Read from the path alone."""

from collections.abc import Sequence
from urllib.parse import unquote

from assembla_client.transport.error_body import one_line

_KINDS = {
    "spaces": "space",
    "space_tools": "space tool",
    "tickets": "ticket",
    "ticket_comments": "comment",
    "ticket_associations": "link",
    "ticket_components": "component",
    "statuses": "ticket status",
    "custom_fields": "custom field",
    "attachments": "attachment",
    "tags": "tag",
    "milestones": "milestone",
    "milestone": "milestone",
    "documents": "document",
    "users": "user",
    "user_roles": "membership",
    "mentions": "mention",
    "ssh_keys": "SSH key",
    "activity": "activity",
    "tasks": "time entry",
    "standup_reports": "stand-up report",
    "standup_report": "stand-up report",
    "away_standup_reports": "away report",
    "away_standup_report": "away report",
    "wiki_pages": "wiki page",
    "versions": "version",
    "merge_requests": "merge request",
    "comments": "comment",
    "votes": "vote",
    "webhooks": "webhook",
    "actions": "SSH action",
    "launches": "SSH launch",
    "servers": "SSH server",
    "key": "SSH key",
    "ticket_reports": "ticket report",
    "invitations": "invitation",
    "groups": "group",
}
_TOOLS = {
    "tickets": "Tickets",
    "ticket_components": "Tickets",
    "tags": "Tickets",
    "milestones": "Milestones",
    "documents": "Files",
    "tasks": "Time",
    "standup_reports": "StandUp",
    "standup_report": "StandUp",
    "away_standup_reports": "StandUp",
    "away_standup_report": "StandUp",
    "wiki_pages": "Wiki",
    "webhooks": "Webhook",
    "ssh": "SSH",
    "merge_requests": "source repository",
}
_NAMED_NEXT = {
    "spaces",
    "users",
    "space_tools",
    "wiki_pages",
    "documents",
}  # ids here are text: any word may follow

_NO_NAMES = {
    *("ssh", "output", "download"),  # a folder, and two ways to see a thing
    *("all", "upcoming", "completed", "release_notes", "active", "proposed", "hidden"),  # lists cut down
    *("my_active", "my_followed", "no_milestone", "custom_reports", "id", "repo"),
}


def subject(path: str) -> str:
    """Say what `path` leads to, from the inside out."""
    parts = _parts(path)
    if parts:
        return _phrases(parts)
    segments = _segments(path)
    if not segments:
        return "the sign-in service"
    return "the signed-in user" if segments[0] == "user" else f"`{one_line(segments[-1], 80)}`"


def missing(path: str) -> tuple[str, str | None]:
    """Say what does not exist where `path` is not found, and its kind: of a ticket's comments, the ticket.

    A list that a space lacks is itself what is missing, as the space is rather there: its kind is "list".
    """
    parts = _parts(path)
    named = parts[: max((place for place, (_, name) in enumerate(parts, 1) if name is not None), default=0)]
    if named and (len(named) > 1 or named == parts):
        return _phrases(named), _KINDS[named[-1][0]]
    return subject(path), "list" if named else None


def _phrases(parts: Sequence[tuple[str, str | None]]) -> str:
    return " of ".join(_phrase(kind, name) for kind, name in reversed(parts))


def _parts(path: str) -> list[tuple[str, str | None]]:
    """The kinds of things on the way, from the outside in, each with its name where one is asked for by name."""
    parts: list[tuple[str, str | None]] = []
    for segment in _segments(path):
        kind = parts[-1] if parts else None
        if kind and segment in _NO_NAMES and (kind[1] is not None or kind[0] not in _NAMED_NEXT):
            continue
        if kind and kind[1] is None and (kind[0] in _NAMED_NEXT or segment not in _KINDS):
            parts[-1] = (kind[0], segment)
        elif segment in _KINDS:
            parts.append((segment, None))
        elif kind:
            parts[-1] = (kind[0], segment)
    return parts


def missing_tool(path: str) -> str:
    """Say that a space lacks the tool that `path` needs, naming both where the path tells them."""
    segments = _segments(path)
    tool = next((_TOOLS[segment] for segment in segments[2:] if segment in _TOOLS), None)
    space = f"Space `{one_line(segments[1], 80)}`" if segments[:1] == ["spaces"] and segments[1:] else "The space"
    return f"{space} does not have the {tool or 'needed'} tool installed."


def _segments(path: str) -> list[str]:
    if not path.startswith("/v1/"):
        return []
    return [unquote(segment) for segment in path.removeprefix("/v1/").removesuffix(".json").split("/")]


def _phrase(kind: str, name: str | None) -> str:
    return f"the list of {kind.replace('_', ' ')}" if name is None else f"{_KINDS[kind]} `{one_line(name, 80)}`"
