"""Plays the story; exits with 1 and says what was expected when a step goes wrong."""

from __future__ import annotations

import asyncio
import sys
import time
import warnings

warnings.filterwarnings("ignore", category=DeprecationWarning)  # those of the clients' libraries

from scripts.story.acts import play  # noqa: E402  # after the filter
from scripts.story.approving import play_approving  # noqa: E402
from scripts.story.hosting import play_hosting  # noqa: E402
from scripts.story.idling import play_idling  # noqa: E402
from scripts.story.leading import play_leading  # noqa: E402
from scripts.story.server import serving, tokens  # noqa: E402
from scripts.story.telling import Unexpected  # noqa: E402

PEOPLE = ("lin", "wang", "customer", "admin", "zheng", "shen", "qian", "zhao")


async def main() -> None:
    began = time.monotonic()
    try:
        async with serving() as server:
            known = await tokens(server, PEOPLE)
            await play(server.address, known)
            await play_approving(server.address, known)
            await play_hosting(server.address, known)
            await play_leading(server.address, known)
            await play_idling(server.address, known)
    except Unexpected as problem:
        sys.exit(f"\nThe story went wrong. {problem}")
    print(f"\nThe story held, in {time.monotonic() - began:.1f} s.")


asyncio.run(main())
