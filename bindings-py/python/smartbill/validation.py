"""What validation finds: every violation at once, as data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Generic, Literal, TypeVar

__all__ = ["Checked", "Report", "Violation"]

_T = TypeVar("_T")


class _Data:
    """What cannot be changed, and is equal to what says the same. `dataclasses` would take half of the import."""

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


class Violation(_Data):
    """One broken rule: where, which, and how much it matters. It never holds the offending value."""

    __slots__ = __match_args__ = ("path", "code", "severity", "message_pt", "message_en", "params")

    path: str
    """Where, in JSON names and indices: ``endereco.cep``, ``itens[0].quantidade``."""
    code: str
    """The rule's stable code, the same in every language."""
    severity: Literal["error", "warning"]
    """``"error"`` forbids sending; ``"warning"`` does not."""
    message_pt: str
    """One line in Brazilian Portuguese, without the path."""
    message_en: str
    """One line in English, without the path."""
    params: Mapping[str, str]
    """The rule's parameters, such as ``max``."""

    def __init__(
        self,
        path: str,
        code: str,
        severity: Literal["error", "warning"],
        message_pt: str,
        message_en: str,
        params: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(path, code, severity, message_pt, message_en, {} if params is None else params)

    def message(self, language: str = "pt-BR") -> str:
        """The line in the language asked for: ``"pt-BR"`` or ``"en"``."""
        return self.message_en if language.lower().startswith("en") else self.message_pt

    def __str__(self) -> str:
        return f"{self.path}: {self.message_pt}" if self.path else self.message_pt


class Report(_Data):
    """Every violation found in one input, in the order in which the fields were met."""

    __slots__ = __match_args__ = ("violations",)

    violations: tuple[Violation, ...]
    """Errors and warnings."""

    def __init__(self, violations: tuple[Violation, ...] = ()) -> None:
        super().__init__(violations)

    @property
    def valid(self) -> bool:
        """Whether there is no error; warnings may remain."""
        return not self.errors

    @property
    def errors(self) -> tuple[Violation, ...]:
        """The violations that forbid sending."""
        return tuple(v for v in self.violations if v.severity == "error")

    @property
    def warnings(self) -> tuple[Violation, ...]:
        """The violations that do not."""
        return tuple(v for v in self.violations if v.severity == "warning")

    def summary(self, language: str = "pt-BR") -> str:
        """All violations in one line: ``path: message; path: message``."""
        return "; ".join(f"{v.path}: {v.message(language)}" if v.path else v.message(language) for v in self.violations)

    def raise_if_invalid(self, language: str = "pt-BR") -> None:
        """Raises :class:`smartbill.ValidationError` if there is an error."""
        if not self.valid:
            from .errors import ValidationError

            raise ValidationError(self.summary(language), report=self, outcome="not_sent")

    def __str__(self) -> str:
        return self.summary()


class Checked(_Data, Generic[_T]):
    """What checking many records found: those that are good, and what is wrong with the others.

    >>> from smartbill import Cliente
    >>> checked = Cliente.check_all([{"nome": "Ana", "cpfCnpj": "529.982.247-25"}, {"nome": ""}])
    >>> [record is not None for record in checked.records]
    [True, False]
    >>> checked.reports[1].errors[0].code
    'obrigatorio'
    """

    __slots__ = __match_args__ = ("records", "reports")

    records: list[_T | None]
    """In the order given; ``None`` in the place of one with an error."""
    reports: dict[int, Report]
    """The reports that say something, errors or warnings, by the record's place from 0."""

    @property
    def valid(self) -> bool:
        """Whether no record has an error; warnings may remain."""
        return all(record is not None for record in self.records)
