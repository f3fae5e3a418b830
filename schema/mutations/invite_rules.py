"""Setting the rules about whom to invite when."""

from __future__ import annotations

from dataclasses import fields
from typing import Annotated, Any

import strawberry

from domain.invite_rules import InviteRule
from resolvers.invite_rules import update_invite_rule
from schema.context import Info
from schema.fields import mutation
from schema.ids import decode
from schema.inputs.invite_rules import UpdateInviteRuleInput
from schema.payloads.invite_rules import UpdateInviteRulePayload
from schema.performing import perform
from schema.queries.policies import MANAGERS


def _settings(input: UpdateInviteRuleInput) -> dict[str, Any]:
    """Return what is set; null is told from what was left out."""
    named = {each.name: getattr(input, each.name, strawberry.UNSET) for each in fields(InviteRule)}
    return {name: value for name, value in named.items() if value is not strawberry.UNSET}


@strawberry.type
class InviteRuleMutations:
    @mutation(UpdateInviteRulePayload, MANAGERS)
    async def update_invite_rule(
        self,
        info: Info,
        input: Annotated[
            UpdateInviteRuleInput, strawberry.argument(description="Which rule, and what to set.")
        ],
    ) -> Any:
        """Set a rule about whom to invite when. It holds for what happens from now on.

        What is set to what it is already changes nothing, and the version stays.
        """
        id_, settings = decode(input.invite_rule_id, "InviteRule"), _settings(input)
        return await perform(
            info,
            input,
            lambda work, asker: update_invite_rule(
                work, asker, id_, settings, input.expected_version
            ),
        )
