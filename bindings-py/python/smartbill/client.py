"""The client: ``with Smartbill(base_url, token=…) as sb: sb.clientes.incluir(…)``."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, Union, overload

from ._field_texts import describe_fields
from ._smartbill import Cliente, Cobranca, Consumo, Contrato, Core, Listing, Servico
from .connection import BlockingConnection
from .drift import Drift, DriftEntry
from .errors import SmartbillError
from .imports import Importable

if TYPE_CHECKING:
    from datetime import date, datetime
    from decimal import Decimal
    from typing import Literal

    from typing_extensions import Self

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
    contrato: Contrato[str] | None
    """The contract as it is now, if the action succeeded."""
    error: SmartbillError | None
    """The error, if it failed."""


class Smartbill(BlockingConnection):
    """A client of the platform. A context manager. Threads may share it, and it works after a fork.

    Times are in seconds. ``None`` means the default, and :data:`INFINITE` means no limit.

    >>> from smartbill.sandbox import Sandbox
    >>> with Sandbox() as sandbox, Smartbill(sandbox.url, token=sandbox.token) as sb:
    ...     created = sb.clientes.incluir({"codigo_externo": "A-1", "nome": "Ana", "cpf_cnpj": "52998224725"})
    ...     changed = sb.clientes.alterar(created.id, {"email": "ana@example.com"})
    ...     [record.codigo_externo for record in sb.clientes.listar()]
    ['A-1']
    >>> created.outcome, changed.outcome
    ('created', 'updated')
    """

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
        """Closes the connections; a batch that another thread runs stops where it stands."""
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
    ) -> Cliente[str]:
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
    ) -> Cliente[str]:
        """Changes the given fields, and empties those named in ``clear``."""
        call = _call(timeout, attempt_timeout, idempotency_key)
        return self._core.alterar("clientes", id, changes, _names(clear), call)

    def remover(
        self,
        id: str,
        *,
        idempotency_key: str | None = None,
        timeout: float | None = None,
        attempt_timeout: float | None = None,
    ) -> Cliente[str]:
        """Removes a customer, who becomes inactive."""
        return self._core.remover("clientes", id, _call(timeout, attempt_timeout, idempotency_key))

    def obter(self, id: str, *, timeout: float | None = None, attempt_timeout: float | None = None) -> Cliente[str]:
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
        codigo_externo: str | None = None,
        cpf_cnpj: str | None = None,
        nome: str | None = None,
        email: str | None = None,
        grupo: str | None = None,
        situacao: Sequence[Literal["ATIVO", "INATIVO"]] | None = None,
        alterado_desde: datetime | str | None = None,
    ) -> Listing[Cliente[str]]:
        """Lists customers, reading pages as they are needed.

        :param codigo_externo: the customer's code in the company's own system
        :param cpf_cnpj: CPF or CNPJ
        :param nome: name, or a part of it
        :param email: main e-mail address
        :param grupo: group
        :param situacao: in use or removed
        :param alterado_desde: changed at this instant or later
        """
        call = _listing(timeout, attempt_timeout, page_size, max_pages)
        return self._core.listar(
            "clientes",
            {
                "codigo_externo": codigo_externo,
                "cpf_cnpj": cpf_cnpj,
                "nome": nome,
                "email": email,
                "grupo": grupo,
                "situacao": situacao,
                "alterado_desde": alterado_desde,
            },
            cursor,
            call,
        )


class Servicos:
    """Services; read-only."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def obter(self, id: str, *, timeout: float | None = None, attempt_timeout: float | None = None) -> Servico[str]:
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
        codigo: str | None = None,
        codigo_externo: str | None = None,
        tipo_cobranca: Literal["FIXO", "CONSUMO", "UNICO"] | None = None,
        situacao: Sequence[Literal["ATIVO", "INATIVO"]] | None = None,
    ) -> Listing[Servico[str]]:
        """Lists services, reading pages as they are needed.

        :param codigo: the service's code
        :param codigo_externo: the service's code in the company's own system
        :param tipo_cobranca: fixed, by usage, or once
        :param situacao: in use or no longer sold
        """
        call = _listing(timeout, attempt_timeout, page_size, max_pages)
        return self._core.listar(
            "servicos",
            {
                "codigo": codigo,
                "codigo_externo": codigo_externo,
                "tipo_cobranca": tipo_cobranca,
                "situacao": situacao,
            },
            cursor,
            call,
        )


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
    ) -> Contrato[str]:
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
        motivo: str | None = None,
        data: date | str | None = None,
        momento: Literal["IMEDIATO", "FIM_DO_CICLO"] | None = None,
        cobrar_proporcional: bool | None = None,
        suspender_ate: date | str | None = None,
    ) -> Contrato[str]: ...

    @overload
    def ativar(
        self,
        id: list[str] | tuple[str, ...],
        *,
        check_state: bool = False,
        idempotency_key: str | None = None,
        timeout: float | None = None,
        motivo: str | None = None,
        data: date | str | None = None,
        momento: Literal["IMEDIATO", "FIM_DO_CICLO"] | None = None,
        cobrar_proporcional: bool | None = None,
        suspender_ate: date | str | None = None,
    ) -> list[BatchItem]: ...

    def ativar(
        self,
        id: str | list[str] | tuple[str, ...],
        *,
        check_state: bool = False,
        idempotency_key: str | None = None,
        timeout: float | None = None,
        motivo: str | None = None,
        data: date | str | None = None,
        momento: Literal["IMEDIATO", "FIM_DO_CICLO"] | None = None,
        cobrar_proporcional: bool | None = None,
        suspender_ate: date | str | None = None,
    ) -> Contrato[str] | list[BatchItem]:
        """Activates a contract, or resumes a suspended one. With several, each has its own result.

        With ``check_state`` the contract is read first, and an action that its state forbids is not sent.

        :param motivo: why; required when cancelling
        :param data: the day from which it holds; today where it is left out
        :param momento: at once, or at the end of the period
        :param cobrar_proporcional: whether the part of the period already used is billed
        :param suspender_ate: the day on which a suspension ends by itself
        """
        call = {**_call(timeout, None, idempotency_key), "check_state": check_state}
        if isinstance(id, str):
            return self._core.act(
                "ativar",
                id,
                {
                    "motivo": motivo,
                    "data": data,
                    "momento": momento,
                    "cobrar_proporcional": cobrar_proporcional,
                    "suspender_ate": suspender_ate,
                },
                call,
            )
        return self._core.act_on_many(
            "ativar",
            list(id),
            {
                "motivo": motivo,
                "data": data,
                "momento": momento,
                "cobrar_proporcional": cobrar_proporcional,
                "suspender_ate": suspender_ate,
            },
            call,
        )

    @overload
    def desativar(
        self,
        id: str,
        *,
        check_state: bool = False,
        idempotency_key: str | None = None,
        timeout: float | None = None,
        motivo: str | None = None,
        data: date | str | None = None,
        momento: Literal["IMEDIATO", "FIM_DO_CICLO"] | None = None,
        cobrar_proporcional: bool | None = None,
        suspender_ate: date | str | None = None,
    ) -> Contrato[str]: ...

    @overload
    def desativar(
        self,
        id: list[str] | tuple[str, ...],
        *,
        check_state: bool = False,
        idempotency_key: str | None = None,
        timeout: float | None = None,
        motivo: str | None = None,
        data: date | str | None = None,
        momento: Literal["IMEDIATO", "FIM_DO_CICLO"] | None = None,
        cobrar_proporcional: bool | None = None,
        suspender_ate: date | str | None = None,
    ) -> list[BatchItem]: ...

    def desativar(
        self,
        id: str | list[str] | tuple[str, ...],
        *,
        check_state: bool = False,
        idempotency_key: str | None = None,
        timeout: float | None = None,
        motivo: str | None = None,
        data: date | str | None = None,
        momento: Literal["IMEDIATO", "FIM_DO_CICLO"] | None = None,
        cobrar_proporcional: bool | None = None,
        suspender_ate: date | str | None = None,
    ) -> Contrato[str] | list[BatchItem]:
        """Switches a contract off. Of several, each has its own result.

        :param motivo: why; required when cancelling
        :param data: the day from which it holds; today where it is left out
        :param momento: at once, or at the end of the period
        :param cobrar_proporcional: whether the part of the period already used is billed
        :param suspender_ate: the day on which a suspension ends by itself
        """
        call = {**_call(timeout, None, idempotency_key), "check_state": check_state}
        if isinstance(id, str):
            return self._core.act(
                "desativar",
                id,
                {
                    "motivo": motivo,
                    "data": data,
                    "momento": momento,
                    "cobrar_proporcional": cobrar_proporcional,
                    "suspender_ate": suspender_ate,
                },
                call,
            )
        return self._core.act_on_many(
            "desativar",
            list(id),
            {
                "motivo": motivo,
                "data": data,
                "momento": momento,
                "cobrar_proporcional": cobrar_proporcional,
                "suspender_ate": suspender_ate,
            },
            call,
        )

    def suspender(
        self,
        id: str,
        *,
        check_state: bool = False,
        idempotency_key: str | None = None,
        timeout: float | None = None,
        motivo: str | None = None,
        data: date | str | None = None,
        momento: Literal["IMEDIATO", "FIM_DO_CICLO"] | None = None,
        cobrar_proporcional: bool | None = None,
        suspender_ate: date | str | None = None,
    ) -> Contrato[str]:
        """Suspends a contract.

        :param motivo: why; required when cancelling
        :param data: the day from which it holds; today where it is left out
        :param momento: at once, or at the end of the period
        :param cobrar_proporcional: whether the part of the period already used is billed
        :param suspender_ate: the day on which a suspension ends by itself
        """
        call = {**_call(timeout, None, idempotency_key), "check_state": check_state}
        return self._core.act(
            "suspender",
            id,
            {
                "motivo": motivo,
                "data": data,
                "momento": momento,
                "cobrar_proporcional": cobrar_proporcional,
                "suspender_ate": suspender_ate,
            },
            call,
        )

    def cancelar(
        self,
        id: str,
        *,
        motivo: str,
        check_state: bool = False,
        idempotency_key: str | None = None,
        timeout: float | None = None,
        data: date | str | None = None,
        momento: Literal["IMEDIATO", "FIM_DO_CICLO"] | None = None,
        cobrar_proporcional: bool | None = None,
        suspender_ate: date | str | None = None,
    ) -> Contrato[str]:
        """Ends a contract for good; needs a ``motivo``.

        :param motivo: why; required when cancelling
        :param data: the day from which it holds; today where it is left out
        :param momento: at once, or at the end of the period
        :param cobrar_proporcional: whether the part of the period already used is billed
        :param suspender_ate: the day on which a suspension ends by itself
        """
        call = {**_call(timeout, None, idempotency_key), "check_state": check_state}
        return self._core.act(
            "cancelar",
            id,
            {
                "motivo": motivo,
                "data": data,
                "momento": momento,
                "cobrar_proporcional": cobrar_proporcional,
                "suspender_ate": suspender_ate,
            },
            call,
        )

    def obter(self, id: str, *, timeout: float | None = None, attempt_timeout: float | None = None) -> Contrato[str]:
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
        cliente_id: str | int | None = None,
        cliente_codigo_externo: str | None = None,
        codigo_externo: str | None = None,
        numero: str | None = None,
        situacao: Sequence[Literal["INATIVO", "ATIVO", "SUSPENSO", "CANCELADO", "EXPIRADO"]] | None = None,
        alterado_desde: datetime | str | None = None,
    ) -> Listing[Contrato[str]]:
        """Lists contracts, reading pages as they are needed.

        :param cliente_id: the customer, by the platform's identifier
        :param cliente_codigo_externo: the customer, by the company's own code
        :param codigo_externo: the contract's code in the company's own system
        :param numero: number that people see
        :param situacao: where they are in their life
        :param alterado_desde: changed at this instant or later
        """
        call = _listing(timeout, attempt_timeout, page_size, max_pages)
        return self._core.listar(
            "contratos",
            {
                "cliente_id": cliente_id,
                "cliente_codigo_externo": cliente_codigo_externo,
                "codigo_externo": codigo_externo,
                "numero": numero,
                "situacao": situacao,
                "alterado_desde": alterado_desde,
            },
            cursor,
            call,
        )


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
    ) -> Consumo[str]:
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
    ) -> Consumo[str]:
        """Changes the given fields, and empties those named in ``clear``. Billed usage cannot be changed."""
        call = _call(timeout, attempt_timeout, idempotency_key)
        return self._core.alterar("consumos", id, changes, _names(clear), call)

    def remover(
        self,
        id: str,
        *,
        idempotency_key: str | None = None,
        timeout: float | None = None,
        attempt_timeout: float | None = None,
    ) -> Consumo[str]:
        """Removes usage that is not billed yet."""
        return self._core.remover("consumos", id, _call(timeout, attempt_timeout, idempotency_key))

    def obter(self, id: str, *, timeout: float | None = None, attempt_timeout: float | None = None) -> Consumo[str]:
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
        id_externo: str | None = None,
        contrato_id: str | int | None = None,
        contrato_codigo_externo: str | None = None,
        servico_id: str | int | None = None,
        servico_codigo: str | None = None,
        competencia: str | date | None = None,
        situacao: Sequence[Literal["PENDENTE", "FATURADO", "REMOVIDO"]] | None = None,
        alterado_desde: datetime | str | None = None,
    ) -> Listing[Consumo[str]]:
        """Lists usage, reading pages as they are needed.

        :param id_externo: the record's identifier in the company's own system
        :param contrato_id: the contract, by the platform's identifier
        :param contrato_codigo_externo: the contract, by the company's own code
        :param servico_id: the service, by the platform's identifier
        :param servico_codigo: the service, by its code
        :param competencia: the month it belongs to
        :param situacao: pending, billed or removed
        :param alterado_desde: changed at this instant or later
        """
        call = _listing(timeout, attempt_timeout, page_size, max_pages)
        return self._core.listar(
            "consumos",
            {
                "id_externo": id_externo,
                "contrato_id": contrato_id,
                "contrato_codigo_externo": contrato_codigo_externo,
                "servico_id": servico_id,
                "servico_codigo": servico_codigo,
                "competencia": competencia,
                "situacao": situacao,
                "alterado_desde": alterado_desde,
            },
            cursor,
            call,
        )

    def exportar(
        self,
        path: _Path,
        *,
        timeout: float | None = None,
        attempt_timeout: float | None = None,
        id_externo: str | None = None,
        contrato_id: str | int | None = None,
        contrato_codigo_externo: str | None = None,
        servico_id: str | int | None = None,
        servico_codigo: str | None = None,
        competencia: str | date | None = None,
        situacao: Sequence[Literal["PENDENTE", "FATURADO", "REMOVIDO"]] | None = None,
        alterado_desde: datetime | str | None = None,
    ) -> int:
        """Writes usage to a spreadsheet, .xlsx or .csv by its name, and says how many rows. Any
        other extension is refused before anything is asked for.

        :param id_externo: the record's identifier in the company's own system
        :param contrato_id: the contract, by the platform's identifier
        :param contrato_codigo_externo: the contract, by the company's own code
        :param servico_id: the service, by the platform's identifier
        :param servico_codigo: the service, by its code
        :param competencia: the month it belongs to
        :param situacao: pending, billed or removed
        :param alterado_desde: changed at this instant or later
        """
        return self._core.exportar(
            "consumos",
            path,
            {
                "id_externo": id_externo,
                "contrato_id": contrato_id,
                "contrato_codigo_externo": contrato_codigo_externo,
                "servico_id": servico_id,
                "servico_codigo": servico_codigo,
                "competencia": competencia,
                "situacao": situacao,
                "alterado_desde": alterado_desde,
            },
            _call(timeout, attempt_timeout),
        )


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
        cliente_id: str | int | None = None,
        contrato_id: str | int | None = None,
        situacao: Sequence[
            Literal[
                "EM_ABERTO",
                "PAGA",
                "PAGA_PARCIAL",
                "VENCIDA",
                "CANCELADA",
                "ESTORNADA",
                "RENEGOCIADA",
                "PERDIDA",
                "EM_ANALISE",
            ]
        ]
        | None = None,
        tipo_data: Literal["EMISSAO", "VENCIMENTO", "PAGAMENTO", "COMPETENCIA"] | None = None,
        de: date | str | None = None,
        ate: date | str | None = None,
        competencia: str | date | None = None,
        valor_min: Decimal | int | str | float | None = None,
        valor_max: Decimal | int | str | float | None = None,
        forma_pagamento: Literal["BOLETO", "PIX", "CARTAO", "DEBITO", "TRANSFERENCIA", "INDEFINIDO"] | None = None,
        nosso_numero: str | None = None,
        numero_documento: str | None = None,
        ordenar_por: Literal["EMISSAO", "VENCIMENTO", "PAGAMENTO", "VALOR", "NUMERO"] | None = None,
        ordem: Literal["CRESCENTE", "DECRESCENTE"] | None = None,
    ) -> Listing[Cobranca[str]]:
        """Lists charges, reading pages as they are needed.

        :param cliente_id: the customer
        :param contrato_id: the contract
        :param situacao: where they are in their life
        :param tipo_data: which date `de` and `ate` look at; the due date where it is left out
        :param de: first day
        :param ate: last day, included
        :param competencia: the month billed
        :param valor_min: the least amount, in reais
        :param valor_max: the greatest amount, in reais
        :param forma_pagamento: how they are paid
        :param nosso_numero: the bank's own number of the boleto
        :param numero_documento: document number
        :param ordenar_por: what they are sorted by
        :param ordem: the direction of the sort
        """
        call = _listing(timeout, attempt_timeout, page_size, max_pages)
        return self._core.listar(
            "cobrancas",
            {
                "cliente_id": cliente_id,
                "contrato_id": contrato_id,
                "situacao": situacao,
                "tipo_data": tipo_data,
                "de": de,
                "ate": ate,
                "competencia": competencia,
                "valor_min": valor_min,
                "valor_max": valor_max,
                "forma_pagamento": forma_pagamento,
                "nosso_numero": nosso_numero,
                "numero_documento": numero_documento,
                "ordenar_por": ordenar_por,
                "ordem": ordem,
            },
            cursor,
            call,
        )

    def exportar(
        self,
        path: _Path,
        *,
        timeout: float | None = None,
        attempt_timeout: float | None = None,
        cliente_id: str | int | None = None,
        contrato_id: str | int | None = None,
        situacao: Sequence[
            Literal[
                "EM_ABERTO",
                "PAGA",
                "PAGA_PARCIAL",
                "VENCIDA",
                "CANCELADA",
                "ESTORNADA",
                "RENEGOCIADA",
                "PERDIDA",
                "EM_ANALISE",
            ]
        ]
        | None = None,
        tipo_data: Literal["EMISSAO", "VENCIMENTO", "PAGAMENTO", "COMPETENCIA"] | None = None,
        de: date | str | None = None,
        ate: date | str | None = None,
        competencia: str | date | None = None,
        valor_min: Decimal | int | str | float | None = None,
        valor_max: Decimal | int | str | float | None = None,
        forma_pagamento: Literal["BOLETO", "PIX", "CARTAO", "DEBITO", "TRANSFERENCIA", "INDEFINIDO"] | None = None,
        nosso_numero: str | None = None,
        numero_documento: str | None = None,
        ordenar_por: Literal["EMISSAO", "VENCIMENTO", "PAGAMENTO", "VALOR", "NUMERO"] | None = None,
        ordem: Literal["CRESCENTE", "DECRESCENTE"] | None = None,
    ) -> int:
        """Writes charges (contas a receber) to a spreadsheet, .xlsx or .csv by its name, and says how many rows. Any
        other extension is refused before anything is asked for.

        :param cliente_id: the customer
        :param contrato_id: the contract
        :param situacao: where they are in their life
        :param tipo_data: which date `de` and `ate` look at; the due date where it is left out
        :param de: first day
        :param ate: last day, included
        :param competencia: the month billed
        :param valor_min: the least amount, in reais
        :param valor_max: the greatest amount, in reais
        :param forma_pagamento: how they are paid
        :param nosso_numero: the bank's own number of the boleto
        :param numero_documento: document number
        :param ordenar_por: what they are sorted by
        :param ordem: the direction of the sort
        """
        return self._core.exportar(
            "cobrancas",
            path,
            {
                "cliente_id": cliente_id,
                "contrato_id": contrato_id,
                "situacao": situacao,
                "tipo_data": tipo_data,
                "de": de,
                "ate": ate,
                "competencia": competencia,
                "valor_min": valor_min,
                "valor_max": valor_max,
                "forma_pagamento": forma_pagamento,
                "nosso_numero": nosso_numero,
                "numero_documento": numero_documento,
                "ordenar_por": ordenar_por,
                "ordem": ordem,
            },
            _call(timeout, attempt_timeout),
        )


def _call(timeout: float | None, attempt_timeout: float | None, key: str | None = None) -> dict[str, Any]:
    return {"timeout": timeout, "attempt_timeout": attempt_timeout, "idempotency_key": key}


def _names(clear: Iterable[str]) -> list[str]:
    # A text alone is one name, not its letters.
    return [clear] if isinstance(clear, str) else list(clear)


def _listing(
    timeout: float | None, attempt_timeout: float | None, page_size: int | None, max_pages: int | None
) -> dict[str, Any]:
    return {
        "timeout": timeout,
        "attempt_timeout": attempt_timeout,
        "page_size": page_size,
        "max_pages": max_pages,
    }


describe_fields(__name__)
