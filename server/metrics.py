"""What a process counts, as Prometheus reads it. Labels come from the schema and never from a client."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from functools import partial
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from domain.rates import OperationKind
from server.connections import Carrier, Connections

CONTENT_TYPE = CONTENT_TYPE_LATEST
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)


class Metrics:
    def __init__(self, connections: Connections) -> None:
        self.registry = CollectorRegistry()
        self.children: dict[tuple[Any, ...], Any] = {}
        self.requests = Counter(
            "huddle_requests", "Root fields asked for.", ["kind", "field"], registry=self.registry
        )
        self.errors = Counter(
            "huddle_errors", "Errors told at the top level.", ["code"], registry=self.registry
        )
        self.refused = Counter(
            "huddle_refused", "Requests that were not run.", ["status"], registry=self.registry
        )
        self.events = Counter(
            "huddle_events_delivered", "Answers sent by subscriptions.", registry=self.registry
        )
        self.seconds = Histogram(
            "huddle_request_seconds",
            "How long answers took.",
            ["kind"],
            buckets=SECONDS,
            registry=self.registry,
        )
        self.wake_ups = Histogram(
            "huddle_wake_up_seconds",
            "How long this process's wake-ups took to come round the line.",
            buckets=SECONDS,
            registry=self.registry,
        )
        self.lateness = Histogram(
            "huddle_deadline_lateness_seconds",
            "How late this process met deadlines.",
            buckets=SECONDS,
            registry=self.registry,
        )
        self.overdue = Gauge(
            "huddle_deadlines_overdue", "Deadlines not settled yet.", registry=self.registry
        )
        self._watch(connections)

    def _watch(self, connections: Connections) -> None:
        """Let what is live be counted when it is asked for."""
        tasks = Gauge("huddle_tasks", "What runs at once in the loop.", registry=self.registry)
        tasks.set_function(lambda: len(asyncio.all_tasks()))
        live = Gauge("huddle_connections", "Live connections.", ["carrier"], registry=self.registry)
        for carrier in Carrier:
            live.labels(carrier).set_function(partial(connections.live.__getitem__, carrier))

    def answered(
        self,
        kind: OperationKind | None,
        fields: Collection[str],
        codes: Collection[str],
        seconds: float,
    ) -> None:
        """Count one operation that has ended. A document that could not be run has no kind."""
        name = kind.lower() if kind else "none"
        for field in fields:
            self._child(self.requests, name, field).inc()
        for code in codes:
            self.errors.labels(code).inc()
        if kind is not OperationKind.SUBSCRIPTION:
            self._child(self.seconds, name).observe(seconds)

    def _child(self, metric: Any, *labels: str) -> Any:
        """Return what `labels` does, which looks closely at each label each time; the schema has only so many."""
        key = metric, *labels
        if key not in self.children:
            self.children[key] = metric.labels(*labels)
        return self.children[key]

    def text(self) -> bytes:
        return generate_latest(self.registry)
