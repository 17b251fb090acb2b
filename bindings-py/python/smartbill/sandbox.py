"""The platform's stand-in, in this process: no account, no network.

>>> with Sandbox() as sandbox, sandbox.cliente() as sb:
...     sb.clientes.incluir({"nome": "Padaria Aurora", "cpfCnpj": "11222333000181"})
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple

from ._smartbill import NucleoSandbox
from .assincrono import AsyncSmartbill
from .client import Smartbill

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["Resumo", "Sandbox"]

_SAO_PAULO = timezone(timedelta(hours=-3))


class Resumo(NamedTuple):
    """What a billing run did."""

    cobrancas: int
    """How many charges it made."""
    consumos: int
    """How many records of usage they bill."""
    valor: Decimal
    """Their sum, in reais."""


class Sandbox:
    """Answers on a free port of this machine until it is closed; a context manager."""

    def __init__(
        self,
        *,
        porta: int = 0,
        token: str | None = None,
        semear: bool = True,
        profile: str | os.PathLike[str] | None = None,
    ) -> None:
        """Starts answering.

        :param porta: the port; a free one by default
        :param token: the token that it takes; its own by default
        :param semear: whether it begins with the sample services
        :param profile: a TOML file with the wire format that it speaks
        """
        texto = None if profile is None else (Path(profile).read_text(encoding="utf-8"), os.fspath(profile))
        self._profile = profile
        self._nucleo = NucleoSandbox(porta, token, semear, texto)

    @property
    def url(self) -> str:
        """Its address."""
        return self._nucleo.url

    @property
    def token(self) -> str:
        """The token that it takes."""
        return self._nucleo.token

    def cliente(self, **opcoes: Any) -> Smartbill:
        """A client of it; the options are those of :class:`smartbill.Smartbill`."""
        return Smartbill(self.url, **self._opcoes(opcoes))

    def _opcoes(self, opcoes: Mapping[str, Any]) -> dict[str, Any]:
        return {"token": self.token, "profile": self._profile, "trust_env": False, **opcoes}

    def cliente_assincrono(self, **opcoes: Any) -> AsyncSmartbill:
        """An asynchronous client of it."""
        return AsyncSmartbill(self.url, **self._opcoes(opcoes))

    def faturar(self, competencia: str | date) -> Resumo:
        """Bills every contract for one month; what was billed before is not billed again."""
        mes = competencia if isinstance(competencia, str) else f"{competencia:%Y-%m}"
        return Resumo(**self._nucleo.faturar(mes))

    def avancar_relogio(self, dias: int | None = None, *, ate: date | datetime | None = None) -> Resumo:
        """Moves the clock forward, by days or to a date; contracts that fall due on the way are billed."""
        if (dias is None) == (ate is None):
            raise TypeError("give either `dias` or `ate`")
        if ate is None:
            return Resumo(**self._nucleo.avancar(dias))
        if not isinstance(ate, datetime):
            ate = datetime(ate.year, ate.month, ate.day)
        if ate.tzinfo is None:
            ate = ate.replace(tzinfo=_SAO_PAULO)
        return Resumo(**self._nucleo.avancar(ate.astimezone(timezone.utc)))

    @property
    def relogio(self) -> datetime:
        """What time it is in the sandbox."""
        return self._nucleo.relogio()

    def pagar(self, cobranca_id: str, valor: Decimal | None = None) -> bool:
        """Records a payment of a charge, of all that is owed or of ``valor``; whether it was accepted."""
        return self._nucleo.pagar(cobranca_id, valor)

    def falhas(self, plano: Mapping[str, Any]) -> None:
        """Replaces the plan of faults; ``{}`` ends them all."""
        self._nucleo.falhas(json.dumps(plano))

    def estado(self) -> dict[str, Any]:
        """What it holds and has seen, counted."""
        return self._nucleo.estado()

    def reiniciar(self) -> None:
        """Forgets everything but the sample services."""
        self._nucleo.reiniciar()

    def close(self) -> None:
        """Stops answering."""
        self._nucleo.parar()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, tipo: type[BaseException] | None, erro: BaseException | None, rastro: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Sandbox({self.url!r})"
