"""Output in any encoding: a character that a stream cannot show is replaced, and is never an error.

On Windows, a program whose output goes to a file writes cp1252, and a program in an old console cp850.
"""

from __future__ import annotations

import codecs
import sys
import unicodedata

__all__ = ["prepare"]

# Replacements in ASCII for the symbols that this program writes.
_PLAIN = {"→": "->", "…": "...", "—": "-", "–": "-", "·": "-", "×": "x", "“": '"', "”": '"', "‘": "'", "’": "'"}


def _replace(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    replaced = "".join(map(_plain, error.object[error.start : error.end]))
    return replaced, error.end


def _plain(character: str) -> str:
    """Returns the symbol in ASCII, the letter without its accents, or a question mark."""
    letter = _PLAIN.get(character) or unicodedata.normalize("NFKD", character)[:1]
    return letter if letter.isascii() else "?"


def prepare() -> None:
    """Makes the standard streams replace the characters that their encoding lacks."""
    codecs.register_error("smartbill.replace", _replace)
    for stream in (sys.stdout, sys.stderr):
        # Without a console there is no stream, and a stream of another library may have no encoding.
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="smartbill.replace")
