# The stub is written by bindings-py/stubs.py from the core's tables and from bindings-py/native.pyi.in: change those.
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from os import PathLike
from pathlib import Path
from typing import Any, Generic, Literal, TypedDict, final, overload

from typing_extensions import Self, TypeVar, Unpack, disjoint_base

from .client import BatchItem
from .errors import SmartbillError
from .validation import Checked, Finding, Report

_Mode = Literal["strict", "lenient"]
_Intent = Literal["incluir", "alterar"]

_T = TypeVar("_T")
_Id = TypeVar("_Id", bound=str | None, default=str | None, covariant=True)

__version__: str

@final
class Core:
    def __new__(cls, base_url: str, options: dict[str, Any], asynchronous: bool = False) -> Core: ...
    @overload
    def incluir(self, resource: Literal["clientes"], data: object, call: dict[str, Any]) -> Cliente[str]: ...
    @overload
    def incluir(self, resource: Literal["contratos"], data: object, call: dict[str, Any]) -> Contrato[str]: ...
    @overload
    def incluir(self, resource: Literal["consumos"], data: object, call: dict[str, Any]) -> Consumo[str]: ...
    @overload
    def alterar(
        self, resource: Literal["clientes"], id: str, data: object, clear: list[str], call: dict[str, Any]
    ) -> Cliente[str]: ...
    @overload
    def alterar(
        self, resource: Literal["consumos"], id: str, data: object, clear: list[str], call: dict[str, Any]
    ) -> Consumo[str]: ...
    @overload
    def remover(self, resource: Literal["clientes"], id: str, call: dict[str, Any]) -> Cliente[str]: ...
    @overload
    def remover(self, resource: Literal["consumos"], id: str, call: dict[str, Any]) -> Consumo[str]: ...
    @overload
    def obter(self, resource: Literal["clientes"], id: str, call: dict[str, Any]) -> Cliente[str]: ...
    @overload
    def obter(self, resource: Literal["servicos"], id: str, call: dict[str, Any]) -> Servico[str]: ...
    @overload
    def obter(self, resource: Literal["contratos"], id: str, call: dict[str, Any]) -> Contrato[str]: ...
    @overload
    def obter(self, resource: Literal["consumos"], id: str, call: dict[str, Any]) -> Consumo[str]: ...
    @overload
    def listar(
        self, resource: Literal["clientes"], filter: dict[str, Any], cursor: str | None, call: dict[str, Any]
    ) -> Listing[Cliente[str]]: ...
    @overload
    def listar(
        self, resource: Literal["servicos"], filter: dict[str, Any], cursor: str | None, call: dict[str, Any]
    ) -> Listing[Servico[str]]: ...
    @overload
    def listar(
        self, resource: Literal["contratos"], filter: dict[str, Any], cursor: str | None, call: dict[str, Any]
    ) -> Listing[Contrato[str]]: ...
    @overload
    def listar(
        self, resource: Literal["consumos"], filter: dict[str, Any], cursor: str | None, call: dict[str, Any]
    ) -> Listing[Consumo[str]]: ...
    @overload
    def listar(
        self, resource: Literal["cobrancas"], filter: dict[str, Any], cursor: str | None, call: dict[str, Any]
    ) -> Listing[Cobranca[str]]: ...
    def act(self, action: str, id: str, parameters: dict[str, Any], call: dict[str, Any]) -> Contrato[str]: ...
    def act_on_many(
        self, action: str, ids: list[str], parameters: dict[str, Any], call: dict[str, Any]
    ) -> list[BatchItem]: ...
    def importar(
        self, resource: str, source: object, options: dict[str, Any], progress: Callable[..., object] | None
    ) -> CoreImport: ...
    def sincronizar(
        self,
        resource: str,
        source: object,
        remover: str | None,
        options: dict[str, Any],
        progress: Callable[..., object] | None,
    ) -> CorePlan: ...
    def apply(self, plan: CorePlan, options: dict[str, Any], progress: Callable[..., object] | None) -> CoreImport: ...
    def exportar(
        self,
        resource: str,
        path: str | PathLike[str],
        filter: dict[str, Any],
        call: dict[str, Any],
        stop: CoreStop | None = ...,
    ) -> int: ...
    def description(self) -> tuple[str, str]: ...
    def drift(self) -> tuple[list[tuple[Any, ...]], int]: ...
    def test_profile(self, call: dict[str, Any]) -> Any: ...
    def close(self) -> None: ...

@final
class Listing(Generic[_T]):
    """The records of a listing. Pages are read on demand."""

    def __iter__(self) -> Listing[_T]: ...
    def __next__(self) -> _T: ...
    def next_page(self) -> list[_T] | None:
        """The next page as a list, or None after the last page. If a page was begun, the rest of it comes first."""

    @property
    def total(self) -> int | None:
        """The number of records in the listing, if the platform gave it. None before the first page."""

    @property
    def cursor(self) -> str | None:
        """The position of the listing, to resume it in another process: ``listar(cursor=…)``. It begins with the page
        that is being read, so no record is missed. None when everything was read."""

    def to_arrow(self) -> Table:
        """All remaining records as a table for any data-frame library. An asynchronous client returns an awaitable of
        the table."""

    def __arrow_c_schema__(self) -> Any: ...
    def __arrow_c_stream__(self, requested_schema: Any = ...) -> Any:
        """The records that are left, page by page as the consumer asks for them."""

    def _next(self) -> _T | None: ...
    def _rest(self) -> list[_T] | None: ...
    def _read(self) -> Any: ...
    @classmethod
    def __class_getitem__(cls, _item: Any) -> Any: ...

@final
class Table:
    """Records in columns, one for each field of the model, for any library with the Arrow C stream interface:
    ``polars.DataFrame(table)``, ``pyarrow.table(table)``, DuckDB, pandas."""

    def __len__(self) -> int: ...
    @property
    def columns(self) -> list[str]:
        """The names of the columns."""

    def __arrow_c_schema__(self) -> Any: ...
    def __arrow_c_stream__(self, requested_schema: Any = ...) -> Any: ...

@final
class CoreImport:
    def counts(self) -> dict[str, int]: ...
    def run(self) -> tuple[bool, int]: ...
    def stopped(self) -> tuple[str, str, SmartbillError | None] | None: ...
    def journal(self) -> Path | None: ...
    def rows(self, states: list[str], after: int, limit: int) -> tuple[list[tuple[Any, ...]], int | None]: ...
    def to_arrow(self, states: list[str]) -> Table: ...
    def mapping(self) -> str | None: ...
    def sheet(self) -> tuple[str, list[str], int, list[tuple[Any, ...]], str | None, list[int]] | None: ...
    def skipped(self) -> list[tuple[int, str, str]]: ...
    def warnings(self) -> list[tuple[Finding, int, list[int]]]: ...
    def report(self, path: str | PathLike[str]) -> None: ...

@final
class CoreStop:
    """Tells one batch to stop, from any thread; what was not sent waits in its journal."""

    def __new__(cls) -> CoreStop: ...
    def set(self) -> None:
        """Stops the batch, or keeps it from beginning."""

@final
class CorePlan:
    @staticmethod
    def read(text: str, language: str) -> CorePlan: ...
    def json(self) -> str: ...
    def text(self, language: str, limit: int, show_personal: bool) -> str: ...
    def counts(self) -> tuple[str, int, int, int, int, int]: ...

def _template(resource: str, /) -> bytes: ...
def _check_output(path: PathLike[str], template: bool, language: str, /) -> None: ...
def default_profile() -> str:
    """The default wire profile as TOML, with a comment on every setting. Copy it to begin a profile of your own. It is
    this project's own assumption, not the platform's documented format."""

def _read_table(
    source: str | PathLike[str] | bytes,
    name: str,
    sheet: str | None,
    password: str | None,
    limits: dict[str, int] | None,
    language: str,
    /,
) -> tuple[str, list[str], list[tuple[Any, ...]], list[tuple[str, ...]]]: ...

@final
class CoreSandbox:
    def __new__(
        cls, port: int, token: str | None, seed: bool, profile: str | PathLike[str] | None, language: str
    ) -> CoreSandbox: ...
    @property
    def url(self) -> str: ...
    @property
    def token(self) -> str: ...
    def faturar(self, competencia: str) -> dict[str, Any]: ...
    def advance(self, target: int | datetime | None) -> dict[str, Any]: ...
    def clock(self) -> datetime: ...
    def reset(self) -> None: ...
    def faults(self, plan: str) -> None: ...
    def pay(self, id: str, amount: Decimal | None) -> bool: ...
    def state(self) -> dict[str, Any]: ...
    def stop(self) -> None: ...

def _schemas() -> list[Any]: ...
def _gerar_boleto(banco: str, vencimento: date | None, value: Decimal, campo_livre: str) -> str: ...
def _gerar_arrecadacao(segmento: str, modulus: int, value: Decimal, free: str) -> str: ...
def _gerar_brcode(parts: dict[str, Any]) -> str: ...
def _qr_png(brcode: str, scale: int) -> bytes: ...
def _qr_svg(brcode: str, side: int) -> str: ...
def _refusal(number: int, language: str, /) -> str: ...
def _vencimento(boleto: str, reference: date) -> date | None: ...

@disjoint_base
class Documento:
    """A kind of Brazilian document: validates, formats and strips its text."""

    def __new__(cls, kind: str) -> Self: ...
    @property
    def kind(self) -> str:
        """The name, such as ``cpf``."""

    def validar(self, text: str, mode: _Mode = ..., uf: str | None = ...) -> DocumentoResult:
        """Validates a text. Returns the reason why it is not valid, or the canonical text and the fields in it."""

    def valido(self, text: str) -> bool:
        """Whether a text is valid in strict mode. This is the fastest check."""

    def formatar(self, text: str) -> str | None:
        """The text with its official mask, or None if it is not valid even in lenient mode."""

    def limpar(self, text: str) -> str:
        """The text without its mask, whether it is valid or not."""

    def validar_coluna(self, column: Any, mode: _Mode = ..., uf: str | None = ...) -> list[str | None]:
        """Validates a whole column in one call. Returns None for each valid item, and the code of the reason for each
        other item."""

    def __reduce__(self) -> tuple[type[Documento], tuple[str]]: ...

@final
class DocumentoResult:
    """The result of validating a document. Its own fields are attributes: ``r.uf``, ``r.vencimento``, ``r.raiz``."""

    @property
    def valido(self) -> bool:
        """Whether the text is a valid document."""

    @property
    def motivo(self) -> str | None:
        """The stable code of the reason why the text is not valid, or None."""

    @property
    def valor(self) -> str | None:
        """The canonical text, or None."""

    @property
    def removido(self) -> str | None:
        """The characters that lenient mode removed or changed, or None."""

    @property
    def mensagem(self) -> str | None:
        """The reason in one line for a person, or None."""

    @property
    def mensagem_en(self) -> str | None:
        """The reason in English."""

    @property
    def avisos(self) -> tuple[str, ...]:
        """The codes of the notices about a valid text."""

    @property
    def campos(self) -> dict[str, Any]:
        """The document's own fields."""

    def __getattr__(self, name: str, /) -> Any: ...
    def __dir__(self) -> list[str]: ...
    def __bool__(self) -> bool: ...

__all__ = [
    "Boleto",
    "Cliente",
    "Cobranca",
    "Consumo",
    "Contrato",
    "Core",
    "CoreImport",
    "CorePlan",
    "CoreSandbox",
    "CoreStop",
    "Desconto",
    "Documento",
    "DocumentoResult",
    "Endereco",
    "Faixa",
    "Historico",
    "ItemCobranca",
    "ItemContrato",
    "Listing",
    "Nfe",
    "Nfse",
    "Pix",
    "Retencao",
    "Retencoes",
    "RetencoesCobranca",
    "Servico",
    "Table",
    "__version__",
    "_check_output",
    "_gerar_arrecadacao",
    "_gerar_boleto",
    "_gerar_brcode",
    "_qr_png",
    "_qr_svg",
    "_read_table",
    "_refusal",
    "_schemas",
    "_template",
    "_vencimento",
    "default_profile",
]

