"""Traces, where they are switched on: one span for each operation, without a word of the document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from typing import Any, ClassVar, Protocol

from schema.context import Facts
from server.settings import SettingsError


class Tracer(Protocol):
    def span(self, facts: Facts, headers: Mapping[str, str]) -> Any:
        """Return a context manager around one operation; its facts are complete at the end."""
        ...


class Untraced:
    nothing: ClassVar[Any] = nullcontext()

    def span(self, facts: Facts, headers: Mapping[str, str]) -> Any:
        return self.nothing


class Traced:
    """Where spans go is said by the standard OTEL_* variables. A caller's `traceparent` is taken up."""

    def __init__(self, provider: Any = None) -> None:
        try:
            from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

            self.tracer = (provider or _exporting()).get_tracer("huddle")
        except ImportError as problem:
            raise SettingsError(
                "HUDDLE_TRACES=on needs `pip install huddle[tracing]`."
            ) from problem
        self.propagator = TraceContextTextMapPropagator()

    @contextmanager
    def span(self, facts: Facts, headers: Mapping[str, str]) -> Iterator[None]:
        parent = self.propagator.extract({"traceparent": headers.get("traceparent", "")})
        span = self.tracer.start_span("graphql", parent)
        try:
            yield
        finally:
            kind = facts.kind.lower() if facts.kind else "none"
            span.update_name(" ".join([kind, *facts.fields]))
            span.set_attribute("graphql.operation.type", kind)
            span.set_attribute("huddle.cost", facts.cost or 0)
            span.end()


def _exporting() -> Any:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider(resource=Resource.create({"service.name": "huddle"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return provider


def tracer(*, on: bool) -> Tracer:
    return Traced() if on else Untraced()
