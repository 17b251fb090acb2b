"""What the command line shows: tables, progress and errors, or JSON; and the exit codes."""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import islice
from types import TracebackType
from typing import TYPE_CHECKING, Any, Callable, TypeVar

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from .. import errors
from ..batch import Andamento, Importacao
from .idioma import IDIOMA, t

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = [
    "INTERROMPIDO",
    "PARCIAL",
    "Barra",
    "codigo_de_saida",
    "comando",
    "dinheiro",
    "em_json",
    "escrever",
    "mostrar_importacao",
    "nota",
    "tabela",
    "titulo",
]

PARCIAL, USO, AUTENTICACAO, INACESSIVEL, INTERROMPIDO = 1, 2, 3, 4, 130

_saida = Console()
_erros = Console(stderr=True)

_CODIGOS: list[tuple[tuple[type[BaseException], ...], int]] = [
    ((errors.AuthenticationError, errors.PermissionDeniedError), AUTENTICACAO),
    (
        (errors.ApiConnectionError, errors.ApiTimeoutError, errors.ServerError, errors.RateLimitedError),
        INACESSIVEL,
    ),
    (
        (
            errors.ConfigurationError,
            errors.ProfileError,
            errors.FileError,
            errors.SpreadsheetError,
            errors.JournalError,
            OSError,
        ),
        USO,
    ),
    ((errors.CancelledError, KeyboardInterrupt), INTERROMPIDO),
]

_F = TypeVar("_F", bound=Callable[..., Any])


def codigo_de_saida(erro: BaseException) -> int:
    """The exit code of a failure."""
    return next((codigo for tipos, codigo in _CODIGOS if isinstance(erro, tipos)), PARCIAL)


def comando(funcao: _F) -> _F:
    """A command whose failures are one line and an exit code."""

    @functools.wraps(funcao)
    def chamar(*args: Any, **kwargs: Any) -> Any:
        try:
            return funcao(*args, **kwargs)
        except KeyboardInterrupt:
            nota(t("interrompido; execute de novo para continuar de onde parou", "interrupted; run again to go on"))
            raise typer.Exit(INTERROMPIDO) from None
        except BrokenPipeError:
            # Whoever read the output has seen enough; typer ends quietly.
            raise
        except (errors.SmartbillError, OSError) as erro:
            config = getattr(kwargs.get("contexto"), "obj", None)
            if config is not None and config.json:
                em_json({"erro": _erro_em_json(erro)})
            else:
                _mostrar_erro(erro)
            raise typer.Exit(codigo_de_saida(erro)) from erro

    return chamar  # type: ignore[return-value]


def _erro_em_json(erro: Exception) -> dict[str, Any]:
    codigo = erro.code if isinstance(erro, errors.SmartbillError) else "io"
    campos = [{"campo": c.path, "mensagem": c.message} for c in getattr(erro, "fields", ())]
    return {"codigo": codigo, "mensagem": _frase(erro), "campos": campos}


def _frase(erro: Exception) -> str:
    # What the system says begins with a number that tells an operator nothing.
    if isinstance(erro, OSError) and not isinstance(erro, errors.SmartbillError) and erro.filename is not None:
        return f"`{erro.filename}`: {erro.strerror}"
    return str(erro)


def _mostrar_erro(erro: Exception) -> None:
    _erros.print(f"[bold red]{t('erro', 'error')}:[/] {escape(_frase(erro))}", highlight=False, soft_wrap=True)
    for campo in getattr(erro, "fields", ()):
        _erros.print(f"  {escape(campo.path)}: {escape(campo.message)}", highlight=False, soft_wrap=True)


def nota(texto: str) -> None:
    """A line for the person at the terminal."""
    _erros.print(escape(texto), highlight=False, soft_wrap=True)


def escrever(texto: str) -> None:
    """A line of the result."""
    _saida.print(texto, highlight=False, soft_wrap=True, markup=False)


def em_json(dados: Any) -> None:
    """The result for a machine."""
    texto = json.dumps(dados, ensure_ascii=False, indent=2, default=_simples)
    try:
        texto.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        # A program reads this: what the encoding lacks is escaped, for nothing may be lost.
        texto = json.dumps(dados, indent=2, default=_simples)
    sys.stdout.write(texto + "\n")


