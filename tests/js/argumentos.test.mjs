// Every argument and option of the client, the spreadsheets and the sandbox, given what it cannot take: an error of this
// package that names the place, and an entry that goes on working. The values themselves are in entrada.test.mjs.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { acoesPermitidas, isSmartbillError, Smartbill } from "smartbill-automation";
import { escrever, ler, modelo, relatorio } from "smartbill-automation/planilha";
import { criarSandbox } from "smartbill-automation/sandbox";

const CLIENTE = { nome: "Padaria Aurora Ltda", tipoPessoa: "JURIDICA", cpfCnpj: "11222333000181" };
const CSV = new TextEncoder().encode("Cód. Externo;Razão Social;CNPJ / CPF\nC-1;Mercado Aurora Ltda;11222333000181\n");
const LINHA = { linha: 2, situacao: "created" };

const ciclo = {};
ciclo.eu = ciclo;

/** What JavaScript can pass; made anew for each use. */
const ESTRANHOS = {
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
  "an object": () => ({ nada: 1 }),
  "a cyclic object": () => ciclo,
  "a name of the prototype's": () => JSON.parse('{"__proto__": {"admin": true}}'),
  "an object without prototype": () => Object.create(null),
};

// Nothing is sent: what is refused is refused before.
const enviados = [];
const cliente = (opcoes) => new Smartbill({
  baseUrl: "https://plataforma.example", ...opcoes,
  fetch: async (url) => { enviados.push(url); return new Response('{"id": "1"}', { status: 201, headers: { "content-type": "application/json" } }); },
});
const sb = cliente();
const sandbox = criarSandbox();

