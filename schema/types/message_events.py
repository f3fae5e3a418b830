"""What was said, to the customer and among colleagues, as streams tell it."""

from __future__ import annotations

from resolvers.reads.messages import messages_by_id, notes_by_id
from schema.fields import Sight, batched, interface
from schema.types.events import ConversationEvent, Event, event, fact
from schema.types.messages import CustomerMessage, InternalNote


@interface
class NoteEvent(Event):
    """Something that happened to an internal note."""

    note: InternalNote | None = batched(
        InternalNote | None,
        notes_by_id,
        "facts.note_id",
        "The note as it is now; null in a snapshot, and when you can no longer see it.",
        sight=Sight.PART,
    )


@event
class CustomerMessagePosted(ConversationEvent):
    """The customer or the service said something."""

    message: CustomerMessage | None = batched(
        CustomerMessage | None, messages_by_id, "facts.message_id", "The message.", sight=Sight.PART
    )


@event
class NotePosted(NoteEvent):
    """A colleague posted a note."""


@event
class NoteEdited(NoteEvent):
    """A note was edited."""

    version: int = fact("The version that this edit made.", "version", int)
