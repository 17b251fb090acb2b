// A module that fails in the middle of its work, because it has no memory left: the error is one of this package, and
// the next call works.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { allowedActions, isSmartbillError, Smartbill } from "smartbill-automation";
import { read, report, template, write } from "smartbill-automation/planilha";
import { createSandbox } from "smartbill-automation/sandbox";
import { documentos, validarCliente } from "smartbill-automation/validation";
// These are the package's own module instances, so that their memory can be exhausted.
import * as client from "./node_modules/smartbill-automation/pkg/client.js";
import * as profile from "./node_modules/smartbill-automation/pkg/profile.js";
import * as sandbox from "./node_modules/smartbill-automation/pkg/sandbox.js";
import * as sheetFile from "./node_modules/smartbill-automation/pkg/sheets.js";
import * as validation from "./node_modules/smartbill-automation/pkg/validation.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const CLIENTE = { nome: "Padaria Aurora Ltda", tipoPessoa: "JURIDICA", cpfCnpj: "11222333000181" };
const LARGE = "x".repeat(6_000_000);
const CSV = new TextEncoder().encode("Cód. Externo;Razão Social;CNPJ / CPF\nC-1;Mercado Aurora Ltda;11222333000181\n");
const LARGE_CSV = new TextEncoder().encode(
  `${new TextDecoder().decode(CSV)}${"C-2;Mercado;11222333000181\n".repeat(300_000)}`,
);

/** Takes all possible memory, so that the module gets no more. */
function exhaust(module) {
  const { memory } = module.initSync();
  memory.grow(65_536 - memory.buffer.byteLength / 65_536);
}
const small = (module) => module.initSync().memory.buffer.byteLength < 64 << 20;
const failure = (promise) =>
  Promise.resolve(promise).then(
    () => assert.fail("it worked"),
    (e) => e,
  );
const answer = (date, status = 200) =>
  new Response(JSON.stringify(date), { status, headers: { "content-type": "application/json" } });

test("validation", () => {
  for (const use of [
    () => validarCliente({ nome: LARGE }, { language: "en" }),
    () => documentos.brcode.validar(LARGE, { language: "en" }),
    () => documentos.cpf.withOptions({ language: "en" }).limpar(LARGE),
  ]) {
    exhaust(validation);
    assert.throws(
      use,
      (e) =>
        isSmartbillError(e) &&
        e.code === "io" &&
        e.cause instanceof Error &&
        e.message ===
          "the WebAssembly module of smartbill-automation/validation ran out of memory or failed, and was started anew; try with less data",
    );
    assert.ok(small(validation));
    assert.ok(validarCliente(CLIENTE).valid);
    assert.ok(documentos.cpf.valido("52998224725"));
  }
});

test("spreadsheets, in the language asked for", async () => {
  for (const [language, message] of [
    [undefined, /^o arquivo está danificado/],
    ["en", /^the file is damaged/],
  ]) {
    for (const use of [
      () => read("clientes", LARGE_CSV, { language }),
      () => report("clientes", LARGE_CSV, [{ row: 2, situacao: "created" }], { language }),
    ]) {
      exhaust(sheetFile);
      const e = await failure(use());
      assert.ok(isSmartbillError(e) && e.code === "spreadsheet" && e.cause instanceof Error, String(e.stack));
      assert.match(e.message, message);
      assert.ok(small(sheetFile));
      assert.equal((await read("clientes", CSV)).accepted, 1);
    }
  }
  function* records() {
    yield CLIENTE;
    exhaust(sheetFile);
    yield { ...CLIENTE, observacoes: LARGE };
  }
  assert.throws(() => write("clientes", records()), { code: "io" });
  assert.ok(template("clientes").length > 1000 && small(sheetFile));
});

