"""Where the options come from: the command line, then the environment, then a TOML file."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Optional

from ..client import Smartbill
from ..errors import ConfigurationError
from .idioma import IDIOMA, t
from .saida import nota

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

__all__ = ["Configuracao"]

_OPCOES = {
    "url",
    "token",
    "token_file",
    "profile",
    "modo",
    "timeout",
    "attempt_timeout",
    "connect_timeout",
    "max_attempts",
    "ca",
    "client_cert",
    "proxy",
    "permitir_http",
}
_CAMINHOS = {"token_file", "profile", "ca", "client_cert"}
# What decides where a request goes, and the token with it. Anybody may have put a file into a folder of spreadsheets.
_TRUSTED_ONLY = ("url", "proxy", "ca", "permitir_http")
_FOLDER_FILE = Path("smartbill.toml")
_warned: set[str] = set()


@dataclass
class Configuracao:
    """What every command may need; the client is made when the first one does."""

    arquivo: Optional[Path] = None
    opcoes: dict[str, Any] = field(default_factory=dict)
    json: bool = False

    def resolvidas(self) -> dict[str, Any]:
        """The options that count: those of the command line before the environment's, and these before the file's."""
        opcoes: dict[str, Any] = {}
        for camada in (*_from_files(self.arquivo), _do_ambiente(), self.opcoes):
            # A token and the file of one are the same option: a nearer one leaves no farther one behind.
            if "token" in camada or "token_file" in camada:
                opcoes.pop("token", None)
                opcoes.pop("token_file", None)
            opcoes.update(camada)
        return opcoes

    def cliente(self) -> Smartbill:
        """A client by these options."""
        opcoes = self.resolvidas()
        url = opcoes.pop("url", None)
        if not url:
            raise ConfigurationError(
                t(
                    "falta o endereço da plataforma: use --url, SMARTBILL_URL ou `url` no arquivo de configuração",
                    "the platform's address is missing: use --url, SMARTBILL_URL or `url` in the configuration file",
                )
            )
        arquivo_do_token = opcoes.pop("token_file", None)
        if arquivo_do_token and not opcoes.get("token"):
            opcoes["token"] = _ler_token(str(arquivo_do_token))
        return Smartbill(url, idioma=IDIOMA, **opcoes)


def _ler_token(caminho: str) -> str:
    return (sys.stdin.readline() if caminho == "-" else Path(caminho).read_text(encoding="utf-8")).strip()


def _do_ambiente() -> dict[str, Any]:
    nomes = {nome: os.environ.get(f"SMARTBILL_{nome.upper()}") for nome in _OPCOES}
    opcoes: dict[str, Any] = {nome: valor for nome, valor in nomes.items() if valor}
    for nome in ("timeout", "attempt_timeout", "connect_timeout", "max_attempts"):
        if nome in opcoes:
            try:
                opcoes[nome] = int(opcoes[nome]) if nome == "max_attempts" else float(opcoes[nome])
            except ValueError:
                raise ConfigurationError(
                    t(
                        f"SMARTBILL_{nome.upper()}: `{opcoes[nome]}` não é um número",
                        f"SMARTBILL_{nome.upper()}: `{opcoes[nome]}` is not a number",
                    )
                ) from None
    if "permitir_http" in opcoes:
        opcoes["permitir_http"] = opcoes["permitir_http"].lower() in {"1", "s", "sim", "true", "yes"}
    return opcoes


def _from_files(arquivo: Path | None) -> list[dict[str, Any]]:
    """The file that is named; or else the user's own, and then that of the current folder."""
    indicado = arquivo or os.environ.get("SMARTBILL_CONFIG")
    if indicado:
        return [_do_arquivo(Path(indicado))]
    camadas = []
    usuario = _user_file()
    if usuario.is_file():
        camadas.append(_do_arquivo(usuario))
    if _FOLDER_FILE.is_file() and not (usuario.is_file() and _FOLDER_FILE.samefile(usuario)):
        opcoes = _do_arquivo(_FOLDER_FILE)
        for nome in _TRUSTED_ONLY:
            if opcoes.pop(nome, None) is not None:
                _warn_ignored(nome, usuario)
        camadas.append(opcoes)
    return camadas


def _user_file() -> Path:
    pasta = os.environ.get("APPDATA") or os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(pasta) / "smartbill" / "smartbill.toml"


def _warn_ignored(nome: str, usuario: Path) -> None:
    # A command may ask for the options more than once.
    if nome in _warned:
        return
    _warned.add(nome)
    nota(
        t(
            f"aviso: {_FOLDER_FILE}: `{nome}` ignorado, pois o arquivo está na pasta atual; ponha em {usuario}, "
            "ou indique o arquivo com --config ou SMARTBILL_CONFIG",
            f"warning: {_FOLDER_FILE}: `{nome}` ignored, for the file is in the current folder; put it into {usuario}, "
            "or name the file by --config or SMARTBILL_CONFIG",
        )
    )


def _do_arquivo(arquivo: Path) -> dict[str, Any]:
    try:
        opcoes = tomllib.loads(arquivo.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as e:
        raise ConfigurationError(f"{arquivo}: {e}") from e
    desconhecidas = sorted(set(opcoes) - _OPCOES)
    if desconhecidas:
        raise ConfigurationError(
            t(
                f"{arquivo}: opção desconhecida `{desconhecidas[0]}`; há {', '.join(sorted(_OPCOES))}",
                f"{arquivo}: unknown option `{desconhecidas[0]}`; there are {', '.join(sorted(_OPCOES))}",
            )
        )
    # A path in the file is meant from where the file is.
    return {k: str(arquivo.parent / v) if k in _CAMINHOS and v != "-" else v for k, v in opcoes.items()}
