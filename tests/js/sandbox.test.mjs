// The stand-in in the page: its clock, its faults, and what they look like from the client.

import assert from "node:assert/strict";
import { test } from "node:test";

import { isSmartbillError, Smartbill } from "smartbill-automation";
import { criarSandbox } from "smartbill-automation/sandbox";

const CLIENTE = { nome: "Padaria Aurora Ltda", tipoPessoa: "JURIDICA", cpfCnpj: "11222333000181", codigoExterno: "C-1" };

const falhas = (sandbox, ...regras) => sandbox.fetch(`${sandbox.baseUrl}/sandbox/falhas`, {
  method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ semente: 1, regras }),
});
const relogio = async (sandbox) => (await (await sandbox.fetch("/sandbox/relogio", {})).json()).agora;

test("it is spread into the client's options, and taken apart", async () => {
  const sandbox = criarSandbox();
  assert.deepEqual(Object.keys(sandbox), ["baseUrl", "token", "fetch"]);
  const { fetch, faturar, avancarRelogio, reiniciar } = sandbox;
  assert.equal((await new Smartbill({ ...sandbox }).servicos.listar().toArray()).length, 6);
  assert.equal((await new Smartbill({ baseUrl: sandbox.baseUrl, token: sandbox.token, fetch }).servicos.listar().toArray()).length, 6);
  assert.deepEqual(await faturar("2026-01"), { cobrancas: 0, consumos: 0, valor: "0" });
  assert.match(await avancarRelogio({ dias: 1 }), /^\d{4}-\d\d-\d\dT/);
  assert.equal(await reiniciar(), undefined);
  assert.throws(() => { sandbox.fetch = null; }, TypeError);
});

test("two of them know nothing of each other", async () => {
  const [um, outro] = [criarSandbox(), criarSandbox({ exemplos: false })];
  await new Smartbill({ ...um }).clientes.incluir(CLIENTE);
  assert.deepEqual(await new Smartbill({ ...outro }).clientes.listar().toArray(), []);
  assert.deepEqual(await new Smartbill({ ...outro }).servicos.listar().toArray(), []);
});

test("the clock begins where it is told, and moves forward only", async () => {
  for (const agora of ["2026-11-05", "2026-11-05T03:00:00Z", new Date("2026-11-05T03:00:00Z")]) {
    assert.match(await relogio(criarSandbox({ agora })), /^2026-11-05T03:00:0/);
  }
  const sandbox = criarSandbox({ agora: "2026-11-05" });
  assert.match(await sandbox.avancarRelogio("2026-12-25"), /^2026-12-25T03:00:00/);
  assert.match(await sandbox.avancarRelogio({ dias: 7 }), /^2027-01-01T03:00:0/);
  await assert.rejects(sandbox.avancarRelogio("2026-12-25"), { code: "configuration" });
  await assert.rejects(sandbox.avancarRelogio({ dias: 5000 }), { code: "configuration" });
  await sandbox.reiniciar();
  assert.match(await relogio(sandbox), /^2026-11-05T03:00:0/);
});

test("a profile of one's own, a token of one's own", async () => {
  const sandbox = criarSandbox({ token: "meu" });
  assert.equal(sandbox.token, "meu");
  await assert.rejects(new Smartbill({ ...sandbox, token: "outro" }).servicos.obter("1"), { code: "authentication" });
  assert.throws(() => criarSandbox({ profile: "nada = 1" }), (e) => isSmartbillError(e) && e.code === "profile");
});

test("a write whose connection breaks is looked for before it is sent again, and nothing is doubled", async () => {
  const sandbox = criarSandbox();
  const sb = new Smartbill({ ...sandbox, retry: { baseMs: 1 } });
  for (const tipo of ["queda_antes", "queda_depois", "truncado", "malformado", "erro"]) {
    await falhas(sandbox, { tipo, operacao: "clientes.incluir", vezes: 2 });
    const { resultado } = await sb.clientes.incluir({ ...CLIENTE, codigoExterno: tipo });
    // What is found was done already.
    assert.equal(resultado, ["queda_depois", "truncado", "malformado"].includes(tipo) ? "already_done" : "created", tipo);
    assert.equal((await sb.clientes.listar({ codigoExterno: tipo }).toArray()).length, 1, tipo);
  }
});

test("an outcome that is not known is said to be so", async () => {
  const sandbox = criarSandbox();
  // The customer cannot be looked for either.
  await falhas(sandbox, { tipo: "queda_depois" });
  const sb = new Smartbill({ ...sandbox, retry: { maxAttempts: 2, baseMs: 1 } });
  await assert.rejects(sb.clientes.incluir(CLIENTE), { code: "connection", outcome: "unknown", attempts: 1 });
});

test("a drip, a wait and a signal", async () => {
  const sandbox = criarSandbox();
  const sb = new Smartbill({ ...sandbox });
  await falhas(sandbox, { tipo: "gotejamento", operacao: "servicos.listar", bytes: 50, ms: 1 });
  assert.equal((await sb.servicos.listar().toArray()).length, 6);
  await falhas(sandbox, { tipo: "latencia", operacao: "servicos.listar", ms: 3_600_000 });
  await assert.rejects(sb.servicos.listar({}, { timeoutMs: 20, retry: { maxAttempts: 1 } }).toArray(), { code: "timeout" });
  const controle = new AbortController();
  const espera = sb.servicos.listar({}, { signal: controle.signal }).toArray();
  controle.abort();
  await assert.rejects(espera, { code: "cancelled" });
});
