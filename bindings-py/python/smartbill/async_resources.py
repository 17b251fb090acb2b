"""The resources of the asynchronous client. Written by bindings-py/async_resources.py from client.py and
imports.py: change those."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Union, overload

from ._smartbill import Cliente, Cobranca, Consumo, Contrato, CoreStop, Servico
from .async_batch import AsyncImport, AsyncListing, AsyncPlan, in_thread
from .batch import Progress, Row
from .client import BatchItem, _call, _listing, _names
from .imports import _listener, _pace, _reading

if TYPE_CHECKING:
    from datetime import date, datetime
    from decimal import Decimal
    from typing import Literal

    from .imports import _Mode, _Optional, _Resource, _Source

__all__ = ["AsyncClientes", "AsyncCobrancas", "AsyncConsumos", "AsyncContratos", "AsyncImportable", "AsyncServicos"]

_Path = Union[str, "os.PathLike[str]"]


class AsyncImportable:
    """A resource that can be imported from spreadsheets."""

    _resource: ClassVar[_Resource]

    def __init__(self, core: Any) -> None:
        self._core = core

    def importar(
        self,
        source: _Source,
        *,
        journal: _Path | None = None,
        restart: bool = False,
        same_account: bool = False,
        allow_unidentified: bool = False,
        batch: str | None = None,
        dry_run: bool = False,
        mode: _Mode | None = None,
        sheet: str | None = None,
        password: str | None = None,
        mapping: _Path | None = None,
        dialect: _Path | None = None,
        layout: _Path | None = None,
        columns: Mapping[str, str] | None = None,
        values: Mapping[str, Mapping[str, str]] | None = None,
        defaults: Mapping[str, str] | None = None,
        decimal_point: bool = False,
        clear_empty: bool = False,
        optional: _Optional | None = None,
        ddd: str | None = None,
        name: str | None = None,
        limits: Mapping[str, int] | None = None,
        concurrency: int | None = None,
        rate: float | None = None,
        deadline: float | None = None,
        max_failures: int | None = None,
        progress: Callable[[Progress], object] | None = None,
        on_row: Callable[[Row], object] | None = None,
    ) -> AsyncImport:
        """Adds and changes the records of a spreadsheet, each identified by the company's own code.

        All rows are checked first. Then the valid rows are sent, and the result tells the outcome of each. If the
        import is interrupted, another call with the same source continues where it stopped. If it was finished before,
        it sends nothing, and ``resumed`` and ``sent`` say so. A row whose answer got lost is read back, or stays
        ``unknown`` until a later run settles it. It never counts as refused on a guess.

        :param source: a spreadsheet (.xls, .xlsx, .csv, …) as a path, bytes or a file open for bytes; a table of any
            library that speaks Arrow (pandas, polars, pyarrow, DuckDB); the cursor of a query; or an iterable of
            models, mappings, dataclasses, named tuples, rows of a database or models of pydantic, attrs and msgspec
        :param journal: the file that records the sent rows; by default next to the source
        :param restart: drops the journal's contents
        :param same_account: guarantees that the account is the journal's, although the token is different
        :param allow_unidentified: also includes rows with neither a code nor a document; by default they are rejected
            if a second inclusion would not be noticed, or if they look like a record that the platform has already
        :param batch: the name of the batch, for processes that may import the same rows at once, such as tasks of Spark
            that are tried again. A row then has the same idempotency key in all of them. Rows without a code are
            rejected, and a profile that promises no keys is refused. Give other contents another name
        :param dry_run: only checks the rows
        :param mode: strict or lenient input; by default that of the client
        :param sheet: the name of the sheet; by default the first sheet with a known header. A file without sheets, such
            as a .csv, has its own name alone
        :param password: the password of an .xlsx or .xlsb that has one; it is not kept, and the report has none
        :param mapping: a TOML file with the text of :attr:`smartbill.batch.ImportResult.mapping`, so that a mapping is
            made only once; ``columns``, ``values`` and ``defaults`` have priority
        :param dialect: the dialect of the column names: the path of a TOML file, or the name of a known system such as
            ``"protheus"``; by default the headers tell it
        :param layout: a TOML file with the positions of the columns in a text with columns of a fixed width
        :param columns: the field of each header that is not known; an empty field leaves the column out
        :param values: for each field, the words in its cells and their meanings, for your system's own words:
            ``{"tipoPessoa": {"1": "FISICA"}}``
        :param defaults: for each field, the value for rows without one, written as in a cell:
            ``{"endereco.uf": "SC"}``; such a field needs no column
        :param decimal_point: whether numbers in text are written ``1,234.56``, not ``1.234,56``
        :param clear_empty: whether an empty cell empties the field of an existing record, instead of keeping its value
        :param optional: the treatment of an invalid optional field of a customer. Under a header, it is by default
            corrected or left out with a warning, and ``"refuse"`` rejects the row instead. If the rows name the fields
            themselves, the row is by default rejected, and ``"leave_out"`` leaves the field out
        :param ddd: the area code of telephones without one, such as ``"48"``
        :param name: the name of bytes in messages
        :param limits: the limits above which a file is refused: ``bytes``, ``unpacked`` (bytes after decompression),
            ``rows``, ``columns``, ``bytes_per_row`` (of text), ``memory`` (bytes that a workbook takes besides the
            file)
        :param concurrency: the greatest number of requests at once; 16 by default
        :param rate: the greatest number of requests in a second
        :param deadline: the time limit of the whole run, in seconds
        :param max_failures: the number of rows that may fail before the run stops; rows that break a rule count, so a
            sheet that is mostly wrong is not sent at all
        :param progress: called with an :class:`smartbill.batch.Progress` during the import
        :param on_row: called with the :class:`smartbill.batch.Row` of each row after its outcome is recorded
        """
        options = {
            **_reading(
                mode=mode,
                sheet=sheet,
                password=password,
                mapping=mapping,
                dialect=dialect,
                layout=layout,
                columns=columns,
                values=values,
                defaults=defaults,
                decimal_point=decimal_point,
                clear_empty=clear_empty,
                optional=optional,
                ddd=ddd,
                name=name,
                limits=limits,
            ),
            **_pace(concurrency, rate, deadline, max_failures),
            "journal": journal,
            "restart": restart,
            "same_account": same_account,
            "allow_unidentified": allow_unidentified,
            "batch": batch,
            "dry_run": dry_run,
        }
        return AsyncImport(self._core, self._resource, source, options, progress, on_row)

    async def sincronizar(
        self,
        source: _Source,
        *,
        remover: int | str | None = None,
        mode: _Mode | None = None,
        sheet: str | None = None,
        password: str | None = None,
        mapping: _Path | None = None,
        dialect: _Path | None = None,
        layout: _Path | None = None,
        columns: Mapping[str, str] | None = None,
        values: Mapping[str, Mapping[str, str]] | None = None,
        defaults: Mapping[str, str] | None = None,
        decimal_point: bool = False,
        clear_empty: bool = False,
        optional: _Optional | None = None,
        ddd: str | None = None,
        name: str | None = None,
        limits: Mapping[str, int] | None = None,
        progress: Callable[[Progress], object] | None = None,
    ) -> AsyncPlan:
        """Decides the changes that make the platform agree with a spreadsheet, without making any.

        For usage, only the months in the spreadsheet are compared. Records without a code of the company's own are not
        touched.

        :param source: as for :meth:`importar`
        :param remover: removes the records that the spreadsheet does not have, at most this number of them, or this
            percentage (``"10%"``); by default nothing is removed
        """
        options = _reading(
            mode=mode,
            sheet=sheet,
            password=password,
            mapping=mapping,
            dialect=dialect,
            layout=layout,
            columns=columns,
            values=values,
            defaults=defaults,
            decimal_point=decimal_point,
            clear_empty=clear_empty,
            optional=optional,
            ddd=ddd,
            name=name,
            limits=limits,
        )
        ceiling = None if remover is None else str(remover)
        stop = CoreStop()
        options["stop"] = stop
        core = await in_thread(
            stop, self._core.sincronizar, self._resource, source, ceiling, options, _listener(progress)
        )
        return AsyncPlan(core, self._core)


class AsyncClientes(AsyncImportable):
    """Customers."""

    _resource = "clientes"

    async def incluir(
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
        return await self._core.incluir("clientes", cliente, _call(timeout, attempt_timeout, idempotency_key))

    async def alterar(
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
        return await self._core.alterar("clientes", id, changes, _names(clear), call)

    async def remover(
        self,
        id: str,
        *,
        idempotency_key: str | None = None,
        timeout: float | None = None,
        attempt_timeout: float | None = None,
    ) -> Cliente[str]:
        """Removes a customer, who becomes inactive."""
        return await self._core.remover("clientes", id, _call(timeout, attempt_timeout, idempotency_key))

    async def obter(
        self, id: str, *, timeout: float | None = None, attempt_timeout: float | None = None
    ) -> Cliente[str]:
        """Gets one customer."""
        return await self._core.obter("clientes", id, _call(timeout, attempt_timeout))

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
    ) -> AsyncListing[Cliente[str]]:
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
        return AsyncListing(
            self._core.listar(
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
        )


class AsyncServicos:
    """Services; read-only."""

    def __init__(self, core: Any) -> None:
        self._core = core

    async def obter(
        self, id: str, *, timeout: float | None = None, attempt_timeout: float | None = None
    ) -> Servico[str]:
        """Gets one service."""
        return await self._core.obter("servicos", id, _call(timeout, attempt_timeout))

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
    ) -> AsyncListing[Servico[str]]:
        """Lists services, reading pages as they are needed.

        :param codigo: the service's code
        :param codigo_externo: the service's code in the company's own system
        :param tipo_cobranca: fixed, by usage, or once
        :param situacao: in use or no longer sold
        """
        call = _listing(timeout, attempt_timeout, page_size, max_pages)
        return AsyncListing(
            self._core.listar(
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
        )


class AsyncContratos:
    """Contracts."""

    def __init__(self, core: Any) -> None:
        self._core = core

    async def incluir(
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
        return await self._core.incluir("contratos", contrato, _call(timeout, attempt_timeout, idempotency_key))

    @overload
    async def ativar(
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
    async def ativar(
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

    async def ativar(
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
            return await self._core.act(
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
        return await self._core.act_on_many(
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
    async def desativar(
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
    async def desativar(
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

    async def desativar(
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
            return await self._core.act(
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
        return await self._core.act_on_many(
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

    async def suspender(
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
        return await self._core.act(
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

    async def cancelar(
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
        return await self._core.act(
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

    async def obter(
        self, id: str, *, timeout: float | None = None, attempt_timeout: float | None = None
    ) -> Contrato[str]:
        """Gets one contract."""
        return await self._core.obter("contratos", id, _call(timeout, attempt_timeout))

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
    ) -> AsyncListing[Contrato[str]]:
        """Lists contracts, reading pages as they are needed.

        :param cliente_id: the customer, by the platform's identifier
        :param cliente_codigo_externo: the customer, by the company's own code
        :param codigo_externo: the contract's code in the company's own system
        :param numero: number that people see
        :param situacao: where they are in their life
        :param alterado_desde: changed at this instant or later
        """
        call = _listing(timeout, attempt_timeout, page_size, max_pages)
        return AsyncListing(
            self._core.listar(
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
        )


class AsyncConsumos(AsyncImportable):
    """Metered usage."""

    _resource = "consumos"

    async def incluir(
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
        return await self._core.incluir("consumos", consumo, _call(timeout, attempt_timeout, idempotency_key))

    async def alterar(
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
        return await self._core.alterar("consumos", id, changes, _names(clear), call)

    async def remover(
        self,
        id: str,
        *,
        idempotency_key: str | None = None,
        timeout: float | None = None,
        attempt_timeout: float | None = None,
    ) -> Consumo[str]:
        """Removes usage that is not billed yet."""
        return await self._core.remover("consumos", id, _call(timeout, attempt_timeout, idempotency_key))

    async def obter(
        self, id: str, *, timeout: float | None = None, attempt_timeout: float | None = None
    ) -> Consumo[str]:
        """Gets one record of usage."""
        return await self._core.obter("consumos", id, _call(timeout, attempt_timeout))

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
    ) -> AsyncListing[Consumo[str]]:
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
        return AsyncListing(
            self._core.listar(
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
        )

    async def exportar(
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
        stop = CoreStop()
        return await in_thread(
            stop,
            self._core.exportar,
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
            stop,
        )


class AsyncCobrancas:
    """Charges; read-only."""

    def __init__(self, core: Any) -> None:
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
    ) -> AsyncListing[Cobranca[str]]:
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
        return AsyncListing(
            self._core.listar(
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
        )

    async def exportar(
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
        stop = CoreStop()
        return await in_thread(
            stop,
            self._core.exportar,
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
            stop,
        )
