"""The domain's enums as the schema shows them, every value described."""

from __future__ import annotations

from enum import Enum, StrEnum

import strawberry

from domain.actors import ActorKind, Audience, OrganizationRight, OrganizationRole
from domain.agents import AgentPresence
from domain.authorizations import AuthorizationStatus, SensitiveOperation
from domain.conversations import (
    CollaborationOutcome,
    ConversationClass,
    ConversationStatus,
    CustomerTier,
    LeaveReason,
    MessageAuthor,
    NoteKind,
    NoteTopic,
)
from domain.errors import UserErrorCode
from domain.handing import DelegationEnding, HandoverCause, OfferStatus
from domain.invitations import (
    CollaborationType,
    DeclineReason,
    InvitationKind,
    InvitationPriority,
    InvitationStatus,
)
from domain.invite_rules import InviteUrgency
from domain.notices import Language, NoticeKind, NoticePriority, NotificationChannel
from domain.permissions import CollaborationStance, ParticipantRole, Permission, PermissionLevel
from domain.policies import DiscussFirst
from domain.rates import OperationKind
from domain.recommendations import RecommendationFactor
from resolvers.reads.agents import AgentOrder
from resolvers.reads.invitations import InvitationDirection
from resolvers.reads.notifications import DeliveryStatus


def publish(kind: type[Enum], description: str, name: str | None = None, **values: str) -> None:
    """Show an enum; `values` describes each of its members."""
    missing = set(values) ^ {member.name for member in kind}
    if missing:
        raise TypeError(f"{kind.__name__} is not described member by member: {sorted(missing)}")
    strawberry.enum(kind, name=name, description=description)
    for value in kind.__strawberry_definition__.values:  # type: ignore[attr-defined]  # strawberry sets it
        value.description = values[value.name]


class OrderDirection(StrEnum):
    ASC = "ASC"
    DESC = "DESC"


