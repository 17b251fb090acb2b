// Tests the portal's back end: which requests it passes on, which it refuses, and how it handles errors.

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

import { createServer } from "../../examples/node/server.js";

const TOKEN = "token-que-o-navegador-nao-ve";
const sources = fileURLToPath(new URL("../../examples/web/src/", import.meta.url));

const OPERATION =
  /\b(clientes|servicos|contratos|consumos|cobrancas)\s*\.(incluir|alterar|remover|obter|listar|ativar|desativar|suspender|cancelar)\(/g;

let dist;
let platform;
let server;
let base;
/** The requests that reached the platform, and its answers. */
let received = [];
let respond;

const listen = async (s) => {
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
  platform = http.createServer((request, response) => {
    let body = "";
    const entry = { method: request.method, url: request.url, headers: request.headers, whole: false };
    received.push(entry);
    request.on("data", (chunk) => (body += chunk));
    request.on("end", () => {
      Object.assign(entry, { whole: true, body });
      respond(response, request);
    });
  });
  server = createServer({
    baseUrl: `${await listen(platform)}/prefixo/`,
    token: TOKEN,
    dist,
    hosts: ["portal.example"],
  });
  base = await listen(server);
});

after(() => {
  for (const s of [server, platform]) {
    s.close();
    s.closeAllConnections();
  }
  rmSync(dist, { recursive: true, force: true });
  rmSync(path.join(path.dirname(dist), "segredo-do-teste.txt"), { force: true });
});

beforeEach(() => {
  received = [];
  respond = (r) => r.writeHead(200, { "content-type": "application/json" }).end("{}");
});

/** Sends one request of the page exactly as written, without normalization. */
function ask(method, pathname, { headers = { origin: base }, body } = {}) {
  return new Promise((ready, failure) => {
    const { port } = new URL(base);
    const request = http.request(
      { host: "127.0.0.1", port, method, path: pathname, headers, agent: false },
      (response) => {
        let text = "";
        response.on("data", (chunk) => (text += chunk));
        response.on("end", () => ready({ status: response.statusCode, headers: response.headers, text }));
        response.on("error", failure);
      },
    );
    request.on("error", failure);
    if (typeof body === "function") body(request);
    else request.end(body);
  });
}

test("hands on what the portal calls, and no other operation", async () => {
  const called = new Set();
  const files = readdirSync(sources, { recursive: true }).filter((name) => /\.tsx?$/.test(name) && name !== "demo.ts");
  for (const file of files) {
    const text = readFileSync(path.join(sources, file), "utf8");
    for (const [, resource, operation] of text.matchAll(OPERATION)) called.add(`${resource}.${operation}`);
    if (text.includes("contratos[action]("))
      for (const action of ["ativar", "desativar", "suspender", "cancelar"]) called.add(`contratos.${action}`);
  }
  respond = (r, { method, url }) => {
    const list = method === "GET" && !/\/1$/.test(url.split("?")[0]);
    r.writeHead(200, { "content-type": "application/json" }).end(list ? '{"data": []}' : '{"id": "1"}');
  };
  const fromPage = (url, init) => fetch(url, { ...init, headers: [...init.headers, ["origin", base]] });
  const sb = new Smartbill({ baseUrl: base, fetch: fromPage, retry: { maxAttempts: 1 } });
  const resources = {
    clientes: {
      incluir: [{ nome: "Padaria Aurora", cpfCnpj: "11222333000181" }],
      alterar: ["1", { nome: "Padaria" }],
      remover: ["1"],
      obter: ["1"],
      listar: [],
    },
    servicos: { obter: ["1"], listar: [] },
    contratos: {
      incluir: [
        {
          clienteId: "1",
          dataInicio: "2026-01-01",
          periodicidade: "MENSAL",
          diaVencimento: 5,
          itens: [{ servicoId: "1", quantidade: 1 }],
        },
      ],
      ativar: ["1"],
      desativar: ["1"],
      suspender: ["1"],
      cancelar: ["1", { motivo: "fim" }],
      obter: ["1"],
      listar: [],
    },
    consumos: {
      incluir: [{ contratoId: "1", servicoId: "1", competencia: "2026-01", quantidade: 1 }],
      alterar: ["1", { quantidade: 2 }],
      remover: ["1"],
      obter: ["1"],
      listar: [],
    },
    cobrancas: { listar: [] },
  };
  const passed = new Set();
  for (const [resource, operations] of Object.entries(resources)) {
    for (const [operation, args] of Object.entries(operations)) {
      received = [];
      const r = sb[resource][operation](...args);
      await (operation === "listar" ? r.toArray() : r).catch((e) => assert.ok(isSmartbillError(e), String(e?.stack)));
      if (received.length > 0) passed.add(`${resource}.${operation}`);
    }
  }
  assert.deepEqual([...passed].sort(), [...called].sort());
});

