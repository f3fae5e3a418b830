"""How each kind of node is read by the asker's right."""

from __future__ import annotations

from collections.abc import Mapping

from resolvers.reads import (
    agents,
    audit,
    authorizations,
    conversations,
    handing,
    invitations,
    invite_rules,
    messages,
    organizations,
    participants,
    reviews,
    stages,
)
from schema.context import Batch

NODES: Mapping[str, Batch] = {
    "Agent": agents.colleagues_by_id,
    "Department": organizations.found_departments,
    "Skill": organizations.skills_by_id,
    "Customer": conversations.customers_by_id,
    "Conversation": conversations.conversations_by_id,
    "Collaboration": conversations.collaborations_by_id,
    "Participant": participants.participants_by_id,
    "Invitation": invitations.invitations_by_id,
    "PrimaryOffer": handing.offers_by_id,
    "Delegation": handing.delegations_by_id,
    "ServiceStage": stages.stages_by_id,
    "Authorization": authorizations.authorizations_by_id,
    "EmergencyReview": reviews.reviews_by_id,
    "CustomerMessage": messages.messages_by_id,
    "InternalNote": messages.notes_by_id,
    "InviteRule": invite_rules.invite_rules_by_id,
    "AuditEntry": audit.entries_by_id,
}
