"""What the list of the audit takes."""

from __future__ import annotations

from datetime import datetime

import strawberry

from schema.enums import OrderDirection
from schema.inputs.fields import input_type, optional


@input_type
class AuditFilter:
    """Which entries. What is left out does not narrow the list."""

    operations: list[str] | None = optional("Of any of these operations, like `inviteAgents`.")
    actor_ids: list[strawberry.ID] | None = optional("By any of these agents.")
    subject_ids: list[strawberry.ID] | None = optional("About any of these, whatever they are.")
    refused: bool | None = optional(
        "Only what was refused with true, only what was done with false."
    )
    from_at: datetime | None = optional("From this moment on.")
    until_at: datetime | None = optional("Before this moment.")


@input_type
class AuditSort:
    """How to sort entries: by their place in the chain."""

    direction: OrderDirection = optional("Which way.", OrderDirection.DESC)
