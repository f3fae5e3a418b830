"""What people do in a play: a function each, which draws who does it and to what. Another operation is another function.

Most of what is drawn makes sense; the rest must be refused without a trace.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.fuzz.play import CAST, CUSTOMER, Play, Step
from tests.service import node_id

ROLES = ("EXPERT", "COACH", "OBSERVER", "SCRIBE", "SUPERVISOR", "ASSISTANT", "GUEST_EXPERT")
TOPICS = ("WORDING", "PROCESS", "CUSTOMER", "CONTINGENCY")
LEVELS = ("READ_ONLY", "GUIDE", "EDIT", "MANAGE", "FULL")
SOON = (datetime.now(UTC) + timedelta(hours=8)).isoformat()


class Draw:
    """Chooses by numbers that were drawn before, so that the same numbers choose the same again."""

    def __init__(self, numbers: Sequence[int]) -> None:
        self.numbers = iter(numbers)

    def __call__(self, choices: Sequence[Any]) -> Any:
        return choices[next(self.numbers) % len(choices)]


Operation = Callable[[Play, Draw], Step | None]
OPERATIONS: list[Operation] = []
NUMBERS = 10  # at most as many choices as this are made for one step


def operation(often: int = 1) -> Callable[[Operation], Operation]:
    """Let people do this too, more often than other things if need be. None tells that there is nothing to do."""

    def register(draw: Operation) -> Operation:
        OPERATIONS.extend([draw] * often)
        return draw

    return register


def drawn(play: Play, numbers: Sequence[int], key: str) -> Step | None:
    """Return the step that the numbers choose; every other one has the idempotency key."""
    draw = Draw(numbers)
    step: Step | None = draw(OPERATIONS)(play, draw)
    return replace(step, key=key) if step and draw((True, False)) else step


def seldom(draw: Draw) -> bool:
    return bool(draw((False, False, False, True)))


def somebody(play: Play, draw: Draw, *likely: str) -> str:
    """Return one of those who can be expected to do it, now and then anybody at all."""
    return str(draw(CAST if seldom(draw) or not likely else likely))


def _invitation(play: Play, draw: Draw) -> str | None:
    """Return an invitation, most often one that waits for an answer."""
    known = list(play.folded.invitations)
    waiting = [id_ for id_ in known if play.folded.invitations[id_] == "PENDING"]
    of = known if seldom(draw) or not waiting else waiting
    return str(draw(of)) if of else None


def _part(play: Play, draw: Draw) -> str:
    """Return somebody's part, most often of one who is present and does not lead."""
    helping = [id_ for id_ in play.folded.parts if id_ != play.folded.primary]
    return str(draw(list(play.parts) if seldom(draw) or not helping else helping))


def _helpers(play: Play) -> list[str]:
    return [key for key in play.present() if key != play.leader]


@operation(often=4)
def invite(play: Play, draw: Draw) -> Step:
    away = [key for key in CAST if key not in play.present()]
    invitee, role = somebody(play, draw, *away), draw(ROLES)
    offer: dict[str, Any] = {"target": {"agentId": play.ids[invitee]}, "role": role}
    if seldom(draw):
        offer["level"] = draw(LEVELS)
    if role == "ASSISTANT" or seldom(draw):
        offer["endsAt"] = SOON
    who = somebody(play, draw, play.leader)
    return Step(who, "inviteAgents", {"conversationId": play.here, "invitees": [offer]})


@operation(often=4)
def accept(play: Play, draw: Draw) -> Step | None:
    return _answer(play, draw, "acceptInvitation", "invitee")


@operation()
def decline(play: Play, draw: Draw) -> Step | None:
    return _answer(play, draw, "declineInvitation", "invitee")


@operation()
def revoke(play: Play, draw: Draw) -> Step | None:
    return _answer(play, draw, "revokeInvitation", "inviter")


def _answer(play: Play, draw: Draw, field: str, by: str) -> Step | None:
    id_ = _invitation(play, draw)
    if id_ is None:
        return None
    inviter, invitee = play.invited[id_]
    likely = {"inviter": inviter, "invitee": invitee}[by]
    return Step(somebody(play, draw, likely), field, {"invitationId": id_})


@operation(often=2)
def transfer(play: Play, draw: Draw) -> Step:
    input_ = {"participantId": _part(play, draw), "stayAs": draw(ROLES[:5])}
    return Step(somebody(play, draw, play.leader), "transferPrimary", input_)


@operation(often=2)
def offer(play: Play, draw: Draw) -> Step:
    input_ = {"participantId": _part(play, draw), "stayAs": draw(ROLES[:5])}
    return Step(somebody(play, draw, play.leader), "offerPrimary", input_)


@operation(often=2)
def answer_offer(play: Play, draw: Draw) -> Step:
    field = draw(("acceptPrimary", "acceptPrimary", "declinePrimary"))
    return Step(somebody(play, draw, *_helpers(play)), field, {"conversationId": play.here})


@operation()
def withdraw_offer(play: Play, draw: Draw) -> Step:
    who = somebody(play, draw, play.leader)
    return Step(who, "withdrawPrimaryOffer", {"conversationId": play.here})


