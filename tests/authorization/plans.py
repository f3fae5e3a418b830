"""What each root field is asked: valid arguments, the row they name, and the rules beyond the guard."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from domain.actors import Audience
from domain.permissions import Permission, PermissionLevel
from tests.authorization.askers import Asker
from tests.authorization.stage import Stage
from tests.service import node_id
from tests.world import FAR

Arguments = Callable[[Stage, Asker], dict[str, Any]]


@dataclass(frozen=True)
class Plan:
    """`row` is the kind of the row that the arguments name; `mine` says whose it must be besides.

    `inbox` is no matter of one conversation.
    """

    arguments: Arguments = lambda stage, asker: {}
    row: str | None = None
    mine: Callable[[Asker], bool] | None = None
    inbox: bool = False
    rules: Mapping[PermissionLevel | None, str] = field(default_factory=dict)


def by_id(name: str, kind: str) -> Arguments:
    return lambda stage, asker: {name: stage.ids[kind]}


def given(**values: str) -> Arguments:
    """Return an input; a value that names a kind stands for the id of the row of that kind."""

    def arguments(stage: Stage, asker: Asker) -> dict[str, Any]:
        return {"input": {name: stage.ids.get(value, value) for name, value in values.items()}}

    return arguments


def of_person(name: str, key: str, **values: str) -> Arguments:
    return lambda stage, asker: {"input": {name: stage.parts[key], **values}}


def invitation(stage: Stage, asker: Asker) -> dict[str, Any]:
    target = {"agentId": node_id("Agent", stage.service.world.agents["ma"])}
    here = stage.ids["Conversation"]
    return {"input": {"conversationId": here, "invitees": [{"target": target}]}}


def own_note(stage: Stage, asker: Asker) -> dict[str, Any]:
    """Name the asker's own note; who wrote none names the primary's."""
    note = stage.notes.get(asker.key, stage.notes["lin"])
    return {"input": {"noteId": note, "text": "Better.", "expectedVersion": 1}}


def policy(stage: Stage, asker: Asker) -> dict[str, Any]:
    return {"input": {"expectedVersion": 1, "vipLimit": 6}}


def rule(stage: Stage, asker: Asker) -> dict[str, Any]:
    id_ = stage.ids["InviteRule"]
    return {"input": {"inviteRuleId": id_, "expectedVersion": 1, "people": 3}}


def opening(stage: Stage, asker: Asker) -> dict[str, Any]:
    customer = {"new": {"externalId": "new", "displayName": "New"}}
    primary = {"primaryId": stage.ids["Agent"]} if asker.audience is Audience.INTEGRATION else {}
    return {"input": {"customer": customer, "subject": "It is broken.", **primary}}


def relayed(stage: Stage, asker: Asker) -> dict[str, Any]:
    """Name the conversation, unless the asker's token does."""
    own = asker.audience is Audience.CUSTOMER and asker.served
    named = {} if own else {"conversationId": stage.ids["Conversation"]}
    return {"input": {"text": "Hello?", **named}}


LATER = FAR.isoformat()
HERE = {"conversationId": "Conversation"}
THIS = by_id("id", "Conversation")
STREAM = by_id("conversationId", "Conversation")

