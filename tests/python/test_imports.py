"""Plans, templates, tables and callbacks: what the batch gives Python beyond ``importar`` itself."""

from __future__ import annotations

import datetime
import decimal
import io
import pickle
from typing import Any

import openpyxl
import pytest
import smartbill
from smartbill import Plan, Smartbill
from smartbill.batch import Row
from smartbill.errors import ConfigurationError, JournalError, StalePlanError
from smartbill.sandbox import Sandbox

ANA = {"codigo_externo": "A", "nome": "Ana", "cpf_cnpj": "52998224725"}
BIA = {"codigo_externo": "B", "nome": "Bia", "cpf_cnpj": "11144477735"}


def test_a_plan_is_printed_kept_and_applied(sb: Smartbill, sandbox: Sandbox) -> None:
    sb.clientes.importar([ANA, BIA])
    plan = sb.clientes.sincronizar([{**ANA, "email": "ana@example.com"}], remover="50%")
    assert plan.counts == (0, 1, 1, 0, 0)
    assert not plan.empty
    assert "email: vazio -> ***" in str(plan)
    assert 'email: vazio -> "ana@example.com"' in plan.text(show_personal=True)
    assert 'email: empty -> "ana@example.com"' in plan.text("en", show_personal=True)
    assert [m["field"] for m in plan.to_dict()["alterar"][0]["changes"]] == ["email"]
    assert sandbox.state()["clientes"]["removed"] == 0

    assert pickle.loads(pickle.dumps(plan)).to_json() == plan.to_json()
    parsed = Plan.from_json(plan.to_json())
    with pytest.raises(ConfigurationError):
        parsed.apply()
    heard: list[Row] = []
    result = parsed.apply(sb, on_row=heard.append)
    assert (result.counts.updated, result.counts.removed) == (1, 1)
    assert sorted(row.code or "" for row in heard) == ["removed", "updated"]
    with pytest.raises(StalePlanError):
        parsed.apply(sb)


def test_removal_has_a_ceiling(sb: Smartbill) -> None:
    sb.clientes.importar([ANA, BIA])
    cases: list[tuple[list[dict[str, str]], int | str]] = [([ANA], "10%"), ([ANA], 0), ([], "100%")]
    for source, remover in cases:
        with pytest.raises(ConfigurationError):
            sb.clientes.sincronizar(source, remover=remover)
    with pytest.raises(ValueError, match="porcentagem"):
        sb.clientes.sincronizar([ANA], remover="tudo")
    assert sb.clientes.sincronizar([ANA]).counts.remover == 0


@pytest.mark.parametrize("resource", ["clientes", "consumos"])
def test_the_template_is_taken_by_its_own_importer(resource: Any) -> None:
    bytes_ = smartbill.template(resource)
    assert openpyxl.load_workbook(io.BytesIO(bytes_)).worksheets
    checked = smartbill.validar(resource, bytes_)
    assert (checked.counts.total, checked.counts.skipped) == (0, 1), list(checked.rejected())


def test_the_example_of_a_template_is_never_sent(sb: Smartbill, tmp_path: Any) -> None:
    book = openpyxl.load_workbook(io.BytesIO(smartbill.template("clientes")))
    sheet = book.worksheets[0]
    columns = {str(cell.value).rstrip(" *"): cell.column for cell in sheet[1]}
    for title, value in {"Código Externo": "C1", "Nome / Razão Social": "Ana", "CPF / CNPJ": "52998224725"}.items():
        sheet.cell(3, columns[title], value)
    book.save(tmp_path / "clientes.xlsx")
    result = sb.clientes.importar(tmp_path / "clientes.xlsx")
    assert (result.counts.created, result.skipped()) == (1, [(2, "exemplo", "EXEMPLO-001")])
    assert [c.codigo_externo for c in sb.clientes.listar()] == ["C1"]
    result.report(tmp_path / "report.xlsx")
    told = [cell.value for cell in openpyxl.load_workbook(tmp_path / "report.xlsx").worksheets[0][2]]
    assert told[-4:-1] == ["ignorada", "exemplo", "a linha de exemplo do modelo"]
    again = smartbill.validar("clientes", tmp_path / "report.xlsx")
    assert (again.counts.total, [row.reason for row in again.skipped()]) == (1, ["exemplo"])
    # With another name the example row is a customer. Its code is still that of the example, so there is a warning.
    sheet.cell(2, columns["Nome / Razão Social"], "Bia")
    book.save(tmp_path / "clientes.xlsx")
    over = smartbill.validar("clientes", tmp_path / "clientes.xlsx")
    assert (over.counts.pending, over.skipped()) == (2, [])
    (warning,) = over.warnings()
    assert (warning.first.code, warning.rows) == ("linha_de_exemplo", (2,))


def test_each_row_is_told_once_it_is_written_down(sb: Smartbill) -> None:
    heard: list[Row] = []
    sb.clientes.importar([ANA, BIA], on_row=heard.append)
    assert sorted((row.key, row.code) for row in heard) == [("A", "created"), ("B", "created")]


def test_rows_made_one_by_one_resume_from_a_journal_that_takes_no_others(sb: Smartbill, tmp_path: Any) -> None:
    journal = tmp_path / "j"
    sb.clientes.importar(iter([ANA]), journal=journal)
    assert sb.clientes.importar(iter([ANA]), journal=journal).counts.created == 1
    with pytest.raises(JournalError, match="restart"):
        sb.clientes.importar(iter([BIA]), journal=journal)
    assert sb.clientes.importar(iter([BIA]), journal=journal, restart=True).counts.created == 1


def test_tables_of_any_data_frame_library_are_sources(sb: Smartbill) -> None:
    pa = pytest.importorskip("pyarrow")
    table = pa.table(
        {
            "codigo_externo": ["A", "B"],
            "nome": ["Ana Maria", "Bia"],
            "documento": ["52998224725", "11144477735"],
            "endereco.cep": ["01310100", None],
            "data_nascimento": [None, datetime.date(1990, 1, 2)],
            "lixo": [1.5, None],
        }
    )
    result = sb.clientes.importar(table, columns={"documento": "cpfCnpj", "lixo": ""})
    assert result.counts.created == 2, list(result.rejected())
    ana = next(c for c in sb.clientes.listar() if c.codigo_externo == "A")
    assert ana.endereco is not None
    assert ana.endereco.cep == "01310100"
    consumos = pa.table(
        {
            "id_externo": ["K"],
            "contrato_id": pa.array([1], pa.int32()),
            "servico_codigo": pa.array(["S"]).dictionary_encode(),
            "data_consumo": pa.array([datetime.datetime(2026, 10, 1)], pa.timestamp("ns")),
            "quantidade": pa.array([decimal.Decimal("1.50")], pa.decimal128(10, 2)),
            "valor_unitario": pa.array([0.1], pa.float32()),
        }
    )
    assert smartbill.validar("consumos", consumos).counts.pending == 1
    (row,) = smartbill.validar("consumos", pa.table({"x": [[1]]})).rejected()
    assert ("x", "campo_desconhecido") in {(finding.path, finding.code) for finding in row.findings}
