"""The root mutations, one file a noun: each declares its guard and hands its input to one use case."""

import strawberry

from schema.mutations.agents import AgentMutations
from schema.mutations.authorizations import AuthorizationMutations
from schema.mutations.conversations import ConversationMutations
from schema.mutations.guests import GuestMutations
from schema.mutations.handing import HandingMutations
from schema.mutations.invitations import InvitationMutations
from schema.mutations.invite_rules import InviteRuleMutations
from schema.mutations.messages import MessageMutations
from schema.mutations.notifications import NotificationMutations
from schema.mutations.participants import ParticipantMutations
from schema.mutations.policies import PolicyMutations
from schema.mutations.reviews import ReviewMutations


@strawberry.type(description="What can be done. Each is one action in one transaction.")
class Mutation(
    InvitationMutations,
    GuestMutations,
    ParticipantMutations,
    HandingMutations,
    AuthorizationMutations,
    ReviewMutations,
    ConversationMutations,
    MessageMutations,
    NotificationMutations,
    AgentMutations,
    PolicyMutations,
    InviteRuleMutations,
):
    pass
