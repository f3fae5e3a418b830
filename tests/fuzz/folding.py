"""What a client makes of events: the state it folds from them, to be the state that a query reads.

An event gives its type, its facts and the ids of its objects; of an object only what never changes is taken from it,
or what it brought with it when it came.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.service import Data

LOOK = """
query Look($id: ID!, $after: Cursor) {
  conversation(id: $id) {
    events(first: 100, after: $after) { nodes { ...Told } pageInfo { hasNextPage endCursor } }
    status primary { id } collaboration { id } stage { id } primaryOffer { id } delegation { id }
    participants(first: 20) { nodes { ...Part } }
    invitations(first: 100) {
      nodes { id status inviter { id } invitee { id } approvalDepartment { slug } }
      pageInfo { hasNextPage }
    }
    messages(first: 100) { nodes { id } pageInfo { hasNextPage } }
    notes(first: 100) { nodes { id version author { id } } pageInfo { hasNextPage } }
  }
}
fragment Part on Participant { id role level agent { id } }
fragment Told on ConversationEvent {
  __typename
  ... on InvitationEvent { invitation { id approvalDepartment { slug } } }
  ... on CollaborationStarted { collaboration { id } }
  ... on ParticipantJoined { participant { ...Part } }
  ... on ParticipantLeft { participant { ...Part } }
  ... on PermissionAdjusted { after participant { ...Part } }
  ... on PermissionReverted { after participant { ...Part } }
  ... on PrimaryTransferred { primary { ...Part } former { ...Part } }
  ... on PrimaryOfferEvent { offer { id } }
  ... on DelegationEvent { delegation { id } }
  ... on StageAdvanced { stage { id } }
  ... on CustomerMessagePosted { message { id } }
}
"""
SIGHT = "query Sight($id: ID!) { conversation(id: $id) { viewerLevel } }"
MINE = """{
  received: myInvitations(first: 100) { nodes { id status } }
  sent: myInvitations(first: 100, where: { direction: SENT }) { nodes { id status } }
  pendingApprovals(first: 100) { nodes { id } }
}"""

STATUSES = {
    "InvitationCreated": "PENDING",
    "InvitationApproved": "PENDING",
    "InvitationAccepted": "ACCEPTED",
    "InvitationDeclined": "DECLINED",
    "InvitationRejected": "REJECTED",
    "InvitationExpired": "EXPIRED",
    "InvitationRevoked": "REVOKED",
    "InvitationCanceled": "CANCELED",
}

OFFER_ENDINGS = ("Accepted", "Declined", "Withdrawn", "Expired", "Canceled")


def status_after(kind: str, *, waits: bool) -> str:
    """Return how an invitation stands after an event; one that needs approval waits for it first."""
    return "AWAITING_APPROVAL" if waits and kind == "InvitationCreated" else STATUSES[kind]


@dataclass(frozen=True)
class Part:
    agent: str
    role: str
    level: str


@dataclass
class State:
    """A conversation as somebody inside sees it."""

    status: str
    primary: str
    collaboration: str | None = None
    stage: str | None = None
    offer: str | None = None
    delegation: str | None = None
    parts: dict[str, Part] = field(default_factory=dict)
    invitations: dict[str, str] = field(default_factory=dict)
    messages: list[str] = field(default_factory=list)
    notes: dict[str, int] = field(default_factory=dict)


def seen(looked: Data) -> State:
    """Return the state that a query has read, all of it."""
    pages = [looked[name] for name in ("invitations", "messages", "notes")]
    assert not any(page["pageInfo"]["hasNextPage"] for page in pages), "the play is too long"
    return State(
        status=looked["status"],
        primary=looked["primary"]["id"],
        collaboration=_id(looked["collaboration"]),
        stage=_id(looked["stage"]),
        offer=_id(looked["primaryOffer"]),
        delegation=_id(looked["delegation"]),
        parts={each["id"]: _part(each) for each in looked["participants"]["nodes"]},
        invitations={each["id"]: each["status"] for each in looked["invitations"]["nodes"]},
        messages=[each["id"] for each in looked["messages"]["nodes"]],
        notes={each["id"]: each["version"] for each in looked["notes"]["nodes"]},
    )


def _id(thing: Data | None) -> str | None:
    return thing["id"] if thing else None


def _part(participant: Data) -> Part:
    return Part(participant["agent"]["id"], participant["role"], participant["level"])


Fold = Callable[[State, Any], None]
FOLDS: dict[str, Fold] = {}


def folds(*types: str) -> Callable[[Fold], Fold]:
    """Say what an event of these types does to the state. Events without a fold change nothing of it."""

    def register(fold: Fold) -> Fold:
        FOLDS.update(dict.fromkeys(types, fold))
        return fold

    return register


@folds(*STATUSES)
def _invitation(state: State, told: Data) -> None:
    invitation = told["invitation"]
    waits = invitation["approvalDepartment"] is not None
    state.invitations[invitation["id"]] = status_after(told["__typename"], waits=waits)


@folds("CollaborationStarted")
def _started(state: State, told: Data) -> None:
    state.collaboration = told["collaboration"]["id"]


@folds("CollaborationEnded")
def _ended(state: State, told: Data) -> None:
    state.collaboration = None


@folds("ParticipantJoined")
def _joined(state: State, told: Data) -> None:
    state.parts[told["participant"]["id"]] = _part(told["participant"])


@folds("ParticipantLeft")
def _left(state: State, told: Data) -> None:
    del state.parts[told["participant"]["id"]]


@folds("PermissionAdjusted", "PermissionReverted")
def _level(state: State, told: Data) -> None:
    part = state.parts[told["participant"]["id"]]
    state.parts[told["participant"]["id"]] = Part(part.agent, part.role, told["after"])


@folds("PrimaryTransferred")
def _transferred(state: State, told: Data) -> None:
    """Both parts end, and both people have another one."""
    both = [told["former"], told["primary"]]
    agents = {each["agent"]["id"] for each in both}
    state.parts = {id_: part for id_, part in state.parts.items() if part.agent not in agents}
    state.parts |= {each["id"]: _part(each) for each in both}
    state.primary = told["primary"]["id"]


@folds("PrimaryOffered")
def _offered(state: State, told: Data) -> None:
    state.offer = told["offer"]["id"]


@folds(*(f"PrimaryOffer{ending}" for ending in OFFER_ENDINGS))
def _offer_ended(state: State, told: Data) -> None:
    state.offer = None if state.offer == told["offer"]["id"] else state.offer


@folds("DelegationBegan")
def _delegated(state: State, told: Data) -> None:
    state.delegation = told["delegation"]["id"]


@folds("DelegationEnded")
def _delegation_ended(state: State, told: Data) -> None:
    state.delegation = None


@folds("StageAdvanced")
def _stage(state: State, told: Data) -> None:
    state.stage = told["stage"]["id"]


@folds("ConversationPaused", "ConversationResumed", "ConversationClosed")
def _status(state: State, told: Data) -> None:
    by = {"ConversationPaused": "ON_HOLD", "ConversationResumed": "OPEN"}
    state.status = by.get(told["__typename"], "CLOSED")
    if state.status == "CLOSED":
        state.stage = None


@folds("CustomerMessagePosted")
def _message(state: State, told: Data) -> None:
    state.messages.append(told["message"]["id"])


@folds("NotePosted")
def _note(state: State, told: Data) -> None:
    state.notes[told["note"]["id"]] = 1


@folds("NoteEdited")
def _edited(state: State, told: Data) -> None:
    state.notes[told["note"]["id"]] = told["version"]


def fold(state: State, told: Data) -> None:
    apply = FOLDS.get(told["__typename"])
    if apply is not None:
        apply(state, told)


def differences(folded: State, queried: State) -> list[str]:
    """Return a sentence for each part of the state in which the two differ."""
    return [
        f"{name}: folded {ours}, queried {theirs}"
        for name, ours in vars(folded).items()
        if ours != (theirs := getattr(queried, name))
    ]
