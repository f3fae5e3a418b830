"""What the customer can see, and what the customer must never see: two tables, no flag."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from domain.conversations import MessageAuthor, NoteKind, NoteTopic
from models.columns import choice, instant, table
from models.rows import Row


class CustomerMessage(Row, table=True):
    __tablename__ = "customer_message"
    __table_args__ = (
        sa.Index("message_by_conversation", "conversation_id", "sent_at", "id"),
        # A reply of the service was written by an agent, a customer's message by none.
        sa.CheckConstraint(
            "(author = 'SERVICE') = (sent_by_id IS NOT NULL)", name="customer_message_author"
        ),
    )

    id: UUID = Field(primary_key=True)
    conversation_id: UUID = Field(foreign_key="conversation.id")
    author: MessageAuthor = choice(MessageAuthor)
    sent_by_id: UUID | None = Field(default=None, foreign_key="agent.id")
    text: str
    sent_at: datetime = instant()


class InternalNote(Row, table=True):
    __tablename__ = "internal_note"
    __table_args__ = (sa.Index("note_by_conversation", "conversation_id", "posted_at", "id"),)

    id: UUID = Field(primary_key=True)
    conversation_id: UUID = Field(foreign_key="conversation.id")
    author_id: UUID = Field(foreign_key="agent.id")
    about_message_id: UUID | None = Field(default=None, foreign_key="customer_message.id")
    kind: NoteKind = choice(NoteKind)
    topic: NoteTopic | None = choice(NoteTopic, nullable=True)
    text: str
    suggested_reply: str | None = None
    version: int = 1
    posted_at: datetime = instant()
    edited_at: datetime | None = instant(nullable=True)


class SuggestionUse(Row, table=True):
    """A reply to the customer that was made of what a note suggested. The customer's side never joins it."""

    __tablename__ = "suggestion_use"

    message_id: UUID = Field(primary_key=True, foreign_key="customer_message.id")
    note_id: UUID = Field(foreign_key="internal_note.id", index=True)


messages = table(CustomerMessage)
notes = table(InternalNote)
suggestion_uses = table(SuggestionUse)
