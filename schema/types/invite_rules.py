"""The organization's rules about whom to invite when, and what they advise."""

from __future__ import annotations

from typing import Any

from domain.actors import OrganizationRole
from domain.conversations import ConversationClass, CustomerTier
from domain.invitations import CollaborationType
from domain.invite_rules import InviteUrgency
from domain.permissions import ParticipantRole
from resolvers.invite_suggestions import InviteSuggestionView
from resolvers.reads.invite_rules import InviteRuleView
from schema.fields import computed, field, output
from schema.guards import AGENTS
from schema.types.node import Node
from schema.types.recommendations import Recommendation


@output(InviteRuleView, AGENTS)
class InviteRule(Node):
    """A rule of your organization about when to invite whom. It applies when all that it names holds."""

    slug: str = field("Short and stable within the organization, like `legal-risk`.")
    reason: str = field("Why, in a sentence for the agent.")
    topic: str | None = field("Applies when the text is about this topic; null for any.")
    tier: CustomerTier | None = field("Applies to customers of this tier; null for any.")
    churn_risk: bool = field("Applies only to customers who may leave.")
    opportunity: bool = field("Applies only where a sales opportunity was seen.")
    conversation_class: ConversationClass | None = field(
        "Applies to conversations of this class; null for any."
    )
    wanted_topic: str | None = field(
        "Looks for people with skills of this topic; null for the skills that the text is about."
    )
    wanted_role: OrganizationRole | None = field("Looks for people of this role; null for any.")
    least_level: int = field("Looks for people at this level of a skill or higher: 1 to 5.")
    people: int = field("How many to invite: 1 to 5.")
    role: ParticipantRole = field("The role to offer them.")
    type: CollaborationType = field("The kind of help to ask for.")
    urgency: InviteUrgency = field("How soon.")
    automatic: bool = field(
        "Whether it invites by itself when a conversation is opened, in the name of its primary."
    )
    enabled: bool = field("Whether it is used at all.")
    version: int = field("Grows with each change; give it as `expectedVersion`.")

    @computed(list[str])
    def words(self: Any) -> Any:
        """Applies when one of these words is said, in any of its forms; empty for any text."""
        return list(self.words)


@output(InviteSuggestionView)
class InviteSuggestion:
    """A rule that applies to the conversation now, with the people who could be invited."""

    rule: InviteRule = field("The rule: the role to offer, how soon, and why.")
    candidates: list[Recommendation] = field(
        "Who can be invited now, the best first; empty when nobody can."
    )
