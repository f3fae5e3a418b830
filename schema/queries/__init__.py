"""The root queries, one file a noun: each declares its guard and hands its arguments to one read."""

import strawberry

from schema.queries.agents import AgentQueries
from schema.queries.audit import AuditQueries
from schema.queries.authorizations import AuthorizationQueries
from schema.queries.conversations import ConversationQueries
from schema.queries.invitations import InvitationQueries
from schema.queries.leaving import LeavingQueries
from schema.queries.limits import LimitQueries
from schema.queries.nodes import NodeQueries
from schema.queries.organizations import OrganizationQueries
from schema.queries.policies import PolicyQueries
from schema.queries.recommendations import RecommendationQueries
from schema.queries.reviews import ReviewQueries
from schema.queries.unread import UnreadQueries


@strawberry.type(description="What can be asked.")
class Query(
    AgentQueries,
    NodeQueries,
    OrganizationQueries,
    ConversationQueries,
    InvitationQueries,
    AuthorizationQueries,
    ReviewQueries,
    LeavingQueries,
    UnreadQueries,
    AuditQueries,
    RecommendationQueries,
    LimitQueries,
    PolicyQueries,
):
    pass
