// The client over real HTTP, against the sandbox's own server, and against the sandbox in process.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";

import { isSmartbillError, Smartbill } from "smartbill-automation";
import { criarSandbox } from "smartbill-automation/sandbox";

import { percorrer } from "./percurso.js";

const raiz = fileURLToPath(new URL("../..", import.meta.url));

// Names with underscores, cents, dd/mm/aaaa, bare lists, PATCH: the same client, and nothing to see of it.
const acme = readFileSync(join(raiz, "tests", "rust", "tests", "dados", "acme.toml"), "utf8");

for (const [perfil, profile] of [["the default profile", undefined], ["a foreign profile", acme]]) {
  test(`all operations in process, over the sandbox's fetch, under ${perfil}`, async () => {
    const sandbox = criarSandbox({ agora: "2026-11-05T12:00:00Z", profile });
    const sb = new Smartbill({ ...sandbox, profile });
    await percorrer(sb, sandbox.faturar, sandbox.avancarRelogio);
    await sandbox.reiniciar();
    assert.deepEqual(await sb.clientes.listar().toArray(), []);
  });
}

describe("over real HTTP", () => {
  let processo;
  let baseUrl;

  before(async () => {
    processo = spawn("cargo", ["run", "--quiet", "-p", "smartbill-sandbox", "--features", "server", "--", "--porta", "0"], {
      cwd: raiz, stdio: ["ignore", "pipe", "inherit"],
    });
    for await (const linha of createInterface({ input: processo.stdout })) {
      [baseUrl] = linha.match(/http:\/\/[\d.:]+/) ?? [];
      if (baseUrl) break;
    }
    assert.ok(baseUrl, "the sandbox names its address");
  });

  after(() => processo.kill());

  test("all operations", async () => {
    const sb = new Smartbill({ baseUrl, token: "sandbox" });
    await percorrer(sb, async (competencia) => {
      const r = await fetch(`${baseUrl}/sandbox/faturar`, {
        method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ competencia }),
      });
      return r.json();
    });
  });

  test("a wrong token", async () => {
    const e = await falha(new Smartbill({ baseUrl, token: "outro" }).clientes.listar().toArray());
    assert.deepEqual([e.code, e.status, e.attempts], ["authentication", 401, 1]);
    assert.ok(!JSON.stringify(e).includes("outro"));
  });

  test("a listing that is taken up again at its cursor", async () => {
    const sb = new Smartbill({ baseUrl, token: "sandbox" });
    const servicos = await sb.servicos.listar({}, { tamanhoPagina: 2 }).toArray();
    assert.equal(servicos.length, 6);
    for await (const { itens, cursor, total } of sb.servicos.listar({}, { tamanhoPagina: 2 }).paginas()) {
      assert.equal(itens.length, 2);
      assert.equal(total, 6);
      const resto = await sb.servicos.listar({}, { cursor }).toArray();
      assert.deepEqual([...itens, ...resto].map((s) => s.id), servicos.map((s) => s.id));
      break;
    }
  });
});

async function falha(promessa) {
  try {
    await promessa;
  } catch (e) {
    assert.ok(isSmartbillError(e) && e instanceof Error, String(e?.stack));
    return e;
  }
  assert.fail("it worked");
}

// Those of tests that failed, too: a server left open is a run that never ends.
const abertos = [];
after(() => abertos.forEach((s) => s.fechar()));

/** A server that answers as told, and counts. */
async function servidor(responder) {
  let vezes = 0;
  const pedidos = [];
  const s = createServer((pedido, resposta) => {
    pedidos.push({ url: pedido.url, headers: pedido.headers });
    responder(resposta, ++vezes, pedido);
  });
  s.listen(0, "127.0.0.1");
  await once(s, "listening");
  const este = { baseUrl: `http://127.0.0.1:${s.address().port}`, vezes: () => vezes, pedidos, fechar: () => { s.closeAllConnections(); s.close(); } };
  abertos.push(este);
  return este;
}

