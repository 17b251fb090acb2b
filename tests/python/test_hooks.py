"""The functions that are told of each request, and OpenTelemetry."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import pytest
from smartbill import ApiConnectionError, Smartbill
from smartbill.errors import ConfigurationError
from smartbill.hooks import RequestEvent, ResponseEvent
from smartbill.sandbox import Sandbox

CLIENTE = {"codigoExterno": "A1", "nome": "Maria da Silva", "cpfCnpj": "123.456.789-09"}


def test_each_attempt_is_told_without_a_value(sandbox: Sandbox) -> None:
    requests: list[RequestEvent] = []
    responses: list[ResponseEvent] = []
    with sandbox.client(on_request=requests.append, on_response=responses.append) as sb:
        record = sb.clientes.incluir(CLIENTE)
        sandbox.faults({"rules": [{"kind": "error", "status": 503, "times": 1}]})
        sb.clientes.obter(record.id)
    assert requests == [
        ("clientes.incluir", "POST", "/api/v1/clientes", 1),
        ("clientes.obter", "GET", "/api/v1/clientes/{id}", 1),
        ("clientes.obter", "GET", "/api/v1/clientes/{id}", 2),
    ]
    assert [event.request for event in responses] == requests
    assert [event.status for event in responses] == [201, 503, 200]
    for event in responses:
        assert event.failure is None
        assert event.duration > 0
        assert event.body_bytes > 0
        assert event.request_id is not None
        assert event.request_id.startswith("req-")
    told = str(requests + responses)
    assert "Maria" not in told
    assert sandbox.token not in told


def test_a_failure_is_told_by_its_name() -> None:
    responses: list[ResponseEvent] = []
    with (
        Smartbill("http://127.0.0.1:9", token="t", max_attempts=1, trust_env=False, on_response=responses.append) as sb,
        pytest.raises(ApiConnectionError),
    ):
        sb.clientes.obter("1")
    assert [(event.status, event.failure, event.body_bytes) for event in responses] == [(None, "connect", 0)]


def test_a_batch_and_the_asynchronous_client_are_told_of(sandbox: Sandbox) -> None:
    told: list[str] = []

    def hook(event: ResponseEvent) -> None:
        told.append(event.request.operation)

    with sandbox.client(on_response=hook) as sb:
        sb.clientes.importar([CLIENTE])

    async def main() -> None:
        async with sandbox.async_client(on_response=hook) as sb:
            await asyncio.gather(*(sb.servicos.listar().next_page() for _ in range(3)))

    asyncio.run(main())
    assert "clientes.incluir" in told
    assert told[-3:] == ["servicos.listar"] * 3


def test_what_a_hook_raises_does_not_hide_the_outcome(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    raised: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", raised.append)

    def hook(event: ResponseEvent) -> None:
        raise ValueError("mine")

    with sandbox.client(on_response=hook) as sb:
        assert sb.clientes.incluir(CLIENTE).id
    assert [type(args.exc_value) for args in raised] == [ValueError]
    assert raised[0].object is hook


def test_ctrl_c_in_a_hook_is_raised(sandbox: Sandbox) -> None:
    def hook(event: ResponseEvent) -> None:
        raise KeyboardInterrupt

    with sandbox.client(on_response=hook) as sb, pytest.raises(KeyboardInterrupt):
        sb.clientes.incluir(CLIENTE)
    with sandbox.client() as sb:
        assert [record.codigo_externo for record in sb.clientes.listar()] == ["A1"]


def test_a_hook_that_cannot_be_called_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="`on_request` não pode ser `int`; use uma função"):
        Smartbill("https://api.example.com", on_request=3)  # type: ignore[arg-type]


def test_requests_become_spans_and_metrics(sandbox: Sandbox) -> None:
    pytest.importorskip("opentelemetry.sdk")
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import HistogramDataPoint, InMemoryMetricReader
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
    from smartbill import otel

    exporter, reader = InMemorySpanExporter(), InMemoryMetricReader()
    tracers = TracerProvider()
    tracers.add_span_processor(SimpleSpanProcessor(exporter))
    hook = otel.on_response(tracer_provider=tracers, meter_provider=MeterProvider([reader]))
    with sandbox.client(on_response=hook) as sb:
        sandbox.faults({"rules": [{"kind": "error", "status": 503, "times": 1}]})
        with tracers.get_tracer("job").start_as_current_span("the job"):
            sb.servicos.obter(next(iter(sb.servicos.listar())).id)
    listed, again, got, job = exporter.get_finished_spans()
    assert [span.name for span in (listed, again, got)] == ["servicos.listar", "servicos.listar", "servicos.obter"]
    assert not listed.status.is_ok
    assert listed.attributes is not None
    assert listed.attributes["error.type"] == "503"
    assert again.attributes is not None
    assert again.attributes["http.request.resend_count"] == 1
    assert got.attributes is not None
    assert {name: got.attributes[name] for name in ("http.request.method", "url.template")} == {
        "http.request.method": "GET",
        "url.template": "/api/v1/servicos/{id}",
    }
    for span in (listed, again, got):
        assert span.parent is not None
        assert job.context is not None
        assert span.parent.span_id == job.context.span_id
        assert span.start_time is not None
        assert span.end_time is not None
        assert span.start_time < span.end_time
    data = reader.get_metrics_data()
    assert data is not None
    (metric,) = data.resource_metrics[0].scope_metrics[0].metrics
    points = [point for point in metric.data.data_points if isinstance(point, HistogramDataPoint)]
    assert (metric.name, metric.unit, sum(point.count for point in points)) == ("http.client.request.duration", "s", 3)
