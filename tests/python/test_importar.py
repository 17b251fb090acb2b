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
    segunda = sb.clientes.importar(planilha)
    assert segunda.contagem == primeira.contagem, "the journal knows"
    assert sandbox.estado()["clientes"] == antes
    terceira = sb.clientes.importar(planilha, recomecar=True)
    assert (terceira.contagem.inalterados, terceira.contagem.incluidos) == (2, 0)
    with pytest.raises(JournalError, match="recomeçado"):
        list(primeira.rejeitadas())


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
