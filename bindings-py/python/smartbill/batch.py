"""What an import did: counts, and what became of each row."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple, Optional

from ._smartbill import CoreImport
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
    """A row of the sheet that is no record."""

    number: int
    """The row as a spreadsheet program numbers it."""
    reason: str
    """``total``, ``rodape``, ``cabecalho_repetido``, ``preenchimento`` or ``excluido``."""
    text: str
    """How it begins."""


class Row(NamedTuple):
    """What became of one row."""

    number: int
    """The row as a spreadsheet program numbers it; counted from 1 where the source is no spreadsheet."""
    key: Optional[str]  # noqa: UP045
    """The record's code in the company's own system."""
    state: str
    """``done``, ``rejected`` (breaks a rule, never sent), ``refused`` (by the platform), ``unknown`` (sent,
    and no answer tells), ``pending`` or ``sending``."""
    action: str
    """``incluir``, ``alterar``, ``remover`` or ``undecided``."""
    code: Optional[str]  # noqa: UP045
    """``created``, ``updated``, ``unchanged``, ``already_done`` or ``removed``; otherwise the first error's code."""
    id: Optional[str]  # noqa: UP045
    """The platform's identifier of the record."""
    attempts: int
    """How many requests it took."""
    findings: tuple[Finding, ...]
    """What is wrong with it, warnings included."""

    def message(self, language: str = "pt-BR") -> str:
        """All problems in one line, errors before warnings."""
        return "; ".join(p.line(language) for p in sorted(self.findings, key=lambda p: p.severity == "warning"))


class SheetColumn(NamedTuple):
    """What became of one column of a sheet."""

    letter: str
    """Its letter."""
    header: str
    """Its header, as written."""
    field: Optional[str]  # noqa: UP045
    """The field that it was taken for, such as ``endereco.cep``; None where it was not read."""
    filled: int
    """How many cells hold something."""
    failed: int
    """How many of them could not be read: their rows are rejected, or go without the field."""
    mended: int
    """How many were mended."""


class SheetRead(NamedTuple):
    """What was read of a sheet."""

    name: str
    """Its name; the file's, when that is text, and empty where the rows come from no file."""
    others: tuple[str, ...]
    """The other sheets of the file that hold anything."""
    empty: int
    """How many rows hold nothing."""
    columns: tuple[SheetColumn, ...]
    """Its columns, in their order."""
    dialect: Optional[str]  # noqa: UP045
    """The system whose names the columns have, such as ``"Protheus"``; None where no known one is told by them."""


class Warnings(NamedTuple):
    """Warnings of one kind: the same code about the same field."""

    first: Finding
    """The first of them."""
    total: int
    """How many there are."""
    rows: tuple[int, ...]
    """The rows of the first twenty."""


class Counts(NamedTuple):
    """How many rows are in each state."""

    total: int
    """All rows."""
    created: int
    """New on the platform."""
    updated: int
    """Changed on the platform."""
    unchanged: int
    """The platform had exactly this."""
    already_done: int
    """Done by an earlier attempt."""
    removed: int
    """Removed from the platform."""
    rejected: int
    """Broke a rule; never sent."""
    refused: int
    """Refused by the platform."""
    unknown: int
    """Sent, and no answer tells what became of them."""
    pending: int
    """Not sent yet."""
    skipped: int
    """Totals, footers and repeated headers of the sheet, which are no records and not in ``total``."""
    change_only: int
    """Of those pending after a check, rows that lack what a new record needs: good for a change only."""
    unidentified: int
    """Rows that nothing tells from others, neither a code nor a document: whatever became of them, another import of
    the same rows cannot know them again."""

    @property
    def done(self) -> int:
        """Rows that the platform has as the source says."""
        return self.created + self.updated + self.unchanged + self.already_done + self.removed

    @property
    def failed(self) -> int:
        """Rows that are rejected, refused or unknown."""
        return self.rejected + self.refused + self.unknown


class Stopped(NamedTuple):
    """Why a run stopped before every row was sent; what was not sent waits in the journal."""

    code: str
    """``deadline``, ``max_failures``, or the code of the error."""
    message: str
    """Why, for a person."""
    error: Optional[SmartbillError]  # noqa: UP045
    """The error, if one stopped it."""


class Progress(NamedTuple):
    """How far an import has come."""

    phase: str
    """``reading``, ``comparing`` or ``sending``."""
    done: int
    """Rows read, records compared, or rows done so far."""
    total: Optional[int]  # noqa: UP045
    """Out of how many, where that is known."""
    row: Optional[Row]  # noqa: UP045
    """The row whose outcome was just recorded, while sending."""


class ImportResult:
    """An import that ran. Rows that failed are no exception: they are in here."""

    def __init__(self, core: CoreImport) -> None:
        self._core = core
        self.counts = Counts(**core.counts())
        """How many rows are in each state."""
        self.resumed, self.sent = core.run()
        """Whether an earlier run had begun it, and how many rows this one sent: none, where it was finished before."""
        stopped = core.stopped()
        self.stopped = None if stopped is None else Stopped(*stopped)
        """Why it stopped early, if it did."""
        self.journal: Path | None = core.journal()
        """Where the journal is, with which the same call goes on; None when there is none on disk."""

    def rows(self, *states: _State) -> Iterator[Row]:
        """The rows in order, only those in one of the states if any is given; read as they are needed."""
        after = 0
        while page := self._core.rows(list(states), after, _PAGE):
            for fields in page:
                row = Row._make(fields)
                after = row.number
                yield row

    def rejected(self) -> Iterator[Row]:
        """The rows that the platform does not have, each with its reasons: rejected, refused or unknown."""
        return self.rows("rejected", "refused", "unknown")

    def skipped(self) -> list[SkippedRow]:
        """The rows of the sheet that were passed over, for they are no records: look whether none of them is one."""
        return [SkippedRow(*fields) for fields in self._core.skipped()]

    @property
    def sheet(self) -> SheetRead | None:
        """What was read of the sheet: which one, and what became of each of its columns; None where there is none."""
        fields = self._core.sheet()
        if fields is None:
            return None
        name, others, empty, columns, dialect = fields
        return SheetRead(name, tuple(others), empty, tuple(SheetColumn(*column) for column in columns), dialect)

    @property
    def mapping(self) -> str | None:
        """What was understood of the sheet, as TOML: written to a file it is the ``mapping`` of other runs, in other
        languages and on other machines. It may be edited. None where there is no sheet."""
        return self._core.mapping()

    def warnings(self) -> list[Warnings]:
        """What is worth a look in rows that are good all the same, the most frequent first: a field that was left out,
        zeros that were put back."""
        kinds = self._core.warnings()
        return [Warnings(first, count, tuple(rows)) for first, count, rows in kinds]

    def report(self, path: str | os.PathLike[str]) -> None:
        """Writes the sheet that came in back, as .xlsx or .csv by the name, with what became of each row and the bad
        cells marked. Mended in place and imported again, it touches only what changed."""
        self._core.report(path)

    def __repr__(self) -> str:
        c = self.counts
        return f"<ImportResult: {c.total} rows, {c.done} done, {c.failed} failed, {c.pending} pending>"