def _simples(valor: Any) -> Any:
    if hasattr(valor, "to_dict"):
        return valor.to_dict()
    if isinstance(valor, date):
        return valor.isoformat()
    if isinstance(valor, Decimal):
        return str(valor)
    if isinstance(valor, Mapping):
        return dict(valor)
    return list(valor) if isinstance(valor, Iterable) else str(valor)


def titulo(texto: str, detalhe: str = "") -> None:
    """A heading within the result."""
    _saida.print(f"\n[bold]{escape(texto)}[/]" + (f" · {escape(detalhe)}" if detalhe else ""), highlight=False)


def tabela(titulos: Sequence[str], linhas: Iterable[Sequence[Any]], numericas: Sequence[int] = ()) -> None:
    """A table of the result."""
    quadro = Table(box=None, pad_edge=False, header_style="bold", show_header=any(titulos))
    for i, titulo in enumerate(titulos):
        quadro.add_column(titulo, justify="right" if i in numericas else "left", overflow="fold")
    for linha in linhas:
        quadro.add_row(*(escape("" if celula is None else str(celula)) for celula in linha))
    _saida.print(quadro, highlight=False)


def dinheiro(valor: Decimal | None) -> str:
    """An amount as Brazil writes it."""
    if valor is None:
        return ""
    return f"{valor:,.2f}".replace(",", "_").replace(".", ",").replace("_", ".")


class _Ritmo(ProgressColumn):
    def render(self, task: Task) -> Text:
        velocidade = task.finished_speed or task.speed
        return Text("" if velocidade is None else f"{velocidade:,.0f}/s", style="progress.data.speed")


_FASES = {
    "leitura": ("lendo e validando", "reading and checking"),
    "comparacao": ("comparando com a plataforma", "comparing with the platform"),
    "envio": ("enviando", "sending"),
}


class Barra:
    """The progress of a batch: phase, rows, rate and time left; on a terminal only."""

    def __init__(self) -> None:
        self._progresso = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            _Ritmo(),
            TimeRemainingColumn(),
            console=_erros,
            transient=True,
            disable=not _erros.is_terminal,
        )
        self._fase = ""
        self._tarefa = self._progresso.add_task("", total=None)

    def __call__(self, andamento: Andamento) -> None:
        if andamento.fase != self._fase:
            self._fase = andamento.fase
            self._progresso.reset(self._tarefa, description=t(*_FASES[self._fase]), total=andamento.total)
        self._progresso.update(self._tarefa, completed=andamento.feitas, total=andamento.total)

    def __enter__(self) -> Self:
        self._progresso.start()
        return self

    def __exit__(
        self, tipo: type[BaseException] | None, erro: BaseException | None, rastro: TracebackType | None
    ) -> None:
        self._progresso.stop()


_CONTAGENS = {
    "total": ("linhas", "rows"),
    "incluidos": ("incluídos", "created"),
    "alterados": ("alterados", "updated"),
    "inalterados": ("inalterados", "unchanged"),
    "ja_feitos": ("já feitos", "already done"),
    "removidos": ("removidos", "removed"),
    "rejeitados": ("rejeitados", "rejected"),
    "recusados": ("recusados", "refused"),
    "desconhecidos": ("desconhecidos", "unknown"),
    "pendentes": ("pendentes", "pending"),
    "unidentified": ("sem código externo", "without a code"),
    "ignoradas": ("ignoradas", "passed over"),
}

_MOSTRADAS = 20


