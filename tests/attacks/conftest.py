"""What every attack must leave behind: nothing but ordinary lines in the log."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from structlog.testing import capture_logs

ALARMING = {"warning", "error", "critical", "exception"}


@pytest.fixture
def quiet(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail when the service or a library complains meanwhile: an attack is answered, not suffered."""
    with capture_logs() as entries:
        yield
    assert [entry for entry in entries if entry["log_level"] in ALARMING] == []
    complaints = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert [record.getMessage() for record in complaints] == []
    assert "Traceback" not in caplog.text
