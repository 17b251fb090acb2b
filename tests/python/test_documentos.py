"""The documents: the vectors shared with Rust and JavaScript, and the columns."""

import csv
import io
import json
import pickle
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import pytest
from smartbill import Smartbill, documentos

VETORES = Path(__file__).parents[1] / "vectors"
NOMES = [nome for nome in documentos.__all__ if nome.islower()]


@pytest.mark.parametrize("nome", NOMES)
def test_lixo_e_recusado_com_motivo(nome: str) -> None:
    documento: documentos.Documento = getattr(documentos, nome)
    for texto in ["", " ", "\0", "\ud800", "😀" * 20, "１２３", "–" * 44, "a" * 1_000_000, "9" * 1_000_000, "á" * 14]:
        resultado = documento.validar(texto)
        assert not resultado.valido
        assert not resultado
        assert resultado.motivo
        assert resultado.mensagem
        assert resultado.mensagem_en
        assert len(resultado.mensagem) < 200
        assert resultado.valor is None
        assert not documento.valido(texto)
        documento.validar(texto, modo="leniente")
        documento.formatar(texto)
        documento.limpar(texto)


def test_campos_do_documento_sao_atributos() -> None:
    cpf = documentos.cpf.validar("529.982.247-25")
    assert (cpf.valido, cpf.motivo, cpf.valor, cpf.mensagem) == (True, None, "52998224725", None)
    assert (cpf.regiao_fiscal, cpf.ufs) == ("7", ("ES", "RJ"))
    assert cpf.campos == {"regiao_fiscal": "7", "ufs": ("ES", "RJ")}
    assert "regiao_fiscal" in dir(cpf)
    assert "529" not in repr(cpf)
    cnpj = documentos.cnpj.validar("12.ABC.345/01DE-35")
    assert (cnpj.alfanumerico, cnpj.raiz, cnpj.matriz) == (True, "12ABC345", False)
    assert documentos.cnpj.validar("x").raiz is None
    with pytest.raises(AttributeError, match="`cpf` has no attribute `raiz`"):
        _ = cpf.raiz
    boleto = documentos.boleto.validar("00191376900000135001238012345640420006190018")
    assert (boleto.quantia, boleto.vencimentos) == (Decimal("135.00"), ("2008-02-01", "2032-09-22"))
    assert documentos.telefone.validar("11987654321").uf == "SP"


def test_modo_e_uf() -> None:
    assert documentos.cpf.validar("529.982-247.25").motivo == "mascara"
    leniente = documentos.cpf.validar("529.982-247.25", "leniente")
    assert (leniente.valor, leniente.removido) == ("52998224725", ".-.")
    assert documentos.municipio.validar("3550308", uf="RJ").motivo == "uf_divergente"
    assert documentos.ie.validar("110.042.490.114", uf="SP").valor == "110042490114"
    assert documentos.cep.validar("01310100", uf="RJ").avisos == ("uf_divergente",)
    with pytest.raises(ValueError, match="`frouxo`"):
        documentos.cpf.validar("1", modo="frouxo")  # type: ignore[arg-type]


def test_formatar_e_limpar() -> None:
    assert documentos.cpf.formatar("52998224725") == "529.982.247-25"
    assert documentos.cpf.formatar("1") is None
    assert documentos.cpf.limpar("529.982.247-25") == "52998224725"
    assert documentos.cnpj.formatar("12ABC34501DE35") == "12.ABC.345/01DE-35"


def test_coluna_de_lista() -> None:
    esperado = [None, None, "vazio", "vazio", "digito_verificador", "alfabeto"]
    coluna = ["52998224725", "529.982.247-25", None, float("nan"), "52998224724", "\ud800"]
    assert documentos.cpf.validar_coluna(coluna) == esperado
    assert documentos.cpf.validar_coluna(tuple(coluna)) == esperado
    assert documentos.cpf.validar_coluna(iter(coluna)) == esperado
    assert documentos.cpf.validar_coluna([]) == []
    with pytest.raises(TypeError, match="item 1 is `int`"):
        documentos.cpf.validar_coluna(["52998224725", 52998224725])
    with pytest.raises(TypeError):
        documentos.cpf.validar_coluna(7)


COLUNA = ["52998224725", "529.982.247-25", None, "52998224724", "x"]
MOTIVOS = [None, None, "vazio", "digito_verificador", "alfabeto"]