const CLIENTE = { nome: "Padaria Aurora Ltda", tipoPessoa: "JURIDICA", cpfCnpj: "11222333000181", codigoExterno: "C-1" };
const json = (r, status, corpo, cabecalhos = {}) => r.writeHead(status, { "content-type": "application/json", ...cabecalhos }).end(JSON.stringify(corpo));

test("a server that recovers is tried again, a write under one key", async () => {
  let gravacoes = 0;
  const s = await servidor((r, _, { method }) =>
    method === "GET" ? json(r, 200, { data: [] }) : ++gravacoes < 3 ? json(r, 503, {}) : json(r, 201, { id: "7" }));
  const sb = new Smartbill({ baseUrl: s.baseUrl, token: "t", retry: { baseMs: 1 } });
  assert.equal((await sb.clientes.incluir(CLIENTE)).registro.id, "7");
  // Before it is sent again the customer is looked for.
  assert.equal(gravacoes, 3);
  assert.equal(s.vezes(), 5);
  const chaves = new Set(s.pedidos.filter((p) => !p.url.includes("?")).map((p) => p.headers["idempotency-key"]));
  assert.equal(chaves.size, 1);
  assert.ok(![...chaves].includes(undefined));
});

test("what was added and refused, or refused as it exists, is read back", async () => {
  const igual = { id: "7", ...CLIENTE };
  for (const [status, registros, esperado] of [
    [409, [igual], "already_done"],
    [409, [{ ...igual, nome: "Outra" }], "conflict rejected"],
    [409, [{ ...igual, situacao: "INATIVO" }], "conflict rejected"],
    [200, [igual], "already_done"],
    [200, [], "response unknown"],
  ]) {
    const s = await servidor((r, _, { method }) => (method === "GET" ? json(r, 200, { data: registros }) : json(r, status, {})));
    const sb = new Smartbill({ baseUrl: s.baseUrl });
    const dito = await sb.clientes.incluir(CLIENTE).then(({ resultado }) => resultado, (e) => `${e.code} ${e.outcome}`);
    assert.equal(dito, esperado, `${status} ${JSON.stringify(registros)}`);
  }
});

test("a success that says no is an error", async () => {
  let corpo;
  const s = await servidor((r, _, { method }) => json(r, 200, method === "GET" ? { data: [] } : corpo));
  const sb = new Smartbill({ baseUrl: s.baseUrl });
  for (const [resposta, code, outcome] of [
    [{ success: false, message: "Saldo insuficiente" }, "rejected", "rejected"],
    [{ error: { message: "x" } }, "response", "unknown"],
    [{}, "response", "unknown"],
    [{ codigo: "500", mensagem: "ERRO" }, "response", "unknown"],
  ]) {
    corpo = resposta;
    const e = await falha(sb.clientes.incluir(CLIENTE));
    assert.deepEqual([e.code, e.outcome], [code, outcome], JSON.stringify(resposta));
  }
});

test("retry-after is kept, and too long a one is not waited for", async () => {
  const s = await servidor((r) => json(r, 429, {}, { "retry-after": "3600" }));
  const e = await falha(new Smartbill({ baseUrl: s.baseUrl }).servicos.obter("1"));
  assert.deepEqual([e.code, e.status, e.attempts, e.retryAfterMs], ["rate_limited", 429, 1, 3_600_000]);
});

test("no server, and a server that hangs", async () => {
  const s = await servidor(() => {});
  const morto = await servidor(() => {});
  morto.fechar();
  const recusado = await falha(new Smartbill({ baseUrl: morto.baseUrl, retry: { maxAttempts: 2, baseMs: 1 } }).clientes.incluir(CLIENTE));
  assert.deepEqual([recusado.code, recusado.attempts, recusado.outcome], ["connection", 2, "not_sent"]);
  const lento = await falha(new Smartbill({ baseUrl: s.baseUrl }).clientes.obter("1", { timeoutMs: 100 }));
  assert.equal(lento.code, "timeout");
});

