"""Whole jobs over HTTP, in this process's time: pages of charges in, and a spreadsheet of customers out.

The peers are what a user would put together by hand: aiohttp and msgspec for the pages; calamine, msgspec, pyreqwest
and sqlite3 for the spreadsheet. They check less, and do not read back what was lost.
"""

import asyncio
import json
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import brutils
import msgspec
import pyarrow
import xlsxwriter
from measuring import different, medians, print_machine, print_table
from pyreqwest.client import SyncClientBuilder
from python_calamine import CalamineWorkbook
from records import Charge, charge
from smartbill import Smartbill

PAGES, SIZE, ROWS = 40, 500, int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
HERE = Path(__file__).parent

# The same charges as another platform writes them: other names and words, amounts in cents, pages elsewhere.
FOREIGN = """
base_path = "/foreign"
[operations]
"cobrancas.listar" = { path = "/charges", items = "charges" }
[pagination]
style = "page"
page = "page"
size = "per_page"
max_size = 500
[list]
more = "more"
[fields.Cobranca]
numero = "number"
clienteId = "customer"
contratoId = "subscription"
competencia = "period"
dataEmissao = "issued_at"
dataVencimento = "due_at"
valorOriginal = { name = "amount", as = "cents" }
valorPago = { name = "paid", as = "cents" }
saldo = { name = "open", as = "cents" }
formaPagamento = { name = "method", values = { BOLETO = "bank_slip" } }
situacao = { name = "state", values = { EM_ABERTO = "open", PAGA = "paid", VENCIDA = "overdue" } }
boleto.nossoNumero = "slip.number"
boleto.linhaDigitavel = "slip.line"
boleto.url = "slip.url"
"""
WORDS = {"EM_ABERTO": "open", "PAGA": "paid", "VENCIDA": "overdue"}


def cents(amount: str) -> int:
    return int(amount.replace(".", ""))


def foreign(record: dict[str, Any]) -> dict[str, Any]:
    slip = record["boleto"]
    return {
        "id": record["id"],
        "number": record["numero"],
        "customer": record["clienteId"],
        "subscription": record["contratoId"],
        "itens": record["itens"],
        "period": record["competencia"],
        "issued_at": record["dataEmissao"],
        "due_at": record["dataVencimento"],
        "amount": cents(record["valorOriginal"]),
        "paid": cents(record["valorPago"]),
        "open": cents(record["saldo"]),
        "method": "bank_slip",
        "state": WORDS[record["situacao"]],
        "slip": {"number": slip["nossoNumero"], "line": slip["linhaDigitavel"], "url": slip["url"]},
    }


def write_pages(folder: Path) -> None:
    """Writes the pages of each kind: as the default profile has them, as the foreign one, and with unknown members."""
    for kind in ("api", "foreign", "drift"):
        (folder / kind).mkdir()
    for page in range(PAGES):
        records = [charge(page * SIZE + i) for i in range(SIZE)]
        more = page + 1 < PAGES
        unknown = [{**record, "novo": 1, "outro": "x", "tags": [], "conta": {"a": 1}, "v": None} for record in records]
        for kind, body in {
            "api": {"data": records, "hasMore": more},
            "foreign": {"charges": [foreign(record) for record in records], "more": more},
            "drift": {"data": unknown, "hasMore": more},
        }.items():
            (folder / kind / f"{page + 1}.json").write_text(json.dumps(body), encoding="utf-8")


def write_sheet(path: Path) -> None:
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Código externo", "Nome", "CPF/CNPJ", "E-mail"])
        for i, document in enumerate(different(brutils.generate_cpf, ROWS)):
            row = [f"ERP-{i}", f"Cliente de número {i}", document, f"cliente{i}@example.com.br"]
            sheet.write_row(i + 1, 0, row)


class Page(msgspec.Struct, rename="camel"):
    data: list[Charge]
    has_more: bool


async def by_hand(url: str) -> list[Charge]:
    decoder, charges, page = msgspec.json.Decoder(Page), [], 1
    async with aiohttp.ClientSession() as session:
        while True:
            async with session.get(f"{url}/api/v1/cobrancas", params={"page": page, "size": SIZE}) as response:
                read = decoder.decode(await response.read())
            charges += read.data
            if not read.has_more:
                return charges
            page += 1


