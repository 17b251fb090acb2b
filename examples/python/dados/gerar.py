"""Write the demo's input as an old ERP would: `clientes.xls` (BIFF8) and `consumos.csv` (cp1252, `;`).

Names, documents and addresses are invented from a fixed seed, so that every run writes the same bytes.
Beside the two files goes `esperado.json`: which rows must be rejected and why, and the quantities of the
good ones. It is worked out here, without the library, so that a test can hold the library against it.

    python gerar.py [folder]
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import random
import string
import sys
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple, Union

import xlwt

EMPRESAS = 160
EMPRESAS_ALFANUMERICAS = 40
PESSOAS = 60
CONSUMOS = 5000
COMPETENCIA = (2026, 10)

TITULOS = ("Relação de Clientes", "Emitido em 03/11/2026 18:42    Filial: 01 - MATRIZ    Usuário: FINANCEIRO")
COLUNAS_CLIENTES = (
    "Cód. Externo",
    "Razão Social*",
    "Nome Fantasia",
    "CNPJ / CPF",
    "Tipo Pessoa",
    "Insc. Estadual",
    "Insc. Municipal",
    "E-mail",
    "Telefone",
    "Celular",
    "CEP",
    "Endereço",
    "Número",
    "Complemento",
    "Bairro",
    "Município",
    "UF",
    "Cód. IBGE",
    "Data Nasc.",
    "Optante Simples",
    "Limite de Crédito",
    "Observações",
)
COLUNAS_CONSUMOS = (
    "Id. Externo",
    "Contrato",
    "Serviço",
    "Competência",
    "Data Consumo",
    "Quantidade",
    "Vlr. Unitário",
    "Descrição",
)


@dataclass(frozen=True)
class Municipio:
    """A municipality with the first and last five digits of its CEPs and its area code."""

    uf: str
    nome: str
    ibge: int
    cep_de: int
    cep_ate: int
    ddd: str


MUNICIPIOS = tuple(
    Municipio(*linha)
    for linha in (
        ("SP", "São Paulo", 3550308, 1001, 5999, "11"),
        ("SP", "São Paulo", 3550308, 8010, 8499, "11"),
        ("SP", "Guarulhos", 3518800, 7010, 7399, "11"),
        ("SP", "Osasco", 3534401, 6010, 6299, "11"),
        ("SP", "Santo André", 3547809, 9010, 9299, "11"),
        ("SP", "Santos", 3548500, 11010, 11099, "13"),
        ("SP", "São José dos Campos", 3549904, 12210, 12248, "12"),
        ("SP", "Campinas", 3509502, 13010, 13139, "19"),
        ("SP", "Ribeirão Preto", 3543402, 14010, 14114, "16"),
        ("SP", "Bauru", 3506003, 17010, 17119, "14"),
        ("SP", "Sorocaba", 3552205, 18010, 18119, "15"),
        ("RJ", "Rio de Janeiro", 3304557, 20010, 23799, "21"),
        ("RJ", "Niterói", 3303302, 24020, 24399, "21"),
        ("RJ", "Petrópolis", 3303906, 25610, 25779, "24"),
        ("MG", "Belo Horizonte", 3106200, 30110, 31999, "31"),
        ("MG", "Contagem", 3118601, 32010, 32399, "31"),
        ("MG", "Uberlândia", 3170206, 38400, 38415, "34"),
        ("ES", "Vitória", 3205309, 29010, 29099, "27"),
        ("BA", "Salvador", 2927408, 40010, 41999, "71"),
        ("BA", "Feira de Santana", 2910800, 44001, 44099, "75"),
        ("SE", "Aracaju", 2800308, 49010, 49099, "79"),
        ("PE", "Recife", 2611606, 50010, 52199, "81"),
        ("AL", "Maceió", 2704302, 57010, 57099, "82"),
        ("PB", "João Pessoa", 2507507, 58010, 58099, "83"),
        ("RN", "Natal", 2408102, 59010, 59149, "84"),
        ("CE", "Fortaleza", 2304400, 60010, 60899, "85"),
        ("PI", "Teresina", 2211001, 64000, 64099, "86"),
        ("MA", "São Luís", 2111300, 65010, 65099, "98"),
        ("PA", "Belém", 1501402, 66010, 66999, "91"),
        ("AP", "Macapá", 1600303, 68900, 68911, "96"),
        ("AM", "Manaus", 1302603, 69005, 69099, "92"),
        ("RR", "Boa Vista", 1400100, 69301, 69339, "95"),
        ("AC", "Rio Branco", 1200401, 69900, 69920, "68"),
        ("RO", "Porto Velho", 1100205, 76801, 76834, "69"),
        ("TO", "Palmas", 1721000, 77001, 77199, "63"),
        ("DF", "Brasília", 5300108, 70002, 71699, "61"),
        ("GO", "Goiânia", 5208707, 74003, 74899, "62"),
        ("MT", "Cuiabá", 5103403, 78005, 78099, "65"),
        ("MS", "Campo Grande", 5002704, 79002, 79129, "67"),
        ("PR", "Curitiba", 4106902, 80010, 82999, "41"),
        ("PR", "Londrina", 4113700, 86010, 86099, "43"),
        ("PR", "Maringá", 4115200, 87010, 87099, "44"),
        ("SC", "Florianópolis", 4205407, 88010, 88069, "48"),
        ("SC", "Joinville", 4209102, 89201, 89239, "47"),
        ("SC", "Blumenau", 4202404, 89010, 89069, "47"),
        ("RS", "Porto Alegre", 4314902, 90010, 91799, "51"),
        ("RS", "Caxias do Sul", 4305108, 95010, 95124, "54"),
        ("RS", "Pelotas", 4314407, 96010, 96099, "53"),
    )
)

RAMOS = (
    "Padaria e Confeitaria|Auto Peças|Clínica Odontológica|Materiais Elétricos|"
    "Contabilidade|Distribuidora de Bebidas|Editora e Gráfica|Farmácia de Manipulação|"
    "Indústria de Móveis|Laticínios|Logística e Armazéns|Mercearia|Ótica|Pousada|"
    "Soluções em Informática|Transportes"
).split("|")
MARCAS = (
    "Aurora Boreal|Beira do Açude|Caminho da Serra|Duas Irmãs|Estação Velha|Flor de Ipê|Grão Miúdo|"
    "Jatobá|Lua de Março|Maré Alta|Nove Ilhas|Pedra Lisa|Quatro Ventos|Recanto do Sabiá|"
    "Sol Nascente|Três Porteiras|Uirapuru|Vão Livre"
).split("|")
FORMAS = ("Ltda", "Ltda ME", "EIRELI", "S/A", "Ltda - EPP")
PRENOMES = (
    "Ana Lúcia|Antônio|Beatriz|Cecília|Davi|Elis|Fabrício|Inês|João Batista|Lívia|Luís Otávio|Márcia|"
    "Otacílio|Raíssa|Sebastião|Thaís"
).split("|")
SOBRENOMES = (
    "Abrantes|Brandão|Conceição|Damião|Evangelista|Falcão|Gusmão|Itaboraí|Lourenço|Magalhães|Nóbrega|"
    "Paixão|Quintão|Ressurreição|Simões|Távora"
).split("|")
RUAS = (
    "Rua das Acácias|Avenida Brasil|Rua Sete de Setembro|Travessa do Comércio|Avenida Getúlio Vargas|"
    "Rua XV de Novembro|Praça da Matriz|Alameda dos Jacarandás|Rua Marechal Deodoro|Rodovia do Café"
).split("|")
BAIRROS = "Centro|Jardim América|Vila Nova|São José|Boa Vista|Distrito Industrial|Água Branca".split("|")


# Documents, with check digits worked out from their published rules.


def modulo_11(valores: list[int], pesos: list[int]) -> int:
    resto = sum(v * p for v, p in zip(valores, pesos)) % 11
    return 0 if resto < 2 else 11 - resto


def cpf(rng: random.Random) -> str:
    digitos = [rng.randrange(10) for _ in range(9)]
    for primeiro_peso in (10, 11):
        digitos.append(modulo_11(digitos, list(range(primeiro_peso, 1, -1))))
    return "".join(map(str, digitos))


def cnpj_com_dv(base: str) -> str:
    pesos = [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]
    for quantos in (12, 13):
        base += str(modulo_11([ord(c) - 48 for c in base], pesos[-quantos:]))
    return base


def cnpj_numerico(rng: random.Random) -> str:
    # Two leading zeros or more, and a number in a cell could be a CPF as well.
    raiz = rng.choice("0123") + rng.choice("123456789") + "".join(rng.choices(string.digits, k=6))
    return cnpj_com_dv(raiz + "0001")


def cnpj_alfanumerico(rng: random.Random) -> str:
    raiz = "".join(rng.choices(string.digits + string.ascii_uppercase, k=7)) + rng.choice(string.ascii_uppercase)
    return cnpj_com_dv(raiz + rng.choice(("0001", "0001", "000A", "00B1")))


def inscricao_estadual(rng: random.Random, uf: str) -> str:
    """A valid state registration, or "" for the states whose rule is not written here."""

    def sorteia(n: int) -> list[int]:
        return [rng.randrange(10) for _ in range(n)]

    if uf == "SP":
        d = sorteia(8)
        d.append(sum(v * p for v, p in zip(d, (1, 3, 4, 5, 6, 7, 8, 10))) % 11 % 10)
        d += sorteia(2)
        d.append(sum(v * p for v, p in zip(d, (3, 2, 10, 9, 8, 7, 6, 5, 4, 3, 2))) % 11 % 10)
        t = "".join(map(str, d))
        return rng.choice((t, f"{t[:3]}.{t[3:6]}.{t[6:9]}.{t[9:]}"))
    if uf == "PR":
        d = sorteia(8)
        d.append(modulo_11(d, [3, 2, 7, 6, 5, 4, 3, 2]))
        d.append(modulo_11(d, [4, 3, 2, 7, 6, 5, 4, 3, 2]))
    elif uf in PESOS_IE:
        d = sorteia(len(PESOS_IE[uf]))
        d.append(modulo_11(d, PESOS_IE[uf]))
    else:
        return ""
    return "".join(map(str, d))


PESOS_IE = {
    "RJ": [2, 7, 6, 5, 4, 3, 2],
    "ES": [9, 8, 7, 6, 5, 4, 3, 2],
    "SC": [9, 8, 7, 6, 5, 4, 3, 2],
    "RS": [2, 9, 8, 7, 6, 5, 4, 3, 2],
}


def mascara(documento: str) -> str:
    if len(documento) == 11:
        return f"{documento[:3]}.{documento[3:6]}.{documento[6:9]}-{documento[9:]}"
    return f"{documento[:2]}.{documento[2:5]}.{documento[5:8]}/{documento[8:12]}-{documento[12:]}"


# Cells.


@dataclass(frozen=True)
class Numero:
    """A numeric cell, shown in the given Excel format."""

    valor: float
    formato: str = "General"


@dataclass(frozen=True)
class Erro:
    """A formula's error: its number in BIFF and how Excel in Portuguese shows it."""

    biff: int
    texto: str


