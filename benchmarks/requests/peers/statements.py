"""The floor's statements by name, for those who are not written in Python."""

from __future__ import annotations

from benchmarks.requests.floor import queries, rights, rules

BY_NAME = {
    "actor": rights.ACTOR,
    "candidates": rules.SEEN,
    "circumstances": rules.CIRCUMSTANCES,
    "colleagues": queries.COLLEAGUES,
    "departments": queries.DEPARTMENTS,
    "door": queries.DOOR,
    "loads": queries.LOADS,
    "names": queries.NAMES,
    "notes": queries.NOTES,
    "people": queries.PEOPLE,
    "pending": queries.PENDING,
    "skills": queries.SKILLS,
}


def statements(url: str) -> dict[str, str]:
    sqlite = url.startswith("sqlite")
    return {name: sql.sqlite if sqlite else sql.postgresql for name, sql in BY_NAME.items()}
