"""The models: the vectors shared with Rust and JavaScript, and what makes them good Python objects."""

import copy
import json
import pickle
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
import smartbill
from smartbill import Cliente, Cobranca, Consumo, Contrato, Endereco, ItemContrato
from smartbill.errors import ValidationError

VETORES = Path(__file__).parents[1] / "vectors"
MODELOS: list[dict[str, Any]] = json.loads((VETORES / "modelos.json").read_text("utf-8"), parse_float=Decimal)


@pytest.mark.parametrize("caso", MODELOS, ids=lambda c: c["nome"])
def test_vetor(caso: dict[str, Any]) -> None:
    report = getattr(smartbill, caso["modelo"]).conferir(
        caso["entrada"], modo=caso["modo"], intencao=caso["intencao"], hoje=date.fromisoformat(caso["hoje"])
    )
    encontradas = [
        {"path": v.path, "code": v.code, "severity": v.severity, "pt": v.message("pt-BR"), "en": v.message("en")}
        for v in report.violations
    ]
    assert encontradas == caso["violacoes"]
    assert report.valid == (not report.errors)


MANY: list[dict[str, Any]] = json.loads((VETORES / "many_violations.json").read_text("utf-8"))


@pytest.mark.parametrize("case", MANY, ids=lambda c: c["name"])
def test_a_report_lists_a_thousand_violations_and_counts_the_rest(case: dict[str, Any]) -> None:
    given = dict(case["input"])
    if "list" in case:
        given[case["list"]["field"]] = [case["list"]["item"]] * case["list"]["times"]
    if "keys" in case:
        given.update({f"{case['keys']['prefix']}{i}": True for i in range(case["keys"]["times"])})
    violations = getattr(smartbill, case["model"]).conferir(given).violations
    last = violations[-1]
    found = {
        "path": last.path,
        "code": last.code,
        "severity": last.severity,
        "pt": last.message("pt-BR"),
        "en": last.message("en"),
    }
    assert (len(violations), found) == (case["listed"], case["last"])
    assert sum("sugestao" in v.params for v in violations) == case["suggestions"]


def consumo(**mudancas: Any) -> Consumo:
    campos: dict[str, Any] = {
        "id_externo": "U-1",
        "contrato_id": "1",
        "servico_codigo": "GB",
        "competencia": "2026-11",
        "quantidade": Decimal("10.50"),
    }
    return Consumo(**{**campos, **mudancas})


def test_campos_tem_os_tipos_do_python() -> None:
    c = consumo(data_consumo=date(2026, 11, 2), propriedades={"host": "a"}, estorno=False)
    assert (c.quantidade, c.competencia, c.data_consumo) == (Decimal("10.50"), "2026-11", date(2026, 11, 2))
    assert str(c.quantidade) == "10.50"
    assert (c.propriedades, c.estorno, c.descricao, c.extras) == ({"host": "a"}, False, None, {})


def test_objetos_e_listas_viram_modelos() -> None:
    contrato = Contrato(itens=[{"servicoId": 7, "quantidade": 1}, ItemContrato(servico_id="8", quantidade=2)])
    assert contrato.itens == (ItemContrato(servico_id="7", quantidade="1"), ItemContrato(servico_id="8", quantidade=2))
    cliente = Cliente(nome="Ana", endereco=Endereco(cep="01310-100"), tags=("a", "b"))
    assert cliente.endereco is not None
    assert cliente.endereco.cep == "01310100"
    assert cliente.tags == ("a", "b")
    assert cliente.emails_adicionais == ()


def test_igualdade_e_hash_seguem_o_significado() -> None:
    a, b = consumo(), consumo(quantidade="10.5")
    assert a == b
    assert hash(a) == hash(b)
    assert len({a, b}) == 1
    assert a != consumo(quantidade="10.51")
    assert a != "outra coisa"
    assert Cliente() != Endereco()


def test_congelado_e_so_por_nome() -> None:
    c = consumo()
    with pytest.raises(AttributeError):
        c.quantidade = Decimal(1)  # type: ignore[misc]
    with pytest.raises(TypeError):
        Consumo("1")  # type: ignore[call-arg]


