// Measures the cost of a text or a record by counting, not by time. binaryen instruments the shipped module to report
// every function call and loop iteration, and the count is compared with the length of the input.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

import { DOCUMENTOS } from "./vectors.js";

const tarball = fileURLToPath(new URL("node_modules/smartbill-automation", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "smartbill-"));
// These are the features of bindings-wasm/build.mjs.
const FEATURES = [
  "bulk-memory",
  "bulk-memory-opt",
  "mutable-globals",
  "sign-ext",
  "nontrapping-float-to-int",
  "multivalue",
  "reference-types",
].map((feature) => `--enable-${feature}`);
let documentos;
let validation;
let steps = 0;

before(async () => {
  cpSync(tarball, folder, { recursive: true, dereference: true });
  const wasm = join(folder, "pkg", "validation_fast.wasm"),
    js = join(folder, "pkg", "validation.js");
  const wasmOpt = join(dirname(createRequire(import.meta.url).resolve("binaryen/package.json")), "bin", "wasm-opt");
  execFileSync(process.execPath, [wasmOpt, ...FEATURES, "--log-execution", wasm, "-o", wasm]);
  const glue = readFileSync(js, "utf8");
  const piece = "__wbindgen_init_externref_table:";
  assert.ok(glue.includes(piece));
  writeFileSync(js, glue.replace(piece, `log_execution: globalThis.countStep, ${piece}`));
  globalThis.countStep = () => void steps++;
  validation = await import(pathToFileURL(join(folder, "dist", "node", "validation.js")));
  documentos = validation.documentos;
});

after(() => {
  delete globalThis.countStep;
  rmSync(folder, { recursive: true, force: true });
});

const countSteps = (use) => {
  steps = 0;
  use();
  return steps;
};

const PIECES = [
  "0",
  " ",
  "a",
  "1.",
  "@",
  "a@",
  ".",
  "-",
  "á",
  "\u{1F600}",
  "\u2013",
  "\0",
  "+",
  "(",
  "P",
  "000201",
  "26580014br.gov.bcb.pix",
];

/** All functions that take a text. */
const USES = {
  valido: (d, t) => d.valido(t),
  strict: (d, t) => d.validar(t),
  lenient: (d, t) => d.validar(t, { mode: "lenient" }),
  column: (d, t) => d.validarColuna([t, t], { uf: "SP" }),
  formatar: (d, t) => d.formatar(t),
  limpar: (d, t) => d.limpar(t),
};

test("a text eight times as long costs no more than eight times the work", () => {
  assert.ok(countSteps(() => documentos.cpf.limpar("529.982.247-25")) > 10, "nothing is counted");
  for (const name of DOCUMENTOS) {
    for (const chunk of PIECES) {
      for (const [usage, use] of Object.entries(USES)) {
        const work = (n) => countSteps(() => use(documentos[name], chunk.repeat(n / chunk.length)));
        // The fixed work is the same for every length, and short texts cost relatively more.
        const [short, long] = [work(8_000), work(64_000)];
        assert.ok(long <= 8 * short + 2_000, `${name} ${usage} ${JSON.stringify(chunk)}: ${short}, then ${long}`);
      }
    }
  }
});

const list = (field, item) => (n) => ({ [field]: Array(n).fill(item) });
const keys = (length) => (n) =>
  Object.fromEntries(Array.from({ length: n }, (_, i) => [String(i).padEnd(length, "x"), 1]));

/** Records that are invalid, or long, in every part. */
const RECORDS = {
  "items with an unknown field": ["contrato", list("itens", { x: 1 })],
  "items with a misspelt field": ["contrato", list("itens", { servicoIdd: "1" })],
  "empty items": ["contrato", list("itens", {})],
  "items that are none": ["contrato", list("itens", "x")],
  "items that are right": ["contrato", list("itens", { servicoId: "1", quantidade: "1.5" })],
  "empty tiers": ["servico", list("faixas", {})],
  "one e-mail address again and again": ["cliente", list("emailsAdicionais", "a@example.com")],
  "other e-mail addresses": [
    "cliente",
    (n) => ({ emailsAdicionais: Array.from({ length: n }, (_, i) => `a${i}@example.withOptions`) }),
  ],
  "short keys": ["cliente", keys(6)],
  "keys of 60 characters": ["cliente", keys(60)],
  "keys of 600 characters": ["cliente", keys(600)],
  "properties": ["consumo", (n) => ({ propriedades: keys(20)(n) })],
};

test("a record eight times as large costs no more than eight times the work", () => {
  for (const [name, [model, make]] of Object.entries(RECORDS)) {
    for (const use of ["validar", "isValid"]) {
      const work = (n) => {
        const record = make(n);
        return countSteps(() => validation[model][use](record));
      };
      const [few, many] = [work(2_000), work(16_000)];
      assert.ok(many > few, `${name} ${use}: nothing is counted`);
      // A set of texts occasionally gets one more level.
      assert.ok(many <= 8 * few * 1.25, `${name} ${use}: ${few}, then ${many}`);
    }
  }
});
