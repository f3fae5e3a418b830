"""The enums of requests."""

from __future__ import annotations

from domain.actors import Audience
from domain.errors import UserErrorCode
from domain.rates import OperationKind
from schema.enums.publishing import publish

publish(
    OperationKind,
    "What an operation does.",
    QUERY="It reads.",
    MUTATION="It changes something.",
    SUBSCRIPTION="It follows.",
)
publish(
    Audience,
    "Whom a token is for.",
    AGENT="A customer-service agent.",
    CUSTOMER="One customer in one conversation.",
    INTEGRATION="A host system that opens conversations and relays for customers.",
)
publish(
    UserErrorCode,
    "Why something was turned down. Act on the code; show the message to a person.",
    INVALID_INPUT="An input cannot be used; `path` says which.",
    NOT_FOUND="It is not there, or not yours to know of.",
    NOT_PERMITTED="You see it, but may not do this with it.",
    LEVEL_TOO_HIGH="The level is not below your own, or above what the role can hold.",
    COLLABORATOR_LIMIT_REACHED="All seats for collaborators are taken or offered; see `limit` and `current`.",
    INVITEE_AT_CAPACITY="The colleague is in as many collaborations as allowed; see `limit` and `current`.",
    ORGANIZATION_LIMIT_REACHED="The organization has as many collaborations as allowed; see `limit` and `current`.",
    RATE_LIMITED="Too many invitations lately; see `retryAfterSeconds`.",
    EMERGENCY_NOT_JUSTIFIED="Neither is the conversation urgent or a complaint, nor are you a supervisor.",
    INVITEE_OFFLINE="The colleague is not connected.",
    INVITEE_DO_NOT_DISTURB="The colleague does not want to be disturbed.",
    CROSS_DEPARTMENT_NOT_PERMITTED="The colleague belongs to another department, where nobody but inviter and invitee could approve it.",
    EXTERNAL_NOT_PERMITTED="You may not invite outside experts.",
    ROLE_NOT_ALLOWED_TO_INVITE="Your organization does not let your role invite.",
    COLLABORATION_DISABLED="Your organization has switched collaboration off.",
    ALREADY_PARTICIPANT="The colleague takes part already.",
    DUPLICATE_INVITATION="The colleague has an open invitation to this conversation.",
    CANNOT_INVITE_SELF="You named yourself.",
    INVITATION_NOT_PENDING="The invitation was answered or ended already.",
    INVITATION_EXPIRED="The invitation's time is over.",
    CONVERSATION_CLOSED="The conversation is closed for good.",
    CONVERSATION_ON_HOLD="The conversation is on hold: resume it first.",
    PRIMARY_MUST_TRANSFER="The primary cannot just leave: transfer the role first.",
    STEP_UP_REQUIRED="It needs an authorisation by somebody else: ask with `requestAuthorization`.",
    AUTHORIZATION_NOT_PENDING="The authorisation was decided or ended already.",
    REVIEW_NOT_PENDING="Somebody has settled the review already.",
    VERSION_CONFLICT="It has changed since you read it; see the current object.",
    IDEMPOTENCY_CONFLICT="The idempotency key was used for another input.",
)
