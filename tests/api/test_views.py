"""Who sees what: the invitee before answering, the supervisor outside, who has left, who led it last."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.asking import act, look
from tests.service import Service, node_id
from tests.steps import conversation_id, invited, join, note

PREVIEW = """
query ($id: ID!) { invitation(id: $id) {
  status background conversation { id } participant { id }
  conversationPreview {
    subject customerName customerTier messageCount classes recentMessages { author text } } } }
"""
CONTENT = ["subject", "customer { id }", "messages { totalCount }", "notes { totalCount }"]
CONTENT += ["events { totalCount }", "invitations { totalCount }", "cursor"]
PII = ["grace@customer.example", "7946", "Grace"]


async def say(service: Service, text: str) -> None:
    await act(service.customer(), "sendCustomerMessage", text=text)


async def preview(service: Service, key: str, invitation: str) -> Any:
    return (await service.agent(key).run(PREVIEW, id=invitation))["invitation"]


async def test_an_invitee_sees_a_masked_preview_and_no_more(service: Service) -> None:
    """R80, R81, R155: the last three messages, masked; never a note, not the conversation itself."""
    await note(service, "lin", "They will churn.")
    for text in ("Hello", "I am grace@customer.example", "Call +44 20 7946 0958", "Please."):
        await say(service, text)
    seen = await preview(service, "wang", await invited(service, "lin", "wang"))
    assert (seen["status"], seen["conversation"], seen["participant"]) == ("PENDING", None, None)
    assert seen["conversationPreview"] == {
        "subject": "The API answers 502, write to •••",
        "customerName": "G•••",
        "customerTier": "STANDARD",
        "messageCount": 4,
        "classes": ["STANDARD"],
        "recentMessages": [
            {"author": "CUSTOMER", "text": "I am •••"},
            {"author": "CUSTOMER", "text": "Call •••"},
            {"author": "CUSTOMER", "text": "Please."},
        ],
    }
    assert not [word for word in (*PII, "churn") if word in str(seen)]
    assert await look(service, "wang", "id") is None


@pytest.mark.parametrize(
    ("ending", "person", "status"),
    [
        ("declineInvitation", "wang", "DECLINED"),
        ("revokeInvitation", "lin", "REVOKED"),
        ("acceptInvitation", "wang", "ACCEPTED"),
    ],
)
async def test_the_preview_ends_with_the_invitation(
    service: Service, ending: str, person: str, status: str
) -> None:
    """R81, R155: null once it is final; who accepted reads the conversation instead."""
    sent = await invited(service, "lin", "wang")
    await act(service.agent(person), ending, invitationId=sent)
    seen = await preview(service, "wang", sent)
    assert (seen["status"], seen["conversationPreview"]) == (status, None)
    assert (seen["conversation"] is not None) is (status == "ACCEPTED")


async def test_an_invitation_is_between_two_and_the_group(service: Service) -> None:
    """R79, R156: inviter, invitee and who takes part; nobody else, supervisors neither."""
    await join(service, "chen", role="OBSERVER")
    sent = await invited(service, "lin", "wang")
    for key in ("lin", "wang", "chen"):
        assert (await preview(service, key, sent))["status"] == "PENDING"
    for key in ("sun", "zhao", "admin", "other"):
        assert await preview(service, key, sent) is None


@pytest.mark.parametrize("key", ["zhao", "admin"])
async def test_a_supervisor_sees_people_and_times_and_no_content(
    service: Service, key: str
) -> None:
    """R50, R155, R156: status, class and people from outside; each content field is FORBIDDEN."""
    await join(service, "wang")
    seen = await look(
        service,
        key,
        "status classes viewerLevel seats { taken limit } primary { agent { name } }"
        " participants { nodes { agent { name } } } viewerCan { view invite leave close }",
    )
    assert seen == {
        "status": "OPEN",
        "classes": ["STANDARD"],
        "viewerLevel": None,
        "seats": {"taken": 1, "limit": 3},
        "primary": {"agent": {"name": "Lin"}},
        "participants": {"nodes": [{"agent": {"name": "Lin"}}, {"agent": {"name": "Wang"}}]},
        "viewerCan": {"view": False, "invite": False, "leave": False, "close": False},
    }
    for field in CONTENT:
        document = f"query ($id: ID!) {{ conversation(id: $id) {{ {field} }} }}"
        answer = await service.agent(key).ask(document, id=conversation_id(service))
        assert set(answer["data"]["conversation"].values()) == {None}
        (error,) = answer["errors"]
        assert error["extensions"]["code"] == "FORBIDDEN"
        assert error["path"][-1] == field.split()[0]


@pytest.mark.parametrize("key", ["mei", "wang", "ext", "other"])
async def test_an_outsider_sees_nothing(service: Service, key: str) -> None:
    """R155, R156: null, as for what does not exist."""
    assert await look(service, key, "id status") is None


async def test_who_has_left_keeps_their_own_part_only(service: Service) -> None:
    """R46, R110, R156: their row, without the way back to the conversation or to other people's."""
    chen, wang = await join(service, "chen"), await join(service, "wang")
    await act(service.agent("wang"), "leaveConversation", conversationId=conversation_id(service))
    document = """query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Participant {
      role leaveReason agent { name } conversation { id } collaboration { id } } } }"""
    ids = [wang, chen, conversation_id(service)]
    assert (await service.agent("wang").run(document, ids=ids))["nodes"] == [
        {
            "role": "EXPERT",
            "leaveReason": "LEFT",
            "agent": {"name": "Wang"},
            "conversation": None,
            "collaboration": None,
        },
        None,
        None,
    ]


async def test_the_customers_contact_is_masked_for_everybody(service: Service) -> None:
    """R155: the name to who takes part, the address and number to nobody in full."""
    await join(service, "wang", role="OBSERVER")
    for key in ("lin", "wang"):
        seen = await look(service, key, "customer { displayName maskedEmail maskedPhone }")
        assert seen["customer"]["displayName"] == "Grace Customer"
        assert not [word for word in PII[:2] if word in str(seen)]


async def test_a_customer_is_known_through_a_conversation_only(service: Service) -> None:
    """R155, R156: by id they are there for who serves them."""
    customer = node_id("Customer", service.world.customers["customer"])
    document = "query ($id: ID!) { node(id: $id) { id } }"
    for key, shown in {"lin": True, "wang": False, "zhao": False, "other": False}.items():
        found = (await service.agent(key).run(document, id=customer))["node"]
        assert (found is not None) is shown, key
