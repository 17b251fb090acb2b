"""The client: ``with Smartbill(base_url, token=…) as sb: sb.clientes.incluir(…)``."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Union, overload

from ._smartbill import Cliente, Cobranca, Consumo, Contrato, Core, Listing, Servico
from .errors import ConfigurationError, FileError, SmartbillError
from .imports import Importable

if TYPE_CHECKING:
    from typing import Literal

    from typing_extensions import Self, Unpack

    from ._smartbill import (
        _ClientesFilter,
        _CobrancasFilter,
        _ConsumosFilter,
        _ContratoAction,
        _ContratosFilter,
        _ServicosFilter,
    )
    from .profiles import OperationTest

__all__ = [
    "INFINITE",
    "BatchItem",
    "Clientes",
    "Cobrancas",
    "Consumos",
    "Contratos",
    "Drift",
    "DriftEntry",
    "Servicos",
    "Smartbill",
]

INFINITE = math.inf
"""No time limit. It must be given explicitly."""

_Path = Union[str, "os.PathLike[str]"]


class BatchItem(NamedTuple):
    """The result for one contract of several."""

    id: str
    """The contract's identifier."""
    contrato: Contrato | None
    """The contract as it is now, if the action succeeded."""
    error: SmartbillError | None
    """The error, if it failed."""


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


