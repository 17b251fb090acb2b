"""The result of a validation: all findings at once, as data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Generic, Literal, NamedTuple, Optional, TypeVar

__all__ = ["Checked", "Finding", "Place", "Report"]

_T = TypeVar("_T")


class _Data:
    """An immutable class whose instances are equal if their contents are. `dataclasses` would take half of the import
    time."""

    __slots__: tuple[str, ...] = ()

    def __init__(self, *values: Any) -> None:
        for name, value in zip(self.__slots__, values):
            object.__setattr__(self, name, value)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"cannot assign to `{name}`")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"cannot delete `{name}`")

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and all(getattr(self, name) == getattr(other, name) for name in self.__slots__)

    def __hash__(self) -> int:
        return hash((type(self), *(v for name in self.__slots__ if not isinstance(v := getattr(self, name), Mapping))))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in self.__slots__)})"

    def __reduce__(self) -> tuple[type, tuple[Any, ...]]:
        return type(self), tuple(getattr(self, name) for name in self.__slots__)


class Place(NamedTuple):
    """A place in a table."""

    sheet: str
    """The name of the sheet (of the file, when it is text); empty where the table has none."""
    row: int
    """The row as a spreadsheet program numbers it, from 1."""
    column: Optional[str]  # noqa: UP045 (evaluated by NamedTuple on Python 3.9)
    """The letter of the column, if one cell is at fault."""
    header: Optional[str]  # noqa: UP045
    """The header of the column, as written."""
    value: str
    """What the cell holds, as a person sees it; it may be personal data, so ``repr`` leaves it out."""

    def __repr__(self) -> str:
        return f"Place(sheet={self.sheet!r}, row={self.row!r}, column={self.column!r}, header={self.header!r})"


class Finding(_Data):
    """One thing that is wrong with an input, or worth a look: what, where, and how much it matters."""

    __slots__ = __match_args__ = (
        "path",
        "code",
        "severity",
        "message_pt",
        "message_en",
        "params",
        "suggestion",
        "place",
    )

    path: str
    """The field: ``endereco.cep``, ``itens[0].quantidade``; empty for the record as a whole."""
    code: str
    """The stable code, the same in every language."""
    severity: Literal["error", "warning"]
    """``"error"`` prevents sending; ``"warning"`` does not."""
    message_pt: str
    """One line in Brazilian Portuguese, without the path."""
    message_en: str
    """One line in English, without the path."""
    params: Mapping[str, str]
    """What the line quotes, such as ``max``."""
    suggestion: str | None
    """A value that would be accepted, where one can be told."""
    place: Place | None
    """Where in a table it is, when it came from one."""

    def __init__(
        self,
        path: str,
        code: str,
        severity: Literal["error", "warning"],
        message_pt: str,
        message_en: str,
        params: Mapping[str, str] | None = None,
        suggestion: str | None = None,
        place: Place | None = None,
    ) -> None:
        params = {} if params is None else params
        super().__init__(path, code, severity, message_pt, message_en, params, suggestion, place)

    def __repr__(self) -> str:
        # What the sentences quote may be personal data.
        return f"Finding(path={self.path!r}, code={self.code!r}, severity={self.severity!r}, place={self.place!r})"

    def message(self, language: str = "pt-BR") -> str:
        """The line in the given language: ``"pt-BR"`` or ``"en"``."""
        return self.message_en if language.lower().startswith("en") else self.message_pt

    def line(self, language: str = "pt-BR") -> str:
        """The same with its place before it: the header of the column, or else the path."""
        where = (self.place and self.place.header) or self.path
        return f"{where}: {self.message(language)}" if where else self.message(language)

    def __str__(self) -> str:
        return self.line()


class Report(_Data):
    """All findings of one input, in the order in which the fields were met."""

    __slots__ = __match_args__ = ("findings",)

    findings: tuple[Finding, ...]
    """Errors and warnings."""

    def __init__(self, findings: tuple[Finding, ...] = ()) -> None:
        super().__init__(findings)

    @property
    def valid(self) -> bool:
        """Whether there is no error. There may be warnings."""
        return not self.errors

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that prevent sending."""
        return tuple(v for v in self.findings if v.severity == "error")

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """The findings that do not prevent sending."""
        return tuple(v for v in self.findings if v.severity == "warning")

    def summary(self, language: str = "pt-BR") -> str:
        """All findings in one line: ``path: message; path: message``."""
        return "; ".join(finding.line(language) for finding in self.findings)

    def raise_if_invalid(self, language: str = "pt-BR") -> None:
        """Raises :class:`smartbill.ValidationError` if there is an error."""
        if not self.valid:
            from .errors import ValidationError

            raise ValidationError(self.summary(language), report=self, outcome="not_sent")

    def __str__(self) -> str:
        return self.summary()


class Checked(_Data, Generic[_T]):
    """The result of checking many records: the valid records, and the reports about the others.

    >>> from smartbill import Cliente
    >>> checked = Cliente.check_all([{"nome": "Ana", "cpfCnpj": "529.982.247-25"}, {"nome": ""}])
    >>> [record is not None for record in checked.records]
    [True, False]
    >>> checked.reports[1].errors[0].code
    'obrigatorio'
    """

    __slots__ = __match_args__ = ("records", "reports")

    records: list[_T | None]
    """The records in the given order. ``None`` stands for a record with an error."""
    reports: dict[int, Report]
    """The reports that have errors or warnings, by the record's index from 0."""

    @property
    def valid(self) -> bool:
        """Whether no record has an error. There may be warnings."""
        return all(record is not None for record in self.records)
