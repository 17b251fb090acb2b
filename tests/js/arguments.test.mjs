// Passes invalid values for every argument and option of the client, the spreadsheets and the sandbox. The error must
// be of this package and name the place, and the entry must still work afterwards. The values themselves are in
// input.test.mjs.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { allowedActions, isSmartbillError, Smartbill } from "smartbill-automation";
import { read, report, template, write } from "smartbill-automation/planilha";
import { createSandbox } from "smartbill-automation/sandbox";

const CLIENTE = { nome: "Padaria Aurora Ltda", tipoPessoa: "JURIDICA", cpfCnpj: "11222333000181" };
const CSV = new TextEncoder().encode("Cód. Externo;Razão Social;CNPJ / CPF\nC-1;Mercado Aurora Ltda;11222333000181\n");
const ROW = { number: 2, state: "created" };

const cycle = {};
cycle.me = cycle;

/** The values that JavaScript can pass, made again for each use. */
const STRANGE = {
  "a BigInt": () => 5n,
  "a symbol": () => Symbol("s"),
  "a function": () => () => 1,
  NaN: () => NaN,
  "minus one": () => -1,
  "one and a half": () => 1.5,
  true: () => true,
  "an empty text": () => "",
  "5 MB of text": () => "x".repeat(5_000_000),
  "a Date": () => new Date(0),
  "an invalid Date": () => new Date(NaN),
  "a Map": () => new Map([["a", 1]]),
  "an array": () => [1],
  "an object": () => ({ nothing: 1 }),
  "a cyclic object": () => cycle,
  "a name of the prototype's": () => JSON.parse('{"__proto__": {"admin": true}}'),
  "an object without prototype": () => Object.create(null),
};

// Nothing is sent, because invalid arguments are refused before.
const sent = [];
const clientWith = (options) =>
  new Smartbill({
    baseUrl: "https://plataforma.example",
    ...options,
    fetch: async (url) => {
      sent.push(url);
      return new Response('{"id": "1"}', { status: 201, headers: { "content-type": "application/json" } });
    },
  });
const sb = clientWith();
const sandbox = createSandbox();

