"""Rules that invite by themselves: when a conversation is opened, in the name of its primary."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import structlog

from domain.actors import Actor, ActorKind, Asker
from domain.permissions import Permission
from models.unit_of_work import SYSTEM, UnitOfWork
from resolvers.actors import Claims, actor_of
from resolvers.auditing import audit_system
from resolvers.eligibility import eligibilities
from resolvers.invitations import invite_agents
from resolvers.invite_suggestions import able, advise, reasons_of
from resolvers.offers import Offer, Request
from resolvers.reads.conversations import conversations_by_id
from resolvers.reads.invite_rules import InviteRuleView, invite_rules_of

OPERATION = "inviteByRule"

log = structlog.get_logger()


async def invite_by_rule(
    work: UnitOfWork, organization_id: UUID, conversation_id: UUID, primary_id: UUID
) -> None:
    """Invite whom the automatic rules name. Whatever comes of it, the conversation is opened."""
    rules = await invite_rules_of(work, organization_id)
    if not any(rule.automatic and rule.enabled for rule in rules):
        return
    author, recorded, noted = work.author, len(work.recorded), len(work.acts)
    work.author = SYSTEM
    try:
        async with work.attempt():
            actor = await _primary(work, primary_id)
            await _invite(work, actor, conversation_id)
    except Exception:
        del work.recorded[recorded:], work.acts[noted:]
        log.exception("a rule could not invite", conversation=str(conversation_id))
    finally:
        work.author = author


async def _primary(work: UnitOfWork, primary_id: UUID) -> Actor:
    until = await work.moment() + timedelta(minutes=1)
    actor = await actor_of(work, Claims(ActorKind.AGENT, primary_id, until))
    assert actor, "somebody active leads what is opened"
    return actor


async def _invite(work: UnitOfWork, actor: Actor, conversation_id: UUID) -> None:
    advice = await advise(work, actor, conversation_id, actor.organization_id)
    (here,) = (await conversations_by_id(work, actor, [conversation_id])).values()
    found = await eligibilities(work, actor, here, advice.considered)
    against = {agent_id: reasons_of(view) for agent_id, view in found.items()}
    asked: set[UUID] = set()
    for rule, ranking in advice.rankings:
        if rule.automatic:
            best = [score.colleague.agent_id for score in able(rule, ranking, against)]
            chosen = [agent_id for agent_id in best if agent_id not in asked][: rule.people]
            asked |= set(chosen)
            await _ask(work, actor, conversation_id, rule, chosen)


async def _ask(
    work: UnitOfWork,
    actor: Actor,
    conversation_id: UUID,
    rule: InviteRuleView,
    chosen: list[UUID],
) -> None:
    """Invite through the use case that people use, so that every limit holds."""
    if not chosen:
        return
    asker = Asker(actor, Permission.INVITE)
    offers = [Offer(agent_id, rule.role) for agent_id in chosen]
    request = Request(rule.type, background=rule.reason)
    await invite_agents(work, asker, conversation_id, offers, request)
    audit_system(work, actor.organization_id, OPERATION, "Conversation", conversation_id)
