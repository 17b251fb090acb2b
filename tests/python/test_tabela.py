"""Listings as tables of the data-frame libraries that people have."""

import asyncio
from decimal import Decimal
from typing import Any

import pytest
from smartbill import Smartbill
from smartbill.sandbox import Sandbox
from test_operacoes import CLIENTE, HOJE, consumo, contrato_de


@pytest.fixture
def faturado(sb: Smartbill, sandbox: Sandbox) -> Smartbill:
    contrato = sb.contratos.incluir(contrato_de(sb.clientes.incluir({**CLIENTE, "tags": ["a", "b"]})))
    sb.contratos.ativar(str(contrato.id))
    for n in range(5):
        sb.consumos.incluir(consumo(n, propriedades={"linha": str(n)} if n else None))
    sandbox.faturar(HOJE)
    return sb


def test_every_field_arrives_as_what_it_is(faturado: Smartbill) -> None:
    pa = pytest.importorskip("pyarrow")
    sb = faturado
    for listar in (
        sb.clientes.listar,
        sb.servicos.listar,
        sb.contratos.listar,
        sb.consumos.listar,
        sb.cobrancas.listar,
    ):
        registros: list[Any] = list(listar(tamanho_pagina=2))
        tabela = listar(tamanho_pagina=2).to_arrow()
        assert len(tabela) == len(registros) > 0
        linhas = pa.table(tabela).to_pylist()
        assert list(linhas[0]) == tabela.colunas
        for linha, registro in zip(linhas, registros):
            comparar(linha, registro.to_dict())


def comparar(linha: Any, registro: Any) -> None:
    """What a model has, the table has; the rest of the row is empty."""
    for nome, valor in linha.items():
        esperado = registro.get(nome)
        if isinstance(esperado, dict) and isinstance(valor, dict):
            comparar(valor, esperado)
        elif isinstance(esperado, list) and esperado and isinstance(esperado[0], dict):
            assert len(valor) == len(esperado)
            for v, e in zip(valor, esperado):
                comparar(v, e)
        elif isinstance(esperado, dict):
            assert dict(valor) == esperado
        else:
            assert valor == esperado or (valor in (None, []) and esperado in (None, [])), nome
    assert not {nome for nome in registro if nome not in linha}


def test_polars_reads_it_alone(faturado: Smartbill) -> None:
    pl = pytest.importorskip("polars")
    quadro = pl.DataFrame(faturado.cobrancas.listar().to_arrow())
    (cobranca,) = faturado.cobrancas.listar()
    assert quadro["valor_liquido"].dtype == pl.Decimal(38, 2)
    assert quadro["valor_liquido"].to_list() == [cobranca.valor_liquido]
    assert quadro["data_vencimento"].to_list() == [cobranca.data_vencimento]
    assert quadro["boleto"].struct.field("linha_digitavel").to_list() == [
        cobranca.boleto and cobranca.boleto.linha_digitavel
    ]


def test_only_what_is_left_and_nothing_at_all(faturado: Smartbill) -> None:
    pa = pytest.importorskip("pyarrow")
    listagem = faturado.consumos.listar(tamanho_pagina=2)
    primeiro = next(listagem)
    assert primeiro.quantidade == Decimal("10.5")
    assert pa.table(listagem.to_arrow())["id_externo"].to_pylist() == ["U-1", "U-2", "U-3", "U-4"]
    vazia = pa.table(faturado.consumos.listar(competencia="1999-01").to_arrow())
    assert (vazia.num_rows, vazia.schema) == (0, pa.table(faturado.consumos.listar().to_arrow()).schema)


def test_from_an_event_loop(faturado: Smartbill, sandbox: Sandbox) -> None:
    async def contar() -> int:
        async with sandbox.cliente_assincrono() as sb:
            return len(await sb.consumos.listar().to_arrow())

    assert asyncio.run(contar()) == 5
