"""Write the demo's input as old ERPs would: `clientes.xls` (BIFF8) and `consumos.csv` (cp1252, `;`), the customers of a
Protheus (`sa1010.csv`) and those of an Omie (`omie.xlsx`).

Names, documents and addresses are invented from a fixed seed, so that every run writes the same bytes.
Beside the files goes `expected.json`: which rows must be rejected and why, and the quantities of the
good ones. It is worked out here, without the library, so that a test can hold the library against it.

    python generate.py [folder]
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

import xlsxwriter
import xlwt

COMPANIES = 160
ALPHANUMERIC_COMPANIES = 40
PERSONS = 60
CONSUMOS = 5000
COMPETENCIA = (2026, 10)

TITLES = ("Relação de Clientes", "Emitido em 03/11/2026 18:42    Filial: 01 - MATRIZ    Usuário: FINANCEIRO")
CLIENTE_COLUMNS = (
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
CONSUMO_COLUMNS = (
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
    name: str
    ibge: int
    first_cep: int
    last_cep: int
    ddd: str


MUNICIPIOS = tuple(
    Municipio(*row)
    for row in (
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

TRADES = (
    "Padaria e Confeitaria|Auto Peças|Clínica Odontológica|Materiais Elétricos|"
    "Contabilidade|Distribuidora de Bebidas|Editora e Gráfica|Farmácia de Manipulação|"
    "Indústria de Móveis|Laticínios|Logística e Armazéns|Mercearia|Ótica|Pousada|"
    "Soluções em Informática|Transportes"
).split("|")
BRANDS = (
    "Aurora Boreal|Beira do Açude|Caminho da Serra|Duas Irmãs|Estação Velha|Flor de Ipê|Grão Miúdo|"
    "Jatobá|Lua de Março|Maré Alta|Nove Ilhas|Pedra Lisa|Quatro Ventos|Recanto do Sabiá|"
    "Sol Nascente|Três Porteiras|Uirapuru|Vão Livre"
).split("|")
LEGAL_FORMS = ("Ltda", "Ltda ME", "EIRELI", "S/A", "Ltda - EPP")
FIRST_NAMES = (
    "Ana Lúcia|Antônio|Beatriz|Cecília|Davi|Elis|Fabrício|Inês|João Batista|Lívia|Luís Otávio|Márcia|"
    "Otacílio|Raíssa|Sebastião|Thaís"
).split("|")
SURNAMES = (
    "Abrantes|Brandão|Conceição|Damião|Evangelista|Falcão|Gusmão|Itaboraí|Lourenço|Magalhães|Nóbrega|"
    "Paixão|Quintão|Ressurreição|Simões|Távora"
).split("|")
STREETS = (
    "Rua das Acácias|Avenida Brasil|Rua Sete de Setembro|Travessa do Comércio|Avenida Getúlio Vargas|"
    "Rua XV de Novembro|Praça da Matriz|Alameda dos Jacarandás|Rua Marechal Deodoro|Rodovia do Café"
).split("|")
DISTRICTS = "Centro|Jardim América|Vila Nova|São José|Boa Vista|Distrito Industrial|Água Branca".split("|")


# Documents, with check digits worked out from their published rules.


def modulo_11(values: list[int], weights: list[int]) -> int:
    rest = sum(v * p for v, p in zip(values, weights)) % 11
    return 0 if rest < 2 else 11 - rest


def cpf(rng: random.Random) -> str:
    digits = [rng.randrange(10) for _ in range(9)]
    for first_weight in (10, 11):
        digits.append(modulo_11(digits, list(range(first_weight, 1, -1))))
    return "".join(map(str, digits))


def with_check_digits(base: str) -> str:
    weights = [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]
    for count in (12, 13):
        base += str(modulo_11([ord(c) - 48 for c in base], weights[-count:]))
    return base


def numeric_cnpj(rng: random.Random) -> str:
    # Two leading zeros or more, and a number in a cell could be a CPF as well.
    root = rng.choice("0123") + rng.choice("123456789") + "".join(rng.choices(string.digits, k=6))
    return with_check_digits(root + "0001")


def alphanumeric_cnpj(rng: random.Random) -> str:
    root = "".join(rng.choices(string.digits + string.ascii_uppercase, k=7)) + rng.choice(string.ascii_uppercase)
    return with_check_digits(root + rng.choice(("0001", "0001", "000A", "00B1")))


def inscricao_estadual(rng: random.Random, uf: str) -> str:
    """A valid state registration, or "" for the states whose rule is not written here."""

    def draw(n: int) -> list[int]:
        return [rng.randrange(10) for _ in range(n)]

    if uf == "SP":
        d = draw(8)
        d.append(sum(v * p for v, p in zip(d, (1, 3, 4, 5, 6, 7, 8, 10))) % 11 % 10)
        d += draw(2)
        d.append(sum(v * p for v, p in zip(d, (3, 2, 10, 9, 8, 7, 6, 5, 4, 3, 2))) % 11 % 10)
        t = "".join(map(str, d))
        return rng.choice((t, f"{t[:3]}.{t[3:6]}.{t[6:9]}.{t[9:]}"))
    if uf == "PR":
        d = draw(8)
        d.append(modulo_11(d, [3, 2, 7, 6, 5, 4, 3, 2]))
        d.append(modulo_11(d, [4, 3, 2, 7, 6, 5, 4, 3, 2]))
    elif uf in IE_WEIGHTS:
        d = draw(len(IE_WEIGHTS[uf]))
        d.append(modulo_11(d, IE_WEIGHTS[uf]))
    else:
        return ""
    return "".join(map(str, d))


IE_WEIGHTS = {
    "RJ": [2, 7, 6, 5, 4, 3, 2],
    "ES": [9, 8, 7, 6, 5, 4, 3, 2],
    "SC": [9, 8, 7, 6, 5, 4, 3, 2],
    "RS": [2, 9, 8, 7, 6, 5, 4, 3, 2],
}


def masked(documento: str) -> str:
    if len(documento) == 11:
        return f"{documento[:3]}.{documento[3:6]}.{documento[6:9]}-{documento[9:]}"
    return f"{documento[:2]}.{documento[2:5]}.{documento[5:8]}/{documento[8:12]}-{documento[12:]}"


# Cells.


@dataclass(frozen=True)
class Number:
    """A numeric cell, shown in the given Excel format."""

    value: float
    number_format: str = "General"


@dataclass(frozen=True)
class CellError:
    """A formula's error: its number in BIFF and how Excel in Portuguese shows it."""

    biff: int
    text: str


