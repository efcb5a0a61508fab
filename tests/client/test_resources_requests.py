"""Each method asks for the path and the parameters that the API documents, and reads what is documented to come."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

import resource_api as api
from assembla_client.client import AssemblaClient
from assembla_client.errors import AssemblaError, NotFound, UnexpectedResponse
from assembla_client.models import Model
from assembla_client.resources.tickets import CustomReports
from assembla_client.transport.pagination import ListPage
from assembla_client.transport.query import minute_after, query
from assembla_client.transport.request import Params, Reply, Request
from plain_api import Answer, PlainAPI
from plain_api import client_of as client_over_http
from resource_api import OneBody, client_of

Call = Callable[[AssemblaClient], Awaitable[object]]

PAGED = (("page", "1"), ("per_page", "100"))
S, T, M = f"/v1/spaces/{api.SPACE}", f"/v1/spaces/{api.SPACE}/tickets", "/space_tools/git/merge_requests"
SINCE = datetime(2014, 9, 1, 10, 30, 59, tzinfo=timezone(timedelta(hours=3)))
UNTIL = datetime(2014, 9, 2, 0, 0, 1, tzinfo=UTC)
DAY = date(2014, 9, 23)
SPAN: Params = (("from", "2014-09-01 07:30"), ("to", "2014-09-02 00:01"))
DAYS: Params = (("from", "2014-09-23"), ("to", "2014-09-24"))
OF_FOLIO: Params = (("portfolio", "folio"),)


async def rows(page: Awaitable[ListPage[Any]]) -> list[Any]:
    return (await page).records


LISTS: list[tuple[int, Call, str, Params, dict[str, Any]]] = [
    (14, lambda c: c.tickets.all(api.SPACE), T, (("report", "0"), *PAGED), api.TICKET),
    (
        14,
        lambda c: c.tickets.all(api.SPACE, "u12", "updated_at", "desc", 5),
        T,
        (("report", "u12"), ("sort_by", "updated_at"), ("sort_order", "desc"), *PAGED),
        api.TICKET,
    ),
    (14, lambda c: rows(c.tickets.page(api.SPACE, 1)), T, (("report", "0"), *PAGED), api.TICKET),
    (
        14,
        lambda c: rows(c.tickets.page(api.SPACE, 3, "u12", "number", "asc")),
        T,
        (("report", "u12"), ("sort_by", "number"), ("sort_order", "asc"), ("page", "3"), ("per_page", "100")),
        api.TICKET,
    ),
    (14, lambda c: c.tickets.numbered(api.SPACE, [1, 1]), T, (("number[]", "1"), *PAGED), api.TICKET),
    (15, lambda c: c.tickets.my_active(api.SPACE), f"{T}/my_active", PAGED, api.TICKET),
    (16, lambda c: c.tickets.my_followed(api.SPACE), f"{T}/my_followed", PAGED, api.TICKET),
    (
        17,
        lambda c: c.tickets.in_milestone(api.SPACE, 73),
        f"{T}/milestone/73",
        (("ticket_status", "all"), *PAGED),
        api.TICKET,
    ),
    (
        17,
        lambda c: c.tickets.in_milestone(api.SPACE, 73, "closed"),
        f"{T}/milestone/73",
        (("ticket_status", "closed"), *PAGED),
        api.TICKET,
    ),
    (18, lambda c: c.tickets.without_milestone(api.SPACE), f"{T}/no_milestone", PAGED, api.TICKET),
    (25, lambda c: c.tickets.attachments(api.SPACE, 1), f"{T}/1/attachments", (), api.DOCUMENT),
    (26, lambda c: c.tickets.tags(api.SPACE, 1), f"{T}/1/tags", (), api.TAG),
    (27, lambda c: c.ticket_comments.list(api.SPACE, 1), f"{T}/1/ticket_comments", PAGED, api.COMMENT),
    (31, lambda c: c.ticket_associations.list(api.SPACE, 1), f"{T}/1/ticket_associations", (), api.ASSOCIATION),
    (36, lambda c: c.ticket_statuses.list(api.SPACE), f"{T}/statuses", (), api.STATUS),
    (41, lambda c: c.custom_fields.list(api.SPACE), f"{T}/custom_fields", (), api.FIELD),
    (46, lambda c: c.ticket_components.list(api.SPACE), f"{S}/ticket_components", PAGED, api.COMPONENT),
    (51, lambda c: c.tags.list(api.SPACE), f"{S}/tags", PAGED, api.TAG),
    (52, lambda c: c.tags.list(api.SPACE, "active"), f"{S}/tags/active", PAGED, api.TAG),
    (53, lambda c: c.tags.list(api.SPACE, "proposed"), f"{S}/tags/proposed", PAGED, api.TAG),
    (54, lambda c: c.tags.list(api.SPACE, "hidden"), f"{S}/tags/hidden", PAGED, api.TAG),
    (59, lambda c: c.tags.tickets(api.SPACE, 17), f"{S}/tags/17/tickets", PAGED, api.TICKET),
    (60, lambda c: c.milestones.list(api.SPACE), f"{S}/milestones", PAGED, api.MILESTONE),
    (61, lambda c: c.milestones.list(api.SPACE, "all"), f"{S}/milestones/all", PAGED, api.MILESTONE),
    (62, lambda c: c.milestones.list(api.SPACE, "upcoming"), f"{S}/milestones/upcoming", PAGED, api.MILESTONE),
    (63, lambda c: c.milestones.list(api.SPACE, "completed"), f"{S}/milestones/completed", PAGED, api.MILESTONE),
    (
        64,
        lambda c: c.milestones.list(api.SPACE, "release_notes"),
        f"{S}/milestones/release_notes",
        PAGED,
        api.MILESTONE,
    ),
    (69, lambda c: c.documents.list(api.SPACE), f"{S}/documents", PAGED, api.DOCUMENT),
    (79, lambda c: c.user_roles.list(api.SPACE), f"{S}/user_roles", (), api.ROLE),
    (84, lambda c: c.mentions.list(), "/v1/user/mentions", PAGED, api.MENTION),
    (84, lambda c: c.mentions.list(True), "/v1/user/mentions", (("read", "true"), *PAGED), api.MENTION),
    (84, lambda c: c.mentions.list(False), "/v1/user/mentions", (("unread", "true"), *PAGED), api.MENTION),
    (87, lambda c: c.ssh_keys.list(), "/v1/user/ssh_keys", PAGED, api.SSH_KEY),
    (92, lambda c: c.activity.list(), "/v1/activity", PAGED, api.EVENT),
    (
        92,
        lambda c: c.activity.list(api.SPACE, SINCE, UNTIL),
        "/v1/activity",
        (("space_id", api.SPACE), *SPAN, *PAGED),
        api.EVENT,
    ),
    (93, lambda c: c.tasks.list(), "/v1/tasks", PAGED, api.TASK),
    (
        93,
        lambda c: c.tasks.list(SINCE, UNTIL, ["a", "b"], ["me"], [7, 8]),
        "/v1/tasks",
        (
            *SPAN,
            ("spaces[]", "a"),
            ("spaces[]", "b"),
            ("users[]", "me"),
            ("ticket_ids[]", "7"),
            ("ticket_ids[]", "8"),
            *PAGED,
        ),
        api.TASK,
    ),
    (
        98,
        lambda c: c.standups.team(api.SPACE, DAY),
        f"{S}/standup_reports",
        (("date", "2014-09-23"), *PAGED),
        api.STANDUP,
    ),
    (
        98,
        lambda c: c.standups.team(api.SPACE, since=DAY, until=date(2014, 9, 24)),
        f"{S}/standup_reports",
        (*DAYS, *PAGED),
        api.STANDUP,
    ),
    (101, lambda c: c.standups.away_team(api.SPACE), f"{S}/away_standup_reports", PAGED, api.STANDUP),
    (104, lambda c: c.wiki_pages.list(api.SPACE), f"{S}/wiki_pages", PAGED, api.WIKI_PAGE),
    (
        110,
        lambda c: c.wiki_pages.versions(api.SPACE, api.PAGE),
        f"{S}/wiki_pages/{api.PAGE}/versions",
        PAGED,
        api.WIKI_VERSION,
    ),
    (112, lambda c: c.merge_requests.list(api.SPACE, "git"), f"{S}{M}", PAGED, api.MERGE_REQUEST),
    (
        112,
        lambda c: c.merge_requests.list(api.SPACE, "git", "open"),
        f"{S}{M}",
        (("status", "open"), *PAGED),
        api.MERGE_REQUEST,
    ),
    (118, lambda c: c.merge_requests.comments(api.SPACE, "git", 6), f"{S}{M}/6/comments", PAGED, api.MR_COMMENT),
    (119, lambda c: c.merge_requests.tickets(api.SPACE, "git", 6), f"{S}{M}/6/tickets", PAGED, api.TICKET),
    (120, lambda c: c.merge_requests.versions(api.SPACE, "git", 6), f"{S}{M}/6/versions", PAGED, api.MR_VERSION),
    (
        123,
        lambda c: c.merge_requests.version_comments(api.SPACE, "git", 6, 1),
        f"{S}{M}/6/versions/1/comments",
        PAGED,
        api.MR_COMMENT,
    ),
    (125, lambda c: c.merge_requests.votes(api.SPACE, "git", 6, 1), f"{S}{M}/6/versions/1/votes", PAGED, api.VOTE),
    (132, lambda c: c.ssh.actions(api.SPACE), f"{S}/ssh/actions", PAGED, api.SSH_ACTION),
    (138, lambda c: c.ssh.launches_of(api.SPACE, 1), f"{S}/ssh/actions/1/launches", PAGED, api.SSH_LAUNCH),
    (139, lambda c: c.ssh.launches(api.SPACE), f"{S}/ssh/launches", PAGED, api.SSH_LAUNCH),
    (142, lambda c: c.ssh.servers(api.SPACE), f"{S}/ssh/servers", PAGED, api.SSH_SERVER),
    (149, lambda c: c.portfolio.users("folio"), "/v1/users", (*OF_FOLIO, *PAGED), api.USER),
    (
        149,
        lambda c: c.portfolio.users("folio", "active", "77"),
        "/v1/users",
        (*OF_FOLIO, ("filter[spacegroup]", "rule-10"), ("filter[usergroup]", "77"), *PAGED),
        api.USER,
    ),
    (151, lambda c: c.tickets.portfolio("folio"), "/v1/tickets", (*OF_FOLIO, *PAGED), api.TICKET),
    (
        151,
        lambda c: c.tickets.portfolio("folio", 3),
        "/v1/tickets",
        (*OF_FOLIO, ("filter[ticket_report]", "3"), *PAGED),
        api.TICKET,
    ),
    (
        152,
        lambda c: c.tickets.portfolio_reports("folio"),
        "/v1/ticket_reports",
        (*OF_FOLIO, *PAGED),
        {"id": 3, "name": "Active by Space"},
    ),
    (
        153,
        lambda c: c.tasks.portfolio("folio", SINCE, UNTIL, usergroup="managers", spaces=["a"], users=["b"]),
        "/v1/tasks",
        (*OF_FOLIO, *SPAN, ("spaces[]", "a"), ("users[]", "b"), ("filter[usergroup]", "rule-3"), *PAGED),
        api.TASK,
    ),
    (154, lambda c: c.standups.portfolio("folio"), "/v1/standup_reports", (*OF_FOLIO, *PAGED), api.STANDUP),
    (
        155,
        lambda c: c.standups.portfolio_away("folio", DAY, date(2014, 9, 24)),
        "/v1/standup_reports/away",
        (*OF_FOLIO, *DAYS, *PAGED),
        api.STANDUP,
    ),
    (
        156,
        lambda c: c.standups.portfolio_with_needs("folio"),
        "/v1/standup_reports/with_needs",
        (*OF_FOLIO, *PAGED),
        api.STANDUP,
    ),
    (157, lambda c: c.portfolio.invitations("folio"), "/v1/invitations", (*OF_FOLIO, *PAGED), api.ROLE),
    (160, lambda c: c.portfolio.groups("folio"), "/v1/groups", (*OF_FOLIO, *PAGED), api.GROUP),
]

SINGLES: list[tuple[int, Call, str, Params, dict[str, Any]]] = [
    (20, lambda c: c.tickets.get(api.SPACE, 1), f"{T}/1", (), api.TICKET),
    (21, lambda c: c.tickets.by_id(api.SPACE, 285), f"{T}/id/285", (), api.TICKET),
    (28, lambda c: c.ticket_comments.get(api.SPACE, 1, 62), f"{T}/1/ticket_comments/62", (), api.COMMENT),
    (
        32,
        lambda c: c.ticket_associations.get(api.SPACE, 1, 31),
        f"{T}/1/ticket_associations/31",
        (),
        api.ASSOCIATION,
    ),
    (37, lambda c: c.ticket_statuses.get(api.SPACE, 242), f"{T}/statuses/242", (), api.STATUS),
    (42, lambda c: c.custom_fields.get(api.SPACE, 7), f"{T}/custom_fields/7", (), api.FIELD),
    (47, lambda c: c.ticket_components.get(api.SPACE, 4), f"{S}/ticket_components/4", (), api.COMPONENT),
    (55, lambda c: c.tags.get(api.SPACE, 17), f"{S}/tags/17", (), api.TAG),
    (65, lambda c: c.milestones.get(api.SPACE, 27), f"{S}/milestones/27", (), api.MILESTONE),
    (70, lambda c: c.documents.get(api.SPACE, api.FILE), f"{S}/documents/{api.FILE}", (), api.DOCUMENT),
    (80, lambda c: c.user_roles.get(api.SPACE, 31), f"{S}/user_roles/31", (), api.ROLE),
    (85, lambda c: c.mentions.get(8), "/v1/user/mentions/8", (), api.MENTION),
    (88, lambda c: c.ssh_keys.get(1), "/v1/user/ssh_keys/1", (), api.SSH_KEY),
    (94, lambda c: c.tasks.get(5), "/v1/tasks/5", (), api.TASK),
    (99, lambda c: c.standups.mine(api.SPACE), f"{S}/standup_report", (), api.STANDUP),
    (
        102,
        lambda c: c.standups.away_mine(api.SPACE, DAY),
        f"{S}/away_standup_report",
        (("date", "2014-09-23"),),
        api.STANDUP,
    ),
    (105, lambda c: c.wiki_pages.get(api.SPACE, api.PAGE), f"{S}/wiki_pages/{api.PAGE}", (), api.WIKI_PAGE),
    (
        111,
        lambda c: c.wiki_pages.version(api.SPACE, api.PAGE, 22),
        f"{S}/wiki_pages/{api.PAGE}/versions/22",
        (),
        api.WIKI_VERSION,
    ),
    (113, lambda c: c.merge_requests.get(api.SPACE, "git", 6), f"{S}{M}/6", (), api.MERGE_REQUEST),
    (121, lambda c: c.merge_requests.version(api.SPACE, "git", 6, 1), f"{S}{M}/6/versions/1", (), api.MR_VERSION),
    (133, lambda c: c.ssh.action(api.SPACE, 1), f"{S}/ssh/actions/1", (), api.SSH_ACTION),
    (140, lambda c: c.ssh.launch(api.SPACE, 2), f"{S}/ssh/launches/2", (), api.SSH_LAUNCH),
    (141, lambda c: c.ssh.output(api.SPACE, 2), f"{S}/ssh/launches/2/output", (), api.SSH_LAUNCH),
    (143, lambda c: c.ssh.server(api.SPACE, 9), f"{S}/ssh/servers/9", (), api.SSH_SERVER),
    (147, lambda c: c.ssh.key(api.SPACE), f"{S}/ssh/key", (), api.SPACE_KEY),
    (158, lambda c: c.portfolio.invitation("folio", 31), "/v1/invitations/31", OF_FOLIO, api.ROLE),
    (162, lambda c: c.portfolio.group("folio", 12), "/v1/groups/12", OF_FOLIO, api.GROUP),
]


@pytest.mark.parametrize(("endpoint", "call", "where", "params", "sent"), LISTS)
async def test_a_list_is_asked_for_as_documented(
    endpoint: int, call: Call, where: str, params: Params, sent: dict[str, Any]
) -> None:
    send = OneBody([sent])
    found = await call(client_of(send))
    assert isinstance(found, list)
    assert isinstance(found[0], Model)
    assert len(found) == 1
    [request] = send.requests
    assert (request.method, request.path, request.params) == ("GET", f"{where}.json", params)


@pytest.mark.parametrize(("endpoint", "call", "where", "params", "sent"), LISTS)
async def test_no_content_is_an_empty_list(
    endpoint: int, call: Call, where: str, params: Params, sent: dict[str, Any]
) -> None:
    if "number[]" not in dict(params):
        assert await call(client_of(OneBody(None))) == []


@pytest.mark.parametrize(("endpoint", "call", "where", "params", "sent"), SINGLES)
async def test_one_object_is_asked_for_as_documented(
    endpoint: int, call: Call, where: str, params: Params, sent: dict[str, Any]
) -> None:
    send = OneBody(sent)
    assert isinstance(await call(client_of(send)), Model)
    [request] = send.requests
    assert (request.method, request.path, request.params) == ("GET", f"{where}.json", params)


async def outcome(asked: Awaitable[object]) -> object:
    try:
        return await asked
    except UnexpectedResponse as error:
        return error


@pytest.mark.parametrize(("endpoint", "call", "where", "params", "sent"), LISTS + SINGLES)
async def test_a_field_of_a_wrong_type_costs_at_most_its_row_and_is_named(
    endpoint: int, call: Call, where: str, params: Params, sent: dict[str, Any]
) -> None:
    name = next(iter(sent))
    wrong = sent | {name: {"not": ["what", "was"]}}
    if (endpoint, call, where, params, sent) in LISTS:
        client = client_of(OneBody([sent, wrong]))
        found = await call(client)
        assert isinstance(found, list)
        assert len(found) in (1, 2)
        assert client.oddities.rows or any(field.endswith(f".{name}") for field in client.oddities.fields)
    else:
        client = client_of(OneBody(wrong))
        answer = await outcome(call(client))
        odd = [answer.field or ""] if isinstance(answer, UnexpectedResponse) else [*client.oddities.fields]
        assert [field.split(".")[1] for field in odd] == [name]


async def test_the_command_of_an_ssh_action_cannot_be_run_by_any_name() -> None:
    send = OneBody(api.SSH_ACTION)
    client = client_of(send)
    for hostile in ("1/run", "1/run.json", "../actions/1/run", "1%2Frun", "1/run?x="):
        await client.ssh.action(api.SPACE, hostile)  # type: ignore[arg-type] # what the type forbids is what is tried
    assert all(request.path.count("/") == S.count("/") + 3 for request in send.requests)
    assert not any(request.path.endswith("/run.json") for request in send.requests)


async def test_brackets_and_repeated_names_go_over_the_wire_encoded() -> None:
    queries: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        queries.append(scope["query_string"].decode())
        await PlainAPI([Answer(204, b"")])(scope, receive, send)

    client = client_over_http(app)
    await client.tasks.list(spaces=["a", "b&c"])
    await client.portfolio.users("folio", spacegroup="all")
    assert queries[0].startswith("spaces%5B%5D=a&spaces%5B%5D=b%26c&")
    assert queries[1].startswith("portfolio=folio&filter%5Bspacegroup%5D=rule-2&")


class Numbered:
    """Has the tickets 1 to `size`; answers `number[]` only where `knows` is set, else with the first ones."""

    def __init__(self, size: int, knows: bool, status: int = 404, body: bytes = b" ") -> None:
        self.size, self.knows, self.missing = size, knows, Reply(status, {}, body)
        self.requests: list[Request] = []

    async def __call__(self, request: Request) -> Reply:
        self.requests.append(request)
        if not request.path.endswith("/tickets.json"):
            number = int(request.path.rpartition("/")[2].removesuffix(".json"))
            return await OneBody(_ticket(number))(request) if number <= self.size else self.missing
        asked = [int(value) for name, value in request.params if name == "number[]"] if self.knows else range(1, 6)
        return await OneBody([_ticket(number) for number in asked if number <= self.size])(request)


def _ticket(number: int) -> dict[str, Any]:
    return api.TICKET | {"id": 1000 + number, "number": number}


async def test_tickets_by_number_come_in_the_order_asked_for_a_hundred_at_once() -> None:
    send = Numbered(200, knows=True)
    wanted = list(range(150, 0, -1))
    found = await client_of(send).tickets.numbered(api.SPACE, wanted)
    assert [ticket.number for ticket in found] == wanted
    assert [request.path for request in send.requests] == [f"{T}.json"] * len(send.requests)
    assert max(len([name for name, _ in request.params if name == "number[]"]) for request in send.requests) == 100


async def test_tickets_by_number_are_right_where_the_api_ignores_the_numbers() -> None:
    send = Numbered(20, knows=False)
    found = await client_of(send).tickets.numbered(api.SPACE, [19, 2, 21])
    assert [ticket.number for ticket in found] == [19, 2]


async def test_a_missing_tool_is_not_taken_for_missing_tickets() -> None:
    send = Numbered(0, knows=True, body=b"Tool not found")
    with pytest.raises(NotFound) as raised:
        await client_of(send).tickets.numbered(api.SPACE, [1])
    assert raised.value.tool_missing


async def test_custom_reports_are_an_object_that_may_not_be_there() -> None:
    send = OneBody({"team_reports": [{"id": 1, "title": "Stale"}], "user_reports": [{"id": "2", "name": "Mine"}]})
    reports = await client_of(send).tickets.custom_reports(api.SPACE)
    assert [(report.id, report.title) for report in (*reports.team_reports, *reports.user_reports)] == [
        (1, "Stale"),
        (2, "Mine"),
    ]
    assert send.requests[0].path == f"{T}/custom_reports.json"
    assert await client_of(OneBody(None)).tickets.custom_reports(api.SPACE) == CustomReports()


async def test_no_report_of_my_own_is_none() -> None:
    client = client_of(OneBody(None))
    assert await client.standups.mine(api.SPACE, DAY) is None
    assert await client.standups.away_mine(api.SPACE) is None


async def test_open_milestones_leave_out_completed_ones_whatever_the_api_sends() -> None:
    send = OneBody([api.MILESTONE, api.MILESTONE | {"id": 28, "is_completed": True, "completed_date": "2014-09-18"}])
    client = client_of(send)
    assert [milestone.id for milestone in await client.milestones.list(api.SPACE)] == [27]
    assert [milestone.id for milestone in await client.milestones.list(api.SPACE, "all")] == [27, 28]


async def test_the_user_report_is_csv_text() -> None:
    send = OneBody("\ufeffname,username\nÉva Sample,eva\n".encode())
    assert await client_of(send).portfolio.users_report("folio") == "name,username\nÉva Sample,eva\n"
    assert (send.requests[0].path, send.requests[0].params) == ("/v1/users/report.json", OF_FOLIO)
    with pytest.raises(UnexpectedResponse):
        await client_of(OneBody(b"\xff\xfe")).portfolio.users_report("folio")


@pytest.mark.parametrize(
    ("body", "described"),
    [({"id": "integer"}, {"id": "integer"}), ([1], [1]), (None, None), (b"3", 3), (b"1" * 10_000, "1" * 10_000)],
)
async def test_what_the_api_says_of_itself_comes_as_it_is(body: object, described: object) -> None:
    send = OneBody(body)
    assert await client_of(send).meta.get("tickets") == described
    assert send.requests[0].path == "/v1/meta/tickets.json"


@pytest.mark.parametrize("body", [b"<html>", b"[" * 100_000, b"\xff", b'{"a":'])
async def test_whatever_the_api_says_of_itself_only_known_errors_come(body: bytes) -> None:
    with pytest.raises(AssemblaError):
        await client_of(OneBody(body)).meta.get("tickets")


def test_times_at_the_ends_of_the_calendar_make_parameters_too() -> None:
    west, east = timezone(timedelta(hours=-9)), timezone(timedelta(hours=9))
    last, first = datetime.max.replace(tzinfo=west), datetime.min.replace(tzinfo=east)
    assert query(("from", first), ("to", minute_after(last))) == (
        ("from", "0001-01-01 00:00"),
        ("to", "9999-12-31 23:59"),
    )


def test_a_time_without_a_zone_is_utc_and_a_whole_minute_stays_one() -> None:
    noon = datetime(2014, 9, 1, 12)
    assert query(("from", noon), ("to", minute_after(noon))) == (
        ("from", "2014-09-01 12:00"),
        ("to", "2014-09-01 12:00"),
    )
