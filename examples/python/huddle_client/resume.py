"""Following a subscription through lost connections: every event once, in order."""

import asyncio
import random
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing
from typing import Any

from gql import Client, GraphQLRequest
from gql.transport import AsyncTransport
from gql.transport.exceptions import TransportConnectionFailed, TransportQueryError
from websockets.exceptions import InvalidHandshake

TOKEN_IS_OVER = 4403
BROKEN = {1009, 4400, 4401, 4406, 4409, 4429}  # the protocol: mend the client
GAPS = {"CURSOR_EXPIRED", "HISTORY_CHANGED"}
TOO_OFTEN = "RATE_LIMITED"


async def resume(
    connect: Callable[[bool], Awaitable[AsyncTransport]],  # called with True: with a new token
    document: str,
    variables: Mapping[str, Any],
    start_over: Callable[[str], None],  # events may be missing: the next one is a new snapshot
    longest_wait: float = 30.0,  # between two attempts, in seconds
) -> AsyncGenerator[dict[str, Any]]:
    """Yield the events; end with the stream, raise when it may not be followed (any more)."""
    after, renew, failures = variables.get("after"), False, 0
    while True:
        await asyncio.sleep(random.random() * min(longest_wait, 0.1 * (2 ** min(failures, 20) - 1)))
        began, failures = time.monotonic(), failures + 1
        try:
            request = GraphQLRequest(document, variable_values={**variables, "after": after})
            async with (
                Client(transport=await connect(renew)) as session,
                aclosing(session.transport.subscribe(request)) as heard,
            ):
                async for result in heard:
                    event = next(iter((result.data or {}).values()), None)
                    if event is None:
                        raise TransportQueryError("Refused.", errors=result.errors)
                    yield event  # processed when the next one is asked for
                    after, failures = event["cursor"], 0
            return
        except TransportQueryError as refusal:
            code = (refusal.errors or [{}])[0].get("extensions", {}).get("code")
            if code in GAPS:
                after = None
                start_over(code)
            elif code != TOO_OFTEN:
                raise
        except (TransportConnectionFailed, InvalidHandshake, TimeoutError, OSError) as lost:
            close = getattr(getattr(lost.__cause__, "rcvd", None), "code", 0)
            renew = close == TOKEN_IS_OVER
            if close in BROKEN:
                raise
        if time.monotonic() - began > longest_wait:
            failures = 1
