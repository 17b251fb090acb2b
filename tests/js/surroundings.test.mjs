// Tests the module's surroundings: the `fetch` that it uses, signals, option bags. Whatever these do, a call ends, with
// an error of this package.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { isSmartbillError, Smartbill, SmartbillError } from "smartbill-automation";
import { read, report, write } from "smartbill-automation/planilha";
import { createSandbox } from "smartbill-automation/sandbox";
import { cliente, documentos, validarCliente } from "smartbill-automation/validation";
// This is the package's own module instance, so that its memory can be measured. Nothing is started.
import { initSync } from "./node_modules/smartbill-automation/pkg/client.js";

const CLIENTE = { nome: "Padaria Aurora Ltda", tipoPessoa: "JURIDICA", cpfCnpj: "11222333000181" };
const response = (data = { id: "1" }) =>
  new Response(JSON.stringify(data), { headers: { "content-type": "application/json" } });
const clientWith = (fetch, options) =>
  new Smartbill({ baseUrl: "https://plataforma.example", retry: { maxAttempts: 1 }, ...options, fetch });
setFlagsFromString("--expose-gc");
const gc = runInNewContext("gc");
const never = () => new Promise(() => {});

test("a `fetch` that throws anything, or answers anything", async () => {
  const things = [
    undefined,
    null,
    5,
    "texto",
    Symbol("s"),
    {},
    Object.create(null),
    { message: Object.create(null) },
    {
      get message() {
        throw new Error("não");
      },
    },
    new Proxy(
      {},
      {
        get() {
          throw new Error("não");
        },
      },
    ),
    { status: 200n, headers: new Headers(), arrayBuffer: async () => new ArrayBuffer(0) },
    { status: Symbol("s"), headers: new Headers(), arrayBuffer: async () => new ArrayBuffer(0) },
    { status: 200, headers: {}, arrayBuffer: async () => new ArrayBuffer(0) },
    { status: 200, headers: new Headers(), arrayBuffer: () => Promise.reject(Object.create(null)) },
    { ok: true, json: async () => ({ id: "1" }) },
  ];
  for (const thing of things) {
    for (const fetch of [
      () => {
        throw thing;
      },
      () => Promise.reject(thing),
      async () => thing,
    ]) {
      await assert.rejects(
        clientWith(fetch).clientes.incluir(CLIENTE),
        (e) => isSmartbillError(e) && e.code === "connection" && e.outcome === "unknown",
      );
    }
  }
  await assert.rejects(
    clientWith(async () => ({ ok: true })).clientes.obter("1"),
    /`fetch` answered with no `Response`/,
  );
});

test("a `fetch` that uses the client itself", async () => {
  let inner;
  const sb = clientWith((url, { signal }) => {
    if (url.endsWith("/2")) return Promise.resolve(response({ id: "2" }));
    inner ??= sb.clientes.obter("2");
    return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  });
  await assert.rejects(sb.clientes.obter("1", { timeoutMs: 50 }), { code: "timeout" });
  assert.equal((await inner).id, "2");
});

test("a signal given up from within the `fetch`, and from within its end", async () => {
  const controller = new AbortController();
  const early = clientWith(async () => {
    controller.abort(new Error("eu"));
    return response();
  });
  await assert.rejects(
    early.clientes.incluir(CLIENTE, { signal: controller.signal }),
    (e) => e.code === "cancelled" && e.outcome === "unknown" && e.cause.message === "eu",
  );
  const other = new AbortController();
  const late = clientWith((_, { signal }) => {
    signal.addEventListener("abort", () => other.abort());
    return never();
  });
  await assert.rejects(late.clientes.obter("1", { signal: other.signal, timeoutMs: 20 }), { code: "timeout" });
});

test("clients that nobody holds any more are given back", async () => {
  const { memory } = initSync();
  const turn = async () => {
    for (let i = 0; i < 5_000; i++) await clientWith(async () => response()).clientes.obter("1");
    gc();
    await new Promise(setImmediate);
    return memory.buffer.byteLength;
  };
  await turn();
  const before = await turn();
  for (let i = 0; i < 4; i++) await turn();
  assert.equal(memory.buffer.byteLength, before);
});

