"""Listings as tables of the data-frame libraries that people have."""

import asyncio
from decimal import Decimal
from typing import Any

import pytest
from smartbill import Smartbill
from smartbill.sandbox import Sandbox
from test_operations import CLIENTE, TODAY, consumo, contrato_of


@pytest.fixture
def billed(sb: Smartbill, sandbox: Sandbox) -> Smartbill:
    contrato = sb.contratos.incluir(contrato_of(sb.clientes.incluir({**CLIENTE, "tags": ["a", "b"]})))
    sb.contratos.ativar(str(contrato.id))
    for n in range(5):
        sb.consumos.incluir(consumo(n, propriedades={"linha": str(n)} if n else None))
    sandbox.faturar(TODAY)
    return sb


def test_every_field_arrives_as_what_it_is(billed: Smartbill) -> None:
    pa = pytest.importorskip("pyarrow")
    sb = billed
    for listar in (
        sb.clientes.listar,
        sb.servicos.listar,
        sb.contratos.listar,
        sb.consumos.listar,
        sb.cobrancas.listar,
    ):
        records: list[Any] = list(listar(page_size=2))
        table = listar(page_size=2).to_arrow()
        assert len(table) == len(records) > 0
        rows = pa.table(table).to_pylist()
        assert list(rows[0]) == table.columns
        for row, record in zip(rows, records):
            compare(row, record.to_dict())


def compare(row: Any, record: Any) -> None:
    """What a model has, the table has; the rest of the row is empty."""
    for name, value in row.items():
        expected = record.get(name)
        if isinstance(expected, dict) and isinstance(value, dict):
            compare(value, expected)
        elif isinstance(expected, list) and expected and isinstance(expected[0], dict):
            assert len(value) == len(expected)
            for v, e in zip(value, expected):
                compare(v, e)
        elif isinstance(expected, dict):
            assert dict(value) == expected
        else:
            assert value == expected or (value in (None, []) and expected in (None, [])), name
    assert not {name for name in record if name not in row}


def test_polars_reads_it_alone(billed: Smartbill) -> None:
    pl = pytest.importorskip("polars")
    frame = pl.DataFrame(billed.cobrancas.listar().to_arrow())
    (cobranca,) = billed.cobrancas.listar()
    assert frame["valor_liquido"].dtype == pl.Decimal(38, 2)
    assert frame["valor_liquido"].to_list() == [cobranca.valor_liquido]
    assert frame["data_vencimento"].to_list() == [cobranca.data_vencimento]
    assert frame["boleto"].struct.field("linha_digitavel").to_list() == [
        cobranca.boleto and cobranca.boleto.linha_digitavel
    ]


def test_only_what_is_left_and_nothing_at_all(billed: Smartbill) -> None:
    pa = pytest.importorskip("pyarrow")
    listing = billed.consumos.listar(page_size=2)
    first = next(listing)
    assert first.quantidade == Decimal("10.5")
    assert pa.table(listing.to_arrow())["id_externo"].to_pylist() == ["U-1", "U-2", "U-3", "U-4"]
    empty = pa.table(billed.consumos.listar(competencia="1999-01").to_arrow())
    assert (empty.num_rows, empty.schema) == (0, pa.table(billed.consumos.listar().to_arrow()).schema)


def test_from_an_event_loop(billed: Smartbill, sandbox: Sandbox) -> None:
    async def count() -> int:
        async with sandbox.async_client() as sb:
            return len(await sb.consumos.listar().to_arrow())

    assert asyncio.run(count()) == 5
