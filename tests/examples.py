"""One plausible call of each tool on the demo data: the reference shows them, the tests over all tools make them."""

from typing import Any

EXAMPLES: dict[str, dict[str, Any]] = {
    "list_spaces": {"query": "harbour"},
    "get_space": {"space": "harbour-app"},
    "get_space_metadata": {"space": "harbour-app", "include": ["statuses", "milestones", "reports"]},
    "search_tickets": {"space": "harbour-app", "assignee": "noor", "milestone": "current", "limit": 5},
    "get_ticket": {"space": "harbour-app", "number": 12, "include": ["comments", "history", "links"]},
    "get_milestone": {"space": "harbour-app", "milestone": "current"},
    "list_milestones": {"space": "harbour-app"},
    "get_user": {"user": "wren"},
    "list_members": {"space": "harbour-app", "role": "owner"},
    "list_activity": {"space": "harbour-app", "kinds": ["ticket"], "limit": 5},
    "list_time_entries": {"space": "harbour-app", "user": "me", "limit": 5},
    "list_standups": {"space": "harbour-app", "with_roadblocks": True},
    "list_mentions": {"read": False},
    "list_portfolio_users": {"portfolio": "lumenfjord", "usergroup": "managers"},
    "list_invitations": {"portfolio": "lumenfjord"},
    "list_groups": {"portfolio": "lumenfjord", "detail": "full"},
    "get_user_report": {"portfolio": "lumenfjord", "limit": 3},
    "list_ssh": {"space": "harbour-app", "kind": "actions"},
    "get_ssh_launch": {"space": "harbour-app", "id": 20428},
    "list_ssh_keys": {},
    "list_merge_requests": {"space": "harbour-app", "repository": "git-2", "limit": 3},
    "get_merge_request": {"space": "harbour-app", "id": 4225, "include": ["comments", "votes"]},
    "list_wiki_pages": {"space": "harbour-app", "parent": "Architecture"},
    "get_wiki_page": {"space": "harbour-app", "page": "Offline mode", "section": "Rollback"},
    "get_document": {"space": "harbour-app", "id": "settings.json"},
    "list_documents": {"space": "harbour-app", "ticket": 1},
}
