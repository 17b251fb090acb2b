"""The output of the command line: tables, progress and errors, or JSON, and the exit codes."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from .. import errors
from .._smartbill import _refusal
from ..batch import ImportResult, SkippedRow
from ..batch import Progress as BatchProgress
from .language import LANGUAGE, t
from .names import as_typed

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = [
    "INTERRUPTED",
    "PARTIAL",
    "USAGE",
    "ProgressBar",
    "exit_code",
    "heading",
    "money",
    "note",
    "paragraph",
    "says_yes",
    "section",
    "show_error",
    "show_failure",
    "show_import",
    "table",
    "write_json",
    "write_line",
]

PARTIAL, USAGE, AUTHENTICATION, UNREACHABLE, INTERRUPTED = 1, 2, 3, 4, 130

_output = Console()
_errors = Console(stderr=True)

_CODES: list[tuple[tuple[type[BaseException], ...], int]] = [
    ((errors.AuthenticationError, errors.PermissionDeniedError), AUTHENTICATION),
    (
        (errors.ApiConnectionError, errors.ApiTimeoutError, errors.ServerError, errors.RateLimitedError),
        UNREACHABLE,
    ),
    (
        (
            errors.ConfigurationError,
            errors.ProfileError,
            errors.FileError,
            errors.SpreadsheetError,
            errors.JournalError,
            OSError,
        ),
        USAGE,
    ),
    ((errors.CancelledError, KeyboardInterrupt), INTERRUPTED),
]


def exit_code(error: BaseException) -> int:
    """The exit code of a failure."""
    return next((code for types, code in _CODES if isinstance(error, types)), PARTIAL)


def show_failure(error: Exception, *, as_json: bool) -> None:
    """Shows why a command failed."""
    fields = [{"field": c.path, "message": c.message} for c in getattr(error, "fields", ())]
    show_error(_code(error), _sentence(error), fields, as_json=as_json)


def _code(error: Exception) -> str:
    return error.code if isinstance(error, errors.SmartbillError) else "io"


def show_error(code: str, sentence: str, fields: Sequence[Mapping[str, str]] = (), *, as_json: bool) -> None:
    """Shows an error: its sentence, and what it says about single fields."""
    if as_json:
        write_json({"error": {"code": code, "message": sentence, "fields": fields}})
        return
    _errors.print(f"[bold red]{t('erro', 'error')}:[/] {escape(sentence)}", highlight=False, soft_wrap=True)
    for field in fields:
        _errors.print(f"  {escape(field['field'])}: {escape(field['message'])}", highlight=False, soft_wrap=True)


def _sentence(error: Exception) -> str:
    # The system's message begins with an error number, which does not help an operator.
    if isinstance(error, OSError) and not isinstance(error, errors.SmartbillError) and error.errno is not None:
        file = "" if error.filename is None else f"`{error.filename}`: "
        return file + _refusal(error.errno, LANGUAGE)
    return as_typed(str(error))


def note(text: str) -> None:
    """Prints a line for the person at the terminal."""
    _errors.print(escape(text), highlight=False, soft_wrap=True)


def write_line(text: str) -> None:
    """Prints a line of the result."""
    _output.print(text, highlight=False, soft_wrap=True, markup=False)


def write_json(data: Any) -> None:
    """Prints the result for a program."""
    text = json.dumps(data, ensure_ascii=False, indent=2, default=_plain)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        # A program reads this, so characters that the encoding lacks are escaped and nothing is lost.
        text = json.dumps(data, indent=2, default=_plain)
    sys.stdout.write(text + "\n")


def _plain(value: Any) -> Any:
    if hasattr(value, "to_dict"):
        return value.to_dict()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return dict(value)
    return list(value) if isinstance(value, Iterable) else str(value)


def says_yes(question: str) -> bool:
    """Asks the person at the terminal. Without an answer it is no."""
    _errors.print(escape(f"{question} [{t('s/N', 'y/N')}] "), end="", highlight=False, soft_wrap=True)
    return sys.stdin.readline().strip().lower() in {"s", "sim", "y", "yes"}


def heading(text: str, detail: str = "") -> None:
    """Prints a heading in the result."""
    _output.print(f"\n[bold]{escape(text)}[/]" + (f" · {escape(detail)}" if detail else ""), highlight=False)


def table(titles: Sequence[str], rows: Iterable[Sequence[Any]], numeric: Sequence[int] = ()) -> None:
    """Prints a table of the result."""
    grid = Table(box=None, pad_edge=False, header_style="bold", show_header=any(titles))
    for i, title in enumerate(titles):
        grid.add_column(title, justify="right" if i in numeric else "left", overflow="fold")
    for row in rows:
        grid.add_row(*(escape("" if cell is None else str(cell)) for cell in row))
    _output.print(grid, highlight=False)


def paragraph(text: str) -> None:
    """Prints a paragraph of a help."""
    _output.print(f"\n{text}", highlight=False, markup=False)


def section(title: str, rows: Sequence[tuple[str, str]]) -> None:
    """Prints a part of a help: words and what they mean."""
    if not rows:
        return
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for word, meaning in rows:
        grid.add_row(Text(f"  {word}", style="bold"), Text(meaning))
    _output.print(f"\n[bold]{title}:[/]", highlight=False)
    _output.print(grid, highlight=False)


def money(value: Decimal | None) -> str:
    """Writes an amount in the Brazilian form."""
    if value is None:
        return ""
    return f"{value:,.2f}".replace(",", "_").replace(".", ",").replace("_", ".")


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text("" if speed is None else f"{speed:,.0f}/s", style="progress.data.speed")


_PHASES = {
    "reading": ("lendo e validando", "reading and checking"),
    "comparing": ("comparando com a plataforma", "comparing with the platform"),
    "sending": ("enviando", "sending"),
}


class ProgressBar:
    """The progress of a batch: phase, rows, rate and remaining time. It is shown only on a terminal."""

    def __init__(self) -> None:
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            _Rate(),
            TimeRemainingColumn(),
            console=_errors,
            transient=True,
            disable=not _errors.is_terminal,
        )
        self._phase = ""
        self._task = self._progress.add_task("", total=None)

    def __call__(self, progress: BatchProgress) -> None:
        if progress.phase != self._phase:
            self._phase = progress.phase
            self._progress.reset(self._task, description=t(*_PHASES[self._phase]), total=progress.total)
        self._progress.update(self._task, completed=progress.done, total=progress.total)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._progress.stop()


_COUNTS = {
    "total": ("linhas", "rows"),
    "created": ("incluídos", "created"),
    "updated": ("alterados", "updated"),
    "unchanged": ("inalterados", "unchanged"),
    "already_done": ("já feitos", "already done"),
    "removed": ("removidos", "removed"),
    "rejected": ("rejeitados", "rejected"),
    "refused": ("recusados", "refused"),
    "unknown": ("desconhecidos", "unknown"),
    "pending": ("pendentes", "pending"),
    "unidentified": ("sem código nem documento", "without a code or document"),
    "skipped": ("ignoradas", "passed over"),
}

_SHOWN = 20


def show_import(
    result: ImportResult, unwritten: Sequence[tuple[Path, Exception]], *, as_json: bool, validation: bool = False
) -> int:
    """Shows the result of a batch and the files about it that could not be written, and returns the exit code."""
    c = result.counts
    if as_json:
        write_json(
            {
                "counts": c._asdict(),
                "resumed": result.resumed,
                "sent": result.sent,
                "stopped": None
                if result.stopped is None
                else {"code": result.stopped.code, "message": as_typed(result.stopped.message)},
                "journal": None if result.journal is None else str(result.journal),
                "failed": [
                    {
                        "row": row.number,
                        "column": row.column,
                        "key": row.key,
                        "state": row.state,
                        "code": row.code,
                        "message": as_typed(row.message(LANGUAGE)),
                        "findings": [
                            {
                                "path": p.path,
                                "code": p.code,
                                "severity": p.severity,
                                "message": as_typed(p.message(LANGUAGE)),
                                "params": p.params,
                                "suggestion": p.suggestion,
                                "place": p.place and p.place._asdict(),
                            }
                            for p in row.findings
                        ],
                    }
                    for row in result.rejected()
                ],
                "skipped": [skipped._asdict() for skipped in result.skipped()],
                "sheet": _sheet(result),
                "warnings": [
                    {
                        "code": kind.first.code,
                        "path": kind.first.path,
                        "column": kind.first.place and kind.first.place.column,
                        "header": kind.first.place and kind.first.place.header,
                        "message": as_typed(kind.first.message(LANGUAGE)),
                        "count": kind.total,
                        "rows": kind.rows,
                    }
                    for kind in result.warnings()
                ],
                "unwritten": [
                    {"file": str(file), "code": _code(error), "message": _unwritten(file, error)}
                    for file, error in unwritten
                ],
            }
        )
    else:
        counts = [(t(*names), getattr(c, field)) for field, names in _COUNTS.items()]
        if validation:
            counts = [
                (t("linhas", "rows"), c.total),
                (t("boas", "good"), c.pending),
                (t("  só para alterar", "  for a change only"), c.change_only),
                (t("rejeitadas", "rejected"), c.rejected),
                (t("sem código nem documento", "without a code or document"), c.unidentified),
                (t("ignoradas", "passed over"), c.skipped),
            ]
        table(["", ""], [(name, n) for name, n in counts if n or name == counts[0][0]], numeric=[1])
        _show_failed(result)
        _show_change_only(result)
        _show_skipped(result)
        _show_warnings(result)
        _show_sheet(result)
        if c.unidentified and c.rejected and not validation:
            note(
                t(
                    "linhas sem código nem documento: --permitir-sem-codigo as inclui, se são mesmo novas",
                    "rows without a code or document: --permitir-sem-codigo includes them, if they are indeed new",
                )
            )
        if result.resumed and not result.sent and not c.pending:
            note(
                t(
                    f"nada foi enviado: tudo isto é de uma execução anterior, segundo o journal {result.journal}",
                    f"nothing was sent: all of this is of an earlier run, as the journal {result.journal} says",
                )
            )
        if result.stopped is not None:
            note(as_typed(result.stopped.message))
        if not validation and (open_rows := c.pending + c.unknown) and result.journal is not None:
            note(
                t(
                    f"{open_rows} linhas em aberto; o mesmo comando continua de onde parou",
                    f"{open_rows} open rows; the same command goes on from here",
                )
            )
        for file, error in unwritten:
            show_error(_code(error), _unwritten(file, error), as_json=False)
    if result.stopped is not None and result.stopped.error is not None:
        return exit_code(result.stopped.error)
    if unwritten:
        return exit_code(unwritten[0][1])
    pending = 0 if validation else c.pending
    return PARTIAL if c.failed or pending else 0


def _unwritten(file: Path, error: Exception) -> str:
    sentence = _sentence(error)
    if f"`{file}`" in sentence:
        return sentence
    return t(f"`{file}` não foi gravado: {sentence}", f"`{file}` was not written: {sentence}")


def _show_change_only(result: ImportResult) -> None:
    if not result.counts.change_only:
        return
    good = (row for row in result.rows("pending") if row.code == "so_para_alterar")
    numbers = ", ".join(str(row.number) for row in islice(good, _SHOWN))
    more = "…" if result.counts.change_only > _SHOWN else ""
    note(
        t(
            f"linhas que só servem para alterar um registro que já existe: {numbers}{more}",
            f"rows that are good only for changing a record that exists: {numbers}{more}",
        )
    )


def _sheet(result: ImportResult) -> dict[str, Any] | None:
    sheet = result.sheet
    return None if sheet is None else {**sheet._asdict(), "columns": [column._asdict() for column in sheet.columns]}


def _show_warnings(result: ImportResult) -> None:
    kinds = result.warnings()
    if not kinds:
        return
    rows = []
    for kind in kinds[:_SHOWN]:
        which = ", ".join(str(row) for row in kind.rows[:5]) + (", …" if len(kind.rows) > 5 else "")
        header = kind.first.place and kind.first.place.header
        rows.append((kind.total, which, header or kind.first.path, as_typed(kind.first.message(LANGUAGE))))
    write_line("")
    table(
        [
            t("avisos", "warnings"),
            t("linhas", "rows"),
            t("coluna", "column"),
            t("como, na primeira", "as in the first"),
        ],
        rows,
        numeric=[0],
    )


def _show_sheet(result: ImportResult) -> None:
    sheet = result.sheet
    if sheet is None:
        return
    unread = t("não lida", "not read")
    rows = [
        (column.letter, column.header, column.field or unread, column.filled, column.failed, column.mended)
        for column in sheet.columns
        if column.field or column.filled
    ]
    titles = [t("coluna", "column"), t("cabeçalho", "header"), t("campo", "field")]
    titles += [t("preenchidas", "filled"), t("com erro", "failed"), t("corrigidas", "mended")]
    write_line("")
    if sheet.name:
        note(t(f"planilha lida: {sheet.name}", f"sheet read: {sheet.name}"))
    if sheet.dialect:
        note(t(f"dialeto: {sheet.dialect}", f"dialect: {sheet.dialect}"))
    table(titles, rows, numeric=[3, 4, 5])
    if sheet.hidden:
        which = ", ".join(str(row) for row in sheet.hidden[:_SHOWN]) + ("…" if len(sheet.hidden) > _SHOWN else "")
        note(
            t(
                f"linhas ocultas, lidas como as outras ({len(sheet.hidden)}): {which}",
                f"hidden rows, read as the others are ({len(sheet.hidden)}): {which}",
            )
        )
    if sheet.others:
        others = ", ".join(sheet.others)
        note(t(f"outras planilhas com dados: {others}", f"other sheets that hold anything: {others}"))


_REASONS = {
    "total": ("total", "total"),
    "rodape": ("rodapé", "footer"),
    "grupo": ("título de um grupo", "heading of a group"),
    "excluido": ("excluído na origem", "deleted at the source"),
    "sem_leitura": ("sem nada em nenhum mês", "nothing in any month"),
    "sem_consumo": ("sem consumo no mês", "nothing used in the month"),
    "exemplo": ("exemplo do modelo", "example of the template"),
    "preenchimento": ("fim do modelo", "end of the template"),
    "cabecalho_repetido": ("cabeçalho repetido", "header again"),
}


def _reason(skipped: SkippedRow) -> str:
    """Why a row was passed over; of a month's cell, with its header."""
    said = t(*_REASONS[skipped.reason])
    return f"{skipped.text}: {said}" if skipped.reason == "sem_consumo" else said