Cell = Union[str, Number, CellError, None]
Row = dict[str, Cell]


def documento_cell(rng: random.Random, documento: str) -> Cell:
    if not documento.isdigit():
        return rng.choice((documento, masked(documento)))
    form = rng.randrange(5)
    if form < 2:
        return Number(int(documento), "0")
    if form == 2:
        return Number(int(documento), "0" * len(documento))
    return documento if form == 3 else masked(documento)


def cep_cell(rng: random.Random, m: Municipio) -> Cell:
    cep = f"{rng.randint(m.first_cep, m.last_cep):05d}{rng.choice((0, 10, 20, 35, 60, 110, 140, 250)):03d}"
    return rng.choice((Number(int(cep), "0"), Number(int(cep), "00000-000"), cep, f"{cep[:5]}-{cep[5:]}"))


def landline_cell(rng: random.Random, ddd: str) -> Cell:
    n = f"{rng.randint(2, 5)}{rng.randrange(10**7):07d}"
    return rng.choice((f"({ddd}) {n[:4]}-{n[4:]}", f"{ddd}{n}", Number(int(ddd + n), "0")))


def mobile_cell(rng: random.Random, ddd: str) -> Cell:
    n = f"9{rng.randint(6, 9)}{rng.randrange(10**7):07d}"
    masked = f"({ddd}) {n[:5]}-{n[5:]}"
    return rng.choice((masked, f"{ddd}{n}", f"+55 {masked}", Number(int(ddd + n), "0")))


def date_cell(rng: random.Random) -> Cell:
    date = dt.date(1945, 1, 1) + dt.timedelta(days=rng.randrange(21000))
    serial = (date - dt.date(1899, 12, 30)).days
    return rng.choice((date.strftime("%d/%m/%Y"), Number(serial, "DD/MM/YYYY"), Number(serial)))


def slug(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text.lower())
    cleaned = "".join(c if c.isalnum() else "-" for c in decomposed if not unicodedata.combining(c))
    return "-".join(p for p in cleaned.split("-") if p)


# Customers.


class BadRow(NamedTuple):
    """A row with something wrong: its kind, the column at fault, the reason, and whether the row goes without it."""

    kind: str
    column: str
    reason: str
    row: Row
    spared: bool = False


@dataclass
class Clientes:
    """The sheet's rows below its header, with what must become of them."""

    rows: list[Row | None] = field(default_factory=list)
    rejected: list[dict[str, object]] = field(default_factory=list)
    warnings: list[dict[str, object]] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)
    alphanumeric: int = 0


