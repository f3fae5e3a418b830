"""The server as a process of its own: what it answers, and how it ends."""

from __future__ import annotations

import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import orjson
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from server import cli
from server.tokens import verify
from tests.cli.conftest import SECRET
from tests.documents import INBOX

HUDDLE = Path(sys.executable).parent / "huddle"
PATIENCE_SECONDS = 60
STOPS_WITHIN_SECONDS = 12  # what uvicorn waits for open requests, and a little more
SERVICE_RESTART = 1012


def free_port() -> int:
    """Return a port below those that outgoing connections are given."""
    for port in random.sample(range(20_000, 32_000), 50):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port
    raise AssertionError("no port is free")


class Process:
    """A `huddle serve` with a database of its own."""

    def __init__(self, home: Path, *words: str, **settings: str) -> None:
        self.port = int(settings.setdefault("HUDDLE_PORT", str(free_port())))
        self.address = f"http://127.0.0.1:{self.port}"
        self.child = subprocess.Popen(
            [HUDDLE, "serve", *words],
            cwd=home,
            env={"PATH": "/usr/bin:/bin", **settings},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def until_ready(self) -> None:
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            assert self.child.poll() is None, self.child.communicate()
            try:
                if httpx.get(f"{self.address}/readyz", trust_env=False).status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.1)
        raise AssertionError("not ready in time")

    def ends(self) -> tuple[int, str, str]:
        """Return its exit code and what it printed."""
        out, err = self.child.communicate(timeout=PATIENCE_SECONDS)
        return self.child.returncode, out, err

    def stop(self) -> tuple[float, int, str]:
        """Tell it to stop; return how long that took, its exit code and its complaints."""
        began = time.monotonic()
        self.child.send_signal(signal.SIGTERM)
        code, _, err = self.ends()
        return time.monotonic() - began, code, err


@contextmanager
def running(process: Process) -> Iterator[Process]:
    """Wait until it is ready, and leave nothing behind."""
    try:
        process.until_ready()
        yield process
    finally:
        if process.child.poll() is None:
            process.child.kill()
            process.child.communicate()


@pytest.fixture
def process(home: Path, sqlite_url: str) -> Iterator[Process]:
    settings = {"HUDDLE_DATABASE_URL": sqlite_url, "HUDDLE_JWT_SECRET": SECRET}
    with running(
        Process(home, HUDDLE_ENV="production", HUDDLE_HOSTS="127.0.0.1", **settings)
    ) as ready:
        yield ready


@pytest.fixture
def demo_settings(demo_url: str) -> dict[str, str]:
    return {"HUDDLE_DATABASE_URL": demo_url, "HUDDLE_JWT_SECRET": SECRET}


@pytest.fixture
def demo_process(home: Path, demo_settings: dict[str, str]) -> Iterator[Process]:
    with running(Process(home, "--demo", **demo_settings)) as ready:
        yield ready


def test_it_answers_and_stops_when_told_to(process: Process) -> None:
    with httpx.Client(base_url=process.address, trust_env=False) as web:
        assert web.get("/readyz").json() == {"status": "ready", "wakeUpLine": "up"}
        assert web.get("/healthz").json() == {"status": "alive"}
        committed = Path(cli.__file__).parent.parent / "schema.graphql"
        assert web.get("/schema.graphql").content == committed.read_bytes()
        answer = web.post("/graphql", json={"query": "{ viewer { agent { name } } }"}).json()
        assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    seconds, code, err = process.stop()
    assert seconds < STOPS_WITHIN_SECONDS
    assert code in (0, -signal.SIGTERM)
    assert "Traceback" not in err


def test_it_stops_although_somebody_listens(
    demo_process: Process, demo_settings: dict[str, str], home: Path
) -> None:
    printed = subprocess.run(
        [HUDDLE, "token", "lin"],
        cwd=home,
        env=demo_settings,
        capture_output=True,
        text=True,
        check=True,
    )
    token = printed.stdout.strip()
    assert verify(SECRET, token)
    url = f"ws://127.0.0.1:{demo_process.port}/graphql"
    names = [Subprotocol("graphql-transport-ws")]
    with connect(url, subprotocols=names, proxy=None) as listening:
        payload = {"authorization": f"bearer {token}"}
        listening.send(orjson.dumps({"type": "connection_init", "payload": payload}).decode())
        assert orjson.loads(listening.recv(10))["type"] == "connection_ack"
        asked = {"type": "subscribe", "id": "1", "payload": {"query": INBOX}}
        listening.send(orjson.dumps(asked).decode())
        assert orjson.loads(listening.recv(10))["type"] == "next"
        seconds, code, err = demo_process.stop()
        with pytest.raises(ConnectionClosed) as closed:
            listening.recv(10)
    assert closed.value.rcvd
    assert closed.value.rcvd.code == SERVICE_RESTART
    assert seconds < STOPS_WITHIN_SECONDS
    assert code in (0, -signal.SIGTERM)
    assert "Traceback" not in err
    assert "Huddle serves on" in err


def test_a_port_in_use(home: Path, sqlite_url: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        second = Process(home, HUDDLE_DATABASE_URL=sqlite_url, HUDDLE_PORT=port)
        code, out, err = second.ends()
    complaint = f"huddle: Port {port} of 127.0.0.1 cannot be used; set PORT to another."
    assert (code, out) == (1, "")
    assert err.splitlines()[-1] == complaint
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"HUDDLE_ENV": "test"}, "HUDDLE_ENV is development or production, not test."),
        ({"PORT": "http"}, "PORT is a number from 1 to 65535, not http."),
    ],
)
def test_the_installed_command_complains_in_one_sentence(
    home: Path, settings: dict[str, str], sentence: str
) -> None:
    ran = subprocess.run(
        [HUDDLE, "serve"], cwd=home, env=settings, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (1, "", f"huddle: {sentence}\n")
