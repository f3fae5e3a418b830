"""The demo: two invented organizations, their people, and conversations as they could have been."""

from server.demo.listing import DemoPerson, people
from server.demo.loading import load

__all__ = ["DemoPerson", "load", "people"]