def clientes(rng: random.Random) -> tuple[Clientes, list[str]]:
    """All rows in the order of the sheet, and the codes of the good ones."""
    good = [company(rng, alphanumeric=i < ALPHANUMERIC_COMPANIES) for i in range(COMPANIES)]
    good += [person(rng) for _ in range(PERSONS)]
    rng.shuffle(good)
    for code, row in enumerate(good, start=1):
        row["Cód. Externo"] = f"{code:06d}"

    bad = bad_clientes(rng, good)
    by_position = dict(zip(sorted(rng.sample(range(30, len(good)), len(bad))), bad))
    swapped_cep = next(row for row in good[120:] if row["UF"] == "SP")
    swapped_cep["CEP"] = "20040-020"

    output = Clientes(bad=bad, alphanumeric=ALPHANUMERIC_COMPANIES)
    for position, good_row in enumerate(good):
        if bad_row := by_position.get(position):
            output.rows.append(bad_row.row)
            value = bad_row.row.get(bad_row.column)
            told = output.warnings if bad_row.spared else output.rejected
            told.append(
                expectation(excel_row(output), bad_row.kind, CLIENTE_COLUMNS, bad_row.column, value, bad_row.reason)
            )
        if position == 77:
            output.rows.append(None)
        output.rows.append(good_row)
        if good_row is swapped_cep:
            reason = "o CEP é do Rio de Janeiro e a UF é SP"
            output.warnings.append(
                expectation(excel_row(output), "cep_de_outra_uf", CLIENTE_COLUMNS, "CEP", good_row["CEP"], reason)
            )
    return output, [str(row["Cód. Externo"]) for row in good]


def excel_row(partial: Clientes) -> int:
    """The number that Excel gives to the row added last."""
    return len(TITLES) + 1 + len(partial.rows)


def company(rng: random.Random, *, alphanumeric: bool = False) -> Row:
    m = rng.choice(MUNICIPIOS)
    brand = rng.choice(BRANDS)
    name = f"{rng.choice(TRADES)} {brand} {rng.choice(LEGAL_FORMS)}"
    documento = alphanumeric_cnpj(rng) if alphanumeric else numeric_cnpj(rng)
    ie: Cell = None
    luck = rng.randrange(10)
    if luck < 3:
        ie = inscricao_estadual(rng, m.uf) or None
    elif luck == 3:
        ie = rng.choice(("ISENTO", "Isento"))
    domain = slug(brand)
    return {
        "Razão Social*": name,
        "Nome Fantasia": brand if rng.random() < 0.7 else None,
        "CNPJ / CPF": documento_cell(rng, documento),
        "Tipo Pessoa": "J",
        "Insc. Estadual": ie,
        "Insc. Municipal": str(rng.randrange(10**5, 10**7)) if rng.random() < 0.2 else None,
        "E-mail": f"{rng.choice(('financeiro', 'contato', 'nfe', 'fiscal'))}@{domain}.example",
        "Optante Simples": rng.choice(("S", "N")),
        **contact(rng, m),
    }


def person(rng: random.Random) -> Row:
    m = rng.choice(MUNICIPIOS)
    name = f"{rng.choice(FIRST_NAMES)} {rng.choice(SURNAMES)} {rng.choice(SURNAMES)}"
    return {
        "Razão Social*": name,
        "CNPJ / CPF": documento_cell(rng, unambiguous_cpf(rng)),
        "Tipo Pessoa": "F",
        "E-mail": f"{slug(name).replace('-', '.')}@correio.example" if rng.random() < 0.9 else None,
        "Data Nasc.": date_cell(rng) if rng.random() < 0.8 else None,
        **contact(rng, m),
    }


def unambiguous_cpf(rng: random.Random) -> str:
    """A CPF that is no CNPJ when zeros are put before it, as a reader of a numeric cell might."""
    while True:
        documento = cpf(rng)
        if len(set(documento)) > 1 and with_check_digits("000" + documento[:9])[12:] != documento[9:]:
            return documento


