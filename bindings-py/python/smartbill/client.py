"""The client: ``with Smartbill(base_url, token=…) as sb: sb.clientes.incluir(…)``."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Union, overload

from ._smartbill import Cliente, Cobranca, Consumo, Contrato, Listagem, Nucleo, Servico
from .errors import ConfigurationError, FileError, SmartbillError
from .lote import Lote

if TYPE_CHECKING:
    from typing import Literal

    from typing_extensions import Self, Unpack

    from ._smartbill import (
        _AcaoContrato,
        _FiltroClientes,
        _FiltroCobrancas,
        _FiltroConsumos,
        _FiltroContratos,
        _FiltroServicos,
    )

__all__ = ["INFINITE", "Clientes", "Cobrancas", "Consumos", "Contratos", "ItemLote", "Servicos", "Smartbill"]

INFINITE = math.inf
"""No time limit, which has to be asked for by name."""

_Caminho = Union[str, "os.PathLike[str]"]


class ItemLote(NamedTuple):
    """What became of one contract of several."""

    id: str
    """The contract's identifier."""
    contrato: Contrato | None
    """The contract as it is now, if it worked."""
    erro: SmartbillError | None
    """Why not, if it did not."""


class _Conexao:
    """What the blocking and the asynchronous client have in common: where the platform is, and how to talk to it."""

    _assincrono: ClassVar[bool]

    def __init__(
        self,
        base_url: str,
        *,
        token: str | None = None,
        profile: _Caminho | None = None,
        modo: Literal["estrito", "leniente"] = "estrito",
        idioma: Literal["pt-BR", "en"] = "pt-BR",
        timeout: float | None = None,
        attempt_timeout: float | None = None,
        connect_timeout: float | None = None,
        read_timeout: float | None = None,
        max_attempts: int | None = None,
        max_retry_after: float | None = None,
        max_paginas: int | None = None,
        max_body_bytes: int | None = None,
        ca: _Caminho | bytes | None = None,
        client_cert: _Caminho | bytes | None = None,
        proxy: str | None = None,
        trust_env: bool = True,
        permitir_http: bool = False,
        user_agent: str | None = None,
    ) -> None:
        """Checks the options; connects when first used.

        :param base_url: where the platform is, such as ``https://api.example.com.br``
        :param token: the credential; the variable ``SMARTBILL_TOKEN`` where it is left out
        :param profile: a TOML file that describes the wire format; this project's own assumption where it is left out
        :param modo: strict, or lenient input
        :param idioma: the language of errors
        :param timeout: a call with all its attempts and waits; 120 by default
        :param attempt_timeout: one attempt; 30 by default
        :param connect_timeout: making a connection; 10 by default
        :param read_timeout: silence of the server; no limit of its own by default
        :param max_attempts: attempts in all, the first included; 4 by default
        :param max_retry_after: a server that asks to wait longer is not waited for; 60 by default
        :param max_paginas: pages that a listing reads at most; 10 000 by default
        :param max_body_bytes: bytes that an answer may have once decompressed; 16 MiB by default
        :param ca: authorities to be trusted besides the system's, as a PEM file or bytes; the files named by
            ``SSL_CERT_FILE`` and ``REQUESTS_CA_BUNDLE`` are read as well
        :param client_cert: the client's certificate and key, as a PEM file or bytes
        :param proxy: the proxy; ``HTTPS_PROXY`` and ``NO_PROXY`` where it is left out
        :param trust_env: whether any variable of the environment is heeded
        :param permitir_http: allows plain http to another machine; the token then travels in clear
        :param user_agent: the ``User-Agent`` header
        """
        env = os.environ if trust_env else {}
        pem = [] if ca is None else [_pem(ca, "ca")]
        pem += [_pem(env[nome], nome) for nome in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE") if env.get(nome)]
        self._nucleo = Nucleo(
            base_url,
            {
                "token": token if token is not None else env.get("SMARTBILL_TOKEN"),
                "profile": None if profile is None else (_texto(profile), os.fspath(profile)),
                "modo": modo,
                "idioma": idioma,
                "timeout": timeout,
                "attempt_timeout": attempt_timeout,
                "connect_timeout": connect_timeout,
                "read_timeout": read_timeout,
                "max_attempts": max_attempts,
                "max_retry_after": max_retry_after,
                "max_paginas": max_paginas,
                "max_body_bytes": max_body_bytes,
                "ca_pem": pem,
                "client_pem": None if client_cert is None else _pem(client_cert, "client_cert"),
                "proxy": proxy,
                "no_proxy": not trust_env and proxy is None,
                "permitir_http": permitir_http,
                "user_agent": user_agent,
            },
            self._assincrono,
        )

    def __repr__(self) -> str:
        base_url, profile = self._nucleo.descricao()
        return f"{type(self).__name__}({base_url!r}, profile={profile!r})"


class Smartbill(_Conexao):
    """Talks to the platform. A context manager; may be shared by threads, and used after a fork.

    Times are in seconds; ``None`` means the default, :data:`INFINITE` no limit.
    """

    _assincrono = False

    @property
    def clientes(self) -> Clientes:
        """Customers."""
        return Clientes(self._nucleo)

    @property
    def servicos(self) -> Servicos:
        """Services; read-only."""
        return Servicos(self._nucleo)

    @property
    def contratos(self) -> Contratos:
        """Contracts."""
        return Contratos(self._nucleo)

    @property
    def consumos(self) -> Consumos:
        """Metered usage."""
        return Consumos(self._nucleo)

    @property
    def cobrancas(self) -> Cobrancas:
        """Charges; read-only."""
        return Cobrancas(self._nucleo)

    def close(self) -> None:
        """Closes the connections."""
        self._nucleo.fechar()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, tipo: type[BaseException] | None, erro: BaseException | None, rastro: TracebackType | None
    ) -> None:
        self.close()


