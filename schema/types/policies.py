"""The rules of collaboration: the same names and words where they are read, set and remembered."""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace
from typing import Any

from domain.actors import OrganizationRole
from domain.conversations import ConversationClass
from domain.policies import DiscussFirst, Policy, bounds_of, collaborator_limit
from resolvers.reads.agents import agents_by_id
from resolvers.reads.policies import PolicyChangeView, PolicyView
from schema.fields import batched, computed, field, output
from schema.types.node import AgentRef

SETTINGS = {
    "enabled": "Whether colleagues can be invited at all.",
    "standard_limit": "How many may collaborate at once in a STANDARD conversation.",
    "vip_limit": "How many may collaborate at once in a VIP conversation.",
    "urgent_limit": "How many may collaborate at once in an URGENT conversation.",
    "complaint_limit": "How many may collaborate at once in a COMPLAINT conversation.",
    "collaborations_per_agent": "How many collaborations one agent may be in at once.",
    "collaborations_per_organization": "How many collaborations may go on at once in the organization.",
    "roles_that_may_invite": "Which roles in the organization may invite; with an empty list nobody does, and no rule.",
    "discuss_first": "When colleagues discuss before the customer gets a reply.",
    "invitation_validity_seconds": "How long an invitation can be answered, in seconds.",
    "approval_validity_seconds": "How long an invitation waits for its approval, in seconds.",
    "longest_deferral_seconds": "How long an invitation can be put off, in seconds, once.",
    "reminder_seconds": "How long before its end an invitee is reminded, in seconds.",
    "deputies_after_seconds": "After how many seconds without an answer the next deputy is asked.",
    "invitations_per_inviter_per_minute": "How many invitations one agent may send in a minute.",
    "invitations_per_invitee_per_minute": "How many invitations one agent may get in a minute.",
    "emergencies_per_inviter_per_hour": "How many emergency invitations one agent may send in an hour.",
    "authorization_validity_seconds": "How long an extra authorization can be used, in seconds.",
    "idle_warning_seconds": "After how many idle seconds a collaborator is warned.",
    "idle_removal_seconds": "After how many idle seconds a collaborator's part ends.",
    "primary_unresponsive_seconds": "How long a customer waits, in seconds, before somebody takes over.",
    "invitation_answer_target_seconds": "Within how many seconds invitations should be answered.",
    "decision_target_seconds": "Within how many seconds a discussion should decide.",
    "customer_reply_target_seconds": "How long a customer waits, in seconds, before the primary is warned.",
    "collaboration_target_seconds": "Within how many seconds a collaboration should end.",
    "presence_lease_seconds": "How many seconds a heartbeat counts as being connected.",
    "heartbeat_seconds": "How often clients should send a heartbeat, in seconds.",
    "skill_weight": "What skills and keywords count in a recommendation, in percent.",
    "history_weight": "What past collaborations count in a recommendation, in percent.",
    "load_weight": "What being free counts in a recommendation, in percent.",
    "availability_weight": "What being available counts in a recommendation, in percent.",
    "event_retention_days": "How many days events are kept for those who resume a stream.",
}


def described(name: str) -> str:
    """Return what a setting is, with its bounds."""
    return "; ".join([SETTINGS[name].removesuffix("."), *bounds_of(name)]) + "."


def setting(name: str) -> Any:
    return field(described(name))


@output()
class CollaboratorLimit:
    """How many may collaborate at once in a conversation of a class."""

    conversation_class: ConversationClass = field("The class.")
    limit: int = field("Collaborators and open invitations together, the primary not counted.")


@output(PolicyView)
class CollaborationPolicy:
    """The rules of collaboration in your organization. Admins set them; every change is remembered."""

    version: int = field("Grows with each change. Give it as `expectedVersion` to change it.")
    enabled: bool = setting("enabled")
    standard_limit: int = setting("standard_limit")
    vip_limit: int = setting("vip_limit")
    urgent_limit: int = setting("urgent_limit")
    complaint_limit: int = setting("complaint_limit")
    collaborations_per_agent: int = setting("collaborations_per_agent")
    collaborations_per_organization: int = setting("collaborations_per_organization")
    discuss_first: DiscussFirst = setting("discuss_first")
    invitation_validity_seconds: int = setting("invitation_validity_seconds")
    approval_validity_seconds: int = setting("approval_validity_seconds")
    longest_deferral_seconds: int = setting("longest_deferral_seconds")
    reminder_seconds: int = setting("reminder_seconds")
    deputies_after_seconds: int = setting("deputies_after_seconds")
    invitations_per_inviter_per_minute: int = setting("invitations_per_inviter_per_minute")
    invitations_per_invitee_per_minute: int = setting("invitations_per_invitee_per_minute")
    emergencies_per_inviter_per_hour: int = setting("emergencies_per_inviter_per_hour")
    authorization_validity_seconds: int = setting("authorization_validity_seconds")
    idle_warning_seconds: int = setting("idle_warning_seconds")
    idle_removal_seconds: int = setting("idle_removal_seconds")
    primary_unresponsive_seconds: int = setting("primary_unresponsive_seconds")
    invitation_answer_target_seconds: int = setting("invitation_answer_target_seconds")
    decision_target_seconds: int = setting("decision_target_seconds")
    customer_reply_target_seconds: int = setting("customer_reply_target_seconds")
    collaboration_target_seconds: int = setting("collaboration_target_seconds")
    presence_lease_seconds: int = setting("presence_lease_seconds")
    heartbeat_seconds: int = setting("heartbeat_seconds")
    skill_weight: int = setting("skill_weight")
    history_weight: int = setting("history_weight")
    load_weight: int = setting("load_weight")
    availability_weight: int = setting("availability_weight")
    event_retention_days: int = setting("event_retention_days")

    @computed(list[CollaboratorLimit])
    def collaborator_limits(self: Any) -> Any:
        """The limit per class; of several classes the largest applies. Lowering one evicts nobody."""
        return [_limit(self, kind) for kind in ConversationClass]

    @computed(list[OrganizationRole])
    def roles_that_may_invite(self: Any) -> Any:
        """Which roles in the organization may invite; with an empty list nobody does, and no rule."""
        return [role for role in OrganizationRole if role in self.roles_that_may_invite]


def _limit(policy: Policy, kind: ConversationClass) -> SimpleNamespace:
    limit = collaborator_limit(policy, [kind])
    return SimpleNamespace(conversation_class=kind, limit=limit)


@output()
class SettingChange:
    """One setting that was changed."""

    setting: str = field("Its name in `CollaborationPolicy`.")
    before: str = field("What it was, in words.")
    after: str = field("What it was changed to, in words.")


@output(PolicyChangeView)
class PolicyChange:
    """A change of the policy: who set what, and when."""

    version: int = field("The version that this change made.")
    changed_at: datetime = field("When it was changed.")
    changed_by: AgentRef = batched(AgentRef, agents_by_id, "changed_by_id", "Who set it.")

    @computed(list[SettingChange])
    def settings(self: Any) -> Any:
        """What was changed."""
        return [
            SimpleNamespace(setting=name, before=before, after=after)
            for name, (before, after) in self.settings.items()
        ]
