"""The asynchronous client: the sixteen operations, many at once, given up, and after a fork."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from smartbill import AsyncSmartbill, Cliente, Smartbill
from smartbill import async_client as async_module
from smartbill import client as sync_module
from smartbill.errors import ApiConnectionError, ConflictError, NotFoundError, ValidationError
from smartbill.sandbox import Sandbox
from test_operations import CLIENTE, TODAY, consumo, contrato_of


def run(sandbox: Sandbox, task: Callable[[AsyncSmartbill], Awaitable[None]], **options: Any) -> None:
    async def inside() -> None:
        async with sandbox.async_client(**options) as sb:
            await task(sb)

    asyncio.run(inside())


def foreigner(n: int, name: str) -> dict[str, Any]:
    return {"codigo_externo": f"C-{n}", "nome": name, "tipo_pessoa": "ESTRANGEIRO"}


def test_all_sixteen_operations(sandbox: Sandbox) -> None:
    async def task(sb: AsyncSmartbill) -> None:
        cliente = await sb.clientes.incluir(CLIENTE)
        assert (cliente.outcome, cliente.cpf_cnpj) == ("created", "11222333000181")
        assert await sb.clientes.obter(str(cliente.id)) == cliente
        assert (await sb.clientes.alterar(str(cliente.id), {"grupo": "ouro"})).grupo == "ouro"
        assert (await sb.clientes.alterar(str(cliente.id), {}, clear=["grupo"])).grupo is None
        assert [c.id async for c in sb.clientes.listar(codigo_externo="C-1")] == [cliente.id]

        servicos = await sb.servicos.listar().next_page()
        assert servicos is not None
        assert await sb.servicos.obter(str(servicos[0].id)) == servicos[0]

        contrato = await sb.contratos.incluir(contrato_of(cliente))
        assert (await sb.contratos.obter(str(contrato.id))).itens == contrato.itens
        assert (await sb.contratos.ativar(str(contrato.id))).situacao == "ATIVO"
        assert (await sb.contratos.suspender(str(contrato.id), motivo="inadimplência")).situacao == "SUSPENSO"
        assert (await sb.contratos.desativar(str(contrato.id))).situacao == "INATIVO"
        itens = await sb.contratos.ativar([str(contrato.id), "nenhum"])
        assert [item.contrato and item.contrato.situacao for item in itens] == ["ATIVO", None]
        assert isinstance(itens[1].error, NotFoundError)

        usages = [await sb.consumos.incluir(consumo(n)) for n in range(3)]
        assert await sb.consumos.obter(str(usages[0].id)) == usages[0]
        assert (await sb.consumos.alterar(str(usages[1].id), {"quantidade": "20"})).quantidade == 20
        assert (await sb.consumos.remover(str(usages[2].id))).situacao == "REMOVIDO"
        assert [u.id_externo async for u in sb.consumos.listar(situacao=["PENDENTE"])] == ["U-0", "U-1"]

        await asyncio.to_thread(sandbox.faturar, TODAY)
        assert [c.competencia async for c in sb.cobrancas.listar()] == [f"{TODAY:%Y-%m}"]
        with pytest.raises(ConflictError):
            await sb.consumos.remover(str(usages[0].id))
        assert (await sb.contratos.cancelar(str(contrato.id), motivo="encerrou")).situacao == "CANCELADO"
        assert (await sb.clientes.remover(str(cliente.id))).situacao == "INATIVO"

    run(sandbox, task)


def test_it_has_the_names_of_the_blocking_client() -> None:
    for name in ("Clientes", "Servicos", "Contratos", "Consumos", "Cobrancas"):
        blocking, asynchronous = getattr(sync_module, name), getattr(async_module, f"Async{name}")
        public = {n for n in dir(blocking) if not n.startswith("_")}
        assert {n for n in dir(asynchronous) if not n.startswith("_")} == public
        for method in public:
            assert getattr(asynchronous, method).__doc__ == getattr(blocking, method).__doc__
    public = {n for n in dir(Smartbill) if not n.startswith("_")}
    assert {n for n in dir(AsyncSmartbill) if not n.startswith("_")} == public


def test_a_profile_is_tried_by_both_clients(sandbox: Sandbox, sb: Smartbill) -> None:
    found: dict[str, tuple[str, int]] = {}

    async def task(client: AsyncSmartbill) -> None:
        found.update({test.operation: (test.result, test.records) for test in await client.test_profile()})

    run(sandbox, task)
    assert found["servicos.listar"] == ("understood", 3)
    assert found["clientes.incluir"] == ("skipped", 0)
    assert found == {test.operation: (test.result, test.records) for test in sb.test_profile()}


def test_calls_run_at_once_and_keep_their_errors_apart(sandbox: Sandbox) -> None:
    async def task(sb: AsyncSmartbill) -> None:
        def created(n: int) -> Awaitable[Any]:
            return sb.clientes.incluir(foreigner(n, "" if n == 7 else f"Cliente {n}"))

        done = await asyncio.gather(*(created(n) for n in range(40)), return_exceptions=True)
        assert isinstance(done[7], ValidationError)
        assert len({c.id for c in done if isinstance(c, Cliente)}) == 39
        assert len([c async for c in sb.clientes.listar(page_size=10)]) == 39

    run(sandbox, task)


def test_what_is_given_up_ends_and_the_client_goes_on(sandbox: Sandbox) -> None:
    async def task(sb: AsyncSmartbill) -> None:
        await asyncio.to_thread(sandbox.faults, {"rules": [{"kind": "latency", "ms": 600_000}]})
        tasks = [asyncio.ensure_future(sb.servicos.obter("1")) for _ in range(3)]
        while (await asyncio.to_thread(sandbox.state))["requests"] < 3:
            await asyncio.sleep(0)
        for t in tasks:
            t.cancel()
        assert [type(r) for r in await asyncio.gather(*tasks, return_exceptions=True)] == [asyncio.CancelledError] * 3
        await asyncio.to_thread(sandbox.faults, {})
        assert [s async for s in sb.servicos.listar()]

    run(sandbox, task)


def test_a_listing_is_left_and_taken_up_again(sandbox: Sandbox, sb: Smartbill) -> None:
    for n in range(7):
        sb.clientes.incluir(foreigner(n, f"Cliente {n}"))

    async def task(asb: AsyncSmartbill) -> None:
        listing = asb.clientes.listar(page_size=3)
        seen = []
        async for cliente in listing:
            seen.append(cliente.codigo_externo)
            if len(seen) == 3:
                break
        assert listing.total == 7
        rest = [c.codigo_externo async for c in asb.clientes.listar(cursor=listing.cursor)]
        assert [*seen, *rest] == [f"C-{n}" for n in range(7)]
        busy = asb.clientes.listar()
        first = asyncio.ensure_future(busy.next_page())
        await asyncio.sleep(0)
        with pytest.raises(ValueError, match="another thread or task"):
            await busy.next_page()
        assert len(await first or []) == 7

    run(sandbox, task)


def test_nobody_answers() -> None:
    async def task() -> None:
        async with AsyncSmartbill("http://127.0.0.1:9", token="t", trust_env=False, max_attempts=1) as sb:
            with pytest.raises(ApiConnectionError) as info:
                await sb.clientes.obter("1")
            assert isinstance(info.value, ConnectionError)
        with pytest.raises(RuntimeError, match="closed"):
            await sb.clientes.obter("1")

    asyncio.run(task())


def test_a_program_may_end_while_a_call_is_under_way(sandbox: Sandbox) -> None:
    sandbox.faults({"rules": [{"kind": "latency", "ms": 300}]})
    program = f"""
