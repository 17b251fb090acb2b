"""Collects the options: from the command line, then the environment, then a TOML file."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Optional

from ..client import Smartbill
from ..errors import ConfigurationError
from .language import LANGUAGE, t
from .output import note

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

__all__ = ["Config"]

_OPTIONS = {
    "url",
    "token",
    "token_file",
    "profile",
    "mode",
    "timeout",
    "attempt_timeout",
    "connect_timeout",
    "max_attempts",
    "ca",
    "client_cert",
    "proxy",
    "allow_http",
}
_PATHS = {"token_file", "profile", "ca", "client_cert"}
# The options that decide the address of requests, and thus who gets the token. A file in a folder of spreadsheets may
# come from anybody.
_TRUSTED_ONLY = ("url", "proxy", "ca", "allow_http")
_FOLDER_FILE = Path("smartbill.toml")
_warned: set[str] = set()


@dataclass
class Config:
    """The data that every command may need. The client is made for the first command that needs it."""

    file: Optional[Path] = None
    options: dict[str, Any] = field(default_factory=dict)
    json: bool = False

    def resolved(self) -> dict[str, Any]:
        """The effective options: those of the command line before those of the environment, and these before those of
        the file."""
        options: dict[str, Any] = {}
        for layer in (*_from_files(self.file), _from_environment(), self.options):
            # A token and a token file are the same option, so a nearer one of either kind replaces a farther one.
            if "token" in layer or "token_file" in layer:
                options.pop("token", None)
                options.pop("token_file", None)
            options.update(layer)
        return options

    def client(self) -> Smartbill:
        """Makes a client with these options."""
        options = self.resolved()
        url = options.pop("url", None)
        if not url:
            raise ConfigurationError(
                t(
                    "falta o endereço da plataforma: use --url, SMARTBILL_URL ou `url` no arquivo de configuração",
                    "the platform's address is missing: use --url, SMARTBILL_URL or `url` in the configuration file",
                )
            )
        token_file = options.pop("token_file", None)
        if token_file and not options.get("token"):
            options["token"] = _read_token(str(token_file))
        return Smartbill(url, language=LANGUAGE, **options)


def _read_token(path: str) -> str:
    return (sys.stdin.readline() if path == "-" else Path(path).read_text(encoding="utf-8")).strip()


def _from_environment() -> dict[str, Any]:
    names = {name: os.environ.get(f"SMARTBILL_{name.upper()}") for name in _OPTIONS}
    options: dict[str, Any] = {name: value for name, value in names.items() if value}
    for name in ("timeout", "attempt_timeout", "connect_timeout", "max_attempts"):
        if name in options:
            try:
                options[name] = int(options[name]) if name == "max_attempts" else float(options[name])
            except ValueError:
                raise ConfigurationError(
                    t(
                        f"SMARTBILL_{name.upper()}: `{options[name]}` não é um número",
                        f"SMARTBILL_{name.upper()}: `{options[name]}` is not a number",
                    )
                ) from None
    if "allow_http" in options:
        options["allow_http"] = options["allow_http"].lower() in {"1", "s", "sim", "true", "yes"}
    return options


def _from_files(file: Path | None) -> list[dict[str, Any]]:
    """Returns the named file, or else the user's own file, or else that of the current folder."""
    given = file or os.environ.get("SMARTBILL_CONFIG")
    if given:
        return [_from_file(Path(given))]
    layers = []
    own = _user_file()
    if own.is_file():
        layers.append(_from_file(own))
    if _FOLDER_FILE.is_file() and not (own.is_file() and _FOLDER_FILE.samefile(own)):
        options = _from_file(_FOLDER_FILE)
        for name in _TRUSTED_ONLY:
            if options.pop(name, None) is not None:
                _warn_ignored(name, own)
        layers.append(options)
    return layers


def _user_file() -> Path:
    folder = os.environ.get("APPDATA") or os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(folder) / "smartbill" / "smartbill.toml"


def _warn_ignored(name: str, own: Path) -> None:
    # A command may ask for the options more than once.
    if name in _warned:
        return
    _warned.add(name)
    note(
        t(
            f"aviso: {_FOLDER_FILE}: `{name}` ignorado, pois o arquivo está na pasta atual; ponha em {own}, "
            "ou indique o arquivo com --config ou SMARTBILL_CONFIG",
            f"warning: {_FOLDER_FILE}: `{name}` ignored, for the file is in the current folder; put it into {own}, "
            "or name the file by --config or SMARTBILL_CONFIG",
        )
    )


def _from_file(file: Path) -> dict[str, Any]:
    try:
        options = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as e:
        raise ConfigurationError(f"{file}: {e}") from e
    unknown = sorted(set(options) - _OPTIONS)
    if unknown:
        raise ConfigurationError(
            t(
                f"{file}: opção desconhecida `{unknown[0]}`; há {', '.join(sorted(_OPTIONS))}",
                f"{file}: unknown option `{unknown[0]}`; there are {', '.join(sorted(_OPTIONS))}",
            )
        )
    # A path in the file is relative to the file's folder.
    return {k: str(file.parent / v) if k in _PATHS and v != "-" else v for k, v in options.items()}