PLANS = {
    "Query.viewer": Plan(),
    "Query.node": Plan(THIS, "Conversation"),
    "Query.nodes": Plan(lambda stage, asker: {"ids": [stage.ids["Conversation"]]}, "Conversation"),
    "Query.onlineAgents": Plan(),
    "Query.recommendCollaborators": Plan(STREAM, "Conversation"),
    "Query.inviteSuggestions": Plan(STREAM, "Conversation"),
    "Query.inviteRules": Plan(),
    "Query.departments": Plan(),
    "Query.skills": Plan(),
    "Query.conversation": Plan(THIS, "Conversation"),
    "Query.conversations": Plan(),
    "Query.invitation": Plan(by_id("id", "Invitation"), "Invitation"),
    "Query.myInvitations": Plan(),
    "Query.pendingApprovals": Plan(),
    "Query.previewInvitation": Plan(invitation, "Conversation"),
    "Query.collaborationPolicy": Plan(),
    "Query.policyChanges": Plan(),
    "Query.customerConversation": Plan(),
    "Query.apiLimits": Plan(),
    "Query.auditLog": Plan(),
    "Query.unreadCounts": Plan(),
    "Query.notificationPreferences": Plan(),
    "Query.previewLeave": Plan(STREAM, "Conversation"),
    "Query.collaborationHistory": Plan(STREAM, "Conversation"),
    "Mutation.openConversation": Plan(opening),
    "Mutation.inviteAgents": Plan(invitation, "Conversation"),
    "Mutation.issueGuestToken": Plan(
        given(invitationId="GuestInvitation"), "GuestInvitation", lambda asker: asker.key == "lin"
    ),
    "Mutation.acceptInvitation": Plan(
        given(invitationId="Invitation"), "Invitation", lambda asker: asker.invited
    ),
    "Mutation.declineInvitation": Plan(
        given(invitationId="Invitation"), "Invitation", lambda asker: asker.invited
    ),
    "Mutation.deferInvitation": Plan(
        given(invitationId="Invitation"), "Invitation", lambda asker: asker.invited
    ),
    "Mutation.approveInvitation": Plan(
        given(invitationId="Approval"), "Approval", lambda asker: asker.key == "zhao"
    ),
    "Mutation.rejectInvitation": Plan(
        given(invitationId="Approval"), "Approval", lambda asker: asker.key == "zhao"
    ),
    "Mutation.revokeInvitation": Plan(
        given(invitationId="Invitation"), "Invitation", lambda asker: asker.key == "lin"
    ),
    "Mutation.transferPrimary": Plan(of_person("participantId", "chen"), "Participant"),
    "Mutation.offerPrimary": Plan(of_person("participantId", "sun"), "Participant"),
    "Mutation.acceptPrimary": Plan(
        given(**HERE), "Conversation", lambda asker: asker.key == "chen"
    ),
    "Mutation.declinePrimary": Plan(
        given(**HERE), "Conversation", lambda asker: asker.key == "chen"
    ),
    "Mutation.withdrawPrimaryOffer": Plan(given(**HERE), "Conversation"),
    "Mutation.appointDelegate": Plan(
        of_person("participantId", "chen", until=LATER), "Participant"
    ),
    "Mutation.endDelegation": Plan(
        given(**HERE),
        "Conversation",
        rules=dict.fromkeys(PermissionLevel, "refused NOT_FOUND"),
    ),
    "Mutation.takeOverConversation": Plan(
        given(**HERE, reason="The customer waits."), "Conversation", lambda asker: asker.oversees
    ),
    "Mutation.adjustPermission": Plan(
        of_person("participantId", "wang", level="GUIDE"), "Participant"
    ),
    "Mutation.removeParticipant": Plan(of_person("participantId", "wang"), "Participant"),
    "Mutation.leaveConversation": Plan(
        given(**HERE),
        "Conversation",
        rules={PermissionLevel.FULL: "refused PRIMARY_MUST_TRANSFER"},
    ),
    "Mutation.endCollaboration": Plan(given(**HERE, outcome="RESOLVED"), "Conversation"),
    "Mutation.closeConversation": Plan(given(**HERE), "Conversation"),
    "Mutation.pauseConversation": Plan(
        given(**HERE, reason="Waiting for the supplier.", notice="One moment.", resumesAt=LATER),
        "Conversation",
    ),
    "Mutation.resumeConversation": Plan(
        given(**HERE), "Conversation", rules={PermissionLevel.FULL: "refused NOT_FOUND"}
    ),
    "Mutation.requestAuthorization": Plan(
        given(operation="REVEAL_CUSTOMER_CONTACT", targetId="Conversation", purpose="A call."),
        "Conversation",
        lambda asker: asker.holds(Permission.REPLY_TO_CUSTOMER),
    ),
    "Mutation.approveAuthorization": Plan(
        given(authorizationId="Authorization"), "Authorization", lambda asker: asker.oversees
    ),
    "Mutation.denyAuthorization": Plan(
        given(authorizationId="Authorization"), "Authorization", lambda asker: asker.oversees
    ),
    "Mutation.revealCustomerContact": Plan(
        given(**HERE, purpose="A call."),
        "Conversation",
        rules=dict.fromkeys(PermissionLevel, "refused STEP_UP_REQUIRED"),
    ),
    "Query.pendingAuthorizations": Plan(),
    "Query.emergencyReviews": Plan(),
    "Mutation.settleEmergencyReview": Plan(
        given(reviewId="EmergencyReview", verdict="JUSTIFIED", comment="It burned."),
        "EmergencyReview",
        lambda asker: asker.oversees,
    ),
    "Mutation.advanceStage": Plan(given(**HERE, name="Diagnosis"), "Conversation"),
    "Mutation.sendReply": Plan(given(**HERE, text="We are on it."), "Conversation"),
    "Mutation.postNote": Plan(given(**HERE, text="Look."), "Conversation"),
    "Mutation.updateNotificationPreferences": Plan(
        lambda stage, asker: {"input": {"expectedVersion": 0, "language": "ZH"}}, inbox=True
    ),
    "Mutation.markInvitationSeen": Plan(
        given(invitationId="Invitation"), "Invitation", lambda asker: asker.invited
    ),
    "Mutation.markRead": Plan(given(**HERE), "Conversation"),
    "Mutation.editNote": Plan(
        own_note, "InternalNote", lambda asker: asker.key in {"lin", "chen", "sun", "zhou"}
    ),
    "Mutation.setPresence": Plan(given(presence="BUSY"), inbox=True),
    "Mutation.heartbeat": Plan(given(connectionId="matrix")),
    "Mutation.updateCollaborationPolicy": Plan(policy),
    "Mutation.updateInviteRule": Plan(rule, "InviteRule"),
    "Mutation.sendCustomerMessage": Plan(relayed, "Transcript"),
    "Subscription.invitationUpdates": Plan(STREAM, "Conversation"),
    "Subscription.pendingApprovalUpdates": Plan(inbox=True),
    "Subscription.internalNotes": Plan(STREAM, "Conversation"),
    "Subscription.conversationEvents": Plan(STREAM, "Conversation"),
    "Subscription.inbox": Plan(inbox=True),
    "Subscription.presenceChanges": Plan(),
    "Subscription.customerMessages": Plan(),
}
