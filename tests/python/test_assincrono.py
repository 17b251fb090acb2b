"""The asynchronous client: the sixteen operations, many at once, given up, and after a fork."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from smartbill import AsyncSmartbill, Cliente, Smartbill
from smartbill import assincrono as modulo_async
from smartbill import client as modulo_sync
from smartbill.errors import ApiConnectionError, ConflictError, NotFoundError, ValidationError
from smartbill.sandbox import Sandbox
from test_operacoes import CLIENTE, HOJE, consumo, contrato_de


def correr(sandbox: Sandbox, tarefa: Callable[[AsyncSmartbill], Awaitable[None]], **opcoes: Any) -> None:
    async def dentro() -> None:
        async with sandbox.cliente_assincrono(**opcoes) as sb:
            await tarefa(sb)

    asyncio.run(dentro())


def estrangeiro(n: int, nome: str) -> dict[str, Any]:
    return {"codigo_externo": f"C-{n}", "nome": nome, "tipo_pessoa": "ESTRANGEIRO"}


def test_all_sixteen_operations(sandbox: Sandbox) -> None:
    async def tarefa(sb: AsyncSmartbill) -> None:
        cliente = await sb.clientes.incluir(CLIENTE)
        assert (cliente.resultado, cliente.cpf_cnpj) == ("created", "11222333000181")
        assert await sb.clientes.obter(str(cliente.id)) == cliente
        assert (await sb.clientes.alterar(str(cliente.id), {"grupo": "ouro"})).grupo == "ouro"
        assert (await sb.clientes.alterar(str(cliente.id), {}, limpar=["grupo"])).grupo is None
        assert [c.id async for c in sb.clientes.listar(codigo_externo="C-1")] == [cliente.id]

        servicos = await sb.servicos.listar().proxima_pagina()
        assert servicos is not None
        assert await sb.servicos.obter(str(servicos[0].id)) == servicos[0]

        contrato = await sb.contratos.incluir(contrato_de(cliente))
        assert (await sb.contratos.obter(str(contrato.id))).itens == contrato.itens
        assert (await sb.contratos.ativar(str(contrato.id))).situacao == "ATIVO"
        assert (await sb.contratos.suspender(str(contrato.id), motivo="inadimplência")).situacao == "SUSPENSO"
        assert (await sb.contratos.desativar(str(contrato.id))).situacao == "INATIVO"
        itens = await sb.contratos.ativar([str(contrato.id), "nenhum"])
        assert [item.contrato and item.contrato.situacao for item in itens] == ["ATIVO", None]
        assert isinstance(itens[1].erro, NotFoundError)

        usos = [await sb.consumos.incluir(consumo(n)) for n in range(3)]
        assert await sb.consumos.obter(str(usos[0].id)) == usos[0]
        assert (await sb.consumos.alterar(str(usos[1].id), {"quantidade": "20"})).quantidade == 20
        assert (await sb.consumos.remover(str(usos[2].id))).situacao == "REMOVIDO"
        assert [u.id_externo async for u in sb.consumos.listar(situacao=["PENDENTE"])] == ["U-0", "U-1"]

        await asyncio.to_thread(sandbox.faturar, HOJE)
        assert [c.competencia async for c in sb.cobrancas.listar()] == [f"{HOJE:%Y-%m}"]
        with pytest.raises(ConflictError):
            await sb.consumos.remover(str(usos[0].id))
        assert (await sb.contratos.cancelar(str(contrato.id), motivo="encerrou")).situacao == "CANCELADO"
        assert (await sb.clientes.remover(str(cliente.id))).situacao == "INATIVO"

    correr(sandbox, tarefa)


def test_it_has_the_names_of_the_blocking_client() -> None:
    # Batches are work for a thread, with the blocking client.
    de_lote = {"importar", "sincronizar", "exportar"}
    for nome in ("Clientes", "Servicos", "Contratos", "Consumos", "Cobrancas"):
        sincrona, assincrona = getattr(modulo_sync, nome), getattr(modulo_async, f"Async{nome}")
        publicos = {n for n in dir(sincrona) if not n.startswith("_")} - de_lote
        assert {n for n in dir(assincrona) if not n.startswith("_")} == publicos
        for metodo in publicos:
            assert getattr(assincrona, metodo).__doc__ == getattr(sincrona, metodo).__doc__
    publicos = {n for n in dir(Smartbill) if not n.startswith("_")}
    assert {n for n in dir(AsyncSmartbill) if not n.startswith("_")} == publicos


def test_calls_run_at_once_and_keep_their_errors_apart(sandbox: Sandbox) -> None:
    async def tarefa(sb: AsyncSmartbill) -> None:
        def novo(n: int) -> Awaitable[Any]:
            return sb.clientes.incluir(estrangeiro(n, "" if n == 7 else f"Cliente {n}"))

        feitos = await asyncio.gather(*(novo(n) for n in range(40)), return_exceptions=True)
        assert isinstance(feitos[7], ValidationError)
        assert len({c.id for c in feitos if isinstance(c, Cliente)}) == 39
        assert len([c async for c in sb.clientes.listar(tamanho_pagina=10)]) == 39

    correr(sandbox, tarefa)


def test_what_is_given_up_ends_and_the_client_goes_on(sandbox: Sandbox) -> None:
    async def tarefa(sb: AsyncSmartbill) -> None:
        await asyncio.to_thread(sandbox.falhas, {"regras": [{"tipo": "latencia", "ms": 600_000}]})
        tarefas = [asyncio.ensure_future(sb.servicos.obter("1")) for _ in range(3)]
        while (await asyncio.to_thread(sandbox.estado))["pedidos"] < 3:
            await asyncio.sleep(0)
        for t in tarefas:
            t.cancel()
        assert [type(r) for r in await asyncio.gather(*tarefas, return_exceptions=True)] == [asyncio.CancelledError] * 3
        await asyncio.to_thread(sandbox.falhas, {})
        assert [s async for s in sb.servicos.listar()]

    correr(sandbox, tarefa)


def test_a_listing_is_left_and_taken_up_again(sandbox: Sandbox, sb: Smartbill) -> None:
    for n in range(7):
        sb.clientes.incluir(estrangeiro(n, f"Cliente {n}"))

    async def tarefa(asb: AsyncSmartbill) -> None:
        listagem = asb.clientes.listar(tamanho_pagina=3)
        vistos = []
        async for cliente in listagem:
            vistos.append(cliente.codigo_externo)
            if len(vistos) == 3:
                break
        assert listagem.total == 7
        resto = [c.codigo_externo async for c in asb.clientes.listar(cursor=listagem.cursor)]
        assert [*vistos, *resto] == [f"C-{n}" for n in range(7)]
        ocupada = asb.clientes.listar()
        primeira = asyncio.ensure_future(ocupada.proxima_pagina())
        await asyncio.sleep(0)
        with pytest.raises(ValueError, match="another thread or task"):
            await ocupada.proxima_pagina()
        assert len(await primeira or []) == 7

    correr(sandbox, tarefa)


def test_nobody_answers() -> None:
    async def tarefa() -> None:
        async with AsyncSmartbill("http://127.0.0.1:9", token="t", trust_env=False, max_attempts=1) as sb:
            with pytest.raises(ApiConnectionError) as info:
                await sb.clientes.obter("1")
            assert isinstance(info.value, ConnectionError)
        with pytest.raises(RuntimeError, match="closed"):
            await sb.clientes.obter("1")

    asyncio.run(tarefa())


def test_a_program_may_end_while_a_call_is_under_way(sandbox: Sandbox) -> None:
    sandbox.falhas({"regras": [{"tipo": "latencia", "ms": 300}]})
    programa = f"""
