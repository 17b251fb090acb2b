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

VECTORS = Path(__file__).parents[1] / "vectors"
NAMES = [name for name in documentos.__all__ if name.islower()]


@pytest.mark.parametrize("name", NAMES)
def test_junk_is_refused_with_a_reason(name: str) -> None:
    documento: documentos.Documento = getattr(documentos, name)
    for text in ["", " ", "\0", "\ud800", "😀" * 20, "１２３", "–" * 44, "a" * 1_000_000, "9" * 1_000_000, "á" * 14]:
        answer = documento.validar(text)
        assert not answer.valido
        assert not answer
        assert answer.motivo
        assert answer.mensagem
        assert answer.mensagem_en
        assert len(answer.mensagem) < 200
        assert answer.valor is None
        assert not documento.valido(text)
        documento.validar(text, mode="lenient")
        documento.formatar(text)
        documento.limpar(text)


def test_the_fields_of_a_documento_are_attributes() -> None:
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


def test_mode_and_uf() -> None:
    assert documentos.cpf.validar("529.982-247.25").motivo == "mascara"
    lenient = documentos.cpf.validar("529.982-247.25", "lenient")
    assert (lenient.valor, lenient.removido) == ("52998224725", ".-.")
    assert documentos.municipio.validar("3550308", uf="RJ").motivo == "uf_divergente"
    assert documentos.ie.validar("110.042.490.114", uf="SP").valor == "110042490114"
    assert documentos.cep.validar("01310100", uf="RJ").avisos == ("uf_divergente",)
    with pytest.raises(ValueError, match="`frouxo`"):
        documentos.cpf.validar("1", mode="frouxo")  # type: ignore[arg-type]


def test_formatar_e_limpar() -> None:
    assert documentos.cpf.formatar("52998224725") == "529.982.247-25"
    assert documentos.cpf.formatar("1") is None
    assert documentos.cpf.limpar("529.982.247-25") == "52998224725"
    assert documentos.cnpj.formatar("12ABC34501DE35") == "12.ABC.345/01DE-35"


def test_a_column_of_a_list() -> None:
    expected = [None, None, "vazio", "vazio", "digito_verificador", "alfabeto"]
    column = ["52998224725", "529.982.247-25", None, float("nan"), "52998224724", "\ud800"]
    assert documentos.cpf.validar_coluna(column) == expected
    assert documentos.cpf.validar_coluna(tuple(column)) == expected
    assert documentos.cpf.validar_coluna(iter(column)) == expected
    assert documentos.cpf.validar_coluna([]) == []
    with pytest.raises(TypeError, match="item 1 is `int`"):
        documentos.cpf.validar_coluna(["52998224725", 52998224725])
    with pytest.raises(TypeError):
        documentos.cpf.validar_coluna(7)


COLUMN = ["52998224725", "529.982.247-25", None, "52998224724", "x"]
REASONS = [None, None, "vazio", "digito_verificador", "alfabeto"]


def test_a_column_of_pyarrow() -> None:
    pa = pytest.importorskip("pyarrow")
    for column in (
        pa.array(COLUMN),
        pa.array(COLUMN, pa.large_string()),
        pa.array(COLUMN, pa.string_view()),
        pa.array(COLUMN).dictionary_encode(),
        pa.chunked_array([COLUMN[:2], COLUMN[2:]]),
        pa.array(["antes", *COLUMN, "depois"]).slice(1, len(COLUMN)),
    ):
        assert documentos.cpf.validar_coluna(column) == REASONS
    assert documentos.cpf.validar_coluna(pa.nulls(2)) == ["vazio", "vazio"]
    with pytest.raises(TypeError, match="`Int64`, not text"):
        documentos.cpf.validar_coluna(pa.array([1]))


def test_a_column_of_polars() -> None:
    pl = pytest.importorskip("polars")
    for column in (pl.Series(COLUMN), pl.Series(COLUMN, dtype=pl.Categorical)):
        assert documentos.cpf.validar_coluna(column) == REASONS


