"""The names of options on the command line, for those that the library has."""

from __future__ import annotations

import re

__all__ = ["LIMITS", "as_typed"]

LIMITS = {
    "bytes": "bytes",
    "descompactado": "unpacked",
    "linhas": "rows",
    "colunas": "columns",
    "bytes_por_linha": "bytes_per_row",
    "memoria": "memory",
}

_OPTIONS = {
    "allow_http": "--permitir-http",
    "allow_unidentified": "--permitir-sem-codigo",
    "concurrency": "--concorrencia",
    "ddd": "--ddd",
    "deadline": "--prazo",
    "journal": "--journal",
    "rate": "--por-segundo",
    "restart": "--recomecar",
    "same_account": "--mesma-conta",
    "sheet": "--aba",
}
# Only where a sentence gives advice or refuses an argument. Elsewhere the name may be a word of the operator's own.
_ADVICE = re.compile(
    rf"((?:em|in|peça|ask for|informe|say|tire|leave out|, ou|, or) )`({'|'.join(_OPTIONS)})`"
    rf"|^`({'|'.join(_OPTIONS)})`(?=(?: não pode ser| cannot be|:) `)"
)
_LIMIT = re.compile(rf"`({'|'.join(LIMITS.values())})` (?:de|of) `limits`")
_PASSWORD = re.compile(r"`password` \(`--senha` [^)]*\)")


def as_typed(sentence: str) -> str:
    """Returns a sentence of the core with the options as an operator types them."""
    sentence = _ADVICE.sub(lambda found: f"{found[1] or ''}`{_OPTIONS[found[2] or found[3]]}`", sentence)
    own = {name: typed for typed, name in LIMITS.items()}
    sentence = _LIMIT.sub(lambda found: f"`--limite {own[found[1]]}`", sentence)
    sentence = sentence.replace("contratos.suspender: suspenderAte: ", "contratos.suspender: --ate: ")
    return _PASSWORD.sub("`--senha`", re.sub(", (?:ou|or) `INFINITE`$", "", sentence))