Celula = Union[str, Numero, Erro, None]
Linha = dict[str, Celula]


def celula_documento(rng: random.Random, documento: str) -> Celula:
    if not documento.isdigit():
        return rng.choice((documento, mascara(documento)))
    forma = rng.randrange(5)
    if forma < 2:
        return Numero(int(documento), "0")
    if forma == 2:
        return Numero(int(documento), "0" * len(documento))
    return documento if forma == 3 else mascara(documento)


def celula_cep(rng: random.Random, m: Municipio) -> Celula:
    cep = f"{rng.randint(m.cep_de, m.cep_ate):05d}{rng.choice((0, 10, 20, 35, 60, 110, 140, 250)):03d}"
    return rng.choice((Numero(int(cep), "0"), Numero(int(cep), "00000-000"), cep, f"{cep[:5]}-{cep[5:]}"))


def celula_fixo(rng: random.Random, ddd: str) -> Celula:
    n = f"{rng.randint(2, 5)}{rng.randrange(10**7):07d}"
    return rng.choice((f"({ddd}) {n[:4]}-{n[4:]}", f"{ddd}{n}", Numero(int(ddd + n), "0")))


def celula_celular(rng: random.Random, ddd: str) -> Celula:
    n = f"9{rng.randint(6, 9)}{rng.randrange(10**7):07d}"
    mascarado = f"({ddd}) {n[:5]}-{n[5:]}"
    return rng.choice((mascarado, f"{ddd}{n}", f"+55 {mascarado}", Numero(int(ddd + n), "0")))


