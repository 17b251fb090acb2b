"""The language of the command line: Portuguese, or English by ``--idioma en`` or ``SMARTBILL_IDIOMA=en``."""

from __future__ import annotations

import os
import sys
from typing import Literal

__all__ = ["IDIOMA", "t"]


def _escolhido(argumentos: list[str]) -> str:
    # Help is written while the commands are declared, before any option is parsed.
    for i, argumento in enumerate(argumentos):
        nome, igual, valor = argumento.partition("=")
        if nome == "--idioma":
            return valor if igual else " ".join(argumentos[i + 1 : i + 2])
    return os.environ.get("SMARTBILL_IDIOMA", "")


IDIOMA: Literal["pt-BR", "en"] = "en" if _escolhido(sys.argv[1:]).lower().startswith("en") else "pt-BR"


def t(pt: str, en: str) -> str:
    """The text in the language chosen."""
    return en if IDIOMA == "en" else pt
