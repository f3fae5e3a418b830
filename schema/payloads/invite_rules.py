"""What mutations of invite rules answer."""

from __future__ import annotations

from resolvers.reads.invite_rules import invite_rules_by_id
from schema.fields import batched, output
from schema.payloads.base import Payload
from schema.types.invite_rules import InviteRule


@output()
class UpdateInviteRulePayload(Payload):
    """The outcome of setting a rule."""

    invite_rule: InviteRule | None = batched(
        InviteRule | None,
        invite_rules_by_id,
        "changed.invite_rule_id",
        "The rule as it is now; null on refusal.",
    )
