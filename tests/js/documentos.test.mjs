// Tests the documents in JavaScript, for cases that the vectors do not cover.

import assert from "node:assert/strict";
import { test } from "node:test";

import { documentos, SmartbillError } from "smartbill-automation/validation";

import { DOCUMENTOS } from "./vectors.js";

const STRANGE = [
  "",
  " ",
  "\0",
  "\0\0",
  "529\0",
  "\ud83d",
  "\ude00",
  "😀",
  "１２３",
  "–",
  "á",
  "a".repeat(255),
  "a".repeat(256),
  "a".repeat(257),
  "9".repeat(70_000),
  "529.982.247-25",
  "52998224725\u00a0",
  "ISENTO",
];

test("the three ways to ask agree, whatever the text", () => {
  for (const name of DOCUMENTOS) {
    for (const mode of ["strict", "lenient"]) {
      const column = documentos[name].validarColuna(STRANGE, { mode });
      for (const [i, text] of STRANGE.entries()) {
        const { valido: valid, motivo: reason } = documentos[name].validar(text, { mode });
        assert.equal(column[i], reason, `${name} ${mode} ${JSON.stringify(text.slice(0, 20))}`);
        if (mode === "strict") assert.equal(documentos[name].valido(text), valid);
      }
    }
  }
});

test("`valido` forgets the text before", () => {
  assert.equal(documentos.cpf.valido("52998224725"), true);
  assert.equal(documentos.cpf.valido("5299822472"), false);
  assert.equal(documentos.cpf.valido(""), false);
  assert.equal(documentos.cpf.valido("529982247２5"), false);
  assert.equal(documentos.cpf.valido("52998224725"), true);
  for (const value of [52998224725, null, undefined, {}, ["52998224725"]])
    assert.equal(documentos.cpf.valido(value), false);
});

test("a column is any iterable of texts, and longer than a slice of it", () => {
  const { cpf } = documentos;
  assert.deepEqual(cpf.validarColuna([]), []);
  assert.deepEqual(cpf.validarColuna(["52998224725", null, undefined]), [null, "vazio", "vazio"]);
  // biome-ignore lint/suspicious/noSparseArray: the hole is what is tested
  assert.deepEqual(cpf.validarColuna([, "52998224725"]), ["vazio", null]);
  assert.deepEqual(cpf.validarColuna(new Set(["52998224725", "1"])), [null, "tamanho"]);
  const many = Array.from({ length: 10_000 }, (_, i) => (i % 3 === 0 ? "52998224724" : "52998224725"));
  many[5_000] = "5299822472\u00e9";
  const expected = many.map((_, i) => (i === 5_000 ? "alfabeto" : i % 3 === 0 ? "digito_verificador" : null));
  assert.deepEqual(cpf.validarColuna(many), expected);
  assert.deepEqual(cpf.withOptions({ uf: "XX" }).validarColuna(["52998224725", ""]), ["uf_invalida", "uf_invalida"]);
});

test("what is no text in a column is an error that says where", () => {
  for (const [value, found] of [
    [1, "number"],
    [{ toString: () => "52998224725" }, "object"],
    [true, "boolean"],
  ]) {
    assert.throws(
      () => documentos.cpf.validarColuna([...Array(2_000).fill("52998224725"), value]),
      (e) =>
        e instanceof SmartbillError &&
        e.code === "validation" &&
        e.findings[0].path === "[2000]" &&
        e.findings[0].params.found === found,
    );
  }
});

test("ten million characters are answered", () => {
  for (const name of DOCUMENTOS) {
    for (const text of ["9".repeat(1e7), " ".repeat(1e7), "á".repeat(1e7)]) {
      const { valido: valid, motivo: reason, mensagem: message } = documentos[name].validar(text, { mode: "lenient" });
      assert.equal(valid, false);
      assert.ok(reason !== null && message.length < 200);
    }
  }
});
