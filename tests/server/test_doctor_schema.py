"""`doctor --schema` tells what Assembla sends from what our models read, and fails on nothing that it meets."""

import json
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from assembla_client import resources
from assembla_client.models import Model
from assembla_emulator.app import Emulator
from assembla_emulator.faults.kinds import Body, Drop, Mistyped, Status, Truncated, collected
from assembla_emulator.faults.plan import Fault, FaultKind
from assembla_mcp.doctor.schema import MAX_REQUESTS
from assembla_mcp.doctor.schema_kinds import KINDS
from program_harness import Run, Served, environ

LISTED = re.compile(r"^/v1/spaces\.json")
TICKETS = re.compile(r"^/v1/spaces/[^/]+/tickets\.json")
META = "/v1/meta/"


@pytest.fixture
def emulator() -> Emulator:
    return Emulator(tickets=40)


@pytest.fixture(autouse=True)
def _signed_in(emulator: Emulator, served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The emulator answers on a socket, with its key pair and portfolio set."""
    with served(emulator) as base_url:
        known = emulator.credentials
        environ(monkeypatch, API_URL=base_url, API_KEY=known.api_key, API_SECRET=known.api_secret)
        environ(monkeypatch, STATE_DIR=str(tmp_path), TOKEN_STORE="memory", PORTFOLIO=emulator.database.portfolio)
        yield


def looked(run: Run, *wrong: str) -> dict[str, dict[str, Any]]:
    """What was found of each kind. Of the checks only `wrong` ones failed."""
    result = run("doctor", "--schema", "--json")
    told = json.loads(result.stdout)
    assert result.stderr == ""
    assert [check["name"] for check in told["checks"] if not check["ok"]] == list(wrong)
    assert result.exit_code == (1 if wrong else 0)
    found = {check["name"]: check for check in told["checks"] if check["name"].startswith("schema: ")}
    return {name.removeprefix("schema: "): check for name, check in found.items()}


@pytest.mark.endpoints(165)
def test_every_kind_is_looked_at_within_the_rate_and_the_number_of_requests(run: Run, emulator: Emulator) -> None:
    found = looked(run)
    assert list(found) == [kind.name for kind in KINDS]
    assert {check["remedy"] for check in found.values()} == {None}
    unseen = [name for name, check in found.items() if "as our model has it" not in check["detail"]]
    assert len(unseen) <= 3, unseen
    assert all("not looked at: there is none" in found[name]["detail"] for name in unseen)
    assert "described as a list of 27, each an object with name, null, type" in found["ticket"]["detail"]
    assert len(emulator.requests) <= MAX_REQUESTS
    assert emulator.most_in(1.0) <= 20
    assert {seen.method for seen in emulator.requests} == {"GET"}
    assert not [seen for seen in emulator.requests if seen.path.endswith("/run.json")]


def test_without_the_flag_nothing_of_it_is_asked(run: Run, emulator: Emulator) -> None:
    result = run("doctor", "--json")
    assert "schema" not in result.stdout
    assert len(emulator.requests) == 2


def test_people_read_a_list_of_it(run: Run, emulator: Emulator) -> None:
    emulator.faults.add(Fault(FieldChange(weather="fine"), path=TICKETS))
    result = run("doctor", "--schema")
    assert result.exit_code == 0
    assert "✓ schema: ticket " in result.stdout
    assert "→ Tell the project" in result.stdout


class TestWhatIsMet:
    """All of it with an otherwise healthy API, in haste: that our own rate is too high is the one thing wrong."""

    @pytest.fixture
    def emulator(self, monkeypatch: pytest.MonkeyPatch) -> Emulator:
        environ(monkeypatch, RATE_LIMIT="10000/second")
        return Emulator(tickets=40, rate=None)

    def test_a_field_that_nobody_knows_is_new_and_only_its_name_is_told(self, run: Run, emulator: Emulator) -> None:
        emulator.faults.add(Fault(FieldChange(weather="c4nary"), path=TICKETS))
        check = looked(run, "rate limit")["ticket"]
        assert check["detail"].startswith("10 looked at; differs from our model: new: weather; described as")
        assert "c4nary" not in check["detail"]
        assert "none of your data" in check["remedy"]

    def test_a_name_that_plays_tricks_is_made_plain(self, run: Run, emulator: Emulator) -> None:
        emulator.faults.add(Fault(FieldChange(**{"\x1b[31m\u202e<b>red</b>\n": 1}), path=TICKETS))
        assert "new: [31m red;" in looked(run, "rate limit")["ticket"]["detail"]

    def test_a_field_of_another_type_is_told_with_both_and_what_hangs_on_it_is_still_found(
        self, run: Run, emulator: Emulator
    ) -> None:
        emulator.faults.add(Fault(Mistyped("summary", {"c4nary": 1}), path=TICKETS))
        found = looked(run, "rate limit")
        detail = found["ticket"]["detail"]
        assert "of another type: summary (an object sent: input should be a valid string)" in detail
        assert "c4nary" not in detail
        assert "as our model has it" in found["ticket comment"]["detail"]

    def test_a_field_that_is_not_sent_any_more_is_missing_unless_it_may_be(self, run: Run, emulator: Emulator) -> None:
        emulator.faults.add(Fault(FieldChange(number=GONE, description=GONE, due_date=GONE), path=TICKETS))
        found = looked(run, "rate limit")
        assert "missing: number, description;" in found["ticket"]["detail"]
        assert found["ticket comment"]["detail"].startswith("not looked at: no ticket to look into")

    def test_null_where_no_model_reads_it(self, run: Run, emulator: Emulator) -> None:
        emulator.faults.add(Fault(Mistyped("wiki_name", None), path=LISTED))
        found = looked(run, "rate limit")
        assert "wiki_name (null sent: input should be a valid string)" in found["space"]["detail"]
        assert "as our model has it" in found["wiki page"]["detail"]

    @pytest.mark.parametrize(
        ("trouble", "words"),
        [
            (Status(403), "not do that with the list of tickets"),
            (Status(404), "does not exist, or this user may not see it (404)"),
            (Status(404, body=b"Tool not found"), "does not have the Tickets tool installed"),
            (Status(500), "failed with status 500"),
            (Truncated(), "not JSON, or is cut off"),
            (Drop(after=3), "connection to Assembla was lost"),
            (Body(b"<html>Welcome to our hotel</html>"), "not JSON, or is cut off"),
            (Body(b'{"tickets": []}'), "new: tickets; missing: id, number"),
            (Body(b"[17, null, []]"), "the whole (an integer sent: input should be an object)"),
            (Body(b"[" * 100_000), "not JSON, or is cut off"),
            (Body(b""), "not looked at: there is none"),
        ],
    )
    def test_trouble_is_told_at_the_kind_that_has_it(
        self, run: Run, emulator: Emulator, trouble: FaultKind, words: str
    ) -> None:
        emulator.faults.add(Fault(trouble, path=TICKETS, times=None))
        found = looked(run, "rate limit")
        assert words in found["ticket"]["detail"]
        assert "hotel" not in found["ticket"]["detail"]
        assert "as our model has it" in found["milestone"]["detail"]

    @pytest.mark.parametrize(
        ("trouble", "words"),
        [
            (Status(404), "as our model has it; the API does not describe it"),
            (Status(500), "no description: Assembla failed with status 500"),
            (Body(b"<html>Welcome to our hotel</html>"), "no description: Assembla's answer (status 200) is not JSON"),
            (Body(b"[1, 2]"), "no fields in a list of 2, each an integer"),
            (Body(b"null"), "no fields in null"),
            (Body(b'["id", "weather"]'), "described but unknown to us: weather; described as a list of 2, each text"),
            (
                Body(b'{"ticket": {"fields": {"id": {"type": "string"}, "tags": {}, "weather": {"type": "text"}}}}'),
                "described but unknown to us: weather; of another type: id (described as string, read as integer)",
            ),
        ],
    )
    def test_a_description_of_any_shape_is_read_or_its_shape_told(
        self, run: Run, emulator: Emulator, trouble: FaultKind, words: str
    ) -> None:
        emulator.faults.add(Fault(trouble, path=META + "tickets", times=None))
        detail = looked(run, "rate limit")["ticket"]["detail"]
        assert words in detail
        assert "10 looked at" in detail
        assert "hotel" not in detail

    def test_only_the_spaces_that_may_be_touched_are(
        self, run: Run, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        environ(monkeypatch, SPACES="brand-handbook")
        found = looked(run, "rate limit")
        assert "none of the 1 spaces looked at has the tool for it (Tickets)" in found["ticket"]["detail"]
        assert "as our model has it" in found["wiki page"]["detail"]
        asked = {seen.path.split("/")[3] for seen in emulator.requests if seen.path.startswith("/v1/spaces/")}
        [only] = emulator.database.spaces.where(wiki_name="brand-handbook")
        assert asked == {only["id"]}

    def test_without_a_portfolio_or_a_space_it_says_so(
        self, run: Run, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        environ(monkeypatch, PORTFOLIO="")
        emulator.faults.add(Fault(Status(204), path=LISTED, times=None))
        found = looked(run, "rate limit")
        assert "ASSEMBLA_PORTFOLIO is not set" in found["group"]["detail"]
        assert found["ticket"]["detail"].startswith("not looked at: no space to look into; described as")

    def test_an_application_alone_is_told_what_it_may_not_see(
        self, run: Run, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        known = emulator.credentials
        environ(monkeypatch, API_KEY="", API_SECRET="", CLIENT_ID=known.client_id, CLIENT_SECRET=known.client_secret)
        assert "(403)" in looked(run, "rate limit")["signed-in user"]["detail"]

    def test_with_a_wrong_credential_it_is_left_out(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        environ(monkeypatch, API_SECRET="wrong-secret")
        assert looked(run, "credential", "rate limit") == {}


def test_the_fields_set_apart_are_those_of_our_models_or_never_sent() -> None:
    modules = [import_module(f"{resources.__name__}.{found.name}") for found in iter_modules(resources.__path__)]
    models = [thing for module in modules for thing in vars(module).values() if isinstance(thing, type)]
    known = {name for model in models if issubclass(model, Model) for name in model.model_fields}
    for kind in KINDS:
        assert kind.optional <= known
        assert not kind.write_only & kind.optional


GONE = object()


class FieldChange:
    """The real answer with these fields set in each row, or taken out."""

    def __init__(self, **fields: object) -> None:
        self._fields = fields

    async def __call__(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        real = await collected(app, scope, receive)
        rows = [
            {name: value for name, value in (row | self._fields).items() if value is not GONE}
            for row in json.loads(real.body)
        ]
        await real.send(send, json.dumps(rows).encode())