class _Cliente(TypedDict, total=False):
    id: str | int | None
    codigo_externo: str | None
    tipo_pessoa: Literal["FISICA", "JURIDICA", "ESTRANGEIRO"] | str | None
    nome: str | None
    nome_fantasia: str | None
    cpf_cnpj: str | None
    inscricao_estadual: str | None
    indicador_ie: Literal["1", "2", "9"] | str | None
    inscricao_municipal: str | None
    inscricao_suframa: str | None
    email: str | None
    emails_adicionais: Sequence[str] | None
    telefone: str | None
    celular: str | None
    endereco: Endereco | Mapping[str, Any] | None
    endereco_cobranca: Endereco | Mapping[str, Any] | None
    data_nascimento: date | str | None
    optante_simples: bool | None
    contribuinte: bool | None
    notificar: bool | None
    observacoes: str | None
    tags: Sequence[str] | None
    grupo: str | None
    situacao: Literal["ATIVO", "INATIVO"] | str | None
    criado_em: datetime | str | None
    alterado_em: datetime | str | None

@final
class Cliente(Generic[_Id]):
    """A customer: who is billed."""
    def __new__(cls, **fields: Unpack[_Cliente]) -> Cliente: ...
    @staticmethod
    def from_dict(data: Mapping[str, Any] | Cliente, *, mode: _Mode = ...) -> Cliente:
        """Reads and checks a mapping with snake_case or camelCase keys."""
    @staticmethod
    def from_json(text: str | bytes, *, mode: _Mode = ...) -> Cliente:
        """Reads and checks JSON text or bytes."""
    @staticmethod
    def check(data: object, *, mode: _Mode = ..., intent: _Intent = ..., today: date | None = ...) -> Report:
        """Returns all findings of a mapping as data, without making a model."""
    @staticmethod
    def check_all(
        rows: str | bytes | Iterable[object] | Any,
        *,
        mode: _Mode = ...,
        intent: _Intent = ...,
        today: date | None = ...,
    ) -> Checked[Cliente]:
        """Checks many records in one call: JSON (a list, or an object with a list under `data`), a table of any
        data-frame library, or mappings and models. Returns the valid records, and a report for each
        record with a finding, by its index from 0."""
    @staticmethod
    def list_from_json(text: str | bytes) -> list[Cliente]:
        """Reads the records of an answer of the platform: JSON, a list or an object with a list under `data`.
        Nothing is refused: a field that cannot be read is absent, with an entry in the record's
        `findings`."""
    def validar(self, *, mode: _Mode = ..., intent: _Intent = ..., today: date | None = ...) -> Report:
        """Returns all findings of this model as data."""
    def replace(self, **changes: Unpack[_Cliente]) -> Cliente[_Id]:
        """Returns a copy with some fields changed. `None` removes a field."""
    def __replace__(self, **changes: Unpack[_Cliente]) -> Cliente[_Id]: ...
    def to_dict(self) -> dict[str, Any]:
        """The present fields, by their snake_case names."""
    def to_json(self) -> str:
        """The model as JSON with camelCase names. Decimals and dates are strings."""
    @property
    def outcome(self) -> Literal["created", "updated", "unchanged", "already_done"] | None:
        """The effect of the write that answered with this model: `created`, `updated`, `unchanged` or
        `already_done`. None for a model from another source. It is not part of equality."""
    @property
    def findings(self) -> tuple[Finding, ...]:
        """The fields of the platform's answer that could not be read and are absent, such as the date `0000-00-00`
        or an invalid number. Empty for a model from another source. It is not pickled, and not part of
        equality."""
    @property
    def extras(self) -> dict[str, Any]:
        """Fields that the platform sent and this version does not know, unchanged."""
    @property
    def id(self) -> _Id:
        """Identifier given by the platform."""
    @property
    def codigo_externo(self) -> str | None:
        """The customer's code in the company's own system; unique, and the key of an upsert."""
    @property
    def tipo_pessoa(self) -> str | None:
        """Person, company or foreign; derived from the document where it is left out."""
    @property
    def nome(self) -> str | None:
        """Name, or registered company name (razão social)."""
    @property
    def nome_fantasia(self) -> str | None:
        """Trade name."""
    @property
    def cpf_cnpj(self) -> str | None:
        """CPF (11 digits) or CNPJ (14 characters, possibly with letters), without punctuation."""
    @property
    def inscricao_estadual(self) -> str | None:
        """State registration, or `ISENTO`; checked against the state of the address."""
    @property
    def indicador_ie(self) -> str | None:
        """Whether the customer pays ICMS: `1` yes, `2` exempt, `9` no."""
    @property
    def inscricao_municipal(self) -> str | None:
        """Municipal registration."""
    @property
    def inscricao_suframa(self) -> str | None:
        """SUFRAMA registration, 8 or 9 digits."""
    @property
    def email(self) -> str | None:
        """Main e-mail address."""
    @property
    def emails_adicionais(self) -> tuple[str, ...]:
        """Further e-mail addresses."""
    @property
    def telefone(self) -> str | None:
        """Telephone, kept as `+55` and digits."""
    @property
    def celular(self) -> str | None:
        """Mobile telephone, kept as `+55` and digits."""
    @property
    def endereco(self) -> Endereco | None:
        """Address."""
    @property
    def endereco_cobranca(self) -> Endereco | None:
        """Billing address, where it is another."""
    @property
    def data_nascimento(self) -> date | None:
        """Date of birth; persons only."""
    @property
    def optante_simples(self) -> bool | None:
        """Whether the company is under Simples Nacional."""
    @property
    def contribuinte(self) -> bool | None:
        """Whether the company pays ICMS."""
    @property
    def notificar(self) -> bool | None:
        """Whether the platform notifies the customer; true by default."""
    @property
    def observacoes(self) -> str | None:
        """Free notes."""
    @property
    def tags(self) -> tuple[str, ...]:
        """Labels."""
    @property
    def grupo(self) -> str | None:
        """Group."""
    @property
    def situacao(self) -> str | None:
        """Whether it is in use; removing makes it inactive."""
    @property
    def criado_em(self) -> datetime | None:
        """When it was created."""
    @property
    def alterado_em(self) -> datetime | None:
        """When it was last changed."""

    @classmethod
    def __class_getitem__(cls, _item: Any) -> Any: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __copy__(self) -> Cliente[_Id]: ...
    def __deepcopy__(self, _memo: Any) -> Cliente[_Id]: ...
    def __reduce__(self) -> tuple[Any, tuple[str]]: ...

class _Endereco(TypedDict, total=False):
    logradouro: str | None
    numero: str | None
    complemento: str | None
    bairro: str | None
    cep: str | None
    uf: str | None
    municipio: str | None
    codigo_ibge: str | None
    pais: str | None

@final
class Endereco:
    """A Brazilian address."""
    def __new__(cls, **fields: Unpack[_Endereco]) -> Endereco: ...
    @staticmethod
    def from_dict(data: Mapping[str, Any] | Endereco, *, mode: _Mode = ...) -> Endereco:
        """Reads and checks a mapping with snake_case or camelCase keys."""
    @staticmethod
    def from_json(text: str | bytes, *, mode: _Mode = ...) -> Endereco:
        """Reads and checks JSON text or bytes."""
    @staticmethod
    def check(data: object, *, mode: _Mode = ..., intent: _Intent = ..., today: date | None = ...) -> Report:
        """Returns all findings of a mapping as data, without making a model."""
    @staticmethod
    def check_all(
        rows: str | bytes | Iterable[object] | Any,
        *,
        mode: _Mode = ...,
        intent: _Intent = ...,
        today: date | None = ...,
    ) -> Checked[Endereco]:
        """Checks many records in one call: JSON (a list, or an object with a list under `data`), a table of any
        data-frame library, or mappings and models. Returns the valid records, and a report for each
        record with a finding, by its index from 0."""
    @staticmethod
    def list_from_json(text: str | bytes) -> list[Endereco]:
        """Reads the records of an answer of the platform: JSON, a list or an object with a list under `data`.
        Nothing is refused: a field that cannot be read is absent, with an entry in the record's
        `findings`."""
    def validar(self, *, mode: _Mode = ..., intent: _Intent = ..., today: date | None = ...) -> Report:
        """Returns all findings of this model as data."""
    def replace(self, **changes: Unpack[_Endereco]) -> Endereco:
        """Returns a copy with some fields changed. `None` removes a field."""
    def __replace__(self, **changes: Unpack[_Endereco]) -> Endereco: ...
    def to_dict(self) -> dict[str, Any]:
        """The present fields, by their snake_case names."""
    def to_json(self) -> str:
        """The model as JSON with camelCase names. Decimals and dates are strings."""
    @property
    def outcome(self) -> Literal["created", "updated", "unchanged", "already_done"] | None:
        """The effect of the write that answered with this model: `created`, `updated`, `unchanged` or
        `already_done`. None for a model from another source. It is not part of equality."""
    @property
    def findings(self) -> tuple[Finding, ...]:
        """The fields of the platform's answer that could not be read and are absent, such as the date `0000-00-00`
        or an invalid number. Empty for a model from another source. It is not pickled, and not part of
        equality."""
    @property
    def extras(self) -> dict[str, Any]:
        """Fields that the platform sent and this version does not know, unchanged."""
    @property
    def logradouro(self) -> str | None:
        """Street, avenue, square (2 to 60 characters, the limit of the NF-e)."""
    @property
    def numero(self) -> str | None:
        """House number; `S/N` where there is none."""
    @property
    def complemento(self) -> str | None:
        """Flat, floor, block."""
    @property
    def bairro(self) -> str | None:
        """Neighbourhood."""
    @property
    def cep(self) -> str | None:
        """Postal code, 8 digits."""
    @property
    def uf(self) -> str | None:
        """State, two letters."""
    @property
    def municipio(self) -> str | None:
        """Municipality, by name."""
    @property
    def codigo_ibge(self) -> str | None:
        """Municipality, by its 7-digit IBGE code."""
    @property
    def pais(self) -> str | None:
        """Country by its BACEN code; `1058` is Brazil."""

    @classmethod
    def __class_getitem__(cls, _item: Any) -> Any: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __copy__(self) -> Endereco: ...
    def __deepcopy__(self, _memo: Any) -> Endereco: ...
    def __reduce__(self) -> tuple[Any, tuple[str]]: ...

class _Servico(TypedDict, total=False):
    id: str | int | None
    codigo: str | None
    codigo_externo: str | None
    nome: str | None
    descricao: str | None
    tipo_cobranca: Literal["FIXO", "CONSUMO", "UNICO"] | str | None
    unidade: str | None
    valor_unitario: Decimal | int | str | float | None
    quantidade_incluida: Decimal | int | str | float | None
    valor_minimo: Decimal | int | str | float | None
    agregacao: Literal["SOMA", "CONTAGEM", "MAXIMO", "UNICO", "ULTIMO"] | str | None
    faixas: Sequence[Faixa | Mapping[str, Any]] | None
    codigo_lc116: str | None
    codigo_servico_municipio: str | None
    cnae: str | None
    codigo_nbs: str | None
    aliquota_iss: Decimal | int | str | float | None
    retencoes: Retencoes | Mapping[str, Any] | None
    situacao: Literal["ATIVO", "INATIVO"] | str | None

