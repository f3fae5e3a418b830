"""Setting the rules of collaboration."""

from __future__ import annotations

from dataclasses import fields
from typing import Annotated, Any

import strawberry

from domain.policies import Policy
from resolvers import policies
from schema.context import Info
from schema.fields import mutation
from schema.inputs.policies import UpdateCollaborationPolicyInput
from schema.payloads.policies import UpdateCollaborationPolicyPayload
from schema.performing import perform
from schema.queries.policies import MANAGERS


def _settings(input: UpdateCollaborationPolicyInput) -> dict[str, Any]:
    """Return what is set; null is told from what was left out."""
    given = {each.name: getattr(input, each.name) for each in fields(Policy)}
    roles = given["roles_that_may_invite"]
    if isinstance(roles, list):
        given["roles_that_may_invite"] = frozenset(roles)
    return {name: value for name, value in given.items() if value is not strawberry.UNSET}


@strawberry.type
class PolicyMutations:
    @mutation(UpdateCollaborationPolicyPayload, MANAGERS)
    async def update_collaboration_policy(
        self,
        info: Info,
        input: Annotated[
            UpdateCollaborationPolicyInput, strawberry.argument(description="What to set.")
        ],
    ) -> Any:
        """Set rules of your organization. They hold for what happens from now on: lowering a limit evicts nobody.

        What is set to what it is already changes nothing: the version stays, and neither `policyChanges` nor the audit
        tells of it.
        """
        settings = _settings(input)
        return await perform(
            info,
            input,
            lambda work, asker: policies.update_policy(
                work, asker, settings, input.expected_version
            ),
        )
