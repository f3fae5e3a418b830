"""`make profile`: where the time of a query and of a mutation goes in ours, by py-spy, written to `benchmarks/profile.md`."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.requests.load import load
from benchmarks.requests.measuring import COMPARED, DISTINCT
from benchmarks.requests.running import LOAD_CORE, Running, running
from benchmarks.requests.seed import Plan
from benchmarks.requests.stores import store
from benchmarks.requests.work import WORK, Work

ROOT = Path(__file__).parents[2]
WRITTEN = Path(os.environ.get("PROFILE", ROOT / "benchmarks" / "profile.md"))
DATABASE = os.environ.get("DATABASES", "postgresql")
WORKS = os.environ.get("WORK", "Q1,M1").split(",")
SECONDS = int(os.environ.get("SECONDS", "10"))
FRESH = 4_000
WARMING = 200
CONNECTIONS = 4
RATE = 200  # samples a second
COSTS, FUNCTIONS = 5, 15
WAITING = ("EpollSelector.select", "select (selectors.py")


@dataclass(frozen=True)
class Cost:
    """What a frame is counted to: the innermost one that lies in any of the folders."""

    name: str
    remedy: str
    folders: tuple[str, ...]


COSTS_BY_FOLDER = (
    Cost(
        "Building and caching SQL in SQLAlchemy",
        "Statements that are built once, so that only their values are bound for each request.",
        ("sqlalchemy/", "sqlmodel/"),
    ),
    Cost(
        "asyncpg: encoding, the protocol, decoding rows",
        "Fewer round trips: statements folded into one; fewer columns.",
        ("asyncpg/",),
    ),
    Cost(
        "SQLite and its threads",
        "One hop to a thread for several statements; SQLite itself is what stays.",
        ("aiosqlite/", "sqlite3/"),
    ),
    Cost(
        "graphql-core: what is not compiled",
        "Compiling what the compiler declines still.",
        ("graphql/", "strawberry/"),
    ),
    Cost("The compiled document", "Less to do for each value: leaves by exact type, fewer calls.", ("execution/", "<compiled")),
    Cost("Reading rows into views", "Cheaper conversion of ids, enums and moments, or none.", ("models/", "resolvers/reads/")),
    Cost("Use cases and rules", "Nothing that is not asked for: they are the product.", ("resolvers/", "domain/")),
    Cost("The schema's fields and guards", "Fields that are plain attributes, checks bound once.", ("schema/",)),
    Cost("Tokens", "Believing a token that was verified a moment ago, within its time.", ("jwt/", "cryptography/", "hmac", "server/tokens")),
    Cost("The edge: limits, request ids, headers", "Fewer layers around a request.", ("server/", "throttled/", "structlog/", "limits/")),
    Cost("HTTP: uvicorn and Starlette", "A leaner server; the floor pays it too.", ("uvicorn/", "starlette/", "httptools/")),
    Cost("The event loop, its waiting included: py-spy cannot look into uvloop", "Fewer tasks and fewer hops for each request; the floor pays most of it too.", ("asyncio/", "uvloop/", "concurrent/", "threading", "queue", "selectors")),
)  # fmt: skip
OTHER = Cost("Everything else", "", ())


@dataclass
class Profile:
    work: Work
    by_cost: Counter[Cost]
    by_function: Counter[str]

    @property
    def samples(self) -> int:
        return sum(self.by_cost.values())


def cost_of(stack: list[str]) -> Cost:
    """Return what a stack's innermost known frame is counted to."""
    for frame in reversed(stack):
        path = frame.rpartition(" (")[2]
        for cost in COSTS_BY_FOLDER:
            if any(f"/{folder}" in path or path.startswith(folder) for folder in cost.folders):
                return cost
    return OTHER


def read(work: Work, samples: str) -> Profile:
    """Read py-spy's raw format: frames from the outside in, parted by semicolons, then how often."""
    found = Profile(work, Counter(), Counter())
    for line in samples.splitlines():
        frames, _, count = line.rpartition(" ")
        stack = frames.split(";")
        if stack[-1].startswith(WAITING):
            continue
        found.by_cost[cost_of(stack)] += int(count)
        found.by_function[_shown(stack[-1])] += int(count)
    return found


def _shown(frame: str) -> str:
    """Return a frame without the line and without what lies above the package."""
    name, _, place = frame.rstrip(")").partition(" (")
    path = place.rpartition(":")[0].rpartition("site-packages/")[2]
    return f"{name} ({path.removeprefix(str(ROOT) + '/')})"


async def profiled(server: Running, work: Work, plan: Plan, folder: Path) -> Profile:
    numbers = range(COMPARED, FRESH) if work.changes else _again()
    requests = (work.request(plan, number) for number in numbers)
    await load(server.port, (next(requests) for _ in range(WARMING)), CONNECTIONS)
    file = folder / f"{work.name}.txt"
    command = ["py-spy", "record", "--pid", str(server.process.pid), "--format", "raw"]
    command += [
        "--duration",
        str(SECONDS),
        "--rate",
        str(RATE),
        "--output",
        str(file),
        "--nonblocking",
    ]
    spy = await asyncio.create_subprocess_exec(
        Path(sys.executable).with_name(command[0]), *command[1:], stdout=subprocess.DEVNULL
    )
    await load(server.port, requests, CONNECTIONS, SECONDS + 1, lenient=True)
    await spy.wait()
    return read(work, file.read_text())


def _again() -> Iterator[int]:
    while True:
        yield from range(DISTINCT)


def written(profiles: list[Profile]) -> str:
    lines = [
        "# Where the time goes",
        "",
        f"Written by `make profile`: py-spy looked at ours {RATE} times a second for {SECONDS} s while {CONNECTIONS} connections",
        f"asked, on {DATABASE}. A sample counts to the innermost frame that lies in a known folder.",
        "",
    ]
    for each in profiles:
        lines += [*_table(each), ""]
    return "\n".join(lines)


def _table(profile: Profile) -> Iterator[str]:
    yield f"## {profile.work.name}: {profile.work.phrase}"
    yield ""
    yield "| | share | what would remove it |"
    yield "|---|---|---|"
    named = Counter({cost: n for cost, n in profile.by_cost.items() if cost is not OTHER})
    for cost, count in named.most_common(COSTS):
        yield f"| {cost.name} | {count / profile.samples:.0%} | {cost.remedy} |"
    rest = profile.samples - sum(n for _, n in named.most_common(COSTS))
    yield f"| all else | {rest / profile.samples:.0%} | |"
    yield ""
    yield "```text"
    for name, count in profile.by_function.most_common(FUNCTIONS):
        yield f"{count / profile.samples:6.1%}  {name}"
    yield "```"


def main() -> None:
    os.sched_setaffinity(0, {LOAD_CORE})
    works = [WORK[name] for name in WORKS]
    plan = Plan(1, FRESH if any(work.changes for work in works) else 0)
    with tempfile.TemporaryDirectory(prefix="huddle-", dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with store(DATABASE, folder) as place, running(place.copies(plan, ("ours",))) as servers:
            found = [asyncio.run(profiled(servers[0], work, plan, folder)) for work in works]
    text = written(found)
    WRITTEN.write_text(text)
    print(text)


if __name__ == "__main__":
    main()
