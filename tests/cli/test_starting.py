"""A start loads what serves, and nothing that few starts need."""

from __future__ import annotations

import subprocess
import sys

SELDOM = {"alembic", "server.demo.loading", "server.mock", "server.doctor"}


def test_serving_loads_nothing_that_few_starts_need() -> None:
    """Whoever is killed is back the sooner."""
    program = "import sys, server.cli, server.app; print(*sys.modules)"
    words = [sys.executable, "-c", program]
    loaded = subprocess.run(words, capture_output=True, text=True, check=True).stdout.split()
    assert "schema.build" in loaded
    assert not SELDOM & set(loaded)