class _Connection:
    """The common part of the blocking and the asynchronous client: the options and the core's client."""

    _asynchronous: ClassVar[bool]

    def __init__(
        self,
        base_url: str,
        *,
        token: str | None = None,
        profile: _Path | None = None,
        mode: Literal["strict", "lenient"] = "strict",
        language: Literal["pt-BR", "en"] = "pt-BR",
        timeout: float | None = None,
        attempt_timeout: float | None = None,
        connect_timeout: float | None = None,
        read_timeout: float | None = None,
        max_attempts: int | None = None,
        max_retry_after: float | None = None,
        max_pages: int | None = None,
        max_body_bytes: int | None = None,
        ca: _Path | bytes | None = None,
        client_cert: _Path | bytes | None = None,
        proxy: str | None = None,
        trust_env: bool = True,
        allow_http: bool = False,
        user_agent: str | None = None,
    ) -> None:
        """Checks the options. It connects when it is first used.

        :param base_url: the address of the platform, such as ``https://api.example.com.br``
        :param token: the credential; by default the variable ``SMARTBILL_TOKEN``
        :param profile: a TOML file that describes the wire format; by default this project's own assumption
        :param mode: strict or lenient input
        :param language: the language of errors
        :param timeout: the limit of a call with all its attempts and waits; 120 by default
        :param attempt_timeout: the limit of one attempt; 30 by default
        :param connect_timeout: the limit for making a connection; 10 by default
        :param read_timeout: the longest silence of the server; no limit by default, because an attempt has one
        :param max_attempts: the number of attempts, including the first; 4 by default
        :param max_retry_after: the longest wait that the server may ask for; if it asks for more, there is no retry; 60
            by default
        :param max_pages: the greatest number of pages that a listing reads; 10 000 by default
        :param max_body_bytes: the greatest size of an answer in bytes after decompression; 16 MiB by default
        :param ca: authorities to trust besides those of the system, as a PEM file or bytes; the files in
            ``SSL_CERT_FILE`` and ``REQUESTS_CA_BUNDLE`` are read as well
        :param client_cert: the client's certificate and key, as a PEM file or bytes
        :param proxy: the proxy; by default ``HTTPS_PROXY`` and ``NO_PROXY``
        :param trust_env: whether to read any variables of the environment
        :param allow_http: allows plain http to another machine; the token then travels in clear
        :param user_agent: the ``User-Agent`` header
        """
        env = os.environ if trust_env else {}
        pem = [] if ca is None else [_pem(ca, "ca")]
        pem += [_pem(env[name], name) for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE") if env.get(name)]
        self._core = Core(
            base_url,
            {
                "token": token if token is not None else env.get("SMARTBILL_TOKEN"),
                "profile": None if profile is None else (_text(profile), os.fspath(profile)),
                "mode": mode,
                "language": language,
                "timeout": timeout,
                "attempt_timeout": attempt_timeout,
                "connect_timeout": connect_timeout,
                "read_timeout": read_timeout,
                "max_attempts": max_attempts,
                "max_retry_after": max_retry_after,
                "max_pages": max_pages,
                "max_body_bytes": max_body_bytes,
                "ca_pem": pem,
                "client_pem": None if client_cert is None else _pem(client_cert, "client_cert"),
                "proxy": proxy,
                "no_proxy": not trust_env and proxy is None,
                "allow_http": allow_http,
                "user_agent": user_agent,
            },
            self._asynchronous,
        )

    def drift(self) -> Drift:
        """What the answers to this client's calls, imports included, held so far that neither the profile nor the
        models know: a platform that changes shows here first. Each is logged once, as a warning of the logger
        ``smartbill``."""
        entries, more = self._core.drift()
        return Drift([DriftEntry(*entry) for entry in entries], more)

    def __repr__(self) -> str:
        base_url, profile = self._core.description()
        return f"{type(self).__name__}({base_url!r}, profile={profile!r})"


class Smartbill(_Connection):
    """A client of the platform. A context manager. Threads may share it, and it works after a fork.

    Times are in seconds. ``None`` means the default, and :data:`INFINITE` means no limit.
    """

    _asynchronous = False

    @property
    def clientes(self) -> Clientes:
        """Customers."""
        return Clientes(self._core)

    @property
    def servicos(self) -> Servicos:
        """Services; read-only."""
        return Servicos(self._core)

    @property
    def contratos(self) -> Contratos:
        """Contracts."""
        return Contratos(self._core)

    @property
    def consumos(self) -> Consumos:
        """Metered usage."""
        return Consumos(self._core)

    @property
    def cobrancas(self) -> Cobrancas:
        """Charges; read-only."""
        return Cobrancas(self._core)

    def test_profile(
        self, *, timeout: float | None = None, attempt_timeout: float | None = None
    ) -> list[OperationTest]:
        """Holds the profile against the platform: lists a few records of each resource and gets the first one, and
        tells of each operation what was sent, what came, and what of it was understood. Nothing is written, and each
        request is sent once. The times are those of one request."""
        from .profiles import _operation_test

        return [_operation_test(fields) for fields in self._core.test_profile(_call(timeout, attempt_timeout))]

    def close(self) -> None:
        """Closes the connections."""
        self._core.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


class Clientes(Importable):
    """Customers."""

    _resource = "clientes"

    def incluir(
        self,
        cliente: Cliente | Mapping[str, Any],
        *,
        idempotency_key: str | None = None,
        timeout: float | None = None,
        attempt_timeout: float | None = None,
    ) -> Cliente:
        """Adds a customer, and returns it as the platform has it. Its ``outcome`` is the effect of the write.

        If an answer gets lost, or the platform says that the record exists, the client reads back the record with this
        ``codigo_externo``. If it has the same values, the effect is ``already_done``. If it differs or is out of use, a
        ``ConflictError`` is raised. An error's ``outcome`` is ``rejected`` only if it is certain that nothing was
        added. Another call later is a new request, unless an ``idempotency_key`` says that it is the same one.
        """
        return self._core.incluir("clientes", cliente, _call(timeout, attempt_timeout, idempotency_key))

    def alterar(
        self,
        id: str,
        changes: Cliente | Mapping[str, Any],
        *,
        clear: Iterable[str] = (),
        idempotency_key: str | None = None,
        timeout: float | None = None,
        attempt_timeout: float | None = None,
    ) -> Cliente:
        """Changes the given fields, and empties those named in ``clear``."""
        call = _call(timeout, attempt_timeout, idempotency_key)
        return self._core.alterar("clientes", id, changes, list(clear), call)

    def remover(
        self,
        id: str,
        *,
        idempotency_key: str | None = None,
        timeout: float | None = None,
        attempt_timeout: float | None = None,
    ) -> Cliente:
        """Removes a customer, who becomes inactive."""
        return self._core.remover("clientes", id, _call(timeout, attempt_timeout, idempotency_key))

    def obter(self, id: str, *, timeout: float | None = None, attempt_timeout: float | None = None) -> Cliente:
        """Gets one customer."""
        return self._core.obter("clientes", id, _call(timeout, attempt_timeout))

    def listar(
        self,
        *,
        cursor: str | None = None,
        page_size: int | None = None,
        max_pages: int | None = None,
        timeout: float | None = None,
        attempt_timeout: float | None = None,
        **filters: Unpack[_ClientesFilter],
    ) -> Listing[Cliente]:
        """Lists customers. Pages are read on demand."""
        call = _listing(timeout, attempt_timeout, page_size, max_pages)
        return self._core.listar("clientes", dict(filters), cursor, call)


class Servicos:
    """Services; read-only."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def obter(self, id: str, *, timeout: float | None = None, attempt_timeout: float | None = None) -> Servico:
        """Gets one service."""
        return self._core.obter("servicos", id, _call(timeout, attempt_timeout))

    def listar(
        self,
        *,
        cursor: str | None = None,
        page_size: int | None = None,
        max_pages: int | None = None,
        timeout: float | None = None,
        attempt_timeout: float | None = None,
        **filters: Unpack[_ServicosFilter],
    ) -> Listing[Servico]:
        """Lists services. Pages are read on demand."""
        call = _listing(timeout, attempt_timeout, page_size, max_pages)
        return self._core.listar("servicos", dict(filters), cursor, call)


class Contratos:
    """Contracts."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def incluir(
        self,
        contrato: Contrato | Mapping[str, Any],
        *,
        idempotency_key: str | None = None,
        timeout: float | None = None,
        attempt_timeout: float | None = None,
    ) -> Contrato:
        """Adds a contract, and returns it as the platform has it. Its ``outcome`` is the effect of the write.

        If an answer gets lost, or the platform says that the record exists, the client reads back the record with this
        ``codigo_externo``. If it has the same values, the effect is ``already_done``. If it differs or is cancelled, a
        ``ConflictError`` is raised. An error's ``outcome`` is ``rejected`` only if it is certain that nothing was
        added. Another call later is a new request, unless an ``idempotency_key`` says that it is the same one.
        """
        return self._core.incluir("contratos", contrato, _call(timeout, attempt_timeout, idempotency_key))

    @overload
    def ativar(
        self,
        id: str,
        *,
        check_state: bool = False,
        idempotency_key: str | None = None,
        timeout: float | None = None,
        **action: Unpack[_ContratoAction],
    ) -> Contrato: ...

    @overload
    def ativar(
        self,
        id: list[str] | tuple[str, ...],
        *,
        check_state: bool = False,
        idempotency_key: str | None = None,
        timeout: float | None = None,
        **action: Unpack[_ContratoAction],
    ) -> list[BatchItem]: ...

    def ativar(
        self,
        id: str | list[str] | tuple[str, ...],
        *,
        check_state: bool = False,
        idempotency_key: str | None = None,
        timeout: float | None = None,
        **action: Unpack[_ContratoAction],
    ) -> Contrato | list[BatchItem]:
        """Activates a contract, or resumes a suspended one. With several, each has its own result.

        With ``check_state`` the contract is read first, and an action that its state forbids is not sent.
        """
        call = {**_call(timeout, None, idempotency_key), "check_state": check_state}
        if isinstance(id, str):
            return self._core.act("ativar", id, dict(action), call)
        return self._core.act_on_many("ativar", list(id), dict(action), call)

    @overload
    def desativar(
        self,
        id: str,
        *,
        check_state: bool = False,
        idempotency_key: str | None = None,
        timeout: float | None = None,
        **action: Unpack[_ContratoAction],
    ) -> Contrato: ...

    @overload
    def desativar(
        self,
        id: list[str] | tuple[str, ...],
        *,
        check_state: bool = False,
        idempotency_key: str | None = None,
        timeout: float | None = None,
        **action: Unpack[_ContratoAction],
    ) -> list[BatchItem]: ...

    def desativar(
        self,
        id: str | list[str] | tuple[str, ...],
        *,
        check_state: bool = False,
        idempotency_key: str | None = None,
        timeout: float | None = None,
        **action: Unpack[_ContratoAction],
    ) -> Contrato | list[BatchItem]:
        """Switches a contract off. With several, each has its own result."""
        call = {**_call(timeout, None, idempotency_key), "check_state": check_state}
        if isinstance(id, str):
            return self._core.act("desativar", id, dict(action), call)
        return self._core.act_on_many("desativar", list(id), dict(action), call)

    def suspender(
        self,
        id: str,
        *,
        check_state: bool = False,
        idempotency_key: str | None = None,
        timeout: float | None = None,
        **action: Unpack[_ContratoAction],
    ) -> Contrato:
        """Suspends a contract."""
        call = {**_call(timeout, None, idempotency_key), "check_state": check_state}
        return self._core.act("suspender", id, dict(action), call)

    def cancelar(
        self,
        id: str,
        *,
        check_state: bool = False,
        idempotency_key: str | None = None,
        timeout: float | None = None,
        **action: Unpack[_ContratoAction],
    ) -> Contrato:
        """Ends a contract for good. A ``motivo`` is required."""
        call = {**_call(timeout, None, idempotency_key), "check_state": check_state}
        return self._core.act("cancelar", id, dict(action), call)

    def obter(self, id: str, *, timeout: float | None = None, attempt_timeout: float | None = None) -> Contrato:
        """Gets one contract."""
        return self._core.obter("contratos", id, _call(timeout, attempt_timeout))

    def listar(
        self,
        *,
        cursor: str | None = None,
        page_size: int | None = None,
        max_pages: int | None = None,
        timeout: float | None = None,
        attempt_timeout: float | None = None,
        **filters: Unpack[_ContratosFilter],
    ) -> Listing[Contrato]:
        """Lists contracts. Pages are read on demand."""
        call = _listing(timeout, attempt_timeout, page_size, max_pages)
        return self._core.listar("contratos", dict(filters), cursor, call)


