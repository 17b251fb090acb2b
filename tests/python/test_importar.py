"""Imports and exports: files as ERPs write them, rows that Python makes, journals, and files that are none."""

import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from smartbill import Cliente, Smartbill
from smartbill.batch import Andamento
from smartbill.errors import (
    ApiConnectionError,
    AuthenticationError,
    ConfigurationError,
    FileError,
    JournalError,
    SpreadsheetError,
)
from smartbill.sandbox import Sandbox

DADOS = Path(__file__).parents[2] / "examples/python/dados"
CSV = (
    "Cód. Externo;Razão Social;CNPJ / CPF;UF\n"
    "C-1;Mercado Aurora Ltda;11222333000181;SP\n"
    "C-2;Oficina do Zé;11222333000182;SP\n"
    "C-3;Ana Souza;52998224725;RJ\n"
)


@pytest.fixture
def planilha(tmp_path: Path) -> Path:
    planilha = tmp_path / "clientes.csv"
    planilha.write_text(CSV, encoding="cp1252")
    return planilha


def test_as_boas_vao_e_as_ruins_dizem_por_que(sb: Smartbill, planilha: Path) -> None:
    importacao = sb.clientes.importar(planilha)
    c = importacao.contagem
    assert (c.total, c.incluidos, c.rejeitados, c.pendentes, c.feitos, c.falhas) == (3, 2, 1, 0, 2, 1)
    (ruim,) = importacao.rejeitadas()
    assert (ruim.numero, ruim.estado, ruim.codigo) == (3, "rejeitado", "digito_verificador")
    problema = ruim.problemas[0]
    assert (problema.campo, problema.coluna, problema.cabecalho) == ("cpfCnpj", "C", "CNPJ / CPF")
    assert ruim.mensagem("en") == "CNPJ / CPF: check digit does not match"
    assert [linha.numero for linha in importacao.linhas()] == [2, 3, 4]
    assert [linha.codigo for linha in importacao.linhas("feito")] == ["created", "created"]
    assert {cliente.codigo_externo for cliente in sb.clientes.listar()} == {"C-1", "C-3"}
    assert importacao.parada is None
    assert importacao.journal == Path(f"{planilha}.smartbill-journal")


def test_de_novo_nada_muda(sb: Smartbill, planilha: Path, sandbox: Sandbox) -> None:
    primeira = sb.clientes.importar(planilha)
    antes = sandbox.estado()["clientes"]
    assert (primeira.resumed, primeira.sent) == (False, 2)
    segunda = sb.clientes.importar(planilha)
    assert segunda.contagem == primeira.contagem, "the journal knows"
    assert (segunda.resumed, segunda.sent) == (True, 0), "and says that it was all done before"
    assert sandbox.estado()["clientes"] == antes
    terceira = sb.clientes.importar(planilha, recomecar=True)
    assert (terceira.contagem.inalterados, terceira.contagem.incluidos) == (2, 0)
    with pytest.raises(JournalError, match="recomeçado"):
        list(primeira.rejeitadas())


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
    assert (refused.contagem.rejeitados, refused.contagem.unidentified) == (2, 2)
    assert {row.codigo for row in refused.rejeitadas()} == {"sem_codigo_externo"}
    assert "`allow_unidentified`" in next(refused.rejeitadas()).mensagem("en")
    allowed = sb.consumos.importar([usage, usage], allow_unidentified=True)
    assert (allowed.contagem.incluidos, allowed.contagem.unidentified) == (2, 2)
    warnings = [{p.codigo for p in row.problemas if p.aviso} for row in allowed.linhas()]
    assert warnings == [{"sem_codigo_externo", "linha_identica"}] * 2


def test_o_que_mudou_e_alterado(sb: Smartbill, planilha: Path) -> None:
    sb.clientes.importar(planilha)
    planilha.write_text(CSV.replace("Mercado Aurora", "Mercado Boreal"), encoding="cp1252")
    c = sb.clientes.importar(planilha).contagem
    assert (c.alterados, c.inalterados, c.incluidos) == (1, 1, 0)


def test_bytes_e_relatorio(sb: Smartbill, tmp_path: Path) -> None:
    importacao = sb.clientes.importar(CSV.encode("utf-8-sig"), nome="clientes.csv")
    assert importacao.contagem.incluidos == 2
    assert importacao.journal is None
    importacao.relatorio(tmp_path / "relatorio.xlsx")
    aba = openpyxl.load_workbook(tmp_path / "relatorio.xlsx").worksheets[0]
    assert "CNPJ / CPF" in [c.value for c in aba[1]]
    assert any("dígito" in str(c.value) for c in aba[3])
    assert list(tmp_path.iterdir()) == [tmp_path / "relatorio.xlsx"]
    with pytest.raises(OSError, match="nenhuma"):
        importacao.relatorio(tmp_path / "nenhuma" / "relatorio.xlsx")


