"""Several processes on one database, and a stop in the middle of things."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from models.database import Database
from models.invitations import invitations
from tests.service import Service, serving
from tests.steps import accept, invited, join, note, uuid_of
from tests.streams.kit import (
    EVERY,
    INTERNAL_NOTES,
    INVITATIONS_HERE,
    INVITATIONS_OF_MINE,
    REMOVE,
    Kind,
    act,
    another,
    bustle,
    close_code,
    each,
    ids_logged,
    take,
    to_the_end,
)
from tests.world import World, make_due

STATUS = "query ($id: ID!) { invitation(id: $id) { status } }"


@asynccontextmanager
async def running(database_url: str, database: Database, world: World) -> AsyncIterator[Service]:
    async with (
        serving(database_url) as (address, app),
        httpx.AsyncClient(base_url=address, trust_env=False, timeout=30) as http,
    ):
        yield Service(address, app, http, database, world)


@each(EVERY)
async def test_what_happens_at_one_process_is_told_at_the_other(
    service: Service, database_url: str, kind: Kind
) -> None:
    async with another(service, database_url) as second, kind.listen(second) as listener:
        await listener.event()
        await bustle(service)
        await bustle(second, "chen")
        expected = await ids_logged(service, kind)
        assert [event["id"] for event in await take(listener, len(expected))] == expected


async def test_a_right_lost_at_one_process_is_lost_at_the_other(
    service: Service, database_url: str
) -> None:
    participant = await join(service, "wang")
    variables = INTERNAL_NOTES.variables(service)
    async with (
        another(service, database_url) as second,
        second.agent("wang").listen(INTERNAL_NOTES.document, **variables) as listener,
    ):
        await listener.event()
        await act(service, "lin", REMOVE, participantId=participant)
        await note(service, "lin", "not for wang")
        assert await to_the_end(listener) == ([], ["FORBIDDEN"])


async def test_a_cursor_of_one_process_resumes_at_the_other(
    service: Service, database_url: str
) -> None:
    async with INTERNAL_NOTES.listen(service) as listener:
        cursor = (await listener.event())["cursor"]
    await note(service, "lin", "meanwhile")
    async with (
        another(service, database_url) as second,
        INTERNAL_NOTES.listen(second, cursor) as listener,
    ):
        assert (await listener.event())["__typename"] == "NotePosted"


@pytest.mark.parametrize("kind", [INVITATIONS_HERE, INVITATIONS_OF_MINE])
async def test_an_invitation_pending_over_a_stop_expires_after_the_restart(
    database_url: str, database: Database, world: World, kind: Kind
) -> None:
    async with (
        running(database_url, database, world) as service,
        kind.listen(service) as listener,
    ):
        await listener.event()
        invitation = await invited(service, "lin", "wang")
        cursor = (await listener.event())["cursor"]
    await make_due(database, uuid_of(invitation, "Invitation"), expires_at=invitations)
    async with running(database_url, database, world) as service:
        async with kind.listen(service, cursor) as listener:
            assert (await listener.event())["__typename"] == "InvitationExpired"
            await listener.silence()
        for key in ("lin", "wang"):
            seen = await service.agent(key).run(STATUS, id=invitation)
            assert seen["invitation"] == {"status": "EXPIRED"}
        payload = await accept(service, "wang", invitation)
        assert [error["code"] for error in payload["errors"]] == ["INVITATION_EXPIRED"]


async def test_an_invitation_pending_over_a_stop_can_be_accepted_after_the_restart(
    database_url: str, database: Database, world: World
) -> None:
    async with (
        running(database_url, database, world) as service,
        INVITATIONS_HERE.listen(service) as listener,
    ):
        await listener.event()
        invitation = await invited(service, "lin", "wang")
        cursor = (await listener.event())["cursor"]
    async with (
        running(database_url, database, world) as service,
        INVITATIONS_HERE.listen(service, cursor) as listener,
    ):
        assert (await accept(service, "wang", invitation))["errors"] == []
        assert (await listener.event())["__typename"] == "InvitationAccepted"


async def test_a_server_that_stops_says_come_again(
    database_url: str, database: Database, world: World
) -> None:
    async with running(database_url, database, world) as service:
        listening = INTERNAL_NOTES.listen(service)
        listener = await listening.__aenter__()
        await listener.event()
    try:
        with pytest.raises(ConnectionClosed):  # nothing may come, `complete` least of all
            await listener.frame()
        assert await close_code(listener.socket) == 1012
    finally:
        await listening.__aexit__(None, None, None)
