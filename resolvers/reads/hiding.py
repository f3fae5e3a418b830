"""What guests read: the same rows, without what identifies the customer in any text."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from operator import attrgetter
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa

from domain.actors import Actor
from domain.masking import mask_all
from models.columns import among
from models.conversations import conversations, customers
from models.database import Reads
from models.prepared import prepared
from resolvers.reads.paging import PageView

V = TypeVar("V")
K = TypeVar("K")


CUSTOMERS = prepared(
    lambda _, ids: (
        sa.select(conversations.c.id, customers.c.name)
        .join_from(conversations, customers)
        .where(among(conversations.c.id, ids))
    )
)


async def hidden_from(
    actor: Actor, reads: Reads, views: Sequence[V], *texts: str, place: str = "conversation_id"
) -> list[V]:
    """Return the views as the asker may read them: `texts` names what is masked for a guest."""
    if not actor.external or not views:
        return list(views)
    place_of = attrgetter(place)
    names = await _customers(reads, {place_of(view) for view in views})
    return [_masked(view, names[place_of(view)], texts) for view in views]


async def pages_hidden_from(
    actor: Actor,
    reads: Reads,
    pages: Mapping[K, PageView[Any]],
    *texts: str,
    place: str = "conversation_id",
) -> Mapping[K, PageView[Any]]:
    """Return pages of views as the asker may read them."""
    if not actor.external:
        return pages
    found = [view for page in pages.values() for view in page.nodes]
    by_id = {view.id: view for view in await hidden_from(actor, reads, found, *texts, place=place)}
    return {key: page.map(lambda view: by_id[view.id]) for key, page in pages.items()}


async def page_hidden_from(
    actor: Actor,
    reads: Reads,
    page: PageView[V],
    *texts: str,
    place: str = "conversation_id",
) -> PageView[V]:
    return (await pages_hidden_from(actor, reads, {0: page}, *texts, place=place))[0]


def _masked(view: Any, name: str, texts: Sequence[str]) -> Any:
    told = {each: getattr(view, each) for each in texts}
    hidden = {each: mask_all(said, name) for each, said in told.items() if said is not None}
    return replace(view, **hidden)


async def _customers(reads: Reads, conversation_ids: Collection[UUID]) -> Mapping[UUID, str]:
    return dict(await CUSTOMERS.all(reads, ids=conversation_ids))