class Consumos(Importable):
    """Metered usage."""

    _resource = "consumos"

    def incluir(
        self,
        consumo: Consumo | Mapping[str, Any],
        *,
        idempotency_key: str | None = None,
        timeout: float | None = None,
        attempt_timeout: float | None = None,
    ) -> Consumo:
        """Adds usage, and returns it as the platform has it. Its ``outcome`` is the effect of the write.

        If an answer gets lost, or the platform says that the record exists, the client reads back the record with this
        ``id_externo``. If it has the same values, the effect is ``already_done``. If it differs, a ``ConflictError`` is
        raised. An error's ``outcome`` is ``rejected`` only if it is certain that nothing was added. Another call later
        is a new request, unless an ``idempotency_key`` says that it is the same one.
        """
        return self._core.incluir("consumos", consumo, _call(timeout, attempt_timeout, idempotency_key))

    def alterar(
        self,
        id: str,
        changes: Consumo | Mapping[str, Any],
        *,
        clear: Iterable[str] = (),
        idempotency_key: str | None = None,
        timeout: float | None = None,
        attempt_timeout: float | None = None,
    ) -> Consumo:
        """Changes the given fields, and empties those named in ``clear``. Billed usage cannot be changed."""
        call = _call(timeout, attempt_timeout, idempotency_key)
        return self._core.alterar("consumos", id, changes, list(clear), call)

    def remover(
        self,
        id: str,
        *,
        idempotency_key: str | None = None,
        timeout: float | None = None,
        attempt_timeout: float | None = None,
    ) -> Consumo:
        """Removes usage that is not billed yet."""
        return self._core.remover("consumos", id, _call(timeout, attempt_timeout, idempotency_key))

    def obter(self, id: str, *, timeout: float | None = None, attempt_timeout: float | None = None) -> Consumo:
        """Gets one record of usage."""
        return self._core.obter("consumos", id, _call(timeout, attempt_timeout))

    def listar(
        self,
        *,
        cursor: str | None = None,
        page_size: int | None = None,
        max_pages: int | None = None,
        timeout: float | None = None,
        attempt_timeout: float | None = None,
        **filters: Unpack[_ConsumosFilter],
    ) -> Listing[Consumo]:
        """Lists usage. Pages are read on demand."""
        call = _listing(timeout, attempt_timeout, page_size, max_pages)
        return self._core.listar("consumos", dict(filters), cursor, call)

    def exportar(
        self,
        path: _Path,
        *,
        timeout: float | None = None,
        attempt_timeout: float | None = None,
        **filters: Unpack[_ConsumosFilter],
    ) -> int:
        """Writes usage to a spreadsheet, .xlsx or .csv by its name. Returns the number of rows."""
        return self._core.exportar("consumos", path, dict(filters), _call(timeout, attempt_timeout))


