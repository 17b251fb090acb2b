"""What customers and usage have in common: spreadsheets that come in whole, and plans to synchronise by."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Union

from ._smartbill import Cliente, Consumo, Nucleo, NucleoPlano, _modelo
from .batch import Andamento, Importacao, Linha, _linha
from .errors import ConfigurationError

if TYPE_CHECKING:
    from typing import Literal

    from .client import Smartbill

    _Modo = Literal["estrito", "leniente"]
    _Recurso = Literal["clientes", "consumos"]

__all__ = ["ContagemDoPlano", "Lote", "Plano", "modelo", "validar"]

_Caminho = Union[str, "os.PathLike[str]"]
_Fonte = Union[_Caminho, bytes, Iterable[Union[Cliente, Consumo, Mapping[str, Any]]]]


class Lote:
    """A resource that spreadsheets bring in."""

    _recurso: ClassVar[_Recurso]

    def __init__(self, nucleo: Nucleo) -> None:
        self._nucleo = nucleo

    def importar(
        self,
        fonte: _Fonte,
        *,
        journal: _Caminho | None = None,
        recomecar: bool = False,
        mesma_conta: bool = False,
        allow_unidentified: bool = False,
        dry_run: bool = False,
        modo: _Modo | None = None,
        aba: str | None = None,
        mapa: Mapping[str, str] | None = None,
        decimal_com_ponto: bool = False,
        vazio_limpa: bool = False,
        nome: str | None = None,
        limites: Mapping[str, int] | None = None,
        concorrencia: int | None = None,
        por_segundo: float | None = None,
        prazo: float | None = None,
        max_falhas: int | None = None,
        progress: Callable[[Andamento], object] | None = None,
        on_row: Callable[[Linha], object] | None = None,
    ) -> Importacao:
        """Adds and changes the records of a spreadsheet, each by the company's own code.

        Every row is checked first; then those that are good are sent, and the result says which. Interrupted and
        called again with the same source, it goes on where it was; finished before, it sends nothing, and ``resumed``
        and ``sent`` say so. A row whose answer got lost is read back, or stays ``desconhecido`` until a later run
        settles it: it is never called refused on a guess.

        :param fonte: a spreadsheet (.xls, .xlsx, .csv, …) as a path or bytes, or an iterable of models or mappings
        :param journal: the file that remembers what was sent; next to the source where it is left out
        :param recomecar: forgets what the journal says
        :param mesma_conta: vouches that the account is the journal's, though the token is another
        :param allow_unidentified: includes rows that have neither a code nor a document as well; left out, they are
            rejected where including them a second time would go unnoticed, or where they look like a record that the
            platform has already
        :param dry_run: only checks the rows
        :param modo: strict, or lenient input; as the client where it is left out
        :param aba: the sheet; the first one with a known header where it is left out
        :param mapa: header → field, for columns that go by no known name; an empty field leaves the column out
        :param decimal_com_ponto: numbers in text are written ``1,234.56``, not ``1.234,56``
        :param vazio_limpa: an empty cell empties the field of a record that exists, instead of keeping it
        :param nome: the name shown in messages for bytes
        :param limites: what a file may hold at most before it is refused: ``bytes``, ``descompactado`` (bytes once
            decompressed), ``linhas``, ``colunas``, ``bytes_por_linha`` (of text), ``memoria`` (bytes that a workbook
            takes beside itself)
        :param concorrencia: the most requests at once; 16 by default
        :param por_segundo: the most requests in a second
        :param prazo: seconds that the whole run may take
        :param max_falhas: how many rows may fail before the run stops; those that break a rule count, so that a sheet
            that is mostly wrong is not sent at all
        :param progress: called with an :class:`smartbill.batch.Andamento` as the import goes on
        :param on_row: called with the :class:`smartbill.batch.Linha` of each row once its outcome is written down
        """
        opcoes = {
            **_leitura(modo, aba, mapa, decimal_com_ponto, vazio_limpa, nome, limites),
            **_ritmo(concorrencia, por_segundo, prazo, max_falhas),
            "journal": journal,
            "recomecar": recomecar,
            "mesma_conta": mesma_conta,
            "allow_unidentified": allow_unidentified,
            "dry_run": dry_run,
        }
        return Importacao(self._nucleo.importar(self._recurso, fonte, opcoes, _ouvinte(progress, on_row)))

    def sincronizar(
        self,
        fonte: _Fonte,
        *,
        remover: int | str | None = None,
        modo: _Modo | None = None,
        aba: str | None = None,
        mapa: Mapping[str, str] | None = None,
        decimal_com_ponto: bool = False,
        vazio_limpa: bool = False,
        nome: str | None = None,
        limites: Mapping[str, int] | None = None,
        progress: Callable[[Andamento], object] | None = None,
    ) -> Plano:
        """Decides what it takes for the platform to have what a spreadsheet says, and does nothing yet.

        Of usage, only the months that the spreadsheet has are looked at. Records without a code of the company's own
        are left alone.

        :param fonte: as for :meth:`importar`
        :param remover: removes what the spreadsheet does not have, so many records at most, or so many per cent of
            them (``"10%"``); nothing is removed where it is left out
        """
        opcoes = _leitura(modo, aba, mapa, decimal_com_ponto, vazio_limpa, nome, limites)
        teto = None if remover is None else str(remover)
        nucleo = self._nucleo.sincronizar(self._recurso, fonte, teto, opcoes, _ouvinte(progress))
        return Plano(nucleo, self._nucleo)


class ContagemDoPlano(NamedTuple):
    """How many records a plan touches."""

    incluir: int
    """To include."""
    alterar: int
    """To change."""
    remover: int
    """To remove."""
    inalterados: int
    """As they should be."""
    rejeitados: int
    """Rows that break a rule; applying the plan does nothing about them."""


class Plano:
    """What a synchronisation would do; ``print`` shows it, :meth:`aplicar` does it.

    It can be kept as JSON and applied later, by another process. It is refused once a record that it touches is no
    longer what it was.
    """

    def __init__(self, nucleo: NucleoPlano, cliente: Nucleo | None = None) -> None:
        self._nucleo = nucleo
        self._cliente = cliente
        self.recurso, *contagem = nucleo.contagem()
        """``clientes`` or ``consumos``."""
        self.contagem = ContagemDoPlano(*contagem)
        """How many records it touches."""

    @classmethod
    def from_json(cls, texto: str) -> Plano:
        """Reads what :meth:`to_json` wrote."""
        return cls(NucleoPlano.ler(texto))

    def to_json(self) -> str:
        """The plan as JSON: every record, and of those to change every field, before and after."""
        return self._nucleo.json()

    def to_dict(self) -> dict[str, Any]:
        """The same as a dictionary."""
        dados: dict[str, Any] = json.loads(self._nucleo.json())
        return dados

    def texto(self, idioma: str = "pt-BR", *, maximo: int = 100, show_personal: bool = False) -> str:
        """The plan for a person, with at most ``maximo`` records of each kind.

        Names, documents, addresses, e-mails and telephones are hidden, for a plan gets printed and logged;
        ``show_personal`` shows them.
        """
        return self._nucleo.texto(idioma, maximo, show_personal)

    @property
    def vazio(self) -> bool:
        """Whether applying it would do nothing."""
        c = self.contagem
        return not (c.incluir or c.alterar or c.remover)

    def aplicar(
        self,
        sb: Smartbill | None = None,
        *,
        journal: _Caminho | None = None,
        mesma_conta: bool = False,
        concorrencia: int | None = None,
        por_segundo: float | None = None,
        prazo: float | None = None,
        max_falhas: int | None = None,
        progress: Callable[[Andamento], object] | None = None,
        on_row: Callable[[Linha], object] | None = None,
    ) -> Importacao:
        """Does what the plan says, after checking that nothing it touches has changed.

        :param sb: the client; needed for a plan read from JSON
        :param journal: the file that remembers what was done, with which a run that was killed goes on
        """
        cliente = self._cliente if sb is None else sb._nucleo
        if cliente is None:
            raise ConfigurationError("a plan read from JSON needs a client: `plano.aplicar(sb)`")
        opcoes = {
            **_ritmo(concorrencia, por_segundo, prazo, max_falhas),
            "journal": journal,
            "mesma_conta": mesma_conta,
        }
        return Importacao(cliente.aplicar(self._nucleo, opcoes, _ouvinte(progress, on_row)))

    def __str__(self) -> str:
        return self.texto()

    def __repr__(self) -> str:
        c = self.contagem
        return f"<Plano {self.recurso}: incluir {c.incluir}, alterar {c.alterar}, remover {c.remover}>"


def modelo(recurso: Literal["clientes", "consumos"]) -> bytes:
    """The template of a spreadsheet, an .xlsx: headers, notes, lists to choose from, and an example row."""
    return _modelo(recurso)


def validar(
    recurso: Literal["clientes", "consumos"],
    fonte: _Fonte,
    *,
    modo: _Modo | None = None,
    aba: str | None = None,
    mapa: Mapping[str, str] | None = None,
    decimal_com_ponto: bool = False,
    vazio_limpa: bool = False,
    nome: str | None = None,
    limites: Mapping[str, int] | None = None,
    idioma: Literal["pt-BR", "en"] = "pt-BR",
    progress: Callable[[Andamento], object] | None = None,
) -> Importacao:
    """Checks every row of a spreadsheet; needs neither network nor account. Good rows are ``pendente``."""
    # The core's client is a bag of options here; it never connects.
    nucleo = Nucleo("https://localhost", {"idioma": idioma})
    opcoes = {**_leitura(modo, aba, mapa, decimal_com_ponto, vazio_limpa, nome, limites), "dry_run": True}
    return Importacao(nucleo.importar(recurso, fonte, opcoes, _ouvinte(progress)))


def _leitura(
    modo: str | None,
    aba: str | None,
    mapa: Mapping[str, str] | None,
    decimal_com_ponto: bool,
    vazio_limpa: bool,
    nome: str | None,
    limites: Mapping[str, int] | None,
) -> dict[str, Any]:
    return {
        "modo": modo,
        "aba": aba,
        "mapa": None if mapa is None else dict(mapa),
        "decimal_com_ponto": decimal_com_ponto,
        "vazio_limpa": vazio_limpa,
        "nome": nome,
        "limites": None if limites is None else dict(limites),
    }


def _ritmo(
    concorrencia: int | None, por_segundo: float | None, prazo: float | None, max_falhas: int | None
) -> dict[str, Any]:
    return {"concorrencia": concorrencia, "por_segundo": por_segundo, "prazo": prazo, "max_falhas": max_falhas}


def _ouvinte(
    progress: Callable[[Andamento], object] | None, on_row: Callable[[Linha], object] | None = None
) -> Callable[..., object] | None:
    if progress is None and on_row is None:
        return None

    def ouvir(fase: str, feitas: int, total: int | None, campos: tuple[Any, ...] | None) -> None:
        linha = None if campos is None else _linha(campos)
        if on_row is not None and linha is not None:
            on_row(linha)
        if progress is not None:
            progress(Andamento(fase, feitas, total, linha))

    return ouvir
