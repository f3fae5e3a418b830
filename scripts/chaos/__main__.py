"""`python -m scripts.chaos`: every configuration under faults; exits with 1 unless nothing was lost, doubled or reordered."""

from __future__ import annotations

import argparse
import asyncio
import os
import secrets
import signal
import sys
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog

from scripts.chaos.configurations import CONFIGURATIONS, Configuration
from scripts.chaos.databases import postgres
from scripts.chaos.plants import PLANTS
from scripts.chaos.report import lines, summary
from scripts.chaos.run import Result, run

MINUTES = 3.0


def asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts.chaos", description=__doc__)
    parser.add_argument("--minutes", type=float, default=float(os.environ.get("MINUTES", MINUTES)))
    parser.add_argument("--seed", type=int, default=int(os.environ.get("SEED", 0)))
    parser.add_argument("--only", default="", help="part of a configuration's name")
    parser.add_argument("--stuck", type=int, default=200, help="clients that never read")
    parser.add_argument("--every", type=float, default=1.5, help="seconds between two faults")
    parser.add_argument("--plant", default="", choices=["", *PLANTS], help="a mistake to find")
    return parser.parse_args()


def main() -> int:
    chosen = asked()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that nothing is left behind
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    seed = chosen.seed or secrets.randbelow(10**6)
    tried = [each for each in CONFIGURATIONS if chosen.only.lower() in each.name.lower()]
    print(f"chaos: seed {seed}, {chosen.minutes:g} minutes over {len(tried)} configurations")
    with ExitStack() as stack:
        path = stack.enter_context(TemporaryDirectory(prefix="huddle-", dir="/tmp"))
        Path(path).chmod(0o755)
        results = asyncio.run(_all(tried, chosen, seed, Path(path), stack))
    print(summary(results))
    return 0 if all(result.good for result in results) else 1


async def _all(
    tried: list[Configuration],
    chosen: argparse.Namespace,
    seed: int,
    folder: Path,
    stack: ExitStack,
) -> list[Result]:
    server = None
    if any(each.postgres for each in tried):
        server = stack.enter_context(postgres(folder))
        await server.configure()
    seconds, results = chosen.minutes * 60 / len(tried), []
    for number, each in enumerate(tried):
        options = {"plant": chosen.plant, "stuck": chosen.stuck, "every": chosen.every}
        result = await run(each, seconds, seed, folder / f"run-{number}", server, **options)
        print("\n".join(lines(result)), flush=True)
        results.append(result)
    return results


if __name__ == "__main__":
    sys.exit(main())
