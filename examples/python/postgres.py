"""Customers go from a table of PostgreSQL into the platform, and the charges of a month come back into another.

    python examples/python/postgres.py postgresql://user@host/database https://platform 2026-11

Each run reads the customers that changed since the last one. A second run without a change sends nothing. The token is
in the variable SMARTBILL_TOKEN. It needs psycopg, adbc-driver-postgresql and pyarrow. The ERP has this table, whose
column `alterado_em` a trigger or the ERP itself sets to `now()` with every change:

    CREATE TABLE clientes (codigo text PRIMARY KEY, razao_social text, cgc text, email text, uf text, cep text,
                           alterado_em timestamptz NOT NULL DEFAULT now())
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

import adbc_driver_postgresql.dbapi
import psycopg
import pyarrow
from smartbill import ImportResult, Smartbill

# `now()` is the beginning of a transaction. One that began before a run and was committed after it wrote rows that are
# older than that run. So each run looks back longer than a transaction lasts. What it reads again is unchanged.
CHANGED = """
    SELECT codigo AS codigo_externo, razao_social AS nome, cgc AS cpf_cnpj, email, uf AS "endereco.uf",
           cep AS "endereco.cep"
    FROM clientes WHERE alterado_em >= coalesce((SELECT read_at FROM smartbill_state WHERE resource = 'clientes'),
                                                '-infinity') - interval '1 hour'
"""
STATE = "CREATE TABLE IF NOT EXISTS smartbill_state (resource text PRIMARY KEY, read_at timestamptz NOT NULL)"
SAVE_STATE = """
    INSERT INTO smartbill_state VALUES ('clientes', now())
    ON CONFLICT (resource) DO UPDATE SET read_at = excluded.read_at
"""

COBRANCAS = """
    CREATE TABLE IF NOT EXISTS cobrancas (
        id text PRIMARY KEY, numero text, cliente_id text, contrato_id text, competencia text, situacao text,
        data_vencimento date, data_pagamento date, valor_liquido numeric(18, 2), valor_pago numeric(18, 2))
"""
COLUMNS = (
    "id numero cliente_id contrato_id competencia situacao data_vencimento data_pagamento valor_liquido valor_pago"
).split()
MERGE = f"""
    INSERT INTO cobrancas ({", ".join(COLUMNS)}) SELECT {", ".join(COLUMNS)} FROM smartbill_cobrancas
    ON CONFLICT (id) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in COLUMNS[1:])}
"""


def import_clientes(address: str, sb: Smartbill) -> ImportResult:
    """Imports the customers that changed since the last run."""
    with psycopg.connect(address) as connection:
        connection.execute(STATE)
        # A cursor with a name is read in parts, so that the memory stays flat.
        with connection.cursor(name="clientes") as changed:
            changed.execute(CHANGED)
            # No journal: rows have codes, and a run that died is repeated from the same instant.
            result = sb.clientes.importar(changed)
        # A rejected row is read again once somebody corrects it. Others that failed are read again by the next run.
        if result.counts.failed == result.counts.rejected and not result.counts.pending:
            connection.execute(SAVE_STATE)
    return result


def write_cobrancas(address: str, sb: Smartbill, competencia: str) -> int:
    """Writes the charges of a month into the table, page by page, and returns their number."""
    charges = pyarrow.RecordBatchReader.from_stream(sb.cobrancas.listar(competencia=competencia, page_size=100))
    schema = pyarrow.schema([charges.schema.field(name) for name in COLUMNS])

    def pages() -> Iterator[pyarrow.RecordBatch]:
        for page in charges:
            yield page.select(COLUMNS)

    with adbc_driver_postgresql.dbapi.connect(address) as connection, connection.cursor() as cursor:
        cursor.execute(COBRANCAS)
        reader = pyarrow.RecordBatchReader.from_batches(schema, pages())
        written: int = cursor.adbc_ingest("smartbill_cobrancas", reader, mode="create", temporary=True)
        cursor.execute(MERGE)
        connection.commit()
    return written


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("address")
    parser.add_argument("url")
    parser.add_argument("competencia")
    arguments = parser.parse_args()
    with Smartbill(arguments.url) as sb:
        result = import_clientes(arguments.address, sb)
        c = result.counts
        print(f"clientes: {c.total} lidos, {result.sent} enviados, {c.rejected} rejeitados")
        for row in result.rejected():
            print(f"  {row.key}: {row.message()}", file=sys.stderr)
        if result.stopped is not None:
            print(result.stopped.message, file=sys.stderr)
            return 1
        print(f"cobranças: {write_cobrancas(arguments.address, sb, arguments.competencia)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
