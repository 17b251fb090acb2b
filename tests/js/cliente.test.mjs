// The client over real HTTP, against the sandbox's own server, and against the sandbox in process.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";

import { isSmartbillError, Smartbill } from "smartbill-automation";
import { criarSandbox } from "smartbill-automation/sandbox";

import { percorrer } from "./percurso.js";

const raiz = fileURLToPath(new URL("../..", import.meta.url));

test("all operations in process, over the sandbox's fetch", async () => {
  const sandbox = criarSandbox({ agora: "2026-11-05T12:00:00Z" });
  await percorrer(new Smartbill(sandboxOptions(sandbox)), sandbox.faturar, sandbox.avancarRelogio);
  await sandbox.reiniciar();
  const sb = new Smartbill(sandboxOptions(sandbox));
  assert.deepEqual(await sb.clientes.listar().toArray(), []);
});

const sandboxOptions = ({ baseUrl, token, fetch }) => ({ baseUrl, token, fetch });

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
  return { baseUrl: `http://127.0.0.1:${s.address().port}`, vezes: () => vezes, pedidos, fechar: () => { s.closeAllConnections(); s.close(); } };
}

const CLIENTE = { nome: "Padaria Aurora Ltda", tipoPessoa: "JURIDICA", cpfCnpj: "11222333000181", codigoExterno: "C-1" };
const json = (r, status, corpo, cabecalhos = {}) => r.writeHead(status, { "content-type": "application/json", ...cabecalhos }).end(JSON.stringify(corpo));

test("a server that recovers is tried again, a write under one key", async () => {
  const s = await servidor((r, n) => (n < 3 ? json(r, 503, {}) : json(r, 201, { id: "7" })));
  const sb = new Smartbill({ baseUrl: s.baseUrl, token: "t", retry: { baseMs: 1 } });
  assert.equal((await sb.clientes.incluir(CLIENTE)).registro.id, "7");
  assert.equal(s.vezes(), 3);
  const chaves = new Set(s.pedidos.map((p) => p.headers["idempotency-key"]));
  assert.equal(chaves.size, 1);
  assert.ok(![...chaves].includes(undefined));
  s.fechar();
});

test("retry-after is kept, and too long a one is not waited for", async () => {
  const s = await servidor((r) => json(r, 429, {}, { "retry-after": "3600" }));
  const e = await falha(new Smartbill({ baseUrl: s.baseUrl }).servicos.obter("1"));
  assert.deepEqual([e.code, e.status, e.attempts, e.retryAfterMs], ["rate_limited", 429, 1, 3_600_000]);
  s.fechar();
});

test("no server, a server that hangs, a call that is given up", async () => {
  const s = await servidor(() => {});
  const morto = await servidor(() => {});
  morto.fechar();
  const recusado = await falha(new Smartbill({ baseUrl: morto.baseUrl, retry: { maxAttempts: 2, baseMs: 1 } }).clientes.incluir(CLIENTE));
  assert.deepEqual([recusado.code, recusado.attempts, recusado.outcome], ["connection", 2, "not_sent"]);
  const sb = new Smartbill({ baseUrl: s.baseUrl });
  const inicio = performance.now();
  const lento = await falha(sb.clientes.obter("1", { timeoutMs: 100 }));
  assert.equal(lento.code, "timeout");
  assert.ok(performance.now() - inicio < 2000);
  const controle = new AbortController();
  setTimeout(() => controle.abort(new Error("chega")), 50);
  const cancelado = await falha(sb.clientes.incluir(CLIENTE, { signal: controle.signal }));
  assert.deepEqual([cancelado.code, cancelado.outcome, cancelado.cause?.message], ["cancelled", "unknown", "chega"]);
  const antes = s.vezes();
  const jaCancelado = await falha(sb.clientes.incluir(CLIENTE, { signal: AbortSignal.abort() }));
  assert.deepEqual([jaCancelado.code, jaCancelado.outcome, s.vezes()], ["cancelled", "not_sent", antes]);
  s.fechar();
});

test("a redirect carries no token anywhere", async () => {
  const longe = await servidor((r) => json(r, 200, { id: "1" }));
  const s = await servidor((r) => r.writeHead(302, { location: `${longe.baseUrl}/roubo` }).end());
  const e = await falha(new Smartbill({ baseUrl: s.baseUrl, token: "segredo" }).clientes.obter("1"));
  assert.equal(longe.vezes(), 0);
  assert.ok(!String(e.stack).includes("segredo"));
  s.fechar();
  longe.fechar();
});

test("nothing is sent for an input that is wrong", async () => {
  const s = await servidor((r) => json(r, 201, { id: "1" }));
  const sb = new Smartbill({ baseUrl: s.baseUrl, idioma: "en" });
  const e = await falha(sb.clientes.incluir({ nome: 5n, cpfCnpj: "1", emal: "x" }));
  assert.equal(e.code, "validation");
  assert.deepEqual(e.violations.map((v) => v.path), ["nome", "cpfCnpj", "emal"]);
  assert.match(e.message, /did you mean `email`\?/);
  assert.equal(e.outcome, "not_sent");
  for (const id of ["", undefined, null, 5]) assert.equal((await falha(sb.clientes.obter(id))).code, "configuration");
  assert.equal(s.vezes(), 0);
  s.fechar();
});

test("options that are wrong", () => {
  for (const opcoes of [undefined, {}, { baseUrl: "x" }, { baseUrl: "http://example.com" }, { baseUrl: "https://x", token: " " },
    { baseUrl: "https://x", nada: 1 }, { baseUrl: "https://x", timeoutMs: -1 }, { baseUrl: "https://x", fetch: 5 }, { baseUrl: "https://x", retry: { n: 1 } }]) {
    assert.throws(() => new Smartbill(opcoes), (e) => isSmartbillError(e) && e.code === "configuration", JSON.stringify(opcoes));
  }
  assert.throws(() => new Smartbill({ baseUrl: "https://x", profile: "nome = " }), { code: "profile" });
});