test("a sandbox that is asked by a signal given up meanwhile leaves no timer", async () => {
  const sandbox = createSandbox();
  const rules = [{ kind: "latency", operation: "servicos.listar", ms: 3_600_000 }];
  await sandbox.fetch("/sandbox/faults", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ seed: 1, rules }),
  });
  const controller = new AbortController();
  const request = sandbox.fetch("/api/v1/servicos", {
    headers: { authorization: "Bearer sandbox" },
    signal: controller.signal,
  });
  controller.abort();
  await assert.rejects(request, { name: "AbortError" });
  assert.deepEqual(
    process.getActiveResourcesInfo().filter((r) => r === "Timeout"),
    [],
  );
});

/** An option bag whose only option, `name`, cannot be read. */
const trap = (name) =>
  Object.defineProperty({}, name, {
    enumerable: true,
    get() {
      throw new Error("não");
    },
  });
const CSV = new TextEncoder().encode("Cód. Externo;Razão Social;CNPJ / CPF\nC-1;Mercado Aurora Ltda;11222333000181\n");
const sb = clientWith(async () => response());
const BAGS = {
  "new Smartbill": [(o) => new Smartbill(o), "token"],
  "a call": [(o) => sb.clientes.obter("1", o), "signal"],
  alterar: [(o) => sb.clientes.alterar("1", { nome: "Outra" }, o), "clear"],
  listar: [(o) => sb.clientes.listar({}, o), "cursor"],
  "a model": [(o) => validarCliente(CLIENTE, o), "mode"],
  "a model's withOptions": [(o) => cliente.withOptions(o), "mode"],
  "a document": [(o) => documentos.cpf.validar("52998224725", o), "mode"],
  "a document's withOptions": [(o) => documentos.cpf.withOptions(o), "mode"],
  "a column": [(o) => documentos.cpf.validarColuna([], o), "mode"],
  read: [(o) => read("clientes", CSV, o), "sheet"],
  write: [(o) => write("clientes", [], o), "format"],
  createSandbox: [(o) => createSandbox(o), "token"],
};

for (const [place, [use, option]] of Object.entries(BAGS)) {
  test(`the options of ${place}`, async () => {
    const refuses = async (bag, name) => {
      const failure = await Promise.resolve()
        .then(() => use(bag))
        .then(
          () => undefined,
          (e) => e,
        );
      assert.ok(
        isSmartbillError(failure) && failure.code === "configuration" && failure.message.includes(`\`${name}\``),
        String(failure),
      );
    };
    for (const bag of [
      5,
      true,
      "x",
      5n,
      Symbol("s"),
      () => 1,
      new Proxy(
        {},
        {
          ownKeys() {
            throw new Error("não");
          },
        },
      ),
    ])
      await refuses(bag, "options");
    await refuses(trap(option), option);
  });
}

test("options that hold what no option takes are refused by their names", async () => {
  const cycle = [];
  cycle.push(cycle);
  let deep = [];
  for (let i = 0; i < 100_000; i++) deep = [deep];
  const sparse = [];
  sparse.length = 2 ** 32 - 1;
  for (const value of [cycle, deep, sparse, () => 1, Symbol("x"), 5n, new Date(0), new Map(), trap("x")]) {
    for (const [use, name] of [
      [() => createSandbox({ token: value }), "token"],
      [() => write("clientes", [], { format: value }), "format"],
      [() => read("clientes", CSV, { mode: value }), "mode"],
      [() => read("clientes", CSV, { columns: { "Razão Social": value } }), "columns"],
      [() => report("clientes", CSV, [{ number: 2, state: value }]), "rows[0].state"],
    ]) {
      const failure = await Promise.resolve()
        .then(use)
        .then(
          () => undefined,
          (e) => e,
        );
      assert.ok(
        isSmartbillError(failure) && failure.code === "configuration" && failure.message.includes(`\`${name}\``),
        String(failure?.stack),
      );
    }
  }
  assert.equal((await read("clientes", CSV)).accepted, 1);
});

