"""What is said in front of the customer, and what is said among colleagues: two types without a common one."""

from __future__ import annotations

from datetime import datetime

from domain.conversations import MessageAuthor, NoteKind, NoteTopic
from resolvers.reads.agents import agents_by_id
from resolvers.reads.messages import MessageView, NoteView, messages_by_id, notes_by_id
from schema.fields import Sight, batched, field, output
from schema.guards import AGENTS
from schema.types.node import AgentRef, Node, NoteRef


@output(MessageView, AGENTS)
class CustomerMessage(Node):
    """A message that the customer sees, as agents see it."""

    author: MessageAuthor = field("Which side said it.")
    text: str = field("What was said.")
    sent_at: datetime = field("When.")
    sent_by: AgentRef | None = batched(
        AgentRef | None,
        agents_by_id,
        "sent_by_id",
        "The colleague who wrote it for the service; null for the customer's own. Customers never see it.",
        sight=Sight.ORGANIZATION,
    )

    used_note: NoteRef | None = batched(
        NoteRef | None,
        notes_by_id,
        "used_note_id",
        "The note that suggested this reply, if one did. Customers never see it.",
        sight=Sight.PART,
    )


@output(NoteView, AGENTS)
class InternalNote(Node):
    """Something said among colleagues. No customer can ever see it."""

    kind: NoteKind = field("What it is for.")
    topic: NoteTopic | None = field("What a GUIDANCE note teaches, if its author said.")
    suggested_reply: str | None = field(
        "What a GUIDANCE note suggests to say to the customer; `sendReply` names the note when it is used."
    )
    text: str = field("What it says, as last edited.")
    version: int = field("Grows with each edit. Give it as `expectedVersion` when you edit.")
    posted_at: datetime = field("When it was posted.")
    edited_at: datetime | None = field("When it was last edited; null if never.")
    author: AgentRef = batched(
        AgentRef, agents_by_id, "author_id", "Who wrote it.", sight=Sight.ORGANIZATION
    )
    about_message: CustomerMessage | None = batched(
        CustomerMessage | None,
        messages_by_id,
        "about_message_id",
        "The message it is about, if any.",
        sight=Sight.PART,
    )
