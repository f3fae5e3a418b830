"""The firms of the demonstration are such that what it shows can happen."""

from __future__ import annotations

from server.demo.firms import DEPARTMENTS
from server.demo.tables import cells, members


def test_a_complaint_reaches_a_supervisor_of_customer_service() -> None:
    """R113, R52: from another department too, since another one of them can approve it."""
    supervisors = {(firm, slug): members(names) for firm, slug, _, _, names in cells(DEPARTMENTS)}
    assert len(supervisors["skysail", "customer-service"]) > 1
