"""Saying something: to the customer, among colleagues, and as the customer."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry

from domain.actors import Audience
from domain.permissions import Permission
from resolvers import messages
from schema.context import Info
from schema.fields import given, mutation
from schema.guards import Requires
from schema.ids import decode
from schema.inputs.messages import (
    EditNoteInput,
    MarkReadInput,
    PostNoteInput,
    SendCustomerMessageInput,
    SendReplyInput,
)
from schema.payloads.messages import (
    EditNotePayload,
    MarkReadPayload,
    PostNotePayload,
    SendCustomerMessagePayload,
    SendReplyPayload,
)
from schema.performing import perform

REPLY = Requires(audience=[Audience.AGENT], permission=Permission.REPLY_TO_CUSTOMER)
VIEW = Requires(audience=[Audience.AGENT], permission=Permission.VIEW_CONVERSATION)
WRITE_NOTES = Requires(audience=[Audience.AGENT], permission=Permission.WRITE_NOTES)
FOR_CUSTOMERS = Requires(audience=[Audience.CUSTOMER, Audience.INTEGRATION])


@strawberry.type
class MessageMutations:
    @mutation(SendReplyPayload, REPLY)
    async def send_reply(
        self,
        info: Info,
        input: Annotated[
            SendReplyInput, strawberry.argument(description="Where, and what to say.")
        ],
    ) -> Any:
        """Say something to the customer, under the service's one identity."""
        id_, used = decode(input.conversation_id, "Conversation"), given(input.used_note_id)
        note_id = None if used is None else decode(used, "InternalNote")
        return await perform(
            info,
            input,
            lambda work, asker: messages.send_reply(work, asker, id_, input.text, note_id),
        )

    @mutation(PostNotePayload, WRITE_NOTES)
    async def post_note(
        self,
        info: Info,
        input: Annotated[PostNoteInput, strawberry.argument(description="Where, and what to say.")],
    ) -> Any:
        """Say something among colleagues. It streams to `internalNotes`; no customer can ever see it."""
        id_, about = decode(input.conversation_id, "Conversation"), given(input.about_message_id)
        draft = messages.NoteDraft(
            input.kind,
            input.text,
            given(input.topic),
            given(input.suggested_reply),
            None if about is None else decode(about, "CustomerMessage"),
        )
        return await perform(
            info, input, lambda work, asker: messages.post_note(work, asker, id_, draft)
        )

    @mutation(MarkReadPayload, VIEW)
    async def mark_read(
        self,
        info: Info,
        input: Annotated[MarkReadInput, strawberry.argument(description="Where.")],
    ) -> Any:
        """Say that you have read everything in a conversation so far; `unreadCounts` begins anew from here."""
        id_ = decode(input.conversation_id, "Conversation")
        return await perform(info, input, lambda work, asker: messages.mark_read(work, asker, id_))

    @mutation(EditNotePayload, WRITE_NOTES)
    async def edit_note(
        self,
        info: Info,
        input: Annotated[
            EditNoteInput, strawberry.argument(description="Which note, and its new text.")
        ],
    ) -> Any:
        """Edit your own note. VERSION_CONFLICT, with the note as it is, when it has changed since you read it."""
        id_ = decode(input.note_id, "InternalNote")
        return await perform(
            info,
            input,
            lambda work, asker: messages.edit_note(
                work, asker, id_, input.text, input.expected_version
            ),
        )

    @mutation(SendCustomerMessagePayload, FOR_CUSTOMERS)
    async def send_customer_message(
        self,
        info: Info,
        input: Annotated[SendCustomerMessageInput, strawberry.argument(description="What to say.")],
    ) -> Any:
        """Say something as the customer; an integration does it on the customer's behalf."""
        named = given(input.conversation_id)
        id_ = None if named is None else decode(named, "Conversation")
        return await perform(
            info,
            input,
            lambda work, asker: messages.send_customer_message(work, asker, id_, input.text),
        )
