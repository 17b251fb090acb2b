import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import * as validation from "smartbill-automation/validation";

import { checkDocumentos, checkModels, DOCUMENTOS } from "./vectors.js";

const readJson = (name) => JSON.parse(readFileSync(new URL(`../vectors/${name}.json`, import.meta.url), "utf8"));

for (const name of DOCUMENTOS) {
  test(`vectors of ${name}`, () => {
    const vectors = readJson(name);
    assert.ok(vectors.length > 20);
    assert.deepEqual(checkDocumentos(validation, name, vectors), []);
  });
}

test("vectors of the models", () => {
  assert.deepEqual(checkModels(validation, readJson("models")), []);
});

test("the error codes are the core's", () => {
  const types = readFileSync(new URL("./node_modules/smartbill-automation/dist/models.d.ts", import.meta.url), "utf8");
  const [, union] = types.match(/export type ErrorCode =([^;]+);/);
  assert.deepEqual(
    [...union.matchAll(/"(\w+)"/g)].map((m) => m[1]),
    readJson("errors"),
  );
});

test("every document has its camelCase name, and the one of Python", () => {
  const { documentos } = validation;
  assert.equal(documentos.pixChave, documentos.pix_chave);
  assert.equal(documentos.chaveDfe, documentos.chave_dfe);
  assert.equal(documentos.cpfCnpj, documentos.cpf_cnpj);
  assert.deepEqual([...new Set(Object.values(documentos).map((d) => d.kind))].sort(), DOCUMENTOS);
});
