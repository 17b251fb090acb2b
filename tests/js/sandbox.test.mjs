// Tests the sandbox in the page: its clock, its faults, and how the client sees them.

import assert from "node:assert/strict";
import { test } from "node:test";

import { isSmartbillError, Smartbill } from "smartbill-automation";
import { createSandbox } from "smartbill-automation/sandbox";

const CLIENTE = {
  nome: "Padaria Aurora Ltda",
  tipoPessoa: "JURIDICA",
  cpfCnpj: "11222333000181",
  codigoExterno: "C-1",
};

const failures = (sandbox, ...rules) =>
  sandbox.fetch(`${sandbox.baseUrl}/sandbox/faults`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ seed: 1, rules }),
  });
const clock = async (sandbox) => (await (await sandbox.fetch("/sandbox/clock", {})).json()).now;

test("it is spread into the client's options, and taken apart", async () => {
  const sandbox = createSandbox();
  assert.deepEqual(Object.keys(sandbox), ["baseUrl", "token", "fetch"]);
  const { fetch, faturar, advance, reset } = sandbox;
  assert.equal((await new Smartbill({ ...sandbox }).servicos.listar().toArray()).length, 6);
  assert.equal(
    (await new Smartbill({ baseUrl: sandbox.baseUrl, token: sandbox.token, fetch }).servicos.listar().toArray()).length,
    6,
  );
  assert.deepEqual(await faturar("2026-01"), { cobrancas: 0, consumos: 0, amount: "0" });
  assert.match(await advance({ days: 1 }), /^\d{4}-\d\d-\d\dT/);
  assert.equal(await reset(), undefined);
  assert.throws(() => {
    sandbox.fetch = null;
  }, TypeError);
});

test("two of them know nothing of each other", async () => {
  const [one, other] = [createSandbox(), createSandbox({ seed: false })];
  await new Smartbill({ ...one }).clientes.incluir(CLIENTE);
  assert.deepEqual(await new Smartbill({ ...other }).clientes.listar().toArray(), []);
  assert.deepEqual(await new Smartbill({ ...other }).servicos.listar().toArray(), []);
});

test("the clock begins where it is told, and moves forward only", async () => {
  for (const now of ["2026-11-05", "2026-11-05T03:00:00Z", new Date("2026-11-05T03:00:00Z")]) {
    assert.match(await clock(createSandbox({ now })), /^2026-11-05T03:00:0/);
  }
  const sandbox = createSandbox({ now: "2026-11-05" });
  assert.match(await sandbox.advance("2026-12-25"), /^2026-12-25T03:00:00/);
  assert.match(await sandbox.advance({ days: 7 }), /^2027-01-01T03:00:0/);
  await assert.rejects(sandbox.advance("2026-12-25"), { code: "configuration" });
  await assert.rejects(sandbox.advance({ days: 5000 }), { code: "configuration" });
  await sandbox.reset();
  assert.match(await clock(sandbox), /^2026-11-05T03:00:0/);
});

test("a profile of one's own, a token of one's own", async () => {
  const sandbox = createSandbox({ token: "meu" });
  assert.equal(sandbox.token, "meu");
  await assert.rejects(new Smartbill({ ...sandbox, token: "outro" }).servicos.obter("1"), { code: "authentication" });
  assert.throws(
    () => createSandbox({ profile: "nada = 1" }),
    (e) => isSmartbillError(e) && e.code === "profile",
  );
});

test("a write whose connection breaks is looked for before it is sent again, and nothing is doubled", async () => {
  const sandbox = createSandbox();
  const sb = new Smartbill({ ...sandbox, retry: { baseMs: 1 } });
  for (const kind of ["drop_before", "drop_after", "truncated", "malformed", "error"]) {
    await failures(sandbox, { kind, operation: "clientes.incluir", times: 2 });
    const { outcome } = await sb.clientes.incluir({ ...CLIENTE, codigoExterno: kind });
    // A record that is found was created by the earlier request.
    assert.equal(outcome, ["drop_after", "truncated", "malformed"].includes(kind) ? "already_done" : "created", kind);
    assert.equal((await sb.clientes.listar({ codigoExterno: kind }).toArray()).length, 1, kind);
  }
});

test("an outcome that is not known is said to be so", async () => {
  const sandbox = createSandbox();
  // The customer cannot be searched either.
  await failures(sandbox, { kind: "drop_after" });
  const sb = new Smartbill({ ...sandbox, retry: { maxAttempts: 2, baseMs: 1 } });
  await assert.rejects(sb.clientes.incluir(CLIENTE), { code: "connection", outcome: "unknown", attempts: 1 });
});

test("a drip, a wait and a signal", async () => {
  const sandbox = createSandbox();
  const sb = new Smartbill({ ...sandbox });
  await failures(sandbox, { kind: "drip", operation: "servicos.listar", bytes: 50, ms: 1 });
  assert.equal((await sb.servicos.listar().toArray()).length, 6);
  await failures(sandbox, { kind: "latency", operation: "servicos.listar", ms: 3_600_000 });
  await assert.rejects(sb.servicos.listar({}, { timeoutMs: 20, retry: { maxAttempts: 1 } }).toArray(), {
    code: "timeout",
  });
  const controller = new AbortController();
  const waiting = sb.servicos.listar({}, { signal: controller.signal }).toArray();
  controller.abort();
  await assert.rejects(waiting, { code: "cancelled" });
});
