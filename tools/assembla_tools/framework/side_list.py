"""What stands beside the thing asked for never loses it: where such a list is refused or broken, the answer says so."""

from collections.abc import Awaitable
from typing import TypeVar

from assembla_client.errors import Forbidden, NotFound, ServerError, UnexpectedResponse, what_happened
from assembla_tools.framework.context import Api

T = TypeVar("T")
D = TypeVar("D")

BROKEN = (Forbidden, NotFound, ServerError, UnexpectedResponse)
"""Errors that are about one list. Others, such as a lost connection, are about all there is to ask for."""


async def or_else(api: Api, what: str, asked: Awaitable[T], otherwise: D) -> T | D:
    """What was asked for beside the main thing, or something else and a note of this request on `what` is left out."""
    try:
        return await asked
    except BROKEN as error:
        if not (isinstance(error, NotFound) and error.tool_missing):
            api.note(f"{what} left out: {what_happened(error, api.space_names)}")
        return otherwise