def contact(rng: random.Random, m: Municipio) -> Row:
    number: Cell = rng.choice((Number(rng.randint(1, 4000)), str(rng.randint(1, 4000)), "S/N"))
    return {
        "Telefone": landline_cell(rng, m.ddd) if rng.random() < 0.7 else None,
        "Celular": mobile_cell(rng, m.ddd) if rng.random() < 0.7 else None,
        "CEP": cep_cell(rng, m),
        "Endereço": rng.choice(STREETS),
        "Número": number,
        "Complemento": rng.choice((None, None, "Sala 12", "Galpão B", "Apto. 301", "Fundos")),
        "Bairro": rng.choice(DISTRICTS),
        "Município": m.name if rng.random() < 0.8 else m.name.upper(),
        "UF": m.uf,
        "Cód. IBGE": Number(m.ibge, "0") if rng.random() < 0.7 else str(m.ibge),
        "Limite de Crédito": Number(rng.randrange(10, 500) * 100, "#,##0.00"),
        "Observações": rng.choice(
            (None, None, None, "Cliente desde a época do sistema antigo", "Boleto só por e-mail")
        ),
    }


def bad_clientes(rng: random.Random, good: list[Row]) -> list[BadRow]:
    """One row of each kind that no import may accept; `good` are those it may."""

    def spoil(base: Row, **values: Cell) -> Row:
        return {**base, **{SHORT_NAMES[k]: v for k, v in values.items()}}

    def company_in(uf: str) -> Row:
        while True:
            row = company(rng)
            if row["UF"] == uf:
                return row

    def wrong_check_digit(documento: str) -> str:
        return documento[:-1] + str((int(documento[-1]) + 1) % 10)

    ie_sp = inscricao_estadual(random.Random(9), "SP")
    numeric = numeric_cnpj(rng)
    rows = [
        BadRow(
            "cnpj_dv",
            "CNPJ / CPF",
            "dígito verificador do CNPJ não confere",
            spoil(company(rng), doc=masked(wrong_check_digit(numeric_cnpj(rng)))),
        ),
        BadRow(
            "cnpj_alfanumerico_dv",
            "CNPJ / CPF",
            "dígito verificador do CNPJ alfanumérico não confere",
            spoil(company(rng), doc=wrong_check_digit(alphanumeric_cnpj(rng))),
        ),
        BadRow(
            "cpf_dv",
            "CNPJ / CPF",
            "dígito verificador do CPF não confere",
            spoil(person(rng), doc=masked(wrong_check_digit(unambiguous_cpf(rng)))),
        ),
        BadRow(
            "precisao_perdida",
            "CNPJ / CPF",
            "o Excel trocou o CNPJ por notação científica e os dígitos se perderam",
            spoil(company(rng), doc="1,23E+13"),
        ),
        BadRow(
            "digitos_repetidos",
            "CNPJ / CPF",
            "CNPJ de um só algarismo repetido",
            spoil(company(rng), doc="11.111.111/1111-11"),
        ),
        BadRow("documento_ausente", "CNPJ / CPF", "falta o CNPJ ou CPF", spoil(company(rng), doc=None)),
        BadRow(
            "celula_com_erro",
            "CNPJ / CPF",
            "a fórmula da célula resultou em #N/D",
            spoil(company(rng), doc=CellError(0x2A, "#N/D")),
        ),
        BadRow("nome_ausente", "Razão Social*", "falta a razão social", spoil(company(rng), name=None)),
        BadRow(
            "email_invalido",
            "E-mail",
            "e-mail sem arroba",
            spoil(company(rng), email="financeiro.jatoba.example"),
            spared=True,
        ),
        BadRow("uf_invalida", "UF", "a UF não existe", spoil(company(rng), uf="XX", ie=None), spared=True),
        BadRow(
            "ibge_de_outra_uf",
            "Cód. IBGE",
            "o município do código IBGE é do Rio de Janeiro e a UF é SP",
            spoil(company_in("SP"), ibge=Number(3304557, "0")),
            spared=True,
        ),
        BadRow(
            "ie_de_outra_uf",
            "Insc. Estadual",
            "a inscrição estadual é de SP e a UF é RJ",
            spoil(company_in("RJ"), ie=ie_sp),
            spared=True,
        ),
        BadRow(
            "telefone_incompleto",
            "Telefone",
            "falta um dígito no telefone",
            spoil(company_in("SP"), phone="(11) 3456-789"),
            spared=True,
        ),
        BadRow(
            "data_impossivel",
            "Data Nasc.",
            "31 de fevereiro não existe",
            spoil(person(rng), birth="31/02/1985"),
            spared=True,
        ),
        BadRow(
            "id_externo_repetido",
            "Cód. Externo",
            "código externo já usado numa linha acima",
            spoil(company(rng), code=good[7]["Cód. Externo"]),
        ),
        BadRow(
            "documento_repetido",
            "CNPJ / CPF",
            "CNPJ já usado numa linha acima",
            spoil(company(rng), doc=masked(numeric)),
        ),
        BadRow(
            "linha_truncada",
            "CNPJ / CPF",
            "a linha termina depois do nome",
            {"Razão Social*": "Mercearia Pedra Lisa Lt"},
        ),
    ]
    first = next(row for row in good if row["Tipo Pessoa"] == "J")
    first["CNPJ / CPF"] = Number(int(numeric), "0")
    for i, bad_row in enumerate(rows, start=1):
        bad_row.row.setdefault("Cód. Externo", f"9{i:05d}")
    return rows


