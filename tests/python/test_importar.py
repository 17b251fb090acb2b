"""Imports and exports: files as ERPs write them, rows that Python makes, journals, and files that are none."""

import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlwt
from smartbill import Cliente, Plan, Smartbill, validar
from smartbill.batch import Progress
from smartbill.errors import (
    ApiConnectionError,
    AuthenticationError,
    ConfigurationError,
    FileError,
    JournalError,
    SpreadsheetError,
    StalePlanError,
)
from smartbill.sandbox import Sandbox

pa: Any = pytest.importorskip("pyarrow")
pd: Any = pytest.importorskip("pandas")
pl: Any = pytest.importorskip("polars")

DATA = Path(__file__).parents[2] / "examples/python/data"
CSV = (
    "Cód. Externo;Razão Social;CNPJ / CPF;UF\n"
    "C-1;Mercado Aurora Ltda;11222333000181;SP\n"
    "C-2;Oficina do Zé;11222333000182;SP\n"
    "C-3;Ana Souza;52998224725;RJ\n"
)


@pytest.fixture
def sheet_path(tmp_path: Path) -> Path:
    sheet_path = tmp_path / "clientes.csv"
    sheet_path.write_text(CSV, encoding="cp1252")
    return sheet_path


def test_good_rows_are_sent_and_bad_ones_say_why(sb: Smartbill, sheet_path: Path) -> None:
    result = sb.clientes.importar(sheet_path)
    c = result.counts
    assert (c.total, c.created, c.rejected, c.pending, c.done, c.failed) == (3, 2, 1, 0, 2, 1)
    (bad,) = result.rejected()
    assert (bad.number, bad.state, bad.code) == (3, "rejected", "digito_verificador")
    finding = bad.findings[0]
    assert finding.place is not None
    assert (finding.path, finding.place.column, finding.place.header) == ("cpfCnpj", "C", "CNPJ / CPF")
    assert bad.message("en") == "CNPJ / CPF: check digit does not match"
    assert [row.number for row in result.rows()] == [2, 3, 4]
    assert [row.code for row in result.rows("done")] == ["created", "created"]
    assert {cliente.codigo_externo for cliente in sb.clientes.listar()} == {"C-1", "C-3"}
    assert result.stopped is None
    assert result.journal == Path(f"{sheet_path}.smartbill-journal")


def test_a_second_import_changes_nothing(sb: Smartbill, sheet_path: Path, sandbox: Sandbox) -> None:
    first = sb.clientes.importar(sheet_path)
    before = sandbox.state()["clientes"]
    assert (first.resumed, first.sent) == (False, 2)
    second = sb.clientes.importar(sheet_path)
    assert second.counts == first.counts, "the journal knows"
    assert (second.resumed, second.sent) == (True, 0), "and says that it was all done before"
    assert sandbox.state()["clientes"] == before
    third = sb.clientes.importar(sheet_path, restart=True)
    assert (third.counts.unchanged, third.counts.created) == (2, 0)
    with pytest.raises(JournalError, match="recomeçado"):
        list(first.rejected())


def test_rows_without_a_code_are_told_counted_and_refused_unless_allowed(sb: Smartbill) -> None:
    contract = {
        "codigo_externo": "CT",
        "cliente_codigo_externo": "C-1",
        "data_inicio": "2026-01-01",
        "periodicidade": "MENSAL",
        "dia_vencimento": 10,
        "itens": [{"servico_codigo": "SMS", "quantidade": 1}],
    }
    sb.clientes.incluir({"codigo_externo": "C-1", "nome": "Ana Souza", "cpf_cnpj": "52998224725"})
    sb.contratos.ativar(str(sb.contratos.incluir(contract).id))
    usage = {
        "contrato_codigo_externo": "CT",
        "servico_codigo": "SMS",
        "competencia": "2026-10",
        "quantidade": 5,
    }
    refused = sb.consumos.importar([usage, usage])
    assert (refused.counts.rejected, refused.counts.unidentified) == (2, 2)
    assert {row.code for row in refused.rejected()} == {"sem_codigo_externo"}
    assert "`allow_unidentified`" in next(refused.rejected()).message("en")
    allowed = sb.consumos.importar([usage, usage], allow_unidentified=True)
    assert (allowed.counts.created, allowed.counts.unidentified) == (2, 2)
    warnings = [{p.code for p in row.findings if p.severity == "warning"} for row in allowed.rows()]
    assert warnings == [{"sem_codigo_externo", "linha_identica"}] * 2


def test_what_changed_is_updated(sb: Smartbill, sheet_path: Path) -> None:
    sb.clientes.importar(sheet_path)
    sheet_path.write_text(CSV.replace("Mercado Aurora", "Mercado Boreal"), encoding="cp1252")
    c = sb.clientes.importar(sheet_path).counts
    assert (c.updated, c.unchanged, c.created) == (1, 1, 0)