@final
class Servico(Generic[_Id]):
    """A service that contracts sell. Read-only: services are kept in the platform's own screens."""
    def __new__(cls, **fields: Unpack[_Servico]) -> Servico: ...
    @staticmethod
    def from_dict(data: Mapping[str, Any] | Servico, *, mode: _Mode = ...) -> Servico:
        """Reads and checks a mapping with snake_case or camelCase keys."""
    @staticmethod
    def from_json(text: str | bytes, *, mode: _Mode = ...) -> Servico:
        """Reads and checks JSON text or bytes."""
    @staticmethod
    def check(data: object, *, mode: _Mode = ..., intent: _Intent = ..., today: date | None = ...) -> Report:
        """Returns all findings of a mapping as data, without making a model."""
    @staticmethod
    def check_all(
        rows: str | bytes | Iterable[object] | Any,
        *,
        mode: _Mode = ...,
        intent: _Intent = ...,
        today: date | None = ...,
    ) -> Checked[Servico]:
        """Checks many records in one call: JSON (a list, or an object with a list under `data`), a table of any
        data-frame library, or mappings and models. Returns the valid records, and a report for each
        record with a finding, by its index from 0."""
    @staticmethod
    def list_from_json(text: str | bytes) -> list[Servico]:
        """Reads the records of an answer of the platform: JSON, a list or an object with a list under `data`.
        Nothing is refused: a field that cannot be read is absent, with an entry in the record's
        `findings`."""
    def validar(self, *, mode: _Mode = ..., intent: _Intent = ..., today: date | None = ...) -> Report:
        """Returns all findings of this model as data."""
    def replace(self, **changes: Unpack[_Servico]) -> Servico[_Id]:
        """Returns a copy with some fields changed. `None` removes a field."""
    def __replace__(self, **changes: Unpack[_Servico]) -> Servico[_Id]: ...
    def to_dict(self) -> dict[str, Any]:
        """The present fields, by their snake_case names."""
    def to_json(self) -> str:
        """The model as JSON with camelCase names. Decimals and dates are strings."""
    @property
    def outcome(self) -> Literal["created", "updated", "unchanged", "already_done"] | None:
        """The effect of the write that answered with this model: `created`, `updated`, `unchanged` or
        `already_done`. None for a model from another source. It is not part of equality."""
    @property
    def findings(self) -> tuple[Finding, ...]:
        """The fields of the platform's answer that could not be read and are absent, such as the date `0000-00-00`
        or an invalid number. Empty for a model from another source. It is not pickled, and not part of
        equality."""
    @property
    def extras(self) -> dict[str, Any]:
        """Fields that the platform sent and this version does not know, unchanged."""
    @property
    def id(self) -> _Id:
        """Identifier given by the platform."""
    @property
    def codigo(self) -> str | None:
        """The service's code."""
    @property
    def codigo_externo(self) -> str | None:
        """The service's code in the company's own system."""
    @property
    def nome(self) -> str | None:
        """Name."""
    @property
    def descricao(self) -> str | None:
        """Description."""
    @property
    def tipo_cobranca(self) -> str | None:
        """Fixed, by usage, or once."""
    @property
    def unidade(self) -> str | None:
        """Unit, such as `UN`, `GB` or `H`."""
    @property
    def valor_unitario(self) -> Decimal | None:
        """Price of a unit, in reais."""
    @property
    def quantidade_incluida(self) -> Decimal | None:
        """Quantity included in the price (franquia)."""
    @property
    def valor_minimo(self) -> Decimal | None:
        """The least that a period is charged, in reais."""
    @property
    def agregacao(self) -> str | None:
        """How usage becomes one quantity."""
    @property
    def faixas(self) -> tuple[Faixa, ...]:
        """Price by quantity."""
    @property
    def codigo_lc116(self) -> str | None:
        """Service code of Lei Complementar 116, `dd.dd`."""
    @property
    def codigo_servico_municipio(self) -> str | None:
        """Service code of the municipality."""
    @property
    def cnae(self) -> str | None:
        """CNAE, 7 digits."""
    @property
    def codigo_nbs(self) -> str | None:
        """NBS code, 9 digits."""
    @property
    def aliquota_iss(self) -> Decimal | None:
        """ISS rate, in percent."""
    @property
    def retencoes(self) -> Retencoes | None:
        """Taxes withheld."""
    @property
    def situacao(self) -> str | None:
        """Whether it is in use."""

    @classmethod
    def __class_getitem__(cls, _item: Any) -> Any: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __copy__(self) -> Servico[_Id]: ...
    def __deepcopy__(self, _memo: Any) -> Servico[_Id]: ...
    def __reduce__(self) -> tuple[Any, tuple[str]]: ...

class _Faixa(TypedDict, total=False):
    de: Decimal | int | str | float | None
    ate: Decimal | int | str | float | None
    valor_unitario: Decimal | int | str | float | None
    valor_fixo: Decimal | int | str | float | None

@final
class Faixa:
    """One tier of a price list; tiers are contiguous, and only the last is open."""
    def __new__(cls, **fields: Unpack[_Faixa]) -> Faixa: ...
    @staticmethod
    def from_dict(data: Mapping[str, Any] | Faixa, *, mode: _Mode = ...) -> Faixa:
        """Reads and checks a mapping with snake_case or camelCase keys."""
    @staticmethod
    def from_json(text: str | bytes, *, mode: _Mode = ...) -> Faixa:
        """Reads and checks JSON text or bytes."""
    @staticmethod
    def check(data: object, *, mode: _Mode = ..., intent: _Intent = ..., today: date | None = ...) -> Report:
        """Returns all findings of a mapping as data, without making a model."""
    @staticmethod
    def check_all(
        rows: str | bytes | Iterable[object] | Any,
        *,
        mode: _Mode = ...,
        intent: _Intent = ...,
        today: date | None = ...,
    ) -> Checked[Faixa]:
        """Checks many records in one call: JSON (a list, or an object with a list under `data`), a table of any
        data-frame library, or mappings and models. Returns the valid records, and a report for each
        record with a finding, by its index from 0."""
    @staticmethod
    def list_from_json(text: str | bytes) -> list[Faixa]:
        """Reads the records of an answer of the platform: JSON, a list or an object with a list under `data`.
        Nothing is refused: a field that cannot be read is absent, with an entry in the record's
        `findings`."""
    def validar(self, *, mode: _Mode = ..., intent: _Intent = ..., today: date | None = ...) -> Report:
        """Returns all findings of this model as data."""
    def replace(self, **changes: Unpack[_Faixa]) -> Faixa:
        """Returns a copy with some fields changed. `None` removes a field."""
    def __replace__(self, **changes: Unpack[_Faixa]) -> Faixa: ...
    def to_dict(self) -> dict[str, Any]:
        """The present fields, by their snake_case names."""
    def to_json(self) -> str:
        """The model as JSON with camelCase names. Decimals and dates are strings."""
    @property
    def outcome(self) -> Literal["created", "updated", "unchanged", "already_done"] | None:
        """The effect of the write that answered with this model: `created`, `updated`, `unchanged` or
        `already_done`. None for a model from another source. It is not part of equality."""
    @property
    def findings(self) -> tuple[Finding, ...]:
        """The fields of the platform's answer that could not be read and are absent, such as the date `0000-00-00`
        or an invalid number. Empty for a model from another source. It is not pickled, and not part of
        equality."""
    @property
    def extras(self) -> dict[str, Any]:
        """Fields that the platform sent and this version does not know, unchanged."""
    @property
    def de(self) -> Decimal | None:
        """Lower bound: the tier holds what is above it."""
    @property
    def ate(self) -> Decimal | None:
        """Upper bound, included; absent in the last tier."""
    @property
    def valor_unitario(self) -> Decimal | None:
        """Price of a unit inside this tier."""
    @property
    def valor_fixo(self) -> Decimal | None:
        """Fixed amount added once when this tier is reached."""

    @classmethod
    def __class_getitem__(cls, _item: Any) -> Any: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __copy__(self) -> Faixa: ...
    def __deepcopy__(self, _memo: Any) -> Faixa: ...
    def __reduce__(self) -> tuple[Any, tuple[str]]: ...

class _Retencoes(TypedDict, total=False):
    ir: Decimal | int | str | float | None
    pis: Decimal | int | str | float | None
    cofins: Decimal | int | str | float | None
    csll: Decimal | int | str | float | None
    inss: Decimal | int | str | float | None
    iss: Decimal | int | str | float | None

@final
class Retencoes:
    """Taxes withheld, each in percent."""
    def __new__(cls, **fields: Unpack[_Retencoes]) -> Retencoes: ...
    @staticmethod
    def from_dict(data: Mapping[str, Any] | Retencoes, *, mode: _Mode = ...) -> Retencoes:
        """Reads and checks a mapping with snake_case or camelCase keys."""
    @staticmethod
    def from_json(text: str | bytes, *, mode: _Mode = ...) -> Retencoes:
        """Reads and checks JSON text or bytes."""
    @staticmethod
    def check(data: object, *, mode: _Mode = ..., intent: _Intent = ..., today: date | None = ...) -> Report:
        """Returns all findings of a mapping as data, without making a model."""
    @staticmethod
    def check_all(
        rows: str | bytes | Iterable[object] | Any,
        *,
        mode: _Mode = ...,
        intent: _Intent = ...,
        today: date | None = ...,
    ) -> Checked[Retencoes]:
        """Checks many records in one call: JSON (a list, or an object with a list under `data`), a table of any
        data-frame library, or mappings and models. Returns the valid records, and a report for each
        record with a finding, by its index from 0."""
    @staticmethod
    def list_from_json(text: str | bytes) -> list[Retencoes]:
        """Reads the records of an answer of the platform: JSON, a list or an object with a list under `data`.
        Nothing is refused: a field that cannot be read is absent, with an entry in the record's
        `findings`."""
    def validar(self, *, mode: _Mode = ..., intent: _Intent = ..., today: date | None = ...) -> Report:
        """Returns all findings of this model as data."""
    def replace(self, **changes: Unpack[_Retencoes]) -> Retencoes:
        """Returns a copy with some fields changed. `None` removes a field."""
    def __replace__(self, **changes: Unpack[_Retencoes]) -> Retencoes: ...
    def to_dict(self) -> dict[str, Any]:
        """The present fields, by their snake_case names."""
    def to_json(self) -> str:
        """The model as JSON with camelCase names. Decimals and dates are strings."""
    @property
    def outcome(self) -> Literal["created", "updated", "unchanged", "already_done"] | None:
        """The effect of the write that answered with this model: `created`, `updated`, `unchanged` or
        `already_done`. None for a model from another source. It is not part of equality."""
    @property
    def findings(self) -> tuple[Finding, ...]:
        """The fields of the platform's answer that could not be read and are absent, such as the date `0000-00-00`
        or an invalid number. Empty for a model from another source. It is not pickled, and not part of
        equality."""
    @property
    def extras(self) -> dict[str, Any]:
        """Fields that the platform sent and this version does not know, unchanged."""
    @property
    def ir(self) -> Decimal | None:
        """Imposto de Renda."""
    @property
    def pis(self) -> Decimal | None:
        """PIS."""
    @property
    def cofins(self) -> Decimal | None:
        """COFINS."""
    @property
    def csll(self) -> Decimal | None:
        """CSLL."""
    @property
    def inss(self) -> Decimal | None:
        """INSS."""
    @property
    def iss(self) -> Decimal | None:
        """ISS."""

    @classmethod
    def __class_getitem__(cls, _item: Any) -> Any: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __copy__(self) -> Retencoes: ...
    def __deepcopy__(self, _memo: Any) -> Retencoes: ...
    def __reduce__(self) -> tuple[Any, tuple[str]]: ...

