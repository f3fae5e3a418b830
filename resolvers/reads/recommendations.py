"""What recommending reads: the words of an organization's skills, a conversation's own words, and who knows what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from domain.actors import Actor
from domain.conversations import MessageAuthor
from domain.recommendations import (
    NAME_WEIGHT,
    Colleague,
    Keyword,
    Relevances,
    SkillFact,
    relevances,
)
from models.agents import agent_skills, agents, skill_keywords, skills, track_records
from models.columns import among
from models.conversations import conversations
from models.database import Query, Reads
from models.messages import messages
from models.prepared import prepared
from models.visibility import agent_visible, current_presence
from resolvers.reads.agents import CONNECTED
from resolvers.words import phrase_of, words_of

LATEST_MESSAGES = 5
ANYBODY = 200
SAY_NOTHING = frozenset({"and", "or", "of", "the", "for", "with"})


@dataclass(frozen=True)
class Lexicon:
    """The skills of an organization, by id: what they are called, their topics, and the words that speak of them."""

    names: Mapping[UUID, str]
    topics: Mapping[UUID, str | None]
    keywords: Sequence[Keyword]

    def relevances(self, text: str) -> Relevances:
        return relevances(self.keywords, words_of(text))


s, k = skills.c, skill_keywords.c
SKILLS = prepared(
    lambda _, ours: (
        sa.select(s.slug, s.id, s.name, s.topic).where(s.organization_id == ours).order_by(s.slug)
    )
)
KEYWORDS = prepared(
    lambda _, ours: (
        sa.select(s.id, k.keyword)
        .join_from(skills, skill_keywords)
        .where(s.organization_id == ours)
        .order_by(s.slug, k.keyword)
    )
)


async def lexicon_of(reads: Reads, organization_id: UUID) -> Lexicon:
    rows = await SKILLS.all(reads, ours=organization_id)
    said = await KEYWORDS.all(reads, ours=organization_id)
    chosen = [Keyword(id_, keyword, phrase_of(keyword)) for id_, keyword in said]
    names = {row.id: row.name for row in rows}
    topics = {row.id: row.topic for row in rows}
    return Lexicon(names, topics, [*chosen, *_words_of_names(names, chosen)])


def _words_of_names(names: Mapping[UUID, str], chosen: Sequence[Keyword]) -> Iterator[Keyword]:
    """The longer words of a skill's name speak of it too, unless they were chosen as keywords."""
    known = {(keyword.skill_id, keyword.words) for keyword in chosen}
    for skill_id, name in names.items():
        for word in sorted(phrase_of(name)):
            one = frozenset({word})
            if len(word) > 1 and word not in SAY_NOTHING and (skill_id, one) not in known:
                yield Keyword(skill_id, word, one, NAME_WEIGHT)


def _said(_: None, key: Any) -> sa.Select[Any]:
    """Select a conversation's subject, and what the customer said last."""
    c, m = conversations.c, messages.c
    latest = (
        sa.select(m.text)
        .where(m.conversation_id == key, m.author == MessageAuthor.CUSTOMER)
        .order_by(m.sent_at.desc(), m.id.desc())
        .limit(LATEST_MESSAGES)
        .subquery()
    )
    subject = sa.select(c.subject.label("text")).where(c.id == key)
    return sa.select(sa.union_all(subject, sa.select(latest.c.text)).subquery().c.text)


SAID = prepared(_said)


async def text_of(reads: Reads, conversation_id: UUID) -> str:
    """Return what a conversation is about: its subject, and what the customer said last."""
    return "\n".join(row.text for row in await SAID.all(reads, key=conversation_id))


def _facts(skill_ids: Any, *, of_everybody: bool) -> Query:
    """Select what is known of agents, a row for each of these skills that they have."""
    a, h, t = agents.c, agent_skills.c, track_records.c
    known = (h.agent_id == a.id) & among(h.skill_id, skill_ids)
    tracked = (t.agent_id == h.agent_id) & (t.skill_id == h.skill_id)
    found: Query = sa.select(
        a.id,
        current_presence(),
        a.collaborations,
        a.role,
        h.skill_id,
        h.level,
        t.tried,
        t.solved,
    ).select_from(
        agents.join(agent_skills, known, isouter=of_everybody).outerjoin(track_records, tracked)
    )
    return found


def _others(actor: Actor) -> sa.ColumnElement[bool]:
    return agent_visible(actor) & (agents.c.id != actor.id)


def _knowing(actor: Actor, skill_ids: Any) -> Query:
    return _facts(skill_ids, of_everybody=False).where(_others(actor)).order_by(agents.c.id)


def _anybody(actor: Actor, skill_ids: Any) -> Query:
    a = agents.c
    there = _others(actor) & current_presence().in_(CONNECTED)
    found = _facts(skill_ids, of_everybody=True).where(there)
    return found.order_by(a.collaborations, a.id).limit(ANYBODY)


def _among(_: None, agent_ids: Any, skill_ids: Any) -> Query:
    theirs = _facts(skill_ids, of_everybody=True).where(among(agents.c.id, agent_ids))
    return theirs.order_by(agents.c.id)


KNOWING, ANYBODY_THERE, AMONG = prepared(_knowing), prepared(_anybody), prepared(_among)


async def colleagues_knowing(
    reads: Reads, actor: Actor, skill_ids: Sequence[UUID]
) -> list[Colleague]:
    """Return everybody with one of these skills; when none is named, some who are there and have least to do."""
    asked = KNOWING if skill_ids else ANYBODY_THERE
    return _colleagues(await asked.all(reads, actor, skill_ids=skill_ids))


async def colleagues_among(
    reads: Reads, agent_ids: Sequence[UUID], skill_ids: Sequence[UUID]
) -> list[Colleague]:
    """Return all of these people, whatever they know."""
    return _colleagues(await AMONG.all(reads, agent_ids=agent_ids, skill_ids=skill_ids))


def _colleagues(rows: Sequence[Any]) -> list[Colleague]:
    return [_colleague(list(theirs)) for _, theirs in groupby(rows, itemgetter(0))]


def _colleague(rows: Sequence[Any]) -> Colleague:
    agent_id, presence, collaborations, role, *_ = rows[0]
    facts = [
        SkillFact(skill_id, level, tried or 0, solved or 0.0)
        for _, _, _, _, skill_id, level, tried, solved in rows
        if skill_id is not None
    ]
    return Colleague(agent_id, presence, collaborations, facts, role)
