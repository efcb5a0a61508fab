"""The documents say what the code does."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import docs
from assembla_mcp.config.settings import load, variables
from assembla_tools import catalogue
from guards import STUCK_S

README = (docs.ROOT / "README.md").read_text()
CONFIGURATION = re.compile(r"```json\n(.*?)```", re.S)


def test_the_generated_tables_are_current() -> None:
    for name in docs.GENERATED:
        assert f"<!-- {name} -->" in README
    assert docs.current(README) == README, "run make docs"


@pytest.mark.parametrize("name", docs.PAGES)
def test_the_generated_pages_are_current_and_the_same_each_time(name: str) -> None:
    made = docs.PAGES[name]()
    assert docs.PAGES[name]() == made
    assert (docs.ROOT / name).read_text() == made, "run make docs"


def test_the_reference_is_linked_from_the_readme() -> None:
    assert "(docs/tools.md)" in README


def test_every_tool_and_variable_is_in_the_readme() -> None:
    for name in [tool.name for tool in catalogue()] + [name for name, _, _ in variables()]:
        assert f"`{name}`" in README


def test_the_example_configuration_starts_the_server() -> None:
    [server] = json.loads((docs.ROOT / "mcp.json.example").read_text())["mcpServers"].values()
    assert server["command"] == "assembla-mcp"
    program = Path(sys.executable).with_name(server["command"])
    env = {"PATH": os.environ["PATH"], **server["env"]}
    listed = subprocess.run(
        [program, "tools", "--json", *server["args"][1:]], env=env, capture_output=True, text=True, timeout=STUCK_S
    )
    assert listed.returncode == 0, listed.stderr
    assert json.loads(listed.stdout)["tools"]


def test_every_configuration_in_the_readme_is_valid_and_names_known_variables() -> None:
    known = {name for name, _, _ in variables()}
    blocks = [json.loads(block) for block in CONFIGURATION.findall(README)]
    assert len(blocks) >= 2
    for block in blocks:
        for server in (block.get("mcpServers") or block["servers"]).values():
            assert server["command"] == "assembla-mcp"
            assert set(server.get("env", {})) <= known


def test_the_readme_names_every_dependency_and_why() -> None:
    project = tomllib.loads((docs.ROOT / "pyproject.toml").read_text())["project"]
    for requirement in project["dependencies"] + project["optional-dependencies"]["keyring"]:
        name = re.split(r"[<>=]", requirement)[0]
        assert re.search(rf"^\| `{re.escape(name)}` \| \S", README, re.M), name


def test_the_variables_of_the_example_pass_the_check_of_settings() -> None:
    assert load(api_key="k", api_secret="s").api_key is not None


def test_no_file_of_the_project_holds_a_path_of_a_machine_or_the_address_of_a_registry() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=docs.ROOT, capture_output=True, text=True)
    names = listed.stdout.split() or [str(path) for path in docs.ROOT.glob("*.*")]
    told = re.compile(r"/(?:work|root)/|files\.pythonhosted|://pypi\.org/(?!project)")
    for name in names:
        path = docs.ROOT / name
        if path.is_file() and path != Path(__file__) and path.suffix not in (".png",):
            assert not told.search(path.read_text(errors="replace")), name