def celula_data(rng: random.Random) -> Celula:
    data = dt.date(1945, 1, 1) + dt.timedelta(days=rng.randrange(21000))
    serial = (data - dt.date(1899, 12, 30)).days
    return rng.choice((data.strftime("%d/%m/%Y"), Numero(serial, "DD/MM/YYYY"), Numero(serial)))


def sem_acento(texto: str) -> str:
    solto = unicodedata.normalize("NFD", texto.lower())
    limpo = "".join(c if c.isalnum() else "-" for c in solto if not unicodedata.combining(c))
    return "-".join(p for p in limpo.split("-") if p)


# Customers.


class Ruim(NamedTuple):
    """A row that no import may accept: its kind, the column at fault, the reason in words."""

    tipo: str
    coluna: str
    motivo: str
    linha: Linha


@dataclass
class Clientes:
    """The sheet's rows below its header, with what must become of them."""

    linhas: list[Linha | None] = field(default_factory=list)
    rejeitadas: list[dict[str, object]] = field(default_factory=list)
    avisos: list[dict[str, object]] = field(default_factory=list)
    alfanumericos: int = 0


def clientes(rng: random.Random) -> tuple[Clientes, list[str]]:
    """All rows in the order of the sheet, and the codes of the good ones."""
    boas = [empresa(rng, alfa=i < EMPRESAS_ALFANUMERICAS) for i in range(EMPRESAS)]
    boas += [pessoa(rng) for _ in range(PESSOAS)]
    rng.shuffle(boas)
    for codigo, linha in enumerate(boas, start=1):
        linha["Cód. Externo"] = f"{codigo:06d}"

    mas = clientes_ruins(rng, boas)
    por_posicao = dict(zip(sorted(rng.sample(range(30, len(boas)), len(mas))), mas))
    cep_trocado = next(linha for linha in boas[120:] if linha["UF"] == "SP")
    cep_trocado["CEP"] = "20040-020"

    saida = Clientes(alfanumericos=EMPRESAS_ALFANUMERICAS)
    for posicao, boa in enumerate(boas):
        if ruim := por_posicao.get(posicao):
            saida.linhas.append(ruim.linha)
            valor = ruim.linha.get(ruim.coluna)
            saida.rejeitadas.append(
                registro(linha_excel(saida), ruim.tipo, COLUNAS_CLIENTES, ruim.coluna, valor, ruim.motivo)
            )
        if posicao == 77:
            saida.linhas.append(None)
        saida.linhas.append(boa)
        if boa is cep_trocado:
            motivo = "o CEP é do Rio de Janeiro e a UF é SP"
            saida.avisos.append(
                registro(linha_excel(saida), "cep_de_outra_uf", COLUNAS_CLIENTES, "CEP", boa["CEP"], motivo)
            )
    return saida, [str(linha["Cód. Externo"]) for linha in boas]