import asyncio
from smartbill import AsyncSmartbill

sb = AsyncSmartbill({sandbox.url!r}, token={sandbox.token!r}, trust_env=False)
loop = asyncio.new_event_loop()

async def begin():
    global task
    task = asyncio.ensure_future(sb.servicos.obter("1"))
    await asyncio.sleep(0)

loop.run_until_complete(begin())
"""
    end = subprocess.run([sys.executable, "-W", "ignore", "-c", program], check=False, timeout=60, capture_output=True)
    sandbox.faults({})
    assert (end.returncode, b"panicked" in end.stderr) == (0, False)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_after_a_fork_it_says_so(sandbox: Sandbox) -> None:
    program = f"""
import asyncio, os
from smartbill import AsyncSmartbill, Cliente, Smartbill

def fresh():
    return AsyncSmartbill({sandbox.url!r}, token={sandbox.token!r}, trust_env=False)

async def use(sb):
    return [s async for s in sb.servicos.listar()]

sb = fresh()
assert asyncio.run(use(sb))
if os.fork() == 0:
    said = 0
    for attempt in (lambda: asyncio.run(use(sb)), fresh):
        try:
            attempt()
        except RuntimeError as e:
            said += "forked" in str(e)
    with Smartbill({sandbox.url!r}, token={sandbox.token!r}, trust_env=False) as blocking:
        os._exit(0 if said == 2 and list(blocking.servicos.listar()) else 1)
os._exit(os.waitstatus_to_exitcode(os.wait()[1]))
"""
    assert subprocess.run([sys.executable, "-W", "ignore", "-c", program], check=False, timeout=60).returncode == 0
