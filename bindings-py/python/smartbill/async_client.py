"""The asynchronous client: ``async with AsyncSmartbill(base_url, token=…) as sb: await sb.clientes.incluir(…)``.

Every method is the one of :mod:`smartbill.client` with ``await`` before it.
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
    """The method as a coroutine: over an asynchronous core, what it returns is an awaitable of its result."""

    @functools.wraps(method)
    async def wait(self: Any, *args: Any, **kwargs: Any) -> Any:
        return await method(self, *args, **kwargs)  # type: ignore[misc]

    return wait


def _listed(
    method: Callable[Concatenate[Any, _P], Listing[_T]],
) -> Callable[Concatenate[Any, _P], AsyncListing[_T]]:
    """The method with its listing made asynchronous."""

    @functools.wraps(method)
    def listar(self: Any, *args: Any, **kwargs: Any) -> AsyncListing[_T]:
        return AsyncListing(method(self, *args, **kwargs))

    return listar


class AsyncSmartbill(_Connection):
    """Talks to the platform from a running event loop. An asynchronous context manager.

    The options are those of :class:`smartbill.Smartbill`. Spreadsheets and plans are work for a thread: see
    ``asyncio.to_thread`` and the blocking client. A task that is cancelled drops its call where it stands, and a write
    may then have arrived. Does not outlive a fork, and says so.
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
        """Closes the connections; a call under way ends first."""
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
    """The records of a listing, for ``async for``; pages are read as they are needed."""

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
        """The next page as a list, or None after the last; what a page begun has left comes first."""
        rest = self._listing._rest()
        if rest is None and await self._read():
            rest = self._listing._rest()
        return rest

    async def to_arrow(self) -> Table:
        """The records that are left, all pages, as a table for any data-frame library."""
        table: Table = await self._listing.to_arrow()  # type: ignore[misc]
        return table

    @property
    def total(self) -> int | None:
        """How many records the listing has, if the platform said so; None before the first page."""
        return self._listing.total

    @property
    def cursor(self) -> str | None:
        """Where the listing stands, to take it up again in another process: ``listar(cursor=…)``."""
        return self._listing.cursor

    async def _read(self) -> bool:
        has_read: bool = await self._listing._read()
        return has_read
