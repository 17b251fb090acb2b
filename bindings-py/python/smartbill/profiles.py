"""What comes of holding a wire profile against the platform: :meth:`smartbill.Smartbill.test_profile`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from ._field_texts import describe_fields
from .drift import DriftEntry

if TYPE_CHECKING:
    from typing import Literal

    from .errors import SmartbillError

__all__ = ["FieldPlace", "OperationTest", "SentRequest", "UnreadableField"]


class SentRequest(NamedTuple):
    """A request without what is secret or names somebody."""

    method: str
    """The HTTP method."""
    target: str
    """The path as the profile has it, with ``{id}`` for the identifier, and the query."""
    headers: list[tuple[str, str]]
    """The headers, with ``***`` for the token."""
    body: str | None
    """The body, with ``***`` for the token and ``{id}`` for the identifier."""


class FieldPlace(NamedTuple):
    """A field and its place on the wire."""

    field: str
    """The field, such as ``endereco.cep``."""
    wire: str
    """Its place in a record of the platform, such as ``address.zip``."""


class UnreadableField(NamedTuple):
    """A field that came and could not be read."""

    field: str
    """The field, such as ``dataVencimento``."""
    code: str
    """The stable code of the reason, such as ``data_invalida``."""


class OperationTest(NamedTuple):
    """What became of one operation."""

    operation: str
    """The operation, such as ``clientes.listar``."""
    result: Literal["understood", "partial", "failed", "skipped"]
    """``understood``: every field that came was read; ``partial``: words are not mapped, or fields are unreadable."""
    sent: SentRequest | None
    """What was sent; None where nothing was."""
    status: int | None
    """The HTTP status of the answer."""
    members: list[str]
    """The names of the members of the answer, dotted; ``[]`` stands for the items of a list. Never a value."""
    records: int
    """How many records it held."""
    understood: list[FieldPlace]
    """The fields that were read."""
    missing: list[FieldPlace]
    """The fields that the profile places somewhere and that no record had."""
    unreadable: list[UnreadableField]
    """The fields that came and could not be read."""
    drift: list[DriftEntry]
    """The members that no field has, and the words that the profile does not map."""
    reason: str | None
    """Why it was skipped."""
    error: SmartbillError | None
    """Why it failed."""


def _operation_test(fields: tuple[Any, ...]) -> OperationTest:
    operation, result, sent, (status, members, records), read, reason, error = fields
    understood, missing, unreadable, drift = read
    return OperationTest(
        operation,
        result,
        None if sent is None else SentRequest(*sent),
        status,
        members,
        records,
        [FieldPlace(*place) for place in understood],
        [FieldPlace(*place) for place in missing],
        [UnreadableField(*field) for field in unreadable],
        [DriftEntry(*entry) for entry in drift],
        reason,
        error,
    )


describe_fields(__name__)
