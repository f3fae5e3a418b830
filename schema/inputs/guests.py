"""What letting a guest in takes."""

from __future__ import annotations

import strawberry

from schema.inputs.fields import input_type, key, value


@input_type
class IssueGuestTokenInput:
    """Have a token for a guest."""

    invitation_id: strawberry.ID = value(
        "An invitation as GUEST_EXPERT that you sent; PENDING, or its guest takes part."
    )
    idempotency_key: str | None = key()