class Cobrancas:
    """Charges; read-only."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def listar(
        self,
        *,
        cursor: str | None = None,
        page_size: int | None = None,
        max_pages: int | None = None,
        timeout: float | None = None,
        attempt_timeout: float | None = None,
        **filters: Unpack[_CobrancasFilter],
    ) -> Listing[Cobranca]:
        """Lists charges. Pages are read on demand."""
        call = _listing(timeout, attempt_timeout, page_size, max_pages)
        return self._core.listar("cobrancas", dict(filters), cursor, call)

    def exportar(
        self,
        path: _Path,
        *,
        timeout: float | None = None,
        attempt_timeout: float | None = None,
        **filters: Unpack[_CobrancasFilter],
    ) -> int:
        """Writes charges (contas a receber) to a spreadsheet, .xlsx or .csv by its name. Returns the number of rows."""
        return self._core.exportar("cobrancas", path, dict(filters), _call(timeout, attempt_timeout))


def _call(timeout: float | None, attempt_timeout: float | None, key: str | None = None) -> dict[str, Any]:
    return {"timeout": timeout, "attempt_timeout": attempt_timeout, "idempotency_key": key}


def _listing(
    timeout: float | None, attempt_timeout: float | None, page_size: int | None, max_pages: int | None
) -> dict[str, Any]:
    return {
        "timeout": timeout,
        "attempt_timeout": attempt_timeout,
        "page_size": page_size,
        "max_pages": max_pages,
    }


def _pem(source: _Path | bytes, name: str) -> bytes:
    if isinstance(source, bytes):
        return source
    try:
        from pathlib import Path

        return Path(source).read_bytes()
    except OSError as e:
        raise ConfigurationError(f"`{name}`: {e.strerror}: `{os.fspath(source)}`") from e


def _text(path: _Path) -> str:
    try:
        from pathlib import Path

        return Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as e:
        raise FileError(f"`{os.fspath(path)}`: {e}") from e
