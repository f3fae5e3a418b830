"""Node: everything with identity, and the references between types that know of each other."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import strawberry
from graphql import GraphQLAbstractType

from schema.context import Info, Resolving
from schema.fields import VIEWS, Sight, computed, interface
from schema.ids import encode

if TYPE_CHECKING:
    from schema.types.agents import Agent
    from schema.types.collaborations import Collaboration
    from schema.types.conversations import Conversation
    from schema.types.events import ConversationEvent
    from schema.types.handing import Delegation, PrimaryOffer
    from schema.types.invitations import Invitation
    from schema.types.messages import InternalNote
    from schema.types.participants import Participant
    from schema.types.policies import CollaborationPolicy
    from schema.types.stages import ServiceStage


def _id_of(type_name: str) -> Callable[[Any], str]:
    return lambda view: encode(type_name, view.id)


@interface
class Node:
    """Something with an identity that holds across the whole API."""

    @computed(strawberry.ID, sight=Sight.SAME, typed=_id_of, reads=("id",))
    def id(self: Any, info: Info) -> str:
        """Opaque and stable; give it back as it is."""
        return encode(info.parent_name, self.id)

    @classmethod
    def resolve_type(cls, value: Any, info: Resolving, kind: GraphQLAbstractType) -> str:
        return VIEWS[type(value)]


AgentRef = Annotated["Agent", strawberry.lazy("schema.types.agents")]
ConversationRef = Annotated["Conversation", strawberry.lazy("schema.types.conversations")]
ParticipantRef = Annotated["Participant", strawberry.lazy("schema.types.participants")]
InvitationRef = Annotated["Invitation", strawberry.lazy("schema.types.invitations")]
CollaborationRef = Annotated["Collaboration", strawberry.lazy("schema.types.collaborations")]
EventRef = Annotated["ConversationEvent", strawberry.lazy("schema.types.events")]
NoteRef = Annotated["InternalNote", strawberry.lazy("schema.types.messages")]
PolicyRef = Annotated["CollaborationPolicy", strawberry.lazy("schema.types.policies")]
PrimaryOfferRef = Annotated["PrimaryOffer", strawberry.lazy("schema.types.handing")]
DelegationRef = Annotated["Delegation", strawberry.lazy("schema.types.handing")]
StageRef = Annotated["ServiceStage", strawberry.lazy("schema.types.stages")]
