"""`tools` and `call`: what the server says to programs and to people who ask from a terminal."""

import json
from pathlib import Path
from typing import Any

import anyio
import click
import pytest
from mcp import Client

from assembla_mcp.cli.call import arguments_from
from assembla_mcp.config.settings import defaults
from assembla_mcp.mcp_server import build_server
from assembla_tools import catalogue, select
from program_harness import Run, environ


async def _listed() -> dict[str, Any]:
    async with Client(build_server(defaults(), select())) as client:
        return (await client.list_tools()).model_dump(mode="json", by_alias=True, exclude_none=True)


def test_tools_json_is_exactly_what_tools_list_answers(run: Run) -> None:
    printed = json.loads(run("tools", "--json").stdout)
    assert printed == anyio.run(_listed)
    assert [tool["name"] for tool in printed["tools"]] == [tool.name for tool in select().served]


def test_tools_follow_the_options(run: Run) -> None:
    listed = json.loads(run("tools", "--json", "--toolsets", "people", "--tools", "list_spaces").stdout)
    people = [tool.name for tool in catalogue() if tool.toolset == "people"]
    assert sorted(tool["name"] for tool in listed["tools"]) == sorted(["list_spaces", *people])


def test_tools_follow_the_environment(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    environ(monkeypatch, EXCLUDE_TOOLS="get_user", READ_ONLY="true")
    names = [tool["name"] for tool in json.loads(run("tools", "--json").stdout)["tools"]]
    assert "list_spaces" in names
    assert "get_user" not in names


def test_people_get_a_table_of_tools(run: Run) -> None:
    told = run("tools").stdout
    assert "list_spaces" in told
    assert "reads" in told
    assert "\x1b" not in told


def test_call_prints_the_structured_content_alone(run: Run) -> None:
    result = run("call", "get_user", "--demo", "--json")
    assert result.exit_code == 0
    assert result.stderr == ""
    user = json.loads(result.stdout)
    assert user["login"]


def test_arguments_come_as_pairs_or_as_json(run: Run) -> None:
    by_pairs = run("call", "list_spaces", "--demo", "--json", "limit=1", "status=active")
    by_json = run("call", "list_spaces", "--demo", "--json", "--args", '{"limit": 1, "status": "active"}')
    mixed = run("call", "list_spaces", "--demo", "--json", "--args", '{"limit": 9, "status": "active"}', "limit=1")
    assert by_pairs.stdout == by_json.stdout == mixed.stdout
    assert len(json.loads(by_pairs.stdout)["items"]) == 1


def test_an_error_is_a_code_and_a_message_with_status_1(run: Run) -> None:
    result = run("call", "get_space", "space=no-such-space", "--demo", "--json")
    assert result.exit_code == 1
    error = json.loads(result.stdout)["error"]
    assert error["code"] == "NOT_FOUND"
    assert "no-such-space" in error["message"]
    people = run("call", "get_space", "space=no-such-space", "--demo")
    assert (people.exit_code, people.stdout) == (1, "")
    assert people.stderr.startswith("assembla-mcp: NOT_FOUND: ")


@pytest.mark.parametrize("pair", ["limit=many", "colour=red"])
def test_what_the_tool_refuses_is_the_tool_s_to_say(run: Run, pair: str) -> None:
    result = run("call", "list_spaces", pair, "--demo", "--json")
    assert result.exit_code == 1
    error = json.loads(result.stdout)["error"]
    assert error["code"] == "INVALID"
    assert pair.partition("=")[0] in error["message"]


def test_a_tool_that_is_switched_off_answers_so(run: Run) -> None:
    result = run("call", "get_user", "--exclude-tools", "get_user", "--demo", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["error"]["code"] == "NOT_ALLOWED"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["lst_spaces"], "list_spaces"),
        (["something_else"], "assembla-mcp tools"),
        (["list_spaces", "limit"], "KEY=VALUE"),
        (["list_spaces", "=3"], "KEY=VALUE"),
        (["list_spaces", "--args", "[1]"], "--args"),
        (["list_spaces", "--args", "{"], "--args"),
        (["list_spaces", "query=@/no/such/file"], "/no/such/file"),
    ],
)
def test_what_cannot_be_a_call_is_wrong_usage(run: Run, arguments: list[str], said: str) -> None:
    result = run("call", "--demo", "--json", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


def test_without_a_credential_a_call_says_how_to_sign_in(run: Run) -> None:
    error = json.loads(run("call", "get_user", "--json").stdout)["error"]
    assert error["code"] == "UNAUTHENTICATED"
    assert "assembla-mcp login" in error["message"]
    assert "ASSEMBLA_API_KEY" in error["message"]


def test_people_get_tables_and_sheets(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    spaces = run("call", "list_spaces", "limit=1", "--demo").stdout
    assert "wiki_name" in spaces
    assert "There is more: cursor=" in spaces
    assert "login" in run("call", "get_user", "--demo").stdout
    assert "(nothing)" in run("call", "list_spaces", "query=zzzzzz", "--demo").stdout
    wide = run("call", "list_spaces", "detail=full", "limit=1", "--demo").stdout
    assert "can_apply" in wide or "description" in wide


SCHEMAS: dict[str, dict[str, Any]] = {
    "text": {"type": "string"},
    "count": {"type": "integer"},
    "hours": {"type": "number"},
    "sure": {"type": "boolean"},
    "tags": {"type": "array", "items": {"type": "string"}},
    "numbers": {"type": "array", "items": {"type": "integer"}},
    "fields": {"type": "object"},
    "either": {"type": ["integer", "null"]},
}


@pytest.mark.parametrize(
    ("pair", "value"),
    [
        ("text=12", "12"),
        ("text=a=b", "a=b"),
        ("text=", ""),
        ("text=@@anna", "@anna"),
        ("count=12", 12),
        ("count=twelve", "twelve"),
        ("hours=1.5", 1.5),
        ("sure=TRUE", True),
        ("sure=no", "no"),
        ("tags=a, b,,c", ["a", "b", "c"]),
        ('tags=["a,b"]', ["a,b"]),
        ("tags=[a", "[a"),
        ("numbers=1,2", [1, 2]),
        ('fields={"Customer": "Acme"}', {"Customer": "Acme"}),
        ("either=3", 3),
        ("unknown=3", "3"),
    ],
)
def test_a_value_is_read_by_its_parameter_s_type(pair: str, value: object) -> None:
    assert arguments_from([pair], None, SCHEMAS) == {pair.partition("=")[0]: value}


def test_a_value_may_come_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "text.md"
    file.write_text("# Ü\n\nlines\n", encoding="utf-8")
    assert arguments_from([f"text=@{file}"], None, SCHEMAS) == {"text": "# Ü\n\nlines\n"}
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(click.UsageError, match="text"):
        arguments_from([f"text=@{file}"], None, SCHEMAS)
