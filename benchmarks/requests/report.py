"""The figures as tables, and whether the targets hold."""

from __future__ import annotations

import platform
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median

from benchmarks.requests.measuring import CONNECTIONS, CROWD, Figures, percentile
from benchmarks.requests.starting import Starts
from benchmarks.requests.work import WORK

LIBRARIES = (
    "strawberry-graphql",
    "graphql-core",
    "starlette",
    "uvicorn",
    "sqlalchemy",
    "asyncpg",
    "orjson",
)
DATABASES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
START_SECONDS = 1.5
FLAT = 1.3  # how much dearer a row may be among 100 times as many


@dataclass(frozen=True)
class Case:
    database: str
    size: int
    work: str


@dataclass
class Results:
    """`main` is the size at which all kinds were measured."""

    main: int
    figures: dict[Case, Mapping[str, Figures]] = field(default_factory=dict)
    starts: dict[str, Starts] = field(default_factory=dict)
    resident_mib: dict[str, float] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)

    def at_main(self) -> Iterator[tuple[Case, Mapping[str, Figures]]]:
        return ((case, f) for case, f in self.figures.items() if case.size == self.main)


@dataclass(frozen=True)
class Target:
    """A ratio of CPU that is at most, or with `least` at least, so much."""

    phrase: str
    reached: float
    limit: float
    least: bool = False

    @property
    def holds(self) -> bool:
        return self.reached >= self.limit if self.least else self.reached <= self.limit


def targets(results: Results) -> Iterator[Target]:
    for case, figures in results.at_main():
        yield from _beside_floor(case, figures)
        yield from _beside_peers(case, figures)
    yield from _flat(results)
    for database, each in results.starts.items():
        yield Target(f"Seconds to start on {DATABASES[database]}", min(each.seconds), START_SECONDS)


def _beside_floor(case: Case, figures: Mapping[str, Figures]) -> Iterator[Target]:
    if not {"floor", "ours"} <= figures.keys():
        return
    floor, ours, place = (
        figures["floor"],
        figures["ours"],
        f"{case.work} on {DATABASES[case.database]}",
    )
    changes = WORK[case.work].changes
    if not changes or case.database == "postgresql":
        limit = 2.5 if changes else 2.0
        yield Target(f"{place}: CPU beside the floor", ours.cpu / floor.cpu, limit)
    if floor.crowd_ms and ours.crowd_ms:
        ratio = percentile(ours.crowd_ms, 0.99) / percentile(floor.crowd_ms, 0.99)
        yield Target(f"{place}: p99 under {CROWD} clients beside the floor's", ratio, 2.0)


def _beside_peers(case: Case, figures: Mapping[str, Figures]) -> Iterator[Target]:
    ours, place = figures.get("ours"), f"{case.work} on {DATABASES[case.database]}"
    if ours is None or WORK[case.work].changes:
        return
    if "strawberry" in figures:
        ratio = figures["strawberry"].cpu / ours.cpu
        yield Target(f"{place}: times cheaper than stock strawberry", ratio, 20.0, least=True)
    if "mercurius" in figures:
        ratio = ours.cpu / figures["mercurius"].cpu
        yield Target(f"{place}: CPU beside mercurius with JIT", ratio, 1.5)


def _flat(results: Results) -> Iterator[Target]:
    """Compare how much dearer the largest size is than the smallest, beside how much dearer the floor is there: it meets the
    same database, and the same machine, which minutes later may be another.
    """
    for database in DATABASES:
        for work in WORK:
            found = {
                case.size: f
                for case, f in results.figures.items()
                if (case.database, case.work) == (database, work) and {"ours", "floor"} <= f.keys()
            }
            if len(found) > 1:
                small, large = found[min(found)], found[max(found)]
                grown, floor = (large[kind].cpu / small[kind].cpu for kind in ("ours", "floor"))
                phrase = f"{work} on {DATABASES[database]}: growth of CPU from size {min(found)} to {max(found)} beside the floor's"
                yield Target(phrase, grown / floor, FLAT)


