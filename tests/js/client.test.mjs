// Tests the client over real HTTP with the sandbox's own server, and with the sandbox in process.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";

import { isSmartbillError, Smartbill } from "smartbill-automation";
import { defaultProfile } from "smartbill-automation/profile";
import { createSandbox } from "smartbill-automation/sandbox";

import { walk } from "./walk.js";

const root = fileURLToPath(new URL("../..", import.meta.url));

// The same client, without a visible difference: names with underscores, cents, dd/mm/aaaa, bare lists, PATCH; records that
// are named by their own codes.
const profileFile = (name) => readFileSync(join(root, "tests", "rust", "tests", "data", `${name}.toml`), "utf8");

for (const [under, profile] of [
  ["the default profile", undefined],
  ...["acme", "named"].map((name) => [`the profile ${name}`, profileFile(name)]),
]) {
  test(`all operations in process, over the sandbox's fetch, under ${under}`, async () => {
    const sandbox = createSandbox({ now: "2026-11-05T12:00:00Z", profile });
    const sb = new Smartbill({ ...sandbox, profile });
    await walk(sb, sandbox.faturar, sandbox.advance);
    await sandbox.reset();
    assert.deepEqual(await sb.clientes.listar().toArray(), []);
  });
}

test("the sandbox serves calls, credentials and cursors in the body of one path", async () => {
  const profile = profileFile("calls");
  const sandbox = createSandbox({ profile });
  assert.equal(sandbox.token, "sandbox:sandbox");
  const sb = new Smartbill({ ...sandbox, profile });
  for (const n of [1, 2, 3]) await sb.clientes.incluir({ nome: `Padaria ${n}`, cpfCnpj: "12345678909" });
  assert.equal((await sb.clientes.alterar("2", { grupo: "ouro" })).record.grupo, "ouro");
  const listed = await sb.clientes.listar({}, { pageSize: 2 }).toArray();
  assert.deepEqual(
    listed.map(({ id, nome }) => [id, nome]),
    [1, 2, 3].map((n) => [`${n}`, `Padaria ${n}`]),
  );
});

test("the default profile is a text that can be given back", () => {
  const text = defaultProfile();
  assert.equal(text, readFileSync(join(root, "core/client/src/profile/default.toml"), "utf8"));
  assert.ok(new Smartbill({ baseUrl: "https://api.example.com", profile: text }));
});

test("what answers hold that nothing knows is counted by name", async () => {
  const fetch = async () =>
    new Response('{"id":"1","situacao":"NOVO","score":1,"12345678909":2}', {
      headers: { "content-type": "application/json" },
    });
  const sb = new Smartbill({ baseUrl: "https://api.example.com", fetch });
  assert.deepEqual(sb.drift(), { entries: [], more: 0 });
  await sb.clientes.obter("1");
  await sb.clientes.obter("1");
  const seen = { operation: "clientes.obter", total: 2 };
  assert.deepEqual(sb.drift(), {
    entries: [
      { ...seen, kind: "unknown_member", path: "*" },
      { ...seen, kind: "unknown_member", path: "score" },
      { ...seen, kind: "unmapped_word", path: "situacao", word: "NOVO" },
    ],
    more: 0,
  });
});

describe("over real HTTP", () => {
  let child;
  let baseUrl;

  before(async () => {
    child = spawn(
      "cargo",
      ["run", "--quiet", "-p", "smartbill-sandbox", "--features", "server", "--", "--porta", "0"],
      {
        cwd: root,
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    for await (const line of createInterface({ input: child.stdout })) {
      [baseUrl] = line.match(/http:\/\/[\d.:]+/) ?? [];
      if (baseUrl) break;
    }
    assert.ok(baseUrl, "the sandbox names its address");
  });

  after(() => child.kill());

  test("all operations", async () => {
    const sb = new Smartbill({ baseUrl, token: "sandbox" });
    await walk(sb, async (competencia) => {
      const r = await fetch(`${baseUrl}/sandbox/faturar`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ competencia }),
      });
      return r.json();
    });
  });

  test("a wrong token", async () => {
    const e = await failure(new Smartbill({ baseUrl, token: "outro" }).clientes.listar().toArray());
    assert.deepEqual([e.code, e.status, e.attempts], ["authentication", 401, 1]);
    assert.ok(!JSON.stringify(e).includes("outro"));
  });

  test("a listing that is taken up again at its cursor", async () => {
    const sb = new Smartbill({ baseUrl, token: "sandbox" });
    const servicos = await sb.servicos.listar({}, { pageSize: 2 }).toArray();
    assert.equal(servicos.length, 6);
    for await (const { items, cursor, total } of sb.servicos.listar({}, { pageSize: 2 }).pages()) {
      assert.equal(items.length, 2);
      assert.equal(total, 6);
      const rest = await sb.servicos.listar({}, { cursor }).toArray();
      assert.deepEqual(
        [...items, ...rest].map((s) => s.id),
        servicos.map((s) => s.id),
      );
      break;
    }
  });
});

