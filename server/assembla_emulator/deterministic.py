"""Pseudo-random values, each derived from the seed and a name.

Drawing by name instead of in sequence keeps every id what it was when data are added before it.
"""

import base64
import hashlib
import struct
from collections.abc import Iterator, Sequence
from itertools import count
from typing import TypeVar

T = TypeVar("T")


def _digest(seed: int, *names: object) -> bytes:
    return hashlib.sha256("\x1f".join(map(str, (seed, *names))).encode()).digest()


def identifier(seed: int, *names: object) -> str:
    """An id as the API has them: 22 characters of `A-Z a-z 0-9 _ -`, any of them first."""
    return base64.urlsafe_b64encode(_digest(seed, *names)).decode()[:22]


def token(seed: int, *names: object) -> str:
    """A secret as the API has them: 32 hex digits."""
    return _digest(seed, *names).hex()[:32]


def fraction(seed: int, *names: object) -> float:
    """A number from 0 up to, not including, 1."""
    return int.from_bytes(_digest(seed, *names)[:6]) / 2**48


def below(limit: int, seed: int, *names: object) -> int:
    """A whole number from 0 up to, not including, `limit`."""
    return int(fraction(seed, *names) * limit)


def choice(choices: Sequence[T], seed: int, *names: object) -> T:
    """One of the choices."""
    return choices[below(len(choices), seed, *names)]


class Draws:
    """Numbers drawn one after the other from the seed and a name, for the many small choices about one thing."""

    def __init__(self, seed: int, *names: object) -> None:
        self._numbers = _numbers("\x1f".join(map(str, (seed, *names))))

    def fraction(self) -> float:
        """A number from 0 up to, not including, 1."""
        return next(self._numbers) / 2**32

    def below(self, limit: int) -> int:
        """A whole number from 0 up to, not including, `limit`."""
        return next(self._numbers) * limit >> 32

    def chance(self, probability: float) -> bool:
        """True that often."""
        return self.fraction() < probability

    def choice(self, choices: Sequence[T]) -> T:
        """One of `choices`, which must not be empty."""
        return choices[self.below(len(choices))]


def _numbers(name: str) -> Iterator[int]:
    for block in count():
        yield from struct.unpack("<48I", hashlib.shake_128(f"{name}\x1f{block}".encode()).digest(192))
