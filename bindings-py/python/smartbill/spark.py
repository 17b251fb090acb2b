"""Customers and usage in Spark: its tasks check the rows of a frame, and import them.

>>> import smartbill.spark
>>> good, bad = smartbill.spark.validate(frame, "clientes")
>>> result = smartbill.spark.importar(
...     good, "clientes", lambda: Smartbill("https://…", token="…"), key="codigo_externo", batch="2026-11-29"
... )

It needs ``pip install "smartbill-automation[spark]"`` on the driver and on the executors. A task holds the rows of its
partition in memory. Name the columns as the fields, and give dates and numbers as such: text under other headers is
judged by the rows of one partition.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from ._field_texts import describe_fields
from .errors import ConfigurationError, SmartbillError
from .frames import CODES, FINDINGS
from .frames import validate as validate_table

if TYPE_CHECKING:
    from typing import Literal

    from .batch import ImportResult
    from .client import Smartbill

    _Resource = Literal["clientes", "consumos"]
    _Language = Literal["pt-BR", "en"]

__all__ = ["Imported", "Validated", "importar", "validate"]

_OUTCOMES = (
    "key string, state string, action string, code string, id string, attempts bigint, codes array<string>, "
    "message string"
)
"""The columns of the rows of :class:`Imported`, as Spark writes a schema."""

_NOT_HERE = ("journal", "restart", "same_account", "allow_unidentified", "dry_run", "progress", "on_row")
"""Options of an import that mean nothing, or nothing safe, in tasks that may run twice."""


class Validated(NamedTuple):
    """A frame in two."""

    good: Any
    """The rows that may be sent."""
    bad: Any
    """The others, with two columns more: :data:`smartbill.frames.CODES` and :data:`smartbill.frames.FINDINGS`."""


class Imported(NamedTuple):
    """The outcome of an import."""

    counts: dict[str, int]
    """The number of rows by what became of them: the code of those that are done (``created``, ``updated``,
    ``unchanged``, ``already_done``), the state of the others (``rejected``, ``refused``, ``unknown``, ``skipped``)."""
    rows: Any
    """A table of pyarrow with a row for each row of the frame: ``key`` (its cell in the key column), ``state``,
    ``action``, ``code``, ``id`` and ``attempts`` as in :class:`smartbill.batch.Row`, the ``codes`` of its errors and
    its findings in one line, ``message``."""


def validate(frame: Any, resource: _Resource, *, language: _Language = "pt-BR", **options: Any) -> Validated:
    """Checks every row of a frame and parts it in two; needs neither network nor account.

    Nothing runs before the parts are used, and the check then runs for each of them. Cache a frame that is used more
    than once. Rows that repeat a code are found within a partition only; :func:`importar` finds them all.

    :param frame: the frame of pyspark
    :param resource: what the rows are
    :param language: the language of the sentences
    :param options: of reading, as for :func:`smartbill.validar`
    """
    from pyspark.sql import functions
    from pyspark.sql.types import ArrayType, StringType, StructType

    def check(batches: Iterator[Any]) -> Iterator[Any]:
        import pyarrow

        for table in _whole(batches):
            good, bad, _ = validate_table(resource, table, language=language, **options)
            codes = pyarrow.nulls(good.num_rows, pyarrow.list_(pyarrow.string()))
            findings = pyarrow.nulls(good.num_rows, pyarrow.string())
            yield from good.append_column(CODES, codes).append_column(FINDINGS, findings).to_batches()
            yield from bad.to_batches()

    schema = StructType([*frame.schema.fields]).add(CODES, ArrayType(StringType())).add(FINDINGS, StringType())
    checked = frame.mapInArrow(check, schema)
    is_good = functions.col(CODES).isNull()
    return Validated(checked.where(is_good).drop(CODES, FINDINGS), checked.where(~is_good))


def importar(
    frame: Any,
    resource: _Resource,
    connect: Callable[[], Smartbill],
    *,
    key: str,
    batch: str,
    tasks: int = 4,
    language: _Language = "pt-BR",
    **options: Any,
) -> Imported:
    """Imports the rows of a frame in the tasks of Spark, and returns when all of them have an outcome.

    Spark may run a task again, and two attempts of it at once. Each attempt sends a row under the same idempotency key,
    which is made of the row's code and of ``batch``, so the platform does it once. A profile that does not promise
    ``idempotency_key`` is therefore refused, and rows without a code are rejected.

    Each attempt has a journal of its own. The journals of the attempts that Spark took as the outcome of their
    partitions come back to the driver, where they are put together. If the job fails, or the driver dies, call it again
    with the same ``batch``.

    :param frame: the frame of pyspark
    :param resource: what the rows are
    :param connect: makes a client; called on the driver and in each task, so it must be a function that Spark can
        send, and a profile that it names must be on every machine
    :param key: the column with the company's own code. All rows of one code go to one task, which finds those that
        repeat it
    :param batch: the name of this content, such as the day of the load. Give another content another name
    :param tasks: how many partitions are imported. Each task sends at most ``concurrency`` requests at once, and
        ``rate`` in a second
    :param language: the language of the sentences
    :param options: the other options of :meth:`smartbill.client.Importable.importar`, such as ``columns`` or ``rate``
    :raises smartbill.errors.ConfigurationError: if an option is wrong, or the profile promises no idempotency keys
    """
    from pyspark.sql import functions

    for name in _NOT_HERE:
        if name in options:
            raise ConfigurationError(f"`{name}` does not go here: each attempt of a task has a journal of its own")
    if key not in frame.columns:
        raise ConfigurationError(f"the frame has no column `{key}`; `key` is the column with the company's own code")
    # What would be refused in every task is refused before there is any.
    with connect() as sb:
        _import(sb, resource, frame.limit(0).toArrow(), batch, options)

    def run(batches: Iterator[Any]) -> Iterator[Any]:
        for table in _whole(batches):
            with connect() as sb:
                result = _import(sb, resource, table, batch, options)
            if result.stopped is not None:
                # Spark tries the task again.
                raise result.stopped.error or SmartbillError(result.stopped.message)
            yield from _outcomes(result, table.column(key).to_pylist(), language)

    # Texts that are read as the same code must meet in one task. Others may.
    code = functions.col("`" + key.replace("`", "``") + "`").cast("string")
    code = functions.lower(functions.regexp_replace(code, r"[^\p{L}\p{N}]", ""))
    rows = frame.repartition(tasks, code).mapInArrow(run, _OUTCOMES).toArrow()
    outcomes = zip(rows.column("state").to_pylist(), rows.column("code").to_pylist())
    return Imported(dict(Counter(code if state == "done" else state for state, code in outcomes)), rows)


def _import(sb: Smartbill, resource: str, source: Any, batch: str, options: dict[str, Any]) -> ImportResult:
    target = {"clientes": sb.clientes, "consumos": sb.consumos}.get(resource)
    if target is None:
        raise ConfigurationError(f"`resource` cannot be `{resource}`; use `clientes` or `consumos`")
    return target.importar(source, batch=batch, **options)


def _whole(batches: Iterator[Any]) -> Iterator[Any]:
    """The partition as one table, or nothing if it is empty."""
    import pyarrow

    found = [batch for batch in batches if batch.num_rows]
    if found:
        yield pyarrow.Table.from_batches(found)


def _outcomes(result: ImportResult, keys: list[Any], language: str) -> Iterator[Any]:
    import pyarrow

    told: list[dict[str, Any]] = []
    silent = dict.fromkeys(range(1, len(keys) + 1))
    for row in result.rows():
        silent.pop(row.number, None)
        told.append(
            {
                "key": _text(keys[row.number - 1]),
                "state": row.state,
                "action": row.action,
                "code": row.code,
                "id": row.id,
                "attempts": row.attempts,
                "codes": [finding.code for finding in row.findings if finding.severity == "error"],
                "message": row.message(language),
            }
        )
    reasons = {skipped.number: skipped.reason for skipped in result.skipped()}
    # Rows that are no records, and those that hold nothing, which the result does not tell of.
    for number in silent:
        told.append({"key": _text(keys[number - 1]), "state": "skipped", "code": reasons.get(number), "attempts": 0})
    text = pyarrow.string()
    schema = pyarrow.schema(
        [
            ("key", text),
            ("state", text),
            ("action", text),
            ("code", text),
            ("id", text),
            ("attempts", pyarrow.int64()),
            ("codes", pyarrow.list_(text)),
            ("message", text),
        ]
    )
    yield from pyarrow.Table.from_pylist(told, schema).to_batches()


def _text(key: object) -> str | None:
    return None if key is None else str(key)


describe_fields(__name__)
