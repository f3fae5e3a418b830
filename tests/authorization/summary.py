"""The line at the end of a run: how much of the matrix was tried."""

from __future__ import annotations

from typing import Any


def pytest_terminal_summary(terminalreporter: Any) -> None:
    reports = [report for group in terminalreporter.stats.values() for report in group]
    calls = [report for report in reports if getattr(report, "when", "") == "call"]
    said = [each for report in calls for each in report.user_properties]
    asked = [value for name, value in said if name == "authorization"]
    if not asked:
        return
    fields, tried = max(n for n, _ in asked), sum(n for _, n in asked)
    unguarded = [str(value) for name, value in said if name == "unguarded"]
    terminalreporter.write_line(
        f"authorization: {fields} guarded fields x {len(asked)} askers, {tried} answers, "
        f"{''.join(unguarded) or 'not counted'} unguarded"
    )
