"""What models put up with: the differences between the API's documents, its answers, and its years."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

import resource_api as api
from assembla_client.models import Model
from assembla_client.resources.activity import Event
from assembla_client.resources.custom_fields import CustomField
from assembla_client.resources.documents import Document
from assembla_client.resources.mentions import Mention
from assembla_client.resources.merge_requests import (
    MergeRequest,
    MergeRequestComment,
    MergeRequestVersion,
    MergeRequestVote,
)
from assembla_client.resources.milestones import Milestone
from assembla_client.resources.portfolio import Group
from assembla_client.resources.ssh import SpaceSshKey, SshAction, SshLaunch, SshServer
from assembla_client.resources.ssh_keys import SshKey
from assembla_client.resources.standups import StandupReport
from assembla_client.resources.tags import Tag
from assembla_client.resources.tasks import MAX_HOURS, Task
from assembla_client.resources.ticket_associations import INVERSES, RELATIONSHIPS, Association
from assembla_client.resources.ticket_comments import Comment
from assembla_client.resources.ticket_components import Component
from assembla_client.resources.ticket_statuses import TicketStatus
from assembla_client.resources.tickets import PRIORITIES, PortfolioReport, Ticket
from assembla_client.resources.user_roles import UserRole
from assembla_client.resources.webhooks import Webhook, WebhookAnswer
from assembla_client.resources.wiki_pages import WikiPage, WikiPageVersion

KINDS: list[tuple[type[Model], dict[str, Any]]] = [
    (Ticket, api.TICKET),
    (Comment, api.COMMENT),
    (Association, api.ASSOCIATION),
    (TicketStatus, api.STATUS),
    (CustomField, api.FIELD),
    (Component, api.COMPONENT),
    (Tag, api.TAG),
    (Milestone, api.MILESTONE),
    (Document, api.DOCUMENT),
    (UserRole, api.ROLE),
    (Event, api.EVENT),
    (Task, api.TASK),
    (Mention, api.MENTION),
    (StandupReport, api.STANDUP),
    (WikiPage, api.WIKI_PAGE),
    (WikiPageVersion, api.WIKI_VERSION),
    (MergeRequest, api.MERGE_REQUEST),
    (MergeRequestVersion, api.MR_VERSION),
    (MergeRequestComment, api.MR_COMMENT),
    (MergeRequestVote, api.VOTE),
    (SshAction, api.SSH_ACTION),
    (SshLaunch, api.SSH_LAUNCH),
    (SshServer, api.SSH_SERVER),
    (SpaceSshKey, api.SPACE_KEY),
    (SshKey, api.SSH_KEY),
    (Group, api.GROUP),
    (Webhook, api.WEBHOOK),
]
M = TypeVar("M", bound=Model)
INSTANT = datetime(2012, 7, 24, 13, 43, 9, tzinfo=UTC)


def read(model: type[M], sent: dict[str, Any], **changed: Any) -> M:
    return model.model_validate_json(json.dumps(sent | changed))


@pytest.mark.parametrize(("model", "sent"), KINDS)
def test_new_fields_pass_and_objects_are_frozen(model: type[Model], sent: dict[str, Any]) -> None:
    found = read(model, sent, a_field_of_tomorrow={"deep": [1]})
    assert found == read(model, sent)
    name = next(iter(type(found).model_fields))
    with pytest.raises(ValidationError, match="frozen"):
        setattr(found, name, None)


@pytest.mark.parametrize(("model", "sent"), KINDS)
def test_numbers_that_identify_may_come_as_text(model: type[Model], sent: dict[str, Any]) -> None:
    ids = [key for key, value in sent.items() if type(value) is int and (key == "id" or key.endswith("_id"))]
    assert read(model, sent, **{key: str(sent[key]) for key in ids}) == read(model, sent)


@pytest.mark.parametrize(("model", "sent"), KINDS)
def test_each_time_comes_in_three_forms(model: type[Model], sent: dict[str, Any]) -> None:
    times = [key for key, value in sent.items() if isinstance(value, str) and value[10:11] == "T"]
    for form in ("2012-07-24T13:43:09Z", "2012-07-24T16:43:09+03:00", "2012-07-24 13:43:09 UTC"):
        found = read(model, sent, **dict.fromkeys(times, form))
        assert [getattr(found, key) for key in times] == [INSTANT] * len(times)


@pytest.mark.parametrize(("model", "sent"), KINDS)
def test_unknown_numbers_of_an_enumeration_pass(model: type[Model], sent: dict[str, Any]) -> None:
    numbers = [key for key, value in sent.items() if type(value) is int]
    assert read(model, sent, **dict.fromkeys(numbers, 99)).model_dump().items() >= dict.fromkeys(numbers, 99).items()


def test_what_the_documents_of_2012_lack_is_none_and_the_status_has_its_name_elsewhere() -> None:
    sent = {key: value for key, value in api.TICKET.items() if key != "state"}
    ticket = read(Ticket, sent, status=1, status_name="Accepted")
    assert (ticket.status, ticket.state) == ("Accepted", None)
    assert ticket.is_open
    assert not read(Ticket, sent, completed_date="2014-09-25T15:02:54Z").is_open
    assert read(Ticket, sent, status=7).status == "7"
    assert not read(Ticket, api.TICKET, state=0).is_open
    with pytest.raises(ValidationError):
        read(Ticket, sent, status=True)


def test_what_came_to_tickets_by_2019_is_read() -> None:
    ticket = read(Ticket, api.TICKET, due_date="2019-05-01", assigned_to_name="Pat", picture_url=None)
    assert (ticket.due_date, ticket.assigned_to_name, ticket.picture_url) == (date(2019, 5, 1), "Pat", None)


def test_a_ticket_reads_its_followers_and_custom_fields_as_text() -> None:
    ticket = read(Ticket, api.TICKET, custom_fields={"Build": "7", "Weight": 2.5, "Unset": None})
    assert ticket.follower_ids == (api.PERSON, "us-Demo_0000000000009")
    assert ticket.custom_fields == {"Build": "7", "Weight": "2.5", "Unset": None}
    assert read(Ticket, api.TICKET, notification_list="").follower_ids == ()
    assert read(Ticket, api.TICKET, notification_list=None).follower_ids == ()
    assert PRIORITIES[ticket.priority or 0] == "normal"


def test_numbers_that_are_none_are_refused() -> None:
    for hours in ("1e999", "NaN"):
        with pytest.raises(ValidationError):
            Ticket.model_validate_json(json.dumps(api.TICKET).replace('"estimate": 1,', f'"estimate": {hours},'))


def test_hours_of_a_time_entry_are_exact_and_may_be_a_number() -> None:
    assert [read(Task, api.TASK, hours=hours).hours for hours in ("0.10", "0.2")] == [Decimal("0.10"), Decimal("0.2")]
    assert read(Task, api.TASK, hours=2).hours == 2
    for hours in ("NaN", "much", str(MAX_HOURS + 1), "1e99", ""):
        with pytest.raises(ValidationError):
            read(Task, api.TASK, hours=hours)


@pytest.mark.parametrize(
    ("sent", "options"),
    [
        (["a", 1], ["a", "1"]),
        ("a, b,c", ["a", "b", "c"]),
        ("a\nb, c\r\n", ["a", "b, c"]),
        ("--- \n- a\n- '1'\n- no\n- 1.10\n", ["a", "1", "no", "1.10"]),
        ("- a\n- b", ["a", "b"]),
        ("--- [a", ["--- [a"]),
        ("---\n- {a: b}\n", ["---", "- {a: b}"]),
        ("", []),
        (None, None),
    ],
)
def test_the_options_of_a_list_field_are_read_from_every_form(sent: object, options: list[str] | None) -> None:
    assert read(CustomField, api.FIELD, list_options=sent).list_options == options


def test_options_that_are_neither_a_list_nor_text_are_a_wrong_type() -> None:
    for wrong in ({"a": 1}, [["a"]], 3):
        with pytest.raises(ValidationError):
            read(CustomField, api.FIELD, list_options=wrong)


@given(st.text())
def test_any_text_makes_options(text: str) -> None:
    found = read(CustomField, api.FIELD, list_options=text).list_options
    assert found is not None
    json.dumps(found).encode()


def test_a_milestone_is_read_with_the_old_spelling_and_the_newer_fields() -> None:
    old = {key: value for key, value in api.MILESTONE.items() if key != "pretty_release_level"}
    milestone = read(Milestone, old, pretty_relese_level="Beta", start_date="2019-01-02", budget=10)
    assert milestone.pretty_release_level == "Beta"
    assert (milestone.start_date, milestone.budget) == (date(2019, 1, 2), 10.0)
    assert read(Milestone, api.MILESTONE).model_dump()["pretty_release_level"] == "None"


def test_a_merge_request_version_takes_the_types_of_the_reference_too() -> None:
    for latest in (True, "true", "1", 1):
        assert read(MergeRequestVersion, api.MR_VERSION, latest=latest, source_symbol_type="2").latest is True
    assert read(MergeRequest, api.MERGE_REQUEST, source_symbol_type="1", source_cleanup=True).source_symbol_type == 1


def test_an_event_takes_ids_of_either_kind_and_a_missing_author() -> None:
    sent = {key: value for key, value in api.EVENT.items() if key != "author_id"}
    event = read(Event, sent, object_id=855, ticket={"number": 1})
    assert (event.object_id, event.author_id, event.ticket) == ("855", None, {"number": 1})
    assert read(Event, sent, object_id="x").object_id == "x"


def test_what_is_known_from_clients_alone_needs_little() -> None:
    assert read(Mention, {"id": 1}).read is None
    assert read(PortfolioReport, {}).id is None
    assert read(PortfolioReport, {"id": "x", "title": "A"}).title == "A"
    assert read(Group, {"id": 1, "name": "a", "items": [1, "b"]}).items == ["1", "b"]


def test_a_webhook_shows_no_secret() -> None:
    answer = read(WebhookAnswer, {"webhook": api.WEBHOOK})
    assert "canary" not in repr(answer)
    secrets = [key for key, value in api.WEBHOOK.items() if value == "canary"]
    assert not set(secrets) & set(answer.webhook.model_dump())


def test_turning_a_relationship_round_twice_is_what_it_was() -> None:
    assert all(INVERSES[INVERSES[number]] == number for number in INVERSES)
    assert set(RELATIONSHIPS) - set(INVERSES) == {3, 7, 8}
