"""The client on a plain callable that notes requests and gives one body; and a body for each kind of object.

The bodies follow the API's documents, not our models. Whoever is in them is invented.
"""

import json
from dataclasses import dataclass, field
from typing import Any

from assembla_client.auth.api_key import KeyPair
from assembla_client.auth.credential import Send
from assembla_client.client import AssemblaClient
from assembla_client.transport.client import Session, Transport
from assembla_client.transport.request import Reply, Request
from plain_api import Upstream

SPACE, TOOL, PERSON, PAGE, FILE = ("sp-Demo_0000000000001", "git", "us-Demo_0000000000002", "wi-Demo", "do-Demo")
WHEN = {"created_at": "2014-09-24T11:21:58Z", "updated_at": "2014-09-24T14:21:59+03:00"}


@dataclass
class OneBody:
    """Answers every request with `body`: JSON of anything but bytes, and 204 for None."""

    body: object = None
    requests: list[Request] = field(default_factory=list)

    async def __call__(self, request: Request) -> Reply:
        self.requests.append(request)
        if self.body is None:
            return Reply(204, {}, b"")
        return Reply(200, {}, self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode())


def client_of(send: Send) -> AssemblaClient:
    return AssemblaClient(Transport(Session(Upstream(send), KeyPair("a-key", "a-secret"))))


