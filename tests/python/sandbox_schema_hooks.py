"""The documents with check digits that the sandbox's description names, for the requests that Schemathesis makes."""

import copy
import json
import os
import re
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import schemathesis
from hypothesis import strategies as st
from schemathesis.core.parameters import ParameterLocation

VECTORS = Path(__file__).parents[1] / "vectors"


def with_digit(base: str, highest: int) -> str:
    """The text and its check digit by modulo 11, with weights from 2 up to `highest` from the right, over and over."""
    weights = (2 + place % (highest - 1) for place in range(len(base)))
    rest = sum((ord(c) - ord("0")) * weight for c, weight in zip(reversed(base), weights)) % 11
    return base + str(0 if rest < 2 else 11 - rest)


def numbers(alphabet: str, size: int, highest: int) -> st.SearchStrategy[str]:
    """Numbers of `size` characters and two check digits; the same character over and over is none."""
    bases = st.text(alphabet, min_size=size, max_size=size).filter(lambda base: len(set(base)) > 1)
    return bases.map(lambda base: with_digit(with_digit(base, highest), highest))


def vectors(kind: str) -> st.SearchStrategy[str]:
    """What the vectors call valid, in its canonical form."""
    cases = json.loads((VECTORS / f"{kind}.json").read_text(encoding="utf-8"))
    return st.sampled_from(sorted({case["valor"] for case in cases if case["valid"] and case["mode"] == "strict"}))


DIGITS = "0123456789"
schemathesis.openapi.format("cpf", numbers(DIGITS, 9, 11))
schemathesis.openapi.format("cnpj", numbers(DIGITS + "ABCDEFGHIJKLMNOPQRSTUVWXYZ", 12, 9))
schemathesis.openapi.format("ie", vectors("ie"))
schemathesis.openapi.format("municipio", vectors("municipio"))

# A schema cannot say which records exist, what day it is, or how two fields compare. So each request gets records of
# its own, and fields that depend on each other are made to agree. An error in one field stays.

URL = os.environ["SANDBOX_URL"] + "/api/v1"
HEADERS = {"Authorization": f"Bearer {os.environ['SANDBOX_TOKEN']}", "Content-Type": "application/json"}
KEY = "idempotency-key"
LATE = "9998-12-31"
ID = re.compile(r"[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]{1,200}")
CODE = re.compile(r"[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]{1,60}")
DECIMAL = re.compile(r"-?[0-9]{1,28}(\.[0-9]+)?")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

used: set[str] = set()


def fresh(kind: str) -> str:
    name = f"{kind} {len(used)}"
    used.add(name)
    return name


def post(path: str, record: dict[str, Any]) -> dict[str, str]:
    request = Request(URL + path, json.dumps(record).encode(), HEADERS, method="POST")
    with urlopen(request, timeout=20) as answer:
        stored: dict[str, str] = json.load(answer)
        return stored


def new_customer() -> dict[str, str]:
    record = {"nome": "Ana Lima", "tipoPessoa": "ESTRANGEIRO", "codigoExterno": fresh("customer")}
    return post("/clientes", record)


def new_contract() -> dict[str, str]:
    items = [{"servicoCodigo": service, "quantidade": "1"} for service in ("SMS", "API-CHAMADAS")]
    record = {"codigoExterno": fresh("contract"), "clienteId": new_customer()["id"], "dataInicio": "1900-01-01"}
    contract = post("/contratos", {**record, "periodicidade": "MENSAL", "diaVencimento": 10, "itens": items})
    return post(f"/contratos/{contract['id']}/ativar", {})


def new_usage(contract: dict[str, str]) -> dict[str, str]:
    record = {"contratoId": contract["id"], "servicoCodigo": "SMS", "competencia": "2026-01", "quantidade": "1"}
    return post("/consumos", record)


def fits(record: dict[str, Any], name: str, pattern: re.Pattern[str]) -> bool:
    value = record.get(name)
    return isinstance(value, str) and pattern.fullmatch(value) is not None and not value.isspace()


def refer(record: dict[str, Any], names: dict[str, str]) -> None:
    for name in names.keys() & record.keys():
        if fits(record, name, ID if name.endswith("Id") else CODE):
            record[name] = names[name]


def leave_out(record: dict[str, Any], name: str) -> None:
    if isinstance(record.get(name), str):
        del record[name]


def objects(record: dict[str, Any], *names: str) -> list[dict[str, Any]]:
    values = [record.get(name) for name in names]
    lists = [value if isinstance(value, list) else [value] for value in values]
    return [item for items in lists for item in items if isinstance(item, dict)]