def linha_excel(parcial: Clientes) -> int:
    """The number that Excel gives to the row added last."""
    return len(TITULOS) + 1 + len(parcial.linhas)


def empresa(rng: random.Random, *, alfa: bool = False) -> Linha:
    m = rng.choice(MUNICIPIOS)
    marca = rng.choice(MARCAS)
    nome = f"{rng.choice(RAMOS)} {marca} {rng.choice(FORMAS)}"
    documento = cnpj_alfanumerico(rng) if alfa else cnpj_numerico(rng)
    ie: Celula = None
    sorte = rng.randrange(10)
    if sorte < 3:
        ie = inscricao_estadual(rng, m.uf) or None
    elif sorte == 3:
        ie = rng.choice(("ISENTO", "Isento"))
    dominio = sem_acento(marca)
    return {
        "Razão Social*": nome,
        "Nome Fantasia": marca if rng.random() < 0.7 else None,
        "CNPJ / CPF": celula_documento(rng, documento),
        "Tipo Pessoa": "J",
        "Insc. Estadual": ie,
        "Insc. Municipal": str(rng.randrange(10**5, 10**7)) if rng.random() < 0.2 else None,
        "E-mail": f"{rng.choice(('financeiro', 'contato', 'nfe', 'fiscal'))}@{dominio}.example",
        "Optante Simples": rng.choice(("S", "N")),
        **contato(rng, m),
    }


