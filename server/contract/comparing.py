"""`huddle schema --diff` and its check of deprecations, apart from what they print."""

from __future__ import annotations

from pathlib import Path

from graphql import GraphQLError

from server.contract.changes import changes
from server.contract.deprecations import violations
from server.contract.impact import worst
from server.contract.report import as_markdown, as_text
from server.settings import SettingsError


def compared(path: Path, sdl: str, *, markdown: bool) -> tuple[str, int]:
    """Return the report on what changed from a file to the present schema, and the code to exit with."""
    try:
        found = changes(path.read_text(encoding="utf-8"), sdl)
    except (GraphQLError, TypeError, UnicodeDecodeError) as problem:
        words = str(problem).partition("\n")[0]
        raise SettingsError(f"{path} is not a schema: {words}") from problem
    return (as_markdown if markdown else as_text)(found), worst(found).exit_code


def check_deprecations(sdl: str) -> None:
    if found := violations(sdl):
        raise SettingsError(f"The deprecation policy is not kept: {' '.join(found)}")