def written(results: Results) -> str:
    """Return the whole report as Markdown."""
    lines = [
        "# What requests cost",
        "",
        "Written by `make bench`; see [README.md](README.md) for what is measured and how.",
        "",
        *_machine(results),
        *_tables(results),
        *_sizes(results),
        *_crowds(results),
        *_process(results),
        "## Targets",
        "",
        "| | reached | target | |",
        "|---|---|---|---|",
        *(_judged(each) for each in targets(results)),
    ]
    return "\n".join(lines) + "\n"


def _machine(results: Results) -> Iterator[str]:
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    others = "".join(f", {name} {number}" for name, number in results.versions.items())
    yield f"{datetime.now(UTC):%Y-%m-%d}, {model}, {platform.system()} {platform.release().partition('-')[0]}. "
    yield f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {libraries}{others}."
    yield ""


def _tables(results: Results) -> Iterator[str]:
    for case, figures in results.at_main():
        work, floor = WORK[case.work], figures.get("floor")
        yield f"## {work.name} on {DATABASES[case.database]}: {work.phrase}"
        yield ""
        yield f"{CONNECTIONS} connections, size {case.size}. CPU is of the server process alone."
        yield ""
        yield "| | CPU us/request (spread) | x floor | requests/s | p50 ms | p99 ms |"
        yield "|---|---|---|---|---|---|"
        for kind, f in figures.items():
            ratio = f"{f.cpu / floor.cpu:.2f}" if floor else ""
            p50, p99 = (percentile(f.milliseconds, share) for share in (0.5, 0.99))
            rate = sorted(f.per_second)[len(f.per_second) // 2]
            yield f"| {kind} | {f.cpu:,.0f} ({f.spread}) | {ratio} | {rate:,.0f} | {p50:.1f} | {p99:.1f} |"
        yield ""


def _sizes(results: Results) -> Iterator[str]:
    sizes = sorted({case.size for case in results.figures})
    if len(sizes) < 2:
        return
    yield "## More data, the same answer"
    yield ""
    yield "CPU us/request, ours and in brackets the floor's; the answers have as many rows at every size."
    yield ""
    yield "| | " + " | ".join(f"size {size}" for size in sizes) + " |"
    yield "|---" * (len(sizes) + 1) + "|"
    for database in DATABASES:
        for work in WORK:
            found = [results.figures.get(Case(database, size, work), {}) for size in sizes]
            if all(found):
                cells = (f"{f['ours'].cpu:,.0f} ({f['floor'].cpu:,.0f})" for f in found)
                yield f"| {work} on {DATABASES[database]} | " + " | ".join(cells) + " |"
    yield ""


def _crowds(results: Results) -> Iterator[str]:
    yield f"## {CROWD} clients at once"
    yield ""
    yield "| | floor p50 ms | p99 ms | ours p50 ms | p99 ms |"
    yield "|---|---|---|---|---|"
    for case, figures in results.at_main():
        if all(kind in figures and figures[kind].crowd_ms for kind in ("floor", "ours")):
            cells = (
                f"{percentile(figures[kind].crowd_ms, share):.1f}"
                for kind in ("floor", "ours")
                for share in (0.5, 0.99)
            )
            yield f"| {case.work} on {DATABASES[case.database]} | " + " | ".join(cells) + " |"
    yield ""


def _process(results: Results) -> Iterator[str]:
    yield "## Start and memory of ours"
    yield ""
    for database, each in results.starts.items():
        yield (
            f"`huddle serve` on {DATABASES[database]}, from the command to the first answer: {min(each.seconds):.2f} s at best of "
            f"{len(each.seconds)}, {median(each.cpu_seconds):.2f} s of CPU; resident then {each.mib:.0f} MiB."
        )
        yield ""
    for moment, mib in results.resident_mib.items():
        yield f"Resident {moment}: {mib:.0f} MiB."
        yield ""


def _judged(target: Target) -> str:
    word = "at least" if target.least else "at most"
    verdict = "holds" if target.holds else "**fails**"
    return f"| {target.phrase} | {target.reached:.2f} | {word} {target.limit:g} | {verdict} |"
