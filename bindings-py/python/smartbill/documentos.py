"""Brazilian documents: ``documentos.cpf.validar("529.982.247-25").valido``.

Each has ``validar``, ``valido``, ``formatar``, ``clear`` and ``validar_coluna``; ``boleto`` and ``brcode`` can be made
too, with ``gerar``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from . import _smartbill
from ._smartbill import Documento, DocumentoResult

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

__all__ = [
    "Documento",
    "DocumentoBoleto",
    "DocumentoBrcode",
    "DocumentoResult",
    "boleto",
    "brcode",
    "cep",
    "chave_dfe",
    "cnpj",
    "cpf",
    "cpf_cnpj",
    "email",
    "ie",
    "municipio",
    "pix_chave",
    "telefone",
    "uf",
]


def _decimal(valor: Decimal | int | str) -> Decimal:
    from decimal import Decimal

    return Decimal(valor)


class DocumentoBoleto(Documento):
    """Payment slips: read like every document, and made."""

    def gerar(
        self, banco: str, campo_livre: str, *, valor: Decimal | int | str = 0, vencimento: date | None = None
    ) -> str:
        """A bank boleto's linha digitável, of the bank's three digits and its own 25.

        A value of zero is left open. Above 99,999,999.99 there is no room for a due date, and strict mode does not read
        it back. What does not fit is a ``ValueError`` that names it.
        """
        return _smartbill._gerar_boleto(banco, vencimento, _decimal(valor), campo_livre)

    def gerar_arrecadacao(
        self,
        segmento: Literal[
            "prefeitura",
            "saneamento",
            "energia_e_gas",
            "telecomunicacoes",
            "orgaos_governamentais",
            "carnes",
            "multas_de_transito",
            "uso_do_banco",
        ],
        campo_livre: str,
        *,
        valor: Decimal | int | str,
        modulo: Literal[10, 11] = 10,
    ) -> str:
        """An arrecadação slip's linha digitável; ``campo_livre`` is the 29 digits after the value."""
        return _smartbill._gerar_arrecadacao(segmento, modulo, _decimal(valor), campo_livre)

    def vencimento(self, text: str, reference: date) -> date | None:
        """The due date: of the two that the factor can mean since 2025, the one closest to ``reference``."""
        return _smartbill._vencimento(text, reference)


class DocumentoBrcode(Documento):
    """The text of PIX QR codes: read like every document, and made, with its image."""

    def gerar(
        self,
        *,
        nome: str,
        cidade: str,
        chave: str | None = None,
        url: str | None = None,
        valor: Decimal | int | str | None = None,
        txid: str | None = None,
        info: str | None = None,
        cep: str | None = None,
        unico_uso: bool = False,
    ) -> str:
        """A static BR Code of a PIX key, or a dynamic one of an address without ``https://``.

        ``nome`` (25 characters) and ``cidade`` (15) are the receiver's. What does not fit is a ``ValueError``.
        """
        return _smartbill._gerar_brcode(
            {
                "name": nome,
                "cidade": cidade,
                "key": chave,
                "url": url,
                "value": None if valor is None else _decimal(valor),
                "txid": txid,
                "info": info,
                "cep": cep,
                "unico_uso": unico_uso,
            }
        )

    def qr_svg(self, text: str, side: int = 256) -> str:
        """The QR of a BR Code as SVG, at least so many pixels a side."""
        return _smartbill._qr_svg(text, side)

    def qr_png(self, text: str, scale: int = 8) -> bytes:
        """The QR of a BR Code as PNG, each module so many pixels a side."""
        return bytes(_smartbill._qr_png(text, scale))


cpf = Documento("cpf")
"""A person's taxpayer number."""
cnpj = Documento("cnpj")
"""A company's taxpayer number, numeric or with letters."""
cpf_cnpj = Documento("cpf_cnpj")
"""A taxpayer number of either kind; ``tipo`` says which."""
ie = Documento("ie")
"""A state registration (inscrição estadual); give the ``uf``, or get those where it could be valid."""
cep = Documento("cep")
"""A postal code."""
uf = Documento("uf")
"""A state."""
municipio = Documento("municipio")
"""The IBGE code of a municipality."""
telefone = Documento("telefone")
"""A telephone number."""
email = Documento("email")
"""An e-mail address."""
boleto = DocumentoBoleto("boleto")
"""A payment slip: a linha digitável of 47 or 48 digits, or a barcode of 44."""
pix_chave = Documento("pix_chave")
"""A PIX key of any kind."""
brcode = DocumentoBrcode("brcode")
"""The text of a PIX QR code ("copia e cola")."""
chave_dfe = Documento("chave_dfe")
"""The access key of an electronic fiscal document, 44 characters."""
