"""Streams are named, and events are known by name."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID, uuid4

from domain.events import (
    EVENTS,
    AuthorizationEvent,
    CustomerWaitsEvent,
    EmergencyReviewEvent,
    Event,
    InvitationEvent,
    PrimaryOfferEvent,
)
from domain.streams import StreamKind, conversation_stream, customer_stream, inbox, notes_stream


def below(kind: type[Event]) -> Iterator[type[Event]]:
    for child in kind.__subclasses__():
        yield child
        yield from below(child)


def test_every_event_can_be_read_back_by_its_name() -> None:
    abstract = {
        InvitationEvent,
        PrimaryOfferEvent,
        AuthorizationEvent,
        EmergencyReviewEvent,
        CustomerWaitsEvent,
    }
    kinds = {kind.__name__: kind for kind in below(Event) if kind not in abstract}
    assert kinds == EVENTS


def test_each_owner_has_one_stream_of_each_kind() -> None:
    owner = uuid4()
    of_owner = [
        named(owner) for named in (conversation_stream, notes_stream, customer_stream, inbox)
    ]
    assert [stream.kind for stream in of_owner] == list(StreamKind)
    assert len({stream.id for stream in of_owner}) == 4
    assert {stream.owner_id for stream in of_owner} == {owner}


def test_a_streams_id_never_changes() -> None:
    assert inbox(UUID(int=1)).id == UUID("6af44389-4355-5513-8b4b-278a1883a4d4")