test("no other path, however it is written", async () => {
  for (const pathname of [
    "/sandbox/clock",
    "/api/v2/clientes",
    "/api/v1",
    "/api/v1/",
    "/api/v1/clientes/",
    "/api/v1/clientes/1/",
    "/api/v1/clientes/1/segredo",
    "/api/v1/clientes/../../../sandbox/clock",
    "/api/v1/clientes/..",
    "/api/v1/clientes/.",
    "/api/v1/clientes/%2e%2e",
    "/api/v1/clientes/..%2fcontratos",
    "/api/v1/clientes/a%2Fb",
    "/api/v1/clientes/a%00",
    "/api/v1/clientes/1;x=1",
    "/api/v1/clientes//1",
    "/api/v1//clientes",
    "/API/v1/clientes",
    "/api/v1/clientes/..\\..\\x",
    "/api/v1/clientes%3f",
    "//api/v1/clientes",
    `/api/v1/clientes/${"1".repeat(101)}`,
    "/../segredo-do-teste.txt",
    "/..%2fsegredo-do-teste.txt",
    "/assets/../../segredo-do-teste.txt",
    "/assets/..%2f..%2fsegredo-do-teste.txt",
    "/%2e%2e/segredo-do-teste.txt",
    "/server.js",
    "/assets",
    "/assets/",
    "/index.html/x",
    "*",
  ]) {
    const { status, text } = await ask("GET", pathname);
    assert.ok([400, 404, 421].includes(status), `${pathname}: ${status}`);
    assert.doesNotMatch(text, /segredo/, pathname);
  }
  for (const [method, pathname] of [
    ["PUT", "/api/v1/clientes/1"],
    ["PATCH", "/api/v1/clientes/1"],
    ["DELETE", "/api/v1/clientes"],
    ["POST", "/api/v1/servicos"],
    ["HEAD", "/api/v1/clientes"],
    ["OPTIONS", "/api/v1/clientes"],
    ["TRACE", "/api/v1/clientes"],
    ["POST", "/"],
  ]) {
    assert.equal((await ask(method, pathname)).status, 405, `${method} ${pathname}`);
  }
  assert.deepEqual(received, []);
  // A path that looks like another server's goes to the same platform as always.
  await ask("GET", "http://alheio.example/api/v1/clientes?nome=x%26y");
  const host = `127.0.0.1:${platform.address().port}`;
  assert.deepEqual(
    received.map(({ method, url, headers }) => [method, url, headers.host]),
    [["GET", "/prefixo/api/v1/clientes?nome=x%26y", host]],
  );
});

test("headers pass by name, both ways", async () => {
  respond = (r) =>
    r
      .writeHead(200, {
        "content-type": "application/json",
        "x-request-id": "r-1",
        "retry-after": "1",
        "set-cookie": "sessao=segredo",
        server: "interno/1.0",
        "x-interno": "segredo",
        "access-control-allow-origin": "*",
        "strict-transport-security": "max-age=1",
        authorization: TOKEN,
      })
      .end("{}");
  const answer = await ask("POST", "/api/v1/clientes", {
    headers: {
      origin: base,
      authorization: "Bearer do-navegador",
      cookie: "a=b",
      "x-forwarded-for": "1.2.3.4",
      "x-http-method-override": "DELETE",
      forwarded: "for=1.2.3.4",
      "proxy-authorization": "x",
      "content-type": "application/json",
      "idempotency-key": "k-1",
      connection: "x-escondido, close",
      "x-escondido": "1",
      "accept-encoding": "gzip",
    },
    body: "{}",
  });
  const [{ headers, body }] = received;
  assert.deepEqual(Object.keys(headers).sort(), [
    "authorization",
    "connection",
    "content-length",
    "content-type",
    "host",
    "idempotency-key",
  ]);
  assert.deepEqual([headers.authorization, headers["idempotency-key"], body], [`Bearer ${TOKEN}`, "k-1", "{}"]);
  assert.deepEqual(Object.keys(answer.headers).sort(), [
    "cache-control",
    "connection",
    "content-security-policy",
    "content-type",
    "date",
    "referrer-policy",
    "retry-after",
    "transfer-encoding",
    "x-content-type-options",
    "x-request-id",
  ]);
  assert.doesNotMatch(JSON.stringify(answer), new RegExp(`segredo|interno|${TOKEN}`));
});

test("a body that is too large does not get through, whether its length is told or not", async () => {
  const json = { "content-type": "application/json", origin: base };
  assert.equal(
    (
      await ask("POST", "/api/v1/clientes", {
        headers: { ...json, "content-length": 2_000_000 },
        body: (p) => p.flushHeaders(),
      })
    ).status,
    413,
  );
  assert.deepEqual(received, []);
  const inChunks = await ask("POST", "/api/v1/clientes", {
    headers: json,
    body(request) {
      request.on("error", () => undefined);
      for (let i = 0; i < 20; i++) request.write("x".repeat(100_000));
      request.end();
    },
  });
  assert.equal(inChunks.status, 413);
  // The beginning of the request may have been sent, but never its end, so the platform could not execute it.
  assert.ok(received.every((r) => !r.whole));
});

