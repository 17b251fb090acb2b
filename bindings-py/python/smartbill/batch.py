"""The result of an import: counts, and the outcome of each row."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple, Optional

from ._field_texts import describe_fields
from ._smartbill import CoreImport, Table
from .errors import SmartbillError
from .validation import Finding

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Literal

    _State = Literal["pending", "sending", "done", "rejected", "refused", "unknown"]

__all__ = [
    "Counts",
    "ImportResult",
    "Progress",
    "Row",
    "SheetColumn",
    "SheetRead",
    "SkippedRow",
    "Stopped",
    "Warnings",
]

_PAGE = 500


class SkippedRow(NamedTuple):
    """A row of the sheet that is not a record."""

    number: int
    """The row's number in the spreadsheet program."""
    reason: str
    """``total``, ``rodape``, ``grupo``, ``cabecalho_repetido``, ``preenchimento``, ``exemplo`` or ``excluido``; of
    columns of months ``sem_leitura``, a row without any, and ``sem_consumo``, a month in which nothing was used."""
    text: str
    """The beginning of the row's text."""


class Row(NamedTuple):
    """The outcome of one row."""

    number: int
    """The row's number in the spreadsheet program. If the source is not a spreadsheet, it counts from 1."""
    key: Optional[str]  # noqa: UP045
    """The record's code in the company's own system."""
    state: str
    """``done``, ``rejected`` (breaks a rule, never sent), ``refused`` (by the platform), ``unknown`` (sent, and no
    answer tells its effect), ``pending`` or ``sending``."""
    action: str
    """``incluir``, ``alterar``, ``remover`` or ``undecided``."""
    code: Optional[str]  # noqa: UP045
    """``created``, ``updated``, ``unchanged``, ``already_done`` or ``removed``; otherwise the first error's code."""
    id: Optional[str]  # noqa: UP045
    """The platform's identifier of the record."""
    attempts: int
    """The number of requests."""
    findings: tuple[Finding, ...]
    """The findings about the row, including warnings."""
    column: Optional[str] = None  # noqa: UP045
    """The letter of the column of its month, where it was made of one: the row makes several then."""

    def message(self, language: str = "pt-BR") -> str:
        """All findings in one line, with errors before warnings."""
        return "; ".join(p.line(language) for p in sorted(self.findings, key=lambda p: p.severity == "warning"))


class SheetColumn(NamedTuple):
    """The report about one column of a sheet."""

    letter: str
    """The column's letter."""
    header: str
    """The column's header, as written."""
    field: Optional[str]  # noqa: UP045
    """The field of the column, such as ``endereco.cep``. None if the column was not read."""
    filled: int
    """The number of cells with content."""
    failed: int
    """The number of cells that could not be read. Their rows are rejected, or go without the field."""
    mended: int
    """The number of cells whose value was corrected."""


class SheetRead(NamedTuple):
    """The report about a sheet."""

    name: str
    """The sheet's name. For a text file it is the file's name. Empty if the rows do not come from a file."""
    others: tuple[str, ...]
    """The other sheets of the file that have any content."""
    empty: int
    """The number of empty rows."""
    columns: tuple[SheetColumn, ...]
    """The columns, in their order."""
    dialect: Optional[str]  # noqa: UP045
    """The system whose column names the sheet has, such as ``"Protheus"``. None if no system was recognized."""
    hidden: tuple[int, ...]
    """The rows that a spreadsheet program does not show, for a person hid them or a filter does; they were read as all
    others."""


class Warnings(NamedTuple):
    """Warnings of one kind: the same code about the same field."""

    first: Finding
    """The first warning."""
    total: int
    """The number of warnings."""
    rows: tuple[int, ...]
    """The row numbers of the first twenty warnings."""


class Counts(NamedTuple):
    """The number of rows in each state."""

    total: int
    """All rows."""
    created: int
    """Created on the platform."""
    updated: int
    """Changed on the platform."""
    unchanged: int
    """Rows that the platform had already, with the same values."""
    already_done: int
    """Done by an earlier attempt."""
    removed: int
    """Removed from the platform."""
    rejected: int
    """Rows that break a rule and were never sent."""
    refused: int
    """Refused by the platform."""
    unknown: int
    """Rows that were sent, with no answer that tells their effect."""
    pending: int
    """Not sent yet."""
    skipped: int
    """Totals, footers and repeated headers of the sheet. They are not records, and not in ``total``."""
    change_only: int
    """The pending rows, after a check, that are valid only as a change because a new record would need more fields."""
    unidentified: int
    """Rows with neither a code nor a document. Whatever their outcome, another import of the same rows cannot recognize
    them."""

    @property
    def done(self) -> int:
        """The rows whose values the platform has."""
        return self.created + self.updated + self.unchanged + self.already_done + self.removed

    @property
    def failed(self) -> int:
        """The rows that are rejected, refused or unknown."""
        return self.rejected + self.refused + self.unknown