/** Of each place: what is done with the value, what the error must name, and what is a value like any other there. */
const LUGARES = [
  ["Smartbill options", (v) => new Smartbill(v), /`(options|baseUrl)`/],
  ...opcoes(cliente, {
    token: [/text/], profile: [/.*/], retry: ["an object without prototype"], timeoutMs: ["one and a half"],
    attemptTimeoutMs: ["one and a half"], maxPaginas: [], modo: [], idioma: [], permitirHttp: ["true"], nada: [],
  }),
  ["baseUrl", (v) => cliente({ baseUrl: v }), /`baseUrl`|endereço base/],
  ["fetch", (v) => new Smartbill({ baseUrl: "https://x.example", fetch: v }), /`fetch`/, ["a function"]],
  ...["maxAttempts", "baseMs", "capMs", "maxRetryAfterMs"].map((nome) => [`option retry.${nome}`,
    (v) => cliente({ retry: { [nome]: v } }), new RegExp(`\`retry\\.${nome}\``), nome === "maxAttempts" ? [] : ["one and a half"]]),
  ["incluir", (v) => sb.clientes.incluir(v), /obrigat|esperado|desconhecido/],
  ["a field", (v) => sb.clientes.incluir({ ...CLIENTE, endereco: v }), /endereco/, ["a Map", "an object without prototype"]],
  ["call options", (v) => sb.clientes.incluir(CLIENTE, v), /`(options|nada|eu|__proto__|0)`/, ["an array", "a Date", "an invalid Date", "a Map", "an object without prototype"]],
  ...opcoes((o) => sb.clientes.incluir(CLIENTE, o), {
    modo: [], idioma: [], attemptTimeoutMs: ["one and a half"], timeoutMs: ["one and a half"], estrito: ["true"], signal: [],
    idempotencyKey: [/text/], retry: ["an object without prototype"], nada: [],
  }),
  ["id", (v) => sb.clientes.obter(v), /`id`|\bid\b/],
  ["alterar", (v) => sb.clientes.alterar("1", v), /esperado|desconhecido/, ["an object without prototype"]],
  ["alterar options", (v) => sb.clientes.alterar("1", { nome: "Outra" }, v), /`(options|nada|eu|__proto__|0)`/, ["an array", "a Date", "an invalid Date", "a Map", "an object without prototype"]],
  ["limpar", (v) => sb.clientes.alterar("1", { nome: "Outra" }, { limpar: v }), /limpar|\beu\b/],
  ["a filter", (v) => sb.clientes.listar(v).toArray(), /esperado|desconhecido/, ["an object without prototype"]],
  ["a field of a filter", (v) => sb.contratos.listar({ situacao: v }).toArray(), /situacao/],
  ["listing options", (v) => sb.clientes.listar({}, v).toArray(), /`(options|nada|eu|__proto__|0)`/, ["an array", "a Date", "an invalid Date", "a Map", "an object without prototype"]],
  ...opcoes((o) => sb.clientes.listar({}, o).toArray(), { tamanhoPagina: [], maxPaginas: [], signal: [], nada: [] }),
  ["cursor", (v) => sb.clientes.listar({}, { cursor: v }).toArray(), /cursor/],
  ["ids", (v) => sb.contratos.ativar([v]), /`ids\[0\]`/, [/text/]],
  ["a contract's id", (v) => sb.contratos.suspender(v), /`id`|\bid\b/],
  ["an action", (v) => sb.contratos.cancelar("1", v), /esperado|desconhecido|motivo/],
  ["a field of an action", (v) => sb.contratos.cancelar("1", { motivo: v }), /motivo/, ["minus one"]],

  ["flow of ler", (v) => ler(v, CSV), /`fluxo`/],
  ["file of ler", (v) => ler("clientes", v), /`arquivo`/],
  ["options of ler", (v) => ler("clientes", CSV, v), /`(options|nada|eu|__proto__)`/, ["an array", "a Date", "an invalid Date", "a Map", "an object without prototype"]],
  ...opcoes((o) => ler("clientes", CSV, o), {
    nome: ["an empty text", "5 MB of text"], modo: [], aba: [/text/], mapa: ["a Date", "an invalid Date", "an object without prototype"],
    limites: ["a Date", "an invalid Date", "an object without prototype"], decimalComPonto: ["true"], vazioLimpa: ["true"], hoje: [],
    intent: [], idioma: [], nada: [],
  }),
  ["a field of mapa", (v) => ler("clientes", CSV, { mapa: { Coluna: v } }), /mapa/, ["an empty text"]],
  ["flow of escrever", (v) => escrever(v, []), /`fluxo`/],
  ["records", (v) => escrever("clientes", v), /registros/],
  ["a record", (v) => escrever("clientes", [CLIENTE, v]), /registros\[1\]/, ["an object", "an object without prototype", "a name of the prototype's"]],
  ["a field of a record", (v) => escrever("clientes", [{ ...CLIENTE, observacoes: v }]), /registros\[0\]\.observacoes/,
    ["true", "minus one", "one and a half", /text/, "an array", "an object", "an object without prototype", "a name of the prototype's"]],
  ["options of escrever", (v) => escrever("clientes", [], v), /`(options|nada|eu|__proto__)`/, ["an array", "a Date", "an invalid Date", "a Map", "an object without prototype"]],
  ...opcoes((o) => escrever("clientes", [], o), { formato: [], nada: [] }),
  ["flow of relatorio", (v) => relatorio(v, CSV, [LINHA]), /`fluxo`/],
  ["file of relatorio", (v) => relatorio("clientes", v, [LINHA]), /`arquivo`/],
  ["rows", (v) => relatorio("clientes", CSV, v), /`linhas/],
  ["a row", (v) => relatorio("clientes", CSV, [LINHA, v]), /`linhas\[1\]/],
  ["a field of a row", (v) => relatorio("clientes", CSV, [{ ...LINHA, [typeof v === "string" ? "nada" : "nenhum"]: v }]), /`linhas\[0\]\.(nada|nenhum)`/],
  ["a row's number", (v) => relatorio("clientes", CSV, [{ ...LINHA, linha: v }]), /`linhas\[0\]\.linha`/],
  ["a row's word", (v) => relatorio("clientes", CSV, [{ ...LINHA, situacao: v }]), /`linhas\[0\]\.situacao`/, [/text/]],
  ["a row's message", (v) => relatorio("clientes", CSV, [{ ...LINHA, mensagem: v }]), /`linhas\[0\]\.mensagem`/, [/text/]],
  ["a row's cells", (v) => relatorio("clientes", CSV, [{ ...LINHA, celulas: v }]), /`linhas\[0\]\.celulas/],
  ["a cell's severity", (v) => relatorio("clientes", CSV, [{ ...LINHA, celulas: [{ coluna: "A", mensagem: "x", severidade: v }] }]), /severidade/],
  ["options of relatorio", (v) => relatorio("clientes", CSV, [LINHA], v), /`(options|nada|eu|__proto__)`/, ["an array", "a Date", "an invalid Date", "a Map", "an object without prototype"]],
  ["modelo", (v) => modelo(v), /`fluxo`/],

  ["options of criarSandbox", (v) => criarSandbox(v), /`(options|nada|eu|__proto__)`/, ["an array", "a Date", "an invalid Date", "a Map", "an object without prototype"]],
  ...opcoes(criarSandbox, { token: [/text/], profile: [/.*/], agora: ["a Date"], exemplos: ["true"], nada: [] }),
  ["faturar", (v) => sandbox.faturar(v), /`competencia`/],
  ["avancarRelogio", (v) => sandbox.avancarRelogio(v), /`avancarRelogio`|relógio/],
  ["days", (v) => sandbox.avancarRelogio({ dias: v }), /`avancarRelogio`|relógio/],
];

function opcoes(usar, nomes) {
  return Object.entries(nomes).map(([nome, bons]) => [`option ${nome}`, (v) => usar({ [nome]: v }), new RegExp(`\`${nome}[\`.[]`), bons]);
}