SHORT_NAMES = {
    "code": "Cód. Externo",
    "doc": "CNPJ / CPF",
    "email": "E-mail",
    "phone": "Telefone",
    "ibge": "Cód. IBGE",
    "ie": "Insc. Estadual",
    "birth": "Data Nasc.",
    "name": "Razão Social*",
    "uf": "UF",
}


def expectation(
    row: int, kind: str, columns: tuple[str, ...], column: str, value: Cell, reason: str
) -> dict[str, object]:
    text = value.text if isinstance(value, CellError) else value.value if isinstance(value, Number) else value
    letter = string.ascii_uppercase[columns.index(column)]
    return {
        "row": row,
        "column": letter,
        "header": column,
        "kind": kind,
        "value": text,
        "reason": reason,
    }


def write_xls(data: Clientes) -> bytes:
    workbook = xlwt.Workbook(encoding="utf-8")
    sheet = workbook.add_sheet("Clientes")
    title = xlwt.easyxf("font: bold on, height 280; align: horiz center")
    header = xlwt.easyxf("font: bold on; pattern: pattern solid, fore_colour gray25; borders: bottom thin")
    last = len(CLIENTE_COLUMNS) - 1
    for i, text in enumerate(TITLES):
        sheet.write_merge(i, i, 0, last, text, title if i == 0 else xlwt.easyxf("align: horiz center"))
    for j, name in enumerate(CLIENTE_COLUMNS):
        sheet.write(len(TITLES), j, name, header)
        sheet.col(j).width = 256 * max(12, len(name) + 4)

    styles: dict[str, Any] = {}
    i = len(TITLES) + 1
    for row in data.rows:
        for j, name in enumerate(CLIENTE_COLUMNS):
            cell = row.get(name) if row else None
            if isinstance(cell, CellError):
                sheet.row(i).set_cell_error(j, cell.biff)
            elif isinstance(cell, Number):
                style = styles.setdefault(cell.number_format, xlwt.easyxf(num_format_str=cell.number_format))
                sheet.write(i, j, cell.value, style)
            elif cell is not None:
                sheet.write(i, j, cell)
        i += 1
    total = sum(c.value for row in data.rows if row and isinstance(c := row.get("Limite de Crédito"), Number))
    sheet.write(i, 0, "Total", header)
    sheet.write(i, 1, f"{sum(row is not None for row in data.rows)} clientes", header)
    sheet.write(i, CLIENTE_COLUMNS.index("Limite de Crédito"), total, xlwt.easyxf(num_format_str="#,##0.00"))
    output = io.BytesIO()
    workbook.save(output)
    return output.getvalue()


# Usage.


@dataclass
class Consumos:
    """The file's records below its header, with what must become of them."""

    rows: list[list[str]] = field(default_factory=list)
    rejected: list[dict[str, object]] = field(default_factory=list)
    quantities: dict[str, Decimal] = field(default_factory=dict)


def consumos(rng: random.Random, codes: list[str]) -> Consumos:
    bad = bad_consumos()
    positions = dict(zip(sorted(rng.sample(range(50, CONSUMOS), len(bad))), bad))
    output = Consumos()
    for i in range(CONSUMOS):
        if i in positions:
            kind, column, stage, reason, bad_record = positions[i]
            output.rows.append(bad_record)
            j = CONSUMO_COLUMNS.index(column)
            value = bad_record[j] if j < len(bad_record) else None
            expected = expectation(len(output.rows) + 1, kind, CONSUMO_COLUMNS, column, value, reason)
            output.rejected.append({**expected, "stage": stage})
        servico, quantity, row = consumo(rng, i + 1, rng.choice(codes))
        output.rows.append(row)
        output.quantities[servico] = output.quantities.get(servico, Decimal(0)) + quantity
    return output


