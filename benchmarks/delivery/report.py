"""What is demanded, what was seen, and whether it holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from scripts.chaos.report import percentile


@dataclass(frozen=True)
class Row:
    """A figure beside its target; without one it is only told."""

    what: str
    seen: float
    target: float | None = None
    unit: str = "ms"

    @property
    def holds(self) -> bool:
        return self.target is None or self.seen <= self.target

    @property
    def judged(self) -> str:
        return "" if self.target is None else "holds" if self.holds else "FAILS"


@dataclass
class Report:
    rows: list[Row] = field(default_factory=list)

    def add(self, what: str, seen: float, target: float | None = None, unit: str = "ms") -> None:
        row = Row(what, seen, target, unit)
        self.rows.append(row)
        print(_line(row), flush=True)

    def head(self, title: str) -> None:
        print(f"\n{title}", flush=True)

    @property
    def good(self) -> bool:
        return all(row.holds for row in self.rows)

    def markdown(self) -> str:
        """Return a table of all that was seen."""
        lines = ["| | seen | at most | |", "|---|---|---|---|"]
        for row in self.rows:
            target = "" if row.target is None else f"{row.target:g} {row.unit}"
            lines.append(f"| {row.what} | {_figure(row)} | {target} | {row.judged} |")
        return "\n".join(lines) + "\n"


def _figure(row: Row) -> str:
    digits = 2 if row.unit == "times" else 0
    return f"{row.seen:,.{digits}f} {row.unit}".rstrip()


def _line(row: Row) -> str:
    target = "" if row.target is None else f"at most {row.target:g}"
    return f"  {row.judged:6} {_figure(row):>14}  {row.what}  {target}".rstrip()


def ms(seconds: Sequence[float], share: float) -> float:
    return percentile(seconds, share) * 1000
