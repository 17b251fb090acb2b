"""The language of the command line: Portuguese, or English by ``--idioma en`` or ``SMARTBILL_IDIOMA=en``."""

from __future__ import annotations

import os
import sys
from typing import Literal

__all__ = ["LANGUAGE", "t"]


def _chosen(args: list[str]) -> str:
    # The help texts are made while the commands are declared, before any option is parsed.
    for i, arg in enumerate(args):
        name, equals, value = arg.partition("=")
        if name == "--idioma":
            return value if equals else " ".join(args[i + 1 : i + 2])
    return os.environ.get("SMARTBILL_IDIOMA", "")


LANGUAGE: Literal["pt-BR", "en"] = "en" if _chosen(sys.argv[1:]).lower().startswith("en") else "pt-BR"


def t(pt: str, en: str) -> str:
    """Returns the text in the chosen language."""
    return en if LANGUAGE == "en" else pt