def test_copias() -> None:
    c = consumo(propriedades={"a": "b"})
    assert pickle.loads(pickle.dumps(c)) == c
    assert copy.copy(c) is c
    assert copy.deepcopy([c])[0] is c
    menor = c.replace(quantidade=3, competencia=None)
    assert (menor.quantidade, menor.competencia, menor.propriedades) == (Decimal(3), None, {"a": "b"})
    assert c.quantidade == Decimal("10.5")
    assert c.__replace__(quantidade=3) == c.replace(quantidade=3)
    assert c.replace() == c
    with pytest.raises(ValidationError):
        c.replace(quantidade="x")


def test_json_ida_e_volta() -> None:
    c = consumo(data_consumo=date(2026, 11, 2))
    texto = c.to_json()
    assert json.loads(texto)["contratoId"] == "1"
    assert json.loads(texto)["quantidade"] == "10.50"
    assert Consumo.from_json(texto) == c
    assert Consumo.from_json(texto.encode()) == c
    assert Consumo.from_dict(c.to_dict()) == c
    assert Consumo.from_dict(c) == c
    assert c.to_dict()["id_externo"] == "U-1"
    with pytest.raises(ValueError, match="invalid JSON"):
        Consumo.from_json("{")
    with pytest.raises(TypeError):
        Consumo.from_json(3)  # type: ignore[arg-type]


def test_digitos_de_numeros_json_nao_se_perdem() -> None:
    assert str(Consumo.from_json('{"quantidade": 0.100000}').quantidade) == "0.100000"
    with pytest.raises(ValidationError, match="casas"):
        Consumo.from_json('{"quantidade": 0.10000001}')


def test_repr_mascara_dados_pessoais() -> None:
    cliente = Cliente(
        nome="Maria da Silva", cpf_cnpj="529.982.247-25", email="maria@example.com", celular="11987654321", grupo="ouro"
    )
    assert repr(cliente) == 'Cliente(nome=***, cpf_cnpj=***, email=***, celular=***, grupo="ouro")'
    assert str(cliente) == repr(cliente)
    assert "01310" not in repr(Cliente(endereco={"cep": "01310100", "uf": "SP"}))


def test_cinco_erros_uma_excecao() -> None:
    with pytest.raises(ValidationError) as info:
        Cliente(
            nome="A",
            cpf_cnpj="11222333000182",
            email="sem-arroba",
            nomee="x",  # type: ignore[call-arg]
            endereco={"uf": "XX"},
        )
    erro = info.value
    assert isinstance(erro, ValueError)
    assert (erro.code, erro.outcome, len(erro.violations)) == ("validation", "not_sent", 5)
    assert [v.path for v in erro.violations] == ["nome", "cpfCnpj", "email", "nomee", "endereco.uf"]
    assert "você quis dizer `nome`?" in str(erro)
    assert "11222333000182" not in str(erro)


def test_raise_if_invalid() -> None:
    report = Cliente.conferir({"nome": "A"})
    with pytest.raises(ValidationError, match="at least 2 characters") as info:
        report.raise_if_invalid("en")
    assert info.value.report == report
    Cliente.conferir({"nome": "Ana", "cpfCnpj": "52998224725"}).raise_if_invalid()


class Letra(str, Enum):
    A = "FISICA"


class Linha(Mapping[str, Any]):
    """What a database driver gives as a row."""

    def __init__(self, **campos: Any) -> None:
        self.campos = campos

    def __getitem__(self, nome: str) -> Any:
        return self.campos[nome]

    def __iter__(self) -> Iterator[str]:
        return iter(self.campos)

    def __len__(self) -> int:
        return len(self.campos)


class Indice:
    def __index__(self) -> int:
        return 12


