"""What saying something takes."""

from __future__ import annotations

import strawberry

from domain import text
from domain.conversations import (
    NoteKind,
    NoteTopic,
)
from schema.inputs.fields import input_type, key, optional, value

LONGEST_REPLY = text.MESSAGE  # inside a class that has a `text` of its own


@input_type
class SendReplyInput:
    """Reply to the customer."""

    conversation_id: strawberry.ID = value("The conversation.")
    text: str = value(
        f"What to say under the service's identity. At most {text.MESSAGE} characters."
    )
    used_note_id: strawberry.ID | None = optional(
        "The GUIDANCE note whose `suggestedReply` this is made of: its author gets the credit."
    )
    idempotency_key: str | None = key()


@input_type
class SendCustomerMessageInput:
    """Say something as the customer."""

    text: str = value(f"What to say. At most {text.MESSAGE} characters.")
    conversation_id: strawberry.ID | None = optional(
        "The conversation; only an integration names it, a customer's token names its own."
    )
    idempotency_key: str | None = key()


@input_type
class PostNoteInput:
    """Say something among colleagues."""

    conversation_id: strawberry.ID = value("The conversation.")
    text: str = value(f"What to say. At most {text.NOTE} characters.")
    kind: NoteKind = optional("What it is for.", NoteKind.DISCUSSION)
    topic: NoteTopic | None = optional("What it teaches; only with GUIDANCE.")
    suggested_reply: str | None = optional(
        f"What to say to the customer, ready to be sent; only with GUIDANCE. At most {LONGEST_REPLY} characters."
    )
    about_message_id: strawberry.ID | None = optional("The customer message it is about, if any.")
    idempotency_key: str | None = key()


@input_type
class MarkReadInput:
    """Say that you have read everything in a conversation."""

    conversation_id: strawberry.ID = value("The conversation.")
    idempotency_key: str | None = key()


@input_type
class EditNoteInput:
    """Edit your own note."""

    note_id: strawberry.ID = value("A note you wrote.")
    text: str = value(f"What it shall say. At most {text.NOTE} characters.")
    expected_version: int = value("The note's `version` that you saw.")
    idempotency_key: str | None = key()
