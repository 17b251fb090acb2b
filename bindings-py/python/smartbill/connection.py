"""The common part of the clients."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, Union

from ._smartbill import Core, _refusal
from .drift import Drift, DriftEntry
from .errors import ConfigurationError

if TYPE_CHECKING:
    from typing import Literal

    from .hooks import RequestEvent, ResponseEvent

__all__ = ["AsyncConnection", "BlockingConnection", "Connection"]

_Path = Union[str, "os.PathLike[str]"]


class Connection:
    """The common part of the blocking and the asynchronous client: the options, and the core's client."""

    _asynchronous: ClassVar[bool]

    def __init__(
        self,
        base_url: str,
        *,
        token: str | None = None,
        profile: _Path | None = None,
        mode: Literal["strict", "lenient"] = "strict",
        language: Literal["pt-BR", "en"] = "pt-BR",
        timeout: float | None = None,
        attempt_timeout: float | None = None,
        connect_timeout: float | None = None,
        read_timeout: float | None = None,
        max_attempts: int | None = None,
        max_retry_after: float | None = None,
        max_pages: int | None = None,
        max_body_bytes: int | None = None,
        max_connections: int | None = None,
        ca: _Path | bytes | None = None,
        client_cert: _Path | bytes | None = None,
        proxy: str | None = None,
        trust_env: bool = True,
        allow_http: bool = False,
        user_agent: str | None = None,
        on_request: Callable[[RequestEvent], object] | None = None,
        on_response: Callable[[ResponseEvent], object] | None = None,
    ) -> None:
        """Checks the options. It connects when it is first used.

        :param base_url: the address of the platform, such as ``https://api.example.com.br``
        :param token: the credential; by default the variable ``SMARTBILL_TOKEN``
        :param profile: a TOML file that describes the wire format; by default this project's own assumption
        :param mode: strict or lenient input
        :param language: the language of errors
        :param timeout: a call with all its attempts and waits; 120 by default
        :param attempt_timeout: one attempt; 30 by default
        :param connect_timeout: making a connection; 10 by default
        :param read_timeout: silence of the server; no limit of its own by default
        :param max_attempts: attempts in all, the first included; 4 by default
        :param max_retry_after: a server that asks to wait longer is not waited for; 60 by default
        :param max_pages: pages that a listing reads at most; 10 000 by default
        :param max_body_bytes: bytes that an answer may have once decompressed; 16 MiB by default
        :param max_connections: calls of the asynchronous client that run at once, of which each may take a connection;
            others wait for their turn; 100 by default
        :param ca: authorities to be trusted besides the system's, as a PEM file or bytes; the files named by
            ``SSL_CERT_FILE`` and ``REQUESTS_CA_BUNDLE`` are read as well
        :param client_cert: the client's certificate and key, as a PEM file or bytes
        :param proxy: the proxy; by default ``HTTPS_PROXY`` and ``NO_PROXY``
        :param trust_env: whether to read any variables of the environment
        :param allow_http: allows plain http to another machine; the token then travels in clear
        :param user_agent: the ``User-Agent`` header
        :param on_request: called with a :class:`smartbill.hooks.RequestEvent` before each attempt, retries and imports
            included
        :param on_response: called with a :class:`smartbill.hooks.ResponseEvent` after each attempt
        """
        env = os.environ if trust_env else {}
        pem = [] if ca is None else [_pem(ca, "ca", language)]
        pem += [_pem(env[name], name, language) for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE") if env.get(name)]
        self._core = Core(
            base_url,
            {
                "token": token if token is not None else env.get("SMARTBILL_TOKEN"),
                "profile": profile,
                "mode": mode,
                "language": language,
                "timeout": timeout,
                "attempt_timeout": attempt_timeout,
                "connect_timeout": connect_timeout,
                "read_timeout": read_timeout,
                "max_attempts": max_attempts,
                "max_retry_after": max_retry_after,
                "max_pages": max_pages,
                "max_body_bytes": max_body_bytes,
                "max_connections": max_connections,
                "ca_pem": pem,
                "client_pem": None if client_cert is None else _pem(client_cert, "client_cert", language),
                "proxy": proxy,
                "no_proxy": not trust_env and proxy is None,
                "allow_http": allow_http,
                "user_agent": user_agent,
                "on_request": on_request,
                "on_response": on_response,
            },
            self._asynchronous,
        )

    def drift(self) -> Drift:
        """What the answers to this client's calls, imports included, held so far that neither the profile nor the
        models know: a platform that changes shows here first. Each is logged once, as a warning of the logger
        ``smartbill``."""
        entries, more = self._core.drift()
        return Drift([DriftEntry(*entry) for entry in entries], more)

    def __repr__(self) -> str:
        base_url, profile = self._core.description()
        return f"{type(self).__name__}({base_url!r}, profile={profile!r})"


class BlockingConnection(Connection):
    """A client whose calls block: :class:`smartbill.Smartbill`."""

    _asynchronous = False


class AsyncConnection(Connection):
    """A client whose calls are awaited: :class:`smartbill.AsyncSmartbill`."""

    _asynchronous = True


def _pem(source: _Path | bytes, name: str, language: Literal["pt-BR", "en"]) -> bytes:
    if isinstance(source, bytes):
        return source
    try:
        from pathlib import Path

        return Path(source).read_bytes()
    except OSError as e:
        raise ConfigurationError(f"`{name}`: `{os.fspath(source)}`: {_refusal(e.errno or 0, language)}") from e