def test_bytes_are_a_source_and_have_a_report(sb: Smartbill, tmp_path: Path) -> None:
    result = sb.clientes.importar(CSV.encode("utf-8-sig"), name="clientes.csv")
    assert result.counts.created == 2
    assert result.journal is None
    result.report(tmp_path / "relatorio.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "relatorio.xlsx").worksheets[0]
    assert "CNPJ / CPF" in [c.value for c in sheet[1]]
    assert any("dígito" in str(c.value) for c in sheet[3])
    assert list(tmp_path.iterdir()) == [tmp_path / "relatorio.xlsx"]
    with pytest.raises(OSError, match="nenhuma"):
        result.report(tmp_path / "nenhuma" / "relatorio.xlsx")


def test_the_report_gives_the_whole_workbook_back(sb: Smartbill, tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = "Cadastro"
    sheet.append(["Código", "Razão Social", "CNPJ", "Obs."])
    sheet.append(["C-1", "Mercado Aurora", 11222333000181, "x"])
    sheet.append(["C-2", "Oficina do Zé", 11222333000182, None])
    sheet.append(["Total", None, 2, None])
    other = workbook.create_sheet("Parâmetros")
    other.append(["Filial", 7])
    workbook.create_sheet("Oculta").sheet_state = "hidden"
    workbook.save(tmp_path / "clientes.xlsx")

    result = sb.clientes.importar(tmp_path / "clientes.xlsx")
    result.report(tmp_path / "relatorio.xlsx")
    parsed = openpyxl.load_workbook(tmp_path / "relatorio.xlsx")
    assert parsed.sheetnames == ["Cadastro", "Resultado", "Parâmetros", "Oculta"]
    assert parsed["Oculta"].sheet_state == "hidden"
    assert [c.value for c in parsed["Parâmetros"][1]] == ["Filial", 7]
    data = parsed["Cadastro"]
    (record,) = sb.clientes.listar()
    assert [c.value for c in data[2]][4:] == ["incluído", None, None, str(record.id)]
    assert (data["C2"].value, data["C2"].number_format) == (11222333000181, "0"), "not 1,12223E+13"
    assert data["C3"].fill.fgColor.rgb == "FFFFC7CE"
    assert "dígito" in str(data["C3"].comment)
    assert [c.value for c in data[3]][4:6] == ["rejeitado", "digito_verificador"]
    assert [c.value for c in data[4]][4:7] == ["ignorada", "total", "linha de total, não um registro"]
    assert data.auto_filter.ref == "A1:H4"
    counts = {row[0].value: row[1].value for row in parsed["Resultado"].iter_rows()}
    assert (counts["incluídos"], counts["rejeitados"]) == (1, 1)

    data["C3"] = 11444777000161
    parsed.save(tmp_path / "relatorio.xlsx")
    c = sb.clientes.importar(tmp_path / "relatorio.xlsx").counts
    assert (c.unchanged, c.created, c.skipped, c.total) == (1, 1, 1, 2)


def test_what_was_skipped_and_what_the_cell_says(sb: Smartbill) -> None:
    source = "Código;Razão Social;CPF\nA;Ana;529.982.247-26\n;Total;\n".encode()
    result = sb.clientes.importar(source, name="c.csv")
    assert (result.counts.total, result.counts.skipped) == (1, 1)
    assert result.skipped() == [(3, "total", "Total")]
    (bad,) = result.rejected()
    assert bad.findings[0].place is not None
    assert (bad.key, bad.findings[0].place.value) == ("A", "529.982.247-26")
    assert "529" not in repr(bad), "a document is personal data"


def test_the_report_is_of_the_sheet_that_was_imported(sb: Smartbill, sheet_path: Path, tmp_path: Path) -> None:
    result = sb.clientes.importar(sheet_path)
    sheet_path.write_text(CSV.replace("C-1", "C-9"), encoding="cp1252")
    with pytest.raises(JournalError, match="o conteúdo mudou"):
        result.report(tmp_path / "relatorio.xlsx")
    assert not list(tmp_path.glob("relatorio*"))


def test_limits(sb: Smartbill, sheet_path: Path) -> None:
    for limits, said in [({"rows": 2}, "linhas"), ({"bytes": 10}, "bytes|grande"), ({"columns": 1}, "colunas")]:
        with pytest.raises(SpreadsheetError, match=said):
            sb.clientes.importar(sheet_path, limits=limits)
    for wrong in [{"rowss": 1}, {"rows": -1}]:
        with pytest.raises(ConfigurationError, match="limite"):
            sb.clientes.importar(sheet_path, limits=wrong)
    assert sb.clientes.importar(sheet_path, limits={"rows": 4}).counts.total == 3


def test_rows_without_a_code_are_not_repeated(sb: Smartbill, sandbox: Sandbox, tmp_path: Path) -> None:
    """Usage without a code of its own: the corrected file is refused, the corrected report is not."""
    cliente = sb.clientes.incluir({"codigo_externo": "C", "nome": "Ana", "cpf_cnpj": "52998224725"})
    contrato = sb.contratos.incluir(
        {
            "codigoExterno": "CT",
            "clienteId": cliente.id,
            "dataInicio": "2026-01-01",
            "periodicidade": "MENSAL",
            "diaVencimento": 10,
            "itens": [{"servicoCodigo": "SMS", "quantidade": 1}],
        }
    )
    sb.contratos.ativar(str(contrato.id))
    source = tmp_path / "consumos.csv"
    text = "Contrato;Serviço;Competência;Quantidade\nCT;SMS;10/2026;5\nCT;SMS;13/2026;6\n"
    source.write_text(text, encoding="utf-8")
    result = sb.consumos.importar(source, allow_unidentified=True)
    result.report(tmp_path / "relatorio.csv")
    source.write_text(text.replace("13/2026", "11/2026"), encoding="utf-8")
    with pytest.raises(JournalError, match="sem código externo"):
        sb.consumos.importar(source, allow_unidentified=True)
    report = (tmp_path / "relatorio.csv").read_text(encoding="utf-8-sig")
    (tmp_path / "relatorio.csv").write_text(report.replace("13/2026", "11/2026"), encoding="utf-8")
    c = sb.consumos.importar(tmp_path / "relatorio.csv", allow_unidentified=True).counts
    assert (c.unchanged, c.created) == (1, 1)
    assert sandbox.state()["consumos"]["total"] == 2
    c = sb.consumos.importar(sb.consumos.listar()).counts
    assert (c.unchanged, c.total) == (2, 2), "models know their own identifier"


def rows() -> Iterator[Any]:
    yield {"codigo_externo": "C-1", "nome": "Mercado Aurora", "cpf_cnpj": "11222333000181"}
    yield Cliente(codigo_externo="C-2", nome="Ana Souza", cpf_cnpj="52998224725")
    yield {"codigoExterno": "C-3", "nome": "X", "cpfCnpj": object(), "nomee": 1}


def test_rows_made_in_python(sb: Smartbill) -> None:
    result = sb.clientes.importar(rows())
    assert result.counts.created == 2
    (bad,) = result.rejected()
    assert bad.number == 3
    assert [p.path for p in bad.findings] == ["nome", "cpfCnpj", "nomee"]


def test_what_python_raises_comes_out_whole(sb: Smartbill, sandbox: Sandbox, sheet_path: Path) -> None:
    def fail() -> Iterator[Any]:
        yield from list(rows())[:2]
        raise ZeroDivisionError("do ERP")

    with pytest.raises(ZeroDivisionError, match="do ERP"):
        sb.clientes.importar(fail())
    assert sandbox.state()["clientes"]["total"] == 0

    def refuse(progress: Progress) -> None:
        raise LookupError(progress.phase)

    with pytest.raises(LookupError, match="reading"):
        sb.clientes.importar(sheet_path, progress=refuse)
    with pytest.raises(TypeError, match="`int`"):
        sb.clientes.importar(7)  # type: ignore[arg-type]


def test_the_client_can_be_used_during_an_import(sb: Smartbill, sheet_path: Path) -> None:
    """Rows may come from the platform, and a callback may ask it something: neither hangs nor breaks."""
    sb.clientes.importar(sheet_path)

    def from_platform() -> Iterator[Any]:
        for cliente in sb.clientes.listar():
            yield {**sb.clientes.obter(str(cliente.id)).to_dict(), "email": "novo@example.com"}

    seen: list[str | None] = []
    c = sb.clientes.importar(
        from_platform(), on_row=lambda row: seen.append(sb.clientes.obter(str(row.id)).email)
    ).counts
    assert (c.updated, c.total) == (2, 2)
    assert seen == ["novo@example.com"] * 2
    nested: list[int] = []
    sb.clientes.importar(
        iter([]), progress=lambda _: nested.append(sb.clientes.importar(sheet_path, dry_run=True).counts.total)
    )
    assert set(nested) == {3}


def test_progress_tells_every_phase_and_row(sb: Smartbill, sheet_path: Path) -> None:
    heard: list[Progress] = []
    sb.clientes.importar(sheet_path, progress=heard.append)
    phases = [a.phase for a in heard]
    assert phases == sorted(phases, key=["reading", "comparing", "sending"].index)
    assert (heard[-1].done, heard[-1].total) == (3, 3)
    sent = [a.row for a in heard if a.row]
    assert sorted(row.number for row in sent) == [2, 4]
    assert {row.code for row in sent} == {"created"}


def test_a_dry_run_only_checks(sb: Smartbill, sandbox: Sandbox, sheet_path: Path) -> None:
    before = sandbox.state()["requests"]
    result = sb.clientes.importar(sheet_path, dry_run=True)
    assert (result.counts.rejected, result.counts.pending) == (1, 2)
    assert sandbox.state()["requests"] == before
    assert list(sheet_path.parent.iterdir()) == [sheet_path]


def test_headers_are_mapped_to_fields(sb: Smartbill, tmp_path: Path) -> None:
    sheet_path = tmp_path / "x.csv"
    sheet_path.write_text("ZZ1;ZZ2;ZZ3\nC-1;Mercado Aurora;11222333000181\n")
    columns = {"ZZ1": "codigoExterno", "ZZ2": "nome", "ZZ3": "cpfCnpj"}
    assert sb.clientes.importar(sheet_path, columns=columns).counts.created == 1


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("vazio.xlsx", b"", "vazio"),
        ("foto.xls", b"\x89PNG\r\n\x1a\n" + bytes(100), "PNG|imagem|planilha"),
        ("pagina.xls", b"<html><body>Erro 500</body></html>", "HTML"),
        ("so_cabecalho.csv", b"a;b;c\n1;2;3\n", "cabeçalho|coluna"),
        ("sem_nome.csv", "Cód. Externo;UF\nC-1;SP\n".encode(), "coluna|Nome"),
        ("nulos.csv", bytes(1000), "binário"),
    ],
)
def test_what_is_no_spreadsheet(sb: Smartbill, tmp_path: Path, name: str, content: bytes, said: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(SpreadsheetError, match=said) as info:
        sb.clientes.importar(path)
    assert "\n" not in str(info.value)
    assert str(info.value).startswith(f"{name}: ")


def test_a_file_that_does_not_exist(sb: Smartbill, tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"nenhum\.xls") as info:
        sb.clientes.importar(tmp_path / "nenhum.xls")
    assert isinstance(info.value, FileError)


def test_without_credentials_or_server_nothing_begins(sandbox: Sandbox, sheet_path: Path) -> None:
    with sandbox.client(token="errado") as sb, pytest.raises(AuthenticationError):
        sb.clientes.importar(sheet_path)
    with Smartbill("http://127.0.0.1:9", token="t", max_attempts=1) as sb, pytest.raises(ApiConnectionError):
        sb.clientes.importar(sheet_path, restart=True)


@pytest.mark.skipif(sys.platform == "win32", reason="signals are not sent this way")
def test_an_interrupted_import_is_resumed(sandbox: Sandbox, sb: Smartbill, tmp_path: Path) -> None:
    sheet_path = tmp_path / "clientes.xls"
    shutil.copy(DATA / "clientes.xls", sheet_path)
    sandbox.faults({"rules": [{"kind": "latency", "ms": 30}]})
    program = f"""
from smartbill import Smartbill
sb = Smartbill({sandbox.url!r}, token={sandbox.token!r})
print("pronto", flush=True)
try:
    sb.clientes.importar({str(sheet_path)!r}, concurrency=2)
except KeyboardInterrupt:
    print("interrompido", flush=True)
"""
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "pronto\n"
    while sandbox.state()["clientes"]["total"] < 20:
        time.sleep(0.01)
    start = time.monotonic()
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=10)[0] == "interrompido\n"
    assert time.monotonic() - start < 2
    sandbox.faults({})
    assert 20 <= sandbox.state()["clientes"]["total"] < 224
    result = sb.clientes.importar(sheet_path)
    assert (result.counts.done, result.counts.pending) == (224, 0)
    clientes = sandbox.state()["clientes"]
    assert (clientes["total"], clientes["duplicates"]) == (224, 0)