def test_a_column_of_pandas() -> None:
    pd = pytest.importorskip("pandas")
    for dtype in ("str", "string", "object", "category"):
        assert documentos.cpf.validar_coluna(pd.Series(COLUMN, dtype=dtype)) == REASONS, dtype
    assert documentos.cpf.validar_coluna(pd.Series(COLUMN, dtype=object).to_numpy()) == REASONS
    with pytest.raises(TypeError, match="not text"):
        documentos.cpf.validar_coluna(pd.Series([52998224725]))


@pytest.mark.parametrize("name", NAMES)
def test_the_three_ways_to_ask_agree(name: str) -> None:
    """Short texts, long ones, and those that UTF-8 cannot hold are read by different ways."""
    documento: documentos.Documento = getattr(documentos, name)
    texts = ["", "\0", "\ud800", "é", "５２", "52998224725", "529.982.247-25", "\u201352998224725", "😀"]
    texts += [letter * n for letter in "9aé" for n in (63, 64, 65, 255, 256, 257, 5_000)]
    for mode in ("strict", "lenient"):
        answers = [documento.validar(text, mode) for text in texts]
        reasons = [answer.motivo for answer in answers]
        assert documento.validar_coluna(texts, mode) == reasons
        if mode == "strict":
            assert [documento.valido(text) for text in texts] == [answer.valido for answer in answers]


def test_a_boleto_that_was_made_is_read_back() -> None:
    boleto = documentos.boleto
    line = boleto.gerar("001", "1" * 25, valor=Decimal("155.50"), vencimento=date(2026, 12, 21))
    answer = boleto.validar(line)
    assert (answer.valido, answer.banco, answer.quantia, answer.fator_vencimento) == (
        True,
        "001",
        Decimal("155.50"),
        "1667",
    )
    assert boleto.vencimento(line, date(2026, 1, 1)) == date(2026, 12, 21)
    assert boleto.vencimento(line, date(2003, 1, 1)) == date(2002, 5, 1)
    assert boleto.vencimento(boleto.gerar("001", "1" * 25), date(2026, 1, 1)) is None
    high = boleto.gerar("341", "2" * 25, valor="155555555.55")
    assert boleto.validar(high).motivo == "faixa"
    lenient = boleto.validar(high, "lenient")
    assert (lenient.quantia, lenient.vencimentos) == (Decimal("155555555.55"), None)
    assert lenient.avisos == ("valor_sem_fator",)
    arrecadacao = boleto.validar(boleto.gerar_arrecadacao("saneamento", "3" * 29, valor=10, modulo=11))
    assert (arrecadacao.segmento, arrecadacao.quantia) == ("saneamento", Decimal("10.00"))
    with pytest.raises(ValueError, match="vencimento"):
        boleto.gerar("001", "1" * 25, valor="100000000", vencimento=date(2026, 12, 21))
    with pytest.raises(ValueError, match="valor"):
        boleto.gerar("001", "1" * 25, valor="0.001")
    assert pickle.loads(pickle.dumps(boleto)).gerar("001", "1" * 25)


def test_a_brcode_that_was_made_is_read_back() -> None:
    brcode = documentos.brcode
    text = brcode.gerar(nome="Padaria Açaí", cidade="BRASÍLIA", chave="fulano@example.com", valor="10.50", txid="P1")
    answer = brcode.validar(text)
    assert (answer.valido, answer.tipo, answer.nome, answer.cidade) == (True, "estatico", "Padaria Açaí", "BRASÍLIA")
    assert (answer.chave, answer.quantia, answer.txid) == ("fulano@example.com", Decimal("10.50"), "P1")
    dynamic = brcode.validar(brcode.gerar(nome="Loja", cidade="Recife", url="pix.example.com/qr/v2/1"))
    assert (dynamic.tipo, dynamic.url, dynamic.unico_uso) == ("dinamico", "pix.example.com/qr/v2/1", True)
    assert brcode.qr_svg(text).rstrip().endswith("</svg>")
    assert brcode.qr_png(text).startswith(b"\x89PNG\r\n")
    with pytest.raises(ValueError, match="txid"):
        brcode.gerar(nome="A", cidade="B", chave="fulano@example.com", txid="com espaço")
    with pytest.raises(ValueError, match="either"):
        brcode.gerar(nome="A", cidade="B")
    with pytest.raises(ValueError, match="CRC"):
        brcode.qr_svg(text[:-1] + ("0" if text[-1] != "0" else "1"))


