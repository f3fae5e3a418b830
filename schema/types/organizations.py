"""The organization: departments, skills, policy, service identity."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from domain.actors import OrganizationRole
from domain.conversations import ConversationClass
from domain.policies import Policy, collaborator_limit
from resolvers.reads import organizations as reads
from resolvers.reads.agents import agents_by_id
from schema.context import Info
from schema.fields import computed, field, output
from schema.types.node import AgentRef, Node


@output()
class ServiceIdentity:
    """The one face that customers see. It is the service's, never a person's."""

    display_name: str = field("The name customers see.")
    avatar_url: str | None = field("The picture customers see.")


@output(reads.DepartmentView)
class Department(Node):
    """A team inside the organization."""

    slug: str = field("Short and stable within the organization, like `technology`.")
    name: str = field("What people call it.")
    external: bool = field("Whether it holds experts from outside the organization.")

    @computed(list[AgentRef])
    async def supervisors(self: Any, info: Info) -> Any:
        """The agents who oversee the department's conversations."""
        ids = await info.context.load(reads.supervisor_ids, self.id)
        return [info.context.load(agents_by_id, id_) for id_ in ids]


@output(reads.SkillView)
class Skill(Node):
    """Something agents can be good at."""

    slug: str = field("Short and stable within the organization, like `api-integration`.")
    name: str = field("What people call it.")


@output()
class Organization:
    """The company you work for. Nothing crosses organizations."""

    name: str = field("What it is called.")
    service_identity: ServiceIdentity = field("The face its customers see.")


@output()
class CollaboratorLimit:
    """How many may collaborate at once in a conversation of a class."""

    conversation_class: ConversationClass = field("The class.")
    limit: int = field("Collaborators and open invitations together, the primary not counted.")


@output()
class CollaborationPolicy:
    """The rules of collaboration in your organization."""

    enabled: bool = field("Whether colleagues can be invited at all.")
    collaborations_per_agent: int = field("How many collaborations one agent may be in at once.")
    invitation_validity_seconds: int = field("How long an invitation can be answered, in seconds.")

    @computed(list[CollaboratorLimit])
    def collaborator_limits(self: Any) -> Any:
        """The limit per class; of several classes the largest applies. Lowering one evicts nobody."""
        return [_limit(self, kind) for kind in ConversationClass]

    @computed(list[OrganizationRole])
    def roles_that_may_invite(self: Any) -> Any:
        """Which roles in the organization may invite."""
        return [role for role in OrganizationRole if role in self.inviting_roles]


def _limit(policy: Policy, kind: ConversationClass) -> SimpleNamespace:
    limit = collaborator_limit(policy, [kind])
    return SimpleNamespace(conversation_class=kind, limit=limit)