def mostrar_importacao(importacao: Importacao, *, como_json: bool, validacao: bool = False) -> int:
    """Shows what a batch did; the exit code."""
    c = importacao.contagem
    if como_json:
        em_json(
            {
                "contagem": c._asdict(),
                "resumed": importacao.resumed,
                "sent": importacao.sent,
                "parada": None
                if importacao.parada is None
                else {"codigo": importacao.parada.codigo, "mensagem": importacao.parada.mensagem},
                "journal": None if importacao.journal is None else str(importacao.journal),
                "falhas": [
                    {
                        "linha": linha.numero,
                        "chave": linha.chave,
                        "estado": linha.estado,
                        "codigo": linha.codigo,
                        "mensagem": linha.mensagem(IDIOMA),
                        "problemas": [
                            {
                                "campo": p.campo,
                                "coluna": p.coluna,
                                "cabecalho": p.cabecalho,
                                "valor": p.valor,
                                "codigo": p.codigo,
                                "mensagem": p.mensagem(IDIOMA),
                                "aviso": p.aviso,
                            }
                            for p in linha.problemas
                        ],
                    }
                    for linha in importacao.rejeitadas()
                ],
                "ignoradas": [ignorada._asdict() for ignorada in importacao.ignoradas()],
            }
        )
    else:
        contagens = [(t(*nomes), getattr(c, campo)) for campo, nomes in _CONTAGENS.items()]
        if validacao:
            contagens = [
                (t("linhas", "rows"), c.total),
                (t("boas", "good"), c.pendentes),
                (t("  só para alterar", "  for a change only"), c.so_alterar),
                (t("rejeitadas", "rejected"), c.rejeitados),
                (t("sem código externo", "without a code"), c.unidentified),
                (t("ignoradas", "passed over"), c.ignoradas),
            ]
        tabela(["", ""], [(nome, n) for nome, n in contagens if n or nome == contagens[0][0]], numericas=[1])
        _mostrar_falhas(importacao)
        _mostrar_so_alterar(importacao)
        _mostrar_ignoradas(importacao)
        if c.unidentified and c.rejeitados and not validacao:
            nota(
                t(
                    "linhas sem código externo: --permitir-sem-codigo as inclui, se são mesmo novas",
                    "rows without a code: --permitir-sem-codigo includes them, if they are indeed new",
                )
            )
        if importacao.resumed and not importacao.sent and not c.pendentes:
            nota(
                t(
                    f"nada foi enviado: tudo isto é de uma execução anterior, segundo o journal {importacao.journal}",
                    f"nothing was sent: all of this is of an earlier run, as the journal {importacao.journal} says",
                )
            )
        if importacao.parada is not None:
            nota(importacao.parada.mensagem)
        if not validacao and (abertas := c.pendentes + c.desconhecidos) and importacao.journal is not None:
            nota(
                t(
                    f"{abertas} linhas em aberto; o mesmo comando continua de onde parou",
                    f"{abertas} open rows; the same command goes on from here",
                )
            )
    if importacao.parada is not None and importacao.parada.erro is not None:
        return codigo_de_saida(importacao.parada.erro)
    pendentes = 0 if validacao else c.pendentes
    return PARCIAL if c.falhas or pendentes else 0


def _mostrar_so_alterar(importacao: Importacao) -> None:
    if not importacao.contagem.so_alterar:
        return
    boas = (linha for linha in importacao.linhas("pendente") if linha.codigo == "so_para_alterar")
    numeros = ", ".join(str(linha.numero) for linha in islice(boas, _MOSTRADAS))
    mais = "…" if importacao.contagem.so_alterar > _MOSTRADAS else ""
    nota(
        t(
            f"linhas que só servem para alterar um registro que já existe: {numeros}{mais}",
            f"rows that are good only for changing a record that exists: {numeros}{mais}",
        )
    )


_MOTIVOS = {
    "total": ("total", "total"),
    "rodape": ("rodapé", "footer"),
    "cabecalho_repetido": ("cabeçalho repetido", "header again"),
}


def _mostrar_ignoradas(importacao: Importacao) -> None:
    if not importacao.contagem.ignoradas:
        return
    ignoradas = importacao.ignoradas()
    quais = ", ".join(f"{i.numero} ({t(*_MOTIVOS[i.motivo])})" for i in ignoradas[:_MOSTRADAS])
    mais = "…" if len(ignoradas) > _MOSTRADAS else ""
    nota(t(f"linhas ignoradas, que não são registros: {quais}{mais}", f"rows passed over, no records: {quais}{mais}"))


def _mostrar_falhas(importacao: Importacao) -> None:
    c = importacao.contagem
    if not c.falhas:
        return
    linhas = []
    for linha in importacao.linhas("rejeitado", "recusado", "desconhecido"):
        erros = linha._replace(problemas=tuple(p for p in linha.problemas if not p.aviso))
        linhas.append((linha.numero, linha.chave, linha.estado, erros.mensagem(IDIOMA)))
        if len(linhas) == _MOSTRADAS:
            break
    titulos = [t("linha", "row"), t("código", "code"), t("situação", "state"), t("motivo", "reason")]
    escrever("")
    tabela(titulos, linhas, numericas=[0])
    if c.falhas > len(linhas):
        nota(
            t(
                f"… e mais {c.falhas - len(linhas)}; peça --relatorio para ver todas na planilha",
                f"… and {c.falhas - len(linhas)} more; ask for --relatorio to see all of them in the sheet",
            )
        )
