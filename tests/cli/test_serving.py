"""The server as a process of its own: what it answers, and how it ends."""

from __future__ import annotations

import signal
import socket
import subprocess
from collections.abc import Iterator
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
from tests.cli.process import HUDDLE, STOPS_WITHIN_SECONDS, Process, running
from tests.documents import INBOX

SERVICE_RESTART = 1012


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
