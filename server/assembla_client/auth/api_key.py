"""Signing in with a person's own key and secret: two fixed headers, no tokens."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from assembla_client.auth.credential import Send
from assembla_client.auth.tokens import fingerprint
from assembla_client.errors import Unauthorized


@dataclass(frozen=True)
class KeyPair:
    """A personal key pair, made on Assembla's page for registered applications."""

    key: str = field(repr=False)
    secret: str = field(repr=False)
    advice: str | None = None
    """What to do when the pair is refused, in a sentence."""

    @property
    def account(self) -> str:
        """The key's own."""
        return f"key:{fingerprint(self.key)}"

    async def headers(self, send: Send) -> Mapping[str, str]:
        """Headers for any request to `/v1`; they never change."""
        return {"X-Api-Key": self.key, "X-Api-Secret": self.secret}

    async def refused(self, sent: Mapping[str, str], send: Send, *, again: bool = False) -> bool:
        """There is no second pair to try. Raises Unauthorized, which says what to do."""
        raise Unauthorized("Assembla refused the key pair: it is wrong or revoked (401).", advice=self.advice)

    def used(self) -> None:
        """Keys do not slide."""

    async def aclose(self) -> None:
        """Nothing is left to do."""
