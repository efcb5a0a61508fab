"""The endpoints that the client declares, by number, and which of them a request went to."""

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from urllib.parse import unquote

from assembla_client import resources
from assembla_client.transport.endpoint import Endpoint


def declared(module: ModuleType) -> dict[str, list[Endpoint]]:
    """The endpoints of a resource module by the name that its methods use: one alone, or some in a mapping."""
    found = {}
    for name, value in vars(module).items():
        some = [*value.values()] if isinstance(value, Mapping) else [value]
        if some and all(isinstance(each, Endpoint) for each in some):
            found[name] = some
    return found


RESOURCES = {
    module.name: import_module(f"{resources.__name__}.{module.name}") for module in iter_modules(resources.__path__)
}
ENDPOINTS = {
    each.number: each
    for each in sorted(
        (each for module in RESOURCES.values() for some in declared(module).values() for each in some),
        key=lambda endpoint: endpoint.number,
    )
}
READS = tuple(number for number, endpoint in ENDPOINTS.items() if endpoint.method == "GET")
NOT_READS = {
    "/users/{user}/picture": "a picture, which is given as a link",
    "/spaces/{space}/ssh/actions/{id}/run": "runs a command, though it is a GET",
    "/spaces/{space}/repos": "no tool shows repositories yet",
    "/spaces/{space}/repos/{repo}": "no tool shows repositories yet",
    "/spaces/{space}/repos/{repo}/branches": "no tool shows repositories yet",
    "/spaces/{space}/repos/{repo}/tags": "no tool shows repositories yet",
    "/spaces/{space}/repos/{repo}/commits": "no tool shows repositories yet",
    "/tickets/{ticket}": "its path is inferred; a ticket is asked for by its space and number",
}
"""GETs that nothing here reads by, and why."""


def endpoint_of(method: str, path: str, query: str = "") -> int | None:
    """The number of the endpoint that a request went to: of several that fit, the one with a word for a name."""
    stem = path.removeprefix("/v1").removesuffix(".json")
    segments = [unquote(segment) for segment in stem.split("/")]
    portfolio = "portfolio=" in query or "spacegroup" in unquote(query)
    fitting = [
        endpoint
        for endpoint in ENDPOINTS.values()
        if endpoint.method == method and bool(endpoint.parameters) == portfolio and _fits(endpoint.path, segments)
    ]
    return min(fitting, key=lambda one: one.path.count("{")).number if fitting else None


def _fits(template: str, segments: list[str]) -> bool:
    mine = template.split("/")
    return len(mine) == len(segments) and all(
        one == other or one.startswith("{") for one, other in zip(mine, segments, strict=True)
    )