def test_exportar(sb: Smartbill, sandbox: Sandbox, sheet_path: Path, tmp_path: Path) -> None:
    sb.clientes.importar(sheet_path)
    for cliente in sb.clientes.listar():
        contrato = sb.contratos.incluir(
            {
                "codigoExterno": f"K-{cliente.codigo_externo}",
                "clienteId": cliente.id,
                "dataInicio": "2026-01-01",
                "periodicidade": "MENSAL",
                "diaVencimento": 10,
                "itens": [{"servicoCodigo": "SMS", "quantidade": 1}, {"servicoCodigo": "SUPORTE", "quantidade": 1}],
            }
        )
        sb.contratos.ativar(str(contrato.id))
        sb.consumos.incluir(
            {
                "idExterno": f"U-{cliente.codigo_externo}",
                "contratoId": contrato.id,
                "servicoCodigo": "SMS",
                "competencia": "2026-10",
                "quantidade": Decimal("1234.5"),
            }
        )
    consumos = tmp_path / "consumos.csv"
    assert sb.consumos.exportar(consumos, competencia="2026-10") == 2
    assert "1234,5" in consumos.read_text(encoding="utf-8-sig").replace(".", "")
    c = sb.consumos.importar(consumos).counts
    assert (c.unchanged, c.total) == (2, 2), "what was exported changes nothing"
    sandbox.faturar("2026-10")
    path = tmp_path / "contas.xlsx"
    assert sb.cobrancas.exportar(path, competencia="2026-10") == 2
    sheet = openpyxl.load_workbook(path).worksheets[0]
    assert sheet.max_row == 3
    with sandbox.client(token="errado") as other, pytest.raises(AuthenticationError):
        other.cobrancas.exportar(tmp_path / "nada.xlsx")
    with pytest.raises(FileError, match="nenhuma"):
        sb.cobrancas.exportar(tmp_path / "nenhuma" / "x.xlsx")
    for write in (sb.consumos.exportar, sb.cobrancas.exportar, sb.consumos.importar(consumos).report):
        with pytest.raises(ConfigurationError, match=r"`x.pdf` não pode ser gravado: a extensão pode ser .xlsx, .csv"):
            write(tmp_path / "x.pdf")
    assert not list(tmp_path.glob("*.partial"))
    assert not list(tmp_path.glob("x.*"))
    assert not (tmp_path / "nada.xlsx").exists()