/** For each place: what is done with the value, what the error must name, and a value like any other there. */
const PLACES = [
  ["Smartbill options", (v) => new Smartbill(v), /`(options|baseUrl)`/],
  ...optionTests(clientWith, {
    token: [/text/],
    profile: [/text/],
    retry: ["an object without prototype"],
    timeoutMs: ["one and a half"],
    attemptTimeoutMs: ["one and a half"],
    maxPages: [],
    mode: [],
    language: [],
    allowHttp: ["true"],
    nothing: [],
  }),
  ["baseUrl", (v) => clientWith({ baseUrl: v }), /`baseUrl`|endereço base/],
  ["fetch", (v) => new Smartbill({ baseUrl: "https://x.example", fetch: v }), /`fetch`/, ["a function"]],
  ...["maxAttempts", "baseMs", "capMs", "maxRetryAfterMs"].map((name) => [
    `option retry.${name}`,
    (v) => clientWith({ retry: { [name]: v } }),
    new RegExp(`\`retry\\.${name}\``),
    name === "maxAttempts" ? [] : ["one and a half"],
  ]),
  ["incluir", (v) => sb.clientes.incluir(v), /obrigat|esperado|desconhecido/],
  [
    "a field",
    (v) => sb.clientes.incluir({ ...CLIENTE, endereco: v }),
    /endereco/,
    ["a Map", "an object without prototype"],
  ],
  [
    "call options",
    (v) => sb.clientes.incluir(CLIENTE, v),
    /`(options|nothing|me|__proto__|0)`/,
    ["an array", "a Date", "an invalid Date", "a Map", "an object without prototype"],
  ],
  ...optionTests((o) => sb.clientes.incluir(CLIENTE, o), {
    mode: [],
    language: [],
    attemptTimeoutMs: ["one and a half"],
    timeoutMs: ["one and a half"],
    checkState: ["true"],
    signal: [],
    idempotencyKey: [/text/],
    retry: ["an object without prototype"],
    nothing: [],
  }),
  ["id", (v) => sb.clientes.obter(v), /`id`|\bid\b/],
  ["alterar", (v) => sb.clientes.alterar("1", v), /esperado|desconhecido/, ["an object without prototype"]],
  [
    "alterar options",
    (v) => sb.clientes.alterar("1", { nome: "Outra" }, v),
    /`(options|nothing|me|__proto__|0)`/,
    ["an array", "a Date", "an invalid Date", "a Map", "an object without prototype"],
  ],
  ["clear", (v) => sb.clientes.alterar("1", { nome: "Outra" }, { clear: v }), /clear|\bme\b/],
  ["a filter", (v) => sb.clientes.listar(v).toArray(), /esperado|desconhecido/, ["an object without prototype"]],
  ["a field of a filter", (v) => sb.contratos.listar({ situacao: v }).toArray(), /situacao/],
  [
    "listing options",
    (v) => sb.clientes.listar({}, v).toArray(),
    /`(options|nothing|me|__proto__|0)`/,
    ["an array", "a Date", "an invalid Date", "a Map", "an object without prototype"],
  ],
  ...optionTests((o) => sb.clientes.listar({}, o).toArray(), { pageSize: [], maxPages: [], signal: [], nothing: [] }),
  ["cursor", (v) => sb.clientes.listar({}, { cursor: v }).toArray(), /cursor/],
  ["ids", (v) => sb.contratos.ativar([v]), /`ids\[0\]`/, [/text/]],
  ["a contract's id", (v) => sb.contratos.suspender(v), /`id`|\bid\b/],
  ["an action", (v) => sb.contratos.cancelar("1", v), /esperado|desconhecido|motivo/],
  ["a field of an action", (v) => sb.contratos.cancelar("1", { motivo: v }), /motivo/, ["minus one"]],

  ["flow of read", (v) => read(v, CSV), /`flow`/],
  ["file of read", (v) => read("clientes", v), /`file`/],
  [
    "options of read",
    (v) => read("clientes", CSV, v),
    /`(options|nothing|me|__proto__)`/,
    ["an array", "a Date", "an invalid Date", "a Map", "an object without prototype"],
  ],
  ...optionTests((o) => read("clientes", CSV, o), {
    name: ["an empty text", "5 MB of text"],
    mode: [],
    sheet: [/text/],
    dialect: [/text/],
    layout: [/text/],
    columns: ["a Date", "an invalid Date", "an object without prototype"],
    mapping: ["an empty text"],
    values: ["a Date", "an invalid Date", "an object without prototype"],
    defaults: ["a Date", "an invalid Date", "an object without prototype"],
    limits: ["a Date", "an invalid Date", "an object without prototype"],
    decimalPoint: ["true"],
    clearEmpty: ["true"],
    optional: [],
    ddd: [],
    today: [],
    intent: [],
    language: [],
    nothing: [],
  }),
  [
    "a field of columns",
    (v) => read("clientes", CSV, { columns: { "Coluna": v } }),
    /columns|não há campo/,
    ["an empty text"],
  ],
  ["flow of write", (v) => write(v, []), /`flow`/],
  ["records", (v) => write("clientes", v), /records/],
  [
    "a record",
    (v) => write("clientes", [CLIENTE, v]),
    /records\[1\]/,
    ["an object", "an object without prototype", "a name of the prototype's"],
  ],
  [
    "a field of a record",
    (v) => write("clientes", [{ ...CLIENTE, observacoes: v }]),
    /records\[0\]\.observacoes/,
    [
      "true",
      "minus one",
      "one and a half",
      /text/,
      "an array",
      "an object",
      "an object without prototype",
      "a name of the prototype's",
    ],
  ],
  [
    "options of write",
    (v) => write("clientes", [], v),
    /`(options|nothing|me|__proto__)`/,
    ["an array", "a Date", "an invalid Date", "a Map", "an object without prototype"],
  ],
  ...optionTests((o) => write("clientes", [], o), { format: [], nothing: [] }),
  ["flow of report", (v) => report(v, CSV, [ROW]), /`flow`/],
  ["file of report", (v) => report("clientes", v, [ROW]), /`file`/],
  ["rows", (v) => report("clientes", CSV, v), /`rows/],
  ["a row", (v) => report("clientes", CSV, [ROW, v]), /`rows\[1\]/],
  [
    "a field of a row",
    (v) => report("clientes", CSV, [{ ...ROW, [typeof v === "string" ? "nothing" : "none"]: v }]),
    /`rows\[0\]\.(nothing|none)`/,
  ],
  ["a row's number", (v) => report("clientes", CSV, [{ ...ROW, number: v }]), /`rows\[0\]\.number`/],
  ["a row's word", (v) => report("clientes", CSV, [{ ...ROW, state: v }]), /`rows\[0\]\.state`/, [/text/]],
  ["a row's message", (v) => report("clientes", CSV, [{ ...ROW, message: v }]), /`rows\[0\]\.message`/, [/text/]],
  ["a row's cells", (v) => report("clientes", CSV, [{ ...ROW, cells: v }]), /`rows\[0\]\.cells/],
  [
    "a cell's severity",
    (v) => report("clientes", CSV, [{ ...ROW, cells: [{ column: "A", message: "x", severity: v }] }]),
    /severity/,
  ],
  [
    "options of report",
    (v) => report("clientes", CSV, [ROW], v),
    /`(options|nothing|me|__proto__)`/,
    ["an array", "a Date", "an invalid Date", "a Map", "an object without prototype"],
  ],
  ["template", (v) => template(v), /`flow`/],

  [
    "options of createSandbox",
    (v) => createSandbox(v),
    /`(options|nothing|me|__proto__)`/,
    ["an array", "a Date", "an invalid Date", "a Map", "an object without prototype"],
  ],
  ...optionTests(createSandbox, { token: [/text/], profile: [/text/], now: ["a Date"], seed: ["true"], nothing: [] }),
  ["faturar", (v) => sandbox.faturar(v), /`competencia`/],
  ["advance", (v) => sandbox.advance(v), /`advance`|relógio/],
  ["days", (v) => sandbox.advance({ days: v }), /`advance`|relógio/],
];

function optionTests(use, names) {
  return Object.entries(names).map(([name, good]) => [
    `option ${name}`,
    (v) => use({ [name]: v }),
    new RegExp(`\`${name}[\`.[]`),
    good,
  ]);
}

