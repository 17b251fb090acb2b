"""Plans, templates, tables and callbacks: what the batch gives Python beyond ``importar`` itself."""

from __future__ import annotations

import datetime
import decimal
import io
from typing import Any

import openpyxl
import pytest
import smartbill
from smartbill import Plano, Smartbill
from smartbill.batch import Linha
from smartbill.errors import ConfigurationError, JournalError, StalePlanError
from smartbill.sandbox import Sandbox

ANA = {"codigo_externo": "A", "nome": "Ana", "cpf_cnpj": "52998224725"}
BIA = {"codigo_externo": "B", "nome": "Bia", "cpf_cnpj": "11144477735"}


def test_a_plan_is_printed_kept_and_applied(sb: Smartbill, sandbox: Sandbox) -> None:
    sb.clientes.importar([ANA, BIA])
    plano = sb.clientes.sincronizar([{**ANA, "email": "ana@example.com"}], remover="50%")
    assert plano.contagem == (0, 1, 1, 0, 0)
    assert not plano.vazio
    assert "email: vazio -> ***" in str(plano)
    assert 'email: vazio -> "ana@example.com"' in plano.texto(show_personal=True)
    assert 'email: empty -> "ana@example.com"' in plano.texto("en", show_personal=True)
    assert [m["campo"] for m in plano.to_dict()["alterar"][0]["mudancas"]] == ["email"]
    assert sandbox.estado()["clientes"]["removidos"] == 0

    lido = Plano.from_json(plano.to_json())
    with pytest.raises(ConfigurationError):
        lido.aplicar()
    ouvidas: list[Linha] = []
    importacao = lido.aplicar(sb, on_row=ouvidas.append)
    assert (importacao.contagem.alterados, importacao.contagem.removidos) == (1, 1)
    assert sorted(linha.codigo or "" for linha in ouvidas) == ["removed", "updated"]
    with pytest.raises(StalePlanError):
        lido.aplicar(sb)


def test_removal_has_a_ceiling(sb: Smartbill) -> None:
    sb.clientes.importar([ANA, BIA])
    casos: list[tuple[list[dict[str, str]], int | str]] = [([ANA], "10%"), ([ANA], 0), ([], "100%")]
    for fonte, remover in casos:
        with pytest.raises(ConfigurationError):
            sb.clientes.sincronizar(fonte, remover=remover)
    with pytest.raises(ValueError, match="porcentagem"):
        sb.clientes.sincronizar([ANA], remover="tudo")
    assert sb.clientes.sincronizar([ANA]).contagem.remover == 0


@pytest.mark.parametrize("recurso", ["clientes", "consumos"])
def test_the_template_is_taken_by_its_own_importer(recurso: Any) -> None:
    bytes_ = smartbill.modelo(recurso)
    assert openpyxl.load_workbook(io.BytesIO(bytes_)).worksheets
    validada = smartbill.validar(recurso, bytes_)
    assert (validada.contagem.total, validada.contagem.pendentes) == (1, 1), list(validada.rejeitadas())


def test_each_row_is_told_once_it_is_written_down(sb: Smartbill) -> None:
    ouvidas: list[Linha] = []
    sb.clientes.importar([ANA, BIA], on_row=ouvidas.append)
    assert sorted((linha.chave, linha.codigo) for linha in ouvidas) == [("A", "created"), ("B", "created")]


def test_rows_made_one_by_one_resume_from_a_journal_that_takes_no_others(sb: Smartbill, tmp_path: Any) -> None:
    journal = tmp_path / "j"
    sb.clientes.importar(iter([ANA]), journal=journal)
    assert sb.clientes.importar(iter([ANA]), journal=journal).contagem.incluidos == 1
    with pytest.raises(JournalError, match="recomecar"):
        sb.clientes.importar(iter([BIA]), journal=journal)
    assert sb.clientes.importar(iter([BIA]), journal=journal, recomecar=True).contagem.incluidos == 1


def test_tables_of_any_data_frame_library_are_sources(sb: Smartbill) -> None:
    pa = pytest.importorskip("pyarrow")
    tabela = pa.table(
        {
            "codigo_externo": ["A", "B"],
            "nome": ["Ana Maria", "Bia"],
            "documento": ["52998224725", "11144477735"],
            "endereco.cep": ["01310100", None],
            "data_nascimento": [None, datetime.date(1990, 1, 2)],
            "lixo": [1.5, None],
        }
    )
    importacao = sb.clientes.importar(tabela, mapa={"documento": "cpfCnpj", "lixo": ""})
    assert importacao.contagem.incluidos == 2, list(importacao.rejeitadas())
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
    assert smartbill.validar("consumos", consumos).contagem.pendentes == 1
    with pytest.raises(TypeError, match="`x`"):
        smartbill.validar("consumos", pa.table({"x": [[1]]}))
