"""Several processes on one socket: a parent that serves nothing itself, starts them, and starts them again when they die.

They inherit the listening socket, so the system shares connections out among them and none is lost with one of them.
A worker whose parent is gone stops by itself: its standard input ends.
"""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from asyncio.subprocess import Process
from pathlib import Path

import structlog
from uvicorn.loops.auto import auto_loop_factory

from server.connections import DRAIN_SECONDS
from server.serving import GRACE_SECONDS, Server, configured, settle
from server.settings import Settings, settings

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
HEALTHY_SECONDS = 10.0  # whoever lived as long did not die of how it was started
STOPPED_SECONDS = GRACE_SECONDS + DRAIN_SECONDS + 2
SIGNALS = (signal.SIGTERM, signal.SIGINT)

log = structlog.get_logger()


class Workers:
    """The parent's side. `stopping` is set when it was told to stop."""

    def __init__(self, number: int, listening: socket.socket) -> None:
        self.number = number
        self.listening = listening
        self.stopping = asyncio.Event()

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
            if await self._until_stopping(worker):
                await _stop(worker)
                return
            lived = asyncio.get_running_loop().time() - began
            pause = FIRST_PAUSE if lived > HEALTHY_SECONDS else min(pause * 2, LONGEST_PAUSE)
            log.error("a worker died; starting it again", worker=place, code=worker.returncode)
            await _first(self.stopping.wait(), asyncio.sleep(pause))

    async def _start(self) -> Process:
        descriptor = self.listening.fileno()
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "server.workers", str(descriptor)),
            stdin=asyncio.subprocess.PIPE,
            pass_fds=[descriptor],
            cwd=Path.cwd(),
        )

    async def _until_stopping(self, worker: Process) -> bool:
        """Wait for the worker's end or the order to stop; tell whether it was the order."""
        await _first(worker.wait(), self.stopping.wait())
        return worker.returncode is None


async def _stop(worker: Process) -> None:
    """Tell it to stop, and end it when it does not."""
    worker.send_signal(signal.SIGTERM)
    try:
        async with asyncio.timeout(STOPPED_SECONDS):
            await worker.wait()
    except TimeoutError:
        log.error("a worker did not stop in time", pid=worker.pid)
        worker.kill()
        await worker.wait()


async def _first(*these: object) -> None:
    """Wait for the first of several, and forget the others."""
    tasks = [asyncio.ensure_future(each) for each in these]  # type: ignore[call-overload]  # coroutines
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()


async def work(chosen: Settings, listening: socket.socket) -> None:
    """The worker's side: serve on the socket until told to stop, or until the parent is gone."""
    from server.app import build_app
    from server.logs import configure_logging

    configure_logging(json=chosen.json_log)
    server = Server(configured(build_app(chosen), chosen.proxies))

    def orphaned() -> None:
        asyncio.get_running_loop().remove_reader(sys.stdin.fileno())
        server.should_exit = True

    asyncio.get_running_loop().add_reader(sys.stdin.fileno(), orphaned)
    with listening:
        settle()
        await server.serve(sockets=[listening])


def main() -> None:
    with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:
        runner.run(work(settings(), socket.socket(fileno=int(sys.argv[1]))))


if __name__ == "__main__":
    main()
