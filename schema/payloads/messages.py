"""What mutations of messages answer."""

from __future__ import annotations

from resolvers.reads.messages import messages_by_id, notes_by_id, transcript_messages
from schema.fields import batched, output
from schema.payloads.base import ConversationPayload, Payload
from schema.types.customers import TranscriptMessage
from schema.types.messages import CustomerMessage, InternalNote


@output()
class SendReplyPayload(ConversationPayload):
    """The outcome of a reply."""

    message: CustomerMessage | None = batched(
        CustomerMessage | None,
        messages_by_id,
        "changed.message_id",
        "The message; null on refusal.",
    )


@output()
class NotePayload(ConversationPayload):
    note: InternalNote | None = batched(
        InternalNote | None, notes_by_id, "changed.note_id", "The note; null on refusal."
    )


@output()
class PostNotePayload(NotePayload):
    """The outcome of posting a note."""


@output()
class EditNotePayload(NotePayload):
    """The outcome of editing a note."""


@output()
class MarkReadPayload(ConversationPayload):
    """The outcome of marking a conversation as read."""


@output()
class SendCustomerMessagePayload(Payload):
    """The outcome of saying something as the customer."""

    message: TranscriptMessage | None = batched(
        TranscriptMessage | None,
        transcript_messages,
        "changed.message_id",
        "The message; null on refusal, and for an integration, which sees no content.",
    )
