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
    events(first: 60, after: $after) { edges { cursor node { ...Told } } }
    status primary { id } collaboration { id }
    participants(first: 20) { nodes { ...Part } }
    invitations(first: 60) { nodes { id status inviter { id } invitee { id } } }
    messages(first: 60) { nodes { id } }
    notes(first: 60) { nodes { id version author { id } } }
  }
}
fragment Part on Participant { id role level agent { id } }
fragment Told on ConversationEvent {
  __typename
  ... on InvitationEvent { invitation { id } }
  ... on CollaborationStarted { collaboration { id } }
  ... on ParticipantJoined { participant { ...Part } }
  ... on ParticipantLeft { participant { ...Part } }
  ... on PermissionAdjusted { after participant { ...Part } }
  ... on PermissionReverted { after participant { ...Part } }
  ... on PrimaryTransferred { primary { ...Part } former { ...Part } }
  ... on CustomerMessagePosted { message { id } }
}
"""
MINE = """{
  received: myInvitations(first: 60) { nodes { id status } }
  sent: myInvitations(first: 60, where: { direction: SENT }) { nodes { id status } }
}"""

STATUSES = {
    "InvitationCreated": "PENDING",
    "InvitationAccepted": "ACCEPTED",
    "InvitationDeclined": "DECLINED",
    "InvitationExpired": "EXPIRED",
    "InvitationRevoked": "REVOKED",
    "InvitationCanceled": "CANCELED",
}


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
    parts: dict[str, Part] = field(default_factory=dict)
    invitations: dict[str, str] = field(default_factory=dict)
    messages: list[str] = field(default_factory=list)
    notes: dict[str, int] = field(default_factory=dict)


def seen(looked: Data) -> State:
    """Return the state that a query has read."""
    return State(
        status=looked["status"],
        primary=looked["primary"]["id"],
        collaboration=(looked["collaboration"] or {}).get("id"),
        parts={each["id"]: _part(each) for each in looked["participants"]["nodes"]},
        invitations={each["id"]: each["status"] for each in looked["invitations"]["nodes"]},
        messages=[each["id"] for each in looked["messages"]["nodes"]],
        notes={each["id"]: each["version"] for each in looked["notes"]["nodes"]},
    )


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
    state.invitations[told["invitation"]["id"]] = STATUSES[told["__typename"]]


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


@folds("ConversationPaused", "ConversationResumed", "ConversationClosed")
def _status(state: State, told: Data) -> None:
    by = {"ConversationPaused": "ON_HOLD", "ConversationResumed": "OPEN"}
    state.status = by.get(told["__typename"], "CLOSED")


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
