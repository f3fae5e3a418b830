"""The enums of organizations."""

from __future__ import annotations

from domain.actors import OrganizationRight, OrganizationRole
from domain.policies import DiscussFirst
from schema.enums.publishing import publish

publish(
    OrganizationRole,
    "What somebody is in the organization as a whole.",
    AGENT="Serves customers.",
    SUPERVISOR="Serves customers and oversees named departments.",
    ADMIN="Oversees every department.",
)
publish(
    OrganizationRight,
    "What an actor may do in the organization as a whole.",
    FIND_AGENTS="Look for colleagues. Outside experts may not.",
    OPEN_CONVERSATION="Open conversations. Outside experts may not.",
    INVITE_EXTERNAL="Invite outside experts, as GUEST_EXPERT. Supervisors and admins hold it.",
    MANAGE_POLICY="Set the rules of collaboration. Admins may.",
    READ_AUDIT="Read the audit. Admins may.",
)
publish(
    DiscussFirst,
    "When colleagues discuss before the customer gets a reply.",
    NEVER="Whoever may reply does so at once.",
    IMPORTANT_ONLY="In VIP, URGENT and COMPLAINT conversations.",
    ALWAYS="In every conversation with collaborators.",
)
