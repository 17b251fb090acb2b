// Tests money, dates and months in their Brazilian forms, as cells of a spreadsheet, with the vectors that Rust and
// Python use too.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { read } from "smartbill-automation/planilha";

const FIELDS = { money_ptbr: "valor", date_ptbr: "dataConsumo", competencia_ptbr: "competencia" };

for (const [name, field] of Object.entries(FIELDS)) {
  test(`vectors of ${name}`, async () => {
    const vectors = JSON.parse(readFileSync(new URL(`../vectors/${name}.json`, import.meta.url), "utf8"));
    assert.ok(vectors.length > 20);
    // An empty cell has no value, and is not tested here.
    for (const { value, mode, valor: expected, motivo: reason } of vectors.filter((v) => v.value !== "")) {
      const cells = {
        contrato: "C1",
        servico: "S1",
        quantidade: "1",
        competencia: "10/2026",
        dataConsumo: "",
        valor: "",
        [field]: value,
      };
      const row = Object.values(cells)
        .map((text) => `"${text.replaceAll('"', '""')}"`)
        .join(";");
      const csv = new TextEncoder().encode(`Contrato;Serviço;Quantidade;Competência;Data do Consumo;Valor\n${row}\n`);
      const {
        rows: [parsed],
      } = await read("consumos", csv, { name: "vetores.csv", mode });
      const errors = parsed.findings.filter((p) => p.path === field && p.severity === "error").map((p) => p.code);
      if (reason === undefined) assert.equal(String(parsed.fields[field]), expected, `${value} ${mode}`);
      else assert.ok(errors.includes(reason), `${value} ${mode}: ${errors}`);
    }
  });
}