def test_coluna_de_pyarrow() -> None:
    pa = pytest.importorskip("pyarrow")
    for coluna in (
        pa.array(COLUNA),
        pa.array(COLUNA, pa.large_string()),
        pa.array(COLUNA, pa.string_view()),
        pa.array(COLUNA).dictionary_encode(),
        pa.chunked_array([COLUNA[:2], COLUNA[2:]]),
        pa.array(["antes", *COLUNA, "depois"]).slice(1, len(COLUNA)),
    ):
        assert documentos.cpf.validar_coluna(coluna) == MOTIVOS
    assert documentos.cpf.validar_coluna(pa.nulls(2)) == ["vazio", "vazio"]
    with pytest.raises(TypeError, match="`Int64`, not text"):
        documentos.cpf.validar_coluna(pa.array([1]))


def test_coluna_de_polars() -> None:
    pl = pytest.importorskip("polars")
    for coluna in (pl.Series(COLUNA), pl.Series(COLUNA, dtype=pl.Categorical)):
        assert documentos.cpf.validar_coluna(coluna) == MOTIVOS


def test_coluna_de_pandas() -> None:
    pd = pytest.importorskip("pandas")
    for dtype in ("str", "string", "object", "category"):
        assert documentos.cpf.validar_coluna(pd.Series(COLUNA, dtype=dtype)) == MOTIVOS, dtype
    assert documentos.cpf.validar_coluna(pd.Series(COLUNA, dtype=object).to_numpy()) == MOTIVOS
    with pytest.raises(TypeError, match="not text"):
        documentos.cpf.validar_coluna(pd.Series([52998224725]))


@pytest.mark.parametrize("nome", NOMES)
def test_as_tres_perguntas_concordam(nome: str) -> None:
    """Short texts, long ones, and those that UTF-8 cannot hold are read by different ways."""
    documento: documentos.Documento = getattr(documentos, nome)
    textos = ["", "\0", "\ud800", "é", "５２", "52998224725", "529.982.247-25", "\u201352998224725", "😀"]
    textos += [letra * n for letra in "9aé" for n in (63, 64, 65, 255, 256, 257, 5_000)]
    for modo in ("estrito", "leniente"):
        resultados = [documento.validar(texto, modo) for texto in textos]
        motivos = [resultado.motivo for resultado in resultados]
        assert documento.validar_coluna(textos, modo) == motivos
        if modo == "estrito":
            assert [documento.valido(texto) for texto in textos] == [resultado.valido for resultado in resultados]


def test_boleto_gerado_e_lido() -> None:
    boleto = documentos.boleto
    linha = boleto.gerar("001", "1" * 25, valor=Decimal("155.50"), vencimento=date(2026, 12, 21))
    lido = boleto.validar(linha)
    assert (lido.valido, lido.banco, lido.quantia, lido.fator_vencimento) == (True, "001", Decimal("155.50"), "1667")
    assert boleto.vencimento(linha, date(2026, 1, 1)) == date(2026, 12, 21)
    assert boleto.vencimento(linha, date(2003, 1, 1)) == date(2002, 5, 1)
    assert boleto.vencimento(boleto.gerar("001", "1" * 25), date(2026, 1, 1)) is None
    alto = boleto.gerar("341", "2" * 25, valor="155555555.55")
    assert boleto.validar(alto).motivo == "faixa"
    leniente = boleto.validar(alto, "leniente")
    assert (leniente.quantia, leniente.vencimentos) == (Decimal("155555555.55"), None)
    assert leniente.avisos == ("valor_sem_fator",)
    arrecadacao = boleto.validar(boleto.gerar_arrecadacao("saneamento", "3" * 29, valor=10, modulo=11))
    assert (arrecadacao.segmento, arrecadacao.quantia) == ("saneamento", Decimal("10.00"))
    with pytest.raises(ValueError, match="vencimento"):
        boleto.gerar("001", "1" * 25, valor="100000000", vencimento=date(2026, 12, 21))
    with pytest.raises(ValueError, match="valor"):
        boleto.gerar("001", "1" * 25, valor="0.001")
    assert pickle.loads(pickle.dumps(boleto)).gerar("001", "1" * 25)


def test_brcode_gerado_e_lido() -> None:
    brcode = documentos.brcode
    texto = brcode.gerar(nome="Padaria Açaí", cidade="BRASÍLIA", chave="fulano@example.com", valor="10.50", txid="P1")
    lido = brcode.validar(texto)
    assert (lido.valido, lido.tipo, lido.nome, lido.cidade) == (True, "estatico", "Padaria Açaí", "BRASÍLIA")
    assert (lido.chave, lido.quantia, lido.txid) == ("fulano@example.com", Decimal("10.50"), "P1")
    dinamico = brcode.validar(brcode.gerar(nome="Loja", cidade="Recife", url="pix.example.com/qr/v2/1"))
    assert (dinamico.tipo, dinamico.url, dinamico.unico_uso) == ("dinamico", "pix.example.com/qr/v2/1", True)
    assert brcode.qr_svg(texto).rstrip().endswith("</svg>")
    assert brcode.qr_png(texto).startswith(b"\x89PNG\r\n")
    with pytest.raises(ValueError, match="txid"):
        brcode.gerar(nome="A", cidade="B", chave="fulano@example.com", txid="com espaço")
    with pytest.raises(ValueError, match="either"):
        brcode.gerar(nome="A", cidade="B")
    with pytest.raises(ValueError, match="CRC"):
        brcode.qr_svg(texto[:-1] + ("0" if texto[-1] != "0" else "1"))


