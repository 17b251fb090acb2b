"""Arrow in and out: what a listing gives goes back in unchanged, whatever type a column has, page by page."""

from __future__ import annotations

import json
import sqlite3
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from smartbill import Cliente, Smartbill, validar
from smartbill.sandbox import Sandbox
from test_operations import CLIENTE, TODAY, consumo, contrato_of

pa = pytest.importorskip("pyarrow")

FULL = {
    "codigo_externo": "A",
    "nome": "Ana Maria",
    "cpf_cnpj": "52998224725",
    "email": "ana@example.com.br",
    "emails_adicionais": ["a@example.com.br", "b@example.com.br"],
    "data_nascimento": date(1980, 5, 1),
    "endereco": {"uf": "SP", "cep": "01310100", "numero": "5"},
    "tags": ["um", "dois"],
    "optante_simples": False,
}
BARE = {"codigo_externo": "B", "nome": "Bia Souza", "cpf_cnpj": "11144477735"}


@pytest.fixture
def full(sb: Smartbill) -> Smartbill:
    # Two batches, because one batch sends its rows at the same time and the platform lists them as they arrive.
    for customer in (FULL, BARE):
        sb.clientes.importar([customer])
    return sb


def same_customers(sb: Smartbill, source: Any) -> None:
    """The source says exactly what the platform has."""
    before = list(sb.clientes.listar())
    result = sb.clientes.importar(source)
    assert (result.counts.total, result.counts.unchanged) == (2, 2), [row.message() for row in result.rejected()]
    assert list(sb.clientes.listar()) == before


def test_a_listing_goes_back_in_unchanged(full: Smartbill) -> None:
    pl = pytest.importorskip("polars")
    pd = pytest.importorskip("pandas")
    for table in (
        lambda: full.clientes.listar().to_arrow(),
        lambda: full.clientes.listar(page_size=1).to_arrow(),
        lambda: full.clientes.listar(page_size=1),
        lambda: pa.table(full.clientes.listar().to_arrow()),
        lambda: pl.DataFrame(full.clientes.listar().to_arrow()),
        lambda: pa.table(full.clientes.listar().to_arrow()).to_pylist(),
        lambda: pl.DataFrame(full.clientes.listar().to_arrow()).to_dicts(),
        lambda: pd.DataFrame.from_arrow(full.clientes.listar().to_arrow()),
    ):
        same_customers(full, table())


def test_usage_goes_back_in_unchanged(sb: Smartbill) -> None:
    contrato = sb.contratos.incluir(contrato_of(sb.clientes.incluir(CLIENTE)))
    sb.contratos.ativar(str(contrato.id))
    for n in range(3):
        sb.consumos.incluir(consumo(n, propriedades={"linha": str(n)} if n else None, quantidade="0.123456"))
    result = sb.consumos.importar(sb.consumos.listar().to_arrow())
    assert result.counts.unchanged == 3, [row.message() for row in result.rejected()]


def columns(values: list[Any], kind: Any) -> list[Any]:
    """The column as each library may write it."""
    array = pa.array(values, kind)
    found = [array, pa.chunked_array([array[:1], array[1:]]), pa.concat_arrays([array[:1], array])[1:]]
    if not pa.types.is_nested(kind) and kind not in UNENCODED:
        found.append(array.dictionary_encode())
    if pa.types.is_string(kind):
        found.append(pa.compute.run_end_encode(array))
    return found


# The types that pyarrow cannot encode as a dictionary.
UNENCODED = (pa.null(), pa.decimal32(9, 3), pa.decimal64(18, 6))
TEXTS = [pa.string(), pa.large_string(), pa.string_view()]
LISTS: list[Any] = [
    kind(text) for kind in (pa.list_, pa.large_list, pa.list_view, pa.large_list_view) for text in TEXTS
]
ADDRESS = pa.struct([("uf", pa.string()), ("cep", pa.string_view()), ("complemento", pa.null())])
KINDS = [
    *(("grupo", kind, st.sampled_from(["ouro", "prata", None])) for kind in TEXTS),
    *(("tags", kind, st.sampled_from([["um"], ["um", "dois"], None])) for kind in LISTS),
    ("tags", pa.list_(pa.string(), 1), st.sampled_from([["um"], ["dois"]])),
    ("endereco", ADDRESS, st.sampled_from([{"uf": "SP", "cep": "01310100"}, {"uf": "RJ"}, None])),
    ("data_nascimento", pa.date32(), st.dates(date(1900, 1, 1), TODAY) | st.none()),
    ("data_nascimento", pa.date64(), st.dates(date(1900, 1, 1), TODAY) | st.none()),
    ("optante_simples", pa.bool_(), st.booleans() | st.none()),
    ("email", pa.null(), st.none()),
    ("tags", pa.list_(pa.null()), st.sampled_from([[], None])),
]


