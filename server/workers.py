"""Several processes on one socket: a parent that serves nothing itself, starts them, and starts them again when they die.

They inherit the listening socket, so the system shares connections out among them and none is lost with one of them.
They are forked from a process that has loaded everything once (server/preloaded.py): a new one serves at once.
A worker whose parent is gone stops by itself.
"""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import signal
import socket
from multiprocessing.context import ForkServerProcess

import structlog
from uvicorn.loops.auto import auto_loop_factory

from server.connections import DRAIN_SECONDS
from server.serving import GRACE_SECONDS, Server, configured, settle
from server.settings import Settings, settings

PRELOADED = "server.preloaded"
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
HEALTHY_SECONDS = 2.0  # whoever lived as long did not die of how it was started
STOPPED_SECONDS = GRACE_SECONDS + DRAIN_SECONDS + 2
SIGNALS = (signal.SIGTERM, signal.SIGINT)

log = structlog.get_logger()


class Workers:
    """The parent's side. `stopping` is set when it was told to stop."""

    def __init__(self, number: int, listening: socket.socket) -> None:
        self.number = number
        self.listening = listening
        self.stopping = asyncio.Event()
        self.forking = asyncio.Lock()
        self.forks = multiprocessing.get_context("forkserver")
        self.forks.set_forkserver_preload([PRELOADED])

    async def run(self) -> None:
        """Keep the workers running until told to stop; then stop them all in bounded time."""
        loop = asyncio.get_running_loop()
        for each in SIGNALS:
            loop.add_signal_handler(each, self.stopping.set)
        await asyncio.gather(*(self._keep(place) for place in range(self.number)))

    async def _keep(self, place: int) -> None:
        pause = FIRST_PAUSE
        while not self.stopping.is_set():
            began = asyncio.get_running_loop().time()
            worker = await self._start()
            over = asyncio.create_task(_end_of(worker))
            await self._first(over)
            if not over.done():
                await _stop(worker, over)
                return
            lived = asyncio.get_running_loop().time() - began
            pause = FIRST_PAUSE if lived > HEALTHY_SECONDS else min(pause * 2, LONGEST_PAUSE)
            log.error("a worker died; starting it again", worker=place, code=worker.exitcode)
            await self._first(asyncio.create_task(asyncio.sleep(pause)))

    async def _start(self) -> ForkServerProcess:
        worker = self.forks.Process(target=serve_here, args=[self.listening])
        async with self.forking:
            await asyncio.to_thread(worker.start)
        return worker

    async def _first(self, over: asyncio.Task[None]) -> None:
        """Wait for something to be over, or for the order to stop."""
        stopping = asyncio.create_task(self.stopping.wait())
        await asyncio.wait([over, stopping], return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()


async def _end_of(worker: ForkServerProcess) -> None:
    loop, over = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(worker.sentinel, over.set)
    try:
        await over.wait()
    finally:
        loop.remove_reader(worker.sentinel)


async def _stop(worker: ForkServerProcess, over: asyncio.Task[None]) -> None:
    """Tell it to stop, and end it when it does not."""
    worker.terminate()
    await asyncio.wait([over], timeout=STOPPED_SECONDS)
    if not over.done():
        log.error("a worker did not stop in time", pid=worker.pid)
        worker.kill()
        await over


async def work(chosen: Settings, listening: socket.socket) -> None:
    """The worker's side: serve on the socket until told to stop, or until the parent is gone."""
    from server.app import build_app
    from server.logs import configure_logging

    configure_logging(json=chosen.json_log)
    server = Server(configured(build_app(chosen), chosen.proxies))
    parent = multiprocessing.parent_process()
    assert parent, "it was started by one"
    gone, loop = parent.sentinel, asyncio.get_running_loop()

    def orphaned() -> None:
        loop.remove_reader(gone)
        server.should_exit = True

    loop.add_reader(gone, orphaned)
    with listening:
        settle()
        await server.serve(sockets=[listening])


def serve_here(listening: socket.socket) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    gc.enable()
    with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:
        runner.run(work(settings(), listening))