def test_o_relatorio_devolve_a_pasta_inteira(sb: Smartbill, tmp_path: Path) -> None:
    livro = openpyxl.Workbook()
    aba = livro.worksheets[0]
    aba.title = "Cadastro"
    aba.append(["Código", "Razão Social", "CNPJ", "Obs."])
    aba.append(["C-1", "Mercado Aurora", 11222333000181, "x"])
    aba.append(["C-2", "Oficina do Zé", 11222333000182, None])
    aba.append(["Total", None, 2, None])
    outra = livro.create_sheet("Parâmetros")
    outra.append(["Filial", 7])
    livro.create_sheet("Oculta").sheet_state = "hidden"
    livro.save(tmp_path / "clientes.xlsx")

    importacao = sb.clientes.importar(tmp_path / "clientes.xlsx")
    importacao.relatorio(tmp_path / "relatorio.xlsx")
    lido = openpyxl.load_workbook(tmp_path / "relatorio.xlsx")
    assert lido.sheetnames == ["Cadastro", "Resultado", "Parâmetros", "Oculta"]
    assert lido["Oculta"].sheet_state == "hidden"
    assert [c.value for c in lido["Parâmetros"][1]] == ["Filial", 7]
    dados = lido["Cadastro"]
    (gravado,) = sb.clientes.listar()
    assert [c.value for c in dados[2]][4:] == ["incluído", None, None, str(gravado.id)]
    assert (dados["C2"].value, dados["C2"].number_format) == (11222333000181, "0"), "not 1,12223E+13"
    assert dados["C3"].fill.fgColor.rgb == "FFFFC7CE"
    assert "dígito" in str(dados["C3"].comment)
    assert [c.value for c in dados[3]][4:6] == ["rejeitado", "digito_verificador"]
    assert [c.value for c in dados[4]][4:7] == ["ignorada", "total", "linha de total, não um registro"]
    assert dados.auto_filter.ref == "A1:H4"
    contagens = {linha[0].value: linha[1].value for linha in lido["Resultado"].iter_rows()}
    assert (contagens["incluídos"], contagens["rejeitados"]) == (1, 1)

    dados["C3"] = 11444777000161
    lido.save(tmp_path / "relatorio.xlsx")
    c = sb.clientes.importar(tmp_path / "relatorio.xlsx").contagem
    assert (c.inalterados, c.incluidos, c.ignoradas, c.total) == (1, 1, 1, 2)


def test_o_que_foi_ignorado_e_o_que_a_celula_diz(sb: Smartbill) -> None:
    fonte = "Código;Razão Social;CPF\nA;Ana;529.982.247-26\n;Total;\n".encode()
    importacao = sb.clientes.importar(fonte, nome="c.csv")
    assert (importacao.contagem.total, importacao.contagem.ignoradas) == (1, 1)
    assert importacao.ignoradas() == [(3, "total", "Total")]
    (ruim,) = importacao.rejeitadas()
    assert (ruim.chave, ruim.problemas[0].valor) == ("A", "529.982.247-26")
    assert "529" not in repr(ruim), "a document is personal data"


def test_o_relatorio_e_da_planilha_que_foi_importada(sb: Smartbill, planilha: Path, tmp_path: Path) -> None:
    importacao = sb.clientes.importar(planilha)
    planilha.write_text(CSV.replace("C-1", "C-9"), encoding="cp1252")
    with pytest.raises(JournalError, match="o conteúdo mudou"):
        importacao.relatorio(tmp_path / "relatorio.xlsx")
    assert not list(tmp_path.glob("relatorio*"))


def test_limites(sb: Smartbill, planilha: Path) -> None:
    for limites, dito in [({"linhas": 2}, "linhas"), ({"bytes": 10}, "bytes|grande"), ({"colunas": 1}, "colunas")]:
        with pytest.raises(SpreadsheetError, match=dito):
            sb.clientes.importar(planilha, limites=limites)
    for errado in [{"linhass": 1}, {"linhas": -1}]:
        with pytest.raises(ConfigurationError, match="limite"):
            sb.clientes.importar(planilha, limites=errado)
    assert sb.clientes.importar(planilha, limites={"linhas": 4}).contagem.total == 3


