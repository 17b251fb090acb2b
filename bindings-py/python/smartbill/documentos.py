"""Brazilian documents: ``documentos.cpf.validar("529.982.247-25").valido``.

Each has ``validar``, ``valido``, ``formatar``, ``limpar`` and ``validar_coluna``.
"""

from ._smartbill import Documento, ResultadoDocumento

__all__ = [
    "Documento",
    "ResultadoDocumento",
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
boleto = Documento("boleto")
"""A payment slip: a linha digitável of 47 or 48 digits, or a barcode of 44."""
pix_chave = Documento("pix_chave")
"""A PIX key of any kind."""
brcode = Documento("brcode")
"""The text of a PIX QR code ("copia e cola")."""
chave_dfe = Documento("chave_dfe")
"""The access key of an electronic fiscal document, 44 characters."""
