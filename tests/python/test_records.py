"""Many records in one call: from JSON, from mappings, from tables; and what they are equal to."""

import json
import pickle
import sqlite3
from collections import OrderedDict
from collections.abc import Callable
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import polars
import pytest
from smartbill import Cliente, Cobranca, Consumo
from smartbill.validation import Report

ROWS: list[dict[Any, Any]] = [
    {"nome": "Ana", "cpfCnpj": "529.982.247-25", "endereco": {"cep": "01310-100", "uf": "SP", "numero": 12}},
    {"nome": "", "cpf_cnpj": "529.982.247-24"},
    {"nome": "Bia", "cpf_cnpj": "52998224725", "cpfCnpj": "52998224725"},
    {"nome": "Caio", "cpf_cnpj": "52998224725", "tags": ["a", None, "b"], "endereco": {"cep": "1", "rua": "x"}},
    {"nome": "Davi", "cpf_cnpj": "52998224725", "email": None, "telefones": None},
    {"nom": "Eva", 3: "x"},
]


def alone(row: object) -> tuple[Cliente | None, Report]:
    report = Cliente.check(row)
    return (Cliente.from_dict(row) if report.valid else None), report  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "given",
    [
        list,
        tuple,
        iter,
        lambda rows: (OrderedDict(row) for row in rows),
        lambda rows: [MappingProxyType(row) for row in rows],
    ],
)
def test_many_are_checked_as_each_is_alone(given: Callable[[list[dict[Any, Any]]], Any]) -> None:
    checked = Cliente.check_all(given(ROWS))
    expected = [alone(row) for row in ROWS]
    assert checked.records == [record for record, _ in expected]
    assert checked.reports == {i: report for i, (_, report) in enumerate(expected) if report.findings}
    assert not checked.valid


def test_json_is_checked_as_rows_are() -> None:
    rows = [row for row in ROWS if 3 not in row]
    expected = Cliente.check_all(rows)
    text = json.dumps(rows)
    for given in (text, text.encode(), json.dumps({"pagina": 1, "data": rows}), "\ufeff" + text):
        assert Cliente.check_all(given) == expected
    with pytest.raises(ValueError, match="neither a list nor an object with a list under `data`"):
        Cliente.check_all('{"dados": []}')
    with pytest.raises(ValueError, match="invalid JSON at byte"):
        Cliente.check_all("[{]")
    assert Cliente.check_all("[]").valid


def test_a_data_frame_is_checked_as_rows_are() -> None:
    rows = [{"nome": "Ana", "cpf_cnpj": "529.982.247-25"}, {"nome": "Bia", "cpf_cnpj": "1"}, {"nome": None}]
    assert Cliente.check_all(polars.DataFrame(rows)) == Cliente.check_all(rows)


def test_an_intent_and_a_mode_hold_for_all() -> None:
    rows = [{"nome": "Ana"}, {"nome": "Bia"}]
    assert Cliente.check_all(rows, intent="alterar").valid
    assert not Cliente.check_all(rows, intent="incluir", mode="lenient").valid


def test_what_raises_ends_with_what_it_raised() -> None:
    def rows() -> Any:
        yield ROWS[0]
        raise sqlite3.DatabaseError("gone")

    with pytest.raises(sqlite3.DatabaseError, match="gone"):
        Cliente.check_all(rows())


def test_names_made_anew_are_found_again() -> None:
    rows = [{"".join(["no", "me"]): "Ana", "".join(["cpf_", "cnpj"]): "52998224725"} for _ in range(5000)]
    assert Cliente.check_all(rows).valid
    unknown = [{f"campo_{i}": 1} for i in range(3000)]
    assert len(Cliente.check_all(unknown).reports) == 3000


def test_an_answer_is_read_whatever_it_holds() -> None:
    answer = {
        "data": [
            {"id": 1, "valorPago": "12.30", "links": [None, "https://x.example"], "itens": [{"quantidade": 2}]},
            {"id": "2", "valorPago": "x", "dataVencimento": "0000-00-00", "novo": {"b": 1, "a": [2]}},
            7,
        ]
    }
    first, second, third = Cobranca.list_from_json(json.dumps(answer))
    assert (first.id, first.valor_pago, first.links) == ("1", Decimal("12.30"), ("https://x.example",))
    assert first.itens[0].quantidade == Decimal(2)
    assert (second.valor_pago, second.extras) == (None, {"novo": {"b": 1, "a": [2]}})
    assert [(v.path, v.severity) for v in second.findings] == [("valorPago", "warning"), ("dataVencimento", "warning")]
    assert (third.to_dict(), [v.code for v in third.findings]) == ({}, ["tipo_invalido"])
    assert pickle.loads(pickle.dumps(second)) == second


def test_free_names_are_equal_in_any_order() -> None:
    one = Consumo(propriedades={"a": "1", "b": "2"})
    other = Consumo(propriedades={"b": "2", "a": "1"})
    assert one == other
    assert hash(one) == hash(other)
    assert one != Consumo(propriedades={"a": "1"})
    [read], [again] = (
        Cobranca.list_from_json(text) for text in ('[{"x":1,"y":{"a":1,"b":2}}]', '[{"y":{"b":2,"a":1},"x":1}]')
    )
    assert read == again
    assert hash(read) == hash(again)


def test_a_record_keeps_the_page_that_its_texts_lie_in() -> None:
    record = Cobranca.list_from_json(json.dumps([{"id": str(i), "numero": "n" * 50} for i in range(1000)]))[500]
    assert (record.id, record.numero) == ("500", "n" * 50)
    assert record.replace(numero="x").numero == "x"


class Changing:
    """A number that changes the mapping, or the list, that it is in."""

    def __init__(self, holder: Any) -> None:
        self.holder = holder

    def __index__(self) -> int:
        if isinstance(self.holder, dict):
            self.holder[f"novo_{len(self.holder)}"] = 1
        else:
            self.holder.clear()
        return 5


@pytest.mark.parametrize("check", [Cliente.check, lambda row: Cliente.check_all([row]).reports.get(0, Report())])
def test_a_mapping_that_changes_while_it_is_read_ends_no_process(check: Callable[[Any], Report]) -> None:
    row: dict[str, Any] = {"nome": "Ana"}
    row |= {"grupo": Changing(row), "cpfCnpj": "1"}
    assert [v.path for v in check(row).errors] == ["cpfCnpj"]
    tags: list[Any] = ["a"]
    tags += [Changing(tags), "b"]
    assert [v.path for v in check({"nome": "Ana", "cpfCnpj": "52998224725", "tags": tags}).errors] == []
