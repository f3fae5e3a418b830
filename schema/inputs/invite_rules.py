"""What setting a rule takes."""

from __future__ import annotations

import strawberry

from domain import text
from domain.invite_rules import MOST_PEOPLE, InviteUrgency
from schema.inputs.fields import input_type, key, optional, value


@input_type
class UpdateInviteRuleInput:
    """Set a rule about whom to invite when. What is left out stays as it is."""

    invite_rule_id: strawberry.ID = value("The rule.")
    expected_version: int = value(
        "The rule's `version` that you saw; VERSION_CONFLICT when it has changed since."
    )
    enabled: bool | None = optional("Whether it is used at all.")
    automatic: bool | None = optional("Whether it invites by itself when a conversation is opened.")
    reason: str | None = optional(
        f"Why, in a sentence for the agent. At most {text.REASON} characters."
    )
    people: int | None = optional(f"How many to invite: 1 to {MOST_PEOPLE}.")
    least_level: int | None = optional("The lowest level of a skill to look for: 1 to 5.")
    urgency: InviteUrgency | None = optional("How soon.")
    idempotency_key: str | None = key()
