"""A DAG of Airflow: every night the customers that an ERP exported go in, and the charges of the month come back.

Put it into the folder of the DAGs, and install smartbill-automation beside Airflow. It reads:

- the connection `smartbill`, with the platform's address as its host and the token as its password;
- the variable `smartbill_folder`, a folder that all workers see. By the day of the run, the ERP writes
  `clientes-2026-11-29.csv` into it.

A task that fails is tried again. The journal has the day in its name, so that the next attempt goes on where the last
one stopped, and a run of another day is another import. Refused rows do not fail the task. They are in a report beside
the file, which can be corrected and imported.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from airflow.sdk import Connection, Variable, dag, task
from smartbill import Smartbill


def connect() -> Smartbill:
    platform = Connection.get("smartbill")
    return Smartbill(platform.host, token=platform.password)


@dag(
    schedule="0 2 * * *",
    start_date=datetime(2026, 1, 1),
    catchup=False,
    # Two runs at once would change the same customers.
    max_active_runs=1,
    default_args={"retries": 3, "retry_delay": timedelta(minutes=10)},
)
def smartbill_nightly() -> None:
    @task
    def import_clientes(ds: str | None = None) -> dict[str, int]:
        folder = Path(Variable.get("smartbill_folder"))
        with connect() as sb:
            result = sb.clientes.importar(folder / f"clientes-{ds}.csv", journal=folder / f"clientes-{ds}.journal")
            if result.counts.failed:
                result.report(folder / f"clientes-{ds}-relatorio.csv")
        if result.stopped is not None:
            raise result.stopped.error or RuntimeError(result.stopped.message)
        c = result.counts
        return {"created": c.created, "updated": c.updated, "unchanged": c.unchanged, "failed": c.failed}

    @task
    def export_cobrancas(ds: str | None = None) -> int:
        day = str(ds)
        with connect() as sb:
            return sb.cobrancas.exportar(
                Path(Variable.get("smartbill_folder")) / f"cobrancas-{day}.csv", competencia=day[:7]
            )

    import_clientes() >> export_cobrancas()


smartbill_nightly()
