// The portal's back end: what it hands on, what it refuses, and what becomes of errors on the way.

import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { fileURLToPath } from "node:url";

import { isSmartbillError, Smartbill } from "smartbill-automation";

import { criarServidor } from "../../examples/node/server.js";

const TOKEN = "token-que-o-navegador-nao-ve";
const fontes = fileURLToPath(new URL("../../examples/web/src/", import.meta.url));

const OPERACAO = /\b(clientes|servicos|contratos|consumos|cobrancas)\s*\.(incluir|alterar|remover|obter|listar|ativar|desativar|suspender|cancelar)\(/g;

let dist;
let plataforma;
let servidor;
let base;
/** What reached the platform, and how it answers. */
let recebidos = [];
let responder;

const escutar = async (s) => {
  s.listen(0, "127.0.0.1");
  await once(s, "listening");
  return `http://127.0.0.1:${s.address().port}`;
};

before(async () => {
  dist = mkdtempSync(path.join(os.tmpdir(), "dist-"));
  mkdirSync(path.join(dist, "assets"));
  writeFileSync(path.join(dist, "index.html"), '<meta name="smartbill-proxy" content="" />');
  writeFileSync(path.join(dist, "assets", "a.js"), "1");
  writeFileSync(path.join(path.dirname(dist), "segredo-do-teste.txt"), "segredo");
  plataforma = http.createServer((pedido, resposta) => {
    let corpo = "";
    const recebido = { metodo: pedido.method, url: pedido.url, headers: pedido.headers, inteiro: false };
    recebidos.push(recebido);
    pedido.on("data", (pedaco) => (corpo += pedaco));
    pedido.on("end", () => {
      Object.assign(recebido, { inteiro: true, corpo });
      responder(resposta, pedido);
    });
  });
  servidor = criarServidor({ baseUrl: `${await escutar(plataforma)}/prefixo/`, token: TOKEN, dist, hosts: ["portal.example"] });
  base = await escutar(servidor);
});

after(() => {
  for (const s of [servidor, plataforma]) {
    s.close();
    s.closeAllConnections();
  }
  rmSync(dist, { recursive: true, force: true });
  rmSync(path.join(path.dirname(dist), "segredo-do-teste.txt"), { force: true });
});

beforeEach(() => {
  recebidos = [];
  responder = (r) => r.writeHead(200, { "content-type": "application/json" }).end("{}");
});

/** One request of the page, as it is written: nothing is normalised on the way. */
function pedir(metodo, caminho, { headers = { origin: base }, corpo } = {}) {
  return new Promise((pronto, falhou) => {
    const { port } = new URL(base);
    const pedido = http.request({ host: "127.0.0.1", port, method: metodo, path: caminho, headers, agent: false }, (resposta) => {
      let texto = "";
      resposta.on("data", (pedaco) => (texto += pedaco));
      resposta.on("end", () => pronto({ status: resposta.statusCode, headers: resposta.headers, texto }));
      resposta.on("error", falhou);
    });
    pedido.on("error", falhou);
    if (typeof corpo === "function") corpo(pedido);
    else pedido.end(corpo);
  });
}

test("hands on what the portal calls, and no other operation", async () => {
  const chamadas = new Set();
  const arquivos = readdirSync(fontes, { recursive: true }).filter((nome) => /\.tsx?$/.test(nome) && nome !== "demonstracao.ts");
  for (const arquivo of arquivos) {
    const texto = readFileSync(path.join(fontes, arquivo), "utf8");
    for (const [, recurso, operacao] of texto.matchAll(OPERACAO)) chamadas.add(`${recurso}.${operacao}`);
    if (texto.includes("contratos[acao](")) for (const acao of ["ativar", "desativar", "suspender", "cancelar"]) chamadas.add(`contratos.${acao}`);
  }
  responder = (r, { method, url }) => {
    const lista = method === "GET" && !/\/1$/.test(url.split("?")[0]);
    r.writeHead(200, { "content-type": "application/json" }).end(lista ? '{"data": []}' : '{"id": "1"}');
  };
  const daPagina = (url, init) => fetch(url, { ...init, headers: [...init.headers, ["origin", base]] });
  const sb = new Smartbill({ baseUrl: base, fetch: daPagina, retry: { maxAttempts: 1 } });
  const recursos = {
    clientes: { incluir: [{ nome: "Padaria Aurora", cpfCnpj: "11222333000181" }], alterar: ["1", { nome: "Padaria" }], remover: ["1"], obter: ["1"], listar: [] },
    servicos: { obter: ["1"], listar: [] },
    contratos: {
      incluir: [{ clienteId: "1", dataInicio: "2026-01-01", periodicidade: "MENSAL", diaVencimento: 5, itens: [{ servicoId: "1", quantidade: 1 }] }],
      ativar: ["1"], desativar: ["1"], suspender: ["1"], cancelar: ["1", { motivo: "fim" }], obter: ["1"], listar: [],
    },
    consumos: {
      incluir: [{ contratoId: "1", servicoId: "1", competencia: "2026-01", quantidade: 1 }], alterar: ["1", { quantidade: 2 }], remover: ["1"], obter: ["1"], listar: [],
    },
    cobrancas: { listar: [] },
  };
  const passaram = new Set();
  for (const [recurso, operacoes] of Object.entries(recursos)) {
    for (const [operacao, argumentos] of Object.entries(operacoes)) {
      recebidos = [];
      const r = sb[recurso][operacao](...argumentos);
      await (operacao === "listar" ? r.toArray() : r).catch((e) => assert.ok(isSmartbillError(e), String(e?.stack)));
      if (recebidos.length > 0) passaram.add(`${recurso}.${operacao}`);
    }
  }
  assert.deepEqual([...passaram].sort(), [...chamadas].sort());
});

test("no other path, however it is written", async () => {
  for (const caminho of [
    "/sandbox/relogio", "/api/v2/clientes", "/api/v1", "/api/v1/", "/api/v1/clientes/", "/api/v1/clientes/1/", "/api/v1/clientes/1/segredo",
    "/api/v1/clientes/../../../sandbox/relogio", "/api/v1/clientes/..", "/api/v1/clientes/.", "/api/v1/clientes/%2e%2e", "/api/v1/clientes/..%2fcontratos",
    "/api/v1/clientes/a%2Fb", "/api/v1/clientes/a%00", "/api/v1/clientes/1;x=1", "/api/v1/clientes//1", "/api/v1//clientes", "/API/v1/clientes",
    "/api/v1/clientes/..\\..\\x", "/api/v1/clientes%3f", "//api/v1/clientes", `/api/v1/clientes/${"1".repeat(101)}`,
    "/../segredo-do-teste.txt", "/..%2fsegredo-do-teste.txt", "/assets/../../segredo-do-teste.txt", "/assets/..%2f..%2fsegredo-do-teste.txt", "/%2e%2e/segredo-do-teste.txt",
    "/server.js", "/assets", "/assets/", "/index.html/x", "*",
  ]) {
    const { status, texto } = await pedir("GET", caminho);
    assert.ok([400, 404, 421].includes(status), `${caminho}: ${status}`);
    assert.doesNotMatch(texto, /segredo/, caminho);
  }
  for (const [metodo, caminho] of [["PUT", "/api/v1/clientes/1"], ["PATCH", "/api/v1/clientes/1"], ["DELETE", "/api/v1/clientes"], ["POST", "/api/v1/servicos"],
    ["HEAD", "/api/v1/clientes"], ["OPTIONS", "/api/v1/clientes"], ["TRACE", "/api/v1/clientes"], ["POST", "/"]]) {
    assert.equal((await pedir(metodo, caminho)).status, 405, `${metodo} ${caminho}`);
  }
  assert.deepEqual(recebidos, []);
  // A path that only looks like another server's goes where it always goes.
  await pedir("GET", "http://alheio.example/api/v1/clientes?nome=x%26y");
  const host = `127.0.0.1:${plataforma.address().port}`;
  assert.deepEqual(recebidos.map(({ metodo, url, headers }) => [metodo, url, headers.host]), [["GET", "/prefixo/api/v1/clientes?nome=x%26y", host]]);
});

test("headers pass by name, both ways", async () => {
  responder = (r) => r.writeHead(200, {
    "content-type": "application/json", "x-request-id": "r-1", "retry-after": "1", "set-cookie": "sessao=segredo", server: "interno/1.0", "x-interno": "segredo",
    "access-control-allow-origin": "*", "strict-transport-security": "max-age=1", authorization: TOKEN,
  }).end("{}");
  const veio = await pedir("POST", "/api/v1/clientes", {
    headers: {
      origin: base, authorization: "Bearer do-navegador", cookie: "a=b", "x-forwarded-for": "1.2.3.4", "x-http-method-override": "DELETE", forwarded: "for=1.2.3.4", "proxy-authorization": "x",
      "content-type": "application/json", "idempotency-key": "k-1", connection: "x-escondido, close", "x-escondido": "1", "accept-encoding": "gzip",
    },
    corpo: "{}",
  });
  const [{ headers, corpo }] = recebidos;
  assert.deepEqual(Object.keys(headers).sort(), ["authorization", "connection", "content-length", "content-type", "host", "idempotency-key"]);
  assert.deepEqual([headers.authorization, headers["idempotency-key"], corpo], [`Bearer ${TOKEN}`, "k-1", "{}"]);
  assert.deepEqual(Object.keys(veio.headers).sort(), [
    "cache-control", "connection", "content-security-policy", "content-type", "date", "referrer-policy", "retry-after", "transfer-encoding",
    "x-content-type-options", "x-request-id",
  ]);
  assert.doesNotMatch(JSON.stringify(veio), new RegExp(`segredo|interno|${TOKEN}`));
});

test("a body that is too large does not get through, whether its length is told or not", async () => {
  const json = { "content-type": "application/json", origin: base };
  assert.equal((await pedir("POST", "/api/v1/clientes", { headers: { ...json, "content-length": 2_000_000 }, corpo: (p) => p.flushHeaders() })).status, 413);
  assert.deepEqual(recebidos, []);
  const aosPedacos = await pedir("POST", "/api/v1/clientes", {
    headers: json,
    corpo(pedido) {
      pedido.on("error", () => undefined);
      for (let i = 0; i < 20; i++) pedido.write("x".repeat(100_000));
      pedido.end();
    },
  });
  assert.equal(aosPedacos.status, 413);
  // Its beginning may have left, its end has not: there is nothing that the platform could do.
  assert.ok(recebidos.every((r) => !r.inteiro));
});

test("errors of the platform arrive as they are, and others as errors of the same form", async () => {
  const problema = '{"title": "campo_invalido", "status": 422}';
  responder = (r) => r.writeHead(422, { "content-type": "application/problem+json", "x-request-id": "r-2" }).end(problema);
  const recusado = await pedir("POST", "/api/v1/clientes", { headers: { "content-type": "application/json", origin: base }, corpo: "{}" });
  assert.deepEqual([recusado.status, recusado.texto, recusado.headers["content-type"], recusado.headers["x-request-id"]], [422, problema, "application/problem+json", "r-2"]);

  responder = (r) => r.writeHead(302, { location: "https://alheio.example/" }).end();
  const desviado = await pedir("GET", "/api/v1/clientes");
  assert.deepEqual([desviado.status, desviado.headers.location, JSON.parse(desviado.texto).title], [502, undefined, "redirecionamento_recusado"]);

  responder = (r) => r.destroy();
  const caido = await pedir("GET", "/api/v1/clientes");
  assert.deepEqual([caido.status, JSON.parse(caido.texto).title], [502, "plataforma_indisponivel"]);

  // Half an answer must not look like a whole one.
  responder = (r) => { r.writeHead(200, { "content-type": "application/json" }); r.write('{"dados": ['); setImmediate(() => r.destroy()); };
  await assert.rejects(pedir("GET", "/api/v1/clientes"), { code: "ECONNRESET" });
});

test("a page that is closed takes its request with it", async () => {
  let largado;
  const chegou = new Promise((pronto) => {
    responder = (r) => {
      largado = once(r, "close");
      pronto();
    };
  });
  const { port } = new URL(base);
  const pedido = http.get({ host: "127.0.0.1", port, path: "/api/v1/clientes", agent: false });
  pedido.on("error", () => undefined);
  await chegou;
  pedido.destroy();
  await largado;
});

test("only pages of its own, under names of its own", async () => {
  const { port } = new URL(base);
  for (const [headers, status] of [
    [{ host: "alheio.example" }, 421],
    [{ host: "portal.example.alheio.example" }, 421],
    [{ host: "portal.example" }, 200],
    [{ host: `localhost:${port}` }, 200],
    [{ origin: "https://alheio.example" }, 403],
    [{ origin: "null" }, 403],
    [{ origin: `http://127.0.0.1:${port}` }, 200],
    [{ "sec-fetch-site": "cross-site" }, 403],
    [{ "sec-fetch-site": "same-site" }, 403],
    [{ "sec-fetch-site": "same-origin" }, 200],
  ]) {
    recebidos = [];
    const r = await pedir("GET", "/api/v1/clientes", { headers });
    assert.deepEqual([r.status, recebidos.length], [status, status === 200 ? 1 : 0], JSON.stringify(headers));
  }
  // A browser names where a change comes from.
  for (const [headers, status] of [[{}, 403], [{ "sec-fetch-site": "none" }, 403], [{ "sec-fetch-site": "same-origin" }, 200], [{ origin: base }, 200]]) {
    recebidos = [];
    const r = await pedir("POST", "/api/v1/clientes", { headers: { ...headers, "content-type": "application/json" }, corpo: "{}" });
    assert.deepEqual([r.status, recebidos.length], [status, status === 200 ? 1 : 0], JSON.stringify(headers));
  }
});

test("no answer of the platform is a page of the portal", async () => {
  for (const tipo of ["text/html", "text/html; charset=utf-8", "image/svg+xml", "application/xhtml+xml", "application/jsonp", "text/html; x=application/json", undefined]) {
    responder = (r) => r.writeHead(502, tipo && { "content-type": tipo }).end("<script>alert(1)</script>");
    const { status, texto, headers } = await pedir("GET", "/api/v1/clientes");
    assert.deepEqual([status, texto, headers["content-type"]], [502, "<script>alert(1)</script>", "text/plain; charset=utf-8"], tipo);
    assert.equal(headers["x-content-type-options"], "nosniff");
    assert.equal(headers["content-security-policy"], "default-src 'none'; frame-ancestors 'none'; sandbox");
  }
  for (const tipo of ["application/json", "application/json; charset=iso-8859-1", "application/problem+json", "Application/JSON"]) {
    responder = (r) => r.writeHead(200, { "content-type": tipo }).end("{}");
    assert.equal((await pedir("GET", "/api/v1/clientes")).headers["content-type"], tipo);
  }
});

test("two requests in one, as smugglers write them, are none", async () => {
  const { port } = new URL(base);
  const cru = net.connect(Number(port), "127.0.0.1");
  cru.end("POST /api/v1/clientes HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /sandbox/relogio HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
  let texto = "";
  for await (const pedaco of cru) texto += pedaco;
  assert.match(texto, /^HTTP\/1\.1 400 /);
  assert.deepEqual(recebidos.filter((r) => r.inteiro), []);
});

test("the page is told that a platform answers, and nothing of the token", async () => {
  const { status, texto, headers } = await pedir("GET", "/");
  assert.deepEqual([status, texto], [200, '<meta name="smartbill-proxy" content="/" />']);
  assert.doesNotMatch(JSON.stringify([headers, texto]), new RegExp(TOKEN));
  assert.equal((await pedir("GET", "/assets/a.js")).headers["cache-control"], "max-age=31536000, immutable");
});

test("the token travels in clear to nobody", () => {
  assert.throws(() => criarServidor({ baseUrl: "http://plataforma.example", token: "t", dist }), /https/);
});
