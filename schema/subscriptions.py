"""The root subscriptions: a snapshot first, or what came after a cursor, then live."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Annotated, Any
from uuid import UUID

import strawberry

from domain import text
from domain.actors import Actor, Asker, Audience
from domain.cursors import Cursor as Place
from domain.cursors import read_cursor
from domain.errors import (
    BadUserInput,
    CursorExpired,
    Forbidden,
    InvalidInput,
    NotFound,
    NotFoundAtTop,
    NotPermitted,
)
from domain.events import HEARD_BY_GUESTS
from domain.permissions import Permission
from domain.streams import (
    Stream,
    StreamKind,
    conversation_stream,
    customer_stream,
    inbox,
    notes_stream,
)
from models.stored import StoredEvent, heads
from resolvers import access
from resolvers.notifications import deliver
from resolvers.reads.events import missed
from resolvers.reads.invitations import pending_of
from schema.context import Info, Parked, ParkedWatch
from schema.fields import given, subscription
from schema.guards import AGENTS, COLLEAGUES, Requires
from schema.ids import decode, decode_list
from schema.inputs.agents import PresenceFilter
from schema.scalars import Cursor
from schema.types.customer_events import CustomerEvent
from schema.types.events import ConversationEvent, InboxEvent
from schema.types.invitation_events import ApprovalEvent, InvitationEvent
from schema.types.message_events import NoteEvent
from schema.types.presence import PresenceUpdate
from schema.types.snapshots import Snapshot
from subscriptions.following import follow
from subscriptions.streams import check_belongs

VIEW = Requires(audience=[Audience.AGENT], permission=Permission.VIEW_CONVERSATION)
READ_NOTES = Requires(audience=[Audience.AGENT], permission=Permission.READ_NOTES)
CUSTOMERS = Requires(audience=[Audience.CUSTOMER])

Resume = Annotated[
    Cursor | None,
    strawberry.argument(
        description=(
            "The cursor of the last event you processed: you get everything after it, each once, in order. "
            "Without it the first event is a snapshot. CURSOR_EXPIRED and HISTORY_CHANGED ask for a new snapshot."
        )
    ),
]
Where = Annotated[strawberry.ID, strawberry.argument(description="The conversation.")]

Items = AsyncGenerator[Snapshot | StoredEvent]
EVERYTHING = ("",)


async def _enter(info: Info, asker: Asker, conversation_id: UUID) -> None:
    """Let the asker in at the door, in the words of the top level."""
    try:
        await access.conversation_to_read(info.context.reads, asker, conversation_id)
    except NotFound as refusal:
        raise NotFoundAtTop(str(refusal)) from refusal
    except NotPermitted as refusal:
        raise Forbidden(str(refusal)) from refusal


async def _stream(
    info: Info,
    stream: Stream,
    after: str | None,
    snapshot: str,
    owner_id: UUID | None,
    *tells: str,
) -> Items:
    """Yield a snapshot unless resuming, then what follows. The snapshot's transaction ends once it is read.

    Where others follow for the operation, it is left at this place to them.
    """
    services, facts, actor = info.context.services, info.context.facts, info.context.known
    if stream.kind is StreamKind.INBOX and actor.conversation_id is not None:
        raise Forbidden("This token is good for one conversation, not for your inbox.")
    if after is None:
        async with services.database.snapshot() as frozen:
            place = (await heads(frozen, [stream])).get(stream)
            if place is None:
                raise NotFoundAtTop(access.GONE)
            yield Snapshot(snapshot, frozen, place, await frozen.now(), owner_id)
    else:
        place = read_cursor(after)
        check_belongs(place, stream)
        if actor.external and await _missed(info, stream, place):
            raise CursorExpired("You take part since later than this: take a new snapshot.")
    heard = _heard_by(actor, stream, tells or EVERYTHING)
    if facts.parks:
        facts.parked = Parked(stream, place, heard)
        return
    events = follow(services.feeds, stream, actor.id, place)
    async with aclosing(events):
        async for event in events:
            if event.type.startswith(heard):
                yield event


def _heard_by(actor: Actor, stream: Stream, tells: tuple[str, ...]) -> tuple[str, ...]:
    """Return which events the asker hears of those that a subscription tells, by the beginnings of their names."""
    if actor.external and stream.kind is StreamKind.CONVERSATION:
        return tuple(name for name in HEARD_BY_GUESTS if name.startswith(tells))
    return tells


async def _missed(info: Info, stream: Stream, place: Place) -> bool:
    of_conversation = stream.kind in {StreamKind.CONVERSATION, StreamKind.NOTES}
    reads, actor = info.context.reads, info.context.known
    return of_conversation and await missed(reads, actor, stream, place.sequence)


def _check_device(name: str) -> None:
    try:
        text.required(name, text.NAME, "device")
    except InvalidInput as refusal:
        raise BadUserInput(f"device: {refusal}") from refusal


async def _noting(info: Info, items: Items, device: str) -> Items:
    """Note that invitations have arrived once the client has taken the event that told of them."""
    async with aclosing(items):
        async for item in items:
            yield item
            if item.type == "InvitationCreated":
                await _arrived(info, device, _invitation_of(item))
            elif item.type == "InboxSnapshot":
                waiting = await pending_of(info.context.services.database, info.context.known)
                await _arrived(info, device, [each.id for each in waiting])


def _invitation_of(item: Snapshot | StoredEvent) -> list[UUID]:
    facts: Any = item.facts
    return [facts.invitation_id]


async def _arrived(info: Info, device: str, invitation_ids: Sequence[UUID]) -> None:
    if invitation_ids:
        async with info.context.work() as work:
            await deliver(work, info.context.known.id, device, invitation_ids)


@strawberry.type(
    description="What can be followed live. Each follows one stream: order, no gap, no repetition."
)
class Subscription:
    @subscription(InvitationEvent, VIEW)
    async def invitation_updates(
        self,
        info: Info,
        conversation_id: Annotated[
            strawberry.ID | None,
            strawberry.argument(
                description="A conversation you take part in; without it your own invitations, sent and received."
            ),
        ] = strawberry.UNSET,
        after: Resume = strawberry.UNSET,
    ) -> Items:
        """What happens to invitations: of one conversation, or your own."""
        named, stream, owner = given(conversation_id), inbox(info.context.known.id), None
        if named is not None:
            owner = decode(named, "Conversation")
            await _enter(info, info.asker, owner)
            stream = conversation_stream(owner)
        name = "InvitationsSnapshot"
        return _stream(info, stream, given(after), name, owner, "Invitation")

    @subscription(NoteEvent, READ_NOTES)
    async def internal_notes(
        self, info: Info, conversation_id: Where, after: Resume = strawberry.UNSET
    ) -> Items:
        """Internal notes as colleagues post and edit them. It ends with FORBIDDEN when your right to read them ends."""
        id_ = decode(conversation_id, "Conversation")
        await _enter(info, info.asker, id_)
        return _stream(info, notes_stream(id_), given(after), "NotesSnapshot", id_)

    @subscription(ConversationEvent, VIEW)
    async def conversation_events(
        self, info: Info, conversation_id: Where, after: Resume = strawberry.UNSET
    ) -> Items:
        """Everything that happens in a conversation but its notes: people, levels, invitations, messages."""
        id_ = decode(conversation_id, "Conversation")
        await _enter(info, info.asker, id_)
        stream = conversation_stream(id_)
        return _stream(info, stream, given(after), "ConversationSnapshot", id_)

    @subscription(ApprovalEvent, AGENTS)
    async def pending_approval_updates(self, info: Info, after: Resume = strawberry.UNSET) -> Items:
        """What waits for your decision as a supervisor, and what needs it no more. Part of your inbox, by itself."""
        stream = inbox(info.context.known.id)
        return _stream(info, stream, given(after), "ApprovalsSnapshot", None, "Approval")

    @subscription(InboxEvent, AGENTS)
    async def inbox(
        self,
        info: Info,
        after: Resume = strawberry.UNSET,
        device: Annotated[
            str | None,
            strawberry.argument(
                description=(
                    "Which device or tab this is, in your own words. With it each invitation that arrives here counts as "
                    f"DELIVERED, see `Invitation.deliveries`. At most {text.NAME} characters."
                )
            ),
        ] = strawberry.UNSET,
    ) -> Items:
        """What concerns you personally, whatever conversation it is in: invitations, your level, your parts."""
        stream, name = inbox(info.context.known.id), given(device)
        if name is None:
            return _stream(info, stream, given(after), "InboxSnapshot", None)
        _check_device(name)
        info.context.facts.parks = False  # what arrives here is noted for this device alone
        items = _stream(info, stream, given(after), "InboxSnapshot", None)
        return _noting(info, items, name)

    @subscription(CustomerEvent, CUSTOMERS)
    async def customer_messages(self, info: Info, after: Resume = strawberry.UNSET) -> Items:
        """Your conversation live, as its customer."""
        actor = info.context.known
        if actor.conversation_id is None:
            raise NotFoundAtTop(access.GONE)
        stream = customer_stream(actor.conversation_id)
        snapshot = "CustomerConversationSnapshot"
        return _stream(info, stream, given(after), snapshot, actor.conversation_id)

    @subscription(PresenceUpdate, COLLEAGUES)
    async def presence_changes(
        self,
        info: Info,
        where: Annotated[
            PresenceFilter | None,
            strawberry.argument(description="Whose; everybody's unless said."),
        ] = strawberry.UNSET,
    ) -> AsyncGenerator[Any]:
        """Who of your colleagues can be reached, live. It is no log: whoever comes back is told everybody again."""
        actor, facts, chosen = info.context.known, info.context.facts, given(where)
        departments = decode_list(chosen.department_ids, "Department") if chosen else None
        if facts.parks:
            facts.parked = ParkedWatch(departments)
            return
        changes = info.context.services.presences.changes(
            actor.organization_id, actor.id, departments
        )
        async with aclosing(changes):
            async for change in changes:
                yield change