def consumo(rng: random.Random, number: int, cliente: str) -> tuple[str, Decimal, list[str]]:
    year, month = COMPETENCIA
    date = dt.date(year, month, rng.randint(1, 31))
    servico = rng.choice(("API-CHAMADAS", "API-CHAMADAS", "ARMAZENAMENTO", "SMS"))
    price = ""
    if servico == "API-CHAMADAS":
        quantity = Decimal(rng.randint(100, 20000))
        description = rng.choice(
            ("Chamadas à API – produção", "Chamadas à API – homologação", "Integração; lote noturno", "")
        )
    elif servico == "ARMAZENAMENTO":
        quantity = Decimal(rng.randint(100, 500_000)) / 100
        description = rng.choice(("Cópia de segurança", "Arquivo de imagens", 'Disco "frio"', ""))
    else:
        quantity = Decimal(rng.randint(1, 999))
        price = rng.choice(("0,08", "R$ 0,08", "0,080"))
        description = rng.choice(("Avisos de cobrança", "Confirmação de presença", "Lembrete de vencimento…"))
    competencia = rng.choice((f"{month:02d}/{year}", f"out/{year}", f"{year}{month:02d}"))
    consumed_on = rng.choice((date.strftime("%d/%m/%Y"), date.strftime("%d/%m/%Y"), date.strftime("%d/%m/%y"), ""))
    row = [
        f"CS-{number:06d}",
        f"CT-{cliente}",
        servico,
        competencia,
        consumed_on,
        number_text(rng, quantity),
        price,
        description,
    ]
    return servico, quantity, row


def number_text(rng: random.Random, value: Decimal) -> str:
    """The number as people write it here; never `1.234`, which could be either of two."""
    whole, _, fraction = f"{value:f}".partition(".")
    grouped = f"{int(whole):,}".replace(",", ".")
    if fraction:
        return f"{rng.choice((whole, grouped))},{fraction}"
    return rng.choice((whole, f"{whole},00", f"{grouped},00"))


def bad_consumos() -> list[tuple[str, str, str, str, list[str]]]:
    """(kind, column, stage, reason in words, record): stage `sending` is what only the platform can know."""

    def row(number: int, **values: str) -> list[str]:
        base = {
            "contrato": "CT-000001",
            "servico": "API-CHAMADAS",
            "competencia": "10/2026",
            "date": "15/10/2026",
            "quantity": "100",
            "price": "",
            "description": "",
        }
        return [values.pop("id", f"CS-9{number:05d}"), *{**base, **values}.values()]

    v, e = "validation", "sending"
    return [
        ("quantidade_negativa", "Quantidade", v, "quantidade negativa", row(1, quantity="-15,5")),
        ("quantidade_zero", "Quantidade", v, "quantidade zero", row(2, quantity="0,00")),
        ("quantidade_ausente", "Quantidade", v, "falta a quantidade", row(3, quantity="")),
        (
            "quantidade_nao_numerica",
            "Quantidade",
            v,
            "a quantidade não é um número",
            row(4, quantity="doze"),
        ),
        (
            "numero_ambiguo",
            "Quantidade",
            v,
            "1.234 pode ser mil duzentos e trinta e quatro ou um inteiro e 234 milésimos",
            row(5, quantity="1.234"),
        ),
        (
            "casas_demais",
            "Quantidade",
            v,
            "mais de seis casas decimais",
            row(6, servico="ARMAZENAMENTO", quantity="1,1234567"),
        ),
        (
            "celula_com_erro",
            "Quantidade",
            v,
            "a fórmula da célula resultou em #REF!",
            row(7, quantity="#REF!"),
        ),
        ("data_impossivel", "Data Consumo", v, "31 de fevereiro não existe", row(8, date="31/02/2026")),
        ("competencia_invalida", "Competência", v, "não há mês 13", row(9, competencia="13/2026")),
        ("contrato_ausente", "Contrato", v, "falta o contrato", row(10, contrato="")),
        (
            "id_externo_repetido",
            "Id. Externo",
            v,
            "id externo já usado numa linha acima",
            row(11, id="CS-000010"),
        ),
        ("linha_truncada", "Quantidade", v, "a linha termina na competência", row(12)[:4]),
        (
            "servico_desconhecido",
            "Serviço",
            e,
            "não há serviço com esse código",
            row(13, servico="API-CHAMADA"),
        ),
        ("servico_nao_e_de_consumo", "Serviço", e, "o serviço é de valor fixo", row(14, servico="SUPORTE")),
        (
            "contrato_desconhecido",
            "Contrato",
            e,
            "não há contrato com esse código",
            row(15, contrato="CT-777777"),
        ),
    ]


def write_csv(data: Consumos) -> bytes:
    output = io.StringIO()
    writer = csv.writer(output, delimiter=";", lineterminator="\r\n")
    writer.writerow(CONSUMO_COLUMNS)
    writer.writerows(data.rows)
    return output.getvalue().encode("cp1252")


