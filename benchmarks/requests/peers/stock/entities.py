"""The product's tables as SQLModel entities with relations, as SQLModel and SQLAlchemy document them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import relationship

from benchmarks.requests.floor.rights import Refused
from domain.agents import AgentPresence, presence
from domain.permissions import PermissionLevel
from models.agents import Agent, AgentSkill, Lease, Skill
from models.conversations import Conversation, Participant
from models.invitations import Invitation
from models.messages import InternalNote
from models.organizations import Department, DepartmentSupervisor

# Classes get their relations here, so that the product's own stay without any.
RELATIONS: dict[Any, dict[str, Any]] = {
    Agent: {
        "department": relationship(Department),
        "skills": relationship(AgentSkill),
        "leases": relationship(Lease),
        "supervised": relationship(DepartmentSupervisor),
    },
    AgentSkill: {"skill": relationship(Skill)},
    Department: {"supervisors": relationship(DepartmentSupervisor)},
    Conversation: {
        "participants": relationship(Participant),
        "invitations": relationship(Invitation),
    },
    Participant: {"agent": relationship(Agent)},
    Invitation: {
        "inviter": relationship(Agent, foreign_keys="Invitation.inviter_id"),
        "invitee": relationship(Agent, foreign_keys="Invitation.invitee_id"),
    },
    InternalNote: {"author": relationship(Agent)},
}
for entity, relations in RELATIONS.items():
    for name, relation in relations.items():
        setattr(entity, name, relation)

# The classes as statements use them: with relations that their types do not know.
AGENT: Any = Agent
AGENT_SKILL: Any = AgentSkill
CONVERSATION: Any = Conversation
DEPARTMENT: Any = Department
INVITATION: Any = Invitation
NOTE: Any = InternalNote
PARTICIPANT: Any = Participant


def now() -> datetime:
    return datetime.now(UTC)


def presence_of(agent: Any) -> AgentPresence:
    until = max((lease.expires_at for lease in agent.leases), default=None)
    return presence(agent.stated_presence, until, now())


def is_present(participant: Any) -> bool:
    return participant.left_at is None and (
        participant.ends_at is None or participant.ends_at > now()
    )


def own_level(conversation: Any, actor: Any) -> PermissionLevel:
    """Return the level of somebody who takes part; nobody else gets here."""
    for each in conversation.participants:
        if each.agent_id == actor.id and is_present(each):
            level: PermissionLevel = each.level
            return level
    raise Refused
