"""Chance that always falls the same way: the seed and the place decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Dice:
    seed: int

    def number(self, *place: object) -> int:
        """Return a large number for a place."""
        return _number(self.seed, *map(str, place))

    def between(self, lowest: int, highest: int, *place: object) -> int:
        return lowest + self.number(*place) % (highest - lowest + 1)

    def pick(self, among: Sequence[T], *place: object) -> T:
        return among[self.number(*place) % len(among)]

    def once_in(self, times: int, *place: object) -> bool:
        return self.number(*place) % times == 0


@lru_cache(maxsize=65_536)
def _number(*place: object) -> int:
    return int.from_bytes(blake2b("\0".join(map(str, place)).encode(), digest_size=8).digest())
