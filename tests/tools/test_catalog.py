"""Rules that hold for every tool at once. The snapshots are what a model reads: look at them when they change."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from mcp.types import Tool as ListedTool

from assembla_tools import NothingServed, Served, UnknownName, catalogue, select
from assembla_tools.framework import manifest
from assembla_tools.registry import TOOLSETS, declared

SNAPSHOTS = Path(__file__).parent / "snapshots"
ALL = catalogue()
VERBS = [
    "list",
    "get",
    "search",
    "count",
    "create",
    "update",
    "save",
    "add",
    "link",
    "review",
    "undo",
    "delete",
    "close",
    "mark",
    "run",
    "upload",
    "invite",
]

# Ratchets: these only go down. Design allows 28,000 for the default listing, 56,000 for everything, 3,600 for one.
DEFAULT_LISTING_CHARS = 28_000
WHOLE_LISTING_CHARS = 56_000
ONE_TOOL_CHARS = 3_600


def listed(tool: Served) -> ListedTool:
    return tool.listed


def size(tool: ListedTool) -> int:
    schema = json.dumps(tool.input_schema, ensure_ascii=False, separators=(",", ":"))
    return len(tool.name) + len(tool.description or "") + len(schema)


def parts(schema: Any) -> list[dict[str, Any]]:
    """Every schema within `schema`, itself first."""
    if not isinstance(schema, dict):
        return []
    inner = [
        *schema.get("properties", {}).values(),
        *schema.get("anyOf", []),
        schema.get("items"),
        schema.get("additionalProperties"),
    ]
    return [schema, *(part for each in inner for part in parts(each))]


@pytest.mark.parametrize("tool", ALL, ids=lambda tool: tool.name)
def test_each_tool_is_listed_as_its_snapshot_says(tool: Any) -> None:
    shown = (
        json.dumps(listed(tool).model_dump(mode="json", by_alias=True, exclude_none=True), indent=2, ensure_ascii=False)
        + "\n"
    )
    snapshot = SNAPSHOTS / f"{tool.name}.json"
    if not snapshot.exists():
        snapshot.write_text(shown)
        pytest.fail(f"wrote {snapshot.name}: read it as a user would, then run again")
    assert shown == snapshot.read_text()


def test_there_is_no_snapshot_without_a_tool() -> None:
    assert {path.stem for path in SNAPSHOTS.glob("*.json")} == {tool.name for tool in ALL}


@pytest.mark.parametrize("tool", ALL, ids=lambda tool: tool.name)
def test_names_titles_and_descriptions_follow_the_rules(tool: Any) -> None:
    assert re.fullmatch(r"[a-z0-9_]{1,46}", tool.name)
    assert tool.name.split("_")[0] in VERBS
    assert tool.title
    assert tool.toolset in TOOLSETS
    sentences = re.findall(r"[.:](?:\s|$)", tool.description)
    assert 2 <= len(sentences) <= 6, tool.description
    assert "  " not in tool.description


@pytest.mark.parametrize("tool", ALL, ids=lambda tool: tool.name)
def test_all_four_hints_are_said(tool: Any) -> None:
    hints = listed(tool).annotations
    assert hints is not None
    assert None not in (hints.read_only_hint, hints.destructive_hint, hints.idempotent_hint, hints.open_world_hint)
    assert hints.read_only_hint == (tool.effect == "read")


@pytest.mark.parametrize("tool", ALL, ids=lambda tool: tool.name)
def test_input_schemas_stay_in_the_subset_that_every_provider_takes(tool: Any) -> None:
    schema = listed(tool).input_schema
    Draft202012Validator.check_schema(schema)
    assert schema["type"] == "object"
    assert not isinstance(schema.get("additionalProperties"), bool)
    for part in parts(schema):
        assert not {"anyOf", "oneOf", "allOf", "$ref", "$defs", "title", "const"} & set(part)
        assert isinstance(part["type"], str)
    for name, parameter in schema["properties"].items():
        assert parameter.get("description"), f"{tool.name}: {name} has no description"
        assert parameter.get("default", "") is not None


@pytest.mark.parametrize("tool", ALL, ids=lambda tool: tool.name)
def test_output_schemas_are_objects_without_references(tool: Any) -> None:
    schema = listed(tool).output_schema
    assert schema is not None
    Draft202012Validator.check_schema(schema)
    assert schema["type"] == "object"
    assert not [part for part in parts(schema) if {"$ref", "$defs", "title", "oneOf", "allOf"} & set(part)]
    # A list of types is legal, but clients that map schemas to a one-type dialect drop or refuse it.
    assert not [part for part in parts(schema) if not isinstance(part.get("type", ""), str)]


def test_the_manifests_keep_within_their_budgets() -> None:
    default = [listed(tool) for tool in select().served]
    everything = [listed(tool) for tool in ALL]
    assert len(default) <= 26
    assert sum(map(size, default)) <= DEFAULT_LISTING_CHARS
    assert sum(map(size, everything)) <= WHOLE_LISTING_CHARS
    assert max(map(size, everything)) <= ONE_TOOL_CHARS


def test_the_first_listed_tool_only_reads_and_takes_no_argument() -> None:
    first = listed(select().served[0])
    assert first.annotations is not None
    assert first.annotations.read_only_hint
    assert "required" not in first.input_schema


def test_toolsets_replace_the_default_choice_and_tools_add_to_it() -> None:
    assert [tool.name for tool in select(["people"]).served if tool.default] == [
        tool.name for tool in ALL if tool.toolset == "people" and tool.default
    ]
    assert "list_spaces" in [tool.name for tool in select(["people"], tools=["list_spaces"]).served]
    assert select(["default"]) == select()
    assert [tool.name for tool in select(["all"]).served] == [tool.name for tool in ALL]


def test_excluding_wins_over_both() -> None:
    served = select(["all"], tools=["get_user"], exclude=["get_user"])
    assert "get_user" not in [tool.name for tool in served.served]
    assert served.withheld["get_user"] == "NOT_ALLOWED"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"toolsets": ["space"]}, "no toolset called 'space'; did you mean spaces"),
        ({"tools": ["list_space"]}, "no tool called 'list_space'; did you mean list_spaces"),
        ({"exclude": ["xxxxxxx"]}, "no tool called 'xxxxxxx'; there are list_spaces"),
    ],
)
def test_an_unknown_name_is_wrong_usage_and_the_nearest_is_told(arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(UnknownName, match=words):
        select(**arguments)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"toolsets": ["admin", "webhooks"]}, "no tool would be served: there is none yet in admin, webhooks"),
        ({"toolsets": ["keys"], "exclude": ["list_ssh_keys"]}, "no tool would be served: each of those chosen"),
    ],
)
def test_a_selection_that_serves_nothing_is_wrong_usage(arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(NothingServed, match=words):
        select(**arguments)
    assert select(["people", "admin"]).served


def test_a_start_reads_the_manifest_from_its_file_and_imports_no_tool() -> None:
    asked = (
        "import sys; from assembla_tools import select; shown = [tool.listed.name for tool in select().served];"
        "print(len(shown), [name for name in sys.modules if name.startswith('assembla_')])"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    count, _, modules = done.stdout.partition(" ")
    assert int(count) == len(select().served)
    assert "assembla_tools.catalog.spaces" not in modules
    assert "resources" not in modules


@pytest.mark.parametrize("content", [None, b"", b"{", b'{"sources": "0", "tools": []}'])
def test_a_manifest_that_is_missing_torn_or_out_of_date_is_made_anew(
    content: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "listing.json"
    if content is not None:
        file.write_bytes(content)
    monkeypatch.setattr(manifest, "FILE", file)
    assert manifest.stored() is None
    assert [entry.name for entry in declared()] == [entry.name for entry in ALL]


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of all tools whose listing is current, to be changed."""
    entries = declared()
    copied = tmp_path / "assembla_tools"
    shutil.copytree(manifest.FILE.parent, copied, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(manifest, "_TOOLS", copied)
    monkeypatch.setattr(manifest, "FILE", copied / "listing.json")
    manifest.FILE.write_text(manifest.text_of(entries))
    assert manifest.stored() is not None
    return copied


def test_a_tool_moved_into_another_folder_makes_the_listing_stale(sources: Path) -> None:
    (sources / "catalog" / "users.py").rename(sources / "catalog" / "tickets" / "users.py")
    assert manifest.stored() is None


@pytest.mark.parametrize("helper", ["catalog/tickets/filters.py", "lookup/people.py", "framework/json_schema.py"])
def test_a_change_in_a_module_that_tools_stand_on_makes_the_listing_stale(sources: Path, helper: str) -> None:
    with (sources / helper).open("a") as module:
        module.write("\n# another word\n")
    assert manifest.stored() is None


def test_a_module_added_or_removed_anywhere_makes_the_listing_stale(sources: Path) -> None:
    added = sources / "catalog" / "tickets" / "another.py"
    added.touch()
    assert manifest.stored() is None
    added.unlink()
    assert manifest.stored() is not None
    (sources / "lookup" / "__init__.py").unlink()
    assert manifest.stored() is None


def test_the_manifest_is_the_same_bytes_on_five_starts() -> None:
    command = [sys.executable, "-m", "assembla_mcp", "tools", "--json", "--toolsets", "all"]
    starts = [
        subprocess.run(command, capture_output=True, check=True, env={**os.environ, "PYTHONHASHSEED": str(seed)}).stdout
        for seed in range(5)
    ]
    assert len(set(starts)) == 1
    assert len(starts[0]) > 10_000
