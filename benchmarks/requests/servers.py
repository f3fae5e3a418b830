"""The Python kinds, each a process of its own: `python -m benchmarks.requests.servers KIND DATABASE PORT`.

All are served by uvicorn with the same settings and without an access log. The floor's garbage collector is set as is best
for a server, so that ours is measured against nothing easy; stock servers are as they come.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import sys
from collections.abc import Callable
from functools import partial

import structlog
import uvicorn
from starlette.applications import Starlette
from uvicorn.loops.auto import auto_loop_factory

from benchmarks.requests.work import SECRET


def ours(url: str, port: int, collect: Callable[[], None] | None = None) -> None:
    """Serve the product as `huddle serve` does, with its limits in force and none of them ever reached.

    `collect` sets the garbage collector, if not as the product does.
    """
    from domain.rates import Rate, Rates
    from server.app import build_app
    from server.serving import Server, configured, listen, settle
    from server.settings import Settings

    rate = Rate(1_000_000, 1_000_000)
    chosen = Settings(
        database_url=url,
        jwt_secret=SECRET,
        rates=Rates(rate, rate, rate, rate),
        playground=False,
        port=port,
    )
    server = Server(configured(build_app(chosen)))
    (collect or settle)()
    with listen(chosen) as listening, asyncio.Runner(loop_factory=auto_loop_factory()) as runner:
        runner.run(server.serve(sockets=[listening]))


def floor(url: str, port: int) -> None:
    from benchmarks.requests.floor.app import build_floor

    app = build_floor(url, SECRET)
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 50)
    plainly(app, port)


def strawberry(url: str, port: int) -> None:
    from benchmarks.requests.peers.stock.app import build

    plainly(build(url, SECRET), port)


def ariadne(url: str, port: int) -> None:
    from benchmarks.requests.peers.for_ariadne import build

    plainly(build(url, SECRET), port)


def plainly(app: Starlette, port: int) -> None:
    uvicorn.run(app, port=port, log_level="error", access_log=False)


def as_it_comes() -> None:
    """Leave the collector alone."""


KINDS: dict[str, Callable[[str, int], None]] = {
    "ours": ours,
    "floor": floor,
    "strawberry": strawberry,
    "ariadne": ariadne,
    "frozen": partial(ours, collect=gc.freeze),
    "unsettled": partial(ours, collect=as_it_comes),
}


def main(kind: str, url: str, port: str) -> None:
    logging.disable(logging.WARNING)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    KINDS[kind](url, int(port))


if __name__ == "__main__":
    main(*sys.argv[1:])
