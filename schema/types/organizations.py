"""The organization: departments, skills, service identity."""

from __future__ import annotations

from typing import Any

from resolvers.reads import organizations as reads
from resolvers.reads.agents import agents_by_id
from schema.context import Info
from schema.fields import Sight, batched, computed, field, output
from schema.guards import FINDS_AGENTS
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

    @computed(list[AgentRef] | None, FINDS_AGENTS, sight=Sight.ORGANIZATION)
    async def supervisors(self: Any, info: Info) -> Any:
        """The agents who oversee the department's conversations."""
        ids = await info.context.load(reads.supervisor_ids, self.id)
        return [info.context.load(agents_by_id, id_) for id_ in ids]


@output(reads.SkillView)
class Skill(Node):
    """Something agents can be good at."""

    slug: str = field("Short and stable within the organization, like `api-integration`.")
    name: str = field("What people call it.")
    topic: str | None = field(
        "What kind of problem it belongs to, like `technical`: suggestions name topics. Null when it belongs to none."
    )
    keywords: list[str] = batched(
        list[str],
        reads.keywords_of_skills,
        "id",
        "Words and phrases, in any language, by which a text is recognised as being about it.",
    )


@output()
class Organization:
    """The company you work for. Nothing crosses organizations."""

    name: str = field("What it is called.")
    service_identity: ServiceIdentity = field("The face its customers see.")
