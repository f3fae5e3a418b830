"""`make bench`: queries and mutations over HTTP, ours beside a floor and others, in turns.

The servers run on core 0, this process and PostgreSQL on another. CPU is the server process's own, all threads of it.
"""

from __future__ import annotations

import asyncio
import os
import resource
import sys
import tempfile
from pathlib import Path

from benchmarks.requests.measuring import fresh, measured
from benchmarks.requests.report import Case, Results, targets, written
from benchmarks.requests.running import LOAD_CORE, NODE_KINDS, PYTHON_KINDS, Running, running
from benchmarks.requests.seed import Plan
from benchmarks.requests.starting import starts
from benchmarks.requests.stores import Store, store
from benchmarks.requests.work import WORK


def chosen(name: str, default: str) -> tuple[str, ...]:
    return tuple(os.environ.get(name, default).split(","))


DATABASES = chosen("DATABASES", "sqlite,postgresql")
KINDS = chosen("KINDS", ",".join(PYTHON_KINDS + NODE_KINDS))
WORKS = [WORK[name] for name in chosen("WORK", ",".join(WORK))]
SIZES = [int(size) for size in chosen("SIZES", "1,10,100")]
MAIN = 10 if 10 in SIZES else SIZES[0]
ROUNDS = int(os.environ.get("ROUNDS", "5"))
SECONDS = float(os.environ.get("SECONDS", "2"))
RESULTS = Path(os.environ.get("RESULTS", Path(__file__).parents[1] / "results.md"))
GROWING = ("floor", "ours")  # what is measured at other sizes than the main one
CHANGING = ("floor", "ours", "frozen", "unsettled")  # the others only read


def measure(results: Results, database: str, place: Store) -> None:
    for size in SIZES:
        kinds = KINDS if size == MAIN else tuple(kind for kind in KINDS if kind in GROWING)
        works = [work for work in WORKS if size == MAIN or not work.changes]
        plan = Plan(size, fresh(ROUNDS) if any(work.changes for work in works) else 0)
        if not works or not kinds:
            continue
        urls = place.copies(plan, kinds)
        if size == MAIN and "ours" in kinds:
            results.starts[database] = starts(urls["ours"])
        with running(urls) as servers:
            for work in works:
                asked = [each for each in servers if each.kind in CHANGING or not work.changes]
                crowd = set(GROWING) if size == MAIN else set()
                print(f"{database}, size {size}, {work.name}: {work.phrase}", file=sys.stderr)
                found = asyncio.run(measured(asked, work, plan, ROUNDS, SECONDS, crowd))
                results.figures[Case(database, size, work.name)] = found
            note_memory(results, servers, f"after the rounds ({database}, size {size})")


def note_memory(results: Results, servers: list[Running], moment: str) -> None:
    for each in servers:
        if each.kind == "ours":
            results.resident_mib[moment] = each.resident_mib()


def main() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    os.sched_setaffinity(0, {LOAD_CORE})
    results = Results(MAIN)
    with tempfile.TemporaryDirectory(prefix="huddle-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)  # a database server may run as another user
        for database in DATABASES:
            with store(database, Path(folder)) as place:
                measure(results, database, place)
    text = written(results)
    RESULTS.write_text(text)
    print(text)
    sys.exit(0 if all(each.holds for each in targets(results)) else 1)


if __name__ == "__main__":
    main()
