"""User errors: why a mutation was turned down, in a form that a client can act on."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from graphql import GraphQLAbstractType

from domain.errors import Reason, UserErrorCode
from resolvers.reads.conversations import conversations_by_id
from resolvers.reads.messages import notes_by_id
from resolvers.reads.policies import policy_views
from schema.context import Info, Resolving
from schema.fields import computed, field, interface, output
from schema.guards import AGENTS
from schema.types.node import ConversationRef, NoteRef, PolicyRef


def kind_of(reason: Reason) -> str:
    if "limit" in reason.details:
        return "LimitReachedError"
    if "retryAfterSeconds" in reason.details:
        return "RateLimitedError"
    return "VersionConflictError" if "version" in reason.details else "RefusalError"


@interface
class UserError:
    """Why something was turned down. Nothing was changed by what was refused."""

    code: UserErrorCode = field("What to act on.")
    message: str = field("For a person: what happened and what to do.")
    path: list[str] | None = field(
        "The input that is meant, like `input`, `invitees`, `0`, `endsAt`."
    )

    @classmethod
    def resolve_type(cls, value: Any, info: Resolving, kind: GraphQLAbstractType) -> str:
        return kind_of(value)


def of_kind(name: str) -> Any:
    return classmethod(lambda cls, value, info: kind_of(value) == name)


@output()
class RefusalError(UserError):
    """A refusal without further details."""

    is_type_of = of_kind("RefusalError")


@output()
class LimitReachedError(UserError):
    """A limit is reached."""

    is_type_of = of_kind("LimitReachedError")

    @computed(int)
    def limit(self: Any) -> Any:
        """How many there may be."""
        return self.details["limit"]

    @computed(int)
    def current(self: Any) -> Any:
        """How many there are."""
        return self.details["current"]


@output()
class RateLimitedError(UserError):
    """Too often: the same can be done again a little later."""

    is_type_of = of_kind("RateLimitedError")

    @computed(int)
    def retry_after_seconds(self: Any) -> Any:
        """In how many seconds to try again."""
        return self.details["retryAfterSeconds"]


@output()
class VersionConflictError(UserError):
    """What you wanted to change has changed since you read it. Here it is as it is now."""

    is_type_of = of_kind("VersionConflictError")

    @computed(int)
    def current_version(self: Any) -> Any:
        """The version to decide on again."""
        return self.details["version"]

    @computed(NoteRef | None, AGENTS)
    def note(self: Any, info: Info) -> Any:
        """The note as it is now, when it is a note."""
        return _current(self, info, "InternalNote", notes_by_id)

    @computed(ConversationRef | None, AGENTS)
    def conversation(self: Any, info: Info) -> Any:
        """The conversation as it is now, when it is a conversation."""
        return _current(self, info, "Conversation", conversations_by_id)

    @computed(PolicyRef | None, AGENTS)
    def policy(self: Any, info: Info) -> Any:
        """The policy as it is now, when it is the policy."""
        return _current(self, info, "CollaborationPolicy", policy_views)


def _current(reason: Reason, info: Info, kind: str, batch: Any) -> Any:
    mine = reason.details["type"] == kind
    return info.context.load(batch, UUID(str(reason.details["id"]))) if mine else None
