"""The asynchronous client: ``async with AsyncSmartbill(base_url, token=…) as sb: await sb.clientes.incluir(…)``.

Every method is that of :mod:`smartbill.client`, with ``await`` before it.
"""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from .client import Clientes, Cobrancas, Consumos, Contratos, Servicos, _Connection

if TYPE_CHECKING:
    from typing_extensions import Concatenate, ParamSpec, Self

    from ._smartbill import Core, Listing, Table

    _P = ParamSpec("_P")

__all__ = [
    "AsyncClientes",
    "AsyncCobrancas",
    "AsyncConsumos",
    "AsyncContratos",
    "AsyncListing",
    "AsyncServicos",
    "AsyncSmartbill",
]

_T = TypeVar("_T")


def _awaited(method: Callable[Concatenate[Any, _P], _T]) -> Callable[Concatenate[Any, _P], Awaitable[_T]]:
    """Makes a coroutine of a method. With an asynchronous core, the method returns an awaitable of its result."""

    @functools.wraps(method)
    async def wait(self: Any, *args: Any, **kwargs: Any) -> Any:
        return await method(self, *args, **kwargs)  # type: ignore[misc]

    return wait


def _listed(
    method: Callable[Concatenate[Any, _P], Listing[_T]],
) -> Callable[Concatenate[Any, _P], AsyncListing[_T]]:
    """Makes the listing of a method asynchronous."""

    @functools.wraps(method)
    def listar(self: Any, *args: Any, **kwargs: Any) -> AsyncListing[_T]:
        return AsyncListing(method(self, *args, **kwargs))

    return listar


class AsyncSmartbill(_Connection):
    """A client of the platform for a running event loop. An asynchronous context manager.

    The options are those of :class:`smartbill.Smartbill`. For spreadsheets and plans use a thread
    (``asyncio.to_thread``) and the blocking client. A cancelled task drops its call at once, and a write may then have
    arrived. The client cannot be used after a fork, and fails with an error then.
    """

    _asynchronous = True

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

    async def close(self) -> None:
        """Closes the connections. A call in progress ends first."""
        self._core.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()


class _Resource:
    def __init__(self, core: Core) -> None:
        self._core = core


class AsyncClientes(_Resource):
    """Customers."""

    incluir = _awaited(Clientes.incluir)
    alterar = _awaited(Clientes.alterar)
    remover = _awaited(Clientes.remover)
    obter = _awaited(Clientes.obter)
    listar = _listed(Clientes.listar)


class AsyncServicos(_Resource):
    """Services; read-only."""

    obter = _awaited(Servicos.obter)
    listar = _listed(Servicos.listar)


class AsyncContratos(_Resource):
    """Contracts."""

    incluir = _awaited(Contratos.incluir)
    ativar = _awaited(Contratos.ativar)
    desativar = _awaited(Contratos.desativar)
    suspender = _awaited(Contratos.suspender)
    cancelar = _awaited(Contratos.cancelar)
    obter = _awaited(Contratos.obter)
    listar = _listed(Contratos.listar)


class AsyncConsumos(_Resource):
    """Metered usage."""

    incluir = _awaited(Consumos.incluir)
    alterar = _awaited(Consumos.alterar)
    remover = _awaited(Consumos.remover)
    obter = _awaited(Consumos.obter)
    listar = _listed(Consumos.listar)


class AsyncCobrancas(_Resource):
    """Charges; read-only."""

    listar = _listed(Cobrancas.listar)


class AsyncListing(Generic[_T]):
    """The records of a listing, for ``async for``. Pages are read on demand."""

    def __init__(self, listing: Listing[_T]) -> None:
        self._listing = listing

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> _T:
        record = self._listing._next()
        if record is None and await self._read():
            record = self._listing._next()
        if record is None:
            raise StopAsyncIteration
        return record

    async def next_page(self) -> list[_T] | None:
        """The next page as a list, or None after the last page. If a page was begun, the rest of it comes first."""
        rest = self._listing._rest()
        if rest is None and await self._read():
            rest = self._listing._rest()
        return rest

    async def to_arrow(self) -> Table:
        """All remaining records as a table for any data-frame library."""
        table: Table = await self._listing.to_arrow()  # type: ignore[misc]
        return table

    @property
    def total(self) -> int | None:
        """The number of records in the listing, if the platform gave it. None before the first page."""
        return self._listing.total

    @property
    def cursor(self) -> str | None:
        """The position of the listing, to resume it in another process: ``listar(cursor=…)``."""
        return self._listing.cursor

    async def _read(self) -> bool:
        has_read: bool = await self._listing._read()
        return has_read
