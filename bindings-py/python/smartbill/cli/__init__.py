"""The command ``smartbill``; needs ``pip install smartbill-automation[cli]``."""

from __future__ import annotations

import sys

from .streams import prepare

__all__ = ["main"]


def main() -> None:
    """Runs the command line."""
    prepare()
    try:
        from ._frame import run
        from .app import app
    except ModuleNotFoundError as missing:
        if missing.name not in {"rich", "tomli", "typer"}:
            raise
        print(
            "smartbill: falta o extra da linha de comando / the command line's extra is missing:\n"
            '  pip install "smartbill-automation[cli]"',
            file=sys.stderr,
        )
        raise SystemExit(2) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    raise SystemExit(run(app))
