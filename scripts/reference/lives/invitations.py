"""How an invitation ends, and who brings it about."""

from __future__ import annotations

from domain.invitations import OUTCOMES, InvitationAction, InvitationStatus
from scripts.reference.machines import CLOCK, SERVICE, Machine, Step, machine
from scripts.reference.published import has_mutation

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
    return machine(
        "invitation", "Invitation", "It begins with `inviteAgents`.", steps, InvitationStatus
    )