class _Contrato(TypedDict, total=False):
    id: str | int | None
    numero: str | None
    codigo_externo: str | None
    cliente_id: str | int | None
    cliente_codigo_externo: str | None
    itens: Sequence[ItemContrato | Mapping[str, Any]] | None
    descricao: str | None
    data_inicio: date | str | None
    data_fim: date | str | None
    data_contratacao: date | str | None
    data_ativacao: date | str | None
    data_suspensao: date | str | None
    data_cancelamento: date | str | None
    periodicidade: (
        Literal[
            "SEMANAL",
            "QUINZENAL",
            "MENSAL",
            "BIMESTRAL",
            "TRIMESTRAL",
            "QUADRIMESTRAL",
            "SEMESTRAL",
            "ANUAL",
            "BIENAL",
            "TRIENAL",
        ]
        | str
        | None
    )
    dia_vencimento: int | None
    mes_vencimento: Literal["CORRENTE", "SEGUINTE", "DOIS_MESES"] | str | None
    momento_cobranca: Literal["ANTECIPADO", "POSTECIPADO"] | str | None
    forma_pagamento: Literal["BOLETO", "PIX", "CARTAO", "DEBITO", "TRANSFERENCIA", "INDEFINIDO"] | str | None
    indice_reajuste: str | None
    data_proximo_reajuste: date | str | None
    multa_percentual: Decimal | int | str | float | None
    juros_mes_percentual: Decimal | int | str | float | None
    desconto_antecipacao: Decimal | int | str | float | None
    emitir_nfse: bool | None
    observacoes_nota: str | None
    ciclos: int | None
    situacao: Literal["INATIVO", "ATIVO", "SUSPENSO", "CANCELADO", "EXPIRADO"] | str | None
    historico: Sequence[Historico | Mapping[str, Any]] | None
    criado_em: datetime | str | None
    alterado_em: datetime | str | None

@final
class Contrato(Generic[_Id]):
    """A contract: which services a customer has, and how they are billed."""
    def __new__(cls, **fields: Unpack[_Contrato]) -> Contrato: ...
    @staticmethod
    def from_dict(data: Mapping[str, Any] | Contrato, *, mode: _Mode = ...) -> Contrato:
        """Reads and checks a mapping with snake_case or camelCase keys."""
    @staticmethod
    def from_json(text: str | bytes, *, mode: _Mode = ...) -> Contrato:
        """Reads and checks JSON text or bytes."""
    @staticmethod
    def check(data: object, *, mode: _Mode = ..., intent: _Intent = ..., today: date | None = ...) -> Report:
        """Returns all findings of a mapping as data, without making a model."""
    @staticmethod
    def check_all(
        rows: str | bytes | Iterable[object] | Any,
        *,
        mode: _Mode = ...,
        intent: _Intent = ...,
        today: date | None = ...,
    ) -> Checked[Contrato]:
        """Checks many records in one call: JSON (a list, or an object with a list under `data`), a table of any
        data-frame library, or mappings and models. Returns the valid records, and a report for each
        record with a finding, by its index from 0."""
    @staticmethod
    def list_from_json(text: str | bytes) -> list[Contrato]:
        """Reads the records of an answer of the platform: JSON, a list or an object with a list under `data`.
        Nothing is refused: a field that cannot be read is absent, with an entry in the record's
        `findings`."""
    def validar(self, *, mode: _Mode = ..., intent: _Intent = ..., today: date | None = ...) -> Report:
        """Returns all findings of this model as data."""
    def replace(self, **changes: Unpack[_Contrato]) -> Contrato[_Id]:
        """Returns a copy with some fields changed. `None` removes a field."""
    def __replace__(self, **changes: Unpack[_Contrato]) -> Contrato[_Id]: ...
    def to_dict(self) -> dict[str, Any]:
        """The present fields, by their snake_case names."""
    def to_json(self) -> str:
        """The model as JSON with camelCase names. Decimals and dates are strings."""
    @property
    def outcome(self) -> Literal["created", "updated", "unchanged", "already_done"] | None:
        """The effect of the write that answered with this model: `created`, `updated`, `unchanged` or
        `already_done`. None for a model from another source. It is not part of equality."""
    @property
    def findings(self) -> tuple[Finding, ...]:
        """The fields of the platform's answer that could not be read and are absent, such as the date `0000-00-00`
        or an invalid number. Empty for a model from another source. It is not pickled, and not part of
        equality."""
    @property
    def extras(self) -> dict[str, Any]:
        """Fields that the platform sent and this version does not know, unchanged."""
    @property
    def id(self) -> _Id:
        """Identifier given by the platform."""
    @property
    def numero(self) -> str | None:
        """Number that people see."""
    @property
    def codigo_externo(self) -> str | None:
        """The contract's code in the company's own system; unique."""
    @property
    def cliente_id(self) -> str | None:
        """The customer, by the platform's identifier."""
    @property
    def cliente_codigo_externo(self) -> str | None:
        """The customer, by the company's own code."""
    @property
    def itens(self) -> tuple[ItemContrato, ...]:
        """The services, at least one."""
    @property
    def descricao(self) -> str | None:
        """Description."""
    @property
    def data_inicio(self) -> date | None:
        """First day."""
    @property
    def data_fim(self) -> date | None:
        """Last day; open where it is left out."""
    @property
    def data_contratacao(self) -> date | None:
        """When it was agreed."""
    @property
    def data_ativacao(self) -> date | None:
        """When it was activated."""
    @property
    def data_suspensao(self) -> date | None:
        """When it was suspended."""
    @property
    def data_cancelamento(self) -> date | None:
        """When it was cancelled."""
    @property
    def periodicidade(self) -> str | None:
        """How often it is billed."""
    @property
    def dia_vencimento(self) -> int | None:
        """Due day, 1 to 31; a month without that day is due on its last."""
    @property
    def mes_vencimento(self) -> str | None:
        """Month of the due date."""
    @property
    def momento_cobranca(self) -> str | None:
        """Billed before or after the period."""
    @property
    def forma_pagamento(self) -> str | None:
        """How the charges are paid."""
    @property
    def indice_reajuste(self) -> str | None:
        """Index of the yearly adjustment, such as `IPCA`."""
    @property
    def data_proximo_reajuste(self) -> date | None:
        """Date of the next adjustment."""
    @property
    def multa_percentual(self) -> Decimal | None:
        """Fine for late payment, in percent; the law caps it at 2."""
    @property
    def juros_mes_percentual(self) -> Decimal | None:
        """Interest for late payment, in percent a month."""
    @property
    def desconto_antecipacao(self) -> Decimal | None:
        """Discount for early payment, in percent."""
    @property
    def emitir_nfse(self) -> bool | None:
        """Whether a service invoice (NFS-e) is issued."""
    @property
    def observacoes_nota(self) -> str | None:
        """Notes printed on the invoice."""
    @property
    def ciclos(self) -> int | None:
        """How many periods are billed; without end where it is left out."""
    @property
    def situacao(self) -> str | None:
        """Where it is in its life."""
    @property
    def historico(self) -> tuple[Historico, ...]:
        """What happened to it."""
    @property
    def criado_em(self) -> datetime | None:
        """When it was created."""
    @property
    def alterado_em(self) -> datetime | None:
        """When it was last changed."""

    @classmethod
    def __class_getitem__(cls, _item: Any) -> Any: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __copy__(self) -> Contrato[_Id]: ...
    def __deepcopy__(self, _memo: Any) -> Contrato[_Id]: ...
    def __reduce__(self) -> tuple[Any, tuple[str]]: ...

class _ItemContrato(TypedDict, total=False):
    servico_id: str | int | None
    servico_codigo: str | None
    quantidade: Decimal | int | str | float | None
    valor_unitario: Decimal | int | str | float | None
    desconto: Desconto | Mapping[str, Any] | None
    descricao: str | None

@final
class ItemContrato:
    """One service of a contract."""
    def __new__(cls, **fields: Unpack[_ItemContrato]) -> ItemContrato: ...
    @staticmethod
    def from_dict(data: Mapping[str, Any] | ItemContrato, *, mode: _Mode = ...) -> ItemContrato:
        """Reads and checks a mapping with snake_case or camelCase keys."""
    @staticmethod
    def from_json(text: str | bytes, *, mode: _Mode = ...) -> ItemContrato:
        """Reads and checks JSON text or bytes."""
    @staticmethod
    def check(data: object, *, mode: _Mode = ..., intent: _Intent = ..., today: date | None = ...) -> Report:
        """Returns all findings of a mapping as data, without making a model."""
    @staticmethod
    def check_all(
        rows: str | bytes | Iterable[object] | Any,
        *,
        mode: _Mode = ...,
        intent: _Intent = ...,
        today: date | None = ...,
    ) -> Checked[ItemContrato]:
        """Checks many records in one call: JSON (a list, or an object with a list under `data`), a table of any
        data-frame library, or mappings and models. Returns the valid records, and a report for each
        record with a finding, by its index from 0."""
    @staticmethod
    def list_from_json(text: str | bytes) -> list[ItemContrato]:
        """Reads the records of an answer of the platform: JSON, a list or an object with a list under `data`.
        Nothing is refused: a field that cannot be read is absent, with an entry in the record's
        `findings`."""
    def validar(self, *, mode: _Mode = ..., intent: _Intent = ..., today: date | None = ...) -> Report:
        """Returns all findings of this model as data."""
    def replace(self, **changes: Unpack[_ItemContrato]) -> ItemContrato:
        """Returns a copy with some fields changed. `None` removes a field."""
    def __replace__(self, **changes: Unpack[_ItemContrato]) -> ItemContrato: ...
    def to_dict(self) -> dict[str, Any]:
        """The present fields, by their snake_case names."""
    def to_json(self) -> str:
        """The model as JSON with camelCase names. Decimals and dates are strings."""
    @property
    def outcome(self) -> Literal["created", "updated", "unchanged", "already_done"] | None:
        """The effect of the write that answered with this model: `created`, `updated`, `unchanged` or
        `already_done`. None for a model from another source. It is not part of equality."""
    @property
    def findings(self) -> tuple[Finding, ...]:
        """The fields of the platform's answer that could not be read and are absent, such as the date `0000-00-00`
        or an invalid number. Empty for a model from another source. It is not pickled, and not part of
        equality."""
    @property
    def extras(self) -> dict[str, Any]:
        """Fields that the platform sent and this version does not know, unchanged."""
    @property
    def servico_id(self) -> str | None:
        """The service, by the platform's identifier."""
    @property
    def servico_codigo(self) -> str | None:
        """The service, by its code."""
    @property
    def quantidade(self) -> Decimal | None:
        """How many."""
    @property
    def valor_unitario(self) -> Decimal | None:
        """Price of a unit in reais; the service's own where it is left out."""
    @property
    def desconto(self) -> Desconto | None:
        """Discount."""
    @property
    def descricao(self) -> str | None:
        """Description."""

    @classmethod
    def __class_getitem__(cls, _item: Any) -> Any: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __copy__(self) -> ItemContrato: ...
    def __deepcopy__(self, _memo: Any) -> ItemContrato: ...
    def __reduce__(self) -> tuple[Any, tuple[str]]: ...

class _Desconto(TypedDict, total=False):
    tipo: Literal["PERCENTUAL", "VALOR"] | str | None
    valor: Decimal | int | str | float | None
    ate: date | str | None