def test_an_optional_field_that_is_wrong_does_not_cost_the_row(sb: Smartbill, tmp_path: Path) -> None:
    sheet = tmp_path / "clientes.csv"
    sheet.write_text("Código;Nome;CPF;Telefone;Celular;CEP\n1;Ana;52998224725;???;98021-5852;01.310-100\n", "utf-8")
    assert validar("clientes", sheet, optional="refuse").counts.rejected == 1
    result = sb.clientes.importar(sheet, ddd="48")
    [row] = result.rows()
    assert (row.state, [f.severity for f in row.findings]) == ("done", ["warning"] * 2)
    assert next(f.message() for f in row.findings if f.path == "telefone").endswith("campo deixado de fora")
    [ana] = sb.clientes.listar()
    assert (ana.telefone, ana.celular) == (None, "+5548980215852")
    assert ana.endereco is not None
    assert ana.endereco.cep == "01310100"
    with pytest.raises(ConfigurationError, match="`ddd`: `20` não é um DDD"):
        validar("clientes", sheet, ddd="20")


ERP_ROWS: list[dict[str, Any]] = [
    {"A1_COD": "01", "A1_NOME": "Ana Souza", "A1_CGC": "529.982.247-25", "A1_DTNASC": "31/12/1980", "A1_X": "1"},
    {"A1_COD": "02", "A1_NOME": "Bia Lima", "A1_CGC": "11144477735", "A1_DTNASC": None, "A1_X": None},
]