test("errors of the platform arrive as they are, and others as errors of the same form", async () => {
  const problem = '{"title": "campo_invalido", "status": 422}';
  respond = (r) => r.writeHead(422, { "content-type": "application/problem+json", "x-request-id": "r-2" }).end(problem);
  const refused = await ask("POST", "/api/v1/clientes", {
    headers: { "content-type": "application/json", origin: base },
    body: "{}",
  });
  assert.deepEqual(
    [refused.status, refused.text, refused.headers["content-type"], refused.headers["x-request-id"]],
    [422, problem, "application/problem+json", "r-2"],
  );

  respond = (r) => r.writeHead(302, { location: "https://alheio.example/" }).end();
  const redirected = await ask("GET", "/api/v1/clientes");
  assert.deepEqual(
    [redirected.status, redirected.headers.location, JSON.parse(redirected.text).title],
    [502, undefined, "redirecionamento_recusado"],
  );

  respond = (r) => r.destroy();
  const dropped = await ask("GET", "/api/v1/clientes");
  assert.deepEqual([dropped.status, JSON.parse(dropped.text).title], [502, "plataforma_indisponivel"]);

  // Half an answer must not look like a complete one.
  respond = (r) => {
    r.writeHead(200, { "content-type": "application/json" });
    r.write('{"dados": [');
    setImmediate(() => r.destroy());
  };
  await assert.rejects(ask("GET", "/api/v1/clientes"), { code: "ECONNRESET" });
});

test("a page that is closed takes its request with it", async () => {
  let closed;
  const arrived = new Promise((ready) => {
    respond = (r) => {
      closed = once(r, "close");
      ready();
    };
  });
  const { port } = new URL(base);
  const request = http.get({ host: "127.0.0.1", port, path: "/api/v1/clientes", agent: false });
  request.on("error", () => undefined);
  await arrived;
  request.destroy();
  await closed;
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
    received = [];
    const r = await ask("GET", "/api/v1/clientes", { headers });
    assert.deepEqual([r.status, received.length], [status, status === 200 ? 1 : 0], JSON.stringify(headers));
  }
  // A browser names the origin of a change.
  for (const [headers, status] of [
    [{}, 403],
    [{ "sec-fetch-site": "none" }, 403],
    [{ "sec-fetch-site": "same-origin" }, 200],
    [{ origin: base }, 200],
  ]) {
    received = [];
    const r = await ask("POST", "/api/v1/clientes", {
      headers: { ...headers, "content-type": "application/json" },
      body: "{}",
    });
    assert.deepEqual([r.status, received.length], [status, status === 200 ? 1 : 0], JSON.stringify(headers));
  }
});

test("no answer of the platform is a page of the portal", async () => {
  for (const kind of [
    "text/html",
    "text/html; charset=utf-8",
    "image/svg+xml",
    "application/xhtml+xml",
    "application/jsonp",
    "text/html; x=application/json",
    undefined,
  ]) {
    respond = (r) => r.writeHead(502, kind && { "content-type": kind }).end("<script>alert(1)</script>");
    const { status, text, headers } = await ask("GET", "/api/v1/clientes");
    assert.deepEqual(
      [status, text, headers["content-type"]],
      [502, "<script>alert(1)</script>", "text/plain; charset=utf-8"],
      kind,
    );
    assert.equal(headers["x-content-type-options"], "nosniff");
    assert.equal(headers["content-security-policy"], "default-src 'none'; frame-ancestors 'none'; sandbox");
  }
  for (const kind of [
    "application/json",
    "application/json; charset=iso-8859-1",
    "application/problem+json",
    "Application/JSON",
  ]) {
    respond = (r) => r.writeHead(200, { "content-type": kind }).end("{}");
    assert.equal((await ask("GET", "/api/v1/clientes")).headers["content-type"], kind);
  }
});

test("two requests in one, as smugglers write them, are none", async () => {
  const { port } = new URL(base);
  const raw = net.connect(Number(port), "127.0.0.1");
  raw.end(
    "POST /api/v1/clientes HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /sandbox/clock HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
  );
  let text = "";
  for await (const chunk of raw) text += chunk;
  assert.match(text, /^HTTP\/1\.1 400 /);
  assert.deepEqual(
    received.filter((r) => r.whole),
    [],
  );
});

test("the page is told that a platform answers, and nothing of the token", async () => {
  const { status, text, headers } = await ask("GET", "/");
  assert.deepEqual([status, text], [200, '<meta name="smartbill-proxy" content="/" />']);
  assert.doesNotMatch(JSON.stringify([headers, text]), new RegExp(TOKEN));
  assert.equal((await ask("GET", "/assets/a.js")).headers["cache-control"], "max-age=31536000, immutable");
});

test("the token travels in clear to nobody", () => {
  assert.throws(() => createServer({ baseUrl: "http://plataforma.example", token: "t", dist }), /https/);
});