@final
class Desconto:
    """A discount on an item."""
    def __new__(cls, **fields: Unpack[_Desconto]) -> Desconto: ...
    @staticmethod
    def from_dict(data: Mapping[str, Any] | Desconto, *, mode: _Mode = ...) -> Desconto:
        """Reads and checks a mapping with snake_case or camelCase keys."""
    @staticmethod
    def from_json(text: str | bytes, *, mode: _Mode = ...) -> Desconto:
        """Reads and checks JSON text or bytes."""
    @staticmethod
    def check(data: object, *, mode: _Mode = ..., intent: _Intent = ..., today: date | None = ...) -> Report:
        """Returns all findings of a mapping as data, without making a model."""
    @staticmethod
    def check_all(
        rows: str | bytes | Iterable[object] | Any,
        *,
        mode: _Mode = ...,
        intent: _Intent = ...,
        today: date | None = ...,
    ) -> Checked[Desconto]:
        """Checks many records in one call: JSON (a list, or an object with a list under `data`), a table of any
        data-frame library, or mappings and models. Returns the valid records, and a report for each
        record with a finding, by its index from 0."""
    @staticmethod
    def list_from_json(text: str | bytes) -> list[Desconto]:
        """Reads the records of an answer of the platform: JSON, a list or an object with a list under `data`.
        Nothing is refused: a field that cannot be read is absent, with an entry in the record's
        `findings`."""
    def validar(self, *, mode: _Mode = ..., intent: _Intent = ..., today: date | None = ...) -> Report:
        """Returns all findings of this model as data."""
    def replace(self, **changes: Unpack[_Desconto]) -> Desconto:
        """Returns a copy with some fields changed. `None` removes a field."""
    def __replace__(self, **changes: Unpack[_Desconto]) -> Desconto: ...
    def to_dict(self) -> dict[str, Any]:
        """The present fields, by their snake_case names."""
    def to_json(self) -> str:
        """The model as JSON with camelCase names. Decimals and dates are strings."""
    @property
    def outcome(self) -> Literal["created", "updated", "unchanged", "already_done"] | None:
        """The effect of the write that answered with this model: `created`, `updated`, `unchanged` or
        `already_done`. None for a model from another source. It is not part of equality."""
    @property
    def findings(self) -> tuple[Finding, ...]:
        """The fields of the platform's answer that could not be read and are absent, such as the date `0000-00-00`
        or an invalid number. Empty for a model from another source. It is not pickled, and not part of
        equality."""
    @property
    def extras(self) -> dict[str, Any]:
        """Fields that the platform sent and this version does not know, unchanged."""
    @property
    def tipo(self) -> str | None:
        """In percent or in reais."""
    @property
    def valor(self) -> Decimal | None:
        """How much."""
    @property
    def ate(self) -> date | None:
        """Last day on which it applies."""

    @classmethod
    def __class_getitem__(cls, _item: Any) -> Any: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __copy__(self) -> Desconto: ...
    def __deepcopy__(self, _memo: Any) -> Desconto: ...
    def __reduce__(self) -> tuple[Any, tuple[str]]: ...

class _Historico(TypedDict, total=False):
    situacao: Literal["INATIVO", "ATIVO", "SUSPENSO", "CANCELADO", "EXPIRADO"] | str | None
    data: date | str | None
    motivo: str | None
    usuario: str | None

@final
class Historico:
    """One step of a contract's life."""
    def __new__(cls, **fields: Unpack[_Historico]) -> Historico: ...
    @staticmethod
    def from_dict(data: Mapping[str, Any] | Historico, *, mode: _Mode = ...) -> Historico:
        """Reads and checks a mapping with snake_case or camelCase keys."""
    @staticmethod
    def from_json(text: str | bytes, *, mode: _Mode = ...) -> Historico:
        """Reads and checks JSON text or bytes."""
    @staticmethod
    def check(data: object, *, mode: _Mode = ..., intent: _Intent = ..., today: date | None = ...) -> Report:
        """Returns all findings of a mapping as data, without making a model."""
    @staticmethod
    def check_all(
        rows: str | bytes | Iterable[object] | Any,
        *,
        mode: _Mode = ...,
        intent: _Intent = ...,
        today: date | None = ...,
    ) -> Checked[Historico]:
        """Checks many records in one call: JSON (a list, or an object with a list under `data`), a table of any
        data-frame library, or mappings and models. Returns the valid records, and a report for each
        record with a finding, by its index from 0."""
    @staticmethod
    def list_from_json(text: str | bytes) -> list[Historico]:
        """Reads the records of an answer of the platform: JSON, a list or an object with a list under `data`.
        Nothing is refused: a field that cannot be read is absent, with an entry in the record's
        `findings`."""
    def validar(self, *, mode: _Mode = ..., intent: _Intent = ..., today: date | None = ...) -> Report:
        """Returns all findings of this model as data."""
    def replace(self, **changes: Unpack[_Historico]) -> Historico:
        """Returns a copy with some fields changed. `None` removes a field."""
    def __replace__(self, **changes: Unpack[_Historico]) -> Historico: ...
    def to_dict(self) -> dict[str, Any]:
        """The present fields, by their snake_case names."""
    def to_json(self) -> str:
        """The model as JSON with camelCase names. Decimals and dates are strings."""
    @property
    def outcome(self) -> Literal["created", "updated", "unchanged", "already_done"] | None:
        """The effect of the write that answered with this model: `created`, `updated`, `unchanged` or
        `already_done`. None for a model from another source. It is not part of equality."""
    @property
    def findings(self) -> tuple[Finding, ...]:
        """The fields of the platform's answer that could not be read and are absent, such as the date `0000-00-00`
        or an invalid number. Empty for a model from another source. It is not pickled, and not part of
        equality."""
    @property
    def extras(self) -> dict[str, Any]:
        """Fields that the platform sent and this version does not know, unchanged."""
    @property
    def situacao(self) -> str | None:
        """What it became."""
    @property
    def data(self) -> date | None:
        """From when."""
    @property
    def motivo(self) -> str | None:
        """Why."""
    @property
    def usuario(self) -> str | None:
        """By whom."""

    @classmethod
    def __class_getitem__(cls, _item: Any) -> Any: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __copy__(self) -> Historico: ...
    def __deepcopy__(self, _memo: Any) -> Historico: ...
    def __reduce__(self) -> tuple[Any, tuple[str]]: ...

class _Consumo(TypedDict, total=False):
    id: str | int | None
    id_externo: str | None
    contrato_id: str | int | None
    contrato_codigo_externo: str | None
    servico_id: str | int | None
    servico_codigo: str | None
    competencia: str | date | None
    data_consumo: date | str | None
    quantidade: Decimal | int | str | float | None
    estorno: bool | None
    valor_unitario: Decimal | int | str | float | None
    valor: Decimal | int | str | float | None
    descricao: str | None
    complemento: str | None
    grupo: str | None
    propriedades: dict[str, str] | None
    faturado: bool | None
    cobranca_id: str | int | None
    situacao: Literal["PENDENTE", "FATURADO", "REMOVIDO"] | str | None
    criado_em: datetime | str | None
    alterado_em: datetime | str | None

@final
class Consumo(Generic[_Id]):
    """Metered usage of one service of one contract."""
    def __new__(cls, **fields: Unpack[_Consumo]) -> Consumo: ...
    @staticmethod
    def from_dict(data: Mapping[str, Any] | Consumo, *, mode: _Mode = ...) -> Consumo:
        """Reads and checks a mapping with snake_case or camelCase keys."""
    @staticmethod
    def from_json(text: str | bytes, *, mode: _Mode = ...) -> Consumo:
        """Reads and checks JSON text or bytes."""
    @staticmethod
    def check(data: object, *, mode: _Mode = ..., intent: _Intent = ..., today: date | None = ...) -> Report:
        """Returns all findings of a mapping as data, without making a model."""
    @staticmethod
    def check_all(
        rows: str | bytes | Iterable[object] | Any,
        *,
        mode: _Mode = ...,
        intent: _Intent = ...,
        today: date | None = ...,
    ) -> Checked[Consumo]:
        """Checks many records in one call: JSON (a list, or an object with a list under `data`), a table of any
        data-frame library, or mappings and models. Returns the valid records, and a report for each
        record with a finding, by its index from 0."""
    @staticmethod
    def list_from_json(text: str | bytes) -> list[Consumo]:
        """Reads the records of an answer of the platform: JSON, a list or an object with a list under `data`.
        Nothing is refused: a field that cannot be read is absent, with an entry in the record's
        `findings`."""
    def validar(self, *, mode: _Mode = ..., intent: _Intent = ..., today: date | None = ...) -> Report:
        """Returns all findings of this model as data."""
    def replace(self, **changes: Unpack[_Consumo]) -> Consumo[_Id]:
        """Returns a copy with some fields changed. `None` removes a field."""
    def __replace__(self, **changes: Unpack[_Consumo]) -> Consumo[_Id]: ...
    def to_dict(self) -> dict[str, Any]:
        """The present fields, by their snake_case names."""
    def to_json(self) -> str:
        """The model as JSON with camelCase names. Decimals and dates are strings."""
    @property
    def outcome(self) -> Literal["created", "updated", "unchanged", "already_done"] | None:
        """The effect of the write that answered with this model: `created`, `updated`, `unchanged` or
        `already_done`. None for a model from another source. It is not part of equality."""
    @property
    def findings(self) -> tuple[Finding, ...]:
        """The fields of the platform's answer that could not be read and are absent, such as the date `0000-00-00`
        or an invalid number. Empty for a model from another source. It is not pickled, and not part of
        equality."""
    @property
    def extras(self) -> dict[str, Any]:
        """Fields that the platform sent and this version does not know, unchanged."""
    @property
    def id(self) -> _Id:
        """Identifier given by the platform."""
    @property
    def id_externo(self) -> str | None:
        """The record's identifier in the company's own system; unique, and what makes sending it twice harmless."""
    @property
    def contrato_id(self) -> str | None:
        """The contract, by the platform's identifier."""
    @property
    def contrato_codigo_externo(self) -> str | None:
        """The contract, by the company's own code."""
    @property
    def servico_id(self) -> str | None:
        """The service, by the platform's identifier."""
    @property
    def servico_codigo(self) -> str | None:
        """The service, by its code."""
    @property
    def competencia(self) -> str | None:
        """The month it belongs to; taken from `dataConsumo` where it is left out."""
    @property
    def data_consumo(self) -> date | None:
        """The day it happened."""
    @property
    def quantidade(self) -> Decimal | None:
        """How much, with up to 6 decimal places; zero or less only when `estorno` is true."""
    @property
    def estorno(self) -> bool | None:
        """Whether this takes back earlier usage."""
    @property
    def valor_unitario(self) -> Decimal | None:
        """Price of a unit in reais; the contract's own where it is left out."""
    @property
    def valor(self) -> Decimal | None:
        """Total in reais; must be quantity × price where both are given."""
    @property
    def descricao(self) -> str | None:
        """Description."""
    @property
    def complemento(self) -> str | None:
        """Complement of the description."""
    @property
    def grupo(self) -> str | None:
        """Group, for the aggregation by distinct groups."""
    @property
    def propriedades(self) -> dict[str, str]:
        """Free properties."""
    @property
    def faturado(self) -> bool | None:
        """Whether it was billed."""
    @property
    def cobranca_id(self) -> str | None:
        """The charge that billed it."""
    @property
    def situacao(self) -> str | None:
        """Pending, billed or removed."""
    @property
    def criado_em(self) -> datetime | None:
        """When it was created."""
    @property
    def alterado_em(self) -> datetime | None:
        """When it was last changed."""

    @classmethod
    def __class_getitem__(cls, _item: Any) -> Any: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __copy__(self) -> Consumo[_Id]: ...
    def __deepcopy__(self, _memo: Any) -> Consumo[_Id]: ...
    def __reduce__(self) -> tuple[Any, tuple[str]]: ...

