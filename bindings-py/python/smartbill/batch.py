"""What an import did: counts, and what became of each row."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Optional

from ._smartbill import NucleoImportacao
from .errors import SmartbillError

if TYPE_CHECKING:
    from typing import Literal

    _Estado = Literal["pendente", "enviando", "feito", "rejeitado", "recusado", "desconhecido"]

__all__ = ["Andamento", "Contagem", "Ignorada", "Importacao", "Linha", "Parada", "Problema"]

_PAGINA = 500


class Problema(NamedTuple):
    """One thing that is wrong with a row, or worth a look."""

    campo: Optional[str]  # noqa: UP045 (evaluated by NamedTuple on Python 3.9)
    """The field of the model, such as ``endereco.cep``."""
    coluna: Optional[str]  # noqa: UP045
    """The letter of the column, where the row comes from a spreadsheet."""
    cabecalho: Optional[str]  # noqa: UP045
    """The header of that column."""
    codigo: str
    """The stable code."""
    mensagem_pt: str
    """The sentence in Brazilian Portuguese."""
    mensagem_en: str
    """The sentence in English."""
    aviso: bool
    """Whether the row is accepted all the same."""
    valor: Optional[str] = None  # noqa: UP045
    """What the cell holds, as a person sees it; it may be personal data, so ``repr`` leaves it out."""

    def __repr__(self) -> str:
        return f"Problema(campo={self.campo!r}, coluna={self.coluna!r}, codigo={self.codigo!r}, aviso={self.aviso!r})"

    def mensagem(self, idioma: str = "pt-BR") -> str:
        """The sentence in the language asked for: ``"pt-BR"`` or ``"en"``."""
        return self.mensagem_en if idioma.lower().startswith("en") else self.mensagem_pt

    def __str__(self) -> str:
        onde = self.cabecalho or self.campo
        return f"{onde}: {self.mensagem_pt}" if onde else self.mensagem_pt


class Ignorada(NamedTuple):
    """A row of the sheet that is no record."""

    numero: int
    """The row as a spreadsheet program numbers it."""
    motivo: str
    """``total``, ``rodape`` or ``cabecalho_repetido``."""
    texto: str
    """How it begins."""


class Linha(NamedTuple):
    """What became of one row."""

    numero: int
    """The row as a spreadsheet program numbers it; counted from 1 where the source is no spreadsheet."""
    chave: Optional[str]  # noqa: UP045
    """The record's code in the company's own system."""
    estado: str
    """``feito``, ``rejeitado`` (breaks a rule, never sent), ``recusado`` (by the platform), ``desconhecido`` (sent,
    and no answer tells), ``pendente`` or ``enviando``."""
    acao: str
    """``incluir``, ``alterar``, ``remover`` or ``indefinida``."""
    codigo: Optional[str]  # noqa: UP045
    """``created``, ``updated``, ``unchanged``, ``already_done`` or ``removed``; otherwise the first error's code."""
    id: Optional[str]  # noqa: UP045
    """The platform's identifier of the record."""
    tentativas: int
    """How many requests it took."""
    problemas: tuple[Problema, ...]
    """What is wrong with it, warnings included."""

    def mensagem(self, idioma: str = "pt-BR") -> str:
        """All problems in one line, errors before warnings."""
        problemas = sorted(self.problemas, key=lambda p: p.aviso)
        partes = ((p.cabecalho or p.campo, p.mensagem(idioma)) for p in problemas)
        return "; ".join(f"{onde}: {texto}" if onde else texto for onde, texto in partes)


class Contagem(NamedTuple):
    """How many rows are in each state."""

    total: int
    """All rows."""
    incluidos: int
    """New on the platform."""
    alterados: int
    """Changed on the platform."""
    inalterados: int
    """The platform had exactly this."""
    ja_feitos: int
    """Done by an earlier attempt."""
    removidos: int
    """Removed from the platform."""
    rejeitados: int
    """Broke a rule; never sent."""
    recusados: int
    """Refused by the platform."""
    desconhecidos: int
    """Sent, and no answer tells what became of them."""
    pendentes: int
    """Not sent yet."""
    ignoradas: int
    """Totals, footers and repeated headers of the sheet, which are no records and not in ``total``."""
    so_alterar: int
    """Of those pending after a check, rows that lack what a new record needs: good for a change only."""
    unidentified: int
    """Rows that nothing tells from others, neither a code nor a document: whatever became of them, another import of
    the same rows cannot know them again."""

    @property
    def feitos(self) -> int:
        """Rows that the platform has as the source says."""
        return self.incluidos + self.alterados + self.inalterados + self.ja_feitos + self.removidos

    @property
    def falhas(self) -> int:
        """Rows that are rejected, refused or unknown."""
        return self.rejeitados + self.recusados + self.desconhecidos


class Parada(NamedTuple):
    """Why a run stopped before every row was sent; what was not sent waits in the journal."""

    codigo: str
    """``prazo``, ``max_falhas``, or the code of the error."""
    mensagem: str
    """Why, for a person."""
    erro: Optional[SmartbillError]  # noqa: UP045
    """The error, if one stopped it."""


class Andamento(NamedTuple):
    """How far an import has come."""

    fase: str
    """``leitura``, ``comparacao`` or ``envio``."""
    feitas: int
    """Rows read, records compared, or rows done so far."""
    total: Optional[int]  # noqa: UP045
    """Out of how many, where that is known."""
    linha: Optional[Linha]  # noqa: UP045
    """The row whose outcome was just recorded, while sending."""


class Importacao:
    """An import that ran. Rows that failed are no exception: they are in here."""

    def __init__(self, nucleo: NucleoImportacao) -> None:
        self._nucleo = nucleo
        self.contagem = Contagem(**nucleo.contagem())
        """How many rows are in each state."""
        self.resumed, self.sent = nucleo.run()
        """Whether an earlier run had begun it, and how many rows this one sent: none, where it was finished before."""
        parada = nucleo.parada()
        self.parada = None if parada is None else Parada(*parada)
        """Why it stopped early, if it did."""
        self.journal: Path | None = nucleo.journal()
        """Where the journal is, with which the same call goes on; None when there is none on disk."""

    def linhas(self, *estados: _Estado) -> Iterator[Linha]:
        """The rows in order, only those in one of the states if any is given; read as they are needed."""
        depois_de = 0
        while pagina := self._nucleo.linhas(list(estados), depois_de, _PAGINA):
            for campos in pagina:
                linha = _linha(campos)
                depois_de = linha.numero
                yield linha

    def rejeitadas(self) -> Iterator[Linha]:
        """The rows that the platform does not have, each with its reasons: rejected, refused or unknown."""
        return self.linhas("rejeitado", "recusado", "desconhecido")

    def ignoradas(self) -> list[Ignorada]:
        """The rows of the sheet that were passed over, for they are no records: look whether none of them is one."""
        return [Ignorada(*campos) for campos in self._nucleo.ignoradas()]

    def relatorio(self, caminho: str | os.PathLike[str]) -> None:
        """Writes the sheet that came in back, as .xlsx or .csv by the name, with what became of each row and the bad
        cells marked. Mended in place and imported again, it touches only what changed."""
        self._nucleo.relatorio(caminho)

    def __repr__(self) -> str:
        c = self.contagem
        return f"<Importacao: {c.total} linhas, {c.feitos} feitas, {c.falhas} com falha, {c.pendentes} pendentes>"


def _linha(campos: tuple[Any, ...]) -> Linha:
    return Linha._make((*campos[:-1], tuple(Problema(*p) for p in campos[-1])))
