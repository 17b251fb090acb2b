"""The example of PostgreSQL as a person runs it, against a real server."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest
from smartbill import Smartbill
from smartbill.sandbox import Sandbox

EXAMPLE = Path(__file__).parents[2] / "examples/python/postgres.py"
TABLE = """CREATE TABLE clientes (codigo text PRIMARY KEY, razao_social text, cgc text, email text, uf text, cep text,
                                  alterado_em timestamptz NOT NULL DEFAULT now())"""
MONTH = f"{date.today():%Y-%m}"


@pytest.fixture
def address(postgres: str, people: Callable[[int], list[dict[str, str]]]) -> str:
    with psycopg.connect(postgres) as connection, connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        cursor.execute(TABLE)
        rows = [tuple(person.values()) for person in people(250)]
        cursor.executemany("INSERT INTO clientes (codigo, razao_social, cgc) VALUES (%s, %s, %s)", rows)
        cursor.execute("UPDATE clientes SET uf = 'SP', cep = '01310-100' WHERE codigo = 'C-00001'")
        cursor.execute("INSERT INTO clientes VALUES ('X', 'Errada', '52998224726')")
    return postgres


def run(address: str, sandbox: Sandbox) -> tuple[str, str]:
    command = [sys.executable, str(EXAMPLE), address, sandbox.url, MONTH]
    environment = {"SMARTBILL_TOKEN": sandbox.token, "PYTHONUTF8": "1"}
    done = subprocess.run(command, capture_output=True, encoding="utf-8", env=environment, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout, done.stderr


def faturar(sandbox: Sandbox, sb: Smartbill, code: str) -> None:
    (cliente,) = sb.clientes.listar(codigo_externo=code)
    contrato = sb.contratos.incluir(
        {
            "codigo_externo": f"K-{code}",
            "cliente_id": cliente.id,
            "data_inicio": date.today().replace(day=1),
            "periodicidade": "MENSAL",
            "dia_vencimento": 10,
            "itens": [{"servico_codigo": "INTERNET-100", "quantidade": 1}],
        }
    )
    sb.contratos.ativar(contrato.id)
    sandbox.faturar(MONTH)


def query(address: str, sql: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(address) as connection:
        rows: list[tuple[Any, ...]] = connection.execute(sql.encode()).fetchall()
    return rows


def test_customers_go_in_and_charges_come_back(
    address: str, smartbill_sandbox: Sandbox, smartbill_client: Smartbill
) -> None:
    printed, complaints = run(address, smartbill_sandbox)
    assert printed.splitlines() == ["clientes: 251 lidos, 250 enviados, 1 rejeitados", "cobranças: 0"]
    assert complaints.startswith("  X: cpfCnpj: ")
    (first,) = smartbill_client.clientes.listar(codigo_externo="C-00001")
    assert first.endereco is not None
    assert (first.endereco.uf, first.endereco.cep) == ("SP", "01310100")

    for code in ("C-00001", "C-00002"):
        faturar(smartbill_sandbox, smartbill_client, code)
    before = list(smartbill_client.clientes.listar())
    printed, _ = run(address, smartbill_sandbox)
    assert printed.splitlines() == ["clientes: 251 lidos, 0 enviados, 1 rejeitados", "cobranças: 2"]
    assert list(smartbill_client.clientes.listar()) == before
    charges = {c.id: c for c in smartbill_client.cobrancas.listar()}
    written = query(address, "SELECT id, situacao, competencia, valor_liquido, valor_pago FROM cobrancas")
    assert {id for id, *_ in written} == set(charges)
    for id, situacao, competencia, amount, paid in written:
        assert (situacao, amount, paid) == (charges[id].situacao, charges[id].valor_liquido, charges[id].valor_pago)
        assert isinstance(amount, Decimal)
        assert competencia == MONTH

    # A charge that was paid meanwhile is changed, not written a second time.
    assert smartbill_sandbox.pay(written[0][0])
    run(address, smartbill_sandbox)
    assert query(address, "SELECT situacao, count(*) FROM cobrancas GROUP BY 1 ORDER BY 1") == [
        ("EM_ABERTO", 1),
        ("PAGA", 1),
    ]


def test_only_what_changed_is_read_again(address: str, smartbill_sandbox: Sandbox, smartbill_client: Smartbill) -> None:
    query(address, "UPDATE clientes SET alterado_em = now() - interval '2 days' RETURNING 1")
    run(address, smartbill_sandbox)
    query(
        address, "UPDATE clientes SET razao_social = 'Outra', alterado_em = now() WHERE codigo = 'C-00007' RETURNING 1"
    )
    printed, _ = run(address, smartbill_sandbox)
    assert printed.splitlines()[0] == "clientes: 1 lidos, 1 enviados, 0 rejeitados"
    (changed,) = smartbill_client.clientes.listar(codigo_externo="C-00007")
    assert changed.nome == "Outra"
