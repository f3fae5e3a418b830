"""The systemd units: their commands are run as they stand, with the environment that they name."""

from __future__ import annotations

import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from configparser import ConfigParser
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from server.settings import settings
from server.workers import STOPPED_SECONDS
from tests.cli.process import free_port

CHECKOUT = Path(__file__).resolve().parents[2]
FOLDER = CHECKOUT / "deploy/systemd"
INSTALLED = "/opt/huddle/.venv/bin/huddle"
HUDDLE = str(Path(sys.executable).parent / "huddle")
PATIENCE_SECONDS = 60
HANDING = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1")
os.execv(sys.argv[2], sys.argv[2:])
"""
SERVE, MIGRATE = "huddle@.service", "huddle-migrate.service"


def unit(name: str) -> ConfigParser:
    read = ConfigParser(interpolation=None)
    read.optionxform = str  # type: ignore[assignment,method-assign]  # names keep their capitals
    read.read_string((FOLDER / name).read_text())
    return read


def environment(**instead: str) -> dict[str, str]:
    """Return what the unit's EnvironmentFile says, with other values where the test has its own."""
    name = Path(unit(SERVE)["Service"]["EnvironmentFile"]).name
    lines = (FOLDER / name).read_text().splitlines()
    said = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    assert instead.keys() <= said.keys()
    return {"PATH": os.environ["PATH"], **said, **instead}


def command(line: str, port: int = 0) -> list[str]:
    words = shlex.split(line.removeprefix("-").replace("%i", str(port)))
    assert words[0] == INSTALLED
    return [HUDDLE, *words[1:]]


def until_ready(process: subprocess.Popen[bytes], port: int) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    host = {"Host": "huddle.example.com"}
    while time.monotonic() < end:
        assert process.poll() is None
        try:
            url = f"http://127.0.0.1:{port}/readyz"
            if httpx.get(url, headers=host, trust_env=False).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("not ready in time")


@pytest.mark.parametrize("name", [SERVE, MIGRATE])
def test_units_are_whole(name: str) -> None:
    read = unit(name)
    assert read["Unit"]["Description"]
    assert read["Service"]["User"] == "huddle"
    assert read["Install"]["WantedBy"] == "multi-user.target"
    for each in ("ExecStart", "ExecStartPost"):
        if each in read["Service"]:
            command(read["Service"][each])


def test_the_environment_is_one_of_production() -> None:
    chosen = settings(environment())
    chosen.check_to_serve()
    assert chosen.production


def test_its_commands_migrate_examine_and_serve(database_url: str, tmp_path: Path) -> None:
    """Migrate, look around, serve on the port of the instance, and stop within the time that is given."""
    port, serve = free_port(), unit(SERVE)["Service"]
    said = environment(
        HUDDLE_DATABASE_URL=database_url, HUDDLE_BROADCAST_URL="", HUDDLE_RATES_URL=""
    )
    migrate = unit(MIGRATE)["Service"]
    for each in ("ExecStart", "ExecStartPost"):
        line = migrate[each]
        subprocess.run(
            command(line), env=said, cwd=tmp_path, check=not line.startswith("-"), timeout=60
        )
    process = subprocess.Popen(command(serve["ExecStart"], port), env=said, cwd=tmp_path)
    try:
        until_ready(process, port)
        process.send_signal(signal.Signals[serve["KillSignal"]])
        process.wait(int(serve["TimeoutStopSec"]))
    finally:
        process.kill()
        process.wait()
    assert int(serve["TimeoutStopSec"]) > STOPPED_SECONDS


def test_a_port_that_is_held_refuses_nobody_while_the_process_starts_again(tmp_path: Path) -> None:
    """As systemd does it: the socket is the third file, and two variables say for whom it is."""
    said = {"PATH": os.environ["PATH"], "HUDDLE_DATABASE_URL": f"sqlite:///{tmp_path / 'a.db'}"}
    with socket.create_server(("127.0.0.1", 0)) as held:
        number, port = held.fileno(), held.getsockname()[1]
        serve = [HUDDLE, "serve", "--port", str(free_port())]
        words = [sys.executable, "-c", HANDING, str(number), *serve]
        with started(words, said, tmp_path, number) as process:
            assert answered(port) == 200
            process.kill()
        with ThreadPoolExecutor(1) as waiting:
            early = waiting.submit(answered, port)
            with started(words, said, tmp_path, number):
                assert early.result() == 200


@contextmanager
def started(
    words: list[str], said: dict[str, str], folder: Path, held: int
) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(words, env=said, cwd=folder, pass_fds=[held]) as process:
        try:
            yield process
        finally:
            process.kill()


def answered(port: int) -> int:
    """Ask once; a refused connection is an error."""
    url = f"http://127.0.0.1:{port}/healthz"
    return httpx.get(url, trust_env=False, timeout=PATIENCE_SECONDS).status_code


def test_the_socket_is_that_of_its_process() -> None:
    read, serve = unit("huddle@.socket"), unit(SERVE)["Service"]
    host, port = read["Socket"]["ListenStream"].split(":")
    words = command(serve["ExecStart"]).copy()
    assert words[words.index("--host") + 1] == host
    assert port == "%i"
    assert read["Install"]["WantedBy"] == "sockets.target"
