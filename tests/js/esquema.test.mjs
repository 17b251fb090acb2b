// Standard Schema, taken by two libraries as it is: react-hook-form's resolver and Hono's validator; and TanStack Form.

import assert from "node:assert/strict";
import { test } from "node:test";

import { sValidator } from "@hono/standard-validator";
import { standardSchemaResolver } from "@hookform/resolvers/standard-schema";
import { FormApi } from "@tanstack/form-core";
import { Hono } from "hono";
import { cliente, cobranca, consumo, contrato, documentos, servico } from "smartbill-automation/validation";

const BOM = { nome: " Padaria Aurora ", tipoPessoa: "JURIDICA", cpfCnpj: "11.222.333/0001-81", endereco: { cep: "01310-100", uf: "SP" } };
const MAU = { nome: "x", tipoPessoa: "JURIDICA", cpfCnpj: "11.222.333/0001-82", endereco: { cep: "00000-000" }, emailsAdicionais: ["a@b.com", "x"] };

test("every model and document is a Standard Schema", () => {
  for (const esquema of [cliente, cobranca, consumo, contrato, servico, ...Object.values(documentos)]) {
    const { version, vendor, validate } = esquema["~standard"];
    assert.deepEqual([version, vendor, typeof validate], [1, "smartbill", "function"]);
    for (const valor of [undefined, null, 5, {}, Symbol()]) assert.ok(Array.isArray(validate(valor).issues ?? []));
  }
  assert.deepEqual(documentos.cpf["~standard"].validate("529.982.247-25"), { value: "52998224725" });
  const [issue] = documentos.cpf["~standard"].validate("1").issues;
  assert.equal(issue.code, "tamanho");
  const paths = cliente["~standard"].validate(MAU).issues.map((i) => i.path);
  assert.deepEqual(paths, [["nome"], ["cpfCnpj"], ["endereco", "cep"], ["emailsAdicionais", 1]]);
  assert.equal(cliente.com({ idioma: "en" })["~standard"].validate({}).issues[0].message, "required field");
});

test("react-hook-form's resolver", async () => {
  const resolver = standardSchemaResolver(cliente);
  const opcoes = { fields: {}, shouldUseNativeValidation: false };
  const bom = await resolver(BOM, undefined, opcoes);
  assert.deepEqual(bom.errors, {});
  assert.equal(bom.values.cpfCnpj, "11222333000181");
  const { errors, values } = await resolver(MAU, undefined, opcoes);
  assert.deepEqual(values, {});
  assert.equal(errors.cpfCnpj.message, "dígito verificador não confere");
  assert.ok(errors.endereco.cep.message);
});

test("hono's validator", async () => {
  const app = new Hono().post("/clientes", sValidator("json", cliente), (c) => c.json(c.req.valid("json")));
  const pedir = (corpo) => app.request("/clientes", {
    method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(corpo),
  });
  const bom = await pedir(BOM);
  assert.equal(bom.status, 200);
  assert.equal((await bom.json()).nome, "Padaria Aurora");
  const mau = await pedir(MAU);
  assert.equal(mau.status, 400);
  assert.equal((await mau.json()).error.length, 4);
});

test("TanStack Form", async () => {
  const form = new FormApi({ defaultValues: MAU, validators: { onSubmit: cliente } });
  form.mount();
  await form.handleSubmit();
  assert.equal(form.state.canSubmit, false);
  const [erros] = form.state.errors;
  assert.equal(erros.cpfCnpj[0].message, "dígito verificador não confere");
  assert.ok(erros["endereco.cep"][0].message);
});