TICKET: dict[str, Any] = {
    "id": 141000285,
    "number": 1,
    "summary": "Lamp does not light",
    "description": None,
    "priority": 3,
    "completed_date": None,
    "component_id": None,
    "created_on": "2014-09-24T11:21:58Z",
    "permission_type": 0,
    "importance": -1.0,
    "is_story": False,
    "milestone_id": 73,
    "notification_list": f"{PERSON}, us-Demo_0000000000009",
    "space_id": SPACE,
    "state": 1,
    "status": "New",
    "story_importance": 0,
    "updated_at": "2014-09-24T14:21:58+03:00",
    "working_hours": 0.0,
    "estimate": 1,
    "total_estimate": 1.0,
    "total_invested_hours": 0.0,
    "total_working_hours": 0.0,
    "assigned_to_id": None,
    "reporter_id": PERSON,
    "custom_fields": {"known since": "1.6"},
    "hierarchy_type": 0,
}
COMMENT: dict[str, Any] = {
    "id": 62,
    "comment": "",
    "ticket_id": 57,
    "user_id": PERSON,
    "created_on": "2014-09-18T07:46:08Z",
    "updated_at": "2014-09-18T07:46:08Z",
    "ticket_changes": "--- []\n",
}
ASSOCIATION: dict[str, Any] = {"id": 31, "ticket1_id": 3, "ticket2_id": 2, "relationship": 1} | {
    "created_at": "2014-09-17T12:05:23Z"
}
STATUS: dict[str, Any] = {"id": 242, "space_tool_id": "to-Demo", "name": "New", "state": 1, "list_order": 1} | WHEN
FIELD: dict[str, Any] = {
    "id": 758843,
    "space_tool_id": "to-Demo",
    "type": "List",
    "title": "Build",
    "order": None,
    "required": False,
    "hide": False,
    "default_value": None,
    "list_options": ["a", "b"],
} | WHEN
COMPONENT: dict[str, Any] = {"id": 4, "name": "Engine"}
TAG: dict[str, Any] = {"id": 17, "name": "Core", "space_id": SPACE, "state": 2} | WHEN
MILESTONE: dict[str, Any] = {
    "id": 27,
    "title": "Backlog",
    "due_date": None,
    "user_id": None,
    "description": None,
    "is_completed": False,
    "completed_date": None,
    "release_level": None,
    "pretty_release_level": "None",
    "release_notes": None,
    "planner_type": 0,
    "space_id": SPACE,
    "created_by": PERSON,
    "updated_by": PERSON,
} | WHEN
DOCUMENT: dict[str, Any] = {
    "id": FILE,
    "name": "a.png",
    "filename": "a.png",
    "content_type": "image/jpg",
    "filesize": 42608,
    "version": 1,
    "description": None,
    "cached_tag_list": "",
    "position": 0,
    "attachable_type": "Ticket",
    "attachable_id": 63,
    "attachable_guid": None,
    "ticket_id": 63,
    "has_thumbnail": False,
    "space_id": SPACE,
    "created_by": PERSON,
    "updated_by": PERSON,
} | WHEN
USER: dict[str, Any] = {"id": PERSON, "login": "pat", "name": "Pat Sample", "picture": ""}
ROLE: dict[str, Any] = {
    "id": 31,
    "user_id": PERSON,
    "space_id": SPACE,
    "role": "member",
    "status": 1,
    "invited_time": "2014-09-09T11:39:35Z",
    "agreed_time": None,
    "title": None,
    "invited_by_id": PERSON,
}
EVENT: dict[str, Any] = {
    "object": "User",
    "operation": "invited",
    "title": "Pat Sample",
    "url": "https://app.example/x",
    "date": "2014-09-09T11:39:35+00:00",
    "space_id": SPACE,
    "author_id": PERSON,
}
TASK: dict[str, Any] = {
    "id": 5,
    "description": "Lamps",
    "url": None,
    "hours": "1.25",
    "begin_at": "2014-09-25T15:02:54Z",
    "end_at": "2014-09-25T15:02:54Z",
    "billed": False,
    "space_id": SPACE,
    "ticket_id": None,
    "ticket_number": None,
    "user_id": PERSON,
    "job_agreement_id": None,
} | WHEN
MENTION: dict[str, Any] = {
    "id": 8,
    "author_id": PERSON,
    "link": "https://app.example/y",
    "message": "see this",
    "read": False,
    "created_at": "2014-09-25T15:02:54Z",
}
STANDUP: dict[str, Any] = {
    "id": 3,
    "what_i_did": None,
    "what_i_will_do": "lamps",
    "roadblocks": None,
    "filled_for": "2014-09-23",
    "away_flag": False,
    "user_id": PERSON,
    "space_id": SPACE,
} | WHEN
WIKI_PAGE: dict[str, Any] = {
    "id": PAGE,
    "page_name": "Setup",
    "contents": "h1. Lamps",
    "status": 1,
    "version": 2,
    "position": 1,
    "wiki_format": 3,
    "change_comment": None,
    "parent_id": None,
    "space_id": SPACE,
    "user_id": PERSON,
} | WHEN
WIKI_VERSION: dict[str, Any] = {
    "id": 22,
    "contents": "old",
    "change_comment": None,
    "version": 1,
    "wiki_page_id": PAGE,
    "user_id": PERSON,
} | WHEN
MERGE_REQUEST: dict[str, Any] = {
    "id": 6,
    "title": "Lamps",
    "description": None,
    "status": 0,
    "source_symbol": "lamps",
    "source_symbol_type": 1,
    "target_symbol": "master",
    "space_tool_id": "to-Demo",
    "target_space_tool_id": "to-Demo",
    "target_space_id": SPACE,
    "user_id": PERSON,
    "processed_by_user_id": None,
    "commit": None,
    "url": "http://app.example/v1/z",
} | WHEN
MR_VERSION: dict[str, Any] = {
    "id": 15,
    "merge_request_id": 6,
    "version": 1,
    "latest": True,
    "user_id": PERSON,
    "source_revision": "e8a4",
    "target_revision": "7cf7",
    "apply_status": None,
    "applied_at": None,
    "url": "http://app.example/v1/z",
} | WHEN
MR_COMMENT: dict[str, Any] = {"id": 3, "merge_request_id": 6, "content": "Good", "space_id": SPACE, "user_id": PERSON}
MR_COMMENT |= WHEN
VOTE: dict[str, Any] = {"id": 4, "merge_request_id": 6, "merge_request_version_id": 15, "user_id": PERSON, "vote": -1}
VOTE |= WHEN
SSH_ACTION: dict[str, Any] = {
    "id": 1,
    "name": "deploy",
    "command": "true",
    "description": None,
    "username": "demo",
    "frequency": 0,
    "repo_tool_id": None,
    "status": 0,
    "position": None,
    "space_tool_id": "to-Demo",
    "ssh_tool_server_id": 9,
}
SSH_LAUNCH: dict[str, Any] = {
    "id": 2,
    "success": None,
    "command": "true",
    "started_at": "2014-09-25T15:02:54Z",
    "ended_at": None,
    "action_id": 1,
    "server_id": 9,
    "output": "",
}
SSH_SERVER: dict[str, Any] = {
    "id": 9,
    "remote_host": "lamps.example",
    "remote_port": 22,
    "name": "lamps",
    "description": None,
    "space_tool_id": "to-Demo",
}
SPACE_KEY: dict[str, Any] = {"id": 1, "public_content": "ssh-rsa AAAA", "space_tool_id": "to-Demo"}
SSH_KEY: dict[str, Any] = {
    "id": 1,
    "title": "laptop",
    "key": "ssh-rsa AAAA",
    "finger_print": "aa:bb",
    "read_only": True,
}
GROUP: dict[str, Any] = {"id": 12, "name": "Crew", "portfolio_id": "po-Demo", "type": "user", "items": [PERSON]}
WEBHOOK: dict[str, Any] = {
    "id": 12,
    "title": "Sync",
    "enabled": False,
    "authentication_type": 1,
    "external_url": "https://pat:canary@hooks.example/",
    "http_method": 1,
    "content_type": "text/html",
    "content": None,
    "filters": None,
    "app_api_key": "canary",
    "app_secret": "canary",
    "access_token_secret": "canary",
    "error_message": None,
    "last_success_at": None,
    "webhook_tool_id": "to-Demo",
} | WHEN
