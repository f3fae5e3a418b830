"""Agents as their colleagues see them."""

from __future__ import annotations

from datetime import datetime

from domain.actors import OrganizationRight, OrganizationRole
from domain.agents import AgentPresence
from domain.invitations import InvitationKind
from resolvers.reads.agents import (
    AgentSkillView,
    AgentView,
    LoadView,
    loads_of_agents,
    skills_of_agents,
)
from resolvers.reads.organizations import departments_by_id, skills_by_id
from schema.fields import Sight, batched, field, output
from schema.guards import FINDS_AGENTS
from schema.types.errors import UserError
from schema.types.node import Node
from schema.types.organizations import Department, Organization, Skill


@output()
class Eligibility:
    """Whether a colleague can be invited into the conversation named in `availableFor`, now."""

    can_invite: bool = field("True when nothing stands against it.")
    reasons: list[UserError] = field("Everything that stands against it, all at once.")
    kind: InvitationKind | None = field(
        "Which rules an invitation would follow; null when you cannot invite into the conversation at all."
    )
    approval_needed: bool = field(
        "Whether a supervisor of the colleague's department would have to approve it first."
    )


@output(AgentSkillView)
class AgentSkill:
    """A skill that an agent has."""

    skill: Skill = batched(Skill, skills_by_id, "skill_id", "The skill.", sight=Sight.ORGANIZATION)
    level: int = field("How good the agent is: 1 to 5.")


@output(LoadView)
class AgentLoad:
    """How busy an agent is."""

    collaborations: int = field("In how many collaborations the agent is now.")
    capacity: int = field("How many are allowed at once.")
    primary_conversations: int = field("How many open conversations the agent leads.")


@output(AgentView)
class Agent(Node):
    """A customer-service agent of your organization."""

    name: str = field("The name colleagues use.")
    alias: str | None = field("Another name to find the agent by, like a romanised one.")
    email: str = field("The work e-mail address.")
    title: str | None = field("What the agent does, like `Integration engineer`.")
    role: OrganizationRole | None = field(
        "What the agent is in the organization.", FINDS_AGENTS, name="organizationRole"
    )
    presence: AgentPresence = field("Whether the agent can be reached now.")
    last_seen_at: datetime | None = field("When the agent was last heard from.", FINDS_AGENTS)
    department: Department = batched(
        Department,
        departments_by_id,
        "department_id",
        "The one department the agent belongs to.",
        sight=Sight.ORGANIZATION,
    )
    skills: list[AgentSkill] | None = batched(
        list[AgentSkill] | None,
        skills_of_agents,
        "id",
        "What the agent is good at, the best first.",
        FINDS_AGENTS,
        sight=Sight.ORGANIZATION,
    )
    load: AgentLoad | None = batched(
        AgentLoad | None,
        loads_of_agents,
        "id",
        "How busy the agent is.",
        FINDS_AGENTS,
        sight=Sight.ORGANIZATION,
    )
    eligibility: Eligibility | None = field(
        "Whether the agent can be invited; null unless the list was asked with `availableFor`.",
        sight=Sight.OWN,
    )


@output()
class Viewer:
    """You: the agent your token names, and what you hold in the organization."""

    agent: Agent = field("You as your colleagues see you.")
    organization: Organization = field("Your organization.")
    supervises: list[Department] = field("The departments whose conversations you oversee.")
    rights: list[OrganizationRight] = field("What you may do in the organization as a whole.")