import asyncio
from smartbill import AsyncSmartbill

sb = AsyncSmartbill({sandbox.url!r}, token={sandbox.token!r}, trust_env=False)
laco = asyncio.new_event_loop()

async def comecar():
    global tarefa
    tarefa = asyncio.ensure_future(sb.servicos.obter("1"))
    await asyncio.sleep(0)

laco.run_until_complete(comecar())
"""
    fim = subprocess.run([sys.executable, "-W", "ignore", "-c", programa], check=False, timeout=60, capture_output=True)
    sandbox.falhas({})
    assert (fim.returncode, b"panicked" in fim.stderr) == (0, False)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_after_a_fork_it_says_so(sandbox: Sandbox) -> None:
    programa = f"""
import asyncio, os
from smartbill import AsyncSmartbill, Cliente, Smartbill

def novo():
    return AsyncSmartbill({sandbox.url!r}, token={sandbox.token!r}, trust_env=False)

async def usar(sb):
    return [s async for s in sb.servicos.listar()]

sb = novo()
assert asyncio.run(usar(sb))
if os.fork() == 0:
    ditos = 0
    for tentar in (lambda: asyncio.run(usar(sb)), novo):
        try:
            tentar()
        except RuntimeError as e:
            ditos += "forked" in str(e)
    with Smartbill({sandbox.url!r}, token={sandbox.token!r}, trust_env=False) as sincrono:
        os._exit(0 if ditos == 2 and list(sincrono.servicos.listar()) else 1)
os._exit(os.waitstatus_to_exitcode(os.wait()[1]))
"""
    assert subprocess.run([sys.executable, "-W", "ignore", "-c", programa], check=False, timeout=60).returncode == 0
