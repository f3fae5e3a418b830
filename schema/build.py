"""The schema, put together and built once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from inspect import isawaitable
from typing import Any

from strawberry.extensions import MaxTokensLimiter, SchemaExtension
from strawberry.schema.config import StrawberryConfig

from execution.compiler import Compiler
from execution.executor import CompiledExecutor
from schema.auditing import RefusalsOnRecord
from schema.context import Context, Info
from schema.errors import ErrorsForClients, OneOperation, PatientParserCache, masked, place_of
from schema.guards import GuardedSchema
from schema.limits import ERRORS, TOKENS, DocumentLimits, ValidatedOnce
from schema.mutations import Mutation
from schema.queries import Query
from schema.rates import WithinRates
from schema.scalars import SCALARS
from schema.steps import Steps
from schema.subscriptions import Subscription
from schema.types import (
    agents,
    authorization_events,
    collaborations,
    conversations,
    customer_events,
    errors,
    events,
    handing_events,
    invitation_events,
    message_events,
    participant_events,
    review_events,
    snapshots,
    stages,
    waiting_events,
)
from schema.types.snapshots import Snapshot
from schema.ways import RememberedWays


class FreshPerEvent(CompiledExecutor):
    """Gives each event of a subscription a context of its own; a snapshot's reads its one moment.

    Once a snapshot is read its connection goes back: a client slow to take it must not hold one.
    """

    info_class = Info

    @property
    def compiler(self) -> Compiler | None:
        context: Context = self.context_value
        return context.services.compiler

    def build_per_event_executor(self, payload: Any) -> Any:
        executor = super().build_per_event_executor(payload)
        context: Context = self.context_value
        reads = payload.reads if isinstance(payload, Snapshot) else None
        executor.context_value = context.anew(reads)
        return executor

    def execute_operation(self, serially: bool | None = None) -> Any:
        result = super().execute_operation(serially)
        frozen = isinstance(self.root_value, Snapshot)
        return _release(self.root_value, result) if frozen else result


async def _release(snapshot: Snapshot, result: Any) -> Any:
    try:
        return await result if isawaitable(result) else result
    finally:
        await snapshot.reads.release()


class IdentifiedPerOperation(SchemaExtension):
    """Gives each operation a context of its own, on a socket that carries many too."""

    async def on_operation(self) -> AsyncIterator[None]:
        context: Context = self.execution_context.context
        self.execution_context.context = await context.identified()
        yield


class HuddleSchema(GuardedSchema):
    def create_extensions_runner(
        self, execution_context: Any, extensions: list[SchemaExtension]
    ) -> Steps:
        return Steps(execution_context, extensions)

    def process_errors(self, errors: Any, execution_context: Any = None) -> None:
        """Hide what nobody foresaw, even where no extension comes by; log neither document nor variables.

        Fields fail in any order; what is told of them is in the order of the document and of its lists.
        """
        errors[:] = [masked(error) for error in sorted(errors, key=place_of)[:ERRORS]]


def concrete(*modules: Any) -> list[type]:
    """Return the object types of modules that only interfaces lead to."""
    kinds = [kind for module in modules for kind in vars(module).values()]
    return [k for k in kinds if isinstance(k, type) and "is_type_of" in vars(k)]


# From the second time on an operation takes the short way of schema/ways.py, which runs none of these: whatever an extension
# does for each operation, it does there too, in this order. tests/edge/test_ways.py has the list.
CHECKED = [
    lambda: MaxTokensLimiter(TOKENS),
    PatientParserCache,
    OneOperation,
    DocumentLimits,
    ValidatedOnce,
    WithinRates,
    RefusalsOnRecord,
    RememberedWays,
]

schema = HuddleSchema(
    Query,
    Mutation,
    Subscription,
    types=concrete(
        errors,
        agents,
        collaborations,
        conversations,
        events,
        invitation_events,
        participant_events,
        message_events,
        handing_events,
        waiting_events,
        authorization_events,
        review_events,
        snapshots,
        stages,
        customer_events,
    ),
    extensions=[IdentifiedPerOperation, ErrorsForClients, *CHECKED],
    execution_context_class=FreshPerEvent,
    config=StrawberryConfig(scalar_map=SCALARS, info_class=Info),
)


def sdl() -> str:
    return schema.as_str() + "\n"
