"""Fixtures of the tables that are here only."""

from tests.models.things import known

__all__ = ["known"]