@pytest.mark.parametrize(("field", "kind", "values"), KINDS, ids=[f"{field} {kind}" for field, kind, _ in KINDS])
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_a_column_of_any_type_says_what_pyarrow_says(field: str, kind: Any, values: Any, data: Any) -> None:
    cells = data.draw(st.lists(values, min_size=2, max_size=4))
    rows = [{**BARE, field: cell} for cell in pa.array(cells, kind).to_pylist()]
    expected = [Cliente.from_dict({k: v for k, v in row.items() if v is not None}) for row in rows]
    for column in columns(cells, kind):
        count = len(cells)
        table = pa.table({**{name: [value] * count for name, value in BARE.items()}, field: column})
        checked = Cliente.check_all(table)
        assert checked.records == expected, checked.reports


NUMBERS = [
    (pa.decimal32(9, 3), st.decimals("0.001", "999999", places=3)),
    (pa.decimal64(18, 6), st.decimals("0.001", "999999", places=6)),
    (pa.decimal128(38, 6), st.decimals("0.001", "999999", places=6)),
    (pa.decimal128(38, 30), st.decimals("0.001", "999999", places=6)),
    (pa.decimal256(76, 6), st.decimals("0.001", "999999", places=6)),
    (pa.decimal256(76, 40), st.decimals("0.001", "999999", places=6)),
    (pa.decimal128(10, -2), st.integers(1, 99).map(lambda n: Decimal(100 * n))),
    (pa.float16(), st.sampled_from([0.5, 1.5, 2.25, 1024.0])),
    (pa.float32(), st.sampled_from([0.1, 0.25, 3.14, 1000.5])),
    (pa.float64(), st.sampled_from([0.1, 0.25, 3.14, 1000.5])),
    *(
        (kind, st.integers(1, 127))
        for kind in (pa.int8(), pa.uint8(), pa.int16(), pa.uint32(), pa.int64(), pa.uint64())
    ),
]


@pytest.mark.parametrize(("kind", "numbers"), NUMBERS, ids=[str(kind) for kind, _ in NUMBERS])
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_a_number_of_any_type_is_exact(kind: Any, numbers: Any, data: Any) -> None:
    from smartbill import Consumo

    cells = data.draw(st.lists(numbers, min_size=2, max_size=4))
    usage = {"id_externo": "U", "contrato_id": "1", "servico_codigo": "S", "data_consumo": TODAY}
    for column in columns(cells, kind):
        table = pa.table({**{name: [value] * len(cells) for name, value in usage.items()}, "quantidade": column})
        checked = Consumo.check_all(table)
        # A float of less precision is read by its shortest digits.
        expected = [Decimal(str(cell)) for cell in cells]
        assert [record and record.quantidade for record in checked.records] == expected, checked.reports


def test_a_column_that_no_field_can_hold_is_told_of_in_its_rows() -> None:
    for odd in (pa.array([b"x"]), pa.array([1], pa.time64("us")), pa.array([1], pa.duration("s"))):
        checked = Cliente.check_all(pa.table({**{name: [value] for name, value in BARE.items()}, "grupo": odd}))
        assert [v.code for v in checked.reports[0].errors] == ["tipo_invalido"]


def test_columns_of_nothing_inside_others() -> None:
    pl = pytest.importorskip("polars")
    frame = pl.DataFrame([BARE]).with_columns(
        endereco=pl.struct(uf=pl.lit("SP"), cep=pl.lit(None)),
        tags=pl.lit([], dtype=pl.List(pl.Null)),
        email=pl.lit(None),
    )
    (cliente,) = Cliente.check_all(frame).records
    assert cliente == Cliente.from_dict({**BARE, "endereco": {"uf": "SP"}})


def test_many_categories_cost_no_more_than_texts() -> None:
    """A dictionary is looked up, not unfolded for each cell: 20,000 rows of 20,000 categories."""
    names = [f"Cliente {n}" for n in range(20_000)]
    count = len(names)
    table = pa.table(
        {
            "codigo_externo": pa.array([str(n) for n in range(count)]).dictionary_encode(),
            "nome": pa.array(names).dictionary_encode(),
            "tipo_pessoa": pa.array(["ESTRANGEIRO"] * count).dictionary_encode(),
        }
    )
    assert [r and r.nome for r in Cliente.check_all(table).records] == names


