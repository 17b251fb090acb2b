"""The language of the command line: Portuguese, or English by ``--idioma en`` or ``SMARTBILL_IDIOMA=en``."""

from __future__ import annotations

import os
import sys
from typing import Literal

__all__ = ["LANGUAGE", "language_of", "t"]


def _chosen(args: list[str]) -> str:
    # The help texts are made while the commands are declared, before any option is parsed.
    for i, arg in enumerate(args):
        name, equals, value = arg.partition("=")
        if name == "--idioma":
            return value if equals else " ".join(args[i + 1 : i + 2])
    return os.environ.get("SMARTBILL_IDIOMA", "")


def language_of(name: str) -> Literal["pt-BR", "en"] | None:
    """Returns the language of a name such as ``pt``, ``en`` or ``en_US.UTF-8``."""
    names: dict[str, Literal["pt-BR", "en"]] = {"pt": "pt-BR", "en": "en"}
    return names.get(name[:2].lower())


# A language that there is not is refused when the options are parsed.
LANGUAGE: Literal["pt-BR", "en"] = language_of(_chosen(sys.argv[1:])) or "pt-BR"


def t(pt: str, en: str) -> str:
    """Returns the text in the chosen language."""
    return en if LANGUAGE == "en" else pt