def test_documento_desconhecido_e_pickle() -> None:
    with pytest.raises(ValueError, match="`rg`"):
        documentos.Documento("rg")
    copia = pickle.loads(pickle.dumps(documentos.cpf))
    assert copia.nome == "cpf"


@pytest.mark.parametrize("nome", NOMES)
def test_vetores(nome: str) -> None:
    documento: documentos.Documento = getattr(documentos, nome)
    vetores: list[dict[str, Any]] = json.loads((VETORES / f"{nome}.json").read_text("utf-8"))
    assert len(vetores) > 20
    for vetor in vetores:
        resultado = documento.validar(vetor["value"], vetor["modo"], vetor.get("uf"))
        campos = {nome: str(v) if isinstance(v, Decimal) else v for nome, v in resultado.campos.items()}
        assert {
            "valid": resultado.valido,
            "motivo": resultado.motivo,
            "valor": resultado.valor,
            **({"removido": resultado.removido} if "removido" in vetor else {}),
            "avisos": list(resultado.avisos),
            "campos": {snake(nome): campos.get(snake(nome)) for nome in vetor.get("campos", {})},
        } == {
            "valid": vetor["valid"],
            "motivo": vetor.get("motivo"),
            "valor": vetor.get("valor"),
            **({"removido": vetor["removido"]} if "removido" in vetor else {}),
            "avisos": vetor.get("avisos", []),
            "campos": {
                snake(nome): tuple(v) if isinstance(v, list) else v for nome, v in vetor.get("campos", {}).items()
            },
        }, vetor
        if vetor["modo"] == "estrito" and "uf" not in vetor:
            assert documento.valido(vetor["value"]) == vetor["valid"], vetor
        assert documento.validar_coluna([vetor["value"]], vetor["modo"], vetor.get("uf")) == [vetor.get("motivo")]


@pytest.mark.parametrize("modo", ["estrito", "leniente"])
@pytest.mark.parametrize(
    ("nome", "campo"), [("moeda_ptbr", "valor"), ("data_ptbr", "dataConsumo"), ("competencia_ptbr", "competencia")]
)
def test_vetores_de_valores(sb: Smartbill, nome: str, campo: str, modo: Literal["estrito", "leniente"]) -> None:
    """Money, dates and months, as cells of a spreadsheet; an empty cell is no value at all."""
    vetores: list[dict[str, Any]] = json.loads((VETORES / f"{nome}.json").read_text("utf-8"))
    vetores = [vetor for vetor in vetores if vetor["value"] and vetor["modo"] == modo]
    saida = io.StringIO()
    escritor = csv.writer(saida, delimiter=";")
    escritor.writerow(["Contrato", "Serviço", "Quantidade", "Competência", "Data do Consumo", "Valor", "Id Externo"])
    for i, vetor in enumerate(vetores):
        celulas = {"competencia": "10/2026", "dataConsumo": "", "valor": "", campo: vetor["value"]}
        escritor.writerow(["C1", "S1", "1", *celulas.values(), f"X{i}"])
    importacao = sb.consumos.importar(saida.getvalue().encode(), nome="vetores.csv", modo=modo, dry_run=True)
    lidas = list(importacao.linhas())
    assert len(lidas) == len(vetores)
    for vetor, linha in zip(vetores, lidas):
        erros = [p.codigo for p in linha.problemas if p.campo == campo and not p.aviso]
        assert (vetor.get("motivo") in erros) != vetor["valid"], (vetor, erros)


def test_vetores_do_fator_de_vencimento() -> None:
    boletos: list[dict[str, Any]] = json.loads((VETORES / "boleto.json").read_text("utf-8"))
    vistos = 0
    for vetor in boletos:
        if vencimento := vetor.get("vencimento"):
            esperado = vencimento["data"] and date.fromisoformat(vencimento["data"])
            visto = documentos.boleto.vencimento(vetor["value"], date.fromisoformat(vencimento["referencia"]))
            assert visto == esperado, vetor
            vistos += 1
    assert vistos > 10


def snake(nome: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in nome)
