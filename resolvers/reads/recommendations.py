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
from models.conversations import conversations
from models.database import Query, Reads
from models.messages import messages
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


async def lexicon_of(reads: Reads, organization_id: UUID) -> Lexicon:
    s, k = skills.c, skill_keywords.c
    ours = s.organization_id == organization_id
    rows = await reads.all(sa.select(s.slug, s.id, s.name, s.topic).where(ours).order_by(s.slug))
    ids = {row.slug: row.id for row in rows}
    said = await reads.all(  # by slug: one id read for every keyword would take longer than all the rest
        sa.select(s.slug, k.keyword)
        .join_from(skills, skill_keywords)
        .where(ours)
        .order_by(s.slug, k.keyword)
    )
    chosen = [Keyword(ids[slug], keyword, phrase_of(keyword)) for slug, keyword in said]
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


async def text_of(reads: Reads, conversation_id: UUID) -> str:
    """Return what a conversation is about: its subject, and what the customer said last."""
    c, m = conversations.c, messages.c
    said = (
        sa.select(m.text)
        .where(m.conversation_id == conversation_id, m.author == MessageAuthor.CUSTOMER)
        .order_by(m.sent_at.desc(), m.id.desc())
        .limit(LATEST_MESSAGES)
    )
    subject = sa.select(c.subject).where(c.id == conversation_id)
    rows = await reads.all(sa.union_all(subject, sa.select(said.subquery().c.text)))  # type: ignore[arg-type]  # both give one text a row
    return "\n".join(row[0] for row in rows)


def _place(skill_ids: Sequence[UUID]) -> sa.ColumnElement[Any]:
    """The place of a row's skill among these: a small number is read much faster than an id."""
    places = {skill_id: place for place, skill_id in enumerate(skill_ids)}
    return sa.case(places, value=agent_skills.c.skill_id) if places else sa.null()


def _facts(skill_ids: Sequence[UUID], *, of_everybody: bool) -> Query:
    """Select what is known of agents, a row for each of these skills that they have."""
    a, s, t = agents.c, agent_skills.c, track_records.c
    known = (s.agent_id == a.id) & s.skill_id.in_(skill_ids)
    tracked = (t.agent_id == s.agent_id) & (t.skill_id == s.skill_id)
    found: Query = sa.select(
        a.id,
        current_presence(),
        a.collaborations,
        a.role,
        _place(skill_ids),
        s.level,
        t.tried,
        t.solved,
    ).select_from(
        agents.join(agent_skills, known, isouter=of_everybody).outerjoin(track_records, tracked)
    )
    return found


def _knowing(actor: Actor, skill_ids: Sequence[UUID]) -> Query:
    a = agents.c
    others = agent_visible(actor) & (a.id != actor.id)
    found = _facts(skill_ids, of_everybody=not skill_ids).where(others)
    if skill_ids:
        return found.order_by(a.id)
    return (
        found.where(current_presence().in_(CONNECTED))
        .order_by(a.collaborations, a.id)
        .limit(ANYBODY)
    )


async def colleagues_knowing(
    reads: Reads, actor: Actor, skill_ids: Sequence[UUID]
) -> list[Colleague]:
    """Return everybody with one of these skills; when none is named, some who are there and have least to do."""
    return _colleagues(await reads.all(_knowing(actor, skill_ids)), skill_ids)


async def colleagues_among(
    reads: Reads, agent_ids: Sequence[UUID], skill_ids: Sequence[UUID]
) -> list[Colleague]:
    """Return all of these people, whatever they know."""
    theirs = _facts(skill_ids, of_everybody=True).where(agents.c.id.in_(agent_ids))
    return _colleagues(await reads.all(theirs.order_by(agents.c.id)), skill_ids)


def _colleagues(rows: Sequence[Any], skill_ids: Sequence[UUID]) -> list[Colleague]:
    return [_colleague(list(theirs), skill_ids) for _, theirs in groupby(rows, itemgetter(0))]


def _colleague(rows: Sequence[Any], skill_ids: Sequence[UUID]) -> Colleague:
    agent_id, presence, collaborations, role, *_ = rows[0]
    facts = [
        SkillFact(skill_ids[place], level, tried or 0, solved or 0.0)
        for _, _, _, _, place, level, tried, solved in rows
        if place is not None
    ]
    return Colleague(agent_id, presence, collaborations, facts, role)
