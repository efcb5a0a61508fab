import json
from pathlib import Path

import anyio
import pytest

from assembla_client.auth.api_key import KeyPair
from assembla_client.client import AssemblaClient
from assembla_client.errors import NotFound
from assembla_client.models import Model
from assembla_client.resources.space_tools import TOOL_TYPES, SpaceTool
from assembla_client.resources.spaces import SPACE_GROUPS, SPACE_STATUSES, Space
from assembla_client.resources.users import User
from assembla_client.transport.decoding import decode_list, decode_one
from assembla_client.transport.request import Reply
from assembla_emulator.app import Emulator
from plain_api import Answer, PlainAPI, client_of, transport_to

RECORDED = Path(__file__).parents[3] / "shared" / "recorded"
needs_recordings = pytest.mark.skipif(not RECORDED.is_dir(), reason="the recorded answers are not in this repository")

A_SPACE = {"id": "s", "name": "S", "wiki_name": "s"}
A_TOOL = {"id": "t", "name": "git", "tool_id": 128}
A_USER = {"id": "u", "login": "l", "name": "N"}


def api(body: object) -> PlainAPI:
    return PlainAPI([Answer(body=json.dumps(body).encode())])


async def test_ones_own_spaces_are_asked_for_once_without_paging() -> None:
    many = api([{**A_SPACE, "id": f"s{n}"} for n in range(299)])
    spaces = await client_of(many).spaces.mine()
    assert [space.id for space in spaces] == [f"s{n}" for n in range(299)]
    [asked] = many.asked
    assert (asked.method, asked.path, asked.params) == ("GET", "/v1/spaces.json", {})


@pytest.mark.parametrize(
    ("portfolio", "group", "params"),
    [
        ("acme", None, {"portfolio": "acme"}),
        (None, "archived", {"filter[spacegroup]": "rule-11"}),
        ("acme", "all", {"portfolio": "acme", "filter[spacegroup]": "rule-2"}),
        ("acme", "1234", {"portfolio": "acme", "filter[spacegroup]": "1234"}),
        (None, None, {}),
    ],
)
async def test_a_portfolios_spaces_are_filtered_by_group(
    portfolio: str | None, group: str | None, params: dict[str, str]
) -> None:
    spaces = api([A_SPACE])
    assert len(await client_of(spaces).spaces.portfolio(portfolio, group)) == 1
    assert spaces.asked[0].params == {**params, "page": "1", "per_page": "100"}
    assert spaces.asked[0].path == "/v1/spaces.json"


async def test_each_endpoint_has_its_path() -> None:
    one, many = api(A_SPACE), api([])
    assert (await client_of(one).spaces.get("my/space")).name == "S"
    assert (await client_of(tool := api(A_TOOL)).space_tools.get("s", "git")).tool_id == 128
    assert (await client_of(me := api(A_USER)).users.me()).login == "l"
    assert (await client_of(user := api(A_USER)).users.get("a@b.example")).name == "N"
    client = client_of(many)
    assert await client.space_tools.list("s") == []
    assert await client.space_tools.repositories("s") == []
    assert await client.users.in_space("s") == []
    assert [asked.path for asked in (*one.asked, *tool.asked, *me.asked, *user.asked, *many.asked)] == [
        "/v1/spaces/my%2Fspace.json",
        "/v1/spaces/s/space_tools/git.json",
        "/v1/user.json",
        "/v1/users/a%40b.example.json",
        "/v1/spaces/s/space_tools.json",
        "/v1/spaces/s/space_tools/repo.json",
        "/v1/spaces/s/users.json",
    ]


async def test_a_space_called_nothing_is_not_found_and_not_asked_for() -> None:
    nobody = api(A_SPACE)
    for name in ("", "..", "."):
        with pytest.raises(NotFound):
            await client_of(nobody).spaces.get(name)
    assert nobody.asked == []


def test_every_field_of_every_object_has_a_meaning_and_its_documented_type() -> None:
    for model in (Space, SpaceTool, User):
        schema = model.model_json_schema(mode="serialization")
        assert all(field["description"] for field in schema["properties"].values())
        assert not any("default" in field for field in schema["properties"].values())
    fields = Space.model_json_schema(mode="serialization")
    assert fields["required"] == ["id", "wiki_name"]
    assert fields["properties"]["status"]["type"] == "integer"
    assert fields["properties"]["created_at"]["type"] == "string"
    assert {"type": "null"} in fields["properties"]["description"]["anyOf"]


def test_words_for_numbers_cover_the_documented_values() -> None:
    assert SPACE_STATUSES == {"proposed": 0, "active": 1, "archived": 2, "template": 3, "shared": 4}
    assert set(SPACE_GROUPS) == {"all", *SPACE_STATUSES}
    assert TOOL_TYPES[13] == "Tickets"


def test_private_fields_are_absent_rather_than_null_where_they_may_not_be_seen() -> None:
    stranger, _ = decode_one(User, Reply(200, {}, json.dumps({**A_USER, "picture": ""}).encode()))
    assert "email" not in stranger.model_fields_set
    assert stranger.model_dump(exclude_unset=True) == {**A_USER, "picture": ""}


@needs_recordings
@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("GET_spaces_200", Space),
        ("GET_space_200", Space),
        ("GET_space-space-tools_200", SpaceTool),
        ("GET_user_200", User),
        ("GET_users-user_200", User),
        ("GET_space-users_200", User),
    ],
)
def test_recorded_answers_are_read_without_losing_or_changing_a_field(name: str, model: type[Model]) -> None:
    body = (RECORDED / f"{name}.json").read_bytes()
    sent = json.loads(body)
    reply = Reply(200, {}, body)
    if isinstance(sent, list):
        read = [record.model_dump(exclude_unset=True) for record in decode_list(model, reply).records]
        assert read == sent
    else:
        assert decode_one(model, reply)[0].model_dump(exclude_unset=True) == sent


async def test_the_emulator_is_read_whole() -> None:
    emulator = Emulator(rate=None, tickets=0)
    keys = KeyPair(emulator.credentials.api_key, emulator.credentials.api_secret)
    client = AssemblaClient(transport_to(emulator.app, credential=keys))
    with anyio.fail_after(10):
        me = await client.users.me()
        assert me.login == emulator.credentials.user
        assert (await client.users.get(me.id)).name == me.name
        spaces = await client.spaces.mine()
        assert spaces
        for space in spaces:
            assert (await client.spaces.get(space.wiki_name)).id == space.id
            for tool in await client.space_tools.list(space.id):
                assert (await client.space_tools.get(space.id, tool.name)).id == tool.id
            assert me.id in {user.id for user in await client.users.in_space(space.id)}
        with pytest.raises(NotFound, match="Space `no-such-space` does not exist"):
            await client.spaces.get("no-such-space")


def test_every_kind_is_there_and_no_other() -> None:
    client = client_of(api([]))
    for kind in AssemblaClient.__annotations__:
        assert getattr(client, kind) is getattr(client, kind)
    with pytest.raises(AttributeError, match="no kind 'nonsense'"):
        client.nonsense  # noqa: B018 # asking is the point