class Stopped(NamedTuple):
    """The reason why a run stopped before all rows were sent. The remaining rows wait in the journal."""

    code: str
    """``deadline``, ``max_failures``, or the code of the error."""
    message: str
    """The reason, for a person."""
    error: Optional[SmartbillError]  # noqa: UP045
    """The error that stopped the run, if there was one."""


class Progress(NamedTuple):
    """The progress of an import."""

    phase: str
    """``reading``, ``comparing`` or ``sending``."""
    done: int
    """The number of rows read, records compared, or rows done so far."""
    total: Optional[int]  # noqa: UP045
    """The number of rows or records in the whole phase, if known."""
    row: Optional[Row]  # noqa: UP045
    """The row whose outcome was just recorded, during sending."""


class ImportResult:
    """The result of an import. Rows that failed raise no exception: they are in here.

    >>> from smartbill.sandbox import Sandbox
    >>> columns = ("codigo_externo", "nome", "cpf_cnpj")
    >>> people = [("A", "Ana", "52998224725"), ("B", "Bia", "52998224726")]
    >>> with Sandbox() as sandbox, sandbox.client(language="en") as sb:
    ...     result = sb.clientes.importar(dict(zip(columns, person)) for person in people)
    >>> result.counts.created, result.counts.rejected
    (1, 1)
    >>> for row in result.rejected():
    ...     print(row.number, row.message("en"))
    2 cpfCnpj: check digit does not match
    """

    def __init__(self, core: CoreImport) -> None:
        self._core = core
        self.counts: Counts = Counts(**core.counts())
        """The number of rows in each state."""
        resumed, sent = core.run()
        self.resumed: bool = resumed
        """Whether an earlier run had begun it."""
        self.sent: int = sent
        """How many rows this run sent: none, where it was finished before."""
        stopped = core.stopped()
        self.stopped: Stopped | None = None if stopped is None else Stopped(*stopped)
        """The reason why the run stopped early, if it did."""
        self.journal: Path | None = core.journal()
        """The path of the journal, with which the same call can be resumed. None if there is no journal on disk."""

    def rows(self, *states: _State) -> Iterator[Row]:
        """The rows in order, read on demand. With ``states``, only the rows in one of these states."""
        after: int | None = 0
        while after is not None:
            page, after = self._core.rows(list(states), after, _PAGE)
            for fields in page:
                yield Row._make(fields)

    def to_arrow(self, *states: _State) -> Table:
        """The same rows as a table for any data-frame library: a column for each field of :class:`Row`, and the
        findings of each as a list of structures."""
        return self._core.to_arrow(list(states))

    def rejected(self) -> Iterator[Row]:
        """The rows that the platform does not have, each with its reasons: rejected, refused or unknown."""
        return self.rows("rejected", "refused", "unknown")

    def skipped(self) -> list[SkippedRow]:
        """The rows of the sheet that were skipped because they are not records. Check that none of them is one."""
        return [SkippedRow(*fields) for fields in self._core.skipped()]

    @property
    def sheet(self) -> SheetRead | None:
        """The report about the sheet and each of its columns. None if the rows do not come from a sheet."""
        fields = self._core.sheet()
        if fields is None:
            return None
        name, others, empty, columns, dialect, hidden = fields
        read = tuple(SheetColumn(*column) for column in columns)
        return SheetRead(name, tuple(others), empty, read, dialect, tuple(hidden))

    @property
    def mapping(self) -> str | None:
        """The mapping of the sheet's columns as TOML. Written to a file, it is the ``mapping`` of other runs, in other
        languages and on other machines. You may edit it. None if the rows do not come from a sheet."""
        return self._core.mapping()

    def warnings(self) -> list[Warnings]:
        """The warnings about valid rows, with the most frequent kind first: a field that was left out, zeros that were
        restored."""
        kinds = self._core.warnings()
        return [Warnings(first, count, tuple(rows)) for first, count, rows in kinds]

    def report(self, path: str | os.PathLike[str]) -> None:
        """Writes the input sheet again, as .xlsx or .csv by its name, with the outcome of each row and the bad cells
        marked. The output can be corrected and imported again: the import then sends only what changed. Any other
        extension is refused."""
        self._core.report(path)

    def __repr__(self) -> str:
        c = self.counts
        return f"<ImportResult: {c.total} rows, {c.done} done, {c.failed} failed, {c.pending} pending>"


describe_fields(__name__)