def test_entradas_que_pessoas_tem_a_mao() -> None:
    assert Cliente(tipo_pessoa=Letra.A).tipo_pessoa == "FISICA"
    assert Cliente.from_dict(Linha(nome="Ana")).nome == "Ana"
    assert Cliente.from_dict(OrderedDict(nome="Ana")).nome == "Ana"
    assert Contrato(dia_vencimento=Indice()).dia_vencimento == 12  # type: ignore[arg-type]
    assert Consumo(data_consumo=datetime(2026, 1, 2)).data_consumo == date(2026, 1, 2)
    assert Consumo(competencia=date(2026, 1, 2)).competencia == "2026-01"
    fuso = timezone(timedelta(hours=-3))
    assert Cliente(criado_em=datetime(2026, 1, 2, 3, tzinfo=fuso)).criado_em == datetime(
        2026, 1, 2, 6, tzinfo=timezone.utc
    )


def circular() -> list[Any]:
    lista: list[Any] = []
    lista.append(lista)
    return lista


def profunda() -> Any:
    objeto: Any = "x"
    for _ in range(100_000):
        objeto = [objeto]
    return objeto


def em_leque() -> Any:
    """A hundred lists that would unfold into 2^100."""
    objeto: Any = []
    for _ in range(100):
        objeto = [objeto, objeto]
    return objeto


@pytest.mark.parametrize(
    ("valor", "codigo"),
    [
        (object(), "tipo_invalido"),
        (b"bytes", "tipo_invalido"),
        ({1, 2}, "tipo_invalido"),
        (lambda: 1, "tipo_invalido"),
        (1.5, "tipo_invalido"),
        (True, "tipo_invalido"),
        (Decimal("NaN"), "obrigatorio"),
        (10**5000, "tipo_invalido"),
        (datetime(2026, 1, 1, 10, 30), "tipo_invalido"),
        ("\ud800", "tipo_invalido"),
        ("a\0b", "caractere_de_controle"),
        ("x" * 5_000_000, "texto_longo"),
        (circular(), "tipo_invalido"),
        (profunda(), "tipo_invalido"),
        (em_leque(), "tipo_invalido"),
        ({1: 2}, "tipo_invalido"),
    ],
    ids=lambda v: type(v).__name__,
)
def test_lixo_vira_violacao(valor: Any, codigo: str) -> None:
    report = Cliente.conferir({"nome": valor, "cpfCnpj": "52998224725"})
    assert [(v.path, v.code) for v in report.errors] == [("nome", codigo)]
    assert len(report.summary()) < 500


@pytest.mark.parametrize("valor", [float("inf"), 0.1 + 0.2, Decimal("Infinity"), Decimal("1e400"), "1" * 100])
def test_numeros_em_duvida_sao_recusados(valor: Any) -> None:
    assert Consumo.conferir({"quantidade": valor}, intencao="alterar").errors[0].path == "quantidade"


@pytest.mark.parametrize(
    ("valor", "lido"),
    [
        (0.1, "0.1"),
        (1234.56, "1234.56"),
        (Decimal("1E+2"), "100"),
        (7, "7"),
        ("7.10", "7.10"),
        (Decimal("0.10"), "0.10"),
    ],
)
def test_numeros_exatos_sao_aceitos(valor: Any, lido: str) -> None:
    assert str(Consumo(quantidade=valor).quantidade) == lido


def test_o_que_a_plataforma_inventa_sobrevive() -> None:
    texto = '{"id": 7, "situacao": "EM_DISPUTA", "novo": {"x": 1.250, "y": [12345678901234567890, null]}}'
    cobranca = Cobranca._restaurar(texto)  # type: ignore[attr-defined]
    assert (cobranca.id, cobranca.situacao) == ("7", "EM_DISPUTA")
    assert cobranca.extras == {"novo": {"x": Decimal("1.250"), "y": [12345678901234567890, None]}}
    outra = pickle.loads(pickle.dumps(cobranca))
    assert outra == cobranca
    assert outra.replace(numero="9").extras == cobranca.extras


def test_modo_e_intencao_errados() -> None:
    with pytest.raises(ValueError, match="`brando`"):
        Cliente.conferir({}, modo="brando")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="`remover`"):
        Cliente.conferir({}, intencao="remover")  # type: ignore[arg-type]


def test_documentacao_vem_da_tabela() -> None:
    assert Cliente.__doc__ == "A customer: who is billed."
    assert Cliente.nome.__doc__ == "Name, or registered company name (razão social)."
