import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import * as validation from "smartbill-automation/validation";

import { conferirDocumentos, conferirModelos, DOCUMENTOS } from "./vetores.js";

const ler = (nome) => JSON.parse(readFileSync(new URL(`../vectors/${nome}.json`, import.meta.url), "utf8"));

for (const nome of DOCUMENTOS) {
  test(`vectors of ${nome}`, () => {
    const vetores = ler(nome);
    assert.ok(vetores.length > 20);
    assert.deepEqual(conferirDocumentos(validation, nome, vetores), []);
  });
}

test("vectors of the models", () => {
  assert.deepEqual(conferirModelos(validation, ler("modelos")), []);
});

test("the error codes are the core's", () => {
  const tipos = readFileSync(new URL("./node_modules/smartbill-automation/src/modelos.d.ts", import.meta.url), "utf8");
  const [, uniao] = tipos.match(/export type ErrorCode =([^;]+);/);
  assert.deepEqual([...uniao.matchAll(/"(\w+)"/g)].map((m) => m[1]), ler("errors"));
});

test("every document has its camelCase name, and the one of Python", () => {
  const { documentos } = validation;
  assert.equal(documentos.pixChave, documentos.pix_chave);
  assert.equal(documentos.chaveDfe, documentos.chave_dfe);
  assert.equal(documentos.cpfCnpj, documentos.cpf_cnpj);
  assert.deepEqual([...new Set(Object.values(documentos).map((d) => d.tipo))].sort(), DOCUMENTOS);
});
