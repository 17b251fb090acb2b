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

VECTORS = Path(__file__).parents[1] / "vectors"
MODELS: list[dict[str, Any]] = json.loads((VECTORS / "models.json").read_text("utf-8"), parse_float=Decimal)


@pytest.mark.parametrize("case", MODELS, ids=lambda c: c["name"])
def test_vector(case: dict[str, Any]) -> None:
    report = getattr(smartbill, case["model"]).check(
        case["input"], mode=case["mode"], intent=case["intent"], today=date.fromisoformat(case["today"])
    )
    found = [
        {"path": v.path, "code": v.code, "severity": v.severity, "pt": v.message("pt-BR"), "en": v.message("en")}
        for v in report.findings
    ]
    assert found == case["findings"]
    assert report.valid == (not report.errors)


MANY: list[dict[str, Any]] = json.loads((VECTORS / "many_findings.json").read_text("utf-8"))


@pytest.mark.parametrize("case", MANY, ids=lambda c: c["name"])
def test_a_report_lists_a_thousand_findings_and_counts_the_rest(case: dict[str, Any]) -> None:
    given = dict(case["input"])
    if "list" in case:
        given[case["list"]["field"]] = [case["list"]["item"]] * case["list"]["times"]
    if "keys" in case:
        given.update({f"{case['keys']['prefix']}{i}": True for i in range(case["keys"]["times"])})
    findings = getattr(smartbill, case["model"]).check(given).findings
    last = findings[-1]
    found = {
        "path": last.path,
        "code": last.code,
        "severity": last.severity,
        "pt": last.message("pt-BR"),
        "en": last.message("en"),
    }
    assert (len(findings), found) == (case["listed"], case["last"])
    assert sum("suggestion" in v.params for v in findings) == case["suggestions"]


def consumo(**changes: Any) -> Consumo:
    fields: dict[str, Any] = {
        "id_externo": "U-1",
        "contrato_id": "1",
        "servico_codigo": "GB",
        "competencia": "2026-11",
        "quantidade": Decimal("10.50"),
    }
    return Consumo(**{**fields, **changes})


def test_fields_have_the_types_of_python() -> None:
    c = consumo(data_consumo=date(2026, 11, 2), propriedades={"host": "a"}, estorno=False)
    assert (c.quantidade, c.competencia, c.data_consumo) == (Decimal("10.50"), "2026-11", date(2026, 11, 2))
    assert str(c.quantidade) == "10.50"
    assert (c.propriedades, c.estorno, c.descricao, c.extras) == ({"host": "a"}, False, None, {})


def test_objects_and_lists_become_models() -> None:
    contrato = Contrato(itens=[{"servicoId": 7, "quantidade": 1}, ItemContrato(servico_id="8", quantidade=2)])
    assert contrato.itens == (ItemContrato(servico_id="7", quantidade="1"), ItemContrato(servico_id="8", quantidade=2))
    cliente = Cliente(nome="Ana", endereco=Endereco(cep="01310-100"), tags=("a", "b"))
    assert cliente.endereco is not None
    assert cliente.endereco.cep == "01310100"
    assert cliente.tags == ("a", "b")
    assert cliente.emails_adicionais == ()


def test_equality_and_hash_follow_the_meaning() -> None:
    a, b = consumo(), consumo(quantidade="10.5")
    assert a == b
    assert hash(a) == hash(b)
    assert len({a, b}) == 1
    assert a != consumo(quantidade="10.51")
    assert a != "outra coisa"
    assert Cliente() != Endereco()


def test_it_is_frozen_and_takes_names_only() -> None:
    c = consumo()
    with pytest.raises(AttributeError):
        c.quantidade = Decimal(1)  # type: ignore[misc]
    with pytest.raises(TypeError):
        Consumo("1")  # type: ignore[call-arg]


def test_copies() -> None:
    c = consumo(propriedades={"a": "b"})
    assert pickle.loads(pickle.dumps(c)) == c
    assert copy.copy(c) is c
    assert copy.deepcopy([c])[0] is c
    changed = c.replace(quantidade=3, competencia=None)
    assert (changed.quantidade, changed.competencia, changed.propriedades) == (Decimal(3), None, {"a": "b"})
    assert c.quantidade == Decimal("10.5")
    assert c.__replace__(quantidade=3) == c.replace(quantidade=3)
    assert c.replace() == c
    with pytest.raises(ValidationError):
        c.replace(quantidade="x")


def test_json_there_and_back() -> None:
    c = consumo(data_consumo=date(2026, 11, 2))
    json_text = c.to_json()
    assert json.loads(json_text)["contratoId"] == "1"
    assert json.loads(json_text)["quantidade"] == "10.50"
    assert Consumo.from_json(json_text) == c
    assert Consumo.from_json(json_text.encode()) == c
    assert Consumo.from_dict(c.to_dict()) == c
    assert Consumo.from_dict(c) == c
    assert c.to_dict()["id_externo"] == "U-1"
    with pytest.raises(ValueError, match="invalid JSON"):
        Consumo.from_json("{")
    with pytest.raises(TypeError):
        Consumo.from_json(3)  # type: ignore[arg-type]


def test_digits_of_json_numbers_are_not_lost() -> None:
    assert str(Consumo.from_json('{"quantidade": 0.100000}').quantidade) == "0.100000"
    with pytest.raises(ValidationError, match="casas"):
        Consumo.from_json('{"quantidade": 0.10000001}')


