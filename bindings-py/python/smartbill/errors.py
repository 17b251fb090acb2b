"""The exceptions: one base, and a class for each kind, which is also a subclass of the matching builtin. With them, the
report of a validation, which raises one and is part of it."""

from __future__ import annotations

import errno as numbers
import os
import re
from collections.abc import Sequence
from typing import Any, ClassVar, Literal, NamedTuple, Optional

from ._field_texts import describe_fields
from .findings import Finding, _Data

__all__ = [
    "ApiConnectionError",
    "ApiTimeoutError",
    "AuthenticationError",
    "CancelledError",
    "CauseError",
    "ConfigurationError",
    "ConflictError",
    "FieldError",
    "FileError",
    "FileMissingError",
    "JournalError",
    "NotFoundError",
    "PermissionDeniedError",
    "ProfileError",
    "RateLimitedError",
    "RejectedError",
    "Report",
    "ResponseError",
    "ServerError",
    "SmartbillError",
    "SpreadsheetError",
    "StalePlanError",
    "ValidationError",
]


class FieldError(NamedTuple):
    """The platform's message about one field."""

    path: str
    """The field, in the model's own names."""
    code: Optional[str]  # noqa: UP045 (evaluated by NamedTuple on Python 3.9)
    """The platform's code, if it gave one."""
    message: str
    """The platform's message."""


class CauseError(Exception):
    """A failure in a lower layer, found in the ``__cause__`` of a :class:`SmartbillError`."""


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
            raise ValidationError(self.summary(language), report=self, outcome="not_sent")

    def __str__(self) -> str:
        return self.summary()


class SmartbillError(Exception):
    """The base of all errors of this library.

    >>> from smartbill.sandbox import Sandbox
    >>> with Sandbox() as sandbox, sandbox.client(language="en") as sb:
    ...     try:
    ...         sb.clientes.incluir({"nome": "Ana"})
    ...     except SmartbillError as error:
    ...         print(error.code, error.operation, error.outcome)
    validation clientes.incluir not_sent
    """

    code: ClassVar[str] = ""
    """The stable code of the kind, the same in every language."""

    operation: str | None
    """The operation, such as ``clientes.incluir``."""
    status: int | None
    """The HTTP status."""
    server_code: str | None
    """The platform's own code."""
    fields: tuple[FieldError, ...]
    """The platform's messages about single fields."""
    report: Report | None
    """The findings of the input."""
    request_id: str | None
    """The platform's identifier of the request, for its support."""
    attempts: int
    """The number of attempts."""
    outcome: Literal["not_sent", "rejected", "unknown"] | None
    """The effect of a failed write: ``not_sent``, ``rejected`` or ``unknown``. None for reads."""
    retry_after: float | None
    """The time that the platform asks to wait, in seconds."""
    body: str | None
    """The beginning of the platform's answer, with personal data masked."""

    def __init__(
        self,
        message: str,
        *,
        operation: str | None = None,
        status: int | None = None,
        server_code: str | None = None,
        fields: Sequence[FieldError] = (),
        report: Report | None = None,
        request_id: str | None = None,
        attempts: int = 0,
        outcome: Literal["not_sent", "rejected", "unknown"] | None = None,
        retry_after: float | None = None,
        body: str | None = None,
    ) -> None:
        super().__init__(message)
        self.operation = operation
        self.status = status
        self.server_code = server_code
        self.fields = tuple(FieldError(*f) for f in fields)
        self.report = report
        self.request_id = request_id
        self.attempts = attempts
        self.outcome = outcome
        self.retry_after = retry_after
        self.body = body

    @property
    def message(self) -> str:
        """The sentence."""
        return str(self)

    def __str__(self) -> str:
        # An error that is an OSError, too, with a number and a file would write a sentence of Python's own.
        return str(self.args[0]) if self.args else ""

    def __reduce__(self) -> tuple[Any, ...]:
        # An OSError has these beside its dictionary.
        system = {name: getattr(self, name, None) for name in ("errno", "strerror", "filename")}
        return (_again, (type(self), self.args, self.__dict__, system))


