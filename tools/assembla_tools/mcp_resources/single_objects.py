"""Single objects that no tool shows by themselves: how each is asked for, and which tool's rights it goes by.

They come under the API's names, enumerated numbers as words. Ids stay ids: this is where one looks up what an id is.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from assembla_client.client import AssemblaClient
from assembla_client.models import Model
from assembla_client.resources.portfolio import Group
from assembla_client.resources.ssh import FREQUENCIES, SSH_ACTION_STATUSES, SshAction
from assembla_client.resources.tags import TAG_STATES, Tag
from assembla_client.resources.tasks import Task
from assembla_client.resources.ticket_associations import RELATIONSHIPS, Association
from assembla_client.resources.ticket_comments import Comment
from assembla_client.resources.ticket_fields import TICKET_STATES
from assembla_client.resources.ticket_statuses import TicketStatus
from assembla_client.resources.user_roles import ROLE_STATUSES, UserRole
from assembla_tools.framework.context import Api
from assembla_tools.framework.errors import Refused
from assembla_tools.framework.pagination import PageRequest
from assembla_tools.framework.results import Listing
from assembla_tools.lookup.find_space import find_space
from assembla_tools.lookup.portfolios import chosen_portfolio
from assembla_tools.lookup.refs import label
from assembla_tools.lookup.space_names import SpaceNames, space_of, spaces_allowed

Arguments = Mapping[str, str]
FetchObject = Callable[[Api, Arguments], Awaitable[object]]

_PAGE = 500
_LONGEST_NUMBER = 18


@dataclass(frozen=True)
class SingleObject:
    """One kind: its name, the URI's template, what it is, and the tool without which it is not served either."""

    name: str
    template: str
    title: str
    tool: str
    fetch: FetchObject


def _worded(words: Mapping[int, str]) -> Callable[[Any], str | None]:
    return lambda number: label(words, number)


_SHOWN: Mapping[type[Model], Mapping[str, Callable[[Any], object]]] = MappingProxyType(
    {
        TicketStatus: {"state": _worded(TICKET_STATES)},
        Tag: {"state": _worded(TAG_STATES)},
        Association: {"relationship": _worded(RELATIONSHIPS)},
        UserRole: {"status": _worded(ROLE_STATUSES)},
        SshAction: {"status": _worded(SSH_ACTION_STATUSES), "frequency": _worded(FREQUENCIES)},
        Task: {"hours": float},
    }
)


def shown(thing: Model) -> dict[str, object]:
    """The fields that the API sent, with words for numbers that stand for something."""
    words = _SHOWN.get(type(thing), {})
    sent = [name for name in type(thing).model_fields if name in thing.model_fields_set]
    return {name: words.get(name, _as_it_is)(getattr(thing, name)) for name in sent}


def _as_it_is(value: object) -> object:
    return value


def _number(arguments: Arguments, name: str) -> int:
    text = arguments[name]
    if not (text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER):
        raise Refused("INVALID", f"{name}: a number is needed here.")
    return int(text)


def _in_space(get: Callable[[AssemblaClient, str, Arguments], Awaitable[Model]]) -> FetchObject:
    async def fetch(api: Api, arguments: Arguments) -> object:
        space = await find_space(api, arguments["space"])
        return shown(await get(api.client, space.id, arguments))

    return fetch


async def _comment(api: Api, arguments: Arguments) -> object:
    """With the change history read, not as the YAML that it comes in."""
    space = await find_space(api, arguments["space"])
    number, id = _number(arguments, "number"), _number(arguments, "id")
    comment: Comment = await api.client.ticket_comments.get(space.id, number, id)
    fields = {name: value for name, value in shown(comment).items() if name != "ticket_changes"}
    return fields | {"changes": comment.changes, "changes_text": comment.changes_text}


async def _tags(api: Api, arguments: Arguments) -> Listing[dict[str, object]]:
    space = await find_space(api, arguments["space"])
    state = arguments.get("state")
    page = PageRequest.of("tags", _PAGE, arguments.get("cursor")).about(space=space, state=state)
    match state:
        case None | "proposed" | "active" | "hidden":
            tags = await api.client.tags.list(space.id, state, fresh=True)
        case _:
            raise Refused("INVALID", "state: `proposed`, `active` or `hidden`.")
    listing = page.take(tags, lambda tag: ((tag.name or "").casefold()[:100], tag.id))
    return listing.showing([shown(tag) for tag in listing.items])


async def _mention(api: Api, arguments: Arguments) -> object:
    mention = await api.client.mentions.get(_number(arguments, "id"))
    allowed = await spaces_allowed(api)
    if allowed is not None and space_of(mention) not in allowed:
        raise _not_allowed(f"Mention `{mention.id}`")
    return shown(mention)


async def _time_entry(api: Api, arguments: Arguments) -> object:
    entry = await api.client.tasks.get(_number(arguments, "id"))
    if api.scope.restricted and not (await SpaceNames.of_mine(api)).allows(entry.space_id):
        raise _not_allowed(f"Time entry `{entry.id}`")
    return shown(entry)


async def _ssh_key(api: Api, arguments: Arguments) -> object:
    return shown(await api.client.ssh_keys.get(_number(arguments, "id")))


