"""Custom fields: what a space adds to its tickets."""

from typing import Annotated

from pydantic import BeforeValidator

from assembla_client.models import Expected, Instant, Model, NumberId
from assembla_client.resources import yaml_text
from assembla_client.transport.client import Transport
from assembla_client.transport.endpoint import Endpoint


def _options(value: object) -> object:
    """Read the choices of a list field, sent as an array, or as text: YAML, lines, or with commas between."""
    if isinstance(value, str):
        return _yaml_options(value) or _text_options(value)
    if isinstance(value, list):
        return [str(each) if type(each) in (int, float) else each for each in value]
    return value


def _yaml_options(text: str) -> list[str] | None:
    if not text.lstrip().startswith(("---", "- ")):
        return None
    try:
        return [yaml_text.scalar(node) or "" for node in yaml_text.items(text) or ()]
    except ValueError:
        return None


def _text_options(text: str) -> list[str]:
    parts = text.splitlines() if "\n" in text.strip() else text.split(",")
    return [part.strip() for part in parts if part.strip()]


class CustomField(Model):
    """A field. `type` is Text, Numeric, Team List, List or Date as it is read; the list of types is open."""

    id: NumberId
    title: Expected[str] = None
    type: Expected[str] = None
    required: bool | None = None
    hide: bool | None = None
    default_value: str | None = None
    # The reference and recordings have an array, one client reads lines or YAML, writers send commas.
    list_options: Annotated[list[str] | None, BeforeValidator(_options)] = None
    example_value: str | None = None
    without_default_on_form: bool | None = None
    order: int | None = None
    space_tool_id: str | None = None
    created_at: Instant | None = None
    updated_at: Instant | None = None


CUSTOM_FIELDS = Endpoint(
    41,
    "GET",
    "/spaces/{space}/tickets/custom_fields",
    "the list of custom fields of space {space}",
    "list",
    tool="Tickets",
    cacheable=True,
)
CUSTOM_FIELD = Endpoint(
    42,
    "GET",
    "/spaces/{space}/tickets/custom_fields/{id}",
    "custom field {id} of space {space}",
    "custom field",
    tool="Tickets",
)


class CustomFieldsAPI:
    """The fields that a space adds."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def get(self, space: str, id: int) -> CustomField:
        """Fetch one custom field.

        GET /v1/spaces/{space}/tickets/custom_fields/{id}. Raises NotFound.
        """
        return await self._transport.one(CustomField, CUSTOM_FIELD(space=space, id=id))

    async def list(self, space: str, *, fresh: bool = False) -> list[CustomField]:
        """Fetch the custom fields of a space.

        GET /v1/spaces/{space}/tickets/custom_fields. Not paged. Empty: 204.
        """
        return await self._transport.many(CustomField, CUSTOM_FIELDS(space=space), fresh=fresh)
