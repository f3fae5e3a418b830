"""Conversations as agents see them."""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace
from typing import Annotated, Any

import strawberry

from domain.conversations import (
    ConversationClass,
    ConversationStatus,
    CustomerTier,
    NoteKind,
)
from domain.invitations import InvitationStatus
from domain.masking import mask_email, mask_phone
from domain.permissions import (
    CollaborationStance,
    Permission,
    PermissionLevel,
    stance,
)
from domain.policies import Policy, collaborator_limit
from resolvers.reads import events as event_reads
from resolvers.reads import organizations as organization_reads
from resolvers.reads.conversations import (
    ConversationView,
    CustomerView,
    customers_by_id,
    open_collaborations,
)
from resolvers.reads.handing import open_delegations, open_offers
from resolvers.reads.holds import holds_of
from resolvers.reads.invitations import invitations_of
from resolvers.reads.messages import messages_of, notes_of
from resolvers.reads.participants import participants_of, primaries_of
from resolvers.reads.stages import present_stages, stages_of
from schema.connections import Connection
from schema.context import Info
from schema.fields import (
    After,
    Before,
    First,
    Last,
    Sight,
    batched,
    batched_list,
    batched_page,
    computed,
    field,
    given,
    output,
    paged,
)
from schema.guards import AGENTS, Requires
from schema.scalars import Cursor
from schema.types.abilities import ConversationAbilities, abilities
from schema.types.collaborations import Collaboration
from schema.types.holds import Hold
from schema.types.messages import CustomerMessage, InternalNote
from schema.types.node import (
    DelegationRef,
    EventRef,
    InvitationRef,
    Node,
    ParticipantRef,
    PrimaryOfferRef,
    StageRef,
)
from schema.types.organizations import Department, ServiceIdentity

VIEW = Requires(permission=Permission.VIEW_CONVERSATION)
READ_NOTES = Requires(permission=Permission.READ_NOTES)


@output(CustomerView, AGENTS)
class Customer(Node):
    """The person or company on the other side. What identifies them is masked."""

    name: str = field("The customer's name.", name="displayName")
    tier: CustomerTier = field("How the organization ranks the customer.")
    churn_risk: bool = field("Whether the customer may leave.")
    opportunity: bool = field("Whether a sales opportunity was seen.")

    @computed(str | None, sight=Sight.SAME)
    def masked_email(self: Any) -> Any:
        """The e-mail address, all but its first letter and ending hidden."""
        return mask_email(self.email)

    @computed(str | None, sight=Sight.SAME)
    def masked_phone(self: Any) -> Any:
        """The phone number, all but its last two digits hidden."""
        return mask_phone(self.phone)


@output()
class Seats:
    """The places for collaborators in a conversation."""

    taken: int = field(
        "Collaborators who take part, and open invitations. More than `limit` once a takeover has made a collaborator of "
        "the former primary, or after the limit was lowered: nobody leaves for it, and nobody is invited until there is room."
    )
    limit: int = field("How many there may be by the conversation's classes.")


