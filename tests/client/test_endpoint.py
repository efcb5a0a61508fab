"""Endpoints as data: paths, and what a request is about."""

from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assembla_client.errors import NotFound
from assembla_client.resources import (
    documents,
    mentions,
    merge_requests,
    meta,
    milestones,
    spaces,
    ssh,
    ticket_comments,
    tickets,
    users,
)
from assembla_client.transport.endpoint import Target


def test_a_path_ends_in_json_below_v1() -> None:
    assert tickets.TICKET(space="demo", number=42).path == "/v1/spaces/demo/tickets/42.json"
    assert spaces.SPACE(space="../a b/ü?x#y").path == "/v1/spaces/..%2Fa%20b%2F%C3%BC%3Fx%23y.json"


@given(name=st.text(min_size=1, max_size=50))
@example(name="..")
@example(name="%2e%2e")
@example(name="a\x00b\n")
def test_a_name_stays_in_its_segment_whatever_it_holds(name: str) -> None:
    try:
        built = users.MEMBERS(space=name).path
    except NotFound:
        assert name.strip() in {"", ".", ".."} or not name.isprintable()
        return
    assert built.isascii()
    assert built.isprintable()
    parts = urlsplit("https://host" + built)
    assert not parts.query
    assert not parts.fragment
    segments = parts.path.split("/")
    assert segments[:3] == ["", "v1", "spaces"]
    assert unquote(segments[3]) == name
    assert segments[4:] == ["users.json"]


@pytest.mark.parametrize("name", ["", " ", ".", "..", "x" * 1001, "\ud800"])
def test_a_name_that_nothing_can_have_is_not_found(name: str) -> None:
    with pytest.raises(NotFound):
        spaces.SPACE(space=name)


def test_a_parameter_that_is_none_is_left_out() -> None:
    assert spaces.PORTFOLIO_SPACES(portfolio="acme").params == (("portfolio", "acme"),)
    assert spaces.PORTFOLIO_SPACES(portfolio=None).params == ()


@pytest.mark.parametrize("arguments", [{}, {"space": "demo"}, {"space": "demo", "number": 1, "id": 2}])
def test_an_endpoint_takes_just_its_own_arguments(arguments: dict[str, str | int]) -> None:
    with pytest.raises(TypeError, match="endpoint 20 takes"):
        tickets.TICKET(**arguments)


@pytest.mark.parametrize(
    ("target", "words"),
    [
        (spaces.SPACES(), "the list of spaces"),
        (spaces.SPACE(space="demo"), "space `demo`"),
        (users.MEMBERS(space="tickets"), "the list of users of space `tickets`"),
        (tickets.TICKET(space="demo", number=42), "ticket `42` of space `demo`"),
        (tickets.TICKET_BY_ID(space="demo", id=9), "ticket `9` of space `demo`"),
        (ticket_comments.COMMENT(space="demo", number=42, id=7), "comment `7` of ticket `42` of space `demo`"),
        (
            merge_requests.MERGE_REQUEST(space="demo", tool="git", id=3),
            "merge request `3` of space tool `git` of space `demo`",
        ),
        (users.USER(user="a/b"), "user `a/b`"),
        (users.ME(), "the signed-in user"),
        (mentions.MENTION(id=5), "mention `5`"),
        (meta.DESCRIPTION(name="x"), "the description of `x`"),
        (ssh.ACTION(space="x", id=5), "SSH action `5` of space `x`"),
        (ssh.OUTPUT(space="x", id=2), "the output of SSH launch `2` of space `x`"),
        (documents.DOCUMENT_BYTES(space="x", id="d"), "document `d` of space `x`"),
        (documents.DOCUMENT(space="x", id="download"), "document `download` of space `x`"),
        (milestones.MILESTONES["completed"](space="x"), "the list of milestones of space `x`"),
        (tickets.TICKET(space="all", number=3), "ticket `3` of space `all`"),
    ],
)
def test_what_a_request_is_about_is_said_in_words(target: Target, words: str) -> None:
    assert target.thing.in_words() == words


def test_a_space_goes_by_the_name_that_is_known_for_its_id() -> None:
    assert tickets.TICKET(space="aBc", number=42).thing.in_words({"aBc": "demo"}) == "ticket `42` of space `demo`"


def test_a_name_that_looks_like_an_id_is_not_taken_for_one() -> None:
    assert users.USER(user="aBc").thing.in_words({"aBc": "demo"}) == "user `aBc`"