async function failure(promise) {
  try {
    await promise;
  } catch (e) {
    assert.ok(isSmartbillError(e) && e instanceof Error, String(e?.stack));
    return e;
  }
  assert.fail("it worked");
}

// This includes those of failed tests, because an open server would keep the run from ending.
const opened = [];
after(() => {
  for (const s of opened) s.close();
});

/** A server that answers by `respond`, and counts. */
async function server(respond) {
  let times = 0;
  const requests = [];
  const s = createServer((request, response) => {
    requests.push({ url: request.url, headers: request.headers });
    respond(response, ++times, request);
  });
  s.listen(0, "127.0.0.1");
  await once(s, "listening");
  const handle = {
    baseUrl: `http://127.0.0.1:${s.address().port}`,
    times: () => times,
    requests,
    close: () => {
      s.closeAllConnections();
      s.close();
    },
  };
  opened.push(handle);
  return handle;
}

const CLIENTE = {
  nome: "Padaria Aurora Ltda",
  tipoPessoa: "JURIDICA",
  cpfCnpj: "11222333000181",
  codigoExterno: "C-1",
};
const json = (r, status, body, headers = {}) =>
  r.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));

test("a server that recovers is tried again, a write under one key", async () => {
  let writes = 0;
  const s = await server((r, _, { method }) =>
    method === "GET" ? json(r, 200, { data: [] }) : ++writes < 3 ? json(r, 503, {}) : json(r, 201, { id: "7" }),
  );
  const sb = new Smartbill({ baseUrl: s.baseUrl, token: "t", retry: { baseMs: 1 } });
  assert.equal((await sb.clientes.incluir(CLIENTE)).record.id, "7");
  // Before the request is sent again, the customer is searched.
  assert.equal(writes, 3);
  assert.equal(s.times(), 5);
  const keys = new Set(s.requests.filter((p) => !p.url.includes("?")).map((p) => p.headers["idempotency-key"]));
  assert.equal(keys.size, 1);
  assert.ok(![...keys].includes(undefined));
});

test("what was added and refused, or refused as it exists, is read back", async () => {
  const same = { id: "7", ...CLIENTE };
  for (const [status, records, expected] of [
    [409, [same], "already_done"],
    [409, [{ ...same, nome: "Outra" }], "conflict rejected"],
    [409, [{ ...same, situacao: "INATIVO" }], "conflict rejected"],
    [200, [same], "already_done"],
    [200, [], "response unknown"],
  ]) {
    const s = await server((r, _, { method }) =>
      method === "GET" ? json(r, 200, { data: records }) : json(r, status, {}),
    );
    const sb = new Smartbill({ baseUrl: s.baseUrl });
    const said = await sb.clientes.incluir(CLIENTE).then(
      ({ outcome }) => outcome,
      (e) => `${e.code} ${e.outcome}`,
    );
    assert.equal(said, expected, `${status} ${JSON.stringify(records)}`);
  }
});

test("a success that says no is an error", async () => {
  let body;
  const s = await server((r, _, { method }) => json(r, 200, method === "GET" ? { data: [] } : body));
  const sb = new Smartbill({ baseUrl: s.baseUrl });
  for (const [response, code, outcome] of [
    [{ success: false, message: "Saldo insuficiente" }, "rejected", "rejected"],
    [{ error: { message: "x" } }, "response", "unknown"],
    [{}, "response", "unknown"],
    [{ codigo: "500", mensagem: "ERRO" }, "response", "unknown"],
  ]) {
    body = response;
    const e = await failure(sb.clientes.incluir(CLIENTE));
    assert.deepEqual([e.code, e.outcome], [code, outcome], JSON.stringify(response));
  }
});

test("retry-after is kept, and too long a one is not waited for", async () => {
  const s = await server((r) => json(r, 429, {}, { "retry-after": "3600" }));
  const e = await failure(new Smartbill({ baseUrl: s.baseUrl }).servicos.obter("1"));
  assert.deepEqual([e.code, e.status, e.attempts, e.retryAfterMs], ["rate_limited", 429, 1, 3_600_000]);
});

