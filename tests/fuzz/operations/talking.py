"""What is said: to the customer, by the customer, among colleagues."""

from __future__ import annotations

from tests.fuzz.drawing import Draw, operation, seldom, somebody
from tests.fuzz.following import CUSTOMER
from tests.fuzz.play import Play, Step
from tests.service import node_id

TOPICS = ("WORDING", "PROCESS", "CUSTOMER", "CONTINGENCY")


@operation("sendReply")
def reply(play: Play, draw: Draw) -> Step:
    input_ = {"conversationId": play.here, "text": "A reply."}
    return Step(somebody(play, draw, *play.present()), "sendReply", input_)


@operation("sendCustomerMessage")
def ask(play: Play, draw: Draw) -> Step:
    return Step(CUSTOMER, "sendCustomerMessage", {"text": "A question."})


@operation("postNote")
def post_note(play: Play, draw: Draw) -> Step:
    input_ = {"conversationId": play.here, "text": "A note."}
    return Step(somebody(play, draw, *play.present()), "postNote", input_)


@operation("postNote")
def guide(play: Play, draw: Draw) -> Step:
    """Guidance with a reply to send; of another kind it is refused."""
    kind, topic = draw(("GUIDANCE", "GUIDANCE", "REMARK")), draw(TOPICS)
    said = {"text": "Say this.", "suggestedReply": "We are sorry.", "topic": topic}
    input_ = {"conversationId": play.here, "kind": kind, **said}
    return Step(somebody(play, draw, *play.present()), "postNote", input_)


@operation("sendReply")
def use_note(play: Play, draw: Draw) -> Step | None:
    if not play.folded.notes:
        return None
    used = draw(list(play.folded.notes))
    input_ = {"conversationId": play.here, "text": "We are sorry.", "usedNoteId": used}
    return Step(somebody(play, draw, *play.present()), "sendReply", input_)


@operation("editNote")
def edit_note(play: Play, draw: Draw) -> Step | None:
    if not play.folded.notes:
        return None
    id_ = draw(list(play.folded.notes))
    version = play.folded.notes[id_] - (1 if seldom(draw) else 0)
    input_ = {"noteId": id_, "text": "An edited note.", "expectedVersion": version}
    return Step(somebody(play, draw, play.authors.get(id_, play.leader)), "editNote", input_)


@operation("markRead")
def mark_read(play: Play, draw: Draw) -> Step:
    who = somebody(play, draw, *play.present())
    return Step(who, "markRead", {"conversationId": play.here})


@operation("postNote")
def knock(play: Play, draw: Draw) -> Step:
    """Somebody tries what is not theirs: another organization's conversation."""
    elsewhere = node_id("Conversation", play.world.other_conversation)
    return Step(somebody(play, draw), "postNote", {"conversationId": elsewhere, "text": "Hello?"})