def test_an_unknown_documento_and_pickle() -> None:
    with pytest.raises(ValueError, match="`rg`"):
        documentos.Documento("rg")
    copied = pickle.loads(pickle.dumps(documentos.cpf))
    assert copied.kind == "cpf"


@pytest.mark.parametrize("name", NAMES)
def test_vectors(name: str) -> None:
    documento: documentos.Documento = getattr(documentos, name)
    vectors: list[dict[str, Any]] = json.loads((VECTORS / f"{name}.json").read_text("utf-8"))
    assert len(vectors) > 20
    for vector in vectors:
        answer = documento.validar(vector["value"], vector["mode"], vector.get("uf"))
        campos = {name: str(v) if isinstance(v, Decimal) else v for name, v in answer.campos.items()}
        assert {
            "valid": answer.valido,
            "motivo": answer.motivo,
            "valor": answer.valor,
            **({"removido": answer.removido} if "removido" in vector else {}),
            "avisos": list(answer.avisos),
            "campos": {snake(name): campos.get(snake(name)) for name in vector.get("campos", {})},
        } == {
            "valid": vector["valid"],
            "motivo": vector.get("motivo"),
            "valor": vector.get("valor"),
            **({"removido": vector["removido"]} if "removido" in vector else {}),
            "avisos": vector.get("avisos", []),
            "campos": {
                snake(name): tuple(v) if isinstance(v, list) else v for name, v in vector.get("campos", {}).items()
            },
        }, vector
        if vector["mode"] == "strict" and "uf" not in vector:
            assert documento.valido(vector["value"]) == vector["valid"], vector
        assert documento.validar_coluna([vector["value"]], vector["mode"], vector.get("uf")) == [vector.get("motivo")]


@pytest.mark.parametrize("mode", ["strict", "lenient"])
@pytest.mark.parametrize(
    ("name", "field"), [("money_ptbr", "valor"), ("date_ptbr", "dataConsumo"), ("competencia_ptbr", "competencia")]
)
def test_vectors_of_values(sb: Smartbill, name: str, field: str, mode: Literal["strict", "lenient"]) -> None:
    """Money, dates and months, as cells of a spreadsheet; an empty cell is no value at all."""
    vectors: list[dict[str, Any]] = json.loads((VECTORS / f"{name}.json").read_text("utf-8"))
    vectors = [vector for vector in vectors if vector["value"] and vector["mode"] == mode]
    output = io.StringIO()
    writer = csv.writer(output, delimiter=";")
    writer.writerow(["Contrato", "Serviço", "Quantidade", "Competência", "Data do Consumo", "Valor", "Id Externo"])
    for i, vector in enumerate(vectors):
        cells = {"competencia": "10/2026", "dataConsumo": "", "valor": "", field: vector["value"]}
        writer.writerow(["C1", "S1", "1", *cells.values(), f"X{i}"])
    result = sb.consumos.importar(output.getvalue().encode(), name="vetores.csv", mode=mode, dry_run=True)
    rows = list(result.rows())
    assert len(rows) == len(vectors)
    for vector, row in zip(vectors, rows):
        errors = [p.code for p in row.findings if p.path == field and p.severity == "error"]
        assert (vector.get("motivo") in errors) != vector["valid"], (vector, errors)


def test_vectors_of_the_due_date_factor() -> None:
    boletos: list[dict[str, Any]] = json.loads((VECTORS / "boleto.json").read_text("utf-8"))
    count = 0
    for vector in boletos:
        if vencimento := vector.get("vencimento"):
            expected = vencimento["date"] and date.fromisoformat(vencimento["date"])
            seen = documentos.boleto.vencimento(vector["value"], date.fromisoformat(vencimento["reference"]))
            assert seen == expected, vector
            count += 1
    assert count > 10


def snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name)


def test_an_amount_that_is_no_number_is_named() -> None:
    with pytest.raises(ValueError, match="`valor`: `abc`"):
        documentos.boleto.gerar("001", "1" * 25, valor="abc")