def test_linhas_sem_codigo_nao_se_repetem(sb: Smartbill, sandbox: Sandbox, tmp_path: Path) -> None:
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
    fonte = tmp_path / "consumos.csv"
    texto = "Contrato;Serviço;Competência;Quantidade\nCT;SMS;10/2026;5\nCT;SMS;13/2026;6\n"
    fonte.write_text(texto, encoding="utf-8")
    importacao = sb.consumos.importar(fonte, allow_unidentified=True)
    importacao.relatorio(tmp_path / "relatorio.csv")
    fonte.write_text(texto.replace("13/2026", "11/2026"), encoding="utf-8")
    with pytest.raises(JournalError, match="sem código externo"):
        sb.consumos.importar(fonte, allow_unidentified=True)
    relatorio = (tmp_path / "relatorio.csv").read_text(encoding="utf-8-sig")
    (tmp_path / "relatorio.csv").write_text(relatorio.replace("13/2026", "11/2026"), encoding="utf-8")
    c = sb.consumos.importar(tmp_path / "relatorio.csv", allow_unidentified=True).contagem
    assert (c.inalterados, c.incluidos) == (1, 1)
    assert sandbox.estado()["consumos"]["total"] == 2
    c = sb.consumos.importar(sb.consumos.listar()).contagem
    assert (c.inalterados, c.total) == (2, 2), "models know their own identifier"


def linhas() -> Iterator[Any]:
    yield {"codigo_externo": "C-1", "nome": "Mercado Aurora", "cpf_cnpj": "11222333000181"}
    yield Cliente(codigo_externo="C-2", nome="Ana Souza", cpf_cnpj="52998224725")
    yield {"codigoExterno": "C-3", "nome": "X", "cpfCnpj": object(), "nomee": 1}


def test_linhas_feitas_em_python(sb: Smartbill) -> None:
    importacao = sb.clientes.importar(linhas())
    assert importacao.contagem.incluidos == 2
    (ruim,) = importacao.rejeitadas()
    assert ruim.numero == 3
    assert [p.campo for p in ruim.problemas] == ["nome", "cpfCnpj", "nomee"]


def test_o_que_python_levanta_sai_inteiro(sb: Smartbill, sandbox: Sandbox, planilha: Path) -> None:
    def quebrar() -> Iterator[Any]:
        yield from list(linhas())[:2]
        raise ZeroDivisionError("do ERP")

    with pytest.raises(ZeroDivisionError, match="do ERP"):
        sb.clientes.importar(quebrar())
    assert sandbox.estado()["clientes"]["total"] == 0

    def recusar(andamento: Andamento) -> None:
        raise LookupError(andamento.fase)

    with pytest.raises(LookupError, match="leitura"):
        sb.clientes.importar(planilha, progress=recusar)
    with pytest.raises(TypeError, match="`int`"):
        sb.clientes.importar(7)  # type: ignore[arg-type]


def test_o_cliente_serve_tambem_durante_a_importacao(sb: Smartbill, planilha: Path) -> None:
    """Rows may come from the platform, and a callback may ask it something: neither hangs nor breaks."""
    sb.clientes.importar(planilha)

    def da_plataforma() -> Iterator[Any]:
        for cliente in sb.clientes.listar():
            yield {**sb.clientes.obter(str(cliente.id)).to_dict(), "email": "novo@example.com"}

    vistos: list[str | None] = []
    c = sb.clientes.importar(
        da_plataforma(), on_row=lambda linha: vistos.append(sb.clientes.obter(str(linha.id)).email)
    ).contagem
    assert (c.alterados, c.total) == (2, 2)
    assert vistos == ["novo@example.com"] * 2
    aninhadas: list[int] = []
    sb.clientes.importar(
        iter([]), progress=lambda _: aninhadas.append(sb.clientes.importar(planilha, dry_run=True).contagem.total)
    )
    assert set(aninhadas) == {3}


def test_andamento(sb: Smartbill, planilha: Path) -> None:
    ouvidos: list[Andamento] = []
    sb.clientes.importar(planilha, progress=ouvidos.append)
    fases = [a.fase for a in ouvidos]
    assert fases == sorted(fases, key=["leitura", "comparacao", "envio"].index)
    assert (ouvidos[-1].feitas, ouvidos[-1].total) == (3, 3)
    enviadas = [a.linha for a in ouvidos if a.linha]
    assert sorted(linha.numero for linha in enviadas) == [2, 4]
    assert {linha.codigo for linha in enviadas} == {"created"}


def test_so_conferir(sb: Smartbill, sandbox: Sandbox, planilha: Path) -> None:
    antes = sandbox.estado()["pedidos"]
    importacao = sb.clientes.importar(planilha, dry_run=True)
    assert (importacao.contagem.rejeitados, importacao.contagem.pendentes) == (1, 2)
    assert sandbox.estado()["pedidos"] == antes
    assert list(planilha.parent.iterdir()) == [planilha]