def agree(body: dict[str, Any]) -> None:
    """Makes the fields of a record agree with one another, and with the day."""
    for name in ("codigoExterno", "idExterno"):
        if fits(body, name, CODE):
            body[name] = fresh("code") if body[name] in used else body[name]
            used.add(body[name])
    for name in ("dataFim", "suspenderAte"):
        if fits(body, name, DATE):
            body[name] = LATE
    if fits(body, "dataNascimento", DATE):
        body["dataNascimento"] = min(body["dataNascimento"], "2020-01-01")
    if fits(body, "valor", DECIMAL):
        leave_out(body, "valorUnitario")
    for address in objects(body, "endereco", "enderecoCobranca"):
        if address.get("codigoIbge") or body.get("inscricaoEstadual"):
            leave_out(address, "uf")
    for item in objects(body, "itens"):
        if item.get("desconto"):
            leave_out(item, "valorUnitario")


def agree_with_stored(body: dict[str, Any]) -> None:
    """The same for what a change leaves as it was: a foreign customer, and usage of one month."""
    document = body.get("cpfCnpj")
    if isinstance(document, str) and len(document) in (11, 14):
        body["tipoPessoa"] = "FISICA" if len(document) == 11 else "JURIDICA"
    elif body.get("tipoPessoa", "") in (None, "FISICA", "JURIDICA"):
        del body["tipoPessoa"]
    if body.get("competencia", "") is None and not fits(body, "dataConsumo", DATE):
        del body["competencia"]


def complete(resource: str, body: dict[str, Any]) -> None:
    """Fills in what a new record lacks, so that it is not refused for that before anything else."""
    if resource == "clientes":
        body.setdefault("nome", "Ana Lima")
        if body.get("cpfCnpj") is None and body.get("tipoPessoa") is None:
            body["tipoPessoa"] = "ESTRANGEIRO"
    elif resource == "contratos":
        one_of(body, "clienteId", "clienteCodigoExterno")
        body.setdefault("itens", [{"servicoCodigo": "SMS", "quantidade": "1"}])
        for name, value in (("dataInicio", "2026-01-01"), ("periodicidade", "MENSAL"), ("diaVencimento", 10)):
            body.setdefault(name, value)
    elif resource == "consumos":
        one_of(body, "contratoId", "contratoCodigoExterno")
        one_of(body, "servicoId", "servicoCodigo")
        body.setdefault("quantidade", "1")
        if body.get("competencia") is None and body.get("dataConsumo") is None:
            body["competencia"] = "2026-01"
    for item in objects(body, "itens"):
        one_of(item, "servicoId", "servicoCodigo")
        item.setdefault("quantidade", "1")


def one_of(record: dict[str, Any], first: str, second: str) -> None:
    if record.get(first) is None and record.get(second) is None:
        record[first] = "1"
    elif fits(record, first, ID) and fits(record, second, CODE):
        del record[second]


def complete_if_still_wrong(resource: str, case: Any) -> None:
    """Completes a body that is to be refused, unless what it lacked is all that was wrong with it."""
    given = copy.deepcopy(case.body)
    complete(resource, case.body)
    if case.meta.generation.mode.is_positive:
        case.body = given


@schemathesis.hook
def before_call(context: schemathesis.HookContext, case: Any, kwargs: dict[str, Any]) -> None:
    # If the headers change, Schemathesis adds again the header that it left out.
    if case.meta is not None and case.meta.is_negative_at(ParameterLocation.HEADER):
        return
    if isinstance(key := (case.headers or {}).get(KEY), str):
        if key in used:
            # The sandbox refuses a key that was used with another body.
            case.headers[KEY] = fresh("key")
        used.add(key)
    if case.query:
        for first, last, greatest in (("de", "ate", LATE), ("valorMin", "valorMax", "9" * 20)):
            if first in case.query and fits(case.query, last, DATE if first == "de" else DECIMAL):
                case.query[last] = greatest
    if case.method in ("POST", "PUT", "DELETE"):
        _, resource, *rest = case.operation.path.removeprefix("/api/").split("/")
        settle(resource, bool(rest), case)


def settle(resource: str, existing: bool, case: Any) -> None:
    if isinstance(case.body, dict) and not existing and case.meta.generation.mode.is_negative:
        complete_if_still_wrong(resource, case)
    body = case.body if isinstance(case.body, dict) else {}
    agree(body)
    if existing:
        agree_with_stored(body)
    service = {"servicoId": "6", "servicoCodigo": "SMS"}
    if resource == "clientes":
        record = new_customer() if existing else None
    elif resource == "contratos" and not existing:
        record = new_customer()
        refer(body, {"clienteId": record["id"], "clienteCodigoExterno": record["codigoExterno"]})
        for item in objects(body, "itens"):
            refer(item, service)
    else:
        record = contract = new_contract()
        if resource == "consumos":
            refer(body, {"contratoId": contract["id"], "contratoCodigoExterno": contract["codigoExterno"], **service})
            record = new_usage(contract) if existing else None
    if existing and record and not case.meta.is_negative_at(ParameterLocation.PATH):
        case.path_parameters["id"] = record["id"]