/** Every operation, as somebody calls it who wants to be able to give it up. */
const OPERACOES = {
  "clientes.incluir": (sb, o) => sb.clientes.incluir(CLIENTE, o),
  "clientes.alterar": (sb, o) => sb.clientes.alterar("1", { nome: "Outra" }, o),
  "clientes.remover": (sb, o) => sb.clientes.remover("1", o),
  "clientes.obter": (sb, o) => sb.clientes.obter("1", o),
  "clientes.listar": (sb, o) => sb.clientes.listar({}, o).toArray(),
  "servicos.obter": (sb, o) => sb.servicos.obter("1", o),
  "servicos.listar": (sb, o) => sb.servicos.listar({}, o).toArray(),
  "contratos.incluir": (sb, o) => sb.contratos.incluir({ clienteId: "1", dataInicio: "2026-01-01", periodicidade: "MENSAL", diaVencimento: 5, itens: [{ servicoId: "1", quantidade: 1 }] }, o),
  "contratos.ativar": (sb, o) => sb.contratos.ativar("1", {}, o),
  "contratos.desativar": (sb, o) => sb.contratos.desativar("1", {}, o),
  "contratos.suspender": (sb, o) => sb.contratos.suspender("1", {}, o),
  "contratos.cancelar": (sb, o) => sb.contratos.cancelar("1", { motivo: "fim" }, o),
  "contratos.obter": (sb, o) => sb.contratos.obter("1", o),
  "contratos.listar": (sb, o) => sb.contratos.listar({}, o).toArray(),
  "consumos.incluir": (sb, o) => sb.consumos.incluir({ contratoId: "1", servicoId: "1", competencia: "2026-01", quantidade: 1 }, o),
  "consumos.alterar": (sb, o) => sb.consumos.alterar("1", { quantidade: 2 }, o),
  "consumos.remover": (sb, o) => sb.consumos.remover("1", o),
  "consumos.obter": (sb, o) => sb.consumos.obter("1", o),
  "consumos.listar": (sb, o) => sb.consumos.listar({}, o).toArray(),
  "cobrancas.listar": (sb, o) => sb.cobrancas.listar({}, o).toArray(),
};

test("every operation can be given up, and says what became of it", async () => {
  let controle;
  let largou;
  const s = await servidor((r) => {
    largou = once(r, "close");
    controle.abort(new Error("chega"));
  });
  const sb = new Smartbill({ baseUrl: s.baseUrl, idioma: "en" });
  for (const [nome, operacao] of Object.entries(OPERACOES)) {
    const escreve = !/obter|listar/.test(nome);
    controle = new AbortController();
    const e = await falha(operacao(sb, { signal: controle.signal }));
    const dito = (outcome) => ["cancelled", nome, escreve ? outcome : undefined, "the call was cancelled", "chega"];
    assert.deepEqual([e.code, e.operation, e.outcome, e.message.replace(`${nome}: `, ""), e.cause?.message], dito("unknown"));
    // The request itself is given up: its connection closes.
    await largou;

    const antes = s.vezes();
    const ja = await falha(operacao(sb, { signal: controle.signal }));
    assert.deepEqual([ja.code, ja.operation, ja.outcome, ja.message.replace(`${nome}: `, ""), ja.cause?.message], dito("not_sent"));
    assert.equal(s.vezes(), antes);
  }
});

test("a call's own options come before the client's", async () => {
  const s = await servidor((r) => json(r, 503, {}));
  const sb = new Smartbill({ baseUrl: s.baseUrl, idioma: "en", modo: "leniente", retry: { maxAttempts: 3, baseMs: 1 } });
  assert.equal((await falha(sb.clientes.obter("1"))).attempts, 3);
  assert.equal((await falha(sb.clientes.obter("1", { retry: { maxAttempts: 1 } }))).attempts, 1);
  await falha(sb.clientes.incluir(CLIENTE, { idempotencyKey: "minha", retry: { maxAttempts: 1 } }));
  assert.ok(s.pedidos.some((p) => p.headers["idempotency-key"] === "minha"));
  assert.match((await falha(sb.clientes.incluir({}))).message, /required/);
  assert.match((await falha(sb.clientes.incluir({}, { idioma: "pt-BR" }))).message, /obrigatório/);
  const minusculas = { ...CLIENTE, cpfCnpj: "12abc34501de35" };
  assert.equal((await falha(sb.clientes.incluir(minusculas, { retry: { maxAttempts: 1 } }))).code, "server");
  assert.equal((await falha(sb.clientes.incluir(minusculas, { modo: "estrito" }))).code, "validation");
});

