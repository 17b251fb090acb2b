"""The asynchronous client: ``async with AsyncSmartbill(base_url, token=…) as sb: await sb.clientes.incluir(…)``.

Every method is that of :mod:`smartbill.client`, with ``await`` before it.
"""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING

from .async_batch import AsyncImport, AsyncListing, AsyncPlan
from .async_resources import AsyncClientes, AsyncCobrancas, AsyncConsumos, AsyncContratos, AsyncServicos
from .client import _call
from .connection import AsyncConnection

if TYPE_CHECKING:
    from typing_extensions import Self

    from .profiles import OperationTest

__all__ = [
    "AsyncClientes",
    "AsyncCobrancas",
    "AsyncConsumos",
    "AsyncContratos",
    "AsyncImport",
    "AsyncListing",
    "AsyncPlan",
    "AsyncServicos",
    "AsyncSmartbill",
]


class AsyncSmartbill(AsyncConnection):
    """A client of the platform for a running event loop. An asynchronous context manager.

    The options are those of :class:`smartbill.Smartbill`. A task that is cancelled drops its call where it stands, and
    a write may then have arrived; a batch runs in a thread, stops when its task is cancelled, and is taken up again by
    the same call. Does not outlive a fork, and says so.
    """

    @property
    def clientes(self) -> AsyncClientes:
        """Customers."""
        return AsyncClientes(self._core)

    @property
    def servicos(self) -> AsyncServicos:
        """Services; read-only."""
        return AsyncServicos(self._core)

    @property
    def contratos(self) -> AsyncContratos:
        """Contracts."""
        return AsyncContratos(self._core)

    @property
    def consumos(self) -> AsyncConsumos:
        """Metered usage."""
        return AsyncConsumos(self._core)

    @property
    def cobrancas(self) -> AsyncCobrancas:
        """Charges; read-only."""
        return AsyncCobrancas(self._core)

    async def test_profile(
        self, *, timeout: float | None = None, attempt_timeout: float | None = None
    ) -> list[OperationTest]:
        """Holds the profile against the platform: lists a few records of each resource and gets the first one, and
        tells of each operation what was sent, what came, and what of it was understood. Nothing is written, and each
        request is sent once. The times are those of one request."""
        from .profiles import _operation_test

        return [_operation_test(fields) for fields in await self._core.test_profile(_call(timeout, attempt_timeout))]

    async def close(self) -> None:
        """Closes the connections; a call under way ends first, and a batch stops where it stands."""
        self._core.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()