# Customers of other systems, in the shapes of those.

PROTHEUS_WIDTHS = {
    "A1_FILIAL": 2,
    "A1_COD": 6,
    "A1_LOJA": 2,
    "A1_PESSOA": 1,
    "A1_NOME": 40,
    "A1_NREDUZ": 20,
    "A1_CGC": 14,
    "A1_INSCR": 18,
    "A1_END": 40,
    "A1_BAIRRO": 30,
    "A1_MUN": 25,
    "A1_COD_MUN": 5,
    "A1_EST": 2,
    "A1_CEP": 8,
    "A1_DDD": 3,
    "A1_TEL": 15,
    "A1_EMAIL": 60,
    "A1_PRICOM": 8,
    "A1_MSBLQL": 1,
    "D_E_L_E_T_": 1,
    "R_E_C_N_O_": 10,
}

OMIE_COLUMNS = (
    "Situação",
    "Tags",
    "CNPJ / CPF",
    "Razão Social / Nome Completo",
    "Nome Fantasia / Nome Abreviado",
    "Telefone",
    "Contato",
    "E-mail",
    "Cidade",
    "Estado",
    "Endereço",
    "Bairro",
    "CEP",
    "Inscrição Estadual",
    "Contribuinte do ICMS",
    "Inscrição Municipal",
    "E-mail para NF-e e Boleto",
    "Crédito Total",
    "Inclusão",
    "Incluído por",
)


class OtherSystem(NamedTuple):
    """A file of another system: its rows, how many are customers, and the rows that are rejected or passed over."""

    rows: list[dict[str, Any]]
    accepted: int
    rejected: list[int]
    skipped: list[int]


def protheus(rng: random.Random) -> OtherSystem:
    """SA1: each text as long as its column, two branches of one company, a deleted record and a wrong check digit."""
    rows: list[dict[str, Any]] = []
    for i in range(14):
        m, brand = rng.choice(MUNICIPIOS), rng.choice(BRANDS)
        documento = numeric_cnpj(rng)
        rows.append(
            {
                "A1_COD": f"{i + 1:06d}",
                "A1_LOJA": "01",
                "A1_PESSOA": "J",
                "A1_NOME": f"{rng.choice(TRADES)} {brand}".upper(),
                "A1_NREDUZ": brand.upper(),
                "A1_CGC": documento,
                "A1_INSCR": "ISENTO",
                "A1_END": f"{rng.choice(STREETS).upper()}, {rng.randint(1, 4000)}",
                "A1_BAIRRO": rng.choice(DISTRICTS).upper(),
                "A1_MUN": m.name.upper(),
                "A1_COD_MUN": str(m.ibge)[2:],
                "A1_EST": m.uf,
                "A1_CEP": f"{rng.randint(m.first_cep, m.last_cep):05d}{rng.choice((0, 10, 110)):03d}",
                "A1_DDD": m.ddd,
                "A1_TEL": f"{rng.randint(2, 5)}{rng.randrange(10**7):07d}",
                "A1_EMAIL": f"nfe@{slug(brand)}.example",
                "A1_PRICOM": f"20{rng.randint(10, 25)}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}",
                "A1_MSBLQL": "2",
                "R_E_C_N_O_": str(i + 1),
            }
        )
    documento = with_check_digits(rows[3]["A1_CGC"][:8] + "0002")
    rows[4].update({"A1_COD": rows[3]["A1_COD"], "A1_LOJA": "02", "A1_CGC": documento})
    rows[7]["D_E_L_E_T_"] = "*"
    rows[9]["A1_CGC"] = rows[9]["A1_CGC"][:13] + str((int(rows[9]["A1_CGC"][13]) + 1) % 10)
    # The header is row 1.
    return OtherSystem(rows, accepted=12, rejected=[9 + 2], skipped=[7 + 2])


def write_protheus(data: OtherSystem) -> bytes:
    lines = [";".join(PROTHEUS_WIDTHS)]
    lines += [";".join(str(row.get(name, "")).ljust(w)[:w] for name, w in PROTHEUS_WIDTHS.items()) for row in data.rows]
    return "".join(line + "\r\n" for line in lines).encode("cp1252")