test("an identifier that is no text cannot be asked for", async () => {
  for (const ask of [
    () => sb.clientes.obter("a\ud800"),
    () => sb.contratos.ativar("a\ud800"),
    () => sb.contratos.ativar(["9", "a\ud800"]),
    () => sb.contratos.suspender("a\ud800"),
  ]) {
    await assert.rejects(
      ask(),
      (e) => isSmartbillError(e) && e.code === "configuration" && /`(id|ids\[1\])`/.test(e.message),
    );
  }
});

test("a file that the page may not read any more", async () => {
  const gone = Object.assign(new Blob(["x"]), {
    arrayBuffer: () => Promise.reject(new DOMException("gone", "NotReadableError")),
  });
  const dropped = new ArrayBuffer(8);
  structuredClone(dropped, { transfer: [dropped] });
  for (const file of [gone, dropped]) {
    await assert.rejects(
      read("clientes", file),
      (e) => isSmartbillError(e) && e.code === "io" && e.cause instanceof Error,
    );
  }
});

test("a text that no memory holds", () => {
  const long = "9".repeat(400_000_000);
  const isTooLong = (e) =>
    isSmartbillError(e) && e.findings[0].code === "tipo_invalido" && e.findings[0].params.found === "too long a string";
  const { cpf } = documentos;
  for (const use of [
    () => cpf.validar(long),
    () => cpf.limpar(long),
    () => cpf.formatar(long),
    () => cpf.validarColuna([long]),
  ])
    assert.throws(use, isTooLong);
  assert.equal(cpf.valido(long), false);
  assert.equal(cpf["~standard"].validate(long).issues[0].code, "tipo_invalido");
  assert.equal(validarCliente({ ...CLIENTE, nome: long }).errors[0].code, "tipo_invalido");
  assert.ok(cpf.valido("52998224725"));
});

test("a hole in a list of contracts is no contract", async () => {
  // biome-ignore lint/suspicious/noSparseArray: the hole is what is tested
  await assert.rejects(sb.contratos.ativar(["1", , "2"]), /`ids\[1\]`/);
});

test("an empty identifier is judged by the core, in the language asked for", async () => {
  const english = clientWith(async () => assert.fail("nothing is sent"), { language: "en" });
  await assert.rejects(english.clientes.obter(""), {
    code: "validation",
    outcome: "not_sent",
    message: "clientes.obter: id: required field",
  });
  const [item] = await english.contratos.ativar([""]);
  assert.deepEqual([item.error.code, item.error.findings[0].path], ["validation", "id"]);
});

test("an error in JSON keeps its message", () => {
  const e = new SmartbillError("conflict", "já existe", { status: 409 });
  assert.deepEqual(JSON.parse(JSON.stringify(e)), {
    message: "já existe",
    code: "conflict",
    status: 409,
    fields: [],
    findings: [],
    attempts: 0,
  });
});

test("bytes of another realm are bytes", async () => {
  const csv = "Nome;CPF\nBia Lima;11144477735\n";
  const codes = [...Buffer.from(csv)];
  for (const kind of [
    "new Uint8Array(codes)",
    "new Uint8Array(codes).buffer",
    "new DataView(new Uint8Array(codes).buffer)",
  ]) {
    const { accepted } = await read("clientes", runInNewContext(kind, { codes }));
    assert.equal(accepted, 1, kind);
  }
  const json = JSON.stringify([CLIENTE]);
  assert.ok(cliente.checkAll(runInNewContext("new Uint8Array(codes)", { codes: [...Buffer.from(json)] })).valid);
  assert.ok(cliente.checkAll(runInNewContext("JSON.parse(json)", { json })).valid);
});

test("a function taken from its object goes on working", () => {
  assert.deepEqual(["529.982.247-25", "1"].filter(documentos.cpf.valido), ["529.982.247-25"]);
  assert.deepEqual(["529.982.247-25"].map(documentos.cpf.limpar), ["52998224725"]);
  const { validar, isValid, checkAll } = cliente;
  assert.ok(validar(CLIENTE).valid && isValid(CLIENTE) && checkAll([CLIENTE]).valid);
});
