"""The conversation that everybody asks about, with somebody of each kind in it or around it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid5

import sqlalchemy as sa

from domain.actors import ActorKind, Audience
from domain.conversations import ConversationClass
from models.conversations import conversations
from models.unit_of_work import unit_of_work
from server.tokens import sign
from tests.api.asking import act, open_with
from tests.authorization.askers import Asker
from tests.guests import bound, guest_invited
from tests.service import SECRET, Person, Service, codes, node_id
from tests.steps import accept, conversation_id, invited, join, note
from tests.world import FAR, add_agent, add_conversation, change

JOINING: dict[str, dict[str, Any]] = {
    "wang": {"role": "OBSERVER"},
    "chen": {},
    "sun": {"level": "EDIT"},
    "zhou": {"role": "SUPERVISOR"},
    "he": {},
}
LEAVE = "mutation($input: LeaveConversationInput!) { leaveConversation(input: $input) { errors { code } } }"
SAY = "mutation($input: SendCustomerMessageInput!) { sendCustomerMessage(input: $input) { errors { code } } }"
LOOK = """
query($id: ID!) {
  conversation(id: $id) {
    id
    customer { id }
    collaboration { id }
    department { id }
    messages { nodes { id } }
    participants(includeFormer: true) { nodes { id agent { name } } }
  }
}
"""


@dataclass
class Stage:
    """`ids` names one row of each kind; `parts` and `notes` are by the key of their person."""

    service: Service
    ids: dict[str, str] = field(default_factory=dict)
    parts: dict[str, str] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)

    def person(self, asker: Asker) -> Person:
        match asker.audience:
            case None:
                return self.service.anonymous()
            case Audience.AGENT if asker.bound:
                return bound(self.service, asker.key)
            case Audience.AGENT:
                return self.service.agent(asker.key)
            case Audience.INTEGRATION:
                return self.service.integration()
            case Audience.CUSTOMER if asker.served:
                return self.service.customer()
        return self._neighbour()

    def _neighbour(self) -> Person:
        world = self.service.world
        subject, own = world.customers["neighbour"], world.neighbouring
        return Person(self.service, sign(SECRET, ActorKind.CUSTOMER, subject, own))


async def set_stage(service: Service) -> Stage:
    await _add_neighbours(service)
    stage = Stage(service)
    for key, offer in JOINING.items():
        await join(service, key, **offer)
    stage.ids["GuestInvitation"] = await guest_invited(service, "fay")
    assert codes(await accept(service, "fay", stage.ids["GuestInvitation"])) == []
    await _lead_and_return(stage)
    for key in ("lin", "chen", "sun", "zhou", "he"):
        posted = await note(service, key, f"A note of {key}.")
        stage.notes[key] = posted["note"]["id"]
    stage.ids["Invitation"] = await invited(service, "lin", "gao")
    elsewhere = await open_with(service, primary="mei", customer="neighbour")
    stage.ids["Approval"] = await invited(service, "mei", "ma", conversation=elsewhere)
    left = await service.agent("he").run(LEAVE, input={"conversationId": conversation_id(service)})
    assert codes(left["leaveConversation"]) == []
    offered = await act(
        service.agent("lin"),
        "offerPrimary",
        "offer { id }",
        participantId=await part(stage, "chen"),
    )
    stage.ids["PrimaryOffer"] = offered["offer"]["id"]
    here = {"conversationId": conversation_id(service)}
    begun = await act(
        service.agent("lin"), "advanceStage", "stage { id }", **here, name="Reception"
    )
    stage.ids["ServiceStage"] = begun["stage"]["id"]
    wanted = {"operation": "REVEAL_CUSTOMER_CONTACT", "targetId": conversation_id(service)}
    asked = await act(
        service.agent("sun"),
        "requestAuthorization",
        "authorization { id }",
        **wanted,
        purpose="A call.",
    )
    stage.ids["Authorization"] = asked["authorization"]["id"]
    stage.ids["EmergencyReview"] = await _emergency(service)
    await service.customer().run(SAY, input={"text": "Is anybody there?"})
    await _look(stage)
    return stage


async def _emergency(service: Service) -> str:
    """Let lin call somebody past approval in another conversation; return its review."""
    place = await open_with(service, ConversationClass.URGENT)
    urgent = {"emergency": True, "emergencyReason": "It burns"}
    await invited(service, "lin", "mei", conversation=place, request=urgent)
    found = await service.agent("zhao").run("{ emergencyReviews { nodes { id } } }")
    (review,) = found["emergencyReviews"]["nodes"]
    id_: str = review["id"]
    return id_


async def _newest_entry(service: Service) -> str:
    log = await service.agent("admin").run("{ auditLog(first: 1) { nodes { id } } }")
    newest: str = log["auditLog"]["nodes"][0]["id"]
    return newest


async def part(stage: Stage, key: str) -> str:
    await _look(stage)
    return stage.parts[key]


async def _lead_and_return(stage: Stage) -> None:
    """Let chen lead for lin for a moment."""
    lin, here = stage.service.agent("lin"), conversation_id(stage.service)
    delegate = {"participantId": await part(stage, "chen"), "until": FAR.isoformat()}
    begun = await act(lin, "appointDelegate", "delegation { id }", **delegate)
    stage.ids["Delegation"] = begun["delegation"]["id"]
    assert codes(await act(lin, "endDelegation", conversationId=here)) == []


async def _add_neighbours(service: Service) -> None:
    """Add a free colleague who leads the conversation of another customer, and seats for everybody."""
    world = service.world
    async with unit_of_work(service.database, lambda heads: None) as work:
        world.agents["ma"] = await add_agent(work, world, "ma", "technology")
        world.agents["fay"] = await add_agent(work, world, "fay", "external-experts")
        await add_conversation(work, world, world.neighbouring, "ma", customer="neighbour")
    roomy = frozenset({ConversationClass.COMPLAINT})
    here = conversations.c.id == world.conversation
    await change(service.database, sa.update(conversations).where(here).values(classes=roomy))


async def _look(stage: Stage) -> None:
    service = stage.service
    seen = await service.agent("lin").run(LOOK, id=conversation_id(service))
    found = seen["conversation"]
    for kind in ("customer", "collaboration", "department"):
        stage.ids[kind.title()] = found[kind]["id"]
    stage.parts = {p["agent"]["name"].lower(): p["id"] for p in found["participants"]["nodes"]}
    for said in found["messages"]["nodes"]:
        stage.ids["CustomerMessage"] = said["id"]
    stage.ids |= {
        "Conversation": found["id"],
        "InternalNote": stage.notes.get("lin", ""),
        "Participant": stage.parts["wang"],
        "Agent": node_id("Agent", service.world.agents["lin"]),
        "AuditEntry": await _newest_entry(service),
        "InviteRule": node_id("InviteRule", uuid5(service.world.organization, "vip")),
        "Skill": node_id("Skill", service.world.skills["api"]),
    }
