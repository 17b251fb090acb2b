"""Batches of the asynchronous client, and batches in threads that somebody else ends."""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from smartbill import AsyncSmartbill, Smartbill
from smartbill.async_client import AsyncImport
from smartbill.errors import CancelledError
from smartbill.sandbox import Sandbox


def customers(count: int) -> list[dict[str, str]]:
    return [{"codigo_externo": str(n), "nome": f"Cliente {n}", "tipo_pessoa": "ESTRANGEIRO"} for n in range(count)]


def run(sandbox: Sandbox, task: Callable[[AsyncSmartbill], Awaitable[None]]) -> None:
    async def inside() -> None:
        async with sandbox.async_client() as sb:
            await task(sb)

    asyncio.run(inside())


def test_an_import_is_awaited(sandbox: Sandbox) -> None:
    async def task(sb: AsyncSmartbill) -> None:
        result = await sb.clientes.importar(customers(30))
        assert result.counts.created == 30
        assert (await sb.clientes.importar(customers(30))).counts.unchanged == 30
        plan = await sb.clientes.sincronizar(customers(31))
        assert plan.counts.incluir == 1
        assert (await plan.apply()).counts.created == 1
        assert len([c async for c in sb.clientes.listar()]) == 31

    run(sandbox, task)


def test_its_rows_come_as_they_are_done(sandbox: Sandbox) -> None:
    async def task(sb: AsyncSmartbill) -> None:
        importing = sb.clientes.importar([*customers(600), {"codigo_externo": "x", "nome": ""}])
        seen = [row.key async for row in importing]
        assert sorted(map(str, seen)) == sorted(str(n) for n in range(600))
        assert importing.result is not None
        assert (importing.result.counts.created, importing.result.counts.rejected) == (600, 1)

    run(sandbox, task)


def test_an_error_of_the_import_is_raised_where_it_is_waited_for(sandbox: Sandbox, tmp_path: Path) -> None:
    async def task(sb: AsyncSmartbill) -> None:
        with pytest.raises(OSError, match="nao-existe"):
            await sb.clientes.importar(tmp_path / "nao-existe.csv")
        with pytest.raises(TypeError, match="`int`"):
            async for _ in sb.clientes.importar(5):  # type: ignore[arg-type]
                pass

    run(sandbox, task)


def test_cancelled_it_stops_and_goes_on_later(sandbox: Sandbox, tmp_path: Path) -> None:
    journal = tmp_path / "journal"

    async def task(sb: AsyncSmartbill) -> None:
        begun = asyncio.Event()
        loop = asyncio.get_running_loop()

        def note(_: object) -> None:
            loop.call_soon_threadsafe(begun.set)

        await asyncio.to_thread(sandbox.faults, {"rules": [{"kind": "latency", "ms": 600_000, "after": 40}]})

        async def work() -> None:
            await sb.clientes.importar(customers(200), journal=journal, on_row=note)

        running = asyncio.create_task(work())
        await begun.wait()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        await asyncio.to_thread(sandbox.faults, {})
        result = await sb.clientes.importar(customers(200), journal=journal)
        assert result.resumed
        assert result.counts.done == 200
        assert 0 < result.sent < 200

    run(sandbox, task)
    assert sandbox.state()["clientes"]["duplicates"] == 0


def test_left_before_its_end_it_stops(sandbox: Sandbox, tmp_path: Path) -> None:
    journal = tmp_path / "journal"

    async def task(sb: AsyncSmartbill) -> None:
        importing = sb.clientes.importar(customers(2000), journal=journal, concurrency=1)
        rows: Any = importing.__aiter__()
        first = await rows.__anext__()
        await rows.aclose()
        assert (importing.result, first.state) == (None, "done")
        result = await sb.clientes.importar(customers(2000), journal=journal)
        assert (result.resumed, result.counts.done) == (True, 2000)

    run(sandbox, task)


def test_closing_the_client_ends_a_batch_in_a_thread(sandbox: Sandbox, tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    sandbox.faults({"rules": [{"kind": "latency", "ms": 600_000, "after": 40}]})
    begun, raised = threading.Event(), []

    def work(sb: Smartbill) -> None:
        try:
            sb.clientes.importar(customers(200), journal=journal, on_row=lambda _: begun.set())
        except CancelledError as e:
            raised.append(e)

    with sandbox.client() as sb:
        thread = threading.Thread(target=work, args=(sb,))
        thread.start()
        assert begun.wait(30)
    thread.join(30)
    assert not thread.is_alive()
    assert ["continua de onde" in str(e) for e in raised] == [True]
    sandbox.faults({})
    with sandbox.client() as sb:
        result = sb.clientes.importar(customers(200), journal=journal)
    assert (result.resumed, result.counts.done) == (True, 200)
    assert sandbox.state()["clientes"]["duplicates"] == 0


def test_closing_the_client_ends_a_batch_that_reads_slowly(sandbox: Sandbox) -> None:
    begun, closed = threading.Event(), threading.Event()

    def rows() -> Iterator[dict[str, str]]:
        yield from customers(2)
        begun.set()
        closed.wait(30)
        yield from customers(1_000_000)

    raised = []

    def work(sb: Smartbill) -> None:
        try:
            sb.clientes.importar(rows())
        except CancelledError as e:
            raised.append(e)

    with sandbox.client() as sb:
        thread = threading.Thread(target=work, args=(sb,))
        thread.start()
        assert begun.wait(30)
    closed.set()
    thread.join(30)
    assert (thread.is_alive(), len(raised)) == (False, 1)


def test_its_methods_are_coroutine_functions(sandbox: Sandbox) -> None:
    async def task(sb: AsyncSmartbill) -> None:
        for resource in (sb.clientes, sb.servicos, sb.contratos, sb.consumos, sb.cobrancas):
            for name in (n for n in dir(resource) if not n.startswith("_")):
                assert inspect.iscoroutinefunction(getattr(resource, name)) == (name not in ("listar", "importar"))
        assert isinstance(sb.clientes.importar([]), AsyncImport)
        servico = await asyncio.create_task(sb.servicos.obter("1"))
        assert servico.id == "1"

    run(sandbox, task)
