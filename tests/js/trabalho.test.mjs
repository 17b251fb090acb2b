// What a text costs, counted and not timed: binaryen has the shipped module tell of every function entered and every
// turn of a loop, and the count is held against the length of the text.

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
let passos = 0;

before(async () => {
  cpSync(pacote, pasta, { recursive: true, dereference: true });
  const wasm = join(pasta, "pkg", "validation_rapido.wasm"), js = join(pasta, "src", "modulo.js");
  const wasmOpt = join(dirname(createRequire(import.meta.url).resolve("binaryen/package.json")), "bin", "wasm-opt");
  execFileSync(process.execPath, [wasmOpt, ...RECURSOS, "--log-execution", wasm, "-o", wasm]);
  const cola = readFileSync(js, "utf8");
  const trecho = "__wbindgen_init_externref_table() {}";
  assert.ok(cola.includes(trecho));
  writeFileSync(js, cola.replace(trecho, `${trecho}, log_execution: globalThis.contarPasso`));
  globalThis.contarPasso = () => void passos++;
  ({ documentos } = await import(pathToFileURL(join(pasta, "src", "validation.node.js"))));
  // The place for input grows with the longest text so far, which is no work on this one.
  documentos.cpf.validarColuna(Array(2).fill("0".repeat(64_000)));
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