class Person(msgspec.Struct, rename="camel"):
    codigo_externo: str
    nome: str
    cpf_cnpj: str
    email: str


def send_by_hand(url: str, path: Path) -> int:
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    people = [msgspec.convert(dict(zip(Person.__struct_encode_fields__, row)), Person) for row in rows[1:]]
    encoder = msgspec.json.Encoder()
    with tempfile.TemporaryDirectory() as folder, SyncClientBuilder().build() as client:
        journal = sqlite3.connect(Path(folder) / "journal")
        journal.execute("PRAGMA journal_mode=WAL")
        journal.execute("CREATE TABLE row (key TEXT PRIMARY KEY, id TEXT)")
        for person in people:
            body = encoder.encode(person)
            journal.execute("INSERT INTO row (key) VALUES (?)", (person.codigo_externo,))
            journal.commit()
            request = client.post(f"{url}/api/v1/clientes").header("content-type", "application/json")
            answer = msgspec.json.decode(request.body_bytes(body).build().send().bytes())
            journal.execute("UPDATE row SET id = ? WHERE key = ?", (answer["id"], person.codigo_externo))
        journal.commit()
    return len(people)


def compare(title: str, contenders: dict[str, Callable[[], object]], rounds: int = 5) -> list[str]:
    times = medians(contenders, rounds)
    peer = min(seconds for name, seconds in times.items() if name != "smartbill")
    return [title, *(f"{seconds * 1e3:.0f} ms" for seconds in times.values()), f"{times['smartbill'] / peer:.2f}"]


def run(url: str, folder: Path, sheet: Path) -> None:
    def charges(sb: Smartbill) -> list[Any]:
        return list(sb.cobrancas.listar(page_size=SIZE))

    options: dict[str, Any] = {"token": "t", "trust_env": False}
    larger = "[pagination]\nmax_size = 500\n"
    profiles = {"default": larger, "foreign": FOREIGN, "drift": f'base_path = "/drift/api/v1"\n{larger}'}
    for name, text in profiles.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    other = {name: Smartbill(url, profile=folder / f"{name}.toml", **options) for name in profiles}
    sb = other["default"]
    assert [c.to_dict() for c in charges(sb)] == [c.to_dict() for c in charges(other["foreign"])]
    assert len(charges(sb)) == len(asyncio.run(by_hand(url))) == PAGES * SIZE

    def send() -> int:
        with tempfile.TemporaryDirectory() as journals:
            result = sb.clientes.importar(sheet, journal=Path(journals) / "journal")
        assert result.counts.created == ROWS, result
        return ROWS

    rows = [
        compare(
            f"{PAGES} pages of {SIZE} to objects",
            {"smartbill": lambda: charges(sb), "peer": lambda: asyncio.run(by_hand(url))},
        ),
        compare(
            "… to columns of Arrow",
            {
                "smartbill": lambda: pyarrow.table(sb.cobrancas.listar(page_size=SIZE)),
                "peer": lambda: asyncio.run(by_hand(url)),
            },
        ),
        compare(
            "… of a foreign profile, beside the default",
            {"smartbill": lambda: charges(other["foreign"]), "peer": lambda: charges(sb)},
        ),
        compare(
            "… with five unknown members, beside none",
            {"smartbill": lambda: charges(other["drift"]), "peer": lambda: charges(sb)},
        ),
        compare(
            f"{ROWS:,} rows of .xlsx checked and sent",
            {"smartbill": send, "peer": lambda: send_by_hand(url, sheet)},
            rounds=3,
        ),
    ]
    print_table("Over HTTP, processor time of the client", ["work", "smartbill", "peer", "ratio"], rows)


def main() -> None:
    print_machine(["aiohttp", "msgspec", "pyreqwest", "python-calamine"])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pages, sheet = folder / "pages", folder / "clientes.xlsx"
        pages.mkdir()
        write_pages(pages)
        write_sheet(sheet)
        server = subprocess.Popen(
            [sys.executable, HERE / "platform_server.py", pages], stdout=subprocess.PIPE, text=True
        )
        try:
            assert server.stdout is not None
            run(f"http://127.0.0.1:{int(server.stdout.readline())}", folder, sheet)
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main()
