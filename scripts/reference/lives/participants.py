"""How somebody's part in a conversation ends, and their level changes."""

from __future__ import annotations

from domain.conversations import LeaveReason
from scripts.reference.machines import CLOCK, Machine, Step, machine

# What ends somebody's part in a conversation. A reason that nothing gives yet is not here.
TAKES_PART = "takes part"
LEAVING = {
    LeaveReason.LEFT: [("leave", "the participant", "leaveConversation", "not the primary")],
    LeaveReason.REMOVED: [("remove", "somebody at a higher level", "removeParticipant", "")],
    LeaveReason.TRANSFERRED_OUT: [
        (
            "transfer",
            "the primary",
            "transferPrimary",
            "the old and the new primary: both begin a new part",
        ),
        ("accept the lead", "who it was offered to", "acceptPrimary", "both, as above"),
        ("delegate", "the primary", "appointDelegate", "both; and again when the role returns"),
        (
            "take over",
            "who oversees it",
            "takeOverConversation",
            "the old primary, and the new one if present",
        ),
        (
            "silence",
            CLOCK,
            "",
            "the customer waits and the primary does not answer: both, as above",
        ),
    ],
    LeaveReason.PERIOD_ENDED: [
        ("endsAt", CLOCK, "", "at `endsAt`"),
        ("end collaboration", "the primary", "endCollaboration", "every collaborator"),
    ],
    LeaveReason.IDLE_TIMEOUT: [
        ("idle", CLOCK, "", "no sign until the time a `ParticipantIdle` named; not the primary"),
    ],
    LeaveReason.CONVERSATION_CLOSED: [("close", "the primary", "closeConversation", "everybody")],
}


def participant() -> Machine:
    steps = [
        Step(TAKES_PART, reason.value, *way) for reason, ways in LEAVING.items() for way in ways
    ]
    begin = "It begins with `openConversation` for the primary, with `acceptInvitation` for everybody else."
    return machine("participant", "Participant", begin, steps, {TAKES_PART, *LeaveReason})


def level() -> Machine:
    lasting, temporary = "for good", "until a time"
    by, adjust = "somebody at a higher level", "adjustPermission"
    steps = [
        Step(lasting, temporary, "adjust, with until", by, adjust, "with `until`"),
        Step(temporary, lasting, "levelUntil", CLOCK, "", "at `levelUntil`: `baseLevel` returns"),
        Step(temporary, lasting, "adjust", by, adjust, "without `until`: the new level stays"),
    ]
    return machine("level", "Level", "It begins with the level of the invitation, for good.", steps)
