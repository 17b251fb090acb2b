"""The commands for wire profiles: they need no platform and no network."""

from __future__ import annotations

from pathlib import Path

import typer

from .. import default_profile
from ..client import Smartbill
from ..errors import ProfileError
from .config import Config
from .language import LANGUAGE, t
from .output import USAGE, command, note, write_json, write_line

__all__ = ["profiles"]

profiles = typer.Typer(
    name="perfil",
    help=t(
        "Perfis de fio; sem comando, mostra o padrão, em TOML.",
        "Wire profiles; without a command, shows the default, as TOML.",
    ),
)


@profiles.callback(invoke_without_command=True)
def show(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        write_line(default_profile().rstrip())


@profiles.command(
    "verificar",
    help=t(
        "Confere um perfil, sem rede, e diz tudo o que está errado nele.",
        "Checks a profile, with no network, and tells everything that is wrong with it.",
    ),
)
@command
def check(
    context: typer.Context,
    file: Path = typer.Argument(help=t("Perfil, em TOML.", "Profile, in TOML."), metavar="perfil"),
) -> None:
    config: Config = context.obj
    mistakes = _mistakes(file)
    if config.json:
        write_json({"valid": not mistakes, "mistakes": mistakes})
    elif mistakes:
        for mistake in mistakes:
            note(mistake)
    else:
        write_line(t(f"{file}: tudo certo", f"{file}: all is well"))
    if mistakes:
        raise typer.Exit(USAGE)


def _mistakes(file: Path) -> list[str]:
    """The mistakes in a profile, each as `file:line: reason`."""
    try:
        # This makes a client, which sends nothing.
        Smartbill("https://localhost", profile=file, language=LANGUAGE, trust_env=False).close()
    except ProfileError as error:
        first, *others = str(error).split(f"; {file}:")
        return [first, *(f"{file}:{other}" for other in others)]
    return []
