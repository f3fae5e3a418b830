"""What lists of agents and presence take."""

from __future__ import annotations

import strawberry

from domain import text
from domain.agents import AgentPresence
from resolvers.reads.agents import AgentOrder
from schema.enums import OrderDirection
from schema.inputs.fields import input_type, key, optional, value


@input_type
class AgentFilter:
    """Which agents. What is left out does not narrow the list."""

    department_ids: list[strawberry.ID] | None = optional("In any of these departments.")
    skill_ids: list[strawberry.ID] | None = optional("With all of these skills.")
    text: str | None = optional(
        "Every word somewhere in name, alias, e-mail or title; works for Chinese and English. "
        f"At most {text.SEARCH} characters."
    )
    presences: list[AgentPresence] | None = optional(
        "With any of these presences; without it everybody who is connected."
    )


@input_type
class PresenceFilter:
    """Whose presence. What is left out does not narrow it."""

    department_ids: list[strawberry.ID] | None = optional("Of agents in any of these departments.")


@input_type
class AgentSort:
    """How to sort agents."""

    field: AgentOrder = value("By what.")
    direction: OrderDirection = optional("Which way.", OrderDirection.ASC)


@input_type
class SetPresenceInput:
    """State your presence."""

    presence: AgentPresence = value("What colleagues shall see while you are connected.")
    idempotency_key: str | None = key()


@input_type
class HeartbeatInput:
    """Say that you are still there."""

    connection_id: str = optional(
        f"Your device or tab, in your own words; each has its own lease. At most {text.NAME} characters.",
        "default",
    )
    conversation_id: strawberry.ID | None = optional(
        "The conversation on the screen, if it is one you take part in: it counts as a sign of activity there. Leave it "
        "out while the person is not looking."
    )
    idempotency_key: str | None = key()
