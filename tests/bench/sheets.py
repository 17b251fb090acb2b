"""Spreadsheets beside the fastest packages that read them: all rows checked, and only read; and one that is written.

python-calamine, polars and the csv module give the cells and no more. Here the header is found, each cell is converted,
all rules of a customer are checked, and each row is stored in a journal with its findings. A report is written from
that journal; xlsxwriter has the cells of the same rows in memory.
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


def write_cells(path: Path, rows: list[list[str]]) -> None:
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    sheet = book.add_worksheet()
    for i, row in enumerate(rows):
        for j, value in enumerate(row):
            sheet.write_string(i, j, value)
    book.close()


PEERS: dict[str, dict[str, Callable[[Path], int]]] = {
    "c.xlsx": {"python-calamine": with_calamine},
    "c.xls": {"python-calamine": with_calamine},
    "c.csv": {"csv": with_csv, "polars": with_polars},
}


def line(work: str, peer: str, ours: tuple[float, float], theirs: tuple[float, float]) -> list[str]:
    """The times of both, in processor time and on the clock, and the ratio of each."""
    cells = [work, peer]
    for mine, other in zip(ours, theirs):
        cells += [f"{mine * 1e3:.0f} ms", f"{other * 1e3:.0f} ms", f"{mine / other:.2f}"]
    return cells


def main() -> None:
    print_machine(["python-calamine", "polars"])
    table = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = [customer(i, document) for i, document in enumerate(different(brutils.generate_cpf, COUNT))]
        write(folder, rows)
        for file, peers in PEERS.items():
            path = folder / file
            contenders: dict[str, Callable[[], object]] = {"smartbill": lambda path=path: checked(path)}
            for peer, read in peers.items():
                assert read(path) == COUNT, peer
                contenders[peer] = lambda path=path, read=read: read(path)
            times = both_medians(contenders, 5)
            table += [line(path.suffix, peer, times["smartbill"], times[peer]) for peer in peers]
        result = validar("clientes", folder / "c.csv")
        reported = [
            [*HEADERS, "situação", "código", "mensagem", "ID"],
            *([*row, "pendente", "", "", ""] for row in rows),
        ]
        times = both_medians(
            {
                "smartbill": lambda: result.report(folder / "report.xlsx"),
                "xlsxwriter": lambda: write_cells(folder / "cells.xlsx", reported),
            },
            3,
        )
        table.append(line("report", "xlsxwriter", times["smartbill"], times["xlsxwriter"]))
    columns = [
        "file",
        "peer",
        "smartbill",
        "peer",
        "ratio",
        "smartbill, clock",
        "peer, clock",
        "ratio",
    ]
    print_table(f"{COUNT:,} rows of {len(HEADERS)} cells, processor time and time on the clock", columns, table)


if __name__ == "__main__":
    main()