def test_a_listing_is_a_stream_of_pages(full: Smartbill, sandbox: Sandbox) -> None:
    before = sandbox.state()["requests"]
    reader = pa.RecordBatchReader.from_stream(full.clientes.listar(page_size=1))
    assert sandbox.state()["requests"] == before
    first = reader.read_next_batch()
    assert (first.num_rows, sandbox.state()["requests"]) == (1, before + 1)
    rest = reader.read_all()
    assert first["codigo_externo"].to_pylist() + rest["codigo_externo"].to_pylist() == ["A", "B"]
    listing = full.clientes.listar(page_size=1)
    assert next(listing).codigo_externo == "A"
    assert pa.table(listing)["codigo_externo"].to_pylist() == ["B"]


def test_libraries_take_a_listing_itself(full: Smartbill) -> None:
    pl = pytest.importorskip("polars")
    assert pl.DataFrame(full.clientes.listar(page_size=1))["codigo_externo"].to_list() == ["A", "B"]
    empty = pa.table(full.clientes.listar(codigo_externo="nenhum"))
    assert empty.schema == pa.table(full.clientes.listar()).schema
    assert empty.schema == pa.schema(full.clientes.listar())


def test_a_stream_that_breaks_off_says_why(full: Smartbill, sandbox: Sandbox) -> None:
    reader = pa.RecordBatchReader.from_stream(full.clientes.listar(page_size=1))
    reader.read_next_batch()
    sandbox.faults({"rules": [{"kind": "error", "status": 500}]})
    with pytest.raises(Exception, match=r"clientes\.listar"):
        reader.read_next_batch()
    sandbox.faults({})


def test_a_decimal_has_the_places_of_its_field(sb: Smartbill) -> None:
    schema = pa.schema(sb.consumos.listar())
    assert (schema.field("quantidade").type, schema.field("valor_unitario").type) == (
        pa.decimal128(38, 6),
        pa.decimal128(38, 10),
    )
    assert pa.schema(sb.cobrancas.listar()).field("valor_liquido").type == pa.decimal128(38, 2)


def test_what_the_model_does_not_know_is_kept(sb: Smartbill) -> None:
    answers = '[{"id": 1, "nome": "Ana", "novo": {"a": [1, "x"]}, "endereco": {"uf": "SP", "bloco": "B"}}]'
    (cliente,) = Cliente.list_from_json(answers)
    assert cliente.extras == {"novo": {"a": [1, "x"]}}
    table = pa.table(validar("clientes", [cliente]).to_arrow())
    assert table.num_rows == 1
    schema = pa.schema(sb.clientes.listar())
    assert schema.field("extras").type == pa.map_(pa.large_string(), pa.large_string())
    with_extras = pa.table(
        {"nome": ["Ana"], "extras": pa.array([[("novo", '{"a": 1}')]], pa.map_(pa.string(), pa.string()))}
    )
    codes = {(v.path, v.code) for v in Cliente.check_all(with_extras).reports[0].findings}
    assert ("novo", "campo_desconhecido") in codes


def test_rows_and_findings_of_an_import_are_a_table(sb: Smartbill) -> None:
    bad = {**BARE, "codigo_externo": "C", "cpf_cnpj": "11144477736", "email": "x"}
    result = sb.clientes.importar([FULL, bad])
    table = pa.table(result.to_arrow())
    rows = list(result.rows())
    assert table["number"].to_pylist() == [row.number for row in rows] == [1, 2]
    for name in ("key", "state", "action", "code", "id", "attempts"):
        assert table[name].to_pylist() == [getattr(row, name) for row in rows]
    findings = table["findings"].to_pylist()[1]
    assert [(f["path"], f["code"], f["message_en"], f["severity"]) for f in findings] == [
        (f.path, f.code, f.message_en, f.severity) for f in rows[1].findings
    ]
    assert {f["path"] for f in findings} >= {"cpfCnpj"}
    assert pa.table(result.to_arrow("rejected"))["number"].to_pylist() == [2]
    nothing = pa.table(result.to_arrow("unknown"))
    assert (nothing.num_rows, nothing.schema) == (0, table.schema)


def test_an_instant_is_of_utc(full: Smartbill) -> None:
    created = pa.table(full.clientes.listar())["criado_em"]
    assert created.type == pa.timestamp("us", "UTC")
    first = created.to_pylist()[0]
    assert abs(first - datetime.now(timezone.utc)) < timedelta(hours=1)


def test_a_table_of_a_database(full: Smartbill) -> None:
    database = sqlite3.connect(":memory:")
    rows = [(c.codigo_externo, c.nome, c.cpf_cnpj, json.dumps(c.tags)) for c in full.clientes.listar()]
    database.execute("CREATE TABLE clientes (codigo_externo, nome, cpf_cnpj, etiquetas)")
    database.executemany("INSERT INTO clientes VALUES (?, ?, ?, ?)", rows)
    cursor = database.execute("SELECT codigo_externo, nome, cpf_cnpj FROM clientes")
    assert full.clientes.importar(cursor).counts.unchanged == 2
