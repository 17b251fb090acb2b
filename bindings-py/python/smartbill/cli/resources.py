"""The commands for single records: ``clientes``, ``servicos``, ``contratos``, ``consumos``, ``cobrancas``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any, Optional

import typer

from ..errors import ConfigurationError
from ._frame import App, needs_command, whole
from .config import Config
from .language import t
from .output import PARTIAL, exit_code, money, note, says_yes, table, write_json

__all__ = ["FILTER", "fields_of", "once", "register"]

FILTER = typer.Option(
    None,
    "--filtro",
    "-f",
    metavar=t("campo=valor", "field=value"),
    help=t(
        "Filtro `campo=valor`; pode repetir (`-f situacao=EM_ABERTO`).",
        "Filter `field=value`; may be repeated (`-f situacao=EM_ABERTO`).",
    ),
)
_LIMIT = typer.Option(
    100,
    "--limite",
    parser=whole(1),
    metavar=t("número", "number"),
    help=t("Máximo de registros mostrados; 100 por padrão.", "The most records shown; 100 by default."),
)
_ID = typer.Argument(help=t("O id do registro na plataforma.", "The record's id on the platform."))
_IDS = typer.Argument(help=t("Os ids dos contratos na plataforma.", "The contracts' ids on the platform."))


def _fields(default: Any = ...) -> Any:
    return typer.Argument(
        default,
        help=t(
            "`campo=valor`, como `nome='Padaria Aurora'` ou `endereco.cep=01310100`.",
            "`field=value`, such as `nome='Padaria Aurora'` or `endereco.cep=01310100`.",
        ),
        metavar=t("dados", "data"),
    )


_FIELDS, _OPTIONAL_FIELDS = _fields(), _fields(None)

# The columns of the listings' tables: header and field.
_COLUMNS: dict[str, list[tuple[str, str]]] = {
    "clientes": [
        ("id", "id"),
        (t("código", "code"), "codigo_externo"),
        (t("nome", "name"), "nome"),
        (t("situação", "state"), "situacao"),
    ],
    "servicos": [
        ("id", "id"),
        (t("código", "code"), "codigo"),
        (t("nome", "name"), "nome"),
        (t("cobrança", "charging"), "tipo_cobranca"),
        (t("valor unitário", "price"), "valor_unitario"),
    ],
    "contratos": [
        ("id", "id"),
        (t("código", "code"), "codigo_externo"),
        (t("cliente", "customer"), "cliente_codigo_externo"),
        (t("início", "begins"), "data_inicio"),
        (t("situação", "state"), "situacao"),
    ],
    "consumos": [
        ("id", "id"),
        (t("id externo", "external id"), "id_externo"),
        (t("contrato", "contract"), "contrato_codigo_externo"),
        (t("serviço", "service"), "servico_codigo"),
        (t("competência", "month"), "competencia"),
        (t("quantidade", "quantity"), "quantidade"),
        (t("situação", "state"), "situacao"),
    ],
    "cobrancas": [
        ("id", "id"),
        (t("número", "number"), "numero"),
        (t("cliente", "customer"), "cliente_id"),
        (t("competência", "month"), "competencia"),
        (t("vencimento", "due"), "data_vencimento"),
        (t("valor", "amount"), "valor_original"),
        (t("saldo", "balance"), "saldo"),
        (t("situação", "state"), "situacao"),
    ],
}
_MONEY = {"valor_original", "saldo", "valor_pago"}


def fields_of(pairs: Iterable[str] | None, option: str = "--filtro") -> dict[str, Any]:
    """Reads ``field=value`` arguments as a dictionary. A repeated field becomes a list."""
    parsed: dict[str, Any] = {}
    for pair in pairs or ():
        name, equals, value = pair.partition("=")
        if not equals or not name.strip():
            raise ConfigurationError(
                t(f"`{option}`: `{pair}` não é `campo=valor`", f"`{option}`: `{pair}` is not `field=value`")
            )
        name = name.strip()
        if name in parsed:
            previous = parsed[name]
            parsed[name] = [*previous, value] if isinstance(previous, list) else [previous, value]
        else:
            parsed[name] = value
    return parsed


def once(option: str, pairs: Iterable[str] | None) -> dict[str, str] | None:
    """Reads the ``field=value`` arguments of an option that takes each field once."""
    fields = fields_of(pairs, option)
    for name, value in fields.items():
        if isinstance(value, list):
            raise ConfigurationError(
                t(f"`{option}`: `{name}` vem mais de uma vez", f"`{option}`: `{name}` comes more than once")
            )
    return fields or None


def _nested(pairs: Iterable[str] | None) -> dict[str, Any]:
    obj: dict[str, Any] = {}
    for name, value in fields_of(pairs, t("dados", "data")).items():
        *outer, inner = name.split(".")
        place = obj
        for part in outer:
            place = place.setdefault(part, {})
            if not isinstance(place, dict):
                raise ConfigurationError(t(f"`{part}` já tem um valor", f"`{part}` has a value already"))
        if inner in place:
            raise ConfigurationError(t(f"`{inner}` já tem um valor", f"`{inner}` has a value already"))
        place[inner] = value
    return obj


def _filters(resource: str, pairs: Iterable[str] | None) -> dict[str, Any]:
    filters = fields_of(pairs)
    for name, value in filters.items():
        if name == "situacao" and not isinstance(value, list):
            filters[name] = [value]
    return filters


def _cell(record: Any, field: str) -> Any:
    value = getattr(record, field)
    return money(value) if field in _MONEY else value


def _listar(context: typer.Context, resource: str, pairs: list[str] | None, limit: int) -> None:
    config: Config = context.obj
    with config.client() as sb:
        # Past the keyword parameters: which names there are is for the core to say.
        listing: Any = sb._core.listar(resource, _filters(resource, pairs), None, {"page_size": min(limit, 100)})  # type: ignore[call-overload]
        records = list(islice(listing, limit))
        more = next(listing, None) is not None
        total = listing.total
    if config.json:
        write_json(records)
        return
    columns = _COLUMNS[resource]
    numeric = [i for i, (_, field) in enumerate(columns) if field in _MONEY | {"quantidade", "valor_unitario"}]
    table([title for title, _ in columns], [[_cell(r, field) for _, field in columns] for r in records], numeric)
    if more:
        de = "" if total is None else t(f" de {total}", f" of {total}")
        note(
            t(
                f"{len(records)}{de} registros; peça mais com --limite",
                f"{len(records)}{de} records; ask for more with --limite",
            )
        )


def _show(config: Config, record: Any) -> None:
    if config.json:
        write_json(record)
        return
    _show_fields(record.to_dict())


def _show_fields(data: Mapping[str, Any], prefix: str = "") -> None:
    rows: list[tuple[str, Any]] = []

    def collect(data: Mapping[str, Any], prefix: str) -> None:
        for name, value in data.items():
            if isinstance(value, Mapping):
                collect(value, f"{prefix}{name}.")
            elif isinstance(value, (list, tuple)):
                for i, item in enumerate(value):
                    collect(item, f"{prefix}{name}[{i}].") if isinstance(item, Mapping) else rows.append(
                        (f"{prefix}{name}[{i}]", item)
                    )
            else:
                rows.append((f"{prefix}{name}", value))

    collect(data, prefix)
    table(["", ""], rows)


def _group(name: str, help_text: str) -> typer.Typer:
    return App(name, help_text, callback=needs_command, invoke_without_command=True)


clientes: typer.Typer = _group("clientes", t("Cadastro de clientes.", "Customers."))
servicos: typer.Typer = _group("servicos", t("Serviços (só leitura).", "Services (read-only)."))
contratos: typer.Typer = _group("contratos", t("Contratos.", "Contracts."))
consumos: typer.Typer = _group("consumos", t("Consumos (uso medido).", "Metered usage."))
cobrancas: typer.Typer = _group("cobrancas", t("Cobranças (só leitura).", "Charges (read-only)."))


def register(app: typer.Typer) -> None:
    """Adds the commands of every resource."""
    for name, sub in [
        ("clientes", clientes),
        ("servicos", servicos),
        ("contratos", contratos),
        ("consumos", consumos),
        ("cobrancas", cobrancas),
    ]:
        _read_commands(name, sub)
        app.add_typer(sub)
    for name, sub in [("clientes", clientes), ("contratos", contratos), ("consumos", consumos)]:
        _incluir_command(name, sub)
    for name, sub in [("clientes", clientes), ("consumos", consumos)]:
        _change_commands(name, sub)


def _read_commands(resource: str, sub: typer.Typer) -> None:
    @sub.command("listar", help=t("Lista, com filtros.", "Lists, with filters."))
    def listar(context: typer.Context, pairs: Optional[list[str]] = FILTER, limit: int = _LIMIT) -> None:
        _listar(context, resource, pairs, limit)

    if resource == "cobrancas":
        return

    @sub.command("obter", help=t("Mostra um registro.", "Shows one record."))
    def obter(context: typer.Context, id: str = _ID) -> None:
        with context.obj.client() as sb:
            _show(context.obj, getattr(sb, resource).obter(id))


def _incluir_command(resource: str, sub: typer.Typer) -> None:
    @sub.command("incluir", help=t("Inclui um registro.", "Adds a record."))
    def incluir(context: typer.Context, pairs: list[str] = _FIELDS) -> None:
        with context.obj.client() as sb:
            _show(context.obj, getattr(sb, resource).incluir(_data(resource, pairs)))


def _data(resource: str, data: list[str]) -> dict[str, Any]:
    """Builds the list of items of a contract: `itens.servicoCodigo=…` names one item."""
    obj = _nested(data)
    if resource == "contratos" and isinstance(obj.get("itens"), dict):
        obj["itens"] = [obj["itens"]]
    return obj


def _change_commands(resource: str, sub: typer.Typer) -> None:
    @sub.command("alterar", help=t("Altera os campos dados.", "Changes the fields given."))
    def alterar(
        context: typer.Context,
        id: str = _ID,
        pairs: Optional[list[str]] = _OPTIONAL_FIELDS,
        clear: Optional[list[str]] = typer.Option(
            None,
            "--limpar",
            metavar=t("campo", "field"),
            help=t("Campo a esvaziar; pode repetir.", "Field to empty; may be repeated."),
        ),
    ) -> None:
        if not pairs and not clear:
            raise ConfigurationError(
                t("diga o que muda, em dados ou --limpar", "say what changes, by data or --limpar")
            )
        with context.obj.client() as sb:
            record = getattr(sb, resource).alterar(id, _nested(pairs), clear=clear or ())
            _show(context.obj, record)

    @sub.command("remover", help=t("Remove um registro.", "Removes a record."))
    def remover(
        context: typer.Context,
        id: str = _ID,
        yes: bool = typer.Option(False, "--sim", help=t("Não pergunta.", "Does not ask.")),
    ) -> None:
        if not yes and not says_yes(t(f"remover {id}?", f"remove {id}?")):
            note(t("nada foi removido", "nothing was removed"))
            raise typer.Exit(PARTIAL)
        with context.obj.client() as sb:
            record = getattr(sb, resource).remover(id)
            _show(context.obj, record)


_REASON = typer.Option(None, metavar=t("texto", "text"), help=t("Motivo.", "Reason."))
_DATE = typer.Option(
    None,
    metavar=t("dia", "day"),
    help=t(
        "Data de efeito, AAAA-MM-DD; hoje por padrão.", "The day from which it holds, YYYY-MM-DD; today by default."
    ),
)


def _act(context: typer.Context, action: str, ids: list[str], **parameters: Any) -> None:
    config: Config = context.obj
    data = {name: value for name, value in parameters.items() if value is not None}
    results: list[dict[str, Any]] = []
    code = 0
    with config.client() as sb:
        if action in {"ativar", "desativar"}:
            for item in getattr(sb.contratos, action)(ids, **data):
                situacao = None if item.contrato is None else item.contrato.situacao
                results.append(
                    {"id": item.id, "situacao": situacao, "error": None if item.error is None else str(item.error)}
                )
                if item.error is not None:
                    code = max(code, exit_code(item.error))
        else:
            contrato = getattr(sb.contratos, action)(ids[0], **data)
            results.append({"id": ids[0], "situacao": contrato.situacao, "error": None})
    if config.json:
        write_json(results)
    else:
        table(["id", t("situação", "state"), t("erro", "error")], [tuple(r.values()) for r in results])
    raise typer.Exit(code)


@contratos.command(
    "ativar", help=t("Ativa contratos, ou retoma suspensos.", "Activates contracts, or resumes suspended ones.")
)
def _ativar(
    context: typer.Context, ids: list[str] = _IDS, motivo: Optional[str] = _REASON, data: Optional[str] = _DATE
) -> None:
    _act(context, "ativar", ids, motivo=motivo, data=data)


@contratos.command("desativar", help=t("Desativa contratos.", "Switches contracts off."))
def _desativar(
    context: typer.Context, ids: list[str] = _IDS, motivo: Optional[str] = _REASON, data: Optional[str] = _DATE
) -> None:
    _act(context, "desativar", ids, motivo=motivo, data=data)


@contratos.command("suspender", help=t("Suspende um contrato.", "Suspends a contract."))
def _suspender(
    context: typer.Context,
    id: str = _ID,
    motivo: Optional[str] = _REASON,
    data: Optional[str] = _DATE,
    until: Optional[str] = typer.Option(
        None,
        "--ate",
        metavar=t("dia", "day"),
        help=t("Dia em que a suspensão acaba, AAAA-MM-DD.", "The day on which the suspension ends, YYYY-MM-DD."),
    ),
) -> None:
    _act(context, "suspender", [id], motivo=motivo, data=data, suspender_ate=until)


@contratos.command("cancelar", help=t("Encerra um contrato para sempre.", "Ends a contract for good."))
def _cancelar(
    context: typer.Context,
    id: str = _ID,
    motivo: str = typer.Option(..., metavar=t("texto", "text"), help=t("Motivo.", "Reason.")),
    data: Optional[str] = _DATE,
) -> None:
    _act(context, "cancelar", [id], motivo=motivo, data=data)