async def _invitation(api: Api, arguments: Arguments) -> object:
    portfolio = chosen_portfolio(api, arguments.get("portfolio"), "invitations are found")
    return shown(await api.client.portfolio.invitation(portfolio, _number(arguments, "id")))


async def _group(api: Api, arguments: Arguments) -> object:
    portfolio = chosen_portfolio(api, arguments.get("portfolio"), "groups are found")
    group: Group = await api.client.portfolio.group(portfolio, _number(arguments, "id"))
    if group.type != "space" or not api.scope.restricted:
        return shown(group)
    names = await SpaceNames.of_portfolio(api, portfolio)
    return shown(group) | {"items": [item for item in group.items or () if names.allows(item)]}


async def _ticket_reports(api: Api, arguments: Arguments) -> object:
    """All of them: there are few, and what fields they have is not known."""
    portfolio = chosen_portfolio(api, arguments.get("portfolio"), "ticket reports are listed")
    return {"items": await api.client.tickets.portfolio_reports(portfolio)}


def _not_allowed(what: str) -> Refused:
    return Refused("NOT_ALLOWED", f"{what} is of a space that this server may not touch (ASSEMBLA_SPACES).")


_SPACE = "assembla://spaces/{space}"

SINGLE_OBJECTS: tuple[SingleObject, ...] = (
    SingleObject(
        "ticket_status",
        _SPACE + "/statuses/{id}",
        "A ticket status",
        "get_space_metadata",
        _in_space(lambda client, space, given: client.ticket_statuses.get(space, _number(given, "id"))),
    ),
    SingleObject(
        "custom_field",
        _SPACE + "/custom_fields/{id}",
        "A custom field of tickets",
        "get_space_metadata",
        _in_space(lambda client, space, given: client.custom_fields.get(space, _number(given, "id"))),
    ),
    SingleObject(
        "component",
        _SPACE + "/components/{id}",
        "A component of tickets",
        "get_space_metadata",
        _in_space(lambda client, space, given: client.ticket_components.get(space, _number(given, "id"))),
    ),
    SingleObject("tags", _SPACE + "/tags{?state,cursor}", "The tags of a space", "get_space_metadata", _tags),
    SingleObject(
        "tag",
        _SPACE + "/tags/{id}",
        "A tag",
        "get_space_metadata",
        _in_space(lambda client, space, given: client.tags.get(space, _number(given, "id"))),
    ),
    SingleObject(
        "space_tool",
        _SPACE + "/tools/{tool}",
        "A tool of a space, by id or name",
        "get_space_metadata",
        _in_space(lambda client, space, given: client.space_tools.get(space, given["tool"])),
    ),
    SingleObject(
        "membership",
        _SPACE + "/members/{id}",
        "A person's part in a space, by membership id",
        "list_members",
        _in_space(lambda client, space, given: client.user_roles.get(space, _number(given, "id"))),
    ),
    SingleObject(
        "ticket_comment", _SPACE + "/tickets/{number}/comments/{id}", "A comment on a ticket", "get_ticket", _comment
    ),
    SingleObject(
        "ticket_link",
        _SPACE + "/tickets/{number}/links/{id}",
        "A link between two tickets",
        "get_ticket",
        _in_space(
            lambda client, space, given: client.ticket_associations.get(
                space, _number(given, "number"), _number(given, "id")
            )
        ),
    ),
    SingleObject(
        "wiki_page_version",
        _SPACE + "/wiki/{page}/versions/{id}",
        "A version of a wiki page, by ids",
        "get_wiki_page",
        _in_space(lambda client, space, given: client.wiki_pages.version(space, given["page"], _number(given, "id"))),
    ),
    SingleObject(
        "ssh_action",
        _SPACE + "/ssh/actions/{id}",
        "A command that can be run on a server",
        "list_ssh",
        _in_space(lambda client, space, given: client.ssh.action(space, _number(given, "id"))),
    ),
    SingleObject(
        "ssh_server",
        _SPACE + "/ssh/servers/{id}",
        "A server that commands run on",
        "list_ssh",
        _in_space(lambda client, space, given: client.ssh.server(space, _number(given, "id"))),
    ),
    SingleObject(
        "ssh_launch",
        _SPACE + "/ssh/launches/{id}",
        "A run of a command, its output cut",
        "get_ssh_launch",
        _in_space(lambda client, space, given: client.ssh.launch(space, _number(given, "id"))),
    ),
    SingleObject("mention", "assembla://mentions/{id}", "A mention of yourself", "list_mentions", _mention),
    SingleObject("ssh_key", "assembla://ssh_keys/{id}", "An SSH key of your own", "list_ssh_keys", _ssh_key),
    SingleObject("time_entry", "assembla://time_entries/{id}", "A time entry", "list_time_entries", _time_entry),
    SingleObject(
        "invitation",
        "assembla://invitations/{id}{?portfolio}",
        "An invitation to a portfolio",
        "list_invitations",
        _invitation,
    ),
    SingleObject("group", "assembla://groups/{id}{?portfolio}", "A group of a portfolio", "list_groups", _group),
    SingleObject(
        "ticket_reports",
        "assembla://ticket_reports{?portfolio}",
        "The ticket reports of a portfolio",
        "list_portfolio_users",
        _ticket_reports,
    ),
)
