"""Pausing, resuming and closing a conversation, and opening the next one."""

from __future__ import annotations

from tests.fuzz.drawing import Draw, afterwards, operation, seldom, somebody
from tests.fuzz.following import HOST
from tests.fuzz.operations.inviting import SOON
from tests.fuzz.play import Play, Step
from tests.service import node_id

CLASSES = (["STANDARD"], ["VIP"], ["URGENT"], ["URGENT", "COMPLAINT"])


@operation("pauseConversation")
def pause(play: Play, draw: Draw) -> Step:
    input_ = {"conversationId": play.here, "reason": "A reason.", "notice": "Back soon."}
    who = somebody(play, draw, play.leader)
    return Step(who, "pauseConversation", {**input_, "resumesAt": SOON})


@operation("resumeConversation")
def resume(play: Play, draw: Draw) -> Step:
    who = somebody(play, draw, play.leader)
    return Step(who, "resumeConversation", {"conversationId": play.here})


@operation("closeConversation")
def close(play: Play, draw: Draw) -> Step | None:
    if not seldom(draw):
        return None
    who = somebody(play, draw, play.leader)
    return Step(who, "closeConversation", {"conversationId": play.here})


@afterwards("openConversation")
def open_next(play: Play, draw: Draw) -> Step:
    """The host opens another one; from then on the play is about it."""
    customer = {"id": node_id("Customer", play.world.customers["customer"])}
    input_ = {"customer": customer, "subject": "The API answers 502", "classes": draw(CLASSES)}
    return Step(HOST, "openConversation", {**input_, "primaryId": play.ids[somebody(play, draw)]})
