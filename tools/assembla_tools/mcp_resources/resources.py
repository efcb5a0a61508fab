"""Resources: the URIs that things can be read by, for clients that attach them rather than call tools.

A thing that a tool shows is read by that tool, so both say the same; what no tool shows by itself is in `_objects`.
Whoever is not served a tool is not served what goes by its rights.
"""

import base64
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass

from mcp import MCPError
from mcp.shared.uri_template import UriTemplate
from mcp.types import (
    INTERNAL_ERROR,
    INVALID_PARAMS,
    BlobResourceContents,
    CallToolResult,
    EmbeddedResource,
    ImageContent,
    ReadResourceResult,
    ResourceLink,
    ResourceTemplate,
    TextContent,
    TextResourceContents,
)

from assembla_tools.framework.context import Api
from assembla_tools.framework.errors import Refused, error_text
from assembla_tools.framework.manifest import Served
from assembla_tools.framework.results import Answer
from assembla_tools.framework.tool import answered
from assembla_tools.lookup.find_space import find_space
from assembla_tools.mcp_resources.single_objects import SINGLE_OBJECTS, FetchObject
from assembla_tools.registry import Selection

MAX_BLOB_BYTES = 4 * 2**20
_JSON = "application/json"
_FAULTS_OF_OTHERS = frozenset({"UPSTREAM", "NETWORK", "RATE_LIMITED", "UNAUTHENTICATED"})
_BY_TOOL = (
    ("space", "assembla://spaces/{space}", "A space", "get_space"),
    ("ticket", "assembla://spaces/{space}/tickets/{number}", "A ticket", "get_ticket"),
    ("milestone", "assembla://spaces/{space}/milestones/{milestone}", "A milestone", "get_milestone"),
    ("wiki_page", "assembla://spaces/{space}/wiki/{page}", "A wiki page", "get_wiki_page"),
    (
        "merge_request",
        "assembla://spaces/{space}/merge_requests/{repository}/{id}",
        "A merge request",
        "get_merge_request",
    ),
)
_DOCUMENT = ("document", "assembla://spaces/{space}/documents/{id}", "A document", "get_document")

Ask = Callable[[Api, Mapping[str, str]], Awaitable[CallToolResult]]


@dataclass(frozen=True)
class ServedTemplate:
    """One template. `ask` answers, or raises Refused, like a tool; None where its tool is not served."""

    listed: ResourceTemplate
    template: UriTemplate
    tool: str
    ask: Ask | None


class Resources:
    """What can be read under one selection of tools."""

    def __init__(self, selection: Selection) -> None:
        self._entries = (
            *(_entry(*each, _by_tool(selection.find(each[-1]))) for each in _BY_TOOL),
            _entry(*_DOCUMENT, _with_bytes(selection.find(_DOCUMENT[-1]))),
            *(
                _entry(each.name, each.template, each.title, each.tool, _fetched(each.fetch, selection.find(each.tool)))
                for each in SINGLE_OBJECTS
            ),
        )

    def templates(self) -> list[ResourceTemplate]:
        """Those that are served, as `resources/templates/list` shows them."""
        return [entry.listed for entry in self._entries if entry.ask is not None]

    async def read(self, api: Api, uri: str) -> ReadResourceResult:
        """Answer one `resources/read`. Raises MCPError, with the text that a tool would have answered with."""
        for entry in self._entries:
            if (arguments := entry.template.match(uri)) is not None:
                return await _read(api, entry, uri, {name: str(value) for name, value in arguments.items()})
        message = "There is no such resource; `resources/templates/list` shows which there are."
        raise MCPError(INVALID_PARAMS, message, {"uri": uri})


def _entry(name: str, template: str, title: str, tool: str, ask: Ask | None) -> ServedTemplate:
    listed = ResourceTemplate(
        name=name, title=title, uri_template=template, mime_type=_JSON, description=f"{title}, as `{tool}` may see it."
    )
    return ServedTemplate(listed, UriTemplate.parse(template), tool, ask)


def _by_tool(tool: Served | None) -> Ask | None:
    if tool is None:
        return None
    return lambda api, arguments: tool.call(api, dict(arguments))


def _fetched(fetch: FetchObject, tool: Served | None) -> Ask | None:
    return None if tool is None else lambda api, arguments: answered(api, lambda view: fetch(view, arguments))


async def _read(api: Api, entry: ServedTemplate, uri: str, arguments: Mapping[str, str]) -> ReadResourceResult:
    if entry.ask is None:
        message = f"NOT_ALLOWED: this goes with `{entry.tool}`, which is switched off in this server's configuration."
        raise MCPError(INVALID_PARAMS, message, {"uri": uri})
    try:
        result = await entry.ask(api, arguments)
    except Refused as refused:
        kind = INTERNAL_ERROR if refused.code in _FAULTS_OF_OTHERS else INVALID_PARAMS
        raise MCPError(kind, error_text(refused.code, refused.message), {"uri": uri}) from None
    return ReadResourceResult(contents=list(_contents(result, uri)))


def _contents(result: CallToolResult, uri: str) -> Iterator[TextResourceContents | BlobResourceContents]:
    for block in result.content:
        match block:
            case TextContent():
                yield TextResourceContents(uri=uri, mime_type=_JSON, text=block.text)
            case ImageContent():
                yield BlobResourceContents(uri=uri, mime_type=block.mime_type, blob=block.data)
            case EmbeddedResource():
                yield block.resource


def _with_bytes(tool: Served | None) -> Ask | None:
    """A document's link leads here: what it stands for is given too, as far as it is not too large."""
    if tool is None:
        return None

    async def ask(api: Api, arguments: Mapping[str, str]) -> CallToolResult:
        answer = await tool.call(api, dict(arguments))
        link = next((block for block in answer.content if isinstance(block, ResourceLink)), None)
        if link is None or link.size is None or link.size > MAX_BLOB_BYTES:
            return answer
        document: str = (answer.structured_content or {})["id"]
        loaded = await answered(api, lambda view: _bytes(view, arguments["space"], document, link))
        return answer.model_copy(update={"content": [answer.content[0], loaded.content[1]]})

    return ask


async def _bytes(api: Api, space: str, document: str, link: ResourceLink) -> Answer[dict[str, str]]:
    found = await find_space(api, space)
    loaded = await api.client.documents.download(found.id, document, MAX_BLOB_BYTES)
    blob = BlobResourceContents(uri=link.uri, mime_type=link.mime_type, blob=base64.b64encode(loaded).decode())
    return Answer({}, blocks=[EmbeddedResource(resource=blob)])