class Clientes(Lote):
    """Customers."""

    _recurso = "clientes"

    def incluir(
        self,
        cliente: Cliente | Mapping[str, Any],
        *,
        idempotency_key: str | None = None,
        timeout: float | None = None,
        attempt_timeout: float | None = None,
    ) -> Cliente:
        """Adds a customer and gives it as the platform has it; ``resultado`` says what that did.

        If an answer gets lost, or the platform says that there is such a record, the one with this
        ``codigo_externo`` is read: if it says the same, this is ``already_done``; another one, or one that is
        out of use, is a ``ConflictError``. An error's ``outcome`` is ``rejected`` only where it is known that
        nothing was added. Adding it again later is a new request, unless an ``idempotency_key`` says that it is
        the same.
        """
        return self._nucleo.incluir("clientes", cliente, _chamada(timeout, attempt_timeout, idempotency_key))

    def alterar(
        self,
        id: str,
        mudancas: Cliente | Mapping[str, Any],
        *,
        limpar: Iterable[str] = (),
        idempotency_key: str | None = None,
        timeout: float | None = None,
        attempt_timeout: float | None = None,
    ) -> Cliente:
        """Changes the fields that are given, and empties those named in ``limpar``."""
        chamada = _chamada(timeout, attempt_timeout, idempotency_key)
        return self._nucleo.alterar("clientes", id, mudancas, list(limpar), chamada)

    def remover(
        self,
        id: str,
        *,
        idempotency_key: str | None = None,
        timeout: float | None = None,
        attempt_timeout: float | None = None,
    ) -> Cliente:
        """Removes a customer, who becomes inactive."""
        return self._nucleo.remover("clientes", id, _chamada(timeout, attempt_timeout, idempotency_key))

    def obter(self, id: str, *, timeout: float | None = None, attempt_timeout: float | None = None) -> Cliente:
        """Gets one customer."""
        return self._nucleo.obter("clientes", id, _chamada(timeout, attempt_timeout))

    def listar(
        self,
        *,
        cursor: str | None = None,
        tamanho_pagina: int | None = None,
        max_paginas: int | None = None,
        timeout: float | None = None,
        attempt_timeout: float | None = None,
        **filtros: Unpack[_FiltroClientes],
    ) -> Listagem[Cliente]:
        """Lists customers, reading pages as they are needed."""
        chamada = _listagem(timeout, attempt_timeout, tamanho_pagina, max_paginas)
        return self._nucleo.listar("clientes", dict(filtros), cursor, chamada)


