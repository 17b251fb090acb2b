"""Client, validation and batch import for Smartbill (Brazil) recurring billing."""

from . import documentos, errors
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
)
from .validation import Report, Violation

__all__ = [
    "Boleto",
    "Cliente",
    "Cobranca",
    "Consumo",
    "Contrato",
    "Desconto",
    "Endereco",
    "Faixa",
    "Historico",
    "ItemCobranca",
    "ItemContrato",
    "Nfe",
    "Nfse",
    "Pix",
    "Report",
    "Retencao",
    "Retencoes",
    "RetencoesCobranca",
    "Servico",
    "Violation",
    "documentos",
    "errors",
]