@output(ConversationView, AGENTS)
class Conversation(Node):
    """A live conversation between one customer and the service, with all who serve in it.

    Those who take part see all of it by their level. Supervisors of its department and admins see it from outside:
    status, classes, people and times, no content.
    """

    subject: str | None = field("What it is about.", VIEW)
    status: ConversationStatus = field("Whether it goes on.")
    opened_at: datetime = field("When it began.")
    closed_at: datetime | None = field("When it was closed; null while it goes on.")
    version: int = field(
        "Grows with each change of people, levels or status. Give it as `expectedVersion` to act only on what you saw."
    )
    viewer_level: PermissionLevel | None = field(
        "Your level here; null from outside.", sight=Sight.PART
    )
    department: Department = batched(
        Department,
        organization_reads.departments_by_id,
        "department_id",
        "The department of its primary.",
        sight=Sight.ORGANIZATION,
    )
    hold: Hold | None = batched(
        Hold | None,
        holds_of,
        "id",
        "Why and until when it is paused; null unless ON_HOLD, and from outside.",
        sight=Sight.PART,
    )
    primary: ParticipantRef | None = batched(
        ParticipantRef | None,
        primaries_of,
        "id",
        "Who leads it; of a closed one, who led it last.",
        sight=Sight.PART,
    )
    stage: StageRef | None = batched(
        StageRef | None,
        present_stages,
        "id",
        "The stage of the service that it is in; null before the first, and from outside.",
        sight=Sight.PART,
    )
    stages: Connection[StageRef] | None = batched_page(
        Connection[StageRef] | None,
        stages_of,
        "id",
        "The stages of the service so far, oldest first, each with its owner.",
        VIEW,
        sight=Sight.PART,
    )
    primary_offer: PrimaryOfferRef | None = batched(
        PrimaryOfferRef | None,
        open_offers,
        "id",
        "The open offer of the primary role, if there is one; null from outside.",
        sight=Sight.PART,
    )
    delegation: DelegationRef | None = batched(
        DelegationRef | None,
        open_delegations,
        "id",
        "Who leads for whom now, if somebody does.",
        sight=Sight.PART,
    )
    collaboration: Collaboration | None = batched(
        Collaboration | None,
        open_collaborations,
        "id",
        "The group at work now, if there is one.",
        sight=Sight.PART,
    )
    customer: Customer | None = batched(
        Customer | None, customers_by_id, "customer_id", "The customer.", VIEW, sight=Sight.PART
    )
    messages: Connection[CustomerMessage] | None = batched_page(
        Connection[CustomerMessage] | None,
        messages_of,
        "id",
        "What the customer and the service said, oldest first; `last: 20` gives the newest.",
        VIEW,
        sight=Sight.PART,
    )
    events: Connection[EventRef] | None = batched_page(
        Connection[EventRef] | None,
        event_reads.history_of,
        "id",
        "What happened here, oldest first: the same events that `conversationEvents` streams.",
        VIEW,
        sight=Sight.PART,
    )
    cursor: Cursor | None = field(
        "Where the conversation's events stood before anything else of this answer was read: give it to "
        "`conversationEvents` as `after`, and no event falls in between.",
        VIEW,
    )

    @computed(list[ConversationClass], sight=Sight.SAME)
    def classes(self: Any) -> Any:
        """What it is about; several may apply."""
        return [kind for kind in ConversationClass if kind in self.classes]

    @computed(CollaborationStance | None, sight=Sight.PART)
    def viewer_stance(self: Any) -> Any:
        """How you take part; null from outside."""
        return self.viewer_role and stance(self.viewer_role, self.viewer_level)

    @computed(ConversationAbilities, sight=Sight.OWN)
    def viewer_can(self: Any, info: Info) -> Any:
        """What you may do here now."""
        return abilities(self, info.context.known)

    @computed(Seats, sight=Sight.ORGANIZATION)
    async def seats(self: Any, info: Info) -> Any:
        """The places for collaborators."""
        policy: Policy = await info.context.load(
            organization_reads.policies_by_id, self.organization_id
        )
        limit = collaborator_limit(policy, self.classes)
        return SimpleNamespace(taken=self.seats_taken, limit=limit)

    @computed(ServiceIdentity, sight=Sight.ORGANIZATION)
    async def service_identity(self: Any, info: Info) -> Any:
        """The one face that the customer sees."""
        return (
            await info.context.load(organization_reads.organizations_by_id, self.organization_id)
        ).service_identity

    @batched_list(Connection[ParticipantRef], participants_of, "id", sight=Sight.PART)
    def participants(
        self: Any,
        info: Info,
        include_former: Annotated[
            bool, strawberry.argument(description="Also those who do not take part any more.")
        ] = False,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> Any:
        """Who takes part, in the order of joining."""
        return paged(info, first, after, last, before), include_former

    @batched_list(Connection[InvitationRef] | None, invitations_of, "id", VIEW, sight=Sight.PART)
    def invitations(
        self: Any,
        info: Info,
        statuses: Annotated[
            list[InvitationStatus] | None, strawberry.argument(description="Only these.")
        ] = strawberry.UNSET,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> Any:
        """Invitations into the conversation, the newest first."""
        return paged(info, first, after, last, before), _tuple(statuses)

    @batched_list(Connection[InternalNote] | None, notes_of, "id", READ_NOTES, sight=Sight.PART)
    def notes(
        self: Any,
        info: Info,
        kinds: Annotated[
            list[NoteKind] | None, strawberry.argument(description="Only these.")
        ] = strawberry.UNSET,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> Any:
        """What colleagues say among themselves, oldest first. No customer can ever see it."""
        return paged(info, first, after, last, before), _tuple(kinds)


def _tuple(values: list[Any] | None) -> tuple[Any, ...] | None:
    chosen = given(values)
    return None if chosen is None else tuple(chosen)
