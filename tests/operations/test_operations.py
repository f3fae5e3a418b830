"""Every document of operations/ is valid, commented, and runs; together they use every root field."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from graphql import (
    FieldNode,
    OperationDefinitionNode,
    OperationType,
    parse,
    print_ast,
    validate,
)

from schema.build import schema
from schema.ids import encode
from tests.service import Person, Service, node_id
from tests.steps import conversation_id, invited, join

pytestmark = pytest.mark.one_database  # nothing here depends on which

FILES = sorted((Path(__file__).parents[2] / "operations").glob("*.graphql"))
CORE = schema._schema


def operations() -> dict[str, OperationDefinitionNode]:
    nodes = [node for file in FILES for node in parse(file.read_text()).definitions]
    named = [node for node in nodes if isinstance(node, OperationDefinitionNode) and node.name]
    return {node.name.value: node for node in named if node.name}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_document_is_valid_and_says_when_to_use_it(file: Path) -> None:
    text = file.read_text()
    document = parse(text)
    assert validate(CORE, document) == []
    assert text.count("\n# ") + text.startswith("# ") == len(document.definitions)


def test_together_they_use_every_root_field() -> None:
    used = {
        (node.operation.value, field.name.value)
        for node in operations().values()
        for field in node.selection_set.selections
        if isinstance(field, FieldNode)
    }
    roots = {"query": CORE.query_type, "mutation": CORE.mutation_type}
    roots["subscription"] = CORE.subscription_type
    assert used == {(kind, name) for kind, root in roots.items() if root for name in root.fields}


async def variables(service: Service) -> dict[str, dict[str, Any]]:
    """Return variables with which each operation does something; lin is the asker."""
    here = conversation_id(service)
    chen = node_id("Agent", service.world.agents["chen"])
    wang = await join(service, "wang")
    sun = await join(service, "sun")
    sent = await invited(service, "lin", "zhou")
    return {
        "FindColleagues": {"conversationId": here, "where": {"text": "chen"}},
        "Conversation": {"id": here},
        "History": {"id": here},
        "Nodes": {"id": chen, "ids": [chen, here], "invitationId": sent},
        "ConversationEvents": {"id": here},
        "InternalNotes": {"id": here},
        "PostNote": {"input": {"conversationId": here, "text": "A note"}},
        "SendReply": {"input": {"conversationId": here, "text": "A reply"}},
        "RevokeInvitation": {"input": {"invitationId": sent}},
        "InviteAgents": {
            "input": {"conversationId": here, "invitees": [{"target": {"agentId": chen}}]}
        },
        "SetPresence": {"input": {"presence": "BUSY"}},
        "Heartbeat": {"input": {}},
        "AdjustPermission": {"input": {"participantId": wang, "level": "EDIT"}},
        "RemoveParticipant": {"input": {"participantId": sun}},
        "OpenConversation": {
            "input": {
                "customer": {"id": encode("Customer", service.world.customers["customer"])},
                "subject": "New",
            }
        },
        "EndCollaboration": {"input": {"conversationId": here, "outcome": "RESOLVED"}},
        "CloseConversation": {"input": {"conversationId": here}},
    }


async def test_an_agent_can_run_each_of_theirs(service: Service) -> None:
    known, given = operations(), await variables(service)
    plain = {"Choices", "Viewer", "MyInvitations", "Conversations", "Inbox", "InvitationUpdates"}
    for name in [*plain, *given]:
        await run(service.agent("lin"), known[name], given.get(name, {}))


async def test_an_invitee_answers_and_a_participant_hands_over_and_leaves(service: Service) -> None:
    known = operations()
    accepted = await invited(service, "lin", "wang")
    await run(
        service.agent("wang"), known["AcceptInvitation"], {"input": {"invitationId": accepted}}
    )
    declined = await invited(service, "lin", "chen")
    await run(
        service.agent("chen"), known["DeclineInvitation"], {"input": {"invitationId": declined}}
    )
    sun = await join(service, "sun")
    await run(service.agent("lin"), known["TransferPrimary"], {"input": {"participantId": sun}})
    here = {"input": {"conversationId": conversation_id(service)}}
    await run(service.agent("wang"), known["LeaveConversation"], here)


async def test_a_note_is_posted_and_edited(service: Service) -> None:
    known, lin = operations(), service.agent("lin")
    text = {"conversationId": conversation_id(service), "text": "First"}
    posted = await run(lin, known["PostNote"], {"input": text})
    edit = {"noteId": posted["note"]["id"], "text": "Second", "expectedVersion": 1}
    await run(lin, known["EditNote"], {"input": edit})


async def test_a_customer_can_run_theirs(service: Service) -> None:
    known, customer = operations(), service.customer()
    await run(customer, known["CustomerConversation"], {})
    await run(customer, known["SendCustomerMessage"], {"input": {"text": "Hello"}})
    await run(customer, known["CustomerMessages"], {})


async def run(person: Person, node: OperationDefinitionNode, given: dict[str, Any]) -> Any:
    """Run the operation for real; no error at any place is allowed. Return its first field."""
    if node.operation is OperationType.SUBSCRIPTION:
        async with person.listen(print_ast(node), **given) as listener:
            return await listener.event()
    data = await person.run(print_ast(node), **given)
    (first, *_) = data.values()
    assert not (isinstance(first, dict) and first.get("errors")), (node.name, first)
    return first