/** The client with the default profile, and with another profile, which is in another module. */
const CLIENTS = [
  ["the default profile", client, undefined],
  ["a profile", profile, readFileSync(join(root, "core/client/src/profile/default.toml"), "utf8")],
];
for (const [name, module, text] of CLIENTS) {
  test(`the client, with ${name}`, async () => {
    const waiting = [];
    const sent = [];
    let reply = () => answer({ id: "1" });
    const sb = new Smartbill({
      baseUrl: "https://plataforma.example",
      language: "en",
      profile: text,
      fetch: (url, { signal }) => {
        sent.push(url);
        if (!url.endsWith("/lento")) return Promise.resolve(reply());
        return new Promise((done, fail) => {
          waiting.push(done);
          signal.addEventListener("abort", () => fail(signal.reason));
        });
      },
    });
    // Two calls with a request in progress, and a listing with one page read.
    const slow = failure(sb.clientes.alterar("lento", { nome: "Outra" }));
    const given = new AbortController();
    const aborted = failure(sb.clientes.obter("lento", { signal: given.signal }));
    reply = () =>
      answer({ data: [{ id: "1" }, { id: "2" }], meta: { current_page: 1, total_pages: 2, total_count: 4 } });
    const pages = sb.clientes.listar({}, { pageSize: 2 }).pages()[Symbol.asyncIterator]();
    const {
      value: { cursor },
    } = await pages.next();
    const later = sb.clientes.listar();

    // There is no memory for the answer.
    reply = () => {
      exhaust(module);
      return answer({ id: "1", nome: LARGE });
    };
    const e = await failure(sb.clientes.incluir(CLIENTE));
    assert.ok(isSmartbillError(e), String(e?.stack));
    assert.deepEqual([e.code, e.operation, e.outcome], ["io", "clientes.incluir", "unknown"]);
    assert.match(e.message, /ran out of memory or failed, and was started anew/);
    assert.ok(small(module));

    // The calls of the instance that is gone end, and report what is known.
    for (const done of waiting) done(answer({ id: "lento" }));
    const lost = await slow;
    assert.deepEqual([lost.code, lost.operation, lost.outcome], ["io", "clientes.alterar", "unknown"]);
    given.abort();
    assert.ok(isSmartbillError(await aborted));
    assert.equal((await failure(pages.next())).code, "io");

    // The same client continues to work.
    reply = () => answer({ id: "1" });
    assert.equal((await sb.clientes.obter("1")).id, "1");
    reply = () =>
      answer({ data: [{ id: "3" }, { id: "4" }], meta: { current_page: 2, total_pages: 2, total_count: 4 } });
    assert.deepEqual(
      (await sb.clientes.listar({}, { cursor }).toArray()).map((c) => c.id),
      ["3", "4"],
    );
    reply = () => answer({ data: [{ id: "5" }], meta: { current_page: 1, total_pages: 1, total_count: 1 } });
    assert.deepEqual(
      (await later.toArray()).map((c) => c.id),
      ["5"],
    );
    assert.deepEqual(allowedActions("ATIVO").sort(), ["cancelar", "desativar", "suspender"]);

    // There is no memory for the input, so it was not sent.
    sent.length = 0;
    exhaust(module);
    const unsent = await failure(sb.clientes.incluir({ ...CLIENTE, observacoes: LARGE }));
    assert.deepEqual([unsent.code, unsent.operation, unsent.outcome, sent], ["io", "clientes.incluir", "not_sent", []]);
    reply = () => answer({ id: "9" });
    assert.equal((await sb.clientes.obter("9")).id, "9");
  });
}

test("a client used within the `fetch` of another call", async () => {
  let inner;
  const sb = new Smartbill({
    baseUrl: "https://plataforma.example",
    retry: { maxAttempts: 1 },
    fetch: (url) => {
      if (url.endsWith("/1")) {
        exhaust(client);
        inner = failure(sb.clientes.incluir({ ...CLIENTE, observacoes: LARGE }));
      }
      return Promise.resolve(answer({ id: "1" }));
    },
  });
  const outer = await failure(sb.clientes.remover("1"));
  assert.deepEqual([outer.code, outer.operation, outer.outcome], ["io", "clientes.remover", "unknown"]);
  assert.deepEqual([(await inner).code, (await inner).outcome], ["io", "not_sent"]);
  assert.equal((await sb.clientes.obter("2")).id, "1");
  assert.ok(small(client));
});

test("the sandbox", async () => {
  const first = createSandbox();
  const post = (sandbox, body) =>
    sandbox.fetch("/api/v1/clientes", {
      method: "POST",
      body,
      headers: { "content-type": "application/json", authorization: "Bearer sandbox" },
    });
  exhaust(sandbox);
  const e = await failure(post(first, JSON.stringify({ ...CLIENTE, observacoes: LARGE })));
  assert.ok(isSmartbillError(e) && e.code === "io", String(e?.stack));
  // The data is gone with the instance, and the error says so. A new writer works.
  assert.equal((await failure(post(first, JSON.stringify(CLIENTE)))).code, "io");
  assert.equal((await post(createSandbox(), JSON.stringify(CLIENTE))).status, 201);
  assert.ok(small(sandbox));
});