def omie(rng: random.Random) -> OtherSystem:
    """The list of customers and suppliers: town and state in one cell, a mobile without its ninth digit, and a CPF of
    zeros."""
    rows: list[dict[str, Any]] = []
    for i in range(12):
        m, brand = rng.choice(MUNICIPIOS), rng.choice(BRANDS)
        is_person = i % 4 == 3
        name = (
            f"{rng.choice(FIRST_NAMES)} {rng.choice(SURNAMES)}" if is_person else f"{rng.choice(TRADES)} {brand} LTDA"
        )
        documento = masked(unambiguous_cpf(rng) if is_person else numeric_cnpj(rng))
        number = f"({m.ddd}) {rng.randint(2, 5)}{rng.randrange(1000):03d}-{rng.randrange(10**4):04d}"
        rows.append(
            {
                "Situação": "Ativo",
                "Tags": "Cliente",
                "CNPJ / CPF": documento,
                "Razão Social / Nome Completo": name,
                "Nome Fantasia / Nome Abreviado": name if is_person else brand,
                "Telefone": number,
                "E-mail": f"financeiro@{slug(brand)}.example",
                "Cidade": f"{m.name} ({m.uf})",
                "Estado": m.uf,
                "Endereço": f"{rng.choice(STREETS)}, {rng.randint(1, 4000)}",
                "Bairro": rng.choice(DISTRICTS),
                "CEP": f"{rng.randint(m.first_cep, m.last_cep):05d}-{rng.choice((0, 10, 110)):03d}",
                "Contribuinte do ICMS": "Não",
                "Crédito Total": 0.0,
                "Inclusão": dt.datetime(2025, 7, 1 + i, 14, 44, 43),
                "Incluído por": "FINANCEIRO",
            }
        )
    rows[5]["Telefone"] = "(11) 9136-6175"
    rows[8]["CNPJ / CPF"] = "000.000.000-00"
    # Two titles come before the header, which is row 3.
    return OtherSystem(rows, accepted=11, rejected=[8 + 4], skipped=[])


def write_omie(data: OtherSystem) -> bytes:
    output = io.BytesIO()
    workbook = xlsxwriter.Workbook(output, {"in_memory": True})
    workbook.set_properties({"created": dt.datetime(2026, 11, 3)})
    sheet = workbook.add_worksheet("Clientes e Fornecedores")
    times = workbook.add_format({"num_format": "dd/mm/yyyy hh:mm"})
    last = len(OMIE_COLUMNS) - 1
    sheet.merge_range(0, 2, 0, last, "EMPRESA MODELO - Finanças - Clientes e Fornecedores")
    sheet.merge_range(1, 2, 1, last, "Emitido por Financeiro em 03/11/2026 08:12")
    sheet.freeze_panes(3, 0)
    sheet.set_column(2, 4, 36)
    sheet.write_row(2, 0, OMIE_COLUMNS)
    for i, row in enumerate(data.rows, 3):
        for j, name in enumerate(OMIE_COLUMNS):
            value = row.get(name)
            if isinstance(value, dt.datetime):
                sheet.write_datetime(i, j, value, times)
            elif value is not None:
                sheet.write(i, j, value)
    workbook.close()
    return output.getvalue()


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    rng = random.Random(20261103)
    cliente_rows, codes = clientes(rng)
    consumo_rows = consumos(rng, codes)
    of_protheus, of_omie = protheus(rng), omie(rng)
    others = (("sa1010.csv", "Protheus", of_protheus), ("omie.xlsx", "Omie", of_omie))
    expected = {
        "clientes": {
            "file": "clientes.xls",
            "sheet": "Clientes",
            "read": sum(row is not None for row in cliente_rows.rows),
            "accepted": len(codes) + sum(row.spared for row in cliente_rows.bad),
            "alphanumeric_cnpjs": cliente_rows.alphanumeric,
            "rejected": cliente_rows.rejected,
            "warnings": cliente_rows.warnings,
        },
        "consumos": {
            "file": "consumos.csv",
            "read": len(consumo_rows.rows),
            "accepted": CONSUMOS,
            "rejected_by_stage": Counter(str(r["stage"]) for r in consumo_rows.rejected),
            "rejected": consumo_rows.rejected,
            "accepted_quantities": {k: f"{v:f}" for k, v in sorted(consumo_rows.quantities.items())},
        },
        "outros": [
            {"file": file, "dialect": dialect, **{k: v for k, v in data._asdict().items() if k != "rows"}}
            for file, dialect, data in others
        ],
    }
    (folder / "clientes.xls").write_bytes(write_xls(cliente_rows))
    (folder / "consumos.csv").write_bytes(write_csv(consumo_rows))
    (folder / "sa1010.csv").write_bytes(write_protheus(of_protheus))
    (folder / "omie.xlsx").write_bytes(write_omie(of_omie))
    text = json.dumps(expected, ensure_ascii=False, indent=2) + "\n"
    (folder / "expected.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