class Servicos:
    """Services; read-only."""

    def __init__(self, nucleo: Nucleo) -> None:
        self._nucleo = nucleo

    def obter(self, id: str, *, timeout: float | None = None, attempt_timeout: float | None = None) -> Servico:
        """Gets one service."""
        return self._nucleo.obter("servicos", id, _chamada(timeout, attempt_timeout))

    def listar(
        self,
        *,
        cursor: str | None = None,
        tamanho_pagina: int | None = None,
        max_paginas: int | None = None,
        timeout: float | None = None,
        attempt_timeout: float | None = None,
        **filtros: Unpack[_FiltroServicos],
    ) -> Listagem[Servico]:
        """Lists services, reading pages as they are needed."""
        chamada = _listagem(timeout, attempt_timeout, tamanho_pagina, max_paginas)
        return self._nucleo.listar("servicos", dict(filtros), cursor, chamada)


class Contratos:
    """Contracts."""

    def __init__(self, nucleo: Nucleo) -> None:
        self._nucleo = nucleo

    def incluir(
        self,
        contrato: Contrato | Mapping[str, Any],
        *,
        idempotency_key: str | None = None,
        timeout: float | None = None,
        attempt_timeout: float | None = None,
    ) -> Contrato:
        """Adds a contract and gives it as the platform has it; ``resultado`` says what that did.

        If an answer gets lost, or the platform says that there is such a record, the one with this
        ``codigo_externo`` is read: if it says the same, this is ``already_done``; another one, or one that is
        cancelled, is a ``ConflictError``. An error's ``outcome`` is ``rejected`` only where it is known that
        nothing was added. Adding it again later is a new request, unless an ``idempotency_key`` says that it is
        the same.
        """
        return self._nucleo.incluir("contratos", contrato, _chamada(timeout, attempt_timeout, idempotency_key))

    @overload
    def ativar(
        self,
        id: str,
        *,
        estrito: bool = False,
        idempotency_key: str | None = None,
        timeout: float | None = None,
        **acao: Unpack[_AcaoContrato],
    ) -> Contrato: ...

    @overload
    def ativar(
        self,
        id: list[str] | tuple[str, ...],
        *,
        estrito: bool = False,
        idempotency_key: str | None = None,
        timeout: float | None = None,
        **acao: Unpack[_AcaoContrato],
    ) -> list[ItemLote]: ...

    def ativar(
        self,
        id: str | list[str] | tuple[str, ...],
        *,
        estrito: bool = False,
        idempotency_key: str | None = None,
        timeout: float | None = None,
        **acao: Unpack[_AcaoContrato],
    ) -> Contrato | list[ItemLote]:
        """Activates a contract, or resumes a suspended one. Of several, each has its own result.

        With ``estrito`` the contract is read first, and what its state forbids is not sent.
        """
        chamada = {**_chamada(timeout, None, idempotency_key), "estrito": estrito}
        if isinstance(id, str):
            return self._nucleo.agir("ativar", id, dict(acao), chamada)
        return self._nucleo.agir_em_varios("ativar", list(id), dict(acao), chamada)

    @overload
    def desativar(
        self,
        id: str,
        *,
        estrito: bool = False,
        idempotency_key: str | None = None,
        timeout: float | None = None,
        **acao: Unpack[_AcaoContrato],
    ) -> Contrato: ...

    @overload
    def desativar(
        self,
        id: list[str] | tuple[str, ...],
        *,
        estrito: bool = False,
        idempotency_key: str | None = None,
        timeout: float | None = None,
        **acao: Unpack[_AcaoContrato],
    ) -> list[ItemLote]: ...

    def desativar(
        self,
        id: str | list[str] | tuple[str, ...],
        *,
        estrito: bool = False,
        idempotency_key: str | None = None,
        timeout: float | None = None,
        **acao: Unpack[_AcaoContrato],
    ) -> Contrato | list[ItemLote]:
        """Switches a contract off. Of several, each has its own result."""
        chamada = {**_chamada(timeout, None, idempotency_key), "estrito": estrito}
        if isinstance(id, str):
            return self._nucleo.agir("desativar", id, dict(acao), chamada)
        return self._nucleo.agir_em_varios("desativar", list(id), dict(acao), chamada)

    def suspender(
        self,
        id: str,
        *,
        estrito: bool = False,
        idempotency_key: str | None = None,
        timeout: float | None = None,
        **acao: Unpack[_AcaoContrato],
    ) -> Contrato:
        """Suspends a contract."""
        chamada = {**_chamada(timeout, None, idempotency_key), "estrito": estrito}
        return self._nucleo.agir("suspender", id, dict(acao), chamada)

    def cancelar(
        self,
        id: str,
        *,
        estrito: bool = False,
        idempotency_key: str | None = None,
        timeout: float | None = None,
        **acao: Unpack[_AcaoContrato],
    ) -> Contrato:
        """Ends a contract for good; needs a ``motivo``."""
        chamada = {**_chamada(timeout, None, idempotency_key), "estrito": estrito}
        return self._nucleo.agir("cancelar", id, dict(acao), chamada)

    def obter(self, id: str, *, timeout: float | None = None, attempt_timeout: float | None = None) -> Contrato:
        """Gets one contract."""
        return self._nucleo.obter("contratos", id, _chamada(timeout, attempt_timeout))

    def listar(
        self,
        *,
        cursor: str | None = None,
        tamanho_pagina: int | None = None,
        max_paginas: int | None = None,
        timeout: float | None = None,
        attempt_timeout: float | None = None,
        **filtros: Unpack[_FiltroContratos],
    ) -> Listagem[Contrato]:
        """Lists contracts, reading pages as they are needed."""
        chamada = _listagem(timeout, attempt_timeout, tamanho_pagina, max_paginas)
        return self._nucleo.listar("contratos", dict(filtros), cursor, chamada)


