// Answers of unlimited size: the client reads only up to its limit, and time limits and signals hold meanwhile.

import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, test } from "node:test";
import { gzipSync } from "node:zlib";

import { isSmartbillError, Smartbill } from "smartbill-automation";

const MIB = 1 << 20;
const servers = [];
after(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});
const unhandled = [];
process.on("unhandledRejection", (reason) => unhandled.push(reason));

async function serve(respond) {
  const server = createServer((request, response) => {
    response.on("error", () => {});
    respond(response, request);
  });
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${server.address().port}`;
}

async function failure(promise) {
  const e = await promise.then(
    () => assert.fail("it worked"),
    (e) => e,
  );
  assert.ok(isSmartbillError(e), String(e?.stack));
  await new Promise(setImmediate);
  assert.deepEqual(unhandled, []);
  return e;
}

const json = (response, body, headers = {}) =>
  response.writeHead(200, { "content-type": "application/json", ...headers }).end(body);

/** Writes the same piece for as long as the client reads. */
function endless(response, piece, headers = {}) {
  response.writeHead(200, { "content-type": "application/json", ...headers });
  const more = () => {
    while (!response.destroyed && response.write(piece));
  };
  response.on("drain", more);
  more();
}

test("an answer as long as may be is read, and one a byte longer is not", async () => {
  const body = JSON.stringify({ id: "1", nome: "x".repeat(100_000) });
  let calls = 0;
  const baseUrl = await serve((response) => {
    calls++;
    json(response, body);
  });
  assert.equal((await new Smartbill({ baseUrl, maxBodyBytes: body.length }).clientes.obter("1")).id, "1");
  calls = 0;
  const sb = new Smartbill({ baseUrl, maxBodyBytes: body.length - 1, language: "en" });
  const read = await failure(sb.clientes.obter("1"));
  assert.match(read.message, /too long/);
  assert.equal(calls, 1, "it would be as long another time");
  const write = await failure(sb.clientes.remover("1"));
  assert.deepEqual([write.code, write.outcome], [read.code, "unknown"]);
});

test("a limit that is none", () => {
  for (const maxBodyBytes of [0, -1, 1.5, NaN, Infinity, "64", 5n, {}]) {
    assert.throws(
      () => new Smartbill({ baseUrl: "https://x.example", maxBodyBytes }),
      (e) => e.code === "configuration" && e.message.includes("`maxBodyBytes`"),
    );
  }
});

test("four megabytes that unfold into four gigabytes, a body without end, one byte after the other", async () => {
  const zeros = Buffer.alloc(MIB, " ");
  const one = gzipSync(zeros, { level: 9 });
  const bomb = Buffer.concat(Array(Math.ceil((4 * MIB) / one.length)).fill(one));
  const baseUrl = await serve((response, { url }) => {
    if (url.endsWith("/bomb")) return json(response, bomb, { "content-encoding": "gzip" });
    if (url.endsWith("/plain")) return endless(response, zeros);
    if (url.endsWith("/drip")) return endless(response, Buffer.from("x"));
    return json(response, '{"id":"1"}');
  });
  // This runs in a separate process, whose memory is measured.
  const child = fork(new URL("answers-child.mjs", import.meta.url), [baseUrl], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const [[report], [code]] = await Promise.all([once(child, "message"), once(child, "exit")]);
  assert.equal(code, 0);
  for (const [path, { error, grown }] of Object.entries(report)) {
    assert.match(error.message, /too long/, path);
    assert.ok(grown < 200 * MIB, `${path}: ${grown} bytes`);
  }
});

test("a time limit holds while a body is read", async () => {
  const baseUrl = await serve((response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.write('{"id":');
  });
  const e = await failure(new Smartbill({ baseUrl }).clientes.obter("1", { timeoutMs: 200 }));
  assert.equal(e.code, "timeout");
  const attempt = await failure(
    new Smartbill({ baseUrl, attemptTimeoutMs: 50, retry: { maxAttempts: 2, baseMs: 1 } }).clientes.obter("1"),
  );
  assert.deepEqual([attempt.code, attempt.attempts], ["timeout", 2]);
});

test("a signal holds while a body is read, and the connection closes", async () => {
  const controller = new AbortController();
  let closed;
  const baseUrl = await serve((response) => {
    closed = once(response, "close");
    response.writeHead(200, { "content-type": "application/json" });
    response.write('{"id":', () => controller.abort(new Error("enough")));
  });
  const e = await failure(new Smartbill({ baseUrl }).clientes.remover("1", { signal: controller.signal }));
  assert.deepEqual([e.code, e.outcome, e.cause.message], ["cancelled", "unknown", "enough"]);
  await closed;
});

/** A `Response` whose body comes from `source`. */
const streamed = (source) =>
  new Response(new ReadableStream(source), { headers: { "content-type": "application/json" } });
const through = (fetch, options) =>
  new Smartbill({ baseUrl: "https://plataforma.example", retry: { maxAttempts: 1 }, ...options, fetch });

test("a body that nobody reads any more is given up, even by a `fetch` that does not listen", async () => {
  for (const code of ["timeout", "cancelled"]) {
    const controller = new AbortController();
    let given;
    const gone = new Promise((done) => (given = done));
    const pull = () => {
      if (code === "cancelled") controller.abort();
      return new Promise(() => {});
    };
    const sb = through(async () => streamed({ pull, cancel: given }));
    assert.equal(
      (
        await failure(
          sb.clientes.obter("1", { signal: controller.signal, timeoutMs: code === "timeout" ? 20 : undefined }),
        )
      ).code,
      code,
    );
    await gone;
  }
});

test("bodies that are none", async () => {
  for (const source of [
    { pull: (out) => out.enqueue("text") },
    { pull: (out) => out.enqueue(undefined) },
    {
      pull: () => {
        throw new Error("no");
      },
    },
    { pull: (out) => out.error(Object.create(null)) },
    {
      pull(out) {
        out.enqueue(new TextEncoder().encode('{"id":'));
        out.error(new TypeError("terminated"));
      },
    },
  ]) {
    const e = await failure(
      through(async () => streamed(source)).clientes.incluir({
        nome: "Padaria Aurora Ltda",
        tipoPessoa: "JURIDICA",
        cpfCnpj: "11222333000181",
      }),
    );
    assert.deepEqual([e.code, e.outcome], ["connection", "unknown"]);
  }
  const locked = streamed({ pull: () => {} });
  locked.body.getReader();
  assert.equal((await failure(through(async () => locked).clientes.obter("1"))).code, "connection");
});

test("a body in very many pieces", async () => {
  const text = JSON.stringify({ id: "1", nome: "x".repeat(200_000) });
  let at = 0;
  const sb = through(async () =>
    streamed({
      pull(out) {
        if (at === text.length) return out.close();
        out.enqueue(Uint8Array.of(text.charCodeAt(at++)));
      },
    }),
  );
  assert.equal((await sb.clientes.obter("1")).nome.length, 200_000);
});

test("a `fetch` without streams", async () => {
  const bytes = new TextEncoder().encode('{"id":"1"}');
  const fetch = async () => ({
    status: 200,
    headers: new Headers({ "content-type": "application/json" }),
    arrayBuffer: async () => bytes.buffer,
  });
  assert.equal((await through(fetch).clientes.obter("1")).id, "1");
  assert.match(
    (await failure(through(fetch, { maxBodyBytes: 5, language: "en" }).clientes.obter("1"))).message,
    /too long/,
  );
});