test("no server, and a server that hangs", async () => {
  const s = await server(() => {});
  const dead = await server(() => {});
  dead.close();
  const refused = await failure(
    new Smartbill({ baseUrl: dead.baseUrl, retry: { maxAttempts: 2, baseMs: 1 } }).clientes.incluir(CLIENTE),
  );
  assert.deepEqual([refused.code, refused.attempts, refused.outcome], ["connection", 2, "not_sent"]);
  for (const code of ["ENOTFOUND", "EAI_AGAIN"]) {
    const fetch = async () => {
      throw new TypeError("fetch failed", { cause: Object.assign(new Error(code), { code }) });
    };
    const unknown = await failure(
      new Smartbill({
        baseUrl: "https://nenhum.example",
        fetch,
        language: "en",
        retry: { maxAttempts: 1 },
      }).clientes.incluir(CLIENTE),
    );
    assert.deepEqual([unknown.code, unknown.outcome], ["connection", "not_sent"]);
    assert.match(unknown.message, /the name of the server, or that of the proxy, was not found/);
  }
  const slow = await failure(new Smartbill({ baseUrl: s.baseUrl }).clientes.obter("1", { timeoutMs: 100 }));
  assert.equal(slow.code, "timeout");
});

/** Every operation, called so that it can be aborted. */
const OPERATIONS = {
  "clientes.incluir": (sb, o) => sb.clientes.incluir(CLIENTE, o),
  "clientes.alterar": (sb, o) => sb.clientes.alterar("1", { nome: "Outra" }, o),
  "clientes.remover": (sb, o) => sb.clientes.remover("1", o),
  "clientes.obter": (sb, o) => sb.clientes.obter("1", o),
  "clientes.listar": (sb, o) => sb.clientes.listar({}, o).toArray(),
  "servicos.obter": (sb, o) => sb.servicos.obter("1", o),
  "servicos.listar": (sb, o) => sb.servicos.listar({}, o).toArray(),
  "contratos.incluir": (sb, o) =>
    sb.contratos.incluir(
      {
        clienteId: "1",
        dataInicio: "2026-01-01",
        periodicidade: "MENSAL",
        diaVencimento: 5,
        itens: [{ servicoId: "1", quantidade: 1 }],
      },
      o,
    ),
  "contratos.ativar": (sb, o) => sb.contratos.ativar("1", {}, o),
  "contratos.desativar": (sb, o) => sb.contratos.desativar("1", {}, o),
  "contratos.suspender": (sb, o) => sb.contratos.suspender("1", {}, o),
  "contratos.cancelar": (sb, o) => sb.contratos.cancelar("1", { motivo: "fim" }, o),
  "contratos.obter": (sb, o) => sb.contratos.obter("1", o),
  "contratos.listar": (sb, o) => sb.contratos.listar({}, o).toArray(),
  "consumos.incluir": (sb, o) =>
    sb.consumos.incluir({ contratoId: "1", servicoId: "1", competencia: "2026-01", quantidade: 1 }, o),
  "consumos.alterar": (sb, o) => sb.consumos.alterar("1", { quantidade: 2 }, o),
  "consumos.remover": (sb, o) => sb.consumos.remover("1", o),
  "consumos.obter": (sb, o) => sb.consumos.obter("1", o),
  "consumos.listar": (sb, o) => sb.consumos.listar({}, o).toArray(),
  "cobrancas.listar": (sb, o) => sb.cobrancas.listar({}, o).toArray(),
};

test("every operation can be given up, and says what became of it", async () => {
  let controller;
  let gaveUp;
  const s = await server((r) => {
    gaveUp = once(r, "close");
    controller.abort(new Error("chega"));
  });
  const sb = new Smartbill({ baseUrl: s.baseUrl, language: "en" });
  for (const [name, operation] of Object.entries(OPERATIONS)) {
    const writes = !/obter|listar/.test(name);
    controller = new AbortController();
    const e = await failure(operation(sb, { signal: controller.signal }));
    const said = (outcome) => ["cancelled", name, writes ? outcome : undefined, "the call was cancelled", "chega"];
    assert.deepEqual(
      [e.code, e.operation, e.outcome, e.message.replace(`${name}: `, ""), e.cause?.message],
      said("unknown"),
    );
    // The request itself is aborted: its connection closes.
    await gaveUp;

    const before = s.times();
    const already = await failure(operation(sb, { signal: controller.signal }));
    assert.deepEqual(
      [
        already.code,
        already.operation,
        already.outcome,
        already.message.replace(`${name}: `, ""),
        already.cause?.message,
      ],
      said("not_sent"),
    );
    assert.equal(s.times(), before);
  }
});

