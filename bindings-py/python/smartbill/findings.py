"""What is wrong with an input, or worth a look, as data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple, Optional

from ._field_texts import describe_fields

__all__ = ["Finding", "Place"]


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


describe_fields(__name__)