def test_repr_masks_personal_data() -> None:
    cliente = Cliente(
        nome="Maria da Silva", cpf_cnpj="529.982.247-25", email="maria@example.com", celular="11987654321", grupo="ouro"
    )
    assert repr(cliente) == 'Cliente(nome=***, cpf_cnpj=***, email=***, celular=***, grupo="ouro")'
    assert str(cliente) == repr(cliente)
    assert "01310" not in repr(Cliente(endereco={"cep": "01310100", "uf": "SP"}))


def test_five_errors_are_one_exception() -> None:
    with pytest.raises(ValidationError) as info:
        Cliente(
            nome="A",
            cpf_cnpj="11222333000182",
            email="sem-arroba",
            nomee="x",  # type: ignore[call-arg]
            endereco={"uf": "XX"},
        )
    error = info.value
    assert isinstance(error, ValueError)
    assert (error.code, error.outcome, len(error.findings)) == ("validation", "not_sent", 5)
    assert [v.path for v in error.findings] == ["nome", "cpfCnpj", "email", "nomee", "endereco.uf"]
    assert "você quis dizer `nome`?" in str(error)
    assert "11222333000182" not in str(error)


def test_raise_if_invalid() -> None:
    report = Cliente.check({"nome": "A"})
    with pytest.raises(ValidationError, match="at least 2 characters") as info:
        report.raise_if_invalid("en")
    assert info.value.report == report
    Cliente.check({"nome": "Ana", "cpfCnpj": "52998224725"}).raise_if_invalid()


class Letter(str, Enum):
    A = "FISICA"


class Row(Mapping[str, Any]):
    """What a database driver gives as a row."""

    def __init__(self, **fields: Any) -> None:
        self.fields = fields

    def __getitem__(self, name: str) -> Any:
        return self.fields[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.fields)

    def __len__(self) -> int:
        return len(self.fields)


class Index:
    def __index__(self) -> int:
        return 12


def test_inputs_that_people_have_at_hand() -> None:
    assert Cliente(tipo_pessoa=Letter.A).tipo_pessoa == "FISICA"
    assert Cliente.from_dict(Row(nome="Ana")).nome == "Ana"
    assert Cliente.from_dict(OrderedDict(nome="Ana")).nome == "Ana"
    assert Contrato(dia_vencimento=Index()).dia_vencimento == 12  # type: ignore[arg-type]
    assert Consumo(data_consumo=datetime(2026, 1, 2)).data_consumo == date(2026, 1, 2)
    assert Consumo(competencia=date(2026, 1, 2)).competencia == "2026-01"
    zone = timezone(timedelta(hours=-3))
    assert Cliente(criado_em=datetime(2026, 1, 2, 3, tzinfo=zone)).criado_em == datetime(
        2026, 1, 2, 6, tzinfo=timezone.utc
    )


def circular() -> list[Any]:
    values: list[Any] = []
    values.append(values)
    return values


def deep() -> Any:
    obj: Any = "x"
    for _ in range(100_000):
        obj = [obj]
    return obj


def fanned() -> Any:
    """A hundred lists that would unfold into 2^100."""
    obj: Any = []
    for _ in range(100):
        obj = [obj, obj]
    return obj


@pytest.mark.parametrize(
    ("value", "code"),
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
        (deep(), "tipo_invalido"),
        (fanned(), "tipo_invalido"),
        ({1: 2}, "tipo_invalido"),
    ],
    ids=lambda v: type(v).__name__,
)
def test_junk_becomes_a_finding(value: Any, code: str) -> None:
    report = Cliente.check({"nome": value, "cpfCnpj": "52998224725"})
    assert [(v.path, v.code) for v in report.errors] == [("nome", code)]
    assert len(report.summary()) < 500


@pytest.mark.parametrize("value", [float("inf"), 0.1 + 0.2, Decimal("Infinity"), Decimal("1e400"), "1" * 100])
def test_numbers_in_doubt_are_refused(value: Any) -> None:
    assert Consumo.check({"quantidade": value}, intent="alterar").errors[0].path == "quantidade"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.1, "0.1"),
        (1234.56, "1234.56"),
        (Decimal("1E+2"), "100"),
        (7, "7"),
        ("7.10", "7.10"),
        (Decimal("0.10"), "0.10"),
    ],
)
def test_exact_numbers_are_accepted(value: Any, text: str) -> None:
    assert str(Consumo(quantidade=value).quantidade) == text


def test_what_the_platform_adds_survives() -> None:
    json_text = '{"id": 7, "situacao": "EM_DISPUTA", "novo": {"x": 1.250, "y": [12345678901234567890, null]}}'
    cobranca = Cobranca._restore(json_text)  # type: ignore[attr-defined]
    assert (cobranca.id, cobranca.situacao) == ("7", "EM_DISPUTA")
    assert cobranca.extras == {"novo": {"x": Decimal("1.250"), "y": [12345678901234567890, None]}}
    other = pickle.loads(pickle.dumps(cobranca))
    assert other == cobranca
    assert other.replace(numero="9").extras == cobranca.extras


def test_a_wrong_mode_and_a_wrong_intent() -> None:
    with pytest.raises(ValueError, match="`brando`"):
        Cliente.check({}, mode="brando")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="`remover`"):
        Cliente.check({}, intent="remover")  # type: ignore[arg-type]


def test_the_documentation_comes_from_the_table() -> None:
    assert Cliente.__doc__ == "A customer: who is billed."
    assert Cliente.nome.__doc__ == "Name, or registered company name (razão social)."