class _Cobranca(TypedDict, total=False):
    id: str | int | None
    numero: str | None
    numero_documento: str | None
    codigo_externo: str | None
    parcela: str | None
    cliente_id: str | int | None
    cliente_nome: str | None
    cliente_cpf_cnpj: str | None
    contrato_id: str | int | None
    contrato_numero: str | None
    itens: Sequence[ItemCobranca | Mapping[str, Any]] | None
    competencia: str | date | None
    data_emissao: date | str | None
    data_vencimento: date | str | None
    vencimento_original: date | str | None
    data_pagamento: date | str | None
    data_credito: date | str | None
    data_cancelamento: date | str | None
    valor_original: Decimal | int | str | float | None
    valor_desconto: Decimal | int | str | float | None
    valor_juros: Decimal | int | str | float | None
    valor_multa: Decimal | int | str | float | None
    valor_abatimento: Decimal | int | str | float | None
    valor_liquido: Decimal | int | str | float | None
    valor_pago: Decimal | int | str | float | None
    saldo: Decimal | int | str | float | None
    retencoes: RetencoesCobranca | Mapping[str, Any] | None
    forma_pagamento: Literal["BOLETO", "PIX", "CARTAO", "DEBITO", "TRANSFERENCIA", "INDEFINIDO"] | str | None
    situacao: (
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
        | str
        | None
    )
    boleto: Boleto | Mapping[str, Any] | None
    pix: Pix | Mapping[str, Any] | None
    nfse: Nfse | Mapping[str, Any] | None
    nfe: Nfe | Mapping[str, Any] | None
    link_pagamento: str | None
    links: Sequence[str] | None
    criado_em: datetime | str | None
    alterado_em: datetime | str | None

@final
class Cobranca(Generic[_Id]):
    """A charge (conta a receber). Read-only: the platform's billing makes it."""
    def __new__(cls, **fields: Unpack[_Cobranca]) -> Cobranca: ...
    @staticmethod
    def from_dict(data: Mapping[str, Any] | Cobranca, *, mode: _Mode = ...) -> Cobranca:
        """Reads and checks a mapping with snake_case or camelCase keys."""
    @staticmethod
    def from_json(text: str | bytes, *, mode: _Mode = ...) -> Cobranca:
        """Reads and checks JSON text or bytes."""
    @staticmethod
    def check(data: object, *, mode: _Mode = ..., intent: _Intent = ..., today: date | None = ...) -> Report:
        """Returns all findings of a mapping as data, without making a model."""
    @staticmethod
    def check_all(
        rows: str | bytes | Iterable[object] | Any,
        *,
        mode: _Mode = ...,
        intent: _Intent = ...,
        today: date | None = ...,
    ) -> Checked[Cobranca]:
        """Checks many records in one call: JSON (a list, or an object with a list under `data`), a table of any
        data-frame library, or mappings and models. Returns the valid records, and a report for each
        record with a finding, by its index from 0."""
    @staticmethod
    def list_from_json(text: str | bytes) -> list[Cobranca]:
        """Reads the records of an answer of the platform: JSON, a list or an object with a list under `data`.
        Nothing is refused: a field that cannot be read is absent, with an entry in the record's
        `findings`."""
    def validar(self, *, mode: _Mode = ..., intent: _Intent = ..., today: date | None = ...) -> Report:
        """Returns all findings of this model as data."""
    def replace(self, **changes: Unpack[_Cobranca]) -> Cobranca[_Id]:
        """Returns a copy with some fields changed. `None` removes a field."""
    def __replace__(self, **changes: Unpack[_Cobranca]) -> Cobranca[_Id]: ...
    def to_dict(self) -> dict[str, Any]:
        """The present fields, by their snake_case names."""
    def to_json(self) -> str:
        """The model as JSON with camelCase names. Decimals and dates are strings."""
    @property
    def outcome(self) -> Literal["created", "updated", "unchanged", "already_done"] | None:
        """The effect of the write that answered with this model: `created`, `updated`, `unchanged` or
        `already_done`. None for a model from another source. It is not part of equality."""
    @property
    def findings(self) -> tuple[Finding, ...]:
        """The fields of the platform's answer that could not be read and are absent, such as the date `0000-00-00`
        or an invalid number. Empty for a model from another source. It is not pickled, and not part of
        equality."""
    @property
    def extras(self) -> dict[str, Any]:
        """Fields that the platform sent and this version does not know, unchanged."""
    @property
    def id(self) -> _Id:
        """Identifier given by the platform."""
    @property
    def numero(self) -> str | None:
        """Number that people see."""
    @property
    def numero_documento(self) -> str | None:
        """Document number."""
    @property
    def codigo_externo(self) -> str | None:
        """The charge's code in the company's own system."""
    @property
    def parcela(self) -> str | None:
        """Instalment, `001/012`."""
    @property
    def cliente_id(self) -> str | None:
        """The customer."""
    @property
    def cliente_nome(self) -> str | None:
        """The customer's name, as billed."""
    @property
    def cliente_cpf_cnpj(self) -> str | None:
        """The customer's CPF or CNPJ, as billed."""
    @property
    def contrato_id(self) -> str | None:
        """The contract."""
    @property
    def contrato_numero(self) -> str | None:
        """The contract's number."""
    @property
    def itens(self) -> tuple[ItemCobranca, ...]:
        """What it is made of."""
    @property
    def competencia(self) -> str | None:
        """The month billed."""
    @property
    def data_emissao(self) -> date | None:
        """Date of issue."""
    @property
    def data_vencimento(self) -> date | None:
        """Due date."""
    @property
    def vencimento_original(self) -> date | None:
        """The first due date, where it was moved."""
    @property
    def data_pagamento(self) -> date | None:
        """Date of payment."""
    @property
    def data_credito(self) -> date | None:
        """Date on which the money arrived."""
    @property
    def data_cancelamento(self) -> date | None:
        """Date of cancelling."""
    @property
    def valor_original(self) -> Decimal | None:
        """Amount before discounts, in reais."""
    @property
    def valor_desconto(self) -> Decimal | None:
        """Discount, in reais."""
    @property
    def valor_juros(self) -> Decimal | None:
        """Interest, in reais."""
    @property
    def valor_multa(self) -> Decimal | None:
        """Fine, in reais."""
    @property
    def valor_abatimento(self) -> Decimal | None:
        """Rebate, in reais."""
    @property
    def valor_liquido(self) -> Decimal | None:
        """Amount to be paid, in reais."""
    @property
    def valor_pago(self) -> Decimal | None:
        """Amount paid, in reais."""
    @property
    def saldo(self) -> Decimal | None:
        """What is still owed, in reais."""
    @property
    def retencoes(self) -> RetencoesCobranca | None:
        """Taxes."""
    @property
    def forma_pagamento(self) -> str | None:
        """How it is paid."""
    @property
    def situacao(self) -> str | None:
        """Where it is in its life."""
    @property
    def boleto(self) -> Boleto | None:
        """Bank slip."""
    @property
    def pix(self) -> Pix | None:
        """PIX."""
    @property
    def nfse(self) -> Nfse | None:
        """Service invoice."""
    @property
    def nfe(self) -> Nfe | None:
        """Goods invoice."""
    @property
    def link_pagamento(self) -> str | None:
        """Where it can be paid."""
    @property
    def links(self) -> tuple[str, ...]:
        """Further addresses."""
    @property
    def criado_em(self) -> datetime | None:
        """When it was created."""
    @property
    def alterado_em(self) -> datetime | None:
        """When it was last changed."""

    @classmethod
    def __class_getitem__(cls, _item: Any) -> Any: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __copy__(self) -> Cobranca[_Id]: ...
    def __deepcopy__(self, _memo: Any) -> Cobranca[_Id]: ...
    def __reduce__(self) -> tuple[Any, tuple[str]]: ...

class _ItemCobranca(TypedDict, total=False):
    servico_id: str | int | None
    servico_codigo: str | None
    descricao: str | None
    quantidade: Decimal | int | str | float | None
    valor_unitario: Decimal | int | str | float | None
    desconto: Decimal | int | str | float | None
    valor: Decimal | int | str | float | None

@final
class ItemCobranca:
    """What one item adds to a charge."""
    def __new__(cls, **fields: Unpack[_ItemCobranca]) -> ItemCobranca: ...
    @staticmethod
    def from_dict(data: Mapping[str, Any] | ItemCobranca, *, mode: _Mode = ...) -> ItemCobranca:
        """Reads and checks a mapping with snake_case or camelCase keys."""
    @staticmethod
    def from_json(text: str | bytes, *, mode: _Mode = ...) -> ItemCobranca:
        """Reads and checks JSON text or bytes."""
    @staticmethod
    def check(data: object, *, mode: _Mode = ..., intent: _Intent = ..., today: date | None = ...) -> Report:
        """Returns all findings of a mapping as data, without making a model."""
    @staticmethod
    def check_all(
        rows: str | bytes | Iterable[object] | Any,
        *,
        mode: _Mode = ...,
        intent: _Intent = ...,
        today: date | None = ...,
    ) -> Checked[ItemCobranca]:
        """Checks many records in one call: JSON (a list, or an object with a list under `data`), a table of any
        data-frame library, or mappings and models. Returns the valid records, and a report for each
        record with a finding, by its index from 0."""
    @staticmethod
    def list_from_json(text: str | bytes) -> list[ItemCobranca]:
        """Reads the records of an answer of the platform: JSON, a list or an object with a list under `data`.
        Nothing is refused: a field that cannot be read is absent, with an entry in the record's
        `findings`."""
    def validar(self, *, mode: _Mode = ..., intent: _Intent = ..., today: date | None = ...) -> Report:
        """Returns all findings of this model as data."""
    def replace(self, **changes: Unpack[_ItemCobranca]) -> ItemCobranca:
        """Returns a copy with some fields changed. `None` removes a field."""
    def __replace__(self, **changes: Unpack[_ItemCobranca]) -> ItemCobranca: ...
    def to_dict(self) -> dict[str, Any]:
        """The present fields, by their snake_case names."""
    def to_json(self) -> str:
        """The model as JSON with camelCase names. Decimals and dates are strings."""
    @property
    def outcome(self) -> Literal["created", "updated", "unchanged", "already_done"] | None:
        """The effect of the write that answered with this model: `created`, `updated`, `unchanged` or
        `already_done`. None for a model from another source. It is not part of equality."""
    @property
    def findings(self) -> tuple[Finding, ...]:
        """The fields of the platform's answer that could not be read and are absent, such as the date `0000-00-00`
        or an invalid number. Empty for a model from another source. It is not pickled, and not part of
        equality."""
    @property
    def extras(self) -> dict[str, Any]:
        """Fields that the platform sent and this version does not know, unchanged."""
    @property
    def servico_id(self) -> str | None:
        """The service."""
    @property
    def servico_codigo(self) -> str | None:
        """The service's code."""
    @property
    def descricao(self) -> str | None:
        """Description."""
    @property
    def quantidade(self) -> Decimal | None:
        """How many."""
    @property
    def valor_unitario(self) -> Decimal | None:
        """Price of a unit, in reais."""
    @property
    def desconto(self) -> Decimal | None:
        """Discount, in reais."""
    @property
    def valor(self) -> Decimal | None:
        """Total, in reais."""

    @classmethod
    def __class_getitem__(cls, _item: Any) -> Any: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __copy__(self) -> ItemCobranca: ...
    def __deepcopy__(self, _memo: Any) -> ItemCobranca: ...
    def __reduce__(self) -> tuple[Any, tuple[str]]: ...

class _Retencao(TypedDict, total=False):
    valor: Decimal | int | str | float | None
    retido: bool | None

