"""The audit as admins page through it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from domain.actors import Audience, OrganizationRight
from resolvers.reads.audit import AuditEntryView, FactView
from schema.context import Info
from schema.fields import computed, field, output
from schema.guards import AGENTS, Requires
from schema.nodes import NODES
from schema.types.events import EventActor
from schema.types.node import Node

AUDITORS = Requires(audience=[Audience.AGENT], right=OrganizationRight.READ_AUDIT)


@output(FactView)
class AuditFact:
    """One choice, number, time or id of an input; texts are not kept, except reasons."""

    name: str = field("Where it stood in the input, like `invitees.0.role`.")
    value: str = field("What it was.")


@output(AuditEntryView, AGENTS)
class AuditEntry(Node):
    """Something that was done or tried. An entry is never changed or deleted; its digest covers the one before it."""

    seq: int = field(
        "Its place in the organization's chain, from 1 without a gap.", name="sequence"
    )
    occurred_at: datetime = field("When, by the database's clock.")
    operation: str = field("The mutation, or the query that was refused.")
    refusals: list[str] = field("The codes of what was refused; empty when it was done.")
    facts: list[AuditFact] = field("What was asked for.")
    digest: str = field("SHA-256 over the entry and the digest before it, in hexadecimal.")

    @computed(EventActor)
    def actor(self: Any) -> Any:
        """Who did it or tried to; the system for what it does by itself."""
        return self.actor

    @computed(Node | None)
    async def subject(self: Any, info: Info) -> Any:
        """What it was about; null when that is gone, or is content that you may not see."""
        batch = NODES.get(self.subject_kind)
        return await info.context.load(batch, self.subject_id) if batch else None

    @computed(str | None)
    def subject_type(self: Any) -> Any:
        """The type of what it was about, told even where `subject` is null for you."""
        return self.subject_kind
