"""The audit, for admins."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry

from domain.errors import BadUserInput
from resolvers.reads import audit
from resolvers.reads.paging import LARGEST
from schema.connections import Connection
from schema.context import Info
from schema.enums import OrderDirection
from schema.fields import After, Before, First, Last, given, paged, query
from schema.ids import decode_any, decode_list
from schema.inputs.audit import AuditFilter, AuditSort
from schema.types.audit import AUDITORS, AuditEntry


def _filter(where: AuditFilter | None) -> audit.AuditFilter:
    chosen = given(where)
    if chosen is None:
        return audit.AuditFilter()
    return audit.AuditFilter(
        _few(given(chosen.operations)),
        decode_list(chosen.actor_ids, "Agent"),
        [decode_any(id_)[1] for id_ in _few(given(chosen.subject_ids)) or ()] or None,
        given(chosen.refused),
        given(chosen.from_at),
        given(chosen.until_at),
    )


def _few(values: list[Any] | None) -> list[Any] | None:
    if values is not None and len(values) > LARGEST:
        raise BadUserInput(f"At most {LARGEST} at once; these are {len(values)}.")
    return values


@strawberry.type
class AuditQueries:
    @query(Connection[AuditEntry], AUDITORS)
    async def audit_log(
        self,
        info: Info,
        where: Annotated[
            AuditFilter | None, strawberry.argument(description="Which entries.")
        ] = strawberry.UNSET,
        order_by: Annotated[
            AuditSort | None, strawberry.argument(description="The newest first unless said.")
        ] = strawberry.UNSET,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
        last: Last = strawberry.UNSET,
        before: Before = strawberry.UNSET,
    ) -> Any:
        """Everything that was done in your organization or refused to somebody: who, what, when, how it ended.

        `huddle audit verify` tells whoever runs the service whether the log is still what was written.
        """
        context, sort = info.context, given(order_by)
        newest_first = sort is None or sort.direction is OrderDirection.DESC
        page = paged(info, first, after, last, before)
        return await audit.audit_log(
            context.reads, context.known, _filter(where), newest_first, page
        )
