"""The enums of agents."""

from __future__ import annotations

from domain.actors import ActorKind
from domain.agents import AgentPresence
from resolvers.reads.agents import AgentOrder
from schema.enums.publishing import publish

publish(
    ActorKind,
    "What kind of actor brought something about.",
    AGENT="An agent.",
    CUSTOMER="The customer.",
    INTEGRATION="A host system.",
    SYSTEM="The service itself, by the clock or as a consequence.",
)
publish(
    AgentPresence,
    "Whether an agent can be reached, derived from what they state and whether they are connected.",
    ONLINE="Connected and ready.",
    BUSY="Connected and busy; can be invited.",
    AWAY="Connected but away from the desk; can be invited.",
    DO_NOT_DISTURB="Connected, and does not want to be invited.",
    OFFLINE="Not connected.",
)
publish(
    AgentOrder,
    "What agents are sorted by.",
    name="AgentOrderField",
    NAME="By name.",
    COLLABORATIONS="By how many collaborations they are in, then by name.",
)
