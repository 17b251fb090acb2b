"""The documents: the vectors shared with Rust and JavaScript, and the columns."""

import json
import pickle
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from smartbill import documentos

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


def snake(nome: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in nome)
