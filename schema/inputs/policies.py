"""What setting the policy takes."""

from __future__ import annotations

from typing import Any

from domain.actors import OrganizationRole
from domain.policies import DiscussFirst
from schema.inputs.fields import input_type, key, optional, value
from schema.types.policies import described


def setting(name: str) -> Any:
    return optional(described(name))


@input_type
class UpdateCollaborationPolicyInput:
    """Set rules of your organization. What is left out stays as it is."""

    expected_version: int = value(
        "The policy's `version` that you saw; VERSION_CONFLICT when it has changed since."
    )
    enabled: bool | None = setting("enabled")
    roles_that_may_invite: list[OrganizationRole] | None = setting("roles_that_may_invite")
    standard_limit: int | None = setting("standard_limit")
    vip_limit: int | None = setting("vip_limit")
    urgent_limit: int | None = setting("urgent_limit")
    complaint_limit: int | None = setting("complaint_limit")
    collaborations_per_agent: int | None = setting("collaborations_per_agent")
    collaborations_per_organization: int | None = setting("collaborations_per_organization")
    discuss_first: DiscussFirst | None = setting("discuss_first")
    invitation_validity_seconds: int | None = setting("invitation_validity_seconds")
    approval_validity_seconds: int | None = setting("approval_validity_seconds")
    longest_deferral_seconds: int | None = setting("longest_deferral_seconds")
    reminder_seconds: int | None = setting("reminder_seconds")
    deputies_after_seconds: int | None = setting("deputies_after_seconds")
    invitations_per_inviter_per_minute: int | None = setting("invitations_per_inviter_per_minute")
    invitations_per_invitee_per_minute: int | None = setting("invitations_per_invitee_per_minute")
    emergencies_per_inviter_per_hour: int | None = setting("emergencies_per_inviter_per_hour")
    authorization_validity_seconds: int | None = setting("authorization_validity_seconds")
    idle_warning_seconds: int | None = setting("idle_warning_seconds")
    idle_removal_seconds: int | None = setting("idle_removal_seconds")
    primary_unresponsive_seconds: int | None = setting("primary_unresponsive_seconds")
    invitation_answer_target_seconds: int | None = setting("invitation_answer_target_seconds")
    decision_target_seconds: int | None = setting("decision_target_seconds")
    customer_reply_target_seconds: int | None = setting("customer_reply_target_seconds")
    collaboration_target_seconds: int | None = setting("collaboration_target_seconds")
    presence_lease_seconds: int | None = setting("presence_lease_seconds")
    heartbeat_seconds: int | None = setting("heartbeat_seconds")
    skill_weight: int | None = setting("skill_weight")
    history_weight: int | None = setting("history_weight")
    load_weight: int | None = setting("load_weight")
    availability_weight: int | None = setting("availability_weight")
    event_retention_days: int | None = setting("event_retention_days")
    idempotency_key: str | None = key()
