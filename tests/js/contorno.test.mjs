// What surrounds the module: the `fetch` that it is lent, signals, option bags. Whatever these do, a call ends, and with
// an error of this package.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { isSmartbillError, Smartbill, SmartbillError } from "smartbill-automation";
import { escrever, ler, relatorio } from "smartbill-automation/planilha";
import { criarSandbox } from "smartbill-automation/sandbox";
import { cliente, documentos, validarCliente } from "smartbill-automation/validation";
// The same module instance as the package's own: its memory is looked at, nothing is started.
import { initSync } from "./node_modules/smartbill-automation/pkg/client.js";

const CLIENTE = { nome: "Padaria Aurora Ltda", tipoPessoa: "JURIDICA", cpfCnpj: "11222333000181" };
const resposta = (dados = { id: "1" }) => new Response(JSON.stringify(dados), { headers: { "content-type": "application/json" } });
const com = (fetch, opcoes) => new Smartbill({ baseUrl: "https://plataforma.example", retry: { maxAttempts: 1 }, ...opcoes, fetch });
setFlagsFromString("--expose-gc");
const gc = runInNewContext("gc");
const penetra = () => new Promise(() => {});

test("a `fetch` that throws anything, or answers anything", async () => {
  const coisas = [undefined, null, 5, "texto", Symbol("s"), {}, Object.create(null), { message: Object.create(null) },
    { get message() { throw new Error("não"); } }, new Proxy({}, { get() { throw new Error("não"); } }),
    { status: 200n, headers: new Headers(), arrayBuffer: async () => new ArrayBuffer(0) },
    { status: Symbol("s"), headers: new Headers(), arrayBuffer: async () => new ArrayBuffer(0) },
    { status: 200, headers: {}, arrayBuffer: async () => new ArrayBuffer(0) },
    { status: 200, headers: new Headers(), arrayBuffer: () => Promise.reject(Object.create(null)) },
    { ok: true, json: async () => ({ id: "1" }) }];
  for (const coisa of coisas) {
    for (const fetch of [() => { throw coisa; }, () => Promise.reject(coisa), async () => coisa]) {
      await assert.rejects(com(fetch).clientes.incluir(CLIENTE), (e) => isSmartbillError(e) && e.code === "connection" && e.outcome === "unknown");
    }
  }
  await assert.rejects(com(async () => ({ ok: true })).clientes.obter("1"), /`fetch` answered with no `Response`/);
});

test("a `fetch` that uses the client itself", async () => {
  let dentro;
  const sb = com((url, { signal }) => {
    if (url.endsWith("/2")) return Promise.resolve(resposta({ id: "2" }));
    dentro ??= sb.clientes.obter("2");
    return new Promise((_, desistir) => signal.addEventListener("abort", () => desistir(signal.reason)));
  });
  await assert.rejects(sb.clientes.obter("1", { timeoutMs: 50 }), { code: "timeout" });
  assert.equal((await dentro).id, "2");
});

test("a signal given up from within the `fetch`, and from within its end", async () => {
  const controle = new AbortController();
  const cedo = com(() => (controle.abort(new Error("eu")), Promise.resolve(resposta())));
  await assert.rejects(cedo.clientes.incluir(CLIENTE, { signal: controle.signal }), (e) => e.code === "cancelled" && e.outcome === "unknown" && e.cause.message === "eu");
  const outro = new AbortController();
  const tarde = com((_, { signal }) => (signal.addEventListener("abort", () => outro.abort()), penetra()));
  await assert.rejects(tarde.clientes.obter("1", { signal: outro.signal, timeoutMs: 20 }), { code: "timeout" });
});

test("clients that nobody holds any more are given back", async () => {
  const { memory } = initSync();
  const rodada = async () => {
    for (let i = 0; i < 5_000; i++) await com(async () => resposta()).clientes.obter("1");
    gc();
    await new Promise(setImmediate);
    return memory.buffer.byteLength;
  };
  await rodada();
  const antes = await rodada();
  for (let i = 0; i < 4; i++) await rodada();
  assert.equal(memory.buffer.byteLength, antes);
});

test("a sandbox that is asked by a signal given up meanwhile leaves no timer", async () => {
  const sandbox = criarSandbox();
  const regras = [{ tipo: "latencia", operacao: "servicos.listar", ms: 3_600_000 }];
  await sandbox.fetch("/sandbox/falhas", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ semente: 1, regras }) });
  const controle = new AbortController();
  const pedido = sandbox.fetch("/api/v1/servicos", { headers: { authorization: "Bearer sandbox" }, signal: controle.signal });
  controle.abort();
  await assert.rejects(pedido, { name: "AbortError" });
  assert.deepEqual(process.getActiveResourcesInfo().filter((r) => r === "Timeout"), []);
});

