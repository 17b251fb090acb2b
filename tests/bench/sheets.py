"""Spreadsheets beside the fastest packages that read them: all rows checked, and only read.

python-calamine, polars and the csv module give the cells and no more. Here the header is found, each cell is converted,
all rules of a customer are checked, and each row is stored in a journal with its findings.
"""

import csv
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import brutils
import polars
import xlsxwriter
import xlwt
from measuring import both_medians, different, print_machine, print_table
from python_calamine import CalamineWorkbook
from smartbill import validar

COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
HEADERS = ["Código", "Razão Social", "CNPJ / CPF", "E-mail", "CEP", "Endereço", "Número", "Bairro", "Município", "UF"]


def customer(i: int, document: str) -> list[str]:
    place = ["01310-100", "Avenida Paulista", str(i % 3000), "Bela Vista", "São Paulo", "SP"]
    return [f"ERP-{i}", f"Cliente de número {i}", document, f"cliente{i}@example.com.br", *place]


def write(folder: Path, rows: list[list[str]]) -> None:
    book = xlsxwriter.Workbook(folder / "c.xlsx", {"constant_memory": True})
    sheet = book.add_worksheet()
    old = xlwt.Workbook(encoding="utf-8")
    old_sheet = old.add_sheet("Clientes")
    for i, row in enumerate([HEADERS, *rows]):
        for j, value in enumerate(row):
            sheet.write_string(i, j, value)
            old_sheet.write(i, j, value)
    book.close()
    old.save(str(folder / "c.xls"))
    with (folder / "c.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows([HEADERS, *rows])


def checked(path: Path) -> int:
    counts = validar("clientes", path).counts
    assert counts.pending == COUNT, counts
    return counts.pending


def with_calamine(path: Path) -> int:
    return len(CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()) - 1


def with_csv(path: Path) -> int:
    with path.open(encoding="utf-8", newline="") as file:
        return len(list(csv.reader(file, delimiter=";"))) - 1


def with_polars(path: Path) -> int:
    return polars.read_csv(path, separator=";", infer_schema=False).height


PEERS: dict[str, dict[str, Callable[[Path], int]]] = {
    "c.xlsx": {"python-calamine": with_calamine},
    "c.xls": {"python-calamine": with_calamine},
    "c.csv": {"csv": with_csv, "polars": with_polars},
}


def main() -> None:
    print_machine(["python-calamine", "polars"])
    table = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, [customer(i, document) for i, document in enumerate(different(brutils.generate_cpf, COUNT))])
        for file, peers in PEERS.items():
            path = folder / file
            contenders: dict[str, Callable[[], object]] = {"smartbill": lambda path=path: checked(path)}
            for peer, read in peers.items():
                assert read(path) == COUNT, peer
                contenders[peer] = lambda path=path, read=read: read(path)
            times = both_medians(contenders, 5)
            for peer in peers:
                row = [path.suffix, peer]
                for ours, theirs in zip(times["smartbill"], times[peer]):
                    row += [f"{ours * 1e3:.0f} ms", f"{theirs * 1e3:.0f} ms", f"{ours / theirs:.2f}"]
                table.append(row)
    columns = [
        "file",
        "peer",
        "smartbill, checked",
        "peer, only read",
        "ratio",
        "smartbill, clock",
        "peer, clock",
        "ratio",
    ]
    print_table(f"{COUNT:,} rows of {len(HEADERS)} cells, processor time and time on the clock", columns, table)


if __name__ == "__main__":
    main()
