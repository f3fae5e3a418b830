"""Opening, pausing and closing conversations, and ending a collaboration."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry

from domain.actors import Audience, OrganizationRight
from domain.permissions import Permission
from resolvers import conversations, holds, stages
from schema.context import Info
from schema.fields import given, mutation
from schema.guards import Requires
from schema.ids import decode
from schema.inputs.conversations import (
    AdvanceStageInput,
    CloseConversationInput,
    CustomerTarget,
    EndCollaborationInput,
    OpenConversationInput,
    PauseConversationInput,
    ResumeConversationInput,
)
from schema.payloads.conversations import (
    AdvanceStagePayload,
    CloseConversationPayload,
    EndCollaborationPayload,
    OpenConversationPayload,
    PauseConversationPayload,
    ResumeConversationPayload,
)
from schema.performing import perform

OPEN = Requires(
    audience=[Audience.AGENT, Audience.INTEGRATION], right=OrganizationRight.OPEN_CONVERSATION
)
CLOSE = Requires(audience=[Audience.AGENT], permission=Permission.CLOSE)
OPERATE = Requires(audience=[Audience.AGENT], permission=Permission.OPERATE)
PAUSE = Requires(audience=[Audience.AGENT], permission=Permission.PAUSE)


def _opening(input: OpenConversationInput) -> conversations.Opening:
    primary = given(input.primary_id)
    return conversations.Opening(
        subject=input.subject,
        customer=_customer(input.customer),
        classes=frozenset(given(input.classes) or ()),
        primary_id=None if primary is None else decode(primary, "Agent"),
        first_message=given(input.first_message),
    )


def _customer(target: CustomerTarget) -> Any:
    known, new = given(target.id), given(target.new)
    if new is None:
        return decode(str(known), "Customer")
    return conversations.NewCustomer(
        external_id=new.external_id,
        name=new.display_name,
        email=given(new.email),
        phone=given(new.phone),
        tier=new.tier,
        churn_risk=new.churn_risk,
        opportunity=new.opportunity,
    )


@strawberry.type
class ConversationMutations:
    @mutation(OpenConversationPayload, OPEN)
    async def open_conversation(
        self,
        info: Info,
        input: Annotated[
            OpenConversationInput, strawberry.argument(description="With whom, about what.")
        ],
    ) -> Any:
        """Open a conversation with a customer. An agent leads what they open; an integration names the primary."""
        opening = _opening(input)
        return await perform(
            info, input, lambda work, asker: conversations.open_conversation(work, asker, opening)
        )

    @mutation(EndCollaborationPayload, CLOSE)
    async def end_collaboration(
        self,
        info: Info,
        input: Annotated[
            EndCollaborationInput, strawberry.argument(description="Where, and how it ended.")
        ],
    ) -> Any:
        """End the collaboration: every collaborator's part and every open invitation ends, the conversation goes on."""
        id_ = decode(input.conversation_id, "Conversation")
        return await perform(
            info,
            input,
            lambda work, asker: conversations.end_collaboration(work, asker, id_, input.outcome),
        )

    @mutation(CloseConversationPayload, CLOSE)
    async def close_conversation(
        self,
        info: Info,
        input: Annotated[CloseConversationInput, strawberry.argument(description="Which one.")],
    ) -> Any:
        """Close a conversation for good. Open invitations are canceled and every part ends in the same moment."""
        id_, outcome = decode(input.conversation_id, "Conversation"), given(input.outcome)
        version = given(input.expected_version)
        return await perform(
            info,
            input,
            lambda work, asker: conversations.close_conversation(
                work, asker, id_, outcome, version
            ),
        )

    @mutation(PauseConversationPayload, PAUSE)
    async def pause_conversation(
        self,
        info: Info,
        input: Annotated[
            PauseConversationInput, strawberry.argument(description="Why, and until when.")
        ],
    ) -> Any:
        """Put a conversation on hold: the customer reads the notice, and at `resumesAt` it goes on by itself.

        Meanwhile the customer can write, and colleagues can confer; a reply to the customer is CONVERSATION_ON_HOLD.
        """
        id_ = decode(input.conversation_id, "Conversation")
        return await perform(
            info,
            input,
            lambda work, asker: holds.pause_conversation(
                work, asker, id_, input.reason, input.notice, input.resumes_at
            ),
        )

    @mutation(ResumeConversationPayload, PAUSE)
    async def resume_conversation(
        self,
        info: Info,
        input: Annotated[ResumeConversationInput, strawberry.argument(description="Which one.")],
    ) -> Any:
        """Let a conversation on hold go on before its time. NOT_FOUND when it is not on hold."""
        id_ = decode(input.conversation_id, "Conversation")
        return await perform(
            info, input, lambda work, asker: holds.resume_conversation(work, asker, id_)
        )

    @mutation(AdvanceStagePayload, OPERATE)
    async def advance_stage(
        self,
        info: Info,
        input: Annotated[
            AdvanceStageInput, strawberry.argument(description="Which stage, and whose.")
        ],
    ) -> Any:
        """Begin the next stage of the service; the one before ends. Its owner is somebody who takes part."""
        id_, owner = decode(input.conversation_id, "Conversation"), given(input.owner_id)
        owner_id = None if owner is None else decode(owner, "Participant")
        return await perform(
            info,
            input,
            lambda work, asker: stages.advance_stage(work, asker, id_, input.name, owner_id),
        )
