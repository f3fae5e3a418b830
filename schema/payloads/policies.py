"""What mutations of policies answer."""

from __future__ import annotations

from resolvers.reads.policies import policy_views
from schema.fields import batched, output
from schema.payloads.base import Payload
from schema.types.policies import CollaborationPolicy


@output()
class UpdateCollaborationPolicyPayload(Payload):
    """The outcome of setting rules."""

    policy: CollaborationPolicy | None = batched(
        CollaborationPolicy | None,
        policy_views,
        "changed.organization_id",
        "The policy as it is now; null on refusal.",
    )