@pytest.mark.parametrize("make", [list, iter, pl.DataFrame, pd.DataFrame, pa.Table.from_pylist])
def test_rows_under_headers_are_read_as_a_sheet_is(sb: Smartbill, make: Any) -> None:
    result = sb.clientes.importar(make(ERP_ROWS))
    assert result.counts.done == 2, [row.message() for row in result.rejected()]
    ana, bia = sorted(sb.clientes.listar(), key=lambda c: str(c.codigo_externo))
    assert (ana.codigo_externo, ana.data_nascimento) == ("01", date(1980, 12, 31))
    assert (bia.cpf_cnpj, bia.data_nascimento) == ("11144477735", None)


@pytest.mark.parametrize("make", [list, pl.DataFrame])
def test_columns_mean_the_same_for_rows(sb: Smartbill, make: Any) -> None:
    rows = make([{"c1": "7", "c2": "Ana Souza", "c3": "52998224725", "c4": "x"}])
    columns = {"c1": "codigoExterno", "c2": "nome", "c3": "cpfCnpj", "c4": ""}
    assert sb.clientes.importar(rows, columns=columns).counts.done == 1
    with pytest.raises(SpreadsheetError, match="`c1`, `c2`"):
        sb.clientes.importar(rows, columns={"c9": "nome"})
    with pytest.raises(SpreadsheetError, match="nomee"):
        sb.clientes.importar(rows, columns={"c2": "nomee"})


