"""Documents made up from the schema, and the ids that they are given."""

from __future__ import annotations

import os
from typing import Any

from graphql import DocumentNode, StringValueNode
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis_graphql import mutations, queries

from schema.build import schema
from tests.service import Service, node_id
from tests.steps import conversation_id, invited, join, note
from tests.world import FAR

EXAMPLES = int(os.environ.get("EXAMPLES", "60"))
CORE = schema._schema


def _text(value: str) -> StringValueNode:
    return StringValueNode(value=value, block=False)


SCALARS = {
    "ID": st.just(_text("id 1")),
    "Cursor": st.just(_text("id 1")),
    "DateTime": st.just(_text(FAR.isoformat())),
}


class Generated:
    """A document, without the long words that it would be shown with."""

    def __init__(self, node: DocumentNode) -> None:
        self.node = node


_how: dict[str, Any] = {"custom_scalars": SCALARS, "print_ast": Generated, "allow_null": True}
QUERIES = queries(CORE, **_how)
MUTATIONS = mutations(CORE, **_how)


def several(examples: int) -> settings:
    return settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize="EXAMPLES" not in os.environ,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


async def furnish(service: Service) -> dict[str, list[str]]:
    """Let something have happened; return ids by the name of the argument that takes them, all under the empty one."""
    part = await join(service, "wang", role="OBSERVER")
    sent = await invited(service, "lin", "chen")
    text = await note(service, "lin", "Look here: call 13912345678.")
    agents = [node_id("Agent", id_) for id_ in service.world.agents.values()]
    departments = [node_id("Department", id_) for id_ in service.world.departments.values()]
    here = conversation_id(service)
    there = node_id("Conversation", service.world.other_conversation)
    fitting = {
        "agentId": agents,
        "conversationId": [here],
        "departmentId": departments,
        "invitationId": [sent],
        "noteId": [text["note"]["id"]],
        "participantId": [part],
    }
    every = [*agents, *departments, part, sent, here, here, here, there, "not an id"]
    return {**fitting, "": every}