@final
class Retencao:
    """One tax of a charge."""
    def __new__(cls, **fields: Unpack[_Retencao]) -> Retencao: ...
    @staticmethod
    def from_dict(data: Mapping[str, Any] | Retencao, *, mode: _Mode = ...) -> Retencao:
        """Reads and checks a mapping with snake_case or camelCase keys."""
    @staticmethod
    def from_json(text: str | bytes, *, mode: _Mode = ...) -> Retencao:
        """Reads and checks JSON text or bytes."""
    @staticmethod
    def check(data: object, *, mode: _Mode = ..., intent: _Intent = ..., today: date | None = ...) -> Report:
        """Returns all findings of a mapping as data, without making a model."""
    @staticmethod
    def check_all(
        rows: str | bytes | Iterable[object] | Any,
        *,
        mode: _Mode = ...,
        intent: _Intent = ...,
        today: date | None = ...,
    ) -> Checked[Retencao]:
        """Checks many records in one call: JSON (a list, or an object with a list under `data`), a table of any
        data-frame library, or mappings and models. Returns the valid records, and a report for each
        record with a finding, by its index from 0."""
    @staticmethod
    def list_from_json(text: str | bytes) -> list[Retencao]:
        """Reads the records of an answer of the platform: JSON, a list or an object with a list under `data`.
        Nothing is refused: a field that cannot be read is absent, with an entry in the record's
        `findings`."""
    def validar(self, *, mode: _Mode = ..., intent: _Intent = ..., today: date | None = ...) -> Report:
        """Returns all findings of this model as data."""
    def replace(self, **changes: Unpack[_Retencao]) -> Retencao:
        """Returns a copy with some fields changed. `None` removes a field."""
    def __replace__(self, **changes: Unpack[_Retencao]) -> Retencao: ...
    def to_dict(self) -> dict[str, Any]:
        """The present fields, by their snake_case names."""
    def to_json(self) -> str:
        """The model as JSON with camelCase names. Decimals and dates are strings."""
    @property
    def outcome(self) -> Literal["created", "updated", "unchanged", "already_done"] | None:
        """The effect of the write that answered with this model: `created`, `updated`, `unchanged` or
        `already_done`. None for a model from another source. It is not part of equality."""
    @property
    def findings(self) -> tuple[Finding, ...]:
        """The fields of the platform's answer that could not be read and are absent, such as the date `0000-00-00`
        or an invalid number. Empty for a model from another source. It is not pickled, and not part of
        equality."""
    @property
    def extras(self) -> dict[str, Any]:
        """Fields that the platform sent and this version does not know, unchanged."""
    @property
    def valor(self) -> Decimal | None:
        """How much, in reais."""
    @property
    def retido(self) -> bool | None:
        """Whether the customer withholds it."""

    @classmethod
    def __class_getitem__(cls, _item: Any) -> Any: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __copy__(self) -> Retencao: ...
    def __deepcopy__(self, _memo: Any) -> Retencao: ...
    def __reduce__(self) -> tuple[Any, tuple[str]]: ...

class _RetencoesCobranca(TypedDict, total=False):
    ir: Retencao | Mapping[str, Any] | None
    pis: Retencao | Mapping[str, Any] | None
    cofins: Retencao | Mapping[str, Any] | None
    csll: Retencao | Mapping[str, Any] | None
    inss: Retencao | Mapping[str, Any] | None
    iss: Retencao | Mapping[str, Any] | None

@final
class RetencoesCobranca:
    """The taxes of a charge."""
    def __new__(cls, **fields: Unpack[_RetencoesCobranca]) -> RetencoesCobranca: ...
    @staticmethod
    def from_dict(data: Mapping[str, Any] | RetencoesCobranca, *, mode: _Mode = ...) -> RetencoesCobranca:
        """Reads and checks a mapping with snake_case or camelCase keys."""
    @staticmethod
    def from_json(text: str | bytes, *, mode: _Mode = ...) -> RetencoesCobranca:
        """Reads and checks JSON text or bytes."""
    @staticmethod
    def check(data: object, *, mode: _Mode = ..., intent: _Intent = ..., today: date | None = ...) -> Report:
        """Returns all findings of a mapping as data, without making a model."""
    @staticmethod
    def check_all(
        rows: str | bytes | Iterable[object] | Any,
        *,
        mode: _Mode = ...,
        intent: _Intent = ...,
        today: date | None = ...,
    ) -> Checked[RetencoesCobranca]:
        """Checks many records in one call: JSON (a list, or an object with a list under `data`), a table of any
        data-frame library, or mappings and models. Returns the valid records, and a report for each
        record with a finding, by its index from 0."""
    @staticmethod
    def list_from_json(text: str | bytes) -> list[RetencoesCobranca]:
        """Reads the records of an answer of the platform: JSON, a list or an object with a list under `data`.
        Nothing is refused: a field that cannot be read is absent, with an entry in the record's
        `findings`."""
    def validar(self, *, mode: _Mode = ..., intent: _Intent = ..., today: date | None = ...) -> Report:
        """Returns all findings of this model as data."""
    def replace(self, **changes: Unpack[_RetencoesCobranca]) -> RetencoesCobranca:
        """Returns a copy with some fields changed. `None` removes a field."""
    def __replace__(self, **changes: Unpack[_RetencoesCobranca]) -> RetencoesCobranca: ...
    def to_dict(self) -> dict[str, Any]:
        """The present fields, by their snake_case names."""
    def to_json(self) -> str:
        """The model as JSON with camelCase names. Decimals and dates are strings."""
    @property
    def outcome(self) -> Literal["created", "updated", "unchanged", "already_done"] | None:
        """The effect of the write that answered with this model: `created`, `updated`, `unchanged` or
        `already_done`. None for a model from another source. It is not part of equality."""
    @property
    def findings(self) -> tuple[Finding, ...]:
        """The fields of the platform's answer that could not be read and are absent, such as the date `0000-00-00`
        or an invalid number. Empty for a model from another source. It is not pickled, and not part of
        equality."""
    @property
    def extras(self) -> dict[str, Any]:
        """Fields that the platform sent and this version does not know, unchanged."""
    @property
    def ir(self) -> Retencao | None:
        """Imposto de Renda."""
    @property
    def pis(self) -> Retencao | None:
        """PIS."""
    @property
    def cofins(self) -> Retencao | None:
        """COFINS."""
    @property
    def csll(self) -> Retencao | None:
        """CSLL."""
    @property
    def inss(self) -> Retencao | None:
        """INSS."""
    @property
    def iss(self) -> Retencao | None:
        """ISS."""

    @classmethod
    def __class_getitem__(cls, _item: Any) -> Any: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __copy__(self) -> RetencoesCobranca: ...
    def __deepcopy__(self, _memo: Any) -> RetencoesCobranca: ...
    def __reduce__(self) -> tuple[Any, tuple[str]]: ...

class _Boleto(TypedDict, total=False):
    nosso_numero: str | None
    linha_digitavel: str | None
    codigo_barras: str | None
    banco: str | None
    url: str | None
    pdf: str | None
    vencimento: date | str | None
    valor: Decimal | int | str | float | None

@final
class Boleto:
    """The bank slip of a charge."""
    def __new__(cls, **fields: Unpack[_Boleto]) -> Boleto: ...
    @staticmethod
    def from_dict(data: Mapping[str, Any] | Boleto, *, mode: _Mode = ...) -> Boleto:
        """Reads and checks a mapping with snake_case or camelCase keys."""
    @staticmethod
    def from_json(text: str | bytes, *, mode: _Mode = ...) -> Boleto:
        """Reads and checks JSON text or bytes."""
    @staticmethod
    def check(data: object, *, mode: _Mode = ..., intent: _Intent = ..., today: date | None = ...) -> Report:
        """Returns all findings of a mapping as data, without making a model."""
    @staticmethod
    def check_all(
        rows: str | bytes | Iterable[object] | Any,
        *,
        mode: _Mode = ...,
        intent: _Intent = ...,
        today: date | None = ...,
    ) -> Checked[Boleto]:
        """Checks many records in one call: JSON (a list, or an object with a list under `data`), a table of any
        data-frame library, or mappings and models. Returns the valid records, and a report for each
        record with a finding, by its index from 0."""
    @staticmethod
    def list_from_json(text: str | bytes) -> list[Boleto]:
        """Reads the records of an answer of the platform: JSON, a list or an object with a list under `data`.
        Nothing is refused: a field that cannot be read is absent, with an entry in the record's
        `findings`."""
    def validar(self, *, mode: _Mode = ..., intent: _Intent = ..., today: date | None = ...) -> Report:
        """Returns all findings of this model as data."""
    def replace(self, **changes: Unpack[_Boleto]) -> Boleto:
        """Returns a copy with some fields changed. `None` removes a field."""
    def __replace__(self, **changes: Unpack[_Boleto]) -> Boleto: ...
    def to_dict(self) -> dict[str, Any]:
        """The present fields, by their snake_case names."""
    def to_json(self) -> str:
        """The model as JSON with camelCase names. Decimals and dates are strings."""
    @property
    def outcome(self) -> Literal["created", "updated", "unchanged", "already_done"] | None:
        """The effect of the write that answered with this model: `created`, `updated`, `unchanged` or
        `already_done`. None for a model from another source. It is not part of equality."""
    @property
    def findings(self) -> tuple[Finding, ...]:
        """The fields of the platform's answer that could not be read and are absent, such as the date `0000-00-00`
        or an invalid number. Empty for a model from another source. It is not pickled, and not part of
        equality."""
    @property
    def extras(self) -> dict[str, Any]:
        """Fields that the platform sent and this version does not know, unchanged."""
    @property
    def nosso_numero(self) -> str | None:
        """The bank's own number."""
    @property
    def linha_digitavel(self) -> str | None:
        """Typeable line, 47 or 48 digits."""
    @property
    def codigo_barras(self) -> str | None:
        """Barcode, 44 digits."""
    @property
    def banco(self) -> str | None:
        """The bank, by its 3-digit code."""
    @property
    def url(self) -> str | None:
        """Where it can be seen."""
    @property
    def pdf(self) -> str | None:
        """Where it can be had as a PDF."""
    @property
    def vencimento(self) -> date | None:
        """Due date."""
    @property
    def valor(self) -> Decimal | None:
        """Amount, in reais."""

    @classmethod
    def __class_getitem__(cls, _item: Any) -> Any: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __copy__(self) -> Boleto: ...
    def __deepcopy__(self, _memo: Any) -> Boleto: ...
    def __reduce__(self) -> tuple[Any, tuple[str]]: ...

class _Pix(TypedDict, total=False):
    copia_e_cola: str | None
    txid: str | None
    qr_code_url: str | None
    expira_em: datetime | str | None
    end_to_end_id: str | None

