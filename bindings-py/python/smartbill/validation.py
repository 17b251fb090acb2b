"""What validation finds: every violation at once, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

__all__ = ["Report", "Violation"]


@dataclass(frozen=True)
class Violation:
    """One broken rule: where, which, and how much it matters. It never holds the offending value."""

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
    params: Mapping[str, str] = field(default_factory=dict, hash=False)
    """The rule's parameters, such as ``max``."""

    def message(self, language: str = "pt-BR") -> str:
        """The line in the language asked for: ``"pt-BR"`` or ``"en"``."""
        return self.message_en if language.lower().startswith("en") else self.message_pt

    def __str__(self) -> str:
        return f"{self.path}: {self.message_pt}" if self.path else self.message_pt


@dataclass(frozen=True)
class Report:
    """Every violation found in one input, in the order in which the fields were met."""

    violations: tuple[Violation, ...] = ()
    """Errors and warnings."""

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