def test_what_was_read_of_a_sheet_is_told_column_by_column(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Clientes"
    for row in (
        ["Nome", "CPF", "Telefone", "Cor", None],
        ["Ana Souza", "529.982.247-25", "(54) 8021-5852", "azul", None],
        ["Bia Lima", "111.444.777-35", "???", None, None],
        ["Caio Reis", "123.456.789-00", None, None, "x"],
    ):
        sheet.append(row)
    book.create_sheet("Vazia")
    book.create_sheet("Mais").append(["algo"])
    path = tmp_path / "c.xlsx"
    book.save(path)
    result = validar("clientes", path)
    read = result.sheet
    assert read is not None
    assert (read.name, read.others, read.empty) == ("Clientes", ("Mais",), 0)
    assert [tuple(column) for column in read.columns[:4]] == [
        ("A", "Nome", "nome", 3, 0, 0),
        ("B", "CPF", "cpfCnpj", 3, 1, 0),
        ("C", "Telefone", "telefone", 2, 1, 1),
        ("D", "Cor", None, 1, 0, 0),
    ]
    warnings = {(kind.first.code, kind.first.path): (kind.total, kind.rows) for kind in result.warnings()}
    assert warnings[("legado", "telefone")] == (1, (2,))
    assert warnings[("alfabeto", "telefone")] == (1, (3,))
    rows = validar("clientes", ERP_ROWS).sheet
    assert rows is not None
    assert (rows.name, [column.field for column in rows.columns][:3]) == ("", ["codigoExterno", "nome", "cpfCnpj"])
    assert validar("clientes", [{"nome": "Ana", "cpfCnpj": "52998224725"}]).sheet is None


def test_a_mapping_is_made_once(sb: Smartbill, tmp_path: Path) -> None:
    first = tmp_path / "a.csv"
    first.write_text("COD;FULANO;DOC;TP;COR\n1;Ana Souza;52998224725;1;azul\n", "utf-8")
    columns = {"COD": "codigoExterno", "FULANO": "nome", "DOC": "cpfCnpj", "TP": "tipoPessoa"}
    words = {"tipoPessoa": {"1": "FISICA", "2": "JURIDICA"}}
    made = validar("clientes", first, columns=columns, values=words, defaults={"endereco.uf": "Santa Catarina"})
    assert made.counts.pending == 1, [row.message() for row in made.rejected()]
    assert made.mapping is not None
    saved = tmp_path / "mapa.toml"
    saved.write_text(made.mapping, "utf-8")
    second = tmp_path / "b.csv"
    second.write_text("TP;DOC;FULANO;COD;COR\n2;11222333000181;Mercado Aurora;2;verde\n", "utf-8")
    assert sb.clientes.importar(second, mapping=saved).counts.done == 1
    [customer] = sb.clientes.listar()
    assert (customer.tipo_pessoa, customer.codigo_externo) == ("JURIDICA", "2")
    assert customer.endereco is not None
    assert customer.endereco.uf == "SC"
    assert validar("clientes", second, mapping=saved).mapping == made.mapping
    saved.write_text("[columns]\nCOD = 1\n", "utf-8")
    with pytest.raises(SpreadsheetError, match=r"mapa\.toml: o mapa não pode ser lido: algo na linha 2"):
        validar("clientes", second, mapping=saved)
    with pytest.raises(SpreadsheetError, match="o padrão `XX9` não é um valor de `optanteSimples`"):
        validar("clientes", second, columns=columns, defaults={"optanteSimples": "XX9"})


def test_a_sheet_is_read_in_the_dialect_of_its_system(sb: Smartbill, tmp_path: Path) -> None:
    sheet = tmp_path / "sa1.csv"
    sheet.write_text("A1_COD;A1_LOJA;A1_NOME;A1_CGC\n7;01;Ana Souza;52998224725\n", "utf-8")
    result = sb.clientes.importar(sheet)
    assert result.sheet is not None
    assert result.sheet.dialect == "Protheus"
    assert [customer.codigo_externo for customer in sb.clientes.listar()] == ["7-01"]
    own = tmp_path / "acme.toml"
    own.write_text('name = "Acme"\nflow = "clientes"\n[columns]\nBEZ = "nome"\nSTEUER = "cpfCnpj"\n', "utf-8")
    sheet.write_text("BEZ;STEUER\nBia Lima;11144477735\n", "utf-8")
    for path in (own, str(own)):
        read = validar("clientes", sheet, dialect=path)
        assert (read.counts.pending, read.sheet and read.sheet.dialect) == (1, "Acme")
    with pytest.raises(SpreadsheetError, match="não há dialeto `Acne` para clientes"):
        validar("clientes", sheet, dialect="Acne")
    own.write_text('name = "Acme"\nflow = "clientes"\n[columns]\nBEZ = "nomme"\n', "utf-8")
    with pytest.raises(SpreadsheetError, match=r"acme\.toml`, linha 4: `nomme` não existe; o mais próximo é `nome`"):
        validar("clientes", sheet, dialect=own)
    with pytest.raises(FileError, match="nowhere"):
        validar("clientes", sheet, dialect="nowhere.toml")


def test_text_of_fixed_columns_is_read_by_its_layout(sb: Smartbill, tmp_path: Path) -> None:
    text, layout = tmp_path / "clientes.txt", tmp_path / "layout.toml"
    text.write_bytes("000049AÇÃO  52998224725\r\n000050BIA   11144477736\r\n".encode("cp1252"))
    columns = [("Código", 1, 6), ("Nome", 7, 6), ("CPF", 13, 11)]
    layout.write_text("".join(f'[[column]]\nname="{n}"\nstart={s}\nlength={size}\n' for n, s, size in columns), "utf-8")
    result = sb.clientes.importar(text, layout=layout)
    assert (result.counts.done, result.counts.rejected) == (1, 1)
    [row] = result.rejected()
    assert row.number == 2, "the line of the file"
    [customer] = sb.clientes.listar()
    assert (customer.codigo_externo, customer.nome) == ("000049", "AÇÃO")
    result.report(tmp_path / "resultado.xlsx")
    layout.write_text("[[column]]\nname='Nome'\nstart=0\nlength=1\n", "utf-8")
    with pytest.raises(SpreadsheetError, match=r"layout\.toml`, linha 3: `start` e `length` contam de 1"):
        validar("clientes", text, layout=layout)


def test_a_default_stands_for_a_column(tmp_path: Path) -> None:
    sheet = tmp_path / "consumos.csv"
    sheet.write_text("ID Externo;Contrato;Quantidade\nK1;CT-1;3\n", "utf-8")
    with pytest.raises(SpreadsheetError, match="Serviço"):
        validar("consumos", sheet)
    result = validar("consumos", sheet, defaults={"servicoCodigo": "SMS", "competencia": "10/2026"})
    assert result.counts.pending == 1, [row.message() for row in result.rejected()]


def test_a_value_that_no_cell_can_hold_is_never_read_as_another(sb: Smartbill) -> None:
    ana = {"codigoExterno": "1", "nome": "Ana Souza", "cpfCnpj": "52998224725", "telefone": "33334444"}
    address = {"cep": "01310100", "uf": "SP"}
    assert sb.clientes.importar([{**ana, "endereco": address}], ddd="48").counts.done == 1
    [found] = sb.clientes.listar()
    assert found.endereco is not None
    assert found.endereco.to_dict() == address
    assert found.telefone == "+554833334444"
    for odd in (["a"], {"x": 1}, object(), b"x"):
        rows = [{"A1_COD": "1", "A1_NOME": "Ana Souza", "A1_CGC": "52998224725", "A1_OBS": odd}]
        [row] = validar("clientes", rows).rejected()
        assert [(f.code, f.path, f.place and f.place.header) for f in row.findings] == [
            ("tipo_invalido", "observacoes", "A1_OBS")
        ]


def test_an_iterable_that_fails_is_asked_no_more(sb: Smartbill) -> None:
    class Failing:
        calls = 0

        def __iter__(self) -> Any:
            return self

        def __next__(self) -> Any:
            self.calls += 1
            if self.calls == 1:
                raise OSError("gone")
            return ERP_ROWS[0]

    rows = Failing()
    with pytest.raises(OSError, match="gone"):
        sb.clientes.importar(rows)
    assert rows.calls == 1
    assert list(sb.clientes.listar()) == []


def test_a_mapping_of_a_file_with_two_headers_alike_is_read_by_that_file(tmp_path: Path) -> None:
    sheet, saved = tmp_path / "a.csv", tmp_path / "a.toml"
    sheet.write_text("Nome;CPF;Obs X;Obs X\nAna Souza;52998224725;a;b\n", "utf-8")
    mapping = validar("clientes", sheet).mapping
    assert mapping is not None
    saved.write_text(mapping, "utf-8")
    assert validar("clientes", sheet, mapping=saved).mapping == mapping


def test_hidden_rows_are_read_and_told(tmp_path: Path) -> None:
    rows = [
        ("Código", "Nome", "CPF"),
        ("C0", "Ana Souza", "529.982.247-25"),
        ("C1", "Bia Lima", "111.444.777-35"),
        ("C2", "Caio Reis", "123.456.789-09"),
        ("C3", "Davi Melo", "390.533.447-05"),
        ("", "Total", ""),
    ]
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    sheet.auto_filter.ref = "A1:C6"
    sheet.auto_filter.add_filter_column(0, ["C0", "C2"])
    old = xlwt.Workbook()
    leaf = old.add_sheet("Clientes")
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            leaf.write(number, column, value)
    for number in (3, 5, 6):
        sheet.row_dimensions[number].hidden = True
        leaf.row(number - 1).hidden = True
    book.save(tmp_path / "c.xlsx")
    old.save(tmp_path / "c.xls")
    for name in ("c.xlsx", "c.xls"):
        result = validar("clientes", tmp_path / name)
        assert result.sheet is not None
        # The row of the total is hidden as well, but it is reported as skipped.
        assert (result.counts.pending, result.sheet.hidden) == (4, (3, 5))
        assert result.skipped() == [(6, "total", "Total")]
    csv = validar("clientes", b"Nome;CPF\nAna;52998224725\n").sheet
    assert csv is not None
    assert csv.hidden == ()


@pytest.mark.parametrize("page", ["spreadsheets.md", "planilhas.md"])
def test_the_example_of_columns_of_months_is_what_the_page_says(page: str, sb: Smartbill, tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "docs" / page).read_text(encoding="utf-8")
    sheet, mapping = re.findall(r"```text\n(Galpão;.*?)```\n\n```toml\n(.*?)```", text, re.DOTALL)[0]
    (tmp_path / "m.toml").write_text(mapping, encoding="utf-8")
    (tmp_path / "c.csv").write_text(sheet, encoding="utf-8")
    result = validar("consumos", tmp_path / "c.csv", mapping=tmp_path / "m.toml")
    assert (result.counts.total, result.counts.pending, result.counts.rejected) == (3, 3, 0)
    assert [(row.number, row.column, row.key) for row in result.rows()] == [
        (2, "E", "A16B25642-2026-01"),
        (2, "F", "A16B25642-2026-02"),
        (3, "E", "A25L489741-2026-01"),
    ]
    assert result.skipped() == [(3, "sem_consumo", "Fev")]
    (warning,) = result.warnings()
    assert (warning.first.code, warning.rows) == ("medidor_recomecou", (3,))
    assert result.sheet is not None
    assert [tuple(column)[2:] for column in result.sheet.columns[3:]] == [("quantidade", 2, 0, 0)] * 3
    assert result.mapping is not None
    assert "reading = true" in result.mapping


METERS = """
[columns]
Registro = "idExterno"
Contrato = "contratoCodigoExterno"
Tipo = "servicoCodigo"

[months]
year = 2025
reading = true
"""


def test_readings_are_billed_once_and_reported_in_their_row(sb: Smartbill, tmp_path: Path) -> None:
    mapping = tmp_path / "m.toml"
    mapping.write_text(METERS, encoding="utf-8")
    sheet = tmp_path / "leituras.csv"
    sheet.write_text(
        "Contrato;Registro;Tipo;Dez anterior;Jan;Fev;Mar\nCT-1;A1;KWH;10;15;15;12\nCT-9;A2;KWH;1;2;4;4\n",
        encoding="utf-8",
    )
    result = sb.consumos.importar(sheet, mapping=mapping)
    states = [(row.number, row.column, row.key, row.state) for row in result.rows()]
    assert [(number, column, key) for number, column, key, _ in states] == [
        (2, "E", "A1-2025-01"),
        (2, "G", "A1-2025-03"),
        (3, "E", "A2-2025-01"),
        (3, "F", "A2-2025-02"),
    ]
    (lower,) = (row for row in result.rows() if row.key == "A1-2025-03")
    assert (lower.state, lower.code) == ("rejected", "leitura_menor")
    assert lower.findings[0].place is not None
    assert tuple(lower.findings[0].place)[1:5] == (2, "G", "Mar", "12")
    result.report(tmp_path / "r.xlsx")
    leaf = openpyxl.load_workbook(tmp_path / "r.xlsx").worksheets[0]
    header = [cell.value for cell in leaf[1]]
    said = dict(zip(header, [cell.value for cell in leaf[2]]))
    assert "rejeitado (1)" in str(said["[smartbill] situação"])
    assert "ignorada (1)" in str(said["[smartbill] situação"])
    assert "a leitura é menor que a do mês anterior, 15" in str(said["[smartbill] mensagem"])
    assert said["[smartbill] ID"] is None
    assert leaf["G2"].comment is not None
    again = validar("consumos", tmp_path / "r.xlsx", mapping=mapping)
    assert [(row.number, row.column, row.key) for row in again.rows()] == [s[:3] for s in states]
    frame = pd.DataFrame(
        {"Contrato": ["CT-1"], "Registro": ["A1"], "Tipo": ["KWH"], "Dez anterior": [10.0], "Jan": [15.5]}
    )
    (row,) = validar("consumos", frame, mapping=mapping).rows()
    assert (row.number, row.column, row.key, row.state) == (1, "E", "A1-2025-01", "pending")


def test_what_stands_beside_the_months_of_a_row_is_of_all_its_records(tmp_path: Path) -> None:
    mapping = tmp_path / "m.toml"
    mapping.write_text("[months]\nyear = 2025\n", encoding="utf-8")
    base = {"Contrato": "CT-1", "Serviço": "KWH", "ID": "A"}
    rows = [
        base | {"Jan": 1, "Fev": 2},
        # The first row has no column `descricao`. Its value is too long.
        base | {"ID": "B", "Jan": 1, "Fev": 2, "descricao": "x" * 300},
        base | {"ID": "C", "Jan": [1], "Fev": 2},
    ]
    result = validar("consumos", rows, mapping=mapping)
    assert [(row.number, row.column, row.state) for row in result.rows()] == [
        (1, "D", "pending"),
        (1, "E", "pending"),
        (2, "D", "rejected"),
        (2, "E", "rejected"),
        (3, "D", "rejected"),
        (3, "E", "pending"),
    ]


def test_a_named_batch_is_refused_where_nothing_promises_keys(sb: Smartbill) -> None:
    with pytest.raises(ConfigurationError, match="`default` não promete `idempotency_key`"):
        sb.clientes.importar([{"codigo_externo": "A", "nome": "Ana", "cpf_cnpj": "52998224725"}], batch="2026-11")


def test_a_plan_that_is_none_is_told_in_the_language_asked_for() -> None:
    for language, told in (("pt-BR", "o texto não é um plano: linha 2"), ("en", "the text is not a plan: line 2")):
        with pytest.raises(ConfigurationError, match=told):
            Plan.from_json("{\n", language)
    with Sandbox() as sandbox, sandbox.client() as sb:
        text = sb.clientes.sincronizar([]).to_json()
    version = int(re.findall(r'"version": (\d+)', text)[0])
    with pytest.raises(StalePlanError, match="the plan is of version 99, and this program reads"):
        Plan.from_json(text.replace(f'"version": {version}', '"version": 99'), "en")