@final
class Pix:
    """The PIX of a charge."""
    def __new__(cls, **fields: Unpack[_Pix]) -> Pix: ...
    @staticmethod
    def from_dict(data: Mapping[str, Any] | Pix, *, mode: _Mode = ...) -> Pix:
        """Reads and checks a mapping with snake_case or camelCase keys."""
    @staticmethod
    def from_json(text: str | bytes, *, mode: _Mode = ...) -> Pix:
        """Reads and checks JSON text or bytes."""
    @staticmethod
    def check(data: object, *, mode: _Mode = ..., intent: _Intent = ..., today: date | None = ...) -> Report:
        """Returns all findings of a mapping as data, without making a model."""
    @staticmethod
    def check_all(
        rows: str | bytes | Iterable[object] | Any,
        *,
        mode: _Mode = ...,
        intent: _Intent = ...,
        today: date | None = ...,
    ) -> Checked[Pix]:
        """Checks many records in one call: JSON (a list, or an object with a list under `data`), a table of any
        data-frame library, or mappings and models. Returns the valid records, and a report for each
        record with a finding, by its index from 0."""
    @staticmethod
    def list_from_json(text: str | bytes) -> list[Pix]:
        """Reads the records of an answer of the platform: JSON, a list or an object with a list under `data`.
        Nothing is refused: a field that cannot be read is absent, with an entry in the record's
        `findings`."""
    def validar(self, *, mode: _Mode = ..., intent: _Intent = ..., today: date | None = ...) -> Report:
        """Returns all findings of this model as data."""
    def replace(self, **changes: Unpack[_Pix]) -> Pix:
        """Returns a copy with some fields changed. `None` removes a field."""
    def __replace__(self, **changes: Unpack[_Pix]) -> Pix: ...
    def to_dict(self) -> dict[str, Any]:
        """The present fields, by their snake_case names."""
    def to_json(self) -> str:
        """The model as JSON with camelCase names. Decimals and dates are strings."""
    @property
    def outcome(self) -> Literal["created", "updated", "unchanged", "already_done"] | None:
        """The effect of the write that answered with this model: `created`, `updated`, `unchanged` or
        `already_done`. None for a model from another source. It is not part of equality."""
    @property
    def findings(self) -> tuple[Finding, ...]:
        """The fields of the platform's answer that could not be read and are absent, such as the date `0000-00-00`
        or an invalid number. Empty for a model from another source. It is not pickled, and not part of
        equality."""
    @property
    def extras(self) -> dict[str, Any]:
        """Fields that the platform sent and this version does not know, unchanged."""
    @property
    def copia_e_cola(self) -> str | None:
        """The BR Code to copy and paste, up to 512 characters."""
    @property
    def txid(self) -> str | None:
        """Transaction identifier."""
    @property
    def qr_code_url(self) -> str | None:
        """Where the QR image is."""
    @property
    def expira_em(self) -> datetime | None:
        """When it expires."""
    @property
    def end_to_end_id(self) -> str | None:
        """Identifier of the payment."""

    @classmethod
    def __class_getitem__(cls, _item: Any) -> Any: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __copy__(self) -> Pix: ...
    def __deepcopy__(self, _memo: Any) -> Pix: ...
    def __reduce__(self) -> tuple[Any, tuple[str]]: ...

class _Nfse(TypedDict, total=False):
    numero: str | None
    serie_rps: str | None
    numero_rps: str | None
    codigo_verificacao: str | None
    situacao: (
        Literal["AGENDADA", "ENVIADA", "AUTORIZADA", "CANCELANDO", "CANCELADA", "CANCELAMENTO_NEGADO", "ERRO"]
        | str
        | None
    )
    url_pdf: str | None
    url_xml: str | None
    data_emissao: date | str | None
    valor: Decimal | int | str | float | None
    deducoes: Decimal | int | str | float | None

@final
class Nfse:
    """The service invoice of a charge."""
    def __new__(cls, **fields: Unpack[_Nfse]) -> Nfse: ...
    @staticmethod
    def from_dict(data: Mapping[str, Any] | Nfse, *, mode: _Mode = ...) -> Nfse:
        """Reads and checks a mapping with snake_case or camelCase keys."""
    @staticmethod
    def from_json(text: str | bytes, *, mode: _Mode = ...) -> Nfse:
        """Reads and checks JSON text or bytes."""
    @staticmethod
    def check(data: object, *, mode: _Mode = ..., intent: _Intent = ..., today: date | None = ...) -> Report:
        """Returns all findings of a mapping as data, without making a model."""
    @staticmethod
    def check_all(
        rows: str | bytes | Iterable[object] | Any,
        *,
        mode: _Mode = ...,
        intent: _Intent = ...,
        today: date | None = ...,
    ) -> Checked[Nfse]:
        """Checks many records in one call: JSON (a list, or an object with a list under `data`), a table of any
        data-frame library, or mappings and models. Returns the valid records, and a report for each
        record with a finding, by its index from 0."""
    @staticmethod
    def list_from_json(text: str | bytes) -> list[Nfse]:
        """Reads the records of an answer of the platform: JSON, a list or an object with a list under `data`.
        Nothing is refused: a field that cannot be read is absent, with an entry in the record's
        `findings`."""
    def validar(self, *, mode: _Mode = ..., intent: _Intent = ..., today: date | None = ...) -> Report:
        """Returns all findings of this model as data."""
    def replace(self, **changes: Unpack[_Nfse]) -> Nfse:
        """Returns a copy with some fields changed. `None` removes a field."""
    def __replace__(self, **changes: Unpack[_Nfse]) -> Nfse: ...
    def to_dict(self) -> dict[str, Any]:
        """The present fields, by their snake_case names."""
    def to_json(self) -> str:
        """The model as JSON with camelCase names. Decimals and dates are strings."""
    @property
    def outcome(self) -> Literal["created", "updated", "unchanged", "already_done"] | None:
        """The effect of the write that answered with this model: `created`, `updated`, `unchanged` or
        `already_done`. None for a model from another source. It is not part of equality."""
    @property
    def findings(self) -> tuple[Finding, ...]:
        """The fields of the platform's answer that could not be read and are absent, such as the date `0000-00-00`
        or an invalid number. Empty for a model from another source. It is not pickled, and not part of
        equality."""
    @property
    def extras(self) -> dict[str, Any]:
        """Fields that the platform sent and this version does not know, unchanged."""
    @property
    def numero(self) -> str | None:
        """Number."""
    @property
    def serie_rps(self) -> str | None:
        """Series of the RPS."""
    @property
    def numero_rps(self) -> str | None:
        """Number of the RPS."""
    @property
    def codigo_verificacao(self) -> str | None:
        """Verification code."""
    @property
    def situacao(self) -> str | None:
        """Where it is in its life."""
    @property
    def url_pdf(self) -> str | None:
        """Where it can be had as a PDF."""
    @property
    def url_xml(self) -> str | None:
        """Where it can be had as XML."""
    @property
    def data_emissao(self) -> date | None:
        """Date of issue."""
    @property
    def valor(self) -> Decimal | None:
        """Amount, in reais."""
    @property
    def deducoes(self) -> Decimal | None:
        """Deductions, in reais."""

    @classmethod
    def __class_getitem__(cls, _item: Any) -> Any: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __copy__(self) -> Nfse: ...
    def __deepcopy__(self, _memo: Any) -> Nfse: ...
    def __reduce__(self) -> tuple[Any, tuple[str]]: ...

class _Nfe(TypedDict, total=False):
    chave: str | None
    numero: str | None
    serie: str | None

@final
class Nfe:
    """The goods invoice of a charge."""
    def __new__(cls, **fields: Unpack[_Nfe]) -> Nfe: ...
    @staticmethod
    def from_dict(data: Mapping[str, Any] | Nfe, *, mode: _Mode = ...) -> Nfe:
        """Reads and checks a mapping with snake_case or camelCase keys."""
    @staticmethod
    def from_json(text: str | bytes, *, mode: _Mode = ...) -> Nfe:
        """Reads and checks JSON text or bytes."""
    @staticmethod
    def check(data: object, *, mode: _Mode = ..., intent: _Intent = ..., today: date | None = ...) -> Report:
        """Returns all findings of a mapping as data, without making a model."""
    @staticmethod
    def check_all(
        rows: str | bytes | Iterable[object] | Any,
        *,
        mode: _Mode = ...,
        intent: _Intent = ...,
        today: date | None = ...,
    ) -> Checked[Nfe]:
        """Checks many records in one call: JSON (a list, or an object with a list under `data`), a table of any
        data-frame library, or mappings and models. Returns the valid records, and a report for each
        record with a finding, by its index from 0."""
    @staticmethod
    def list_from_json(text: str | bytes) -> list[Nfe]:
        """Reads the records of an answer of the platform: JSON, a list or an object with a list under `data`.
        Nothing is refused: a field that cannot be read is absent, with an entry in the record's
        `findings`."""
    def validar(self, *, mode: _Mode = ..., intent: _Intent = ..., today: date | None = ...) -> Report:
        """Returns all findings of this model as data."""
    def replace(self, **changes: Unpack[_Nfe]) -> Nfe:
        """Returns a copy with some fields changed. `None` removes a field."""
    def __replace__(self, **changes: Unpack[_Nfe]) -> Nfe: ...
    def to_dict(self) -> dict[str, Any]:
        """The present fields, by their snake_case names."""
    def to_json(self) -> str:
        """The model as JSON with camelCase names. Decimals and dates are strings."""
    @property
    def outcome(self) -> Literal["created", "updated", "unchanged", "already_done"] | None:
        """The effect of the write that answered with this model: `created`, `updated`, `unchanged` or
        `already_done`. None for a model from another source. It is not part of equality."""
    @property
    def findings(self) -> tuple[Finding, ...]:
        """The fields of the platform's answer that could not be read and are absent, such as the date `0000-00-00`
        or an invalid number. Empty for a model from another source. It is not pickled, and not part of
        equality."""
    @property
    def extras(self) -> dict[str, Any]:
        """Fields that the platform sent and this version does not know, unchanged."""
    @property
    def chave(self) -> str | None:
        """Access key, 44 characters."""
    @property
    def numero(self) -> str | None:
        """Number."""
    @property
    def serie(self) -> str | None:
        """Series."""

    @classmethod
    def __class_getitem__(cls, _item: Any) -> Any: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __copy__(self) -> Nfe: ...
    def __deepcopy__(self, _memo: Any) -> Nfe: ...
    def __reduce__(self) -> tuple[Any, tuple[str]]: ...

class _ContratoAction(TypedDict, total=False):
    """How and when a contract is activated, deactivated, suspended or cancelled."""

    motivo: str | None
    data: date | str | None
    momento: Literal["IMEDIATO", "FIM_DO_CICLO"] | str | None
    cobrar_proporcional: bool | None
    suspender_ate: date | str | None

class _ClientesFilter(TypedDict, total=False):
    """Which customers to list."""

    codigo_externo: str | None
    cpf_cnpj: str | None
    nome: str | None
    email: str | None
    grupo: str | None
    situacao: Sequence[Literal["ATIVO", "INATIVO"] | str] | None
    alterado_desde: datetime | str | None

class _ServicosFilter(TypedDict, total=False):
    """Which services to list."""

    codigo: str | None
    codigo_externo: str | None
    tipo_cobranca: Literal["FIXO", "CONSUMO", "UNICO"] | str | None
    situacao: Sequence[Literal["ATIVO", "INATIVO"] | str] | None

class _ContratosFilter(TypedDict, total=False):
    """Which contracts to list."""

    cliente_id: str | int | None
    cliente_codigo_externo: str | None
    codigo_externo: str | None
    numero: str | None
    situacao: Sequence[Literal["INATIVO", "ATIVO", "SUSPENSO", "CANCELADO", "EXPIRADO"] | str] | None
    alterado_desde: datetime | str | None

class _ConsumosFilter(TypedDict, total=False):
    """Which usage to list."""

    id_externo: str | None
    contrato_id: str | int | None
    contrato_codigo_externo: str | None
    servico_id: str | int | None
    servico_codigo: str | None
    competencia: str | date | None
    situacao: Sequence[Literal["PENDENTE", "FATURADO", "REMOVIDO"] | str] | None
    alterado_desde: datetime | str | None

class _CobrancasFilter(TypedDict, total=False):
    """Which charges to list."""

    cliente_id: str | int | None
    contrato_id: str | int | None
    situacao: (
        Sequence[
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
            | str
        ]
        | None
    )
    tipo_data: Literal["EMISSAO", "VENCIMENTO", "PAGAMENTO", "COMPETENCIA"] | str | None
    de: date | str | None
    ate: date | str | None
    competencia: str | date | None
    valor_min: Decimal | int | str | float | None
    valor_max: Decimal | int | str | float | None
    forma_pagamento: Literal["BOLETO", "PIX", "CARTAO", "DEBITO", "TRANSFERENCIA", "INDEFINIDO"] | str | None
    nosso_numero: str | None
    numero_documento: str | None
    ordenar_por: Literal["EMISSAO", "VENCIMENTO", "PAGAMENTO", "VALOR", "NUMERO"] | str | None
    ordem: Literal["CRESCENTE", "DECRESCENTE"] | str | None
