"""Every document of operations/ answers and does the same, compiled and not, over HTTP and WebSocket."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import orjson
import pytest

from tests.execution.likeness import Renamed
from tests.execution.twins import Twin, parted
from tests.operations.plays import PLAYS, Play
from tests.service import Data, Listener, Person, Service

pytestmark = pytest.mark.one_database  # nothing here depends on which


@pytest.mark.parametrize("over", ["http", "websocket"])
@pytest.mark.parametrize("play", PLAYS, ids=lambda play: play.__name__)
async def test_a_play(
    play: Play, over: str, service: Service, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if over == "websocket":
        monkeypatch.setattr(Person, "ask", ask_over_websocket)
    async with parted(service, database_url) as twins:
        plain, compiled = [await answers(twin, play) for twin in twins]
        assert compiled == plain
        assert await twins[0].rows() == await twins[1].rows()


async def ask_over_websocket(person: Person, document: str, **variables: Any) -> Data:
    async with person.listen(document, **variables) as listener:
        frame = await listener.frame()
        assert (await listener.frame())["type"] == "complete"
        answer: Data = frame["payload"]
        return answer


async def answers(twin: Twin, play: Play) -> list[bytes]:
    """Return all that the play is told, without what differs from one run to the next."""
    renamed = Renamed()
    with recorded(twin.service.http) as told:
        await play(twin.service)
    return [renamed(each) for each in told]


def kind_of(frame: Data) -> list[str]:
    data = frame.get("payload", {}).get("data") or {}
    return [frame["type"], *(event.get("__typename", "") for event in data.values() if event)]


@contextmanager
def recorded(http: httpx.AsyncClient) -> Iterator[list[bytes]]:
    """Collect all answers. Of later frames only which event it is: what they tell of its things is of the moment."""
    told: list[bytes] = []
    heard: set[Listener] = set()
    received = Listener.frame

    async def of_http(response: httpx.Response) -> None:
        told.append(await response.aread())

    async def of_a_socket(listener: Listener, *seconds: float) -> Data:
        frame = await received(listener, *seconds)
        told.append(orjson.dumps(frame if listener not in heard else kind_of(frame)))
        heard.add(listener)
        return frame

    http.event_hooks["response"].append(of_http)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Listener, "frame", of_a_socket)
        yield told
