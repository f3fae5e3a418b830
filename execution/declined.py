"""What compiled code says when it meets what it does not do."""

from __future__ import annotations


class Declined(Exception):
    """Something here is not compiled, or did not go well: graphql-core answers instead, errors and all."""