class Consumos(Lote):
    """Metered usage."""

    _recurso = "consumos"

    def incluir(
        self,
        consumo: Consumo | Mapping[str, Any],
        *,
        idempotency_key: str | None = None,
        timeout: float | None = None,
        attempt_timeout: float | None = None,
    ) -> Consumo:
        """Adds usage and gives it as the platform has it; ``resultado`` says what that did.

        If an answer gets lost, or the platform says that there is such a record, the one with this
        ``id_externo`` is read: if it says the same, this is ``already_done``; another one is a
        ``ConflictError``. An error's ``outcome`` is ``rejected`` only where it is known that nothing was added.
        Adding it again later is a new request, unless an ``idempotency_key`` says that it is the same.
        """
        return self._nucleo.incluir("consumos", consumo, _chamada(timeout, attempt_timeout, idempotency_key))

    def alterar(
        self,
        id: str,
        mudancas: Consumo | Mapping[str, Any],
        *,
        limpar: Iterable[str] = (),
        idempotency_key: str | None = None,
        timeout: float | None = None,
        attempt_timeout: float | None = None,
    ) -> Consumo:
        """Changes the fields that are given, and empties those named in ``limpar``; not once billed."""
        chamada = _chamada(timeout, attempt_timeout, idempotency_key)
        return self._nucleo.alterar("consumos", id, mudancas, list(limpar), chamada)

    def remover(
        self,
        id: str,
        *,
        idempotency_key: str | None = None,
        timeout: float | None = None,
        attempt_timeout: float | None = None,
    ) -> Consumo:
        """Removes usage that is not billed yet."""
        return self._nucleo.remover("consumos", id, _chamada(timeout, attempt_timeout, idempotency_key))

    def obter(self, id: str, *, timeout: float | None = None, attempt_timeout: float | None = None) -> Consumo:
        """Gets one record of usage."""
        return self._nucleo.obter("consumos", id, _chamada(timeout, attempt_timeout))

    def listar(
        self,
        *,
        cursor: str | None = None,
        tamanho_pagina: int | None = None,
        max_paginas: int | None = None,
        timeout: float | None = None,
        attempt_timeout: float | None = None,
        **filtros: Unpack[_FiltroConsumos],
    ) -> Listagem[Consumo]:
        """Lists usage, reading pages as they are needed."""
        chamada = _listagem(timeout, attempt_timeout, tamanho_pagina, max_paginas)
        return self._nucleo.listar("consumos", dict(filtros), cursor, chamada)

    def exportar(
        self,
        caminho: _Caminho,
        *,
        timeout: float | None = None,
        attempt_timeout: float | None = None,
        **filtros: Unpack[_FiltroConsumos],
    ) -> int:
        """Writes usage to a spreadsheet, .xlsx or .csv by its name, and says how many rows."""
        return self._nucleo.exportar("consumos", caminho, dict(filtros), _chamada(timeout, attempt_timeout))


