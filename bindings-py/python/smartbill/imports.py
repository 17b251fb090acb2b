"""The common part of customers and usage: imports of spreadsheets, and plans for synchronization."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Union

from ._field_texts import describe_fields
from ._smartbill import Core, CorePlan, _template
from .batch import ImportResult, Progress, Row
from .errors import ConfigurationError

if TYPE_CHECKING:
    from typing import IO, Literal, Protocol

    from .connection import BlockingConnection, Connection

    class _Table(Protocol):
        """A table of any library that speaks Arrow."""

        def __arrow_c_stream__(self, requested_schema: object = ...) -> object: ...

    _Mode = Literal["strict", "lenient"]
    _Optional = Literal["leave_out", "refuse"]
    _Resource = Literal["clientes", "consumos"]

__all__ = ["Importable", "Plan", "PlanCounts", "template", "validar"]

_Path = Union[str, "os.PathLike[str]"]
_Source = Union[_Path, bytes, bytearray, memoryview, "IO[bytes]", "_Table", Iterable[object]]


class Importable:
    """A resource that can be imported from spreadsheets."""

    _resource: ClassVar[_Resource]

    def __init__(self, core: Core) -> None:
        self._core = core

    def importar(
        self,
        source: _Source,
        *,
        journal: _Path | None = None,
        restart: bool = False,
        same_account: bool = False,
        allow_unidentified: bool = False,
        batch: str | None = None,
        dry_run: bool = False,
        mode: _Mode | None = None,
        sheet: str | None = None,
        password: str | None = None,
        mapping: _Path | None = None,
        dialect: _Path | None = None,
        layout: _Path | None = None,
        columns: Mapping[str, str] | None = None,
        values: Mapping[str, Mapping[str, str]] | None = None,
        defaults: Mapping[str, str] | None = None,
        decimal_point: bool = False,
        clear_empty: bool = False,
        optional: _Optional | None = None,
        ddd: str | None = None,
        name: str | None = None,
        limits: Mapping[str, int] | None = None,
        concurrency: int | None = None,
        rate: float | None = None,
        deadline: float | None = None,
        max_failures: int | None = None,
        progress: Callable[[Progress], object] | None = None,
        on_row: Callable[[Row], object] | None = None,
    ) -> ImportResult:
        """Adds and changes the records of a spreadsheet, each identified by the company's own code.

        All rows are checked first. Then the valid rows are sent, and the result tells the outcome of each. If the
        import is interrupted, another call with the same source continues where it stopped. If it was finished before,
        it sends nothing, and ``resumed`` and ``sent`` say so. A row whose answer got lost is read back, or stays
        ``unknown`` until a later run settles it. It never counts as refused on a guess.

        :param source: a spreadsheet (.xls, .xlsx, .csv, …) as a path, bytes or a file open for bytes; a table of any
            library that speaks Arrow (pandas, polars, pyarrow, DuckDB); the cursor of a query; or an iterable of
            models, mappings, dataclasses, named tuples, rows of a database or models of pydantic, attrs and msgspec
        :param journal: the file that records the sent rows; by default next to the source
        :param restart: drops the journal's contents
        :param same_account: guarantees that the account is the journal's, although the token is different
        :param allow_unidentified: also includes rows with neither a code nor a document; by default they are rejected
            if a second inclusion would not be noticed, or if they look like a record that the platform has already
        :param batch: the name of the batch, for processes that may import the same rows at once, such as tasks of Spark
            that are tried again. A row then has the same idempotency key in all of them. Rows without a code are
            rejected, and a profile that promises no keys is refused. Give other contents another name
        :param dry_run: only checks the rows
        :param mode: strict or lenient input; by default that of the client
        :param sheet: the name of the sheet; by default the first sheet with a known header. A file without sheets, such
            as a .csv, has its own name alone
        :param password: the password of an .xlsx or .xlsb that has one; it is not kept, and the report has none
        :param mapping: a TOML file with the text of :attr:`smartbill.batch.ImportResult.mapping`, so that a mapping is
            made only once; ``columns``, ``values`` and ``defaults`` have priority
        :param dialect: the dialect of the column names: the path of a TOML file, or the name of a known system such as
            ``"protheus"``; by default the headers tell it
        :param layout: a TOML file with the positions of the columns in a text with columns of a fixed width
        :param columns: the field of each header that is not known; an empty field leaves the column out
        :param values: for each field, the words in its cells and their meanings, for your system's own words:
            ``{"tipoPessoa": {"1": "FISICA"}}``
        :param defaults: for each field, the value for rows without one, written as in a cell:
            ``{"endereco.uf": "SC"}``; such a field needs no column
        :param decimal_point: whether numbers in text are written ``1,234.56``, not ``1.234,56``
        :param clear_empty: whether an empty cell empties the field of an existing record, instead of keeping its value
        :param optional: the treatment of an invalid optional field of a customer. Under a header, it is by default
            corrected or left out with a warning, and ``"refuse"`` rejects the row instead. If the rows name the fields
            themselves, the row is by default rejected, and ``"leave_out"`` leaves the field out
        :param ddd: the area code of telephones without one, such as ``"48"``
        :param name: the name of bytes in messages
        :param limits: the limits above which a file is refused: ``bytes``, ``unpacked`` (bytes after decompression),
            ``rows``, ``columns``, ``bytes_per_row`` (of text), ``memory`` (bytes that a workbook takes besides the
            file)
        :param concurrency: the greatest number of requests at once; 16 by default
        :param rate: the greatest number of requests in a second
        :param deadline: the time limit of the whole run, in seconds
        :param max_failures: the number of rows that may fail before the run stops; rows that break a rule count, so a
            sheet that is mostly wrong is not sent at all
        :param progress: called with an :class:`smartbill.batch.Progress` during the import
        :param on_row: called with the :class:`smartbill.batch.Row` of each row after its outcome is recorded
        """
        options = {
            **_reading(
                mode=mode,
                sheet=sheet,
                password=password,
                mapping=mapping,
                dialect=dialect,
                layout=layout,
                columns=columns,
                values=values,
                defaults=defaults,
                decimal_point=decimal_point,
                clear_empty=clear_empty,
                optional=optional,
                ddd=ddd,
                name=name,
                limits=limits,
            ),
            **_pace(concurrency, rate, deadline, max_failures),
            "journal": journal,
            "restart": restart,
            "same_account": same_account,
            "allow_unidentified": allow_unidentified,
            "batch": batch,
            "dry_run": dry_run,
        }
        return ImportResult(self._core.importar(self._resource, source, options, _listener(progress, on_row)))

    def sincronizar(
        self,
        source: _Source,
        *,
        remover: int | str | None = None,
        mode: _Mode | None = None,
        sheet: str | None = None,
        password: str | None = None,
        mapping: _Path | None = None,
        dialect: _Path | None = None,
        layout: _Path | None = None,
        columns: Mapping[str, str] | None = None,
        values: Mapping[str, Mapping[str, str]] | None = None,
        defaults: Mapping[str, str] | None = None,
        decimal_point: bool = False,
        clear_empty: bool = False,
        optional: _Optional | None = None,
        ddd: str | None = None,
        name: str | None = None,
        limits: Mapping[str, int] | None = None,
        progress: Callable[[Progress], object] | None = None,
    ) -> Plan:
        """Decides the changes that make the platform agree with a spreadsheet, without making any.

        For usage, only the months in the spreadsheet are compared. Records without a code of the company's own are not
        touched.

        :param source: as for :meth:`importar`
        :param remover: removes the records that the spreadsheet does not have, at most this number of them, or this
            percentage (``"10%"``); by default nothing is removed
        """
        options = _reading(
            mode=mode,
            sheet=sheet,
            password=password,
            mapping=mapping,
            dialect=dialect,
            layout=layout,
            columns=columns,
            values=values,
            defaults=defaults,
            decimal_point=decimal_point,
            clear_empty=clear_empty,
            optional=optional,
            ddd=ddd,
            name=name,
            limits=limits,
        )
        ceiling = None if remover is None else str(remover)
        core = self._core.sincronizar(self._resource, source, ceiling, options, _listener(progress))
        return Plan(core, self._core)


class PlanCounts(NamedTuple):
    """The number of records that a plan touches."""

    incluir: int
    """Records to include."""
    alterar: int
    """Records to change."""
    remover: int
    """Records to remove."""
    unchanged: int
    """Records that need no change."""
    rejected: int
    """Rows that break a rule. Applying the plan does not touch them."""


class Plan:
    """The changes of a synchronization. ``print`` shows them, and :meth:`apply` makes them.

    A plan can be stored as JSON and applied later, by another process. It is refused if a record that it touches has
    changed since.
    """

    def __init__(self, core: CorePlan, cliente: Core | None = None) -> None:
        self._core = core
        self._client = cliente
        resource, *counts = core.counts()
        self.resource: str = resource
        """``clientes`` or ``consumos``."""
        self.counts: PlanCounts = PlanCounts(*counts)
        """The number of records that it touches."""

    @classmethod
    def from_json(cls, text: str, language: str = "pt-BR") -> Plan:
        """Reads a plan written by :meth:`to_json`. What is wrong with the text is told in ``language``."""
        return cls(CorePlan.read(text, language))

    def __reduce__(self) -> tuple[Any, ...]:
        # The client stays behind, as it does in JSON.
        return Plan.from_json, (self.to_json(),)

    def to_json(self) -> str:
        """The plan as JSON: every record, and for each change every field, before and after."""
        return self._core.json()

    def to_dict(self) -> dict[str, Any]:
        """The plan as a dictionary, like :meth:`to_json`."""
        import json

        data: dict[str, Any] = json.loads(self._core.json())
        return data

    def text(self, language: str = "pt-BR", *, limit: int = 100, show_personal: bool = False) -> str:
        """The plan for a person, with at most ``limit`` records of each kind.

        Plans get printed and logged, so names, documents, addresses, e-mails and telephones are hidden.
        ``show_personal`` shows them.
        """
        return self._core.text(language, limit, show_personal)

    @property
    def empty(self) -> bool:
        """Whether applying the plan would do nothing."""
        c = self.counts
        return not (c.incluir or c.alterar or c.remover)

    def apply(
        self,
        sb: BlockingConnection | None = None,
        *,
        journal: _Path | None = None,
        same_account: bool = False,
        concurrency: int | None = None,
        rate: float | None = None,
        deadline: float | None = None,
        max_failures: int | None = None,
        progress: Callable[[Progress], object] | None = None,
        on_row: Callable[[Row], object] | None = None,
    ) -> ImportResult:
        """Carries out the plan, after checking that no record that it touches has changed.

        :param sb: the client; needed for a plan read from JSON
        :param journal: the file that records the sent changes, with which a run that was killed can be resumed
        """
        client = self._applied_by(sb)
        options = {
            **_pace(concurrency, rate, deadline, max_failures),
            "journal": journal,
            "same_account": same_account,
        }
        return ImportResult(client.apply(self._core, options, _listener(progress, on_row)))

    def _applied_by(self, sb: Connection | None) -> Core:
        client = self._client if sb is None else sb._core
        if client is None:
            raise ConfigurationError("a plan read from JSON needs a client: `plan.apply(sb)`")
        return client

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        c = self.counts
        return f"<Plan {self.resource}: incluir {c.incluir}, alterar {c.alterar}, remover {c.remover}>"


def template(resource: Literal["clientes", "consumos"]) -> bytes:
    """The template of a spreadsheet, an .xlsx: headers, notes, lists of choices, and an example row."""
    return _template(resource)


def validar(
    resource: Literal["clientes", "consumos"],
    source: _Source,
    *,
    mode: _Mode | None = None,
    sheet: str | None = None,
    password: str | None = None,
    mapping: _Path | None = None,
    dialect: _Path | None = None,
    layout: _Path | None = None,
    columns: Mapping[str, str] | None = None,
    values: Mapping[str, Mapping[str, str]] | None = None,
    defaults: Mapping[str, str] | None = None,
    decimal_point: bool = False,
    clear_empty: bool = False,
    optional: _Optional | None = None,
    ddd: str | None = None,
    name: str | None = None,
    limits: Mapping[str, int] | None = None,
    language: Literal["pt-BR", "en"] = "pt-BR",
    progress: Callable[[Progress], object] | None = None,
) -> ImportResult:
    """Checks all rows of a spreadsheet, without network or account. Valid rows are ``pending``.

    The parameters are those of :meth:`smartbill.client.Clientes.importar`.

    >>> sheet = b"Nome;CPF\\nAna;529.982.247-25\\nBia;529.982.247-26\\n"
    >>> result = validar("clientes", sheet, language="en")
    >>> result.counts.pending, result.counts.rejected
    (1, 1)
    >>> [row.message("en") for row in result.rejected()]
    ['CPF: check digit does not match']
    """
    # The core's client only holds options here. It never connects.
    core = Core("https://localhost", {"language": language})
    options = _reading(
        mode=mode,
        sheet=sheet,
        password=password,
        mapping=mapping,
        dialect=dialect,
        layout=layout,
        columns=columns,
        values=values,
        defaults=defaults,
        decimal_point=decimal_point,
        clear_empty=clear_empty,
        optional=optional,
        ddd=ddd,
        name=name,
        limits=limits,
    )
    options["dry_run"] = True
    return ImportResult(core.importar(resource, source, options, _listener(progress)))


def _reading(**options: Any) -> dict[str, Any]:
    """Converts the options for reading to those of the core."""
    if options["values"] is not None:
        options["values"] = {field: dict(words) for field, words in options["values"].items()}
    return {name: dict(value) if isinstance(value, Mapping) else value for name, value in options.items()}


def _pace(
    concurrency: int | None, rate: float | None, deadline: float | None, max_failures: int | None
) -> dict[str, Any]:
    return {"concurrency": concurrency, "rate": rate, "deadline": deadline, "max_failures": max_failures}


def _listener(
    progress: Callable[[Progress], object] | None, on_row: Callable[[Row], object] | None = None
) -> Callable[..., object] | None:
    if progress is None and on_row is None:
        return None

    def listen(phase: str, done: int, total: int | None, fields: tuple[Any, ...] | None) -> None:
        row = None if fields is None else Row._make(fields)
        if on_row is not None and row is not None:
            on_row(row)
        if progress is not None:
            progress(Progress(phase, done, total, row))

    return listen


describe_fields(__name__)