const CODIGOS = ["configuration", "spreadsheet", "validation"];
const aceito = (bons, tipo) => bons.some((b) => (b instanceof RegExp ? b.test(tipo) : b === tipo));

/** What is still true of the entries, whatever was done to them. */
async function inteiros() {
  assert.equal((await sb.clientes.obter("1")).id, "1");
  enviados.length = 0;
  assert.equal((await ler("clientes", CSV)).aceitas, 1);
  assert.equal((await sandbox.fetch(`${sandbox.baseUrl}/api/v1/clientes`, { headers: { authorization: "Bearer sandbox" } })).status, 200);
}

for (const [lugar, usar, nomeado, bons = []] of LUGARES) {
  test(lugar, async () => {
    const queixas = [];
    for (const [tipo, fazer] of Object.entries(ESTRANHOS)) {
      enviados.length = 0;
      const falha = await Promise.resolve().then(() => usar(fazer())).then(() => undefined, (e) => e);
      if (aceito(bons, tipo) && (falha === undefined || isSmartbillError(falha))) continue;
      const mensagem = falha === undefined ? "it was taken" : String(falha);
      const boa = isSmartbillError(falha) && falha instanceof Error && CODIGOS.includes(falha.code)
        && nomeado.test(falha.message) && falha.message.length < 1000 && !falha.message.includes("\n");
      if (!boa || enviados.length > 0) queixas.push(`${tipo}: ${mensagem.slice(0, 200)}`);
    }
    assert.deepEqual(queixas, []);
    await inteiros();
    assert.equal({}.admin, undefined);
  });
}

test("a state that is no text allows nothing; one that is not known, whatever the platform lets it", () => {
  for (const fazer of Object.values(ESTRANHOS)) {
    const situacao = fazer();
    assert.equal(acoesPermitidas(situacao).length, typeof situacao === "string" ? 4 : 0);
  }
});

test("a spreadsheet that is none", async () => {
  const xls = readFileSync(new URL("../../examples/python/dados/clientes.xls", import.meta.url));
  const estragados = [new Uint8Array(), xls.subarray(0, 4096), xls.subarray(0, xls.length - 700), new Uint8Array(100_000), new TextEncoder().encode("PK\x03\x04nada")];
  for (const bytes of estragados) {
    for (const usar of [() => ler("clientes", bytes), () => relatorio("clientes", bytes, [LINHA])]) {
      const falha = await usar().then(() => undefined, (e) => e);
      assert.ok(falha === undefined || (isSmartbillError(falha) && falha.code === "spreadsheet"), String(falha?.stack));
    }
  }
  await inteiros();
});
