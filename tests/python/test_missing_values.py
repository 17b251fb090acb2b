"""What data-frame libraries write where there is no value is no value, whichever way it comes in."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from smartbill import Cliente, Contrato, Smartbill, ValidationError, documentos
from smartbill.sandbox import Sandbox

np = pytest.importorskip("numpy")
pd = pytest.importorskip("pandas")
pl = pytest.importorskip("polars")
pa = pytest.importorskip("pyarrow")

MISSING = [
    None,
    pd.NaT,
    pd.NA,
    float("nan"),
    np.float64("nan"),
    np.float32("nan"),
    np.datetime64("NaT"),
    np.datetime64("NaT", "ns"),
    np.timedelta64("NaT"),
    Decimal("NaN"),
    Decimal("sNaN"),
]
ANA = {"codigo_externo": "A", "nome": "Ana Maria", "cpf_cnpj": "52998224725"}
EMPTY = {"data_nascimento", "email", "optante_simples", "endereco", "tags", "grupo"}


@pytest.mark.parametrize("missing", MISSING, ids=repr)
def test_a_model_has_nothing_where_nothing_is(missing: Any) -> None:
    expected = Cliente.from_dict(ANA)
    data = {**ANA, **dict.fromkeys(EMPTY, missing)}
    assert Cliente.from_dict(data) == expected
    assert Cliente(**data) == expected
    assert Cliente.check(data).findings == ()
    full = Cliente.from_dict({**ANA, "data_nascimento": "1980-05-01"})
    assert full.replace(data_nascimento=missing) == expected
    inside = {**ANA, "endereco": {"uf": "SP", "cep": missing}}
    assert Cliente.from_dict(inside).to_dict()["endereco"] == {"uf": "SP"}
    assert documentos.cpf.validar_coluna(["52998224725", missing])[0] is None


@pytest.mark.parametrize("missing", MISSING, ids=repr)
def test_a_call_changes_nothing_where_nothing_is(sb: Smartbill, missing: Any) -> None:
    ana = sb.clientes.incluir({**ANA, "data_nascimento": "1980-05-01", "email": missing})
    assert (ana.data_nascimento, ana.email) == (date(1980, 5, 1), None)
    ana = sb.clientes.alterar(str(ana.id), {"data_nascimento": missing, "grupo": "ouro"})
    assert (ana.data_nascimento, ana.grupo) == (date(1980, 5, 1), "ouro")
    assert [c.id for c in sb.clientes.listar(codigo_externo=missing, alterado_desde=missing)] == [ana.id]


def frame() -> Any:
    born = pd.to_datetime(["1980-05-01", None])
    columns = {"codigo_externo": ["A", "B"], "nome": ["Ana Maria", "Bia Souza"], "cpf_cnpj": ["52998224725", None]}
    frame = pd.DataFrame({**columns, "tipo_pessoa": [None, "ESTRANGEIRO"], "data_nascimento": born})
    frame["grupo"] = pd.array([pd.NA, "ouro"], dtype="string")
    frame["optante_simples"] = pd.array([True, pd.NA], dtype="boolean")
    frame["email"] = np.nan
    return frame


SOURCES: dict[str, Any] = {
    "rows of pandas": lambda: frame().to_dict("records"),
    "rows of pandas as objects": lambda: frame().astype(object).to_dict("records"),
    "pandas": frame,
    "pyarrow": lambda: pa.Table.from_pandas(frame()),
    "rows of pyarrow": lambda: pa.Table.from_pandas(frame()).to_pylist(),
    "polars": lambda: pl.from_pandas(frame()),
    "rows of polars": lambda: pl.from_pandas(frame()).to_dicts(),
    "polars with a column of nothing": lambda: pl.from_pandas(frame()).with_columns(email=pl.lit(None)),
    "pyarrow with a column of nothing": lambda: pa.Table.from_pandas(frame()).set_column(
        7, "email", pa.nulls(2, pa.null())
    ),
}


@pytest.mark.parametrize("name", SOURCES)
def test_a_table_has_nothing_where_nothing_is(sb: Smartbill, name: str) -> None:
    for source in (SOURCES[name](), SOURCES[name]()):
        result = sb.clientes.importar(source)
        assert result.counts.done == 2, [row.message() for row in result.rejected()]
    assert result.counts.unchanged == 2
    ana, bia = sorted(sb.clientes.listar(), key=lambda c: str(c.codigo_externo))
    assert (ana.data_nascimento, ana.grupo, ana.optante_simples, ana.email) == (date(1980, 5, 1), None, True, None)
    assert (bia.data_nascimento, bia.grupo, bia.optante_simples, bia.email) == (None, "ouro", None, None)


@pytest.mark.parametrize("empty", [date(1, 1, 1), datetime(1899, 12, 30), "0001-01-01", pd.Timestamp("1899-12-30")])
def test_a_date_before_1900_is_no_date(sb: Smartbill, sandbox: Sandbox, empty: Any) -> None:
    data = {**ANA, "data_nascimento": empty}
    for make in (Cliente.from_dict, lambda data: Cliente(**data), sb.clientes.incluir):
        with pytest.raises(ValidationError) as info:
            make(data)
        assert [(v.path, v.code) for v in info.value.findings] == [("dataNascimento", "data_improvavel")]
    (row,) = sb.clientes.importar([data]).rejected()
    assert row.code == "data_improvavel"
    assert sandbox.state()["clientes"]["total"] == 0
    assert Cliente.from_dict({**ANA, "data_nascimento": date(1900, 1, 1)}).data_nascimento == date(1900, 1, 1)
    assert list(sb.cobrancas.listar(de=empty)) == []
    report = Contrato.check({"competencia": 1, "data_inicio": empty})
    assert "data_improvavel" in {v.code for v in report.findings}


def test_an_argument_that_is_missing_is_none(sandbox: Sandbox) -> None:
    born = {**ANA, "data_nascimento": "1980-05-01"}
    assert Cliente.check(born, today=pd.NaT).findings == ()
    assert Cliente.from_dict(born).validar(today=pd.NaT).findings == ()
    slip = documentos.boleto.gerar("001", "1" * 25, valor=10, vencimento=pd.NaT)
    assert slip == documentos.boleto.gerar("001", "1" * 25, valor=10)
    with pytest.raises(TypeError, match="date"):
        documentos.boleto.vencimento(slip, pd.NaT)
    with pytest.raises(ValueError, match="NaT"):
        sandbox.advance(until=pd.NaT)


def test_a_month_of_no_year_is_no_month(sb: Smartbill) -> None:
    usage = {"id_externo": "U", "contrato_codigo_externo": "K", "servico_codigo": "S", "quantidade": 1}
    with pytest.raises(ValidationError) as info:
        sb.consumos.incluir({**usage, "competencia": date.min})
    assert [(v.path, v.code) for v in info.value.findings] == [("competencia", "competencia_invalida")]


def test_a_column_of_nothing_alone() -> None:
    for column in (pl.Series([None, None]), pa.nulls(2), pa.chunked_array([pa.nulls(1), pa.nulls(1)]), [None, pd.NA]):
        assert documentos.cpf.validar_coluna(column) == documentos.cpf.validar_coluna([None, None])
    assert sum(code is not None for code in documentos.cpf.validar_coluna(pl.Series([None, "52998224725"]))) == 1


def test_an_odd_cell_is_told_of_in_its_row(sb: Smartbill) -> None:
    result = sb.clientes.importar([{**ANA, "tags": np.array(["a", "b"])}, {**ANA, "codigo_externo": "B"}])
    (row,) = result.rejected()
    assert (row.number, row.code, result.counts.done) == (1, "tipo_invalido", 1)
