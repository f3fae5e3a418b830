"""Finds a colleague, invites them, lets them accept, and follows what they write."""

from __future__ import annotations

import asyncio
import uuid

from huddle_client.person import Person


async def main() -> None:
    lin, wang = await asyncio.gather(Person("lin").sign_in(), Person("wang").sign_in())
    customer = {"new": {"externalId": str(uuid.uuid4()), "displayName": "Rae"}}
    opened = await lin.do("OpenConversation", customer=customer, subject="Orders fail with 502")
    here = opened["conversationId"]

    found = await lin.ask("FindColleagues", conversationId=here, where={"text": "Wang Zhiyuan"})
    for agent in found["nodes"]:
        reasons = ", ".join(reason["code"] for reason in agent["eligibility"]["reasons"])
        print(f"{agent['name']} ({agent['presence']}): {reasons or 'can be invited'}")

    invitees = [{"target": {"agentId": found["nodes"][0]["id"]}}]
    sent = await lin.do(
        "InviteAgents",
        conversationId=here,
        invitees=invitees,
        background="Since 9:40.",
        idempotencyKey=str(uuid.uuid4()),
    )
    (result,) = sent["results"]
    if result["errors"]:
        raise SystemExit(f"Not invited: {result['errors']}")
    accepted = await wang.do("AcceptInvitation", invitationId=result["invitation"]["id"])
    print(f"accepted as {accepted['participant']['role']} at {accepted['participant']['level']}")

    following = asyncio.create_task(_print_notes(lin, here))
    await wang.do("PostNote", conversationId=here, text="The gateway retries too eagerly.")
    await wang.do("PostNote", conversationId=here, text="Restarted it; please ask them to try.")
    await lin.do("CloseConversation", conversationId=here)
    await following


async def _print_notes(person: Person, here: str) -> None:
    async for event in person.follow("InternalNotes", id=here):
        snapshot = event["__typename"] == "NotesSnapshot"
        for note in event["notes"]["nodes"] if snapshot else [event["note"]]:
            print(f"{note['author']['name']}: {note['text']}")
    print("The conversation is over.")


asyncio.run(main())
