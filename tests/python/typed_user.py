"""A program of a user's, which no type checker finds anything in."""

from __future__ import annotations

import asyncio

from smartbill import AsyncSmartbill, Cliente, Smartbill, documentos
from smartbill.sandbox import FaultPlan, Sandbox


def block(sb: Smartbill) -> None:
    written = sb.clientes.incluir({"nome": "Ana"})
    # What the platform answered has an identifier.
    sb.clientes.alterar(written.id, {"nome": "Bia"})
    same: Cliente = written
    print(same.nome)
    for cliente in sb.clientes.listar(situacao=["ATIVO"]):
        sb.clientes.remover(cliente.id)
    sb.contratos.cancelar("1", motivo="encerrou")
    print(documentos.boleto.validar(documentos.boleto.gerar("001", "1" * 25, valor="10.50")).valido)


async def wait(sb: AsyncSmartbill) -> None:
    task = asyncio.create_task(sb.clientes.obter("1"))
    cliente = await task
    await sb.clientes.alterar(cliente.id, {"nome": "Bia"})
    result = await sb.clientes.importar([{"nome": "Ana"}])
    print(result.counts.created)
    async for row in sb.clientes.importar([{"nome": "Ana"}]):
        print(row.key)
    print([servico.codigo async for servico in sb.servicos.listar(tipo_cobranca="FIXO")])


def fail(sandbox: Sandbox) -> None:
    plan: FaultPlan = {"rules": [{"kind": "error", "status": 503}]}
    sandbox.faults(plan)