test("a loop that is left asks for no more pages", async () => {
  const pagina = (n) => ({ data: [{ id: `${2 * n}` }, { id: `${2 * n + 1}` }], paginacao: { pagina: n + 1, tamanho: 2, total: 1000, totalPaginas: 500 } });
  const s = await servidor((r, n) => json(r, 200, pagina(n - 1)));
  const sb = new Smartbill({ baseUrl: s.baseUrl });
  const vistos = [];
  for await (const { id } of sb.clientes.listar({}, { tamanhoPagina: 2 })) {
    vistos.push(id);
    if (vistos.length === 3) break;
  }
  assert.deepEqual([vistos, s.vezes()], [["0", "1", "2"], 2]);
});

test("a record that cannot be read whole says so, and hides no other", async () => {
  const estranho = { id: "2", dataNascimento: "0000-00-00", findings: "theirs" };
  const s = await servidor((r, _, pedido) => json(r, 200, pedido.url.includes("/clientes/2") ? estranho : [{ id: "1" }, estranho, { id: "3" }]));
  const sb = new Smartbill({ baseUrl: s.baseUrl, idioma: "en", maxPaginas: 1 });
  const { value: { itens } } = await sb.clientes.listar().paginas()[Symbol.asyncIterator]().next();
  const findings = [{ path: "dataNascimento", code: "data_invalida", message: "invalid date; use YYYY-MM-DD", params: {}, severity: "warning" }];
  assert.deepEqual(itens, [{ id: "1" }, { id: "2", $findings: "theirs", findings }, { id: "3" }]);
  assert.deepEqual(await sb.clientes.obter("2"), itens[1]);
  // What was read can be sent back.
  const { registro } = await sb.clientes.alterar("2", { nome: "Outra", findings: itens[1].findings });
  assert.deepEqual(registro.findings, findings);
});

test("a redirect carries no token anywhere", async () => {
  const longe = await servidor((r) => json(r, 200, { id: "1" }));
  const s = await servidor((r) => r.writeHead(302, { location: `${longe.baseUrl}/roubo` }).end());
  const e = await falha(new Smartbill({ baseUrl: s.baseUrl, token: "segredo" }).clientes.obter("1"));
  assert.equal(longe.vezes(), 0);
  assert.ok(!String(e.stack).includes("segredo"));
});

test("nothing is sent for an input that is wrong", async () => {
  const s = await servidor((r) => json(r, 201, { id: "1" }));
  const sb = new Smartbill({ baseUrl: s.baseUrl, idioma: "en" });
  const e = await falha(sb.clientes.incluir({ nome: 5n, cpfCnpj: "1", emal: "x" }));
  assert.equal(e.code, "validation");
  assert.deepEqual(e.violations.map((v) => v.path), ["nome", "cpfCnpj", "emal"]);
  assert.match(e.message, /did you mean `email`\?/);
  assert.equal(e.outcome, "not_sent");
  assert.equal((await falha(sb.clientes.obter(""))).code, "validation");
  for (const id of [undefined, null, 5]) assert.equal((await falha(sb.clientes.obter(id))).code, "configuration");
  assert.equal(s.vezes(), 0);
});

test("options that are wrong", () => {
  for (const opcoes of [undefined, {}, { baseUrl: "x" }, { baseUrl: "http://example.com" }, { baseUrl: "https://x", token: " " },
    { baseUrl: "https://x", nada: 1 }, { baseUrl: "https://x", timeoutMs: -1 }, { baseUrl: "https://x", fetch: 5 }, { baseUrl: "https://x", retry: { n: 1 } }]) {
    assert.throws(() => new Smartbill(opcoes), (e) => isSmartbillError(e) && e.code === "configuration", JSON.stringify(opcoes));
  }
  assert.throws(() => new Smartbill({ baseUrl: "https://x", profile: "nome = " }), { code: "profile" });
});
