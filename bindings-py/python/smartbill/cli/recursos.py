"""The commands for single records: ``clientes``, ``servicos``, ``contratos``, ``consumos``, ``cobrancas``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any, Optional

import typer

from ..errors import ConfigurationError
from .configuracao import Configuracao
from .idioma import t
from .saida import codigo_de_saida, comando, dinheiro, em_json, nota, tabela

__all__ = ["FILTRO", "campos", "registrar"]

FILTRO = typer.Option(
    None,
    "--filtro",
    "-f",
    help=t(
        "Filtro `campo=valor`; pode repetir (`-f situacao=EM_ABERTO`).",
        "Filter `field=value`; may be repeated (`-f situacao=EM_ABERTO`).",
    ),
)
_LIMITE = typer.Option(100, min=1, help=t("Máximo de registros mostrados.", "The most records shown."))
_CAMPOS = typer.Argument(
    help=t(
        "`campo=valor`, como `nome='Padaria Aurora'` ou `endereco.cep=01310100`.",
        "`field=value`, such as `nome='Padaria Aurora'` or `endereco.cep=01310100`.",
    )
)

# What the tables of listings show: header and field.
_COLUNAS: dict[str, list[tuple[str, str]]] = {
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
_DINHEIRO = {"valor_original", "saldo", "valor_pago"}


def campos(pares: Iterable[str] | None) -> dict[str, Any]:
    """``campo=valor`` … as a dictionary; a field that comes twice is a list."""
    lidos: dict[str, Any] = {}
    for par in pares or ():
        nome, igual, valor = par.partition("=")
        if not igual or not nome.strip():
            raise ConfigurationError(t(f"`{par}` não é `campo=valor`", f"`{par}` is not `field=value`"))
        nome = nome.strip()
        if nome in lidos:
            anterior = lidos[nome]
            lidos[nome] = [*anterior, valor] if isinstance(anterior, list) else [anterior, valor]
        else:
            lidos[nome] = valor
    return lidos


def _aninhados(pares: Iterable[str] | None) -> dict[str, Any]:
    objeto: dict[str, Any] = {}
    for nome, valor in campos(pares).items():
        *fora, dentro = nome.split(".")
        lugar = objeto
        for parte in fora:
            lugar = lugar.setdefault(parte, {})
            if not isinstance(lugar, dict):
                raise ConfigurationError(t(f"`{parte}` já tem um valor", f"`{parte}` has a value already"))
        lugar[dentro] = valor
    return objeto


def _filtros(recurso: str, pares: Iterable[str] | None) -> dict[str, Any]:
    filtros = campos(pares)
    for nome, valor in filtros.items():
        if nome == "situacao" and not isinstance(valor, list):
            filtros[nome] = [valor]
    return filtros


def _celula(registro: Any, campo: str) -> Any:
    valor = getattr(registro, campo)
    return dinheiro(valor) if campo in _DINHEIRO else valor


def _listar(contexto: typer.Context, recurso: str, filtro: list[str] | None, limite: int) -> None:
    config: Configuracao = contexto.obj
    with config.cliente() as sb:
        listagem = getattr(sb, recurso).listar(**_filtros(recurso, filtro), tamanho_pagina=min(limite, 100))
        registros = list(islice(listagem, limite))
        ha_mais = next(listagem, None) is not None
        total = listagem.total
    if config.json:
        em_json(registros)
        return
    colunas = _COLUNAS[recurso]
    numericas = [i for i, (_, campo) in enumerate(colunas) if campo in _DINHEIRO | {"quantidade", "valor_unitario"}]
    tabela(
        [titulo for titulo, _ in colunas], [[_celula(r, campo) for _, campo in colunas] for r in registros], numericas
    )
    if ha_mais:
        de = "" if total is None else t(f" de {total}", f" of {total}")
        nota(
            t(
                f"{len(registros)}{de} registros; peça mais com --limite",
                f"{len(registros)}{de} records; ask for more with --limite",
            )
        )


def _mostrar(config: Configuracao, registro: Any) -> None:
    if config.json:
        em_json(registro)
        return
    _mostrar_campos(registro.to_dict())


def _mostrar_campos(dados: Mapping[str, Any], antes: str = "") -> None:
    linhas: list[tuple[str, Any]] = []

    def juntar(dados: Mapping[str, Any], antes: str) -> None:
        for nome, valor in dados.items():
            if isinstance(valor, Mapping):
                juntar(valor, f"{antes}{nome}.")
            elif isinstance(valor, (list, tuple)):
                for i, item in enumerate(valor):
                    juntar(item, f"{antes}{nome}[{i}].") if isinstance(item, Mapping) else linhas.append(
                        (f"{antes}{nome}[{i}]", item)
                    )
            else:
                linhas.append((f"{antes}{nome}", valor))

    juntar(dados, antes)
    tabela(["", ""], linhas)


def _novo(nome: str, ajuda: str) -> typer.Typer:
    return typer.Typer(name=nome, help=ajuda, no_args_is_help=True)


clientes = _novo("clientes", t("Cadastro de clientes.", "Customers."))
servicos = _novo("servicos", t("Serviços (só leitura).", "Services (read-only)."))
contratos = _novo("contratos", t("Contratos.", "Contracts."))
consumos = _novo("consumos", t("Consumos (uso medido).", "Metered usage."))
cobrancas = _novo("cobrancas", t("Cobranças (só leitura).", "Charges (read-only)."))


def registrar(app: typer.Typer) -> None:
    """Adds the commands of every resource."""
    for nome, sub in [
        ("clientes", clientes),
        ("servicos", servicos),
        ("contratos", contratos),
        ("consumos", consumos),
        ("cobrancas", cobrancas),
    ]:
        _comandos_de_leitura(nome, sub)
        app.add_typer(sub)
    for nome, sub in [("clientes", clientes), ("contratos", contratos), ("consumos", consumos)]:
        _comando_incluir(nome, sub)
    for nome, sub in [("clientes", clientes), ("consumos", consumos)]:
        _comandos_de_mudanca(nome, sub)


def _comandos_de_leitura(recurso: str, sub: typer.Typer) -> None:
    @sub.command("listar", help=t("Lista, com filtros.", "Lists, with filters."))
    @comando
    def listar(contexto: typer.Context, filtro: Optional[list[str]] = FILTRO, limite: int = _LIMITE) -> None:
        _listar(contexto, recurso, filtro, limite)

    if recurso == "cobrancas":
        return

    @sub.command("obter", help=t("Mostra um registro.", "Shows one record."))
    @comando
    def obter(contexto: typer.Context, id: str) -> None:
        with contexto.obj.cliente() as sb:
            _mostrar(contexto.obj, getattr(sb, recurso).obter(id))


def _comando_incluir(recurso: str, sub: typer.Typer) -> None:
    @sub.command("incluir", help=t("Inclui um registro.", "Adds a record."))
    @comando
    def incluir(contexto: typer.Context, dados: list[str] = _CAMPOS) -> None:
        with contexto.obj.cliente() as sb:
            _mostrar(contexto.obj, getattr(sb, recurso).incluir(_dados(recurso, dados)))


def _dados(recurso: str, dados: list[str]) -> dict[str, Any]:
    """Contracts hold lists of items: `itens.servicoCodigo=…` names one item."""
    objeto = _aninhados(dados)
    if recurso == "contratos" and isinstance(objeto.get("itens"), dict):
        objeto["itens"] = [objeto["itens"]]
    return objeto


def _comandos_de_mudanca(recurso: str, sub: typer.Typer) -> None:
    @sub.command("alterar", help=t("Altera os campos dados.", "Changes the fields given."))
    @comando
    def alterar(
        contexto: typer.Context,
        id: str,
        dados: Optional[list[str]] = _CAMPOS,
        limpar: Optional[list[str]] = typer.Option(
            None, help=t("Campo a esvaziar; pode repetir.", "Field to empty; may be repeated.")
        ),
    ) -> None:
        with contexto.obj.cliente() as sb:
            registro = getattr(sb, recurso).alterar(id, _aninhados(dados), limpar=limpar or ())
            _mostrar(contexto.obj, registro)

    @sub.command("remover", help=t("Remove um registro.", "Removes a record."))
    @comando
    def remover(
        contexto: typer.Context,
        id: str,
        sim: bool = typer.Option(False, "--sim", help=t("Não pergunta.", "Does not ask.")),
    ) -> None:
        if not sim:
            typer.confirm(t(f"remover {id}?", f"remove {id}?"), abort=True)
        with contexto.obj.cliente() as sb:
            registro = getattr(sb, recurso).remover(id)
            _mostrar(contexto.obj, registro)


_MOTIVO = typer.Option(None, help=t("Motivo.", "Reason."))
_DATA = typer.Option(
    None,
    help=t(
        "Data de efeito, AAAA-MM-DD; hoje por padrão.", "The day from which it holds, YYYY-MM-DD; today by default."
    ),
)


def _agir(contexto: typer.Context, acao: str, ids: list[str], **parametros: Any) -> None:
    config: Configuracao = contexto.obj
    dados = {nome: valor for nome, valor in parametros.items() if valor is not None}
    resultados: list[dict[str, Any]] = []
    codigo = 0
    with config.cliente() as sb:
        if acao in {"ativar", "desativar"}:
            for item in getattr(sb.contratos, acao)(ids, **dados):
                situacao = None if item.contrato is None else item.contrato.situacao
                resultados.append(
                    {"id": item.id, "situacao": situacao, "erro": None if item.erro is None else str(item.erro)}
                )
                if item.erro is not None:
                    codigo = max(codigo, codigo_de_saida(item.erro))
        else:
            contrato = getattr(sb.contratos, acao)(ids[0], **dados)
            resultados.append({"id": ids[0], "situacao": contrato.situacao, "erro": None})
    if config.json:
        em_json(resultados)
    else:
        tabela(["id", t("situação", "state"), t("erro", "error")], [tuple(r.values()) for r in resultados])
    raise typer.Exit(codigo)


@contratos.command(
    "ativar", help=t("Ativa contratos, ou retoma suspensos.", "Activates contracts, or resumes suspended ones.")
)
@comando
def _ativar(
    contexto: typer.Context, ids: list[str], motivo: Optional[str] = _MOTIVO, data: Optional[str] = _DATA
) -> None:
    _agir(contexto, "ativar", ids, motivo=motivo, data=data)


@contratos.command("desativar", help=t("Desativa contratos.", "Switches contracts off."))
@comando
def _desativar(
    contexto: typer.Context, ids: list[str], motivo: Optional[str] = _MOTIVO, data: Optional[str] = _DATA
) -> None:
    _agir(contexto, "desativar", ids, motivo=motivo, data=data)


@contratos.command("suspender", help=t("Suspende um contrato.", "Suspends a contract."))
@comando
def _suspender(
    contexto: typer.Context,
    id: str,
    motivo: Optional[str] = _MOTIVO,
    data: Optional[str] = _DATA,
    ate: Optional[str] = typer.Option(
        None, help=t("Dia em que a suspensão acaba.", "The day on which the suspension ends.")
    ),
) -> None:
    _agir(contexto, "suspender", [id], motivo=motivo, data=data, suspender_ate=ate)


@contratos.command("cancelar", help=t("Encerra um contrato para sempre.", "Ends a contract for good."))
@comando
def _cancelar(
    contexto: typer.Context,
    id: str,
    motivo: str = typer.Option(..., help=t("Motivo.", "Reason.")),
    data: Optional[str] = _DATA,
) -> None:
    _agir(contexto, "cancelar", [id], motivo=motivo, data=data)
