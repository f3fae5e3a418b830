"""Who asks: audiences, organization-wide rights, and the asker of one field."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.errors import NotPermitted
from domain.permissions import Permission


class Audience(StrEnum):
    AGENT = "AGENT"
    CUSTOMER = "CUSTOMER"
    INTEGRATION = "INTEGRATION"


class OrganizationRole(StrEnum):
    AGENT = "AGENT"
    SUPERVISOR = "SUPERVISOR"
    ADMIN = "ADMIN"


class OrganizationRight(StrEnum):
    FIND_AGENTS = "FIND_AGENTS"
    OPEN_CONVERSATION = "OPEN_CONVERSATION"
    MANAGE_POLICY = "MANAGE_POLICY"
    READ_AUDIT = "READ_AUDIT"
    INVITE_EXTERNAL = "INVITE_EXTERNAL"


class ActorKind(StrEnum):
    AGENT = "AGENT"
    CUSTOMER = "CUSTOMER"
    INTEGRATION = "INTEGRATION"
    SYSTEM = "SYSTEM"


MEMBER_RIGHTS = frozenset({OrganizationRight.FIND_AGENTS, OrganizationRight.OPEN_CONVERSATION})
OUTSIDER_RIGHTS: frozenset[OrganizationRight] = frozenset()
# What a role in the organization adds for its members.
ROLE_RIGHTS = {
    OrganizationRole.AGENT: MEMBER_RIGHTS,
    OrganizationRole.SUPERVISOR: MEMBER_RIGHTS | {OrganizationRight.INVITE_EXTERNAL},
    OrganizationRole.ADMIN: MEMBER_RIGHTS
    | {
        OrganizationRight.INVITE_EXTERNAL,
        OrganizationRight.MANAGE_POLICY,
        OrganizationRight.READ_AUDIT,
    },
}
INTEGRATION_RIGHTS = frozenset({OrganizationRight.OPEN_CONVERSATION})


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody with a valid token. `id` is the agent's, the customer's or the integration's.

    `conversation_id` is the one that the token names, a customer's or a guest's: nothing else is in reach. Who is
    `external` is a guest wherever they take part.
    """

    kind: ActorKind
    id: UUID
    organization_id: UUID
    role: OrganizationRole | None = None
    department_id: UUID | None = None
    supervised: tuple[UUID, ...] = ()
    conversation_id: UUID | None = None
    external: bool = False
    rights: frozenset[OrganizationRight] = frozenset()
    expires_at: datetime | None = None

    @property
    def audience(self) -> Audience:
        return Audience(self.kind)

    @property
    def is_admin(self) -> bool:
        return self.role is OrganizationRole.ADMIN


def check_unbound(actor: Actor) -> None:
    """Refuse a token that names a conversation what is of no conversation."""
    if actor.conversation_id is not None:
        raise NotPermitted("This token is good for one conversation, not for your settings.")


@dataclass(frozen=True)
class Asker:
    """An actor at one field, with the permission that the field declares for the row behind it."""

    actor: Actor
    permission: Permission | None = None
