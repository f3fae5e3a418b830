"""What an organization can set, with its defaults."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from domain.actors import OrganizationRole
from domain.conversations import ConversationClass


@dataclass(frozen=True)
class Policy:
    """The rules of one organization. Durations are seconds."""

    enabled: bool = True
    standard_limit: int = 3
    vip_limit: int = 5
    urgent_limit: int = 7
    complaint_limit: int = 7
    collaborations_per_agent: int = 5
    invitation_validity_seconds: int = 300
    inviting_roles: frozenset[OrganizationRole] = field(
        default_factory=lambda: frozenset(OrganizationRole)
    )


def collaborator_limit(policy: Policy, classes: Collection[ConversationClass]) -> int:
    """Return the seats of a conversation: the largest limit of its classes."""
    limits = {
        ConversationClass.STANDARD: policy.standard_limit,
        ConversationClass.VIP: policy.vip_limit,
        ConversationClass.URGENT: policy.urgent_limit,
        ConversationClass.COMPLAINT: policy.complaint_limit,
    }
    return max(limits[kind] for kind in classes or (ConversationClass.STANDARD,))
