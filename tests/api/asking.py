"""Short ways to send a mutation, to look at a conversation, and to look behind the API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from domain.conversations import ConversationClass
from domain.ids import new_id
from models.log import events, streams
from models.unit_of_work import unit_of_work
from server.timers import settle_overdue
from tests.service import Data, Person, Service, node_id
from tests.steps import conversation_id
from tests.world import add_conversation

ERRORS = """errors {
  __typename code message path
  ... on LimitReachedError { limit current }
  ... on VersionConflictError { currentVersion note { version text } conversation { version } }
}"""


async def act(person: Person, field: str, selection: str = "", /, **input_: Any) -> Data:
    """Send the mutation `field` and return its payload."""
    kind = field[0].upper() + field[1:]
    document = (
        f"mutation {kind}($input: {kind}Input!) {{"
        f" {field}(input: $input) {{ {selection} {ERRORS} }} }}"
    )
    payload: Data = (await person.run(document, input=input_))[field]
    return payload


async def refused(person: Person, field: str, /, **input_: Any) -> str:
    """Send a mutation that is turned down for one reason, and return its code."""
    (error,) = (await act(person, field, **input_))["errors"]
    code: str = error["code"]
    return code


async def look(service: Service, key: str, selection: str, conversation: UUID | None = None) -> Any:
    """Return what somebody sees of a conversation: a mapping, or None."""
    id_ = node_id("Conversation", conversation) if conversation else conversation_id(service)
    document = f"query Look($id: ID!) {{ conversation(id: $id) {{ {selection} }} }}"
    return (await service.agent(key).run(document, id=id_))["conversation"]


async def code_of(person: Person, document: str, **variables: Any) -> str:
    """Ask what cannot be served, and return the code of the top-level error."""
    (error,) = (await person.ask(document, **variables))["errors"]
    code: str = error["extensions"]["code"]
    return code


async def rows(service: Service, table: sa.Table, *conditions: sa.ColumnElement[bool]) -> Any:
    return await service.database.all(sa.select(table).where(*conditions))


async def heard(service: Service, owner: UUID, kind: str | None = None) -> list[str]:
    """Return the types of the events on the streams of an agent or a conversation, in order."""
    kinds = [kind] if kind else ["CONVERSATION", "INBOX"]
    found = await service.database.all(
        sa.select(events.c.type)
        .join_from(events, streams, events.c.stream_id == streams.c.id)
        .where(streams.c.owner_id == owner, sa.type_coerce(streams.c.kind, sa.String).in_(kinds))
        .order_by(events.c.seq)
    )
    return [row.type for row in found]


async def open_with(
    service: Service, *classes: ConversationClass, primary: str = "lin", customer: str = "customer"
) -> UUID:
    """Add another conversation, led by `primary`."""
    async with unit_of_work(service.database, lambda heads: None) as work:
        chosen: Sequence[ConversationClass] = classes or (ConversationClass.STANDARD,)
        return await add_conversation(
            work, service.world, new_id(), primary, customer=customer, classes=chosen
        )


async def sweep(service: Service) -> None:
    """Let the clock's work be done now."""
    await settle_overdue(service.app.state.database, service.app.state.wake)
