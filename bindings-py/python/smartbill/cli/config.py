"""Collects the options: from the command line, then the environment, then a TOML file."""

from __future__ import annotations

import os
import re
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

__all__ = ["Config", "read_text"]

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
_TEXTS = {"url", "token", "mode", "proxy", *_PATHS}
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
        return {name: value for name, (value, _) in self._named().items()}

    def _named(self) -> dict[str, tuple[Any, str]]:
        """The effective options, each with its name where it was given."""
        options: dict[str, tuple[Any, str]] = {}
        for layer in (
            *_from_files(self.file),
            _from_environment(),
            {k: (v, _typed(k)) for k, v in self.options.items()},
        ):
            # A token and a token file are the same option, so a nearer one of either kind replaces a farther one.
            if "token" in layer or "token_file" in layer:
                options.pop("token", None)
                options.pop("token_file", None)
            options.update(layer)
        mode, name = options.get("mode", ("strict", ""))
        if mode not in {"strict", "lenient"}:
            raise ConfigurationError(
                t(
                    f"{name}: `{mode}` não é `strict` nem `lenient`",
                    f"{name}: `{mode}` is neither `strict` nor `lenient`",
                )
            )
        return options

    def client(self) -> Smartbill:
        """Makes a client with these options."""
        named = self._named()
        options = {name: value for name, (value, _) in named.items()}
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
        try:
            return Smartbill(url, language=LANGUAGE, **options)
        except ConfigurationError as error:
            # The library begins with the name that it has for an option.
            _, name, rest = str(error).split("`", 2) if str(error).startswith("`") else ("", "", "")
            if name not in named:
                raise
            raise ConfigurationError(f"{named[name][1]}{rest}") from error


def _read_token(path: str) -> str:
    return (sys.stdin.readline() if path == "-" else read_text(Path(path))).strip()


def read_text(file: Path) -> str:
    """Returns the text of a file."""
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as e:
        raise ConfigurationError(t(f"`{file}` não está em UTF-8", f"`{file}` is not in UTF-8")) from e


_YES, _NO = {"1", "s", "sim", "true", "yes"}, {"0", "n", "nao", "não", "false", "no"}


def _typed(name: str) -> str:
    return "`--permitir-http`" if name == "allow_http" else f"`--{name.replace('_', '-')}`"


def _from_environment() -> dict[str, tuple[Any, str]]:
    options: dict[str, tuple[Any, str]] = {}
    for name in _OPTIONS:
        variable = f"SMARTBILL_{name.upper()}"
        text = os.environ.get(variable)
        if text:
            options[name] = (_value(name, variable, text), f"`{variable}`")
    return options


def _value(name: str, variable: str, text: str) -> Any:
    """Reads the text of a variable as its option."""
    if name == "allow_http":
        if text.lower() not in _YES | _NO:
            raise ConfigurationError(
                t(f"`{variable}`: `{text}` não é `sim` nem `não`", f"`{variable}`: `{text}` is neither `yes` nor `no`")
            )
        return text.lower() in _YES
    if name in {"timeout", "attempt_timeout", "connect_timeout", "max_attempts"}:
        try:
            return int(text) if name == "max_attempts" else float(text)
        except ValueError:
            raise ConfigurationError(
                t(f"`{variable}`: `{text}` não é um número", f"`{variable}`: `{text}` is not a number")
            ) from None
    return text


def _from_files(file: Path | None) -> list[dict[str, tuple[Any, str]]]:
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


def _from_file(file: Path) -> dict[str, tuple[Any, str]]:
    try:
        options = tomllib.loads(read_text(file))
    except tomllib.TOMLDecodeError as e:
        # Its sentence is English, but for the place. The line may hold the token.
        place = re.search(r"line (\d+), column (\d+)", str(e))
        at = t(f", linha {place[1]}, coluna {place[2]}", f", line {place[1]}, column {place[2]}") if place else ""
        raise ConfigurationError(f"`{file}`{at}: " + t("isto não é TOML", "this is no TOML")) from e
    unknown = sorted(set(options) - _OPTIONS)
    if unknown:
        raise ConfigurationError(
            t(
                f"{file}: opção desconhecida `{unknown[0]}`; há {', '.join(sorted(_OPTIONS))}",
                f"{file}: unknown option `{unknown[0]}`; there are {', '.join(sorted(_OPTIONS))}",
            )
        )
    for name in sorted(_TEXTS & set(options)):
        if not isinstance(options[name], str):
            raise ConfigurationError(t(f"`{file}`: `{name}` não é um texto", f"`{file}`: `{name}` is not a text"))
    # A path in the file is relative to the file's folder.
    return {
        name: (str(file.parent / value) if name in _PATHS and value != "-" else value, f"`{name}` ({file})")
        for name, value in options.items()
    }
