"""Documents that blow up are refused before they do, whichever way they come."""

from __future__ import annotations

import pytest

from tests.attacks.bombs import BOMBS, FAMILIES, REPEATS, Bomb
from tests.attacks.kit import body, cheap, codes_of, post
from tests.service import Service
from tests.streams.kit import wire

pytestmark = [pytest.mark.one_database, pytest.mark.usefixtures("quiet")]

VIEWER = "{ viewer { agent { name } } }"


def of(family: str) -> list[Bomb]:
    return [bomb for bomb in BOMBS if bomb.family == family]


@pytest.mark.parametrize("family", FAMILIES)
async def test_a_bomb_over_http_is_400_with_its_code_and_without_data(
    service: Service, family: str
) -> None:
    lin = service.agent("lin")
    await lin.run(VIEWER)

    for bomb in of(family):

        async def throw(number: int, bomb: Bomb = bomb) -> None:
            reply = await post(service, body(bomb.again(number), bomb.variables), lin.token)
            assert (reply.status_code, codes_of(reply)) == (400, {bomb.code}), bomb.name

        await cheap(f"{family}: {bomb.name}, HTTP", throw)
    assert (await lin.run(VIEWER))["viewer"]["agent"]["name"] == "Lin"


@pytest.mark.parametrize("family", FAMILIES)
async def test_a_bomb_over_a_socket_is_an_error_of_its_own_operation(
    service: Service, family: str
) -> None:
    async with wire(service.agent("lin")) as bare:
        for bomb in of(family):

            async def throw(number: int, bomb: Bomb = bomb) -> None:
                await bare.subscribe("bomb", bomb.again(number), **bomb.variables)
                frame = await bare.next_of("bomb")
                assert frame["type"] == "error", frame
                codes = {error["extensions"]["code"] for error in frame["payload"]}
                assert codes == {bomb.code}, bomb.name

            await cheap(f"{family}: {bomb.name}, socket", throw)
        await bare.subscribe("after", VIEWER)
        frame = await bare.next_of("after")
        assert frame["payload"]["data"]["viewer"]["agent"]["name"] == "Lin"


@pytest.mark.parametrize("bomb", REPEATS, ids=lambda bomb: bomb.name)
async def test_what_repeats_itself_is_refused_before_it_is_compared(
    service: Service, bomb: Bomb
) -> None:
    reply = await post(service, body(bomb.document), service.agent("lin").token)
    assert (reply.status_code, codes_of(reply)) == (400, {bomb.code})
