"""What a client's ``on_request`` and ``on_response`` are told: for metrics, traces and audits.

An event holds no credential, identifier, query, header or body, so it may be stored as it is. A function that raises
does not change the call: what it raised goes to ``sys.unraisablehook``.

>>> import smartbill
>>> from smartbill.sandbox import Sandbox
>>> def count(event):
...     print(event.request.operation, event.status)
>>> with Sandbox() as sandbox, sandbox.client(on_response=count) as sb:
...     _ = list(sb.clientes.listar())
clientes.listar 200

The functions run where the call runs. A call of :class:`smartbill.Smartbill` runs in the caller's own thread; calls of
:class:`smartbill.AsyncSmartbill`, and batches, run in threads of this package. A slow function delays the call.
"""

from __future__ import annotations

from typing import NamedTuple

from ._field_texts import describe_fields

__all__ = ["RequestEvent", "ResponseEvent"]


class RequestEvent(NamedTuple):
    """A request that is about to be sent."""

    operation: str
    """The operation, such as ``clientes.incluir``."""
    method: str
    """The HTTP method."""
    path: str
    """The path as the profile has it: ``{id}`` stands for an identifier, and there is no query."""
    attempt: int
    """The number of the attempt within its call, from 1."""


class ResponseEvent(NamedTuple):
    """What came of a request."""

    request: RequestEvent
    """The request."""
    status: int | None
    """The HTTP status; None if no complete answer came."""
    failure: str | None
    """If no complete answer came, the reason: ``connect``, ``tls``, ``connect_timeout``, ``stale``, ``timeout``,
    ``broken``, ``too_large`` or ``unusable``."""
    duration: float
    """The time from sending the request to the end of the answer, in seconds."""
    request_id: str | None
    """The platform's identifier of the request, if its answer has one."""
    body_bytes: int
    """The length of the answer's body, decompressed."""


describe_fields(__name__)