/** An option bag whose one option, `nome`, cannot be read. */
const armadilha = (nome) => Object.defineProperty({}, nome, { enumerable: true, get() { throw new Error("não"); } });
const CSV = new TextEncoder().encode("Cód. Externo;Razão Social;CNPJ / CPF\nC-1;Mercado Aurora Ltda;11222333000181\n");
const sb = com(async () => resposta());
const BOLSAS = {
  "new Smartbill": [(o) => new Smartbill(o), "token"],
  "a call": [(o) => sb.clientes.obter("1", o), "signal"],
  alterar: [(o) => sb.clientes.alterar("1", { nome: "Outra" }, o), "limpar"],
  listar: [(o) => sb.clientes.listar({}, o), "cursor"],
  "a model": [(o) => validarCliente(CLIENTE, o), "modo"],
  "a model's com": [(o) => cliente.com(o), "modo"],
  "a document": [(o) => documentos.cpf.validar("52998224725", o), "modo"],
  "a document's com": [(o) => documentos.cpf.com(o), "modo"],
  "a column": [(o) => documentos.cpf.validarColuna([], o), "modo"],
  ler: [(o) => ler("clientes", CSV, o), "aba"],
  escrever: [(o) => escrever("clientes", [], o), "formato"],
  criarSandbox: [(o) => criarSandbox(o), "token"],
};

for (const [lugar, [usar, opcao]] of Object.entries(BOLSAS)) {
  test(`the options of ${lugar}`, async () => {
    const recusa = async (bolsa, nome) => {
      const falha = await Promise.resolve().then(() => usar(bolsa)).then(() => undefined, (e) => e);
      assert.ok(isSmartbillError(falha) && falha.code === "configuration" && falha.message.includes(`\`${nome}\``), String(falha));
    };
    for (const bolsa of [5, true, "x", 5n, Symbol("s"), () => 1, new Proxy({}, { ownKeys() { throw new Error("não"); } })]) await recusa(bolsa, "options");
    await recusa(armadilha(opcao), opcao);
  });
}

test("options that hold what no option takes are refused by their names", async () => {
  const ciclo = [];
  ciclo.push(ciclo);
  let fundo = [];
  for (let i = 0; i < 100_000; i++) fundo = [fundo];
  const esparso = [];
  esparso.length = 2 ** 32 - 1;
  for (const valor of [ciclo, fundo, esparso, () => 1, Symbol("x"), 5n, new Date(0), new Map(), armadilha("x")]) {
    for (const [usar, nome] of [
      [() => criarSandbox({ token: valor }), "token"],
      [() => escrever("clientes", [], { formato: valor }), "formato"],
      [() => ler("clientes", CSV, { modo: valor }), "modo"],
      [() => ler("clientes", CSV, { mapa: { "Razão Social": valor } }), "mapa"],
      [() => relatorio("clientes", CSV, [{ linha: 2, situacao: valor }]), "linhas[0].situacao"],
    ]) {
      const falha = await Promise.resolve().then(usar).then(() => undefined, (e) => e);
      assert.ok(isSmartbillError(falha) && falha.code === "configuration" && falha.message.includes(`\`${nome}\``), String(falha?.stack));
    }
  }
  assert.equal((await ler("clientes", CSV)).aceitas, 1);
});

test("an identifier that is no text cannot be asked for", async () => {
  for (const pedir of [() => sb.clientes.obter("a\ud800"), () => sb.contratos.ativar("a\ud800"), () => sb.contratos.ativar(["9", "a\ud800"]), () => sb.contratos.suspender("a\ud800")]) {
    await assert.rejects(pedir(), (e) => isSmartbillError(e) && e.code === "configuration" && /`(id|ids\[1\])`/.test(e.message));
  }
});

test("a file that the page may not read any more", async () => {
  const sumido = Object.assign(new Blob(["x"]), { arrayBuffer: () => Promise.reject(new DOMException("gone", "NotReadableError")) });
  const solto = new ArrayBuffer(8);
  structuredClone(solto, { transfer: [solto] });
  for (const arquivo of [sumido, solto]) {
    await assert.rejects(ler("clientes", arquivo), (e) => isSmartbillError(e) && e.code === "io" && e.cause instanceof Error);
  }
});

test("a text that no memory holds", () => {
  const longo = "9".repeat(400_000_000);
  const tipo = (e) => isSmartbillError(e) && e.violations[0].code === "tipo_invalido" && e.violations[0].params.encontrado === "too long a string";
  const { cpf } = documentos;
  for (const usar of [() => cpf.validar(longo), () => cpf.limpar(longo), () => cpf.formatar(longo), () => cpf.validarColuna([longo])]) assert.throws(usar, tipo);
  assert.equal(cpf.valido(longo), false);
  assert.equal(cpf["~standard"].validate(longo).issues[0].code, "tipo_invalido");
  assert.equal(validarCliente({ ...CLIENTE, nome: longo }).erros[0].code, "tipo_invalido");
  assert.ok(cpf.valido("52998224725"));
});

test("a hole in a list of contracts is no contract", async () => {
  await assert.rejects(sb.contratos.ativar(["1", , "2"]), /`ids\[1\]`/);
});

test("an empty identifier is judged by the core, in the language asked for", async () => {
  const ingles = com(async () => assert.fail("nothing is sent"), { idioma: "en" });
  await assert.rejects(ingles.clientes.obter(""), { code: "validation", outcome: "not_sent", message: "clientes.obter: id: required field" });
  const [item] = await ingles.contratos.ativar([""]);
  assert.deepEqual([item.erro.code, item.erro.violations[0].path], ["validation", "id"]);
});

test("an error in JSON keeps its message", () => {
  const e = new SmartbillError("conflict", "já existe", { status: 409 });
  assert.deepEqual(JSON.parse(JSON.stringify(e)), { message: "já existe", code: "conflict", status: 409, fields: [], violations: [], attempts: 0 });
});