class Cobrancas:
    """Charges; read-only."""

    def __init__(self, nucleo: Nucleo) -> None:
        self._nucleo = nucleo

    def listar(
        self,
        *,
        cursor: str | None = None,
        tamanho_pagina: int | None = None,
        max_paginas: int | None = None,
        timeout: float | None = None,
        attempt_timeout: float | None = None,
        **filtros: Unpack[_FiltroCobrancas],
    ) -> Listagem[Cobranca]:
        """Lists charges, reading pages as they are needed."""
        chamada = _listagem(timeout, attempt_timeout, tamanho_pagina, max_paginas)
        return self._nucleo.listar("cobrancas", dict(filtros), cursor, chamada)

    def exportar(
        self,
        caminho: _Caminho,
        *,
        timeout: float | None = None,
        attempt_timeout: float | None = None,
        **filtros: Unpack[_FiltroCobrancas],
    ) -> int:
        """Writes charges (contas a receber) to a spreadsheet, .xlsx or .csv by its name, and says how many rows."""
        return self._nucleo.exportar("cobrancas", caminho, dict(filtros), _chamada(timeout, attempt_timeout))


def _chamada(timeout: float | None, attempt_timeout: float | None, chave: str | None = None) -> dict[str, Any]:
    return {"timeout": timeout, "attempt_timeout": attempt_timeout, "idempotency_key": chave}


def _listagem(
    timeout: float | None, attempt_timeout: float | None, tamanho_pagina: int | None, max_paginas: int | None
) -> dict[str, Any]:
    return {
        "timeout": timeout,
        "attempt_timeout": attempt_timeout,
        "tamanho_pagina": tamanho_pagina,
        "max_paginas": max_paginas,
    }


def _pem(origem: _Caminho | bytes, nome: str) -> bytes:
    if isinstance(origem, bytes):
        return origem
    try:
        return Path(origem).read_bytes()
    except OSError as e:
        raise ConfigurationError(f"`{nome}`: {e.strerror}: `{os.fspath(origem)}`") from e


def _texto(caminho: _Caminho) -> str:
    try:
        return Path(caminho).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as e:
        raise FileError(f"`{os.fspath(caminho)}`: {e}") from e
