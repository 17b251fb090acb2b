// Tests the Standard Schema with libraries that accept it directly: react-hook-form's resolver, Hono's validator, and
// TanStack Form.

import assert from "node:assert/strict";
import { test } from "node:test";

import { sValidator } from "@hono/standard-validator";
import { standardSchemaResolver } from "@hookform/resolvers/standard-schema";
import { FormApi } from "@tanstack/form-core";
import { Hono } from "hono";
import { cliente, cobranca, consumo, contrato, documentos, servico } from "smartbill-automation/validation";

const GOOD = {
  nome: " Padaria Aurora ",
  tipoPessoa: "JURIDICA",
  cpfCnpj: "11.222.333/0001-81",
  endereco: { cep: "01310-100", uf: "SP" },
};
const BAD = {
  nome: "x",
  tipoPessoa: "JURIDICA",
  cpfCnpj: "11.222.333/0001-82",
  endereco: { cep: "00000-000" },
  emailsAdicionais: ["a@b.com", "x"],
};

test("every model and document is a Standard Schema", () => {
  for (const schema of [cliente, cobranca, consumo, contrato, servico, ...Object.values(documentos)]) {
    const { version, vendor, validate } = schema["~standard"];
    assert.deepEqual([version, vendor, typeof validate], [1, "smartbill", "function"]);
    for (const value of [undefined, null, 5, {}, Symbol()]) assert.ok(Array.isArray(validate(value).issues ?? []));
  }
  assert.deepEqual(documentos.cpf["~standard"].validate("529.982.247-25"), { value: "52998224725" });
  const [issue] = documentos.cpf["~standard"].validate("1").issues;
  assert.equal(issue.code, "tamanho");
  const paths = cliente["~standard"].validate(BAD).issues.map((i) => i.path);
  assert.deepEqual(paths, [["nome"], ["cpfCnpj"], ["endereco", "cep"], ["emailsAdicionais", 1]]);
  assert.equal(cliente.withOptions({ language: "en" })["~standard"].validate({}).issues[0].message, "required field");
});

test("react-hook-form's resolver", async () => {
  const resolve = standardSchemaResolver(cliente);
  const options = { fields: {}, shouldUseNativeValidation: false };
  const good = await resolve(GOOD, undefined, options);
  assert.deepEqual(good.errors, {});
  assert.equal(good.values.cpfCnpj, "11222333000181");
  const { errors, values } = await resolve(BAD, undefined, options);
  assert.deepEqual(values, {});
  assert.equal(errors.cpfCnpj.message, "dígito verificador não confere");
  assert.ok(errors.endereco.cep.message);
});

test("hono's validator", async () => {
  const app = new Hono().post("/clientes", sValidator("json", cliente), (c) => c.json(c.req.valid("json")));
  const ask = (body) =>
    app.request("/clientes", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  const good = await ask(GOOD);
  assert.equal(good.status, 200);
  assert.equal((await good.json()).nome, "Padaria Aurora");
  const bad = await ask(BAD);
  assert.equal(bad.status, 400);
  assert.equal((await bad.json()).error.length, 4);
});

test("TanStack Form", async () => {
  const form = new FormApi({ defaultValues: BAD, validators: { onSubmit: cliente } });
  form.mount();
  await form.handleSubmit();
  assert.equal(form.state.canSubmit, false);
  const [errors] = form.state.errors;
  assert.equal(errors.cpfCnpj[0].message, "dígito verificador não confere");
  assert.ok(errors["endereco.cep"][0].message);
});
