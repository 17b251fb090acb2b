"""The result of a validation: all findings at once, as data."""

from __future__ import annotations

from typing import Generic, TypeVar

from .errors import Report
from .findings import Finding, Place, _Data

__all__ = ["Checked", "Finding", "Place", "Report"]

_T = TypeVar("_T")


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
