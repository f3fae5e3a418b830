"""What a race has shown over its rounds, and the table of all races."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any

import pytest

ERRORS = frozenset({"error", "critical"})
ENOUGH = 10  # violations, to see what is wrong without playing all rounds


@dataclass
class Tally:
    """Counts rounds, winners by kind, how the others were refused, and what must never be."""

    name: str
    rounds: int = 0
    winners: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)
    logged: list[MutableMapping[str, Any]] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    def round(self, winners: Iterable[str], refusals: Iterable[str], wrong: Iterable[str]) -> None:
        self.rounds += 1
        self.winners.update(winners)
        self.refusals.update(refusals)
        self.violations += [f"round {self.rounds}: {each}" for each in wrong]

    def of(self, rounds: int) -> Iterator[int]:
        """Number the rounds to play; fail in the end for every violation and every error in the log."""
        while self.rounds < rounds and len(self.violations) < ENOUGH:
            yield self.rounds
        self.violations += [
            f"logged: {entry['event']}" for entry in self.logged if entry["log_level"] in ERRORS
        ]
        if self.violations:
            pytest.fail("\n".join(["Races were lost:", *self.violations]), pytrace=False)

    def row(self) -> dict[str, Any]:
        """Return what travels from a worker of the run to the one who prints."""
        return {
            "name": self.name,
            "rounds": self.rounds,
            "winners": dict(self.winners),
            "refusals": dict(self.refusals),
            "violations": len(self.violations),
            "seconds": time.monotonic() - self.began,
        }


def table(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the lines of the summary."""
    lines = [f"{'race':42}{'rounds':>7}{'seconds':>9}{'violations':>12}  winners"]
    lines += [_line(row) for row in sorted(rows, key=lambda row: str(row["name"]))]
    return lines


def _line(row: Mapping[str, Any]) -> str:
    winners = ", ".join(f"{kind} {n}" for kind, n in sorted(row["winners"].items()))
    return f"{row['name']:42}{row['rounds']:>7}{row['seconds']:>9.1f}{row['violations']:>12}  {winners}"
