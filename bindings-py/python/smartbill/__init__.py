"""Client, validation and batch import for Smartbill (Brazil) recurring billing."""

from ._smartbill import (
    Boleto,
    Cliente,
    Cobranca,
    Consumo,
    Contrato,
    Desconto,
    Endereco,
    Faixa,
    Historico,
    ItemCobranca,
    ItemContrato,
    Nfe,
    Nfse,
    Pix,
    Retencao,
    Retencoes,
    RetencoesCobranca,
    Servico,
    __version__,
    default_profile,
)

# `typing` has the same flag, but takes longer to import than the rest of this file.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from . import batch, documentos, errors
    from .async_client import AsyncSmartbill
    from .batch import ImportResult
    from .client import INFINITE, Smartbill
    from .errors import (
        ApiConnectionError,
        ApiTimeoutError,
        AuthenticationError,
        ConflictError,
        NotFoundError,
        RejectedError,
        SmartbillError,
        SpreadsheetError,
        ValidationError,
    )
    from .frames import validate
    from .imports import Plan, template, validar
    from .tables import SheetTable, read_table
    from .validation import Checked, Finding, Place, Report

__all__ = [
    "INFINITE",
    "ApiConnectionError",
    "ApiTimeoutError",
    "AsyncSmartbill",
    "AuthenticationError",
    "Boleto",
    "Checked",
    "Cliente",
    "Cobranca",
    "ConflictError",
    "Consumo",
    "Contrato",
    "Desconto",
    "Endereco",
    "Faixa",
    "Finding",
    "Historico",
    "ImportResult",
    "ItemCobranca",
    "ItemContrato",
    "Nfe",
    "Nfse",
    "NotFoundError",
    "Pix",
    "Place",
    "Plan",
    "RejectedError",
    "Report",
    "Retencao",
    "Retencoes",
    "RetencoesCobranca",
    "Servico",
    "SheetTable",
    "Smartbill",
    "SmartbillError",
    "SpreadsheetError",
    "ValidationError",
    "__version__",
    "batch",
    "default_profile",
    "documentos",
    "errors",
    "read_table",
    "template",
    "validar",
    "validate",
]

# The module of each name that is imported when it is first used, so that a program which only checks documents or
# models does not load the client.
_MODULES = {
    "INFINITE": "client",
    "AsyncSmartbill": "async_client",
    "ImportResult": "batch",
    "Plan": "imports",
    "Checked": "validation",
    "Finding": "validation",
    "Place": "validation",
    "Report": "validation",
    "SheetTable": "tables",
    "Smartbill": "client",
    "batch": "batch",
    "documentos": "documentos",
    "read_table": "tables",
    "template": "imports",
    "validar": "imports",
    "validate": "frames",
}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module `{__name__}` has no attribute `{name}`")
    from importlib import import_module

    module = _MODULES.get(name, "errors")
    value = import_module(f"{__name__}.{module}")
    if module != name:
        value = getattr(value, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