def _again(
    cls: type[SmartbillError], args: tuple[Any, ...], state: dict[str, Any], system: dict[str, Any]
) -> SmartbillError:
    error = cls(*args)
    error.__dict__.update(state)
    if isinstance(error, OSError):
        for name, value in system.items():
            if value is not None:
                setattr(error, name, value)
    return error


class ValidationError(SmartbillError, ValueError):
    """The input breaks the model's rules. Nothing was sent."""

    code = "validation"

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings about the input, including warnings."""
        return () if self.report is None else self.report.findings


class ConfigurationError(SmartbillError, ValueError):
    """An option of the client is wrong or contradicts another."""

    code = "configuration"


class ProfileError(SmartbillError, ValueError):
    """The wire profile is wrong. The message names its line."""

    code = "profile"


class AuthenticationError(SmartbillError):
    """The platform does not accept the credentials (401)."""

    code = "authentication"


class PermissionDeniedError(SmartbillError, PermissionError):
    """The credentials are valid but do not allow this operation (403)."""

    code = "permission"


class NotFoundError(SmartbillError, LookupError):
    """There is no such resource (404)."""

    code = "not_found"


class ConflictError(SmartbillError):
    """The resource is in another state than the operation needs, or already exists (409)."""

    code = "conflict"


class RejectedError(SmartbillError, ValueError):
    """The platform refused the request (400, 422 and other 4xx). See ``fields``."""

    code = "rejected"


class RateLimitedError(SmartbillError):
    """Too many requests (429). ``retry_after`` says how long to wait."""

    code = "rate_limited"


class ServerError(SmartbillError):
    """The platform failed (5xx)."""

    code = "server"


class ApiConnectionError(SmartbillError, ConnectionError):
    """There is no connection, or it broke."""

    code = "connection"


class ApiTimeoutError(SmartbillError, TimeoutError):
    """A deadline passed."""

    code = "timeout"


class ResponseError(SmartbillError):
    """The platform's answer is not what the profile describes."""

    code = "response"


class CancelledError(SmartbillError):
    """The caller cancelled the operation."""

    code = "cancelled"


class SpreadsheetError(SmartbillError, ValueError):
    """The file is not a readable spreadsheet, or lacks something that it must have."""

    code = "spreadsheet"


class JournalError(SmartbillError):
    """The journal belongs to another batch, or is in use."""

    code = "journal"


class StalePlanError(SmartbillError):
    """The plan was made from a state that the platform no longer has."""

    code = "stale_plan"


class FileError(SmartbillError, OSError):
    """A file cannot be opened or written; ``errno`` and ``filename`` say why and which."""

    code = "io"


class FileMissingError(FileError, FileNotFoundError):
    """There is no such file."""


_BY_CODE: dict[str, type[SmartbillError]] = {
    cls.code: cls
    for cls in (
        ValidationError,
        ConfigurationError,
        ProfileError,
        AuthenticationError,
        PermissionDeniedError,
        NotFoundError,
        ConflictError,
        RejectedError,
        RateLimitedError,
        ServerError,
        ApiConnectionError,
        ApiTimeoutError,
        ResponseError,
        CancelledError,
        SpreadsheetError,
        JournalError,
        StalePlanError,
        FileError,
    )
}


def _raised(code: str, message: str, causes: Sequence[str], details: dict[str, Any]) -> SmartbillError:
    """Makes the exception for a failure in the core. The core calls this."""
    number = details.pop("errno", None)
    kind = _BY_CODE.get(code, SmartbillError)
    if kind is FileError and number == numbers.ENOENT:
        kind = FileMissingError
    error = kind(message, **details)
    if isinstance(error, OSError) and number is not None:
        error.errno, error.strerror = number, os.strerror(number)
    # The core's sentences about files begin with the file.
    if isinstance(error, FileError) and (named := re.match("`(.+?)` ", message)):
        error.filename = named[1]
    beneath: BaseException = error
    for cause in causes:
        beneath.__cause__ = CauseError(cause)
        beneath = beneath.__cause__
    return error


describe_fields(__name__)
