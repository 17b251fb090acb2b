"""What answers held that nobody knew: :meth:`smartbill.Smartbill.drift`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ._field_texts import describe_fields

if TYPE_CHECKING:
    from typing import Literal

__all__ = ["Drift", "DriftEntry"]


class DriftEntry(NamedTuple):
    """One thing that answers held and neither the profile nor the models know."""

    operation: str
    """The operation that was answered, such as ``clientes.listar``."""
    kind: Literal["unknown_member", "unmapped_word"]
    """A member that no field has, which is kept in ``extras``; or a word of a choice that the profile does not map."""
    path: str
    """Where it is in a record, in the names of the wire; ``*`` stands for a name that may be a value."""
    word: str | None
    """The platform's word, where it is one short word and so no personal data."""
    total: int
    """How often it was seen."""


class Drift(NamedTuple):
    """What answers held so far that neither the profile nor the models know; never a value."""

    entries: list[DriftEntry]
    """Sorted by operation, kind and path; at most 1,000."""
    more: int
    """How often something else was seen that found no place among the entries."""


describe_fields(__name__)
