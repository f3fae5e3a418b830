"""`huddle audit verify`: whether the audit is what was written."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.cli.conftest import Huddle

pytestmark = pytest.mark.one_database

ENTRY = """
INSERT INTO audit_entry (id, organization_id, seq, actor_kind, operation, outcome, facts, occurred_at, digest)
SELECT lower(hex(randomblob(16))), id, 1, 'SYSTEM', 'forged', 'OK', '{}', 0, zeroblob(32) FROM organization LIMIT 1
"""


def test_an_unbroken_audit_is_said_to_be_so(huddle: Huddle, demo_url: str) -> None:
    """R158: one line for each organization, and exit code 0."""
    ran = huddle("audit", "verify", HUDDLE_DATABASE_URL=demo_url)
    assert (ran.code, ran.err) == (0, "")
    assert all(" entries, unbroken" in line for line in ran.out.splitlines())


def test_a_broken_one_is_named(huddle: Huddle, demo_url: str, tmp_path: Path) -> None:
    """R158: the first entry that does not hold, and exit code 4."""
    with sqlite3.connect(tmp_path / "demo.db") as connection:
        connection.execute(ENTRY)
    ran = huddle("audit", "verify", HUDDLE_DATABASE_URL=demo_url)
    assert ran.code == 4
    assert "Entry 1 is not what was written: forged" in ran.out


def test_a_database_that_is_not_there_is_no_audit(huddle: Huddle, tmp_path: Path) -> None:
    ran = huddle("audit", "verify", HUDDLE_DATABASE_URL=f"sqlite:///{tmp_path / 'none.db'}")
    assert "The database cannot be used" in ran.complains()
