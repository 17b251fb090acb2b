"""Client, validation and batch import for Smartbill (Brazil) recurring billing."""

import logging

from . import batch, documentos, errors
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
)
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
from .imports import Plan, template, validar
from .validation import Report, Violation

__all__ = [
    "INFINITE",
    "ApiConnectionError",
    "ApiTimeoutError",
    "AsyncSmartbill",
    "AuthenticationError",
    "Boleto",
    "Cliente",
    "Cobranca",
    "ConflictError",
    "Consumo",
    "Contrato",
    "Desconto",
    "Endereco",
    "Faixa",
    "Historico",
    "ImportResult",
    "ItemCobranca",
    "ItemContrato",
    "Nfe",
    "Nfse",
    "NotFoundError",
    "Pix",
    "Plan",
    "RejectedError",
    "Report",
    "Retencao",
    "Retencoes",
    "RetencoesCobranca",
    "Servico",
    "Smartbill",
    "SmartbillError",
    "SpreadsheetError",
    "ValidationError",
    "Violation",
    "__version__",
    "batch",
    "documentos",
    "errors",
    "template",
    "validar",
]

# A library says nothing until it is asked to.
logging.getLogger("smartbill").addHandler(logging.NullHandler())
