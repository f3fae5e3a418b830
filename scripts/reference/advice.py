"""What a person and a UI should do about each code. What a code means is said by the schema and the rules."""

from __future__ import annotations

# The codes of payload errors, in groups: what to do.
REFUSALS = {
    "About the input": {
        "INVALID_INPUT": "Mark the input that `path` names and show the message beside it.",
        "NOT_FOUND": "Take the object off the screen and read the list again. It may never have been yours.",
        "VERSION_CONFLICT": "Ask for `... on VersionConflictError`: it carries the object as it is now. Show both, let the person decide, send again with `currentVersion`.",
        "IDEMPOTENCY_CONFLICT": "A mistake in the client: make a new key for each new intention, keep it only for retries of the same input.",
    },
    "About your rights": {
        "NOT_PERMITTED": "Read `viewerCan` again and grey the button. The message names the level that is needed.",
        "LEVEL_TOO_HIGH": "Offer only `grantableLevels` (or, when inviting, levels below `viewerLevel`).",
        "STEP_UP_REQUIRED": "Ask what for, send `requestAuthorization`, wait for `AuthorizationApproved` in `inbox`, then try again.",
        "REVIEW_NOT_PENDING": "Somebody was faster: read `emergencyReviews` again and show what they found.",
        "AUTHORIZATION_NOT_PENDING": "Somebody was faster, or its time is over: read `pendingAuthorizations` again.",
        "ROLE_NOT_ALLOWED_TO_INVITE": "Hide the invite button: `collaborationPolicy.rolesThatMayInvite` says who may.",
        "COLLABORATION_DISABLED": "Hide the invite button: `collaborationPolicy.enabled` says so before.",
        "PRIMARY_MUST_TRANSFER": "Open the dialog for handing over; or close the conversation.",
    },
    "About the colleague": {
        "INVITEE_OFFLINE": "Show them greyed with the reason; suggest somebody else.",
        "INVITEE_DO_NOT_DISTURB": "Show them greyed with the reason; suggest somebody else.",
        "INVITEE_AT_CAPACITY": "Show `current` of `limit`. To the invitee who accepts: finish another collaboration first.",
        "CROSS_DEPARTMENT_NOT_PERMITTED": "Suggest colleagues of the inviter's department: nobody else over there could approve.",
        "EXTERNAL_NOT_PERMITTED": "Offer outside experts only to who holds INVITE_EXTERNAL (`viewer.rights`); ask a supervisor to invite them.",
        "ALREADY_PARTICIPANT": "Show them among the participants.",
        "DUPLICATE_INVITATION": "Show the open invitation and its `expiresAt` instead.",
        "CANNOT_INVITE_SELF": "Leave the viewer out of the dialog.",
    },
    "About the conversation": {
        "COLLABORATOR_LIMIT_REACHED": "Show `current` of `limit`. A seat gets free when somebody leaves or an invitation ends.",
        "ORGANIZATION_LIMIT_REACHED": "Show `current` of `limit`, and offer to try again when a collaboration has ended.",
        "EMERGENCY_NOT_JUSTIFIED": "Offer the emergency only where `classes` has `URGENT` or `COMPLAINT`, or to supervisors.",
        "CONVERSATION_ON_HOLD": "Show `hold.resumesAt`; offer to resume where `viewerCan.resume` allows it.",
        "CONVERSATION_CLOSED": "Make the view read-only.",
    },
    "About the invitation": {
        "INVITATION_NOT_PENDING": "Somebody was faster. Read the invitation again and show how it ended.",
        "RATE_LIMITED": "Count down `retryAfterSeconds` (`... on RateLimitedError`), then offer to try again.",
        "INVITATION_EXPIRED": "Say that time is over; ask the inviter to invite again.",
    },
}

# The codes of top-level errors: what they mean, and what to do.
FAILURES = {
    "GRAPHQL_PARSE_FAILED": (
        "The document is not GraphQL.",
        "A mistake in the client.",
    ),
    "GRAPHQL_VALIDATION_FAILED": (
        "The document does not fit the schema.",
        "A mistake in the client, or a client older than the schema: see [Upgrading](upgrading.md).",
    ),
    "BAD_USER_INPUT": (
        "A malformed id or cursor, a page larger than 100, variables that do not fit, a malformed request.",
        "A mistake in the client. Ids and cursors are given back exactly as they came.",
    ),
    "UNAUTHENTICATED": (
        "There is no token, or it is bad or over.",
        "Get a new token and ask again, once. Then let the person sign in.",
    ),
    "FORBIDDEN": (
        "The token is of another audience, a right is missing, or the right to a stream has ended.",
        "Do not retry. On a nested field the rest of the answer is good. In a subscription: leave the view.",
    ),
    "NOT_FOUND": (
        "What a subscription asks for is not there, or not yours to know of. The address of the request is wrong (404).",
        "Do not retry. Leave the view.",
    ),
    "QUERY_TOO_COMPLEX": (
        "Beyond a [limit](reaching.md#limits); `limit` and `asked` say how far.",
        "Ask for smaller pages, or in two requests. `extensions.cost` tells what a request costs.",
    ),
    "RATE_LIMITED": (
        "Too often; `retryAfterSeconds` says when to try again. Or too many operations on one socket, too many streams.",
        "Wait that long, then retry. Do not show it to a person for a background request.",
    ),
    "CURSOR_EXPIRED": (
        "The place is older than what is kept; `oldestCursor` is the oldest one that still resumes.",
        "Subscribe without `after`: a snapshot comes first. See [Subscriptions](subscriptions.md).",
    ),
    "HISTORY_CHANGED": (
        "The history behind the cursor is not the one it came from: the database was restored.",
        "Subscribe without `after`: a snapshot comes first. Throw away what you kept.",
    ),
    "SERVICE_UNAVAILABLE": (
        "Not at the moment: the database is away or restarts, or it took longer than 5 s.",
        "Retry soon, later each time. Retry a mutation only with its `idempotencyKey`: it may have been done.",
    ),
    "INTERNAL_SERVER_ERROR": (
        "Something went wrong in the service. Details are never told.",
        "Retry a query. Retry a mutation only with its `idempotencyKey`. Tell `requestId` to whoever runs the service.",
    ),
}