def pessoa(rng: random.Random) -> Linha:
    m = rng.choice(MUNICIPIOS)
    nome = f"{rng.choice(PRENOMES)} {rng.choice(SOBRENOMES)} {rng.choice(SOBRENOMES)}"
    return {
        "Razão Social*": nome,
        "CNPJ / CPF": celula_documento(rng, cpf_sem_ambiguidade(rng)),
        "Tipo Pessoa": "F",
        "E-mail": f"{sem_acento(nome).replace('-', '.')}@correio.example" if rng.random() < 0.9 else None,
        "Data Nasc.": celula_data(rng) if rng.random() < 0.8 else None,
        **contato(rng, m),
    }


def cpf_sem_ambiguidade(rng: random.Random) -> str:
    """A CPF that is no CNPJ when zeros are put before it, as a reader of a numeric cell might."""
    while True:
        documento = cpf(rng)
        if len(set(documento)) > 1 and cnpj_com_dv("000" + documento[:9])[12:] != documento[9:]:
            return documento


def contato(rng: random.Random, m: Municipio) -> Linha:
    numero: Celula = rng.choice((Numero(rng.randint(1, 4000)), str(rng.randint(1, 4000)), "S/N"))
    return {
        "Telefone": celula_fixo(rng, m.ddd) if rng.random() < 0.7 else None,
        "Celular": celula_celular(rng, m.ddd) if rng.random() < 0.7 else None,
        "CEP": celula_cep(rng, m),
        "Endereço": rng.choice(RUAS),
        "Número": numero,
        "Complemento": rng.choice((None, None, "Sala 12", "Galpão B", "Apto. 301", "Fundos")),
        "Bairro": rng.choice(BAIRROS),
        "Município": m.nome if rng.random() < 0.8 else m.nome.upper(),
        "UF": m.uf,
        "Cód. IBGE": Numero(m.ibge, "0") if rng.random() < 0.7 else str(m.ibge),
        "Limite de Crédito": Numero(rng.randrange(10, 500) * 100, "#,##0.00"),
        "Observações": rng.choice(
            (None, None, None, "Cliente desde a época do sistema antigo", "Boleto só por e-mail")
        ),
    }


def clientes_ruins(rng: random.Random, boas: list[Linha]) -> list[Ruim]:
    """One row of each kind that no import may accept; `boas` are those it may."""

    def estraga(base: Linha, **valores: Celula) -> Linha:
        return {**base, **{NOMES_CURTOS[k]: v for k, v in valores.items()}}

    def empresa_em(uf: str) -> Linha:
        while True:
            linha = empresa(rng)
            if linha["UF"] == uf:
                return linha

    def dv_errado(documento: str) -> str:
        return documento[:-1] + str((int(documento[-1]) + 1) % 10)

    ie_sp = inscricao_estadual(random.Random(9), "SP")
    numerico = cnpj_numerico(rng)
    lista = [
        Ruim(
            "cnpj_dv",
            "CNPJ / CPF",
            "dígito verificador do CNPJ não confere",
            estraga(empresa(rng), doc=mascara(dv_errado(cnpj_numerico(rng)))),
        ),
        Ruim(
            "cnpj_alfanumerico_dv",
            "CNPJ / CPF",
            "dígito verificador do CNPJ alfanumérico não confere",
            estraga(empresa(rng), doc=dv_errado(cnpj_alfanumerico(rng))),
        ),
        Ruim(
            "cpf_dv",
            "CNPJ / CPF",
            "dígito verificador do CPF não confere",
            estraga(pessoa(rng), doc=mascara(dv_errado(cpf_sem_ambiguidade(rng)))),
        ),
        Ruim(
            "precisao_perdida",
            "CNPJ / CPF",
            "o Excel trocou o CNPJ por notação científica e os dígitos se perderam",
            estraga(empresa(rng), doc="1,23E+13"),
        ),
        Ruim(
            "digitos_repetidos",
            "CNPJ / CPF",
            "CNPJ de um só algarismo repetido",
            estraga(empresa(rng), doc="11.111.111/1111-11"),
        ),
        Ruim("documento_ausente", "CNPJ / CPF", "falta o CNPJ ou CPF", estraga(empresa(rng), doc=None)),
        Ruim(
            "celula_com_erro",
            "CNPJ / CPF",
            "a fórmula da célula resultou em #N/D",
            estraga(empresa(rng), doc=Erro(0x2A, "#N/D")),
        ),
        Ruim("nome_ausente", "Razão Social*", "falta a razão social", estraga(empresa(rng), nome=None)),
        Ruim(
            "email_invalido",
            "E-mail",
            "e-mail sem arroba",
            estraga(empresa(rng), email="financeiro.jatoba.example"),
        ),
        Ruim("uf_invalida", "UF", "a UF não existe", estraga(empresa(rng), uf="XX", ie=None)),
        Ruim(
            "ibge_de_outra_uf",
            "Cód. IBGE",
            "o município do código IBGE é do Rio de Janeiro e a UF é SP",
            estraga(empresa_em("SP"), ibge=Numero(3304557, "0")),
        ),
        Ruim(
            "ie_de_outra_uf",
            "Insc. Estadual",
            "a inscrição estadual é de SP e a UF é RJ",
            estraga(empresa_em("RJ"), ie=ie_sp),
        ),
        Ruim(
            "telefone_incompleto",
            "Telefone",
            "falta um dígito no telefone",
            estraga(empresa_em("SP"), fone="(11) 3456-789"),
        ),
        Ruim(
            "data_impossivel",
            "Data Nasc.",
            "31 de fevereiro não existe",
            estraga(pessoa(rng), nasc="31/02/1985"),
        ),
        Ruim(
            "id_externo_repetido",
            "Cód. Externo",
            "código externo já usado numa linha acima",
            estraga(empresa(rng), codigo=boas[7]["Cód. Externo"]),
        ),
        Ruim(
            "documento_repetido",
            "CNPJ / CPF",
            "CNPJ já usado numa linha acima",
            estraga(empresa(rng), doc=mascara(numerico)),
        ),
        Ruim(
            "linha_truncada",
            "CNPJ / CPF",
            "a linha termina depois do nome",
            {"Razão Social*": "Mercearia Pedra Lisa Lt"},
        ),
    ]
    primeira = next(boa for boa in boas if boa["Tipo Pessoa"] == "J")
    primeira["CNPJ / CPF"] = Numero(int(numerico), "0")
    for i, ruim in enumerate(lista, start=1):
        ruim.linha.setdefault("Cód. Externo", f"9{i:05d}")
    return lista


