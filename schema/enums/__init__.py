"""The domain's enums as the schema shows them, every value described."""

from schema.enums import (
    agents,
    authorizations,
    conversations,
    handing,
    invitations,
    messages,
    notifications,
    organizations,
    participants,
    recommendations,
    requests,
    reviews,
)
from schema.enums.publishing import OrderDirection

__all__ = [
    "OrderDirection",
    "agents",
    "authorizations",
    "conversations",
    "handing",
    "invitations",
    "messages",
    "notifications",
    "organizations",
    "participants",
    "recommendations",
    "requests",
    "reviews",
]
