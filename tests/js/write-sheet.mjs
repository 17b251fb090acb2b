// Writes a table as a spreadsheet, as people's programs do: node write-sheet.mjs <package> <format> <file>, with the
// rows as JSON on standard input. A date in them is { date: "2026-01-31" }. tests/python/test_writers.py calls it.

import { readFileSync, writeFileSync } from "node:fs";
import process from "node:process";

const [name, format, file] = process.argv.slice(2);
const rows = JSON.parse(readFileSync(0, "utf8"));

const writers = {
  async exceljs() {
    const { default: excel } = await import("exceljs");
    const book = new excel.Workbook();
    const sheet = book.addWorksheet("Clientes");
    for (const row of rows) {
      const written = sheet.addRow(row.map((value) => (value?.date ? new Date(value.date) : value)));
      row.forEach((value, i) => {
        if (value?.date) written.getCell(i + 1).numFmt = "dd/mm/yyyy";
      });
    }
    if (format === "csv") await book.csv.writeFile(file, { dateFormat: "DD/MM/YYYY", dateUTC: true });
    else await book.xlsx.writeFile(file);
  },
  async xlsx() {
    const { default: sheets } = await import("xlsx");
    const local = ({ date }) => new Date(`${date}T00:00:00`);
    const table = rows.map((row) => row.map((value) => (value?.date ? local(value) : value)));
    const book = sheets.utils.book_new();
    const sheet = sheets.utils.aoa_to_sheet(table, { dateNF: "dd/mm/yyyy" });
    sheets.utils.book_append_sheet(book, sheet, "Clientes");
    writeFileSync(file, sheets.write(book, { type: "buffer", bookType: format }));
  },
};

await writers[name]();
