"""The state machines, taken from the rules; a step that no operation of the schema takes is left out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from domain.agents import HEARTBEAT_SECONDS, LEASE_SECONDS
from domain.authorizations import AuthorizationStatus
from domain.conversations import ConversationStatus, LeaveReason
from domain.handing import DelegationEnding, OfferStatus
from domain.invitations import OUTCOMES, InvitationAction, InvitationStatus
from scripts.reference.published import has_mutation

CLOCK = "the clock"
SERVICE = "the service"


@dataclass(frozen=True)
class Step:
    """One way on. `cause` is a mutation, or the clock's or the service's doing; `note` says when."""

    source: str
    target: str
    label: str
    by: str
    cause: str
    note: str = ""

    @property
    def is_mutation(self) -> bool:
        return self.by not in {CLOCK, SERVICE}


@dataclass(frozen=True)
class Machine:
    """`begin` says how its first state comes about; `unused` are states that nothing leads to yet."""

    name: str
    title: str
    begin: str
    steps: tuple[Step, ...]
    unused: tuple[str, ...] = ()

    @property
    def states(self) -> list[str]:
        return list(dict.fromkeys(name for s in self.steps for name in (s.source, s.target)))

    @property
    def initial(self) -> str:
        return self.steps[0].source

    @property
    def final(self) -> set[str]:
        return {name for name in self.states if all(step.source != name for step in self.steps)}


# Who brings each action about, by what, and when.
INVITATION_ACTIONS = {
    InvitationAction.APPROVE: ("a supervisor of the invitee", "approveInvitation", ""),
    InvitationAction.REJECT: ("a supervisor of the invitee", "rejectInvitation", ""),
    InvitationAction.ACCEPT: ("the invitee", "acceptInvitation", "before `expiresAt`"),
    InvitationAction.DECLINE: ("the invitee", "declineInvitation", "before `expiresAt`"),
    InvitationAction.REVOKE: ("the inviter", "revokeInvitation", "before `expiresAt`"),
    InvitationAction.EXPIRE: (CLOCK, "", "at `expiresAt`"),
    InvitationAction.CANCEL: (
        SERVICE,
        "",
        "the conversation closes, the collaboration ends, or the inviter leaves or can no longer invite",
    ),
}


def invitation() -> Machine:
    steps = [
        Step(source.value, target.value, action.value, *INVITATION_ACTIONS[action])
        for source, outcomes in OUTCOMES.items()
        for action, target in outcomes.items()
        if source is not InvitationStatus.AWAITING_APPROVAL or has_mutation("approveInvitation")
    ]
    return _machine(
        "invitation", "Invitation", "It begins with `inviteAgents`.", steps, InvitationStatus
    )


def conversation() -> Machine:
    opened, held, closed = ConversationStatus
    close, primary = "closeConversation", "the primary"
    steps = [
        Step(opened, held, "pause", primary, "pauseConversation"),
        Step(held, opened, "resume", primary, "resumeConversation"),
        Step(held, opened, "resumesAt", CLOCK, "", "at `hold.resumesAt`"),
        Step(opened, closed, "close", primary, close, "for good"),
        Step(held, closed, "close", primary, close, "for good"),
    ]
    return _machine(
        "conversation",
        "Conversation",
        "It begins with `openConversation`.",
        steps,
        ConversationStatus,
    )


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
    return _machine("participant", "Participant", begin, steps, {TAKES_PART, *LeaveReason})


def level() -> Machine:
    lasting, temporary = "for good", "until a time"
    by, adjust = "somebody at a higher level", "adjustPermission"
    steps = [
        Step(lasting, temporary, "adjust, with until", by, adjust, "with `until`"),
        Step(temporary, lasting, "levelUntil", CLOCK, "", "at `levelUntil`: `baseLevel` returns"),
        Step(temporary, lasting, "adjust", by, adjust, "without `until`: the new level stays"),
    ]
    return _machine(
        "level", "Level", "It begins with the level of the invitation, for good.", steps
    )


# What ends an offer of the primary role, and a delegation of it.
OFFERED = {
    OfferStatus.ACCEPTED: [("accept", "who it was made to", "acceptPrimary", "they are primary")],
    OfferStatus.DECLINED: [("decline", "who it was made to", "declinePrimary", "")],
    OfferStatus.WITHDRAWN: [
        ("withdraw", "the primary", "withdrawPrimaryOffer", ""),
        ("offer another", "the primary", "offerPrimary", "one offer is open at a time"),
    ],
    OfferStatus.EXPIRED: [("expiresAt", CLOCK, "", "at `expiresAt`")],
    OfferStatus.CANCELED: [
        ("cancel", SERVICE, "", "they leave, the role moves otherwise, or the conversation closes")
    ],
}
DELEGATED = {
    DelegationEnding.TIME_OVER: [("until", CLOCK, "", "at `until`: the role returns")],
    DelegationEnding.ENDED: [
        ("end", "either of the two", "endDelegation", "the role returns"),
        ("end collaboration", "the delegate", "endCollaboration", "the role returns first"),
    ],
    DelegationEnding.DELEGATE_LEFT: [
        ("leave", "the delegate", "leaveConversation", "the role returns first")
    ],
    DelegationEnding.DELEGATE_UNRESPONSIVE: [
        ("silence", CLOCK, "", "the customer waits too long: the role returns")
    ],
    DelegationEnding.TAKEN_OVER: [
        ("take over", "who oversees it", "takeOverConversation", "both stay as collaborators")
    ],
    DelegationEnding.PRINCIPAL_LEFT: [
        ("principal gone", SERVICE, "", "their part ended otherwise: the delegate leads for good")
    ],
    DelegationEnding.CONVERSATION_CLOSED: [
        ("close", "the delegate", "closeConversation", "nobody leads any more")
    ],
}


def offer() -> Machine:
    begin, pending = "It begins with `offerPrimary`.", OfferStatus.PENDING.value
    steps = [Step(pending, status.value, *way) for status, ways in OFFERED.items() for way in ways]
    return _machine("offer", "Offer of the primary role", begin, steps, OfferStatus)


def delegation() -> Machine:
    begin, going = "It begins with `appointDelegate`.", "going on"
    steps = [Step(going, ending.value, *way) for ending, ways in DELEGATED.items() for way in ways]
    return _machine("delegation", "Delegation", begin, steps, {going, *DelegationEnding})


# What becomes of an authorisation, from each state that is not final.
DECIDER = "a supervisor of the requester, or an admin"
UNUSED = {
    AuthorizationStatus.EXPIRED: [("expiresAt", CLOCK, "", "at `expiresAt`")],
    AuthorizationStatus.CANCELED: [
        ("ask anew", "the requester", "requestAuthorization", "for the same"),
        ("cancel", SERVICE, "", "the requester leaves, or the conversation closes"),
    ],
}
AUTHORIZED = {
    AuthorizationStatus.PENDING: {
        AuthorizationStatus.APPROVED: [
            ("approve", DECIDER, "approveAuthorization", "before `expiresAt`")
        ],
        AuthorizationStatus.DENIED: [("deny", DECIDER, "denyAuthorization", "before `expiresAt`")],
        **UNUSED,
    },
    AuthorizationStatus.APPROVED: {
        AuthorizationStatus.USED: [
            ("use", "the requester", "revealCustomerContact", "before `expiresAt`")
        ],
        **UNUSED,
    },
}


def authorization() -> Machine:
    steps = [
        Step(source.value, target.value, *way)
        for source, outcomes in AUTHORIZED.items()
        for target, ways in outcomes.items()
        for way in ways
    ]
    begin = "It begins with `requestAuthorization`."
    return _machine("authorization", "Authorization", begin, steps, AuthorizationStatus)


def collaboration() -> Machine:
    going, ended = "going on", "ended"
    primary = "the primary"
    steps = [
        Step(going, ended, "end", primary, "endCollaboration", "`outcome` is compulsory"),
        Step(going, ended, "close", primary, "closeConversation", "`outcome` if it was given"),
        Step(going, ended, "last leaves", SERVICE, "", "nobody but the primary is left: no `outcome`"),
    ]  # fmt: skip
    return _machine(
        "collaboration", "Collaboration", "It begins with the first `acceptInvitation`.", steps
    )


def connection() -> Machine:
    away, there = "not connected", "connected"
    beat = f"every {HEARTBEAT_SECONDS} s, for each device or tab"
    steps = [
        Step(away, there, "heartbeat", "the agent", "heartbeat", beat),
        Step(there, away, f"{LEASE_SECONDS} s", CLOCK, "", f"{LEASE_SECONDS} s after the last one"),
    ]
    return _machine(
        "connection", "Connection", "Nobody is connected who has not sent a heartbeat.", steps
    )


def _machine(
    name: str, title: str, begin: str, steps: Iterable[Step], values: Iterable[str] = ()
) -> Machine:
    """Keep the steps that somebody can take; `values` are all that the schema's enum has."""
    possible = [step for step in steps if not step.is_mutation or has_mutation(step.cause)]
    reached = _reached(possible)
    taken = tuple(step for step in possible if step.source in reached)
    machine = Machine(name, title, begin, taken)
    return replace(machine, unused=tuple(sorted(set(values) - set(machine.states))))


def _reached(steps: list[Step]) -> set[str]:
    """Return the states that can be reached from the first one."""
    found = {steps[0].source}
    while more := {step.target for step in steps if step.source in found} - found:
        found |= more
    return found


MACHINES = (
    invitation,
    conversation,
    participant,
    level,
    offer,
    delegation,
    authorization,
    collaboration,
    connection,
)


def machines() -> list[Machine]:
    return [make() for make in MACHINES]
