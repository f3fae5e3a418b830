"""Adjusting levels, removing, leaving."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry

from domain.actors import Audience
from domain.permissions import Permission
from resolvers import participants
from schema.context import Info
from schema.fields import given, mutation
from schema.guards import Requires
from schema.ids import decode
from schema.inputs.participants import (
    AdjustPermissionInput,
    LeaveConversationInput,
    RemoveParticipantInput,
)
from schema.payloads.participants import (
    AdjustPermissionPayload,
    LeaveConversationPayload,
    RemoveParticipantPayload,
)
from schema.performing import perform


def needs(permission: Permission) -> Requires:
    return Requires(audience=[Audience.AGENT], permission=permission)


@strawberry.type
class ParticipantMutations:
    @mutation(AdjustPermissionPayload, needs(Permission.ADJUST_PERMISSION))
    async def adjust_permission(
        self,
        info: Info,
        input: Annotated[
            AdjustPermissionInput, strawberry.argument(description="Whose level, which one.")
        ],
    ) -> Any:
        """Give somebody another level, for good or until a time; it holds at once, in open subscriptions too.

        The present and the new level must be strictly below your own: LEVEL_TOO_HIGH otherwise.
        """
        id_, until = decode(input.participant_id, "Participant"), given(input.until)
        return await perform(
            info,
            input,
            lambda work, asker: participants.adjust_permission(
                work, asker, id_, input.level, until
            ),
        )

    @mutation(RemoveParticipantPayload, needs(Permission.REMOVE_PARTICIPANT))
    async def remove_participant(
        self,
        info: Info,
        input: Annotated[RemoveParticipantInput, strawberry.argument(description="Whom.")],
    ) -> Any:
        """Remove somebody whose level is strictly below your own. Their rights end at once."""
        id_ = decode(input.participant_id, "Participant")
        return await perform(
            info, input, lambda work, asker: participants.remove_participant(work, asker, id_)
        )

    @mutation(LeaveConversationPayload, needs(Permission.VIEW_CONVERSATION))
    async def leave_conversation(
        self,
        info: Info,
        input: Annotated[LeaveConversationInput, strawberry.argument(description="Which one.")],
    ) -> Any:
        """Leave a conversation. Ask the person first; the others are told. The primary gets PRIMARY_MUST_TRANSFER."""
        id_ = decode(input.conversation_id, "Conversation")
        return await perform(
            info, input, lambda work, asker: participants.leave_conversation(work, asker, id_)
        )