const CODES = ["configuration", "spreadsheet", "validation"];
const taken = (good, kind) => good.some((b) => (b instanceof RegExp ? b.test(kind) : b === kind));

/** The checks that must still pass, whatever the entries were given. */
async function intact() {
  assert.equal((await sb.clientes.obter("1")).id, "1");
  sent.length = 0;
  assert.equal((await read("clientes", CSV)).accepted, 1);
  assert.equal(
    (await sandbox.fetch(`${sandbox.baseUrl}/api/v1/clientes`, { headers: { authorization: "Bearer sandbox" } }))
      .status,
    200,
  );
}

for (const [place, use, named, good = []] of PLACES) {
  test(place, async () => {
    const complaints = [];
    for (const [kind, make] of Object.entries(STRANGE)) {
      sent.length = 0;
      const failure = await Promise.resolve()
        .then(() => use(make()))
        .then(
          () => undefined,
          (e) => e,
        );
      if (taken(good, kind) && (failure === undefined || isSmartbillError(failure))) continue;
      const message = failure === undefined ? "it was taken" : String(failure);
      const fine =
        isSmartbillError(failure) &&
        failure instanceof Error &&
        CODES.includes(failure.code) &&
        named.test(failure.message) &&
        failure.message.length < 1000 &&
        !failure.message.includes("\n");
      if (!fine || sent.length > 0) complaints.push(`${kind}: ${message.slice(0, 200)}`);
    }
    assert.deepEqual(complaints, []);
    await intact();
    assert.equal({}.admin, undefined);
  });
}

test("a state that is no text allows nothing; one that is not known, whatever the platform lets it", () => {
  for (const make of Object.values(STRANGE)) {
    const situacao = make();
    assert.equal(allowedActions(situacao).length, typeof situacao === "string" ? 4 : 0);
  }
});

test("a spreadsheet that is none", async () => {
  const xls = readFileSync(new URL("../../examples/python/data/clientes.xls", import.meta.url));
  const spoiled = [
    new Uint8Array(),
    xls.subarray(0, 4096),
    xls.subarray(0, xls.length - 700),
    new Uint8Array(100_000),
    new TextEncoder().encode("PK\x03\x04nothing"),
  ];
  for (const bytes of spoiled) {
    for (const use of [() => read("clientes", bytes), () => report("clientes", bytes, [ROW])]) {
      const failure = await use().then(
        () => undefined,
        (e) => e,
      );
      assert.ok(
        failure === undefined || (isSmartbillError(failure) && failure.code === "spreadsheet"),
        String(failure?.stack),
      );
    }
  }
  await intact();
});
