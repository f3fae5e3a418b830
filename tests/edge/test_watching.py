"""What a process tells of itself: metrics, readiness, traces, and a log that says what happened and not what was said."""

from __future__ import annotations

import logging
from typing import Any

import pytest
import structlog
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from structlog.testing import capture_logs

from server.logs import _Libraries, where_it_failed
from server.tracing import Traced
from tests.service import Service
from tests.steps import invited, note
from tests.streams.kit import INBOX, INTERNAL_NOTES, eventually, wire

pytestmark = pytest.mark.one_database


async def figures(service: Service) -> dict[str, float]:
    text = (await service.http.get("/metrics")).text
    lines = [line.rpartition(" ") for line in text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in lines}


async def test_metrics_count_what_happened(service: Service) -> None:
    lin = service.agent("lin")
    await lin.run("{ viewer { rights } }")
    await lin.ask("{ nothing }")
    await service.http.post("/graphql", content=b"{")
    async with wire(lin) as bare:
        await bare.subscribe("1", INBOX.document)
        await bare.next_of("1")
        await invited(service, "lin", "wang")
        await bare.next_of("1")
        found = await figures(service)
    assert found['huddle_requests_total{field="viewer",kind="query"}'] == 1
    assert found['huddle_requests_total{field="inviteAgents",kind="mutation"}'] == 1
    assert found['huddle_errors_total{code="GRAPHQL_VALIDATION_FAILED"}'] == 1
    assert found['huddle_refused_total{status="415"}'] == 1
    assert found['huddle_request_seconds_count{kind="mutation"}'] == 1
    assert found['huddle_connections{carrier="socket"}'] == 1
    assert found["huddle_events_delivered_total"] == 2
    assert found["huddle_wake_up_seconds_count"] >= 1
    assert found["huddle_deadlines_overdue"] == 0
    await eventually(lambda: not service.app.state.connections.live.total())


async def test_ready_tells_of_database_line_and_stopping(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    await eventually(lambda: service.app.state.wake.up)
    reply = await service.http.get("/readyz")
    assert (reply.status_code, reply.json()) == (200, {"status": "ready", "wakeUpLine": "up"})
    service.app.state.wake.line.up = False
    reply = await service.http.get("/readyz")
    assert (reply.status_code, reply.json()["wakeUpLine"]) == (200, "lost; streams are polled")

    async def away(database: Any) -> bool:
        raise OSError

    with monkeypatch.context() as patch:
        patch.setattr("server.pages.is_current", away)
        reply = await service.http.get("/readyz")
        assert (reply.status_code, reply.json()["status"]) == (503, "the database does not answer")
    service.app.state.connections.draining = True
    reply = await service.http.get("/readyz")
    assert (reply.status_code, reply.json()["status"]) == (503, "this process is stopping")


async def test_one_line_for_each_operation(service: Service) -> None:
    lin = service.agent("lin")
    with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as lines:
        await lin.run("query Secret { viewer { rights } me: viewer { rights } }")
        await note(service, "lin", "a canary")
        async with wire(lin) as bare:
            await bare.subscribe("1", INTERNAL_NOTES.document, **INTERNAL_NOTES.variables(service))
            await bare.next_of("1")
            await bare.send(type="complete", id="1")
            await eventually(lambda: len(lines) == 3)
    assert [line["fields"] for line in lines] == [("viewer",), ("postNote",), ("internalNotes",)]
    assert [line["kind"] for line in lines] == ["query", "mutation", "subscription"]
    assert {line["actor"] for line in lines} == {str(service.world.agents["lin"])}
    assert len({line["request_id"] for line in lines}) == 3
    assert "canary" not in str(lines)
    assert "Secret" not in str(lines)


async def test_the_request_id_of_a_failure_is_that_of_its_request(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*arguments: Any) -> None:
        raise RuntimeError("a canary")

    monkeypatch.setattr("resolvers.reads.policies.current_policy", fail)
    body = {"query": "{ collaborationPolicy { enabled } }"}
    headers = {"Authorization": f"Bearer {service.agent('lin').token}"}
    reply = await service.http.post("/graphql", headers=headers, json=body)
    (error,) = reply.json()["errors"]
    assert error["extensions"]["requestId"] == reply.headers["x-request-id"]


async def test_whatever_fails_is_masked_with_the_request_id(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise RuntimeError("a canary")

    monkeypatch.setattr("server.pages.published", fail)
    with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as lines:
        origin = "http://localhost:5173"
        reply = await service.http.get("/schema.graphql", headers={"Origin": origin})
    assert reply.status_code == 500
    (error,) = reply.json()["errors"]
    assert error["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    assert error["extensions"]["requestId"] == reply.headers["x-request-id"]
    assert reply.headers["access-control-allow-origin"] == origin
    assert [line["request_id"] for line in lines] == [reply.headers["x-request-id"]]
    assert "canary" not in reply.text


def test_an_exception_is_logged_by_type_and_place_alone() -> None:
    try:
        try:
            raise ValueError("a canary")
        except ValueError as problem:
            raise RuntimeError("another canary") from problem
    except RuntimeError as problem:
        entry = where_it_failed(None, "error", {"event": "x", "exc_info": problem})
    assert entry["failure"] == "RuntimeError < ValueError"
    assert entry["at"][0].startswith("tests/edge/test_watching.py:")
    assert "canary" not in str(entry)


def test_the_words_of_libraries_are_left_out() -> None:
    record = logging.LogRecord("db", logging.ERROR, "db.py", 7, "failed with %s", ("canary",), None)
    with capture_logs() as lines:
        _Libraries().emit(record)
    assert lines[0]["library"] == "db"
    assert "canary" not in str(lines)


async def test_traces_say_what_ran_and_nothing_of_the_document(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    runner = service.app.state.runner
    monkeypatch.setattr(runner, "tracer", Traced(provider))
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    token = service.agent("lin").token
    headers = {"Authorization": f"Bearer {token}", "traceparent": parent}
    await service.http.post("/graphql", headers=headers, json={"query": "{ viewer { rights } }"})
    (span,) = exporter.get_finished_spans()
    assert span.name == "query viewer"
    assert span.parent is not None
    assert f"{span.context.trace_id:032x}" == parent.split("-")[1]
    assert dict(span.attributes or {}) == {"graphql.operation.type": "query", "huddle.cost": 2}
