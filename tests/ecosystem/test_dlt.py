"""The destination and the resource of dlt, with dlt from PyPI, on the sandbox."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import dlt
import pyarrow
import pytest
import smartbill.dlt
from dlt.pipeline.exceptions import PipelineStepFailed
from smartbill import Smartbill
from smartbill.sandbox import Sandbox

People = Callable[[int], "list[dict[str, str]]"]

ANA = {"codigo_externo": "A", "nome": "Ana Maria", "cpf_cnpj": "529.982.247-25"}
BIA = {"codigo_externo": "B", "nome": "Bia Souza", "cpf_cnpj": "11144477735"}
WRONG = {"codigo_externo": "C", "nome": "Caio Lima", "cpf_cnpj": "52998224726"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "journals"


@pytest.fixture
def pipeline(tmp_path: Path, smartbill_client: Smartbill, folder: Path) -> Any:
    target = smartbill.dlt.destination(smartbill_client, folder)
    return dlt.pipeline("erp", pipelines_dir=str(tmp_path / "dlt"), destination=target)


def codes(sb: Smartbill) -> list[str]:
    return sorted(customer.codigo_externo or "" for customer in sb.clientes.listar())


def query(tmp_path: Path, folder: Path, sql: str) -> list[tuple[Any, ...]]:
    database = dlt.destinations.duckdb(str(tmp_path / "refused.duckdb"))
    pipeline = dlt.pipeline("refused", pipelines_dir=str(tmp_path / "dlt"), destination=database, dataset_name="erp")
    pipeline.run(smartbill.dlt.rejected(folder))
    with pipeline.sql_client() as client:
        rows: list[tuple[Any, ...]] = client.execute_sql(sql)
    return rows


def test_rows_arrive_and_refused_rows_are_a_table(
    pipeline: Any, smartbill_client: Smartbill, folder: Path, tmp_path: Path
) -> None:
    pipeline.run([ANA, WRONG, {**BIA, "endereco": {"uf": "SP", "cep": "01310-100"}}], table_name="clientes")
    assert codes(smartbill_client) == ["A", "B"]
    (bia,) = smartbill_client.clientes.listar(codigo_externo="B")
    assert bia.endereco is not None
    assert bia.endereco.uf == "SP"
    sql = """SELECT number, resource, key, state, rejected.code, row ->> 'nome', path, below.code
             FROM rejected JOIN rejected__findings below ON below._dlt_parent_id = rejected._dlt_id"""
    expected = [(2, "clientes", "C", "rejected", "digito_verificador", "Caio Lima", "cpfCnpj", "digito_verificador")]
    assert query(tmp_path, folder, sql) == expected
    assert query(tmp_path, folder, sql) == expected


def test_a_second_load_of_the_same_rows_writes_nothing(pipeline: Any, smartbill_client: Smartbill) -> None:
    pipeline.run([ANA, BIA], table_name="clientes")
    before = list(smartbill_client.clientes.listar())
    pipeline.run([ANA, BIA], table_name="clientes")
    # The instant of its last change is a part of each record.
    assert list(smartbill_client.clientes.listar()) == before


DIES = """
import json, os, sys
import dlt, smartbill.dlt
from smartbill import Smartbill

url, token, folder, pipelines, rows = sys.argv[1:]
done = []

def die(row):
    done.append(row)
    if len(done) == 20:
        os._exit(9)

with Smartbill(url, token=token, trust_env=False) as sb:
    target = smartbill.dlt.destination(sb, folder, on_row=die)
    dlt.pipeline("erp", pipelines_dir=pipelines, destination=target).run(json.loads(rows), table_name="clientes")
"""


def test_a_load_that_died_goes_on_and_sends_no_row_twice(
    smartbill_client: Smartbill, smartbill_sandbox: Sandbox, folder: Path, tmp_path: Path, people: People
) -> None:
    rows = people(200)
    arguments = [smartbill_sandbox.url, smartbill_sandbox.token, str(folder), str(tmp_path / "dlt"), json.dumps(rows)]
    died = subprocess.run([sys.executable, "-c", DIES, *arguments], check=False, capture_output=True, text=True)
    assert died.returncode == 9, died.stderr
    assert 20 <= smartbill_sandbox.state()["clientes"]["total"] < 200
    target = smartbill.dlt.destination(smartbill_client, folder)
    dlt.pipeline("erp", pipelines_dir=str(tmp_path / "dlt"), destination=target).run()
    state = smartbill_sandbox.state()
    assert (state["clientes"]["total"], state["clientes"]["duplicates"], state["repeated_inclusions"]) == (200, 0, 0)
    assert len(list(folder.glob("*.journal"))) == 1


def test_a_load_that_stops_early_fails(smartbill_client: Smartbill, folder: Path, tmp_path: Path) -> None:
    target = smartbill.dlt.destination(smartbill_client, folder, max_failures=0)
    pipeline = dlt.pipeline("erp", pipelines_dir=str(tmp_path / "dlt"), destination=target)
    with pytest.raises(PipelineStepFailed, match="1 linhas falharam"):
        pipeline.run([ANA, WRONG], table_name="clientes")
    assert codes(smartbill_client) == []


def test_tables_of_arrow_keep_their_types(pipeline: Any, smartbill_client: Smartbill) -> None:
    table = pyarrow.table(
        {
            "codigo_externo": ["A"],
            "nome": ["Ana Maria"],
            "cpf_cnpj": ["52998224725"],
            "data_nascimento": [date(1980, 5, 1)],
        }
    )
    pipeline.run(table, table_name="clientes")
    (ana,) = smartbill_client.clientes.listar()
    assert ana.data_nascimento == date(1980, 5, 1)


def test_a_table_that_says_no_resource_is_refused_until_told(
    tmp_path: Path, smartbill_client: Smartbill, folder: Path
) -> None:
    pipelines = str(tmp_path / "dlt")
    pipeline = dlt.pipeline(
        "p", pipelines_dir=pipelines, destination=smartbill.dlt.destination(smartbill_client, folder)
    )
    with pytest.raises(PipelineStepFailed, match="say what it is with `resource`"):
        pipeline.run([ANA], table_name="customers")
    assert codes(smartbill_client) == []
    told = smartbill.dlt.destination(smartbill_client, folder, resource="clientes", columns={"customer": "nome"})
    pipeline = dlt.pipeline("q", pipelines_dir=pipelines, destination=told)
    pipeline.run([{"codigo_externo": "A", "cpf": "52998224725", "customer": "Ana Maria"}], table_name="customers")
    assert codes(smartbill_client) == ["A"]