NOMES_CURTOS = {
    "codigo": "Cód. Externo",
    "doc": "CNPJ / CPF",
    "email": "E-mail",
    "fone": "Telefone",
    "ibge": "Cód. IBGE",
    "ie": "Insc. Estadual",
    "nasc": "Data Nasc.",
    "nome": "Razão Social*",
    "uf": "UF",
}


def registro(
    linha: int, tipo: str, colunas: tuple[str, ...], coluna: str, valor: Celula, motivo: str
) -> dict[str, object]:
    texto = valor.texto if isinstance(valor, Erro) else valor.valor if isinstance(valor, Numero) else valor
    letra = string.ascii_uppercase[colunas.index(coluna)]
    return {
        "linha": linha,
        "coluna": letra,
        "cabecalho": coluna,
        "tipo": tipo,
        "valor": texto,
        "motivo": motivo,
    }


def escreve_xls(dados: Clientes) -> bytes:
    livro = xlwt.Workbook(encoding="utf-8")
    aba = livro.add_sheet("Clientes")
    titulo = xlwt.easyxf("font: bold on, height 280; align: horiz center")
    cabecalho = xlwt.easyxf("font: bold on; pattern: pattern solid, fore_colour gray25; borders: bottom thin")
    ultima = len(COLUNAS_CLIENTES) - 1
    for i, texto in enumerate(TITULOS):
        aba.write_merge(i, i, 0, ultima, texto, titulo if i == 0 else xlwt.easyxf("align: horiz center"))
    for j, nome in enumerate(COLUNAS_CLIENTES):
        aba.write(len(TITULOS), j, nome, cabecalho)
        aba.col(j).width = 256 * max(12, len(nome) + 4)

    estilos: dict[str, Any] = {}
    i = len(TITULOS) + 1
    for linha in dados.linhas:
        for j, nome in enumerate(COLUNAS_CLIENTES):
            celula = linha.get(nome) if linha else None
            if isinstance(celula, Erro):
                aba.row(i).set_cell_error(j, celula.biff)
            elif isinstance(celula, Numero):
                estilo = estilos.setdefault(celula.formato, xlwt.easyxf(num_format_str=celula.formato))
                aba.write(i, j, celula.valor, estilo)
            elif celula is not None:
                aba.write(i, j, celula)
        i += 1
    total = sum(c.valor for linha in dados.linhas if linha and isinstance(c := linha.get("Limite de Crédito"), Numero))
    aba.write(i, 0, "Total", cabecalho)
    aba.write(i, 1, f"{sum(linha is not None for linha in dados.linhas)} clientes", cabecalho)
    aba.write(i, COLUNAS_CLIENTES.index("Limite de Crédito"), total, xlwt.easyxf(num_format_str="#,##0.00"))
    saida = io.BytesIO()
    livro.save(saida)
    return saida.getvalue()