def test_mapa_de_cabecalhos(sb: Smartbill, tmp_path: Path) -> None:
    planilha = tmp_path / "x.csv"
    planilha.write_text("ZZ1;ZZ2;ZZ3\nC-1;Mercado Aurora;11222333000181\n")
    mapa = {"ZZ1": "codigoExterno", "ZZ2": "nome", "ZZ3": "cpfCnpj"}
    assert sb.clientes.importar(planilha, mapa=mapa).contagem.incluidos == 1


@pytest.mark.parametrize(
    ("nome", "conteudo", "dito"),
    [
        ("vazio.xlsx", b"", "vazio"),
        ("foto.xls", b"\x89PNG\r\n\x1a\n" + bytes(100), "PNG|imagem|planilha"),
        ("pagina.xls", b"<html><body>Erro 500</body></html>", "HTML"),
        ("so_cabecalho.csv", b"a;b;c\n1;2;3\n", "cabeçalho|coluna"),
        ("sem_nome.csv", "Cód. Externo;UF\nC-1;SP\n".encode(), "coluna|Nome"),
        ("nulos.csv", bytes(1000), "binário"),
    ],
)
def test_o_que_nao_e_planilha(sb: Smartbill, tmp_path: Path, nome: str, conteudo: bytes, dito: str) -> None:
    arquivo = tmp_path / nome
    arquivo.write_bytes(conteudo)
    with pytest.raises(SpreadsheetError, match=dito) as info:
        sb.clientes.importar(arquivo)
    assert "\n" not in str(info.value)
    assert str(info.value).startswith(f"{nome}: ")


def test_arquivo_que_nao_existe(sb: Smartbill, tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"nenhum\.xls") as info:
        sb.clientes.importar(tmp_path / "nenhum.xls")
    assert isinstance(info.value, FileError)


def test_sem_credencial_ou_sem_servidor_nada_comeca(sandbox: Sandbox, planilha: Path) -> None:
    with sandbox.cliente(token="errado") as sb, pytest.raises(AuthenticationError):
        sb.clientes.importar(planilha)
    with Smartbill("http://127.0.0.1:9", token="t", max_attempts=1) as sb, pytest.raises(ApiConnectionError):
        sb.clientes.importar(planilha, recomecar=True)


@pytest.mark.skipif(sys.platform == "win32", reason="signals are not sent this way")
def test_interrompida_e_retomada(sandbox: Sandbox, sb: Smartbill, tmp_path: Path) -> None:
    planilha = tmp_path / "clientes.xls"
    shutil.copy(DADOS / "clientes.xls", planilha)
    sandbox.falhas({"regras": [{"tipo": "latencia", "ms": 30}]})
    programa = f"""
from smartbill import Smartbill
sb = Smartbill({sandbox.url!r}, token={sandbox.token!r})
print("pronto", flush=True)
try:
    sb.clientes.importar({str(planilha)!r}, concorrencia=2)
except KeyboardInterrupt:
    print("interrompido", flush=True)
"""
    processo = subprocess.Popen([sys.executable, "-c", programa], stdout=subprocess.PIPE, text=True)
    assert processo.stdout is not None
    assert processo.stdout.readline() == "pronto\n"
    while sandbox.estado()["clientes"]["total"] < 20:
        time.sleep(0.01)
    inicio = time.monotonic()
    processo.send_signal(signal.SIGINT)
    assert processo.communicate(timeout=10)[0] == "interrompido\n"
    assert time.monotonic() - inicio < 2
    sandbox.falhas({})
    assert 20 <= sandbox.estado()["clientes"]["total"] < 218
    importacao = sb.clientes.importar(planilha)
    assert (importacao.contagem.feitos, importacao.contagem.pendentes) == (218, 0)
    clientes = sandbox.estado()["clientes"]
    assert (clientes["total"], clientes["repetidos"]) == (218, 0)


def test_exportar(sb: Smartbill, sandbox: Sandbox, planilha: Path, tmp_path: Path) -> None:
    sb.clientes.importar(planilha)
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
    c = sb.consumos.importar(consumos).contagem
    assert (c.inalterados, c.total) == (2, 2), "what was exported changes nothing"
    sandbox.faturar("2026-10")
    arquivo = tmp_path / "contas.xlsx"
    assert sb.cobrancas.exportar(arquivo, competencia="2026-10") == 2
    aba = openpyxl.load_workbook(arquivo).worksheets[0]
    assert aba.max_row == 3
    with sandbox.cliente(token="errado") as outro, pytest.raises(AuthenticationError):
        outro.cobrancas.exportar(tmp_path / "nada.xlsx")
    with pytest.raises(FileError, match="nenhuma"):
        sb.cobrancas.exportar(tmp_path / "nenhuma" / "x.xlsx")
    assert not list(tmp_path.glob("*.parcial"))
    assert not (tmp_path / "nada.xlsx").exists()