test("a call's own options come before the client's", async () => {
  const s = await server((r) => json(r, 503, {}));
  const sb = new Smartbill({
    baseUrl: s.baseUrl,
    language: "en",
    mode: "lenient",
    retry: { maxAttempts: 3, baseMs: 1 },
  });
  assert.equal((await failure(sb.clientes.obter("1"))).attempts, 3);
  assert.equal((await failure(sb.clientes.obter("1", { retry: { maxAttempts: 1 } }))).attempts, 1);
  await failure(sb.clientes.incluir(CLIENTE, { idempotencyKey: "minha", retry: { maxAttempts: 1 } }));
  assert.ok(s.requests.some((p) => p.headers["idempotency-key"] === "minha"));
  assert.match((await failure(sb.clientes.incluir({}))).message, /required/);
  assert.match((await failure(sb.clientes.incluir({}, { language: "pt-BR" }))).message, /obrigatório/);
  const lower = { ...CLIENTE, cpfCnpj: "12abc34501de35" };
  assert.equal((await failure(sb.clientes.incluir(lower, { retry: { maxAttempts: 1 } }))).code, "server");
  assert.equal((await failure(sb.clientes.incluir(lower, { mode: "strict" }))).code, "validation");
});

test("a loop that is left asks for no more pages", async () => {
  const page = (n) => ({
    data: [{ id: `${2 * n}` }, { id: `${2 * n + 1}` }],
    paginacao: { page: n + 1, size: 2, total: 1000, totalPages: 500 },
  });
  const s = await server((r, n) => json(r, 200, page(n - 1)));
  const sb = new Smartbill({ baseUrl: s.baseUrl });
  const seen = [];
  for await (const { id } of sb.clientes.listar({}, { pageSize: 2 })) {
    seen.push(id);
    if (seen.length === 3) break;
  }
  assert.deepEqual([seen, s.times()], [["0", "1", "2"], 2]);
});

test("a record that cannot be read whole says so, and hides no other", async () => {
  const foreign = { id: "2", dataNascimento: "0000-00-00", findings: "theirs" };
  const s = await server((r, _, request) =>
    json(r, 200, request.url.includes("/clientes/2") ? foreign : [{ id: "1" }, foreign, { id: "3" }]),
  );
  const sb = new Smartbill({ baseUrl: s.baseUrl, language: "en", maxPages: 1 });
  const {
    value: { items },
  } = await sb.clientes.listar().pages()[Symbol.asyncIterator]().next();
  const findings = [
    {
      path: "dataNascimento",
      code: "data_invalida",
      message: "invalid date; use YYYY-MM-DD",
      params: {},
      severity: "warning",
    },
  ];
  assert.deepEqual(items, [{ id: "1" }, { id: "2", $findings: "theirs", findings }, { id: "3" }]);
  assert.deepEqual(await sb.clientes.obter("2"), items[1]);
  // A record that was read can be sent back.
  const { record } = await sb.clientes.alterar("2", { nome: "Outra", findings: items[1].findings });
  assert.deepEqual(record.findings, findings);
});

test("a redirect carries no token anywhere", async () => {
  const far = await server((r) => json(r, 200, { id: "1" }));
  const s = await server((r) => r.writeHead(302, { location: `${far.baseUrl}/roubo` }).end());
  const e = await failure(new Smartbill({ baseUrl: s.baseUrl, token: "segredo" }).clientes.obter("1"));
  assert.equal(far.times(), 0);
  assert.ok(!String(e.stack).includes("segredo"));
});

test("nothing is sent for an input that is wrong", async () => {
  const s = await server((r) => json(r, 201, { id: "1" }));
  const sb = new Smartbill({ baseUrl: s.baseUrl, language: "en" });
  const e = await failure(sb.clientes.incluir({ nome: 5n, cpfCnpj: "1", emal: "x" }));
  assert.equal(e.code, "validation");
  assert.deepEqual(
    e.findings.map((v) => v.path),
    ["nome", "cpfCnpj", "emal"],
  );
  assert.match(e.message, /did you mean `email`\?/);
  assert.equal(e.outcome, "not_sent");
  assert.equal((await failure(sb.clientes.obter(""))).code, "validation");
  for (const id of [undefined, null, 5]) assert.equal((await failure(sb.clientes.obter(id))).code, "configuration");
  assert.equal(s.times(), 0);
});

test("options that are wrong", () => {
  for (const options of [
    undefined,
    {},
    { baseUrl: "x" },
    { baseUrl: "http://example.com" },
    { baseUrl: "https://x", token: " " },
    { baseUrl: "https://x", nothing: 1 },
    { baseUrl: "https://x", timeoutMs: -1 },
    { baseUrl: "https://x", fetch: 5 },
    { baseUrl: "https://x", retry: { n: 1 } },
  ]) {
    assert.throws(
      () => new Smartbill(options),
      (e) => isSmartbillError(e) && e.code === "configuration",
      JSON.stringify(options),
    );
  }
  assert.throws(() => new Smartbill({ baseUrl: "https://x", profile: "nome = " }), { code: "profile" });
});
