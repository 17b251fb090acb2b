"""A simulation of the platform in this process, without account or network.

>>> with Sandbox() as sandbox, sandbox.client() as sb:
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

from ._smartbill import CoreSandbox
from .async_client import AsyncSmartbill
from .client import Smartbill

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["BillingSummary", "Sandbox"]

_SAO_PAULO = timezone(timedelta(hours=-3))


class BillingSummary(NamedTuple):
    """The result of a billing run."""

    cobrancas: int
    """The number of charges made."""
    consumos: int
    """The number of records of usage billed."""
    amount: Decimal
    """The sum of the charges, in reais."""


class Sandbox:
    """A sandbox that answers on a free port of this machine until it is closed. A context manager."""

    def __init__(
        self,
        *,
        port: int = 0,
        token: str | None = None,
        seed: bool = True,
        profile: str | os.PathLike[str] | None = None,
    ) -> None:
        """Starts the sandbox.

        :param port: the port; by default a free one
        :param token: the token that requests must have; by default its own
        :param seed: whether to begin with the sample services
        :param profile: a TOML file with the wire profile
        """
        profile_text = None if profile is None else (Path(profile).read_text(encoding="utf-8"), os.fspath(profile))
        self._profile = profile
        self._core = CoreSandbox(port, token, seed, profile_text)

    @property
    def url(self) -> str:
        """The address of the sandbox."""
        return self._core.url

    @property
    def token(self) -> str:
        """The token that requests must have."""
        return self._core.token

    def client(self, **options: Any) -> Smartbill:
        """Makes a client of the sandbox. The options are those of :class:`smartbill.Smartbill`."""
        return Smartbill(self.url, **self._options(options))

    def _options(self, options: Mapping[str, Any]) -> dict[str, Any]:
        return {"token": self.token, "profile": self._profile, "trust_env": False, **options}

    def async_client(self, **options: Any) -> AsyncSmartbill:
        """Makes an asynchronous client of the sandbox."""
        return AsyncSmartbill(self.url, **self._options(options))

    def faturar(self, competencia: str | date) -> BillingSummary:
        """Bills every contract for one month. Nothing is billed twice."""
        month = competencia if isinstance(competencia, str) else f"{competencia:%Y-%m}"
        return BillingSummary(**self._core.faturar(month))

    def advance(self, days: int | None = None, *, until: date | datetime | None = None) -> BillingSummary:
        """Moves the clock forward, by days or to a date. Contracts that fall due on the way are billed."""
        if (days is None) == (until is None):
            raise TypeError("give either `days` or `until`")
        if until is None:
            return BillingSummary(**self._core.advance(days))
        if not isinstance(until, datetime):
            until = datetime(until.year, until.month, until.day)
        if until.tzinfo is None:
            until = until.replace(tzinfo=_SAO_PAULO)
        return BillingSummary(**self._core.advance(until.astimezone(timezone.utc)))

    @property
    def clock(self) -> datetime:
        """The sandbox's time."""
        return self._core.clock()

    def pay(self, cobranca_id: str, amount: Decimal | None = None) -> bool:
        """Records a payment of a charge, in full or of ``amount``. Returns whether it was accepted."""
        return self._core.pay(cobranca_id, amount)

    def faults(self, plan: Mapping[str, Any]) -> None:
        """Replaces the fault plan. ``{}`` ends all faults."""
        self._core.faults(json.dumps(plan))

    def state(self) -> dict[str, Any]:
        """The numbers of records and requests."""
        return self._core.state()

    def reset(self) -> None:
        """Drops all records, except the sample services."""
        self._core.reset()

    def close(self) -> None:
        """Stops the sandbox."""
        self._core.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Sandbox({self.url!r})"
