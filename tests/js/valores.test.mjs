// Money, dates and months as Brazilians write them: the vectors that Rust and Python read too, as cells of a spreadsheet.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { ler } from "smartbill-automation/planilha";

const CAMPOS = { moeda_ptbr: "valor", data_ptbr: "dataConsumo", competencia_ptbr: "competencia" };

for (const [nome, campo] of Object.entries(CAMPOS)) {
  test(`vectors of ${nome}`, async () => {
    const vetores = JSON.parse(readFileSync(new URL(`../vectors/${nome}.json`, import.meta.url), "utf8"));
    assert.ok(vetores.length > 20);
    // An empty cell is no value at all, which is not this test's business.
    for (const { value, modo, valor, motivo } of vetores.filter((v) => v.value !== "")) {
      const celulas = { contrato: "C1", servico: "S1", quantidade: "1", competencia: "10/2026", dataConsumo: "", valor: "", [campo]: value };
      const linha = Object.values(celulas).map((texto) => `"${texto.replaceAll('"', '""')}"`).join(";");
      const csv = new TextEncoder().encode(`Contrato;Serviço;Quantidade;Competência;Data do Consumo;Valor\n${linha}\n`);
      const { linhas: [lida] } = await ler("consumos", csv, { nome: "vetores.csv", modo });
      const erros = lida.problemas.filter((p) => p.campo === campo && p.severidade === "erro").map((p) => p.codigo);
      if (motivo === undefined) assert.equal(String(lida.campos[campo]), valor, `${value} ${modo}`);
      else assert.ok(erros.includes(motivo), `${value} ${modo}: ${erros}`);
    }
  });
}
