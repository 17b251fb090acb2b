# Written by bindings-py/stubs.py from the core's tables and from bindings-py/nativo.pyi: change those.
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, final

from .validation import Report

Modo = Literal["estrito", "leniente"]
Intencao = Literal["incluir", "alterar"]

