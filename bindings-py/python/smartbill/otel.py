"""OpenTelemetry spans and metrics of a client's requests, for an application that has OpenTelemetry.

Needs the extra ``otel``: ``pip install 'smartbill-automation[otel]'``.

>>> from smartbill import Smartbill, otel
>>> sb = Smartbill("https://api.example.com.br", on_response=otel.on_response())

Each attempt becomes a span of kind ``CLIENT``, named by its operation, and a value of the histogram
``http.client.request.duration``. Names and attributes are those of OpenTelemetry's conventions for HTTP clients. They
hold no identifier, query or body. A span is a child of the span that is current where the call runs: the caller's own
for :class:`smartbill.Smartbill`, and none for :class:`smartbill.AsyncSmartbill`, whose calls run in another thread.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from opentelemetry import metrics, trace
from opentelemetry.trace import SpanKind, StatusCode

from ._smartbill import __version__

if TYPE_CHECKING:
    from collections.abc import Callable

    from .hooks import ResponseEvent

__all__ = ["on_response"]

# The bounds that the conventions give for durations in seconds.
_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]


def on_response(
    *, tracer_provider: trace.TracerProvider | None = None, meter_provider: metrics.MeterProvider | None = None
) -> Callable[[ResponseEvent], None]:
    """Makes a function for the option ``on_response`` of a client.

    :param tracer_provider: where spans go; by default the application's own provider
    :param meter_provider: where the histogram goes; by default the application's own provider
    """
    tracer = trace.get_tracer("smartbill", __version__, tracer_provider)
    meter = metrics.get_meter("smartbill", __version__, meter_provider)
    histogram = meter.create_histogram(
        "http.client.request.duration",
        unit="s",
        description="Duration of HTTP client requests.",
        explicit_bucket_boundaries_advisory=_SECONDS,
    )

    def record(event: ResponseEvent) -> None:
        request = event.request
        attributes: dict[str, str | int] = {
            "http.request.method": request.method,
            "url.template": request.path,
            "smartbill.operation": request.operation,
        }
        failed = event.failure
        if event.status is not None:
            attributes["http.response.status_code"] = event.status
            failed = str(event.status) if event.status >= 400 else None
        if failed is not None:
            attributes["error.type"] = failed
        histogram.record(event.duration, attributes)
        details = dict(attributes)
        if request.attempt > 1:
            details["http.request.resend_count"] = request.attempt - 1
        if event.request_id is not None:
            details["smartbill.request_id"] = event.request_id
        end = time.time_ns()
        start = end - round(event.duration * 1e9)
        span = tracer.start_span(request.operation, kind=SpanKind.CLIENT, attributes=details, start_time=start)
        if failed is not None:
            span.set_status(StatusCode.ERROR)
        span.end(end)

    return record