publish(
    OrderDirection, "Which way to sort.", ASC="From small to large.", DESC="From large to small."
)
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
    OrganizationRole,
    "What somebody is in the organization as a whole.",
    AGENT="Serves customers.",
    SUPERVISOR="Serves customers and oversees named departments.",
    ADMIN="Oversees every department.",
)
publish(
    OrganizationRight,
    "What an actor may do in the organization as a whole.",
    FIND_AGENTS="Look for colleagues. Outside experts may not.",
    OPEN_CONVERSATION="Open conversations. Outside experts may not.",
    INVITE_EXTERNAL="Reserved for inviting outside experts, which nobody can for now.",
    MANAGE_POLICY="Set the rules of collaboration. Admins may.",
    READ_AUDIT="Read the audit. Admins may.",
)
publish(
    DiscussFirst,
    "When colleagues discuss before the customer gets a reply.",
    NEVER="Whoever may reply does so at once.",
    IMPORTANT_ONLY="In VIP, URGENT and COMPLAINT conversations.",
    ALWAYS="In every conversation with collaborators.",
)
publish(
    ActorKind,
    "What kind of actor brought something about.",
    AGENT="An agent.",
    CUSTOMER="The customer.",
    INTEGRATION="A host system.",
    SYSTEM="The service itself, by the clock or as a consequence.",
)
publish(
    AgentPresence,
    "Whether an agent can be reached, derived from what they state and whether they are connected.",
    ONLINE="Connected and ready.",
    BUSY="Connected and busy; can be invited.",
    AWAY="Connected but away from the desk; can be invited.",
    DO_NOT_DISTURB="Connected, and does not want to be invited.",
    OFFLINE="Not connected.",
)
publish(
    ConversationStatus,
    "Whether a conversation goes on.",
    OPEN="It goes on.",
    ON_HOLD="The service has paused it and told the customer.",
    CLOSED="It is over for good.",
)
publish(
    ConversationClass,
    "What a conversation is about; several may apply, and the largest collaborator limit of them holds.",
    STANDARD="An ordinary conversation: 3 collaborators by default.",
    VIP="With a very important customer: 5 collaborators by default.",
    URGENT="The customer's business is hit: 7 collaborators by default.",
    COMPLAINT="A complaint: 7 collaborators by default.",
)
publish(
    CustomerTier,
    "How the organization ranks a customer.",
    NEW="In touch for the first time.",
    STANDARD="An ordinary customer.",
    VIP="A very important customer.",
)
publish(
    MessageAuthor,
    "Which side said something in front of the customer.",
    CUSTOMER="The customer.",
    SERVICE="The service, under its one identity.",
)
publish(
    CollaborationOutcome,
    "How a collaboration ended.",
    RESOLVED="The problem is solved.",
    PARTLY_RESOLVED="Part of the problem is solved.",
    UNRESOLVED="The problem is not solved.",
    ESCALATED="The problem went to another place.",
)
publish(
    LeaveReason,
    "Why somebody's part in a conversation ended.",
    LEFT="They left.",
    REMOVED="Somebody above them removed them.",
    IDLE_TIMEOUT="They gave no sign for too long, and were warned in between.",
    TRANSFERRED_OUT="The primary role changed hands; they go on in another role, as a new participant.",
    CONVERSATION_CLOSED="The conversation was closed.",
    PERIOD_ENDED="The agreed time was over, or the collaboration ended.",
)
publish(
    HandoverCause,
    "What moved the primary role.",
    TRANSFER="The primary handed it over.",
    OFFER="The primary offered it, and it was taken.",
    DELEGATION="The primary lets somebody lead until a time.",
    RETURN="The time of a delegation is over.",
    UNRESPONSIVE="The customer waited and the primary did not answer.",
    TAKEOVER="Somebody who oversees the conversation took it over.",
)
publish(
    OfferStatus,
    "Where an offer of the primary role stands. All but the first are final.",
    name="PrimaryOfferStatus",
    PENDING="Made, not answered yet.",
    ACCEPTED="Taken.",
    DECLINED="Turned down.",
    WITHDRAWN="Taken back, or followed by another offer.",
    EXPIRED="Nobody answered in time.",
    CANCELED="The service ended it: they left, the role moved otherwise, or the conversation was closed.",
)
publish(
    DelegationEnding,
    "How a delegation ended.",
    TIME_OVER="Its time was over: the role returned.",
    ENDED="One of the two ended it: the role returned.",
    DELEGATE_LEFT="The delegate left: the role returned.",
    DELEGATE_UNRESPONSIVE="The customer waited and the delegate did not answer: the role returned.",
    PRINCIPAL_LEFT="Who gave the role is not there any more: the delegate leads for good.",
    TAKEN_OVER="Somebody took the conversation over.",
    CONVERSATION_CLOSED="The conversation was closed.",
)
publish(
    SensitiveOperation,
    "What needs an authorisation by somebody else, each time.",
    REVEAL_CUSTOMER_CONTACT="See how the customer can be reached, unmasked: `revealCustomerContact`.",
    RAISE_GUEST="Give an outside expert a higher level: `adjustPermission`.",
)
publish(
    AuthorizationStatus,
    "Where an authorisation stands. All but the first two are final.",
    PENDING="Asked for, not decided yet.",
    APPROVED="It can be used once, until its time is over.",
    DENIED="Somebody said no.",
    USED="It was used.",
    EXPIRED="Nobody decided, or nobody used it, in time.",
    CANCELED="It was asked for anew, who asked has left, or the conversation is closed.",
)
publish(
    NoteKind,
    "What an internal note is for.",
    DISCUSSION="Talk among colleagues.",
    GUIDANCE="Advice to a colleague: wording, process, technique.",
    REMARK="A remark on the conversation.",
    REMINDER="Something not to forget.",
    HIGHLIGHT="A key point.",
    KNOWLEDGE="Something worth keeping: a document, a solution.",
)
publish(
    InvitationStatus,
    "Where an invitation stands. All but the first two are final.",
    AWAITING_APPROVAL="A supervisor has to approve it first.",
    PENDING="Sent, not answered yet.",
    ACCEPTED="The invitee has joined.",
    DECLINED="The invitee said no.",
    REJECTED="The approver said no.",
    EXPIRED="Nobody answered in time.",
    REVOKED="The inviter took it back.",
    CANCELED="The service ended it: the conversation closed, somebody else of the group accepted, or the inviter lost the right to invite.",
)
publish(
    InvitationKind,
    "Which rules an invitation follows; the service decides it.",
    STANDARD="Within a department: sent at once.",
    CROSS_DEPARTMENT="Into another department.",
    EXTERNAL_EXPERT="To somebody outside the organization.",
    EMERGENCY="Through the channel for emergencies.",
)
publish(
    InvitationPriority,
    "How loudly to tell somebody of an invitation.",
    NORMAL="As usual.",
    HIGH="An emergency: at once, whatever else is on the screen.",
)
publish(
    CollaborationType,
    "What kind of help is asked for.",
    EXPERT_SUPPORT="A problem beyond one's own expertise.",
    COACHING="Guidance for somebody less experienced.",
    CROSS_DEPARTMENT="A problem of several departments.",
    QUALITY_SUPERVISION="Watching over quality.",
    SHORT_ASSISTANCE="A hand for a short time.",
)
publish(
    DeclineReason,
    "Why an invitation was declined.",
    BUSY="Too busy now.",
    NOT_MY_SKILL="Not their field.",
    OFF_SHIFT="Their shift is over or ends soon.",
    CONFLICT_OF_INTEREST="They should not be involved.",
    OTHER="Something else; the comment may say what.",
)
publish(
    CollaborationStance,
    "How somebody takes part, computed from role and level.",
    LEAD="Serves the customer.",
    SUPPORT="Advises and helps.",
    LEARNER="Watches and learns.",
    MANAGER="Oversees.",
)
publish(
    ParticipantRole,
    "Why somebody takes part. What they may do is their level.",
    PRIMARY="Leads the conversation; exactly one at any time, always at FULL.",
    EXPERT="Gives advice: GUIDE when invited, EDIT if offered, MANAGE for a time.",
    COACH="Guides a colleague: GUIDE when invited, EDIT if offered, MANAGE for a time.",
    OBSERVER="Watches: READ_ONLY when invited, may be raised to EDIT.",
    ASSISTANT="Helps for a limited time: GUIDE when invited, may be raised to EDIT; an end is compulsory.",
    SUPERVISOR="Oversees quality: MANAGE.",
    SCRIBE="Keeps the record: GUIDE when invited, may be raised to EDIT.",
    GUEST_EXPERT="An expert from outside: GUIDE at most; an end is compulsory.",
)
publish(
    PermissionLevel,
    "What somebody may do in a conversation, from least to most; each level includes the ones before.",
    READ_ONLY="Read the conversation and its notes.",
    GUIDE="And write notes and propose replies.",
    EDIT="And reply to the customer and operate on the conversation.",
    MANAGE="And invite, adjust lower levels, remove lower participants.",
    FULL="And transfer the primary role and close. The primary's alone.",
)
publish(
    Permission,
    "One thing that a level permits in a conversation.",
    VIEW_CONVERSATION="See messages, people and events. From READ_ONLY.",
    READ_NOTES="Read internal notes. From READ_ONLY.",
    WRITE_NOTES="Write internal notes. From GUIDE.",
    PROPOSE_REPLY="Propose a reply. From GUIDE.",
    REPLY_TO_CUSTOMER="Reply to the customer. From EDIT.",
    OPERATE="Change tags, stage and summary. From EDIT.",
    INVITE="Invite colleagues. From MANAGE.",
    ADJUST_PERMISSION="Adjust levels below one's own. From MANAGE.",
    REMOVE_PARTICIPANT="Remove people below one's own level. From MANAGE.",
    APPROVE_REPLY="Approve a proposed reply. From MANAGE.",
    TRANSFER_PRIMARY="Hand over the primary role. FULL only.",
    APPOINT_DELEGATE="Appoint a delegate. FULL only.",
    PAUSE="Put the conversation on hold. FULL only.",
    CLOSE="End the collaboration and close the conversation. FULL only.",
)
publish(
    NoteTopic,
    "What guidance teaches.",
    WORDING="How to say it: phrases, technique, calming.",
    PROCESS="How it is done: norms, tools, steps.",
    CUSTOMER="Who the customer is: needs, analysis, keeping them.",
    CONTINGENCY="What to do when the unexpected happens: sudden events, complaints, crises.",
)
publish(
    NoticeKind,
    "What kind of news a notice is.",
    INVITATION="Somebody asks for your help, reminds you, or needs it no longer.",
    ANSWER="What came of an invitation that you sent.",
    PART="Your own part in a conversation: idle, over, or the primary role.",
    LEVEL="Your own level.",
    CONVERSATION="A conversation as a whole.",
    ALARM="A customer waits, and nobody there can answer.",
)
publish(
    NotificationChannel,
    "How a notice is shown.",
    DESKTOP="A popup.",
    SOUND="A sound.",
    TRAY="The icon in the tray, with its number.",
)
publish(
    NoticePriority,
    "How much a notice matters.",
    LOW="Good to know.",
    NORMAL="News.",
    HIGH="Somebody waits.",
    URGENT="An emergency: quiet hours do not hold it back.",
)
publish(Language, "The language of notices.", EN="English.", ZH="Chinese, simplified.")
publish(
    DeliveryStatus,
    "How far an invitation got.",
    SENT="It was sent; no device of the invitee has taken it yet.",
    DELIVERED="A device of the invitee has taken it.",
    SEEN="The invitee has looked at it.",
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
    CROSS_DEPARTMENT_NOT_PERMITTED="The colleague belongs to another department, where nobody can approve it.",
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
    VERSION_CONFLICT="It has changed since you read it; see the current object.",
    IDEMPOTENCY_CONFLICT="The idempotency key was used for another input.",
)
publish(
    AgentOrder,
    "What agents are sorted by.",
    name="AgentOrderField",
    NAME="By name.",
    COLLABORATIONS="By how many collaborations they are in, then by name.",
)
publish(
    InvitationDirection,
    "Whose invitations.",
    RECEIVED="Those sent to you.",
    SENT="Those sent by you.",
)
publish(
    RecommendationFactor,
    "What a recommendation weighs.",
    SKILL="How well skills and keywords fit the text, by level.",
    HISTORY="How often collaborations on the same subject succeeded; who has no history yet counts as usual.",
    LOAD="How many more collaborations the colleague could take on.",
    AVAILABILITY="Presence: online before busy before away.",
)
publish(
    InviteUrgency,
    "How soon to invite.",
    NORMAL="When it suits.",
    SOON="Before the next answer.",
    IMMEDIATE="At once.",
)
