// What a text or a record costs, counted and not timed: binaryen has the shipped module tell of every function entered
// and every turn of a loop, and the count is held against the length of the input.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

import { DOCUMENTOS } from "./vetores.js";

const pacote = fileURLToPath(new URL("node_modules/smartbill-automation", import.meta.url));
const pasta = mkdtempSync(join(tmpdir(), "smartbill-"));
// As bindings-wasm/build.mjs has them.
const RECURSOS = ["bulk-memory", "bulk-memory-opt", "mutable-globals", "sign-ext", "nontrapping-float-to-int", "multivalue", "reference-types"]
  .map((recurso) => `--enable-${recurso}`);
let documentos;
let validation;
let passos = 0;

before(async () => {
  cpSync(pacote, pasta, { recursive: true, dereference: true });
  const wasm = join(pasta, "pkg", "validation_rapido.wasm"), js = join(pasta, "pkg", "validation.js");
  const wasmOpt = join(dirname(createRequire(import.meta.url).resolve("binaryen/package.json")), "bin", "wasm-opt");
  execFileSync(process.execPath, [wasmOpt, ...RECURSOS, "--log-execution", wasm, "-o", wasm]);
  const cola = readFileSync(js, "utf8");
  const trecho = "__wbindgen_init_externref_table:";
  assert.ok(cola.includes(trecho));
  writeFileSync(js, cola.replace(trecho, `log_execution: globalThis.contarPasso, ${trecho}`));
  globalThis.contarPasso = () => void passos++;
  validation = await import(pathToFileURL(join(pasta, "src", "validation.node.js")));
  documentos = validation.documentos;
});

after(() => {
  delete globalThis.contarPasso;
  rmSync(pasta, { recursive: true, force: true });
});

const contar = (usar) => {
  passos = 0;
  usar();
  return passos;
};

const PEDACOS = ["0", " ", "a", "1.", "@", "a@", ".", "-", "á", "\u{1F600}", "\u2013", "\0", "+", "(", "P", "000201", "26580014br.gov.bcb.pix"];

/** Everything that can be asked of a text. */
const USOS = {
  valido: (d, t) => d.valido(t),
  estrito: (d, t) => d.validar(t),
  leniente: (d, t) => d.validar(t, { modo: "leniente" }),
  coluna: (d, t) => d.validarColuna([t, t], { uf: "SP" }),
  formatar: (d, t) => d.formatar(t),
  limpar: (d, t) => d.limpar(t),
};

test("a text eight times as long costs no more than eight times the work", () => {
  assert.ok(contar(() => documentos.cpf.limpar("529.982.247-25")) > 10, "nothing is counted");
  for (const nome of DOCUMENTOS) {
    for (const pedaco of PEDACOS) {
      for (const [uso, usar] of Object.entries(USOS)) {
        const trabalho = (n) => contar(() => usar(documentos[nome], pedaco.repeat(n / pedaco.length)));
        // The same work to begin and end with, whatever the length; short texts cost more by being read at all.
        const [curto, longo] = [trabalho(8_000), trabalho(64_000)];
        assert.ok(longo <= 8 * curto + 2_000, `${nome} ${uso} ${JSON.stringify(pedaco)}: ${curto}, then ${longo}`);
      }
    }
  }
});

const list = (field, item) => (n) => ({ [field]: Array(n).fill(item) });
const keys = (length) => (n) => Object.fromEntries(Array.from({ length: n }, (_, i) => [String(i).padEnd(length, "x"), 1]));

/** Records that are wrong, or long, in every part. */
const RECORDS = {
  "items with an unknown field": ["contrato", list("itens", { x: 1 })],
  "items with a misspelt field": ["contrato", list("itens", { servicoIdd: "1" })],
  "empty items": ["contrato", list("itens", {})],
  "items that are none": ["contrato", list("itens", "x")],
  "items that are right": ["contrato", list("itens", { servicoId: "1", quantidade: "1.5" })],
  "empty tiers": ["servico", list("faixas", {})],
  "one e-mail address again and again": ["cliente", list("emailsAdicionais", "a@example.com")],
  "other e-mail addresses": ["cliente", (n) => ({ emailsAdicionais: Array.from({ length: n }, (_, i) => `a${i}@example.com`) })],
  "short keys": ["cliente", keys(6)],
  "keys of 60 characters": ["cliente", keys(60)],
  "keys of 600 characters": ["cliente", keys(600)],
  "properties": ["consumo", (n) => ({ propriedades: keys(20)(n) })],
};

test("a record eight times as large costs no more than eight times the work", () => {
  for (const [name, [model, make]] of Object.entries(RECORDS)) {
    for (const use of ["validar", "valido"]) {
      const work = (n) => {
        const record = make(n);
        return contar(() => validation[model][use](record));
      };
      const [few, many] = [work(2_000), work(16_000)];
      assert.ok(many > few, `${name} ${use}: nothing is counted`);
      // A set of texts grows a level now and then.
      assert.ok(many <= 8 * few * 1.25, `${name} ${use}: ${few}, then ${many}`);
    }
  }
});