@operation(often=2)
def delegate(play: Play, draw: Draw) -> Step:
    input_ = {"participantId": _part(play, draw), "until": SOON, "stayAs": draw(ROLES[:5])}
    return Step(somebody(play, draw, play.leader), "appointDelegate", input_)


@operation()
def end_delegation(play: Play, draw: Draw) -> Step:
    who = somebody(play, draw, *play.present())
    return Step(who, "endDelegation", {"conversationId": play.here})


@operation()
def take_over(play: Play, draw: Draw) -> Step:
    input_ = {"conversationId": play.here, "reason": "A reason."}
    return Step(somebody(play, draw, *CAST), "takeOverConversation", input_)


@operation()
def ask_to_reveal(play: Play, draw: Draw) -> Step:
    input_ = {"operation": "REVEAL_CUSTOMER_CONTACT", "targetId": play.here, "purpose": "A call."}
    return Step(somebody(play, draw, *play.present()), "requestAuthorization", input_)


@operation()
def reveal(play: Play, draw: Draw) -> Step:
    input_ = {"conversationId": play.here, "purpose": "A call."}
    return Step(somebody(play, draw, *play.present()), "revealCustomerContact", input_)


@operation(often=2)
def adjust(play: Play, draw: Draw) -> Step:
    input_ = {"participantId": _part(play, draw), "level": draw(LEVELS)}
    if seldom(draw):
        input_["until"] = SOON
    return Step(somebody(play, draw, play.leader), "adjustPermission", input_)


@operation()
def remove(play: Play, draw: Draw) -> Step:
    input_ = {"participantId": _part(play, draw)}
    return Step(somebody(play, draw, play.leader), "removeParticipant", input_)


@operation()
def leave(play: Play, draw: Draw) -> Step:
    who = somebody(play, draw, *_helpers(play))
    return Step(who, "leaveConversation", {"conversationId": play.here})


@operation()
def end_collaboration(play: Play, draw: Draw) -> Step | None:
    if not seldom(draw):
        return None
    input_ = {"conversationId": play.here, "outcome": "RESOLVED"}
    return Step(somebody(play, draw, play.leader), "endCollaboration", input_)


@operation()
def pause(play: Play, draw: Draw) -> Step:
    input_ = {"conversationId": play.here, "reason": "A reason.", "notice": "Back soon."}
    who = somebody(play, draw, play.leader)
    return Step(who, "pauseConversation", {**input_, "resumesAt": SOON})


@operation()
def resume(play: Play, draw: Draw) -> Step:
    who = somebody(play, draw, play.leader)
    return Step(who, "resumeConversation", {"conversationId": play.here})


@operation()
def close(play: Play, draw: Draw) -> Step | None:
    """The end of the play, nearly: so it is not drawn often."""
    if not (seldom(draw) and seldom(draw)):
        return None
    who = somebody(play, draw, play.leader)
    return Step(who, "closeConversation", {"conversationId": play.here})


@operation()
def reply(play: Play, draw: Draw) -> Step:
    input_ = {"conversationId": play.here, "text": "A reply."}
    return Step(somebody(play, draw, *play.present()), "sendReply", input_)


@operation()
def ask(play: Play, draw: Draw) -> Step:
    return Step(CUSTOMER, "sendCustomerMessage", {"text": "A question."})


@operation()
def post_note(play: Play, draw: Draw) -> Step:
    input_ = {"conversationId": play.here, "text": "A note."}
    return Step(somebody(play, draw, *play.present()), "postNote", input_)


@operation()
def guide(play: Play, draw: Draw) -> Step:
    """Guidance with a reply to send; of another kind it is refused."""
    kind, topic = draw(("GUIDANCE", "GUIDANCE", "REMARK")), draw(TOPICS)
    said = {"text": "Say this.", "suggestedReply": "We are sorry.", "topic": topic}
    input_ = {"conversationId": play.here, "kind": kind, **said}
    return Step(somebody(play, draw, *play.present()), "postNote", input_)


@operation()
def use_note(play: Play, draw: Draw) -> Step | None:
    if not play.folded.notes:
        return None
    used = draw(list(play.folded.notes))
    input_ = {"conversationId": play.here, "text": "We are sorry.", "usedNoteId": used}
    return Step(somebody(play, draw, *play.present()), "sendReply", input_)


@operation()
def mark_seen(play: Play, draw: Draw) -> Step | None:
    return _answer(play, draw, "markInvitationSeen", "invitee")


@operation()
def be_there(play: Play, draw: Draw) -> Step:
    field = draw(("heartbeat", "markRead"))
    return Step(somebody(play, draw, *play.present()), field, {"conversationId": play.here})


@operation()
def edit_note(play: Play, draw: Draw) -> Step | None:
    if not play.folded.notes:
        return None
    id_ = draw(list(play.folded.notes))
    version = play.folded.notes[id_] - (1 if seldom(draw) else 0)
    input_ = {"noteId": id_, "text": "An edited note.", "expectedVersion": version}
    return Step(somebody(play, draw, play.authors.get(id_, play.leader)), "editNote", input_)


@operation()
def knock(play: Play, draw: Draw) -> Step:
    """Somebody tries what is not theirs: another organization's conversation."""
    elsewhere = node_id("Conversation", play.world.other_conversation)
    return Step(somebody(play, draw), "postNote", {"conversationId": elsewhere, "text": "Hello?"})
