"""What customers and usage have in common: spreadsheets that come in whole, and plans to synchronise by."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Union

from ._smartbill import Cliente, Consumo, Core, CorePlan, _template
from .batch import ImportResult, Progress, Row
from .errors import ConfigurationError, FileError

if TYPE_CHECKING:
    from typing import Literal

    from .client import Smartbill

    _Mode = Literal["strict", "lenient"]
    _Optional = Literal["leave_out", "refuse"]
    _Resource = Literal["clientes", "consumos"]

__all__ = ["Importable", "Plan", "PlanCounts", "template", "validar"]

_Path = Union[str, "os.PathLike[str]"]
_Source = Union[_Path, bytes, Iterable[Union[Cliente, Consumo, Mapping[str, Any]]]]


class Importable:
    """A resource that spreadsheets bring in."""

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
        dry_run: bool = False,
        mode: _Mode | None = None,
        sheet: str | None = None,
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
        """Adds and changes the records of a spreadsheet, each by the company's own code.

        Every row is checked first; then those that are good are sent, and the result says which. Interrupted and
        called again with the same source, it goes on where it was; finished before, it sends nothing, and ``resumed``
        and ``sent`` say so. A row whose answer got lost is read back, or stays ``unknown`` until a later run
        settles it: it is never called refused on a guess.

        :param source: a spreadsheet (.xls, .xlsx, .csv, …) as a path or bytes, or an iterable of models or mappings
        :param journal: the file that remembers what was sent; next to the source where it is left out
        :param restart: forgets what the journal says
        :param same_account: vouches that the account is the journal's, though the token is another
        :param allow_unidentified: includes rows that have neither a code nor a document as well; left out, they are
            rejected where including them a second time would go unnoticed, or where they look like a record that the
            platform has already
        :param dry_run: only checks the rows
        :param mode: strict, or lenient input; as the client where it is left out
        :param sheet: the sheet; the first one with a known header where it is left out
        :param mapping: a TOML file with what :attr:`smartbill.batch.ImportResult.mapping` says, so that a mapping is
            made once; ``columns``, ``values`` and ``defaults`` count more
        :param dialect: whose names the columns have: the path of a TOML file, or the name of a system that is known,
            such as ``"protheus"``; told from the headers where it is left out
        :param layout: a TOML file that says what stands where in the lines of a text whose columns have a fixed width
        :param columns: header → field, for columns that go by no known name; an empty field leaves the column out
        :param values: field → what its cells say → what that means, for words of your system's own:
            ``{"tipoPessoa": {"1": "FISICA"}}``
        :param defaults: field → what holds where no cell says it, as a cell would: ``{"endereco.uf": "SC"}``; a field
            that has one needs no column
        :param decimal_point: numbers in text are written ``1,234.56``, not ``1.234,56``
        :param clear_empty: an empty cell empties the field of a record that exists, instead of keeping it
        :param optional: an optional field of a customer that is wrong, under a header, is mended or left out with a
            warning; ``"refuse"`` rejects the row instead. Of rows that name the fields themselves it is rejected, and
            ``"leave_out"`` spares it
        :param ddd: the area code of telephones that have none, such as ``"48"``
        :param name: the name shown in messages for bytes
        :param limits: what a file may hold at most before it is refused: ``bytes``, ``unpacked`` (bytes once
            decompressed), ``rows``, ``columns``, ``bytes_per_row`` (of text), ``memory`` (bytes that a workbook
            takes beside itself)
        :param concurrency: the most requests at once; 16 by default
        :param rate: the most requests in a second
        :param deadline: seconds that the whole run may take
        :param max_failures: how many rows may fail before the run stops; those that break a rule count, so that a sheet
            that is mostly wrong is not sent at all
        :param progress: called with an :class:`smartbill.batch.Progress` as the import goes on
        :param on_row: called with the :class:`smartbill.batch.Row` of each row once its outcome is written down
        """
        options = {
            **_reading(
                mode=mode,
                sheet=sheet,
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
        """Decides what it takes for the platform to have what a spreadsheet says, and does nothing yet.

        Of usage, only the months that the spreadsheet has are looked at. Records without a code of the company's own
        are left alone.

        :param source: as for :meth:`importar`
        :param remover: removes what the spreadsheet does not have, so many records at most, or so many per cent of
            them (``"10%"``); nothing is removed where it is left out
        """
        options = _reading(
            mode=mode,
            sheet=sheet,
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
    """How many records a plan touches."""

    incluir: int
    """To include."""
    alterar: int
    """To change."""
    remover: int
    """To remove."""
    unchanged: int
    """As they should be."""
    rejected: int
    """Rows that break a rule; applying the plan does nothing about them."""


class Plan:
    """What a synchronisation would do; ``print`` shows it, :meth:`apply` does it.

    It can be kept as JSON and applied later, by another process. It is refused once a record that it touches is no
    longer what it was.
    """

    def __init__(self, core: CorePlan, cliente: Core | None = None) -> None:
        self._core = core
        self._client = cliente
        self.resource, *counts = core.counts()
        """``clientes`` or ``consumos``."""
        self.counts = PlanCounts(*counts)
        """How many records it touches."""

    @classmethod
    def from_json(cls, text: str) -> Plan:
        """Reads what :meth:`to_json` wrote."""
        return cls(CorePlan.read(text))

    def to_json(self) -> str:
        """The plan as JSON: every record, and of those to change every field, before and after."""
        return self._core.json()

    def to_dict(self) -> dict[str, Any]:
        """The same as a dictionary."""
        import json

        data: dict[str, Any] = json.loads(self._core.json())
        return data

    def text(self, language: str = "pt-BR", *, limit: int = 100, show_personal: bool = False) -> str:
        """The plan for a person, with at most ``limit`` records of each kind.

        Names, documents, addresses, e-mails and telephones are hidden, for a plan gets printed and logged;
        ``show_personal`` shows them.
        """
        return self._core.text(language, limit, show_personal)

    @property
    def empty(self) -> bool:
        """Whether applying it would do nothing."""
        c = self.counts
        return not (c.incluir or c.alterar or c.remover)

    def apply(
        self,
        sb: Smartbill | None = None,
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
        """Does what the plan says, after checking that nothing it touches has changed.

        :param sb: the client; needed for a plan read from JSON
        :param journal: the file that remembers what was done, with which a run that was killed goes on
        """
        cliente = self._client if sb is None else sb._core
        if cliente is None:
            raise ConfigurationError("a plan read from JSON needs a client: `plan.apply(sb)`")
        options = {
            **_pace(concurrency, rate, deadline, max_failures),
            "journal": journal,
            "same_account": same_account,
        }
        return ImportResult(cliente.apply(self._core, options, _listener(progress, on_row)))

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        c = self.counts
        return f"<Plan {self.resource}: incluir {c.incluir}, alterar {c.alterar}, remover {c.remover}>"


def template(resource: Literal["clientes", "consumos"]) -> bytes:
    """The template of a spreadsheet, an .xlsx: headers, notes, lists to choose from, and an example row."""
    return _template(resource)


def validar(
    resource: Literal["clientes", "consumos"],
    source: _Source,
    *,
    mode: _Mode | None = None,
    sheet: str | None = None,
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
    """Checks every row of a spreadsheet; needs neither network nor account. Good rows are ``pending``."""
    # The core's client is a bag of options here; it never connects.
    core = Core("https://localhost", {"language": language})
    options = _reading(
        mode=mode,
        sheet=sheet,
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
    """The options of reading as the core takes them."""
    for name in ("mapping", "layout"):
        if options[name] is not None:
            options[name] = _text_and_name(options[name])
    if options["dialect"] is not None:
        options["dialect"] = _dialect(options["dialect"])
    if options["values"] is not None:
        options["values"] = {field: dict(words) for field, words in options["values"].items()}
    return {name: dict(value) if isinstance(value, Mapping) else value for name, value in options.items()}


def _dialect(dialect: _Path) -> str | tuple[str, str]:
    """The name of a known one, or the text and the name of a file."""
    from pathlib import Path

    if isinstance(dialect, str) and Path(dialect).name == dialect and not Path(dialect).suffix:
        return dialect
    return _text_and_name(dialect)


def _text_and_name(path: _Path) -> tuple[str, str]:
    from pathlib import Path

    try:
        return Path(path).read_text(encoding="utf-8"), os.fspath(path)
    except (OSError, UnicodeDecodeError) as e:
        raise FileError(f"`{os.fspath(path)}`: {e}") from e


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