# Usage.


@dataclass
class Consumos:
    """The file's records below its header, with what must become of them."""

    linhas: list[list[str]] = field(default_factory=list)
    rejeitadas: list[dict[str, object]] = field(default_factory=list)
    quantidades: dict[str, Decimal] = field(default_factory=dict)


def consumos(rng: random.Random, codigos: list[str]) -> Consumos:
    mas = consumos_ruins()
    posicoes = dict(zip(sorted(rng.sample(range(50, CONSUMOS), len(mas))), mas))
    saida = Consumos()
    for i in range(CONSUMOS):
        if i in posicoes:
            tipo, coluna, etapa, motivo, registro_ruim = posicoes[i]
            saida.linhas.append(registro_ruim)
            j = COLUNAS_CONSUMOS.index(coluna)
            valor = registro_ruim[j] if j < len(registro_ruim) else None
            ruim = registro(len(saida.linhas) + 1, tipo, COLUNAS_CONSUMOS, coluna, valor, motivo)
            saida.rejeitadas.append({**ruim, "etapa": etapa})
        servico, quantidade, linha = consumo(rng, i + 1, rng.choice(codigos))
        saida.linhas.append(linha)
        saida.quantidades[servico] = saida.quantidades.get(servico, Decimal(0)) + quantidade
    return saida


def consumo(rng: random.Random, numero: int, cliente: str) -> tuple[str, Decimal, list[str]]:
    ano, mes = COMPETENCIA
    data = dt.date(ano, mes, rng.randint(1, 31))
    servico = rng.choice(("API-CHAMADAS", "API-CHAMADAS", "ARMAZENAMENTO", "SMS"))
    preco = ""
    if servico == "API-CHAMADAS":
        quantidade = Decimal(rng.randint(100, 20000))
        descricao = rng.choice(
            ("Chamadas à API – produção", "Chamadas à API – homologação", "Integração; lote noturno", "")
        )
    elif servico == "ARMAZENAMENTO":
        quantidade = Decimal(rng.randint(100, 500_000)) / 100
        descricao = rng.choice(("Cópia de segurança", "Arquivo de imagens", 'Disco "frio"', ""))
    else:
        quantidade = Decimal(rng.randint(1, 999))
        preco = rng.choice(("0,08", "R$ 0,08", "0,080"))
        descricao = rng.choice(("Avisos de cobrança", "Confirmação de presença", "Lembrete de vencimento…"))
    competencia = rng.choice((f"{mes:02d}/{ano}", f"out/{ano}", f"{ano}{mes:02d}"))
    consumido = rng.choice((data.strftime("%d/%m/%Y"), data.strftime("%d/%m/%Y"), data.strftime("%d/%m/%y"), ""))
    linha = [
        f"CS-{numero:06d}",
        f"CT-{cliente}",
        servico,
        competencia,
        consumido,
        texto_numero(rng, quantidade),
        preco,
        descricao,
    ]
    return servico, quantidade, linha


def texto_numero(rng: random.Random, valor: Decimal) -> str:
    """The number as people write it here; never `1.234`, which could be either of two."""
    inteiro, _, fracao = f"{valor:f}".partition(".")
    milhar = f"{int(inteiro):,}".replace(",", ".")
    if fracao:
        return f"{rng.choice((inteiro, milhar))},{fracao}"
    return rng.choice((inteiro, f"{inteiro},00", f"{milhar},00"))


