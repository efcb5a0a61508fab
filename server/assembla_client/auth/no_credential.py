"""Standing in where nobody has signed in: the server still starts, and each call says what to do."""

from collections.abc import Mapping
from dataclasses import dataclass

from assembla_client.auth.credential import Send
from assembla_client.errors import Unauthorized


@dataclass(frozen=True)
class NoCredential:
    """No way to sign in. `advice` says what to set or run."""

    message: str
    advice: str | None = None

    @property
    def account(self) -> str:
        """Nobody's."""
        return "nobody"

    async def headers(self, send: Send) -> Mapping[str, str]:
        """Raise Unauthorized, before anything is sent."""
        raise Unauthorized(self.message, advice=self.advice)

    async def refused(self, sent: Mapping[str, str], send: Send, *, again: bool = False) -> bool:
        """Nothing else can be offered."""
        return False

    def used(self) -> None:
        """There is nothing to slide."""

    async def aclose(self) -> None:
        """Nothing is left to do."""
