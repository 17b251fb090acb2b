"""The asynchronous client: ``async with AsyncSmartbill(base_url, token=…) as sb: await sb.clientes.incluir(…)``.

Every method is the one of :mod:`smartbill.client` with ``await`` before it.
"""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from .client import Clientes, Cobrancas, Consumos, Contratos, Servicos, _Conexao

if TYPE_CHECKING:
    from typing_extensions import Concatenate, ParamSpec, Self

    from ._smartbill import Listagem, Nucleo, Tabela

    _P = ParamSpec("_P")

__all__ = [
    "AsyncClientes",
    "AsyncCobrancas",
    "AsyncConsumos",
    "AsyncContratos",
    "AsyncListagem",
    "AsyncServicos",
    "AsyncSmartbill",
]

_T = TypeVar("_T")


def _esperado(metodo: Callable[Concatenate[Any, _P], _T]) -> Callable[Concatenate[Any, _P], Awaitable[_T]]:
    """The method as a coroutine: over an asynchronous core, what it returns is an awaitable of its result."""

    @functools.wraps(metodo)
    async def esperar(self: Any, *args: Any, **kwargs: Any) -> Any:
        return await metodo(self, *args, **kwargs)  # type: ignore[misc]

    return esperar


def _listado(
    metodo: Callable[Concatenate[Any, _P], Listagem[_T]],
) -> Callable[Concatenate[Any, _P], AsyncListagem[_T]]:
    """The method with its listing made asynchronous."""

    @functools.wraps(metodo)
    def listar(self: Any, *args: Any, **kwargs: Any) -> AsyncListagem[_T]:
        return AsyncListagem(metodo(self, *args, **kwargs))

    return listar


class AsyncSmartbill(_Conexao):
    """Talks to the platform from a running event loop. An asynchronous context manager.

    The options are those of :class:`smartbill.Smartbill`. Spreadsheets and plans are work for a thread: see
    ``asyncio.to_thread`` and the blocking client. A task that is cancelled drops its call where it stands, and a write
    may then have arrived. Does not outlive a fork, and says so.
    """

    _assincrono = True

    @property
    def clientes(self) -> AsyncClientes:
        """Customers."""
        return AsyncClientes(self._nucleo)

    @property
    def servicos(self) -> AsyncServicos:
        """Services; read-only."""
        return AsyncServicos(self._nucleo)

    @property
    def contratos(self) -> AsyncContratos:
        """Contracts."""
        return AsyncContratos(self._nucleo)

    @property
    def consumos(self) -> AsyncConsumos:
        """Metered usage."""
        return AsyncConsumos(self._nucleo)

    @property
    def cobrancas(self) -> AsyncCobrancas:
        """Charges; read-only."""
        return AsyncCobrancas(self._nucleo)

    async def close(self) -> None:
        """Closes the connections; a call under way ends first."""
        self._nucleo.fechar()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, tipo: type[BaseException] | None, erro: BaseException | None, rastro: TracebackType | None
    ) -> None:
        await self.close()


class _Recurso:
    def __init__(self, nucleo: Nucleo) -> None:
        self._nucleo = nucleo


class AsyncClientes(_Recurso):
    """Customers."""

    incluir = _esperado(Clientes.incluir)
    alterar = _esperado(Clientes.alterar)
    remover = _esperado(Clientes.remover)
    obter = _esperado(Clientes.obter)
    listar = _listado(Clientes.listar)


class AsyncServicos(_Recurso):
    """Services; read-only."""

    obter = _esperado(Servicos.obter)
    listar = _listado(Servicos.listar)


class AsyncContratos(_Recurso):
    """Contracts."""

    incluir = _esperado(Contratos.incluir)
    ativar = _esperado(Contratos.ativar)
    desativar = _esperado(Contratos.desativar)
    suspender = _esperado(Contratos.suspender)
    cancelar = _esperado(Contratos.cancelar)
    obter = _esperado(Contratos.obter)
    listar = _listado(Contratos.listar)


class AsyncConsumos(_Recurso):
    """Metered usage."""

    incluir = _esperado(Consumos.incluir)
    alterar = _esperado(Consumos.alterar)
    remover = _esperado(Consumos.remover)
    obter = _esperado(Consumos.obter)
    listar = _listado(Consumos.listar)


class AsyncCobrancas(_Recurso):
    """Charges; read-only."""

    listar = _listado(Cobrancas.listar)


class AsyncListagem(Generic[_T]):
    """The records of a listing, for ``async for``; pages are read as they are needed."""

    def __init__(self, listagem: Listagem[_T]) -> None:
        self._listagem = listagem

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> _T:
        registro = self._listagem._proximo()
        if registro is None and await self._ler():
            registro = self._listagem._proximo()
        if registro is None:
            raise StopAsyncIteration
        return registro

    async def proxima_pagina(self) -> list[_T] | None:
        """The next page as a list, or None after the last; what a page begun has left comes first."""
        resto = self._listagem._resto()
        if resto is None and await self._ler():
            resto = self._listagem._resto()
        return resto

    async def to_arrow(self) -> Tabela:
        """The records that are left, all pages, as a table for any data-frame library."""
        tabela: Tabela = await self._listagem.to_arrow()  # type: ignore[misc]
        return tabela

    @property
    def total(self) -> int | None:
        """How many records the listing has, if the platform said so; None before the first page."""
        return self._listagem.total

    @property
    def cursor(self) -> str | None:
        """Where the listing stands, to take it up again in another process: ``listar(cursor=…)``."""
        return self._listagem.cursor

    async def _ler(self) -> bool:
        leu: bool = await self._listagem._ler()
        return leu