def consumos_ruins() -> list[tuple[str, str, str, str, list[str]]]:
    """(kind, column, stage, reason in words, record): stage `envio` is what only the platform can know."""

    def linha(numero: int, **valores: str) -> list[str]:
        base = {
            "contrato": "CT-000001",
            "servico": "API-CHAMADAS",
            "competencia": "10/2026",
            "data": "15/10/2026",
            "quantidade": "100",
            "preco": "",
            "descricao": "",
        }
        return [valores.pop("id", f"CS-9{numero:05d}"), *{**base, **valores}.values()]

    v, e = "validacao", "envio"
    return [
        ("quantidade_negativa", "Quantidade", v, "quantidade negativa", linha(1, quantidade="-15,5")),
        ("quantidade_zero", "Quantidade", v, "quantidade zero", linha(2, quantidade="0,00")),
        ("quantidade_ausente", "Quantidade", v, "falta a quantidade", linha(3, quantidade="")),
        (
            "quantidade_nao_numerica",
            "Quantidade",
            v,
            "a quantidade não é um número",
            linha(4, quantidade="doze"),
        ),
        (
            "numero_ambiguo",
            "Quantidade",
            v,
            "1.234 pode ser mil duzentos e trinta e quatro ou um inteiro e 234 milésimos",
            linha(5, quantidade="1.234"),
        ),
        (
            "casas_demais",
            "Quantidade",
            v,
            "mais de seis casas decimais",
            linha(6, servico="ARMAZENAMENTO", quantidade="1,1234567"),
        ),
        (
            "celula_com_erro",
            "Quantidade",
            v,
            "a fórmula da célula resultou em #REF!",
            linha(7, quantidade="#REF!"),
        ),
        ("data_impossivel", "Data Consumo", v, "31 de fevereiro não existe", linha(8, data="31/02/2026")),
        ("competencia_invalida", "Competência", v, "não há mês 13", linha(9, competencia="13/2026")),
        ("contrato_ausente", "Contrato", v, "falta o contrato", linha(10, contrato="")),
        (
            "id_externo_repetido",
            "Id. Externo",
            v,
            "id externo já usado numa linha acima",
            linha(11, id="CS-000010"),
        ),
        ("linha_truncada", "Quantidade", v, "a linha termina na competência", linha(12)[:4]),
        (
            "servico_desconhecido",
            "Serviço",
            e,
            "não há serviço com esse código",
            linha(13, servico="API-CHAMADA"),
        ),
        ("servico_nao_e_de_consumo", "Serviço", e, "o serviço é de valor fixo", linha(14, servico="SUPORTE")),
        (
            "contrato_desconhecido",
            "Contrato",
            e,
            "não há contrato com esse código",
            linha(15, contrato="CT-777777"),
        ),
    ]


def escreve_csv(dados: Consumos) -> bytes:
    saida = io.StringIO()
    escritor = csv.writer(saida, delimiter=";", lineterminator="\r\n")
    escritor.writerow(COLUNAS_CONSUMOS)
    escritor.writerows(dados.linhas)
    return saida.getvalue().encode("cp1252")


def main() -> None:
    pasta = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    rng = random.Random(20261103)
    dos_clientes, codigos = clientes(rng)
    dos_consumos = consumos(rng, codigos)
    esperado = {
        "clientes": {
            "arquivo": "clientes.xls",
            "planilha": "Clientes",
            "lidas": sum(linha is not None for linha in dos_clientes.linhas),
            "aceitas": len(codigos),
            "cnpj_alfanumericos": dos_clientes.alfanumericos,
            "rejeitadas": dos_clientes.rejeitadas,
            "avisos": dos_clientes.avisos,
        },
        "consumos": {
            "arquivo": "consumos.csv",
            "lidas": len(dos_consumos.linhas),
            "aceitas": CONSUMOS,
            "rejeitadas_por_etapa": Counter(str(r["etapa"]) for r in dos_consumos.rejeitadas),
            "rejeitadas": dos_consumos.rejeitadas,
            "quantidades_aceitas": {k: f"{v:f}" for k, v in sorted(dos_consumos.quantidades.items())},
        },
    }
    (pasta / "clientes.xls").write_bytes(escreve_xls(dos_clientes))
    (pasta / "consumos.csv").write_bytes(escreve_csv(dos_consumos))
    texto = json.dumps(esperado, ensure_ascii=False, indent=2) + "\n"
    (pasta / "esperado.json").write_text(texto, encoding="utf-8")


if __name__ == "__main__":
    main()
