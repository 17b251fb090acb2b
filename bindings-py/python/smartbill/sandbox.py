"""A simulation of the platform in this process, without account or network.

>>> with Sandbox() as sandbox, sandbox.client() as sb:
...     sb.clientes.incluir({"nome": "Padaria Aurora", "cpfCnpj": "11222333000181"}).tipo_pessoa
'JURIDICA'
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypedDict

from ._field_texts import describe_fields
from ._smartbill import CoreSandbox
from .async_client import AsyncSmartbill
from .client import Smartbill

if TYPE_CHECKING:
    import os
    from typing import Literal

    from typing_extensions import Self

__all__ = ["BillingSummary", "FaultPlan", "FaultRule", "Sandbox"]

_SAO_PAULO = timezone(timedelta(hours=-3))


class BillingSummary(NamedTuple):
    """The result of a billing run."""

    cobrancas: int
    """The number of charges made."""
    consumos: int
    """The number of records of usage billed."""
    amount: Decimal
    """The sum of the charges, in reais."""


class _Fault(TypedDict):
    kind: Literal["latency", "rate_limit", "error", "drop_before", "drop_after", "truncated", "malformed", "drip"]


class FaultRule(_Fault, total=False):
    """One thing that goes wrong. ``kind`` says what:

    - ``latency``: the answer waits ``ms`` milliseconds, 100 where they are left out
    - ``rate_limit``: 429, which asks to come back after ``retryAfter`` seconds (1); nothing is done
    - ``error``: ``status``, from 500 to 599 (503); nothing is done
    - ``drop_before``: the connection breaks; nothing is done
    - ``drop_after``: it is done, and the connection breaks before the answer
    - ``truncated``: it is done, and half of the answer comes
    - ``malformed``: it is done, and the answer is no JSON
    - ``drip``: it is done, and the answer comes in drops, ``ms`` milliseconds apart
    """

    operation: str
    """The operation that it strikes, such as ``clientes.incluir``; all where it is left out."""
    chance: float
    """How likely it is for each request, from 0 to 1; certain where it is left out."""
    times: int
    """How often it strikes at most; for ever where it is left out."""
    after: int
    """How many requests pass before it may strike."""
    ms: int
    """Milliseconds, of ``latency`` and ``drip``."""
    retryAfter: int
    """Seconds, of ``rate_limit``."""
    status: int
    """The HTTP status, of ``error``."""


class FaultPlan(TypedDict, total=False):
    """What goes wrong: the same on every run with the same seed."""

    seed: int
    """Decides what ``chance`` comes to; 0 where it is left out."""
    rules: Sequence[FaultRule]
    """In the order in which they are asked. Latencies add up; of the rest the first that strikes counts."""


class Sandbox:
    """A sandbox that answers on a free port of this machine until it is closed. A context manager."""

    def __init__(
        self,
        *,
        port: int = 0,
        token: str | None = None,
        seed: bool = True,
        profile: str | os.PathLike[str] | None = None,
        language: Literal["pt-BR", "en"] = "pt-BR",
    ) -> None:
        """Starts the sandbox.

        :param port: the port; by default a free one
        :param token: the token that requests must have; by default its own
        :param seed: whether to begin with the sample services
        :param profile: a TOML file with the wire profile
        :param language: the language in which it is told what is wrong with these
        """
        self._profile = profile
        self._core = CoreSandbox(port, token, seed, profile, language)

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

    def faults(self, plan: FaultPlan) -> None:
        """Replaces the plan of faults; ``{}`` ends them all.

        >>> with Sandbox() as sandbox, sandbox.client() as sb:
        ...     sandbox.faults({"rules": [{"kind": "drop_after", "operation": "clientes.incluir", "times": 1}]})
        ...     customer = {"codigo_externo": "A", "nome": "Padaria Aurora", "cpfCnpj": "11222333000181"}
        ...     sb.clientes.incluir(customer).outcome
        'already_done'
        """
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


describe_fields(__name__)
