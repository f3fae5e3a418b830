"""Fixtures for the tests of the edge."""

from tests.edge.provider import provider, trusting

__all__ = ["provider", "trusting"]
