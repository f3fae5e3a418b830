"""Who there is: conversations with a crowd of readers each, and people to be invited."""

from __future__ import annotations

from models.database import Database
from models.unit_of_work import unit_of_work
from scripts.chaos.scene import Place, Scene, empty, hire, open_conversation

CONVERSATIONS = 25
READERS = 8  # of each conversation: its primary and helpers
GUESTS = 40


def readers_of(place: Place) -> list[str]:
    return [f"lead-{place.number}"] + [f"help-{place.number}-{n}" for n in range(READERS - 1)]


async def build(url: str) -> Scene:
    database = Database(url)
    try:
        scene = await empty(database)
        async with unit_of_work(database, lambda heads: None) as work:
            await hire(work, scene, *(f"guest-{number}" for number in range(GUESTS)))
            for number in range(CONVERSATIONS):
                keys = readers_of(Place(number, scene.crowded))
                await hire(work, scene, *keys)
                scene.places.append(Place(number, await open_conversation(work, scene, *keys)))
        return scene
    finally:
        await database.dispose()
