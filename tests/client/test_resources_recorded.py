"""Real answers of the API, kept outside of the repository, through the models that read them."""

import json
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from assembla_client.errors import NotFound, ServerError, ValidationFailed
from assembla_client.models import Model
from assembla_client.resources.custom_fields import CustomField
from assembla_client.resources.documents import Document
from assembla_client.resources.merge_requests import (
    MergeRequest,
    MergeRequestComment,
    MergeRequestVersion,
    MergeRequestVote,
)
from assembla_client.resources.milestones import Milestone
from assembla_client.resources.space_tools import SpaceTool
from assembla_client.resources.spaces import Space
from assembla_client.resources.standups import StandupReport
from assembla_client.resources.tags import Tag
from assembla_client.resources.tasks import Task
from assembla_client.resources.ticket_associations import Association
from assembla_client.resources.ticket_comments import Comment
from assembla_client.resources.ticket_statuses import TicketStatus
from assembla_client.resources.tickets import Ticket
from assembla_client.resources.user_roles import UserRole
from assembla_client.resources.users import User
from assembla_client.resources.webhooks import WebhookAnswer
from assembla_client.resources.wiki_pages import WikiPage, WikiPageVersion
from assembla_client.transport.error_mapping import error_for
from assembla_client.transport.request import Reply, Request
from resource_api import OneBody, client_of

RECORDED = Path(__file__).parents[3] / "shared" / "recorded"

MODELS: dict[str, type[Model]] = {
    "GET_space-documents_200": Document,
    "GET_space-milestones-completed_200": Milestone,
    "GET_space-milestones_200": Milestone,
    "GET_space-space-tools-id-merge-requests-n-comments_200": MergeRequestComment,
    "GET_space-space-tools-id-merge-requests-n-versions-n-votes_200": MergeRequestVote,
    "GET_space-space-tools-id-merge-requests-n-versions_200": MergeRequestVersion,
    "GET_space-space-tools-id-merge-requests_200": MergeRequest,
    "GET_space-space-tools_200": SpaceTool,
    "GET_space-standup-report_200": StandupReport,
    "GET_space-tags_200": Tag,
    "GET_space-tickets-custom-fields_200": CustomField,
    "GET_space-tickets-n-attachments_200": Document,
    "GET_space-tickets-n-ticket-associations_200": Association,
    "GET_space-tickets-n-ticket-comments_200": Comment,
    "GET_space-tickets-n_200": Ticket,
    "GET_space-tickets-statuses_200": TicketStatus,
    "GET_space-tickets_200": Ticket,
    "GET_space-user-roles_200": UserRole,
    "GET_space-users_200": User,
    "GET_space-wiki-pages-id-versions_200": WikiPageVersion,
    "GET_space-wiki-pages_200": WikiPage,
    "GET_space_200": Space,
    "GET_spaces_200": Space,
    "GET_tasks_200": Task,
    "GET_user_200": User,
    "GET_users-user_200": User,
    "POST_space-space-tools-id-merge-requests-n-versions-n-votes-upvote_201": MergeRequestVote,
    "POST_space-tickets-n-ticket-associations_201": Association,
    "POST_space-tickets_201": Ticket,
    "POST_space-webhooks_201": WebhookAnswer,
    "POST_tasks_201": Task,
}
HOLDS_NOTHING = {"POST_space-space-tools-tool-id-add_201"}

pytestmark = pytest.mark.skipif(not RECORDED.is_dir(), reason="the recorded answers are not beside this repository")


def recorded(name: str) -> bytes:
    return next(RECORDED.glob(f"{name}.*")).read_bytes()


@pytest.mark.parametrize("name", MODELS)
def test_a_recorded_body_is_read_and_has_no_field_that_is_not_known(name: str) -> None:
    body, model = recorded(name), MODELS[name]
    adapter: TypeAdapter[list[Model]] = TypeAdapter(list[model])  # type: ignore[valid-type] # a type made at run time
    objects = adapter.validate_json(body if body.startswith(b"[") else b"[%s]" % body)
    assert objects
    sent = json.loads(body)
    for key in sent[0] if isinstance(sent, list) else sent:
        assert key in model.model_fields


def test_every_recorded_success_with_a_body_is_among_them() -> None:
    successes = {path.stem for path in RECORDED.glob("*_20[01].json")}
    assert successes == set(MODELS) | HOLDS_NOTHING


@pytest.mark.parametrize(
    ("name", "status", "kind"),
    [
        ("GET_space-merge-requests_404", 404, NotFound),
        ("GET_standup-reports-away_422_q-from", 422, ValidationFailed),
        ("GET_tickets_500", 500, ServerError),
    ],
)
def test_a_recorded_failure_is_told_without_html(name: str, status: int, kind: type[Exception]) -> None:
    error = error_for(Request("GET", "/v1/tickets.json"), Reply(status, {}, recorded(name)))
    assert isinstance(error, kind)
    assert "<" not in error.message


async def test_a_recorded_list_of_comments_comes_through_the_client_with_blank_rows_marked() -> None:
    send = OneBody(recorded("GET_space-tickets-n-ticket-comments_200"))
    comments = await client_of(send).ticket_comments.list("demo", 1)
    assert [comment.is_blank for comment in comments] == [False, True]