def _show_skipped(result: ImportResult) -> None:
    if not result.counts.skipped:
        return
    skipped = result.skipped()
    which = ", ".join(f"{i.number} ({_reason(i)})" for i in skipped[:_SHOWN])
    more = "…" if len(skipped) > _SHOWN else ""
    note(t(f"linhas ignoradas, que não são registros: {which}{more}", f"rows passed over, no records: {which}{more}"))


_STATES = {
    "rejected": ("rejeitado", "rejected"),
    "refused": ("recusado", "refused"),
    "unknown": ("desconhecido", "unknown"),
}


def _show_failed(result: ImportResult) -> None:
    c = result.counts
    if not c.failed:
        return
    rows = []
    for row in result.rows("rejected", "refused", "unknown"):
        errors = row._replace(findings=tuple(p for p in row.findings if p.severity == "error"))
        number = row.number if row.column is None else f"{row.number}, {row.column}"
        rows.append((number, row.key, t(*_STATES[row.state]), as_typed(errors.message(LANGUAGE))))
        if len(rows) == _SHOWN:
            break
    titles = [t("linha", "row"), t("código", "code"), t("situação", "state"), t("motivo", "reason")]
    write_line("")
    table(titles, rows, numeric=[0])
    if c.failed > len(rows):
        note(
            t(
                f"… e mais {c.failed - len(rows)}; peça --relatorio para ver todas na planilha",
                f"… and {c.failed - len(rows)} more; ask for --relatorio to see all of them in the sheet",
            )
        )
