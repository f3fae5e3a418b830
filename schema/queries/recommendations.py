"""Whom to invite into a conversation."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry

from domain import text
from domain.actors import Audience, OrganizationRight
from domain.errors import BadUserInput, Forbidden, InvalidInput
from domain.permissions import Permission, permits
from domain.recommendations import USUAL
from resolvers.invite_suggestions import suggest
from resolvers.reads.conversations import ConversationView, conversations_by_id
from resolvers.reads.invite_rules import invite_rules_of
from resolvers.recommendations import recommend
from schema.context import Info
from schema.fields import given, query
from schema.guards import COLLEAGUES, Requires
from schema.ids import decode
from schema.types.invite_rules import InviteRule, InviteSuggestion
from schema.types.recommendations import RANKING, HowMany, Recommendations, how_many

INVITING = Requires(
    audience=[Audience.AGENT], right=OrganizationRight.FIND_AGENTS, permission=Permission.INVITE
)

Into = Annotated[strawberry.ID, strawberry.argument(description="Into which conversation.")]


async def conversation_here(info: Info, conversation_id: str) -> ConversationView | None:
    """Return the conversation as its asker sees it, or refuse a level below what the field declares."""
    id_ = decode(conversation_id, "Conversation")
    here: ConversationView | None = await info.context.load(conversations_by_id, id_)
    needed = info.asker.permission
    if here is not None and needed is not None and not permits(here.viewer_level, needed):
        raise Forbidden(f"This needs {needed} in the conversation.")
    return here


def _words(words: str | None) -> str | None:
    try:
        return text.optional(words, text.BACKGROUND, "text")
    except InvalidInput as refusal:
        raise BadUserInput(f"text: {refusal}") from refusal


@strawberry.type
class RecommendationQueries:
    @query(Recommendations | None, RANKING, INVITING)
    async def recommend_collaborators(
        self,
        info: Info,
        conversation_id: Into,
        text: Annotated[
            str | None,
            strawberry.argument(
                description="The problem in your words, Chinese or English; without it the conversation's subject and "
                f"what the customer said last. At most {text.BACKGROUND} characters."
            ),
        ] = strawberry.UNSET,
        first: HowMany = USUAL,
    ) -> Any:
        """Colleagues who could help here: by keywords, skills, earlier success, load and presence, each with the reason why."""
        wanted, words = how_many(first), _words(given(text))
        here = await conversation_here(info, conversation_id)
        return here and await recommend(info.context.reads, info.context.known, here, words, wanted)

    @query(list[InviteSuggestion] | None, RANKING, INVITING)
    async def invite_suggestions(self, info: Info, conversation_id: Into) -> Any:
        """What your organization's rules advise here now: whom to invite, in which role, how soon, and why."""
        here = await conversation_here(info, conversation_id)
        return here and await suggest(info.context.reads, info.context.known, here)

    @query(list[InviteRule], COLLEAGUES)
    async def invite_rules(self, info: Info) -> Any:
        """Your organization's rules about whom to invite when, in their order."""
        return await invite_rules_of(info.context.reads, info.context.known.organization_id)
