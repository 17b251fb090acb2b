"""Customers and usage as a destination of dlt pipelines, and the refused rows as a table of their own.

>>> import dlt
>>> import smartbill.dlt
>>> with Smartbill("https://…", token="…") as sb:
...     target = smartbill.dlt.destination(sb, "journals")
...     dlt.pipeline("erp", destination=target).run(rows, table_name="clientes")
>>> dlt.pipeline("refused", destination="duckdb").run(smartbill.dlt.rejected("journals"))

It needs ``pip install "smartbill-automation[dlt]"``.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Union

from .errors import ConfigurationError, SmartbillError

if TYPE_CHECKING:
    from typing import Literal

    from .batch import ImportResult, Row
    from .client import Smartbill

__all__ = ["destination", "rejected"]

_Path = Union[str, "os.PathLike[str]"]

_REJECTED = ".rejected.jsonl"


def destination(
    sb: Smartbill, folder: _Path, *, resource: Literal["clientes", "consumos"] | None = None, **options: Any
) -> Any:
    """Makes a destination of dlt that imports the rows of each load package.

    Each file of a package is one import with a journal in ``folder``. If the load dies, or the platform cannot be
    reached, dlt loads the package again: the import then continues where it stopped, and sends no row twice. Rows that
    are refused do not fail the load. They are written down beside the journal, where :func:`rejected` reads them.

    Rows are added or changed by their code, whatever the write disposition of the source is. Nothing is removed.

    :param sb: the client, which must stay open while the pipeline runs
    :param folder: the folder of the journals. It holds personal data. The files of a load that is complete may be
        deleted
    :param resource: what the rows of every table are; by default a table's own name says so
    :param options: the other options of :meth:`smartbill.client.Importable.importar`, such as ``columns`` or ``rate``
    """
    import dlt
    from dlt.common.storages.load_storage import ParsedLoadJobFileName

    if "journal" in options:
        raise ConfigurationError("`journal` does not go here: each file of a load has its own journal in `folder`")
    journals = Path(folder)

    def smartbill(items: str, table: Any) -> None:
        job = ParsedLoadJobFileName.parse(items)
        kind = resource or table["name"]
        if kind not in ("clientes", "consumos"):
            raise ConfigurationError(
                f"the table `{table['name']}` is neither `clientes` nor `consumos`; say what it is with `resource`"
            )
        journals.mkdir(parents=True, exist_ok=True)
        # dlt keeps both parts of the name from one attempt of a file to the next.
        name = f"{job.table_name}.{job.file_id}"
        target = sb.clientes if kind == "clientes" else sb.consumos
        columns = set(table["columns"])
        result = target.importar(_rows(items, columns), journal=journals / f"{name}.journal", **options)
        _write_rejected(journals / f"{name}{_REJECTED}", name, kind, result, _rows(items, columns))
        if result.stopped is not None:
            # dlt tries the file again after any exception that is not one of its own terminal ones.
            raise result.stopped.error or SmartbillError(result.stopped.message)

    made = dlt.destination(
        smartbill,
        name="smartbill",
        loader_file_format="typed-jsonl",
        # The path of the file instead of its rows: one import then compares all of them with the platform at once.
        batch_size=0,
        # Two files of a table may hold the same customer.
        loader_parallelism_strategy="sequential",
    )
    return made()


def rejected(folder: _Path, *, name: str = "rejected") -> Any:
    """Makes a resource of dlt with the rows that the platform does not have, each with its reasons.

    Each row has ``job`` and ``number`` (the file of the load and the row in it, together the primary key),
    ``resource``, ``key``, ``state``, ``code``, ``message_pt``, ``message_en``, the row itself as JSON in ``row``, and
    its findings, which dlt puts into a table below. The resource is merged, so it may be loaded any number of times.

    :param folder: the folder given to :func:`destination`
    :param name: the name of the table
    """
    import dlt

    return dlt.resource(
        _read_rejected(Path(folder)),
        name=name,
        write_disposition="merge",
        primary_key=("job", "number"),
        columns={"row": {"data_type": "json"}},
    )


def _rows(path: str, columns: set[str]) -> Iterator[dict[str, Any]]:
    """The rows of a file of a load, without what dlt added to them."""
    for record in _parquet(path) if path.endswith(".parquet") else _typed_jsonl(path):
        yield {name: value for name, value in record.items() if name in columns}


def _parquet(path: str) -> Iterator[dict[str, Any]]:
    """dlt keeps tables of Arrow as they are, whatever format a destination prefers."""
    from pyarrow.parquet import ParquetFile

    with ParquetFile(path) as file:
        for batch in file.iter_batches():
            yield from batch.to_pylist()


def _typed_jsonl(path: str) -> Iterator[dict[str, Any]]:
    from dlt.common.json import json as typed
    from dlt.common.storages import FileStorage

    with FileStorage.open_zipsafe_ro(path) as file:
        for line in file:
            yield from typed.typed_loads(line)


def _write_rejected(path: Path, job: str, resource: str, result: ImportResult, rows: Iterator[dict[str, Any]]) -> None:
    """Replaces the file of refused rows. A program that dies meanwhile leaves the former one whole."""
    refused = result.rejected()
    row = next(refused, None)
    if row is None:
        path.unlink(missing_ok=True)
        return
    part = path.with_suffix(".part")
    with open(part, "w", encoding="utf-8", opener=_private) as file:
        for number, record in enumerate(rows, 1):
            if row is not None and row.number == number:
                file.write(_line(job, resource, row, record) + "\n")
                row = next(refused, None)
    part.replace(path)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _line(job: str, resource: str, row: Row, record: dict[str, Any]) -> str:
    findings = [
        {
            "path": finding.path,
            "code": finding.code,
            "severity": finding.severity,
            "message_pt": finding.message_pt,
            "message_en": finding.message_en,
        }
        for finding in row.findings
    ]
    line = {
        "job": job,
        "number": row.number,
        "resource": resource,
        "key": row.key,
        "state": row.state,
        "code": row.code,
        "message_pt": row.message("pt-BR"),
        "message_en": row.message("en"),
        "row": record,
        "findings": findings,
    }
    return json.dumps(line, ensure_ascii=False, default=str)


def _read_rejected(folder: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.glob(f"*{_REJECTED}")):
        with path.open(encoding="utf-8") as file:
            yield from map(json.loads, file)
