// Inputs with more findings than a report lists: the reports, which equal those of Rust and Python, and their cost.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { cliente, cobranca, consumo, contrato, servico, validarCliente } from "smartbill-automation/validation";
// This is the package's own module instance, so that its memory can be measured.
import { initSync } from "./node_modules/smartbill-automation/pkg/validation.js";

const SCHEMAS = { cliente, cobranca, consumo, contrato, servico };
const CASES = JSON.parse(readFileSync(new URL("../vectors/many_findings.json", import.meta.url), "utf8"));

for (const { name, model, input, list, keys, listed, suggestions, last } of CASES) {
  test(name, () => {
    const given = { ...input };
    if (list) given[list.field] = Array(list.times).fill(list.item);
    if (keys) for (let i = 0; i < keys.times; i++) given[keys.prefix + i] = true;
    const schema = SCHEMAS[model.toLowerCase()];
    for (const [language, lang] of [
      ["pt-BR", "pt"],
      ["en", "en"],
    ]) {
      const { valid, errors, warnings: complaints } = schema.validar(given, { language });
      assert.deepEqual([valid, errors.length, complaints], [false, listed, []]);
      assert.equal(errors.filter((v) => "suggestion" in v.params).length, suggestions);
      const { path, code, severity, message } = errors.at(-1);
      assert.deepEqual(
        { path, code, severity, message },
        { path: last.path, code: last.code, severity: last.severity, message: last[lang] },
      );
    }
    assert.equal(schema.isValid(given), false);
    assert.equal(schema["~standard"].validate(given).issues.length, listed);
  });
}

setFlagsFromString("--expose-gc");
const gc = runInNewContext("gc");
const memory = () => initSync().memory.buffer.byteLength;

/** Bodies of about a megabyte of JSON that are invalid in every part. */
const BODIES = {
  "short keys": ["Cliente", () => Object.fromEntries(Array.from({ length: 90_000 }, (_, i) => [`k${i}`, 1]))],
  "keys of 60 characters": [
    "Cliente",
    () => Object.fromEntries(Array.from({ length: 15_000 }, (_, i) => [String(i).padEnd(60, "x"), 1])),
  ],
  "items with an unknown field": ["Contrato", () => ({ itens: Array.from({ length: 120_000 }, () => ({ x: 1 })) })],
  "empty items": ["Contrato", () => ({ itens: Array.from({ length: 300_000 }, () => ({})) })],
  "empty tiers": ["Servico", () => ({ faixas: Array.from({ length: 300_000 }, () => ({})) })],
  "one e-mail address again and again": ["Cliente", () => ({ emailsAdicionais: Array(70_000).fill("a@example.com") })],
};

test("fifty bodies of a megabyte take no more memory than the first ones", () => {
  let most = 0;
  let resident = 0;
  for (let i = 0; i < 54; i++) {
    const [name, [model, body]] = Object.entries(BODIES)[i % 6];
    const { errors } = SCHEMAS[model.toLowerCase()].validar(body());
    assert.equal(errors.length, 1001, name);
    if (i < 12) most = Math.max(most, memory());
    else assert.ok(memory() <= most, `${name}: ${most} bytes, and ${memory()} after ${i + 1} calls`);
    if (i === 11) {
      gc();
      resident = process.memoryUsage.rss();
    }
  }
  gc();
  assert.ok(most <= 33 << 20, `${most} bytes are kept`);
  assert.ok(process.memoryUsage.rss() - resident < 128 << 20, `${resident} bytes, and ${process.memoryUsage.rss()}`);
});

test("360,000 unknown keys are answered", () => {
  const { errors } = validarCliente(
    Object.fromEntries(Array.from({ length: 360_000 }, (_, i) => [String(i).padEnd(60, "x"), 1])),
  );
  assert.equal(errors.length, 1001);
  assert.equal(errors.at(-1).params.count, String(360_000 + 2 - 1000));
});

test("more than one value may hold is a finding, wherever it is too much", () => {
  const text = "x".repeat(1 << 20);
  const shared = validarCliente({ tags: Array(500_000).fill(text) });
  assert.deepEqual(
    shared.errors.map((v) => [v.path, v.params.found]),
    [["", "too large an object"]],
  );
  const keys = validarCliente({
    endereco: Object.fromEntries(Array.from({ length: 70 }, (_, i) => [i + text, 1])),
  });
  assert.deepEqual(
    keys.errors.map((v) => [v.path, v.params.found]),
    [["", "too large an object"]],
  );
  const strange = validarCliente({ nome: { [Symbol.toStringTag]: text } });
  assert.equal(strange.errors.find((v) => v.path === "nome").code, "tipo_invalido");
  class Named {
    get [Symbol.toStringTag]() {
      return text;
    }
  }
  assert.equal(validarCliente({ nome: new Named() }).errors[0].params.found.length, 60);
});
