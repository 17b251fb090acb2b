"""Brazilian documents: ``documentos.cpf.validar("529.982.247-25").valido``.

Each kind has ``validar``, ``valido``, ``formatar``, ``limpar`` and ``validar_coluna``. ``boleto`` and ``brcode`` also
have ``gerar``, which makes one.

>>> result = cpf.validar("529.982.247-26")
>>> result.valido, result.motivo
(False, 'digito_verificador')
>>> cnpj.formatar("12ABC34501DE35")
'12.ABC.345/01DE-35'
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
    from decimal import Decimal, InvalidOperation

    try:
        return Decimal(valor)
    except InvalidOperation:
        raise ValueError(f"`valor`: `{valor}` is no number") from None


class DocumentoBoleto(Documento):
    """Payment slips. They can be read like every document, and made."""

    def gerar(
        self, banco: str, campo_livre: str, *, valor: Decimal | int | str = 0, vencimento: date | None = None
    ) -> str:
        """Makes the linha digitável of a bank boleto from the bank's three digits and its own 25 digits.

        A value of zero leaves the value open. A value above 99,999,999.99 leaves no room for a due date, and strict
        mode does not read it back. A part that does not fit raises a ``ValueError`` that names the part.
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
        """Makes the linha digitável of an arrecadação slip. ``campo_livre`` has the 29 digits after the value."""
        return _smartbill._gerar_arrecadacao(segmento, modulo, _decimal(valor), campo_livre)

    def vencimento(self, text: str, reference: date) -> date | None:
        """The due date. Since 2025 the factor can mean two dates; this is the one closest to ``reference``."""
        return _smartbill._vencimento(text, reference)


class DocumentoBrcode(Documento):
    """The texts of PIX QR codes. They can be read like every document, and made, with their image."""

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
        """Makes a static BR Code of a PIX key, or a dynamic one of an address without ``https://``.

        ``nome`` (25 characters) and ``cidade`` (15) are the receiver's. A part that does not fit raises a
        ``ValueError``.
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
        """The QR of a BR Code as SVG, with at least ``side`` pixels a side."""
        return _smartbill._qr_svg(text, side)

    def qr_png(self, text: str, scale: int = 8) -> bytes:
        """The QR of a BR Code as PNG, with ``scale`` pixels a side for each module."""
        return bytes(_smartbill._qr_png(text, scale))


cpf: Documento = Documento("cpf")
"""A person's taxpayer number."""
cnpj: Documento = Documento("cnpj")
"""A company's taxpayer number, numeric or with letters."""
cpf_cnpj: Documento = Documento("cpf_cnpj")
"""A taxpayer number of either kind. ``tipo`` says which one."""
ie: Documento = Documento("ie")
"""A state registration (inscrição estadual). Give the ``uf``, or get the states in which it could be valid."""
cep: Documento = Documento("cep")
"""A postal code."""
uf: Documento = Documento("uf")
"""A state."""
municipio: Documento = Documento("municipio")
"""The IBGE code of a municipality."""
telefone: Documento = Documento("telefone")
"""A telephone number."""
email: Documento = Documento("email")
"""An e-mail address."""
boleto: DocumentoBoleto = DocumentoBoleto("boleto")
"""A payment slip: a linha digitável of 47 or 48 digits, or a barcode of 44."""
pix_chave: Documento = Documento("pix_chave")
"""A PIX key of any kind."""
brcode: DocumentoBrcode = DocumentoBrcode("brcode")
"""The text of a PIX QR code ("copia e cola")."""
chave_dfe: Documento = Documento("chave_dfe")
"""The access key of an electronic fiscal document, 44 characters."""
