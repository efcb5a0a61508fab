"""AssemblaClient: the API as an object with one attribute for each resource kind.

A kind is imported when it is first asked for: their models together cost more time than all else of a server's
start that is ours, and no conversation needs them all.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from assembla_client.transport.client import Transport
from assembla_client.transport.decoding import Oddities

if TYPE_CHECKING:
    from assembla_client.resources.activity import ActivityAPI
    from assembla_client.resources.custom_fields import CustomFieldsAPI
    from assembla_client.resources.documents import DocumentsAPI
    from assembla_client.resources.mentions import MentionsAPI
    from assembla_client.resources.merge_requests import MergeRequestsAPI
    from assembla_client.resources.meta import MetaAPI
    from assembla_client.resources.milestones import MilestonesAPI
    from assembla_client.resources.portfolio import PortfolioAPI
    from assembla_client.resources.space_tools import SpaceToolsAPI
    from assembla_client.resources.spaces import SpacesAPI
    from assembla_client.resources.ssh import SshAPI
    from assembla_client.resources.ssh_keys import SshKeysAPI
    from assembla_client.resources.standups import StandupsAPI
    from assembla_client.resources.tags import TagsAPI
    from assembla_client.resources.tasks import TasksAPI
    from assembla_client.resources.ticket_associations import TicketAssociationsAPI
    from assembla_client.resources.ticket_comments import TicketCommentsAPI
    from assembla_client.resources.ticket_components import TicketComponentsAPI
    from assembla_client.resources.ticket_statuses import TicketStatusesAPI
    from assembla_client.resources.tickets import TicketsAPI
    from assembla_client.resources.user_roles import UserRolesAPI
    from assembla_client.resources.users import UsersAPI
    from assembla_client.resources.wiki_pages import WikiPagesAPI


class AssemblaClient:
    """The Assembla API, for one call. Attribute `kind` is class `KindAPI` of module `resources.kind`."""

    spaces: "SpacesAPI"
    space_tools: "SpaceToolsAPI"
    tickets: "TicketsAPI"
    ticket_comments: "TicketCommentsAPI"
    ticket_associations: "TicketAssociationsAPI"
    ticket_statuses: "TicketStatusesAPI"
    ticket_components: "TicketComponentsAPI"
    custom_fields: "CustomFieldsAPI"
    tags: "TagsAPI"
    milestones: "MilestonesAPI"
    documents: "DocumentsAPI"
    users: "UsersAPI"
    user_roles: "UserRolesAPI"
    mentions: "MentionsAPI"
    ssh_keys: "SshKeysAPI"
    activity: "ActivityAPI"
    tasks: "TasksAPI"
    standups: "StandupsAPI"
    wiki_pages: "WikiPagesAPI"
    merge_requests: "MergeRequestsAPI"
    ssh: "SshAPI"
    portfolio: "PortfolioAPI"
    meta: "MetaAPI"

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def __getattr__(self, kind: str) -> Any:
        if kind not in type(self).__annotations__:
            raise AttributeError(f"the API has no kind {kind!r}")
        module = import_module(f"assembla_client.resources.{kind}")
        api = getattr(module, "".join(part.capitalize() for part in kind.split("_")) + "API")(self._transport)
        setattr(self, kind, api)
        return api

    @property
    def oddities(self) -> Oddities:
        """What was odd about the answers to this call so far."""
        return self._transport.oddities
