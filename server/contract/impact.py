"""How much a change of the schema means to clients."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Impact(IntEnum):
    """What a change does to clients that were written before it."""

    SAFE = 0
    DANGEROUS = 1
    BREAKING = 2

    @property
    def meaning(self) -> str:
        return MEANINGS[self]

    @property
    def exit_code(self) -> int:
        return EXIT_CODES[self]


MEANINGS = {
    Impact.SAFE: "nothing changes for existing clients",
    Impact.DANGEROUS: "requests stay valid, but clients may meet what they do not expect",
    Impact.BREAKING: "requests that were answered are refused, or answered in another shape",
}
EXIT_CODES = {
    Impact.SAFE: 0,
    Impact.DANGEROUS: 3,  # 1 is any error of the command line, 2 its wrong use
    Impact.BREAKING: 4,
}


@dataclass(frozen=True)
class Change:
    """`kind` is a constant to count and filter by, `words` a sentence for a person."""

    impact: Impact
    kind: str
    words: str


def worst(changes: list[Change]) -> Impact:
    return max((change.impact for change in changes), default=Impact.SAFE)
