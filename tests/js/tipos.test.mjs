// The types as a user's compiler and editor have them: complete, true of what runs, and documented.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

import { DOCUMENTOS } from "./vetores.js";

const aqui = fileURLToPath(new URL(".", import.meta.url));
const raiz = join(aqui, "..", "..");
const projeto = join(raiz, "target", "js", "projeto");
const dir = join(projeto, "tipos");
const fontes = join(projeto, "node_modules", "smartbill-automation", "src");
const tsc = join(raiz, "node_modules", "typescript", "bin", "tsc");
const ENTRADAS = ["smartbill-automation", "smartbill-automation/validation", "smartbill-automation/planilha", "smartbill-automation/sandbox"];

before(() => {
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, "tipos.ts"), readFileSync(join(aqui, "tipos.ts")));
});

function compilar(arquivo, opcoes) {
  const config = join(dir, "tsconfig.json");
  const compilerOptions = {
    target: "ES2023", strict: true, noEmit: true, skipLibCheck: false, noUncheckedIndexedAccess: true, types: ["node"], typeRoots: [join(raiz, "node_modules", "@types")],
    ...opcoes,
  };
  writeFileSync(config, JSON.stringify({ compilerOptions, files: [arquivo] }));
  const { stdout } = spawnSync(process.execPath, [tsc, "-p", config], { encoding: "utf8" });
  return stdout;
}

for (const [module, moduleResolution] of [["ESNext", "bundler"], ["NodeNext", "nodenext"]]) {
  // A Node back end has no DOM; a page has no Node.
  for (const lib of [["ES2023", "DOM", "DOM.AsyncIterable"], ["ES2023"]]) {
    for (const exactOptionalPropertyTypes of [true, false]) {
      test(`a project of ${moduleResolution}, ${lib.join(" ")}${exactOptionalPropertyTypes ? ", exact" : ""}`, () => {
        assert.equal(compilar("tipos.ts", { module, moduleResolution, lib, exactOptionalPropertyTypes }), "");
      });
    }
  }
}

test("what is exported is what is declared, no more and no less", async () => {
  let texto = "";
  for (const [i, entrada] of ENTRADAS.entries()) {
    const nomes = Object.keys(await import(entrada)).map((nome) => `${nome}: true`);
    texto += `import type * as e${i} from "${entrada}";\nexport const n${i}: Record<keyof typeof e${i}, true> = { ${nomes.join(", ")} };\n`;
  }
  const { Smartbill } = await import("smartbill-automation");
  for (const [nome, recurso] of Object.entries(new Smartbill({ baseUrl: "https://x.example" }))) {
    const operacoes = [...Object.keys(recurso), "listar"].map((operacao) => `${operacao}: true`);
    texto += `export const ${nome}: Record<keyof e0.Smartbill["${nome}"], true> = { ${operacoes.join(", ")} };\n`;
  }
  // Every field that a document of the vectors has.
  const { documentos } = await import("smartbill-automation/validation");
  for (const nome of DOCUMENTOS) {
    const casos = JSON.parse(readFileSync(join(raiz, "tests", "vectors", `${nome}.json`), "utf8"));
    const campos = new Set(casos.flatMap(({ value, uf, modo }) => Object.keys(documentos[nome].validar(value, { uf, modo }).campos)));
    const tipo = `keyof ReturnType<typeof e1.documentos.${nome}.validar>["campos"]`;
    texto += `export const d_${nome}: Record<${tipo}, true> = { ${[...campos].map((campo) => `${campo}: true`).join(", ")} };\n`;
  }
  writeFileSync(join(dir, "exportados.ts"), texto);
  assert.equal(compilar("exportados.ts", { module: "NodeNext", moduleResolution: "nodenext", lib: ["ES2023"] }), "");
});

test("everything declared is documented", () => {
  const declaracao = /^(export (class|interface|type|const|function) \w|  (readonly )?\w+\??(<[^>]*>)?[(:])/;
  for (const arquivo of readdirSync(fontes).filter((nome) => nome.endsWith(".d.ts"))) {
    const linhas = readFileSync(join(fontes, arquivo), "utf8").split("\n");
    const mudas = linhas.filter((linha, i) => declaracao.test(linha) && !linhas[i - 1].trimEnd().endsWith("*/"));
    assert.deepEqual(mudas, [], arquivo);
  }
  const codigos = JSON.parse(readFileSync(join(raiz, "tests", "vectors", "errors.json"), "utf8"));
  const erros = readFileSync(join(fontes, "erros.d.ts"), "utf8");
  assert.deepEqual(codigos.filter((codigo) => !erros.includes(`\`${codigo}\``)), []);
});

/** TypeScript's language server: what an editor asks, it answers. */
class Editor {
  #processo = spawn(process.execPath, [tsc, "--lsp", "--stdio"], { cwd: dir, stdio: ["pipe", "pipe", "ignore"] });
  #chegou = Buffer.alloc(0);
  #esperando = new Map();
  #n = 0;

  constructor() {
    this.#processo.stdout.on("data", (pedaco) => {
      this.#chegou = Buffer.concat([this.#chegou, pedaco]);
      for (let mensagem = this.#ler(); mensagem; mensagem = this.#ler()) {
        if (mensagem.method !== undefined) {
          if (mensagem.id !== undefined) this.#escrever({ id: mensagem.id, result: mensagem.method === "workspace/configuration" ? [{}] : null });
        } else {
          this.#esperando.get(mensagem.id)?.(mensagem);
        }
      }
    });
  }

  #ler() {
    const fim = this.#chegou.indexOf("\r\n\r\n");
    if (fim < 0) return undefined;
    const tamanho = Number(/Content-Length: (\d+)/i.exec(this.#chegou.subarray(0, fim).toString())[1]);
    if (this.#chegou.length < fim + 4 + tamanho) return undefined;
    const corpo = this.#chegou.subarray(fim + 4, fim + 4 + tamanho).toString();
    this.#chegou = this.#chegou.subarray(fim + 4 + tamanho);
    return JSON.parse(corpo);
  }

  #escrever(mensagem) {
    const corpo = JSON.stringify({ jsonrpc: "2.0", ...mensagem });
    this.#processo.stdin.write(`Content-Length: ${Buffer.byteLength(corpo)}\r\n\r\n${corpo}`);
  }

  async pedir(method, params) {
    const id = ++this.#n;
    const resposta = new Promise((pronto) => this.#esperando.set(id, pronto));
    this.#escrever({ id, method, params });
    const { result, error } = await resposta;
    assert.equal(error, undefined, JSON.stringify(error));
    return result;
  }

  avisar(method, params) {
    this.#escrever({ method, params });
  }

  async fechar() {
    await this.pedir("shutdown");
    this.avisar("exit");
    await once(this.#processo, "exit");
  }
}

describe("in the editor", () => {
  let editor;
  const uri = pathToFileURL(join(dir, "editor.ts")).href;
  const texto = [
    `import { Smartbill } from "smartbill-automation";`,
    `import { documentos, validarCliente } from "smartbill-automation/validation";`,
    `const sb = new Smartbill({ baseUrl: "https://x.example", retry: { maxAttempts: 2 } });`,
    `await sb.clientes.incluir({ nome: "x", endereco: { cep: "01310100" } }, { idempotencyKey: "k" });`,
    `validarCliente({}).erros[0]?.code; documentos.boleto.validar("").vencimentos;`,
    `sb.contratos.`,
  ].join("\n");

  before(async () => {
    compilar("editor.ts", { module: "NodeNext", moduleResolution: "nodenext", lib: ["ES2023"] });
    writeFileSync(join(dir, "editor.ts"), texto);
    editor = new Editor();
    await editor.pedir("initialize", {
      processId: process.pid, rootUri: pathToFileURL(dir).href,
      capabilities: { textDocument: { hover: { contentFormat: ["markdown"] }, completion: { completionItem: { documentationFormat: ["markdown"] } } } },
    });
    editor.avisar("initialized", {});
    editor.avisar("textDocument/didOpen", { textDocument: { uri, languageId: "typescript", version: 1, text: texto } });
  });

  after(() => editor.fechar());

  const lugar = (nome) => {
    const antes = texto.slice(0, texto.indexOf(nome)).split("\n");
    return { line: antes.length - 1, character: antes.at(-1).length + 1 };
  };

  for (const [nome, dito] of [
    ["incluir", /Adds a customer/],
    ["nome:", /2 to 60 characters|name/i],
    ["cep:", /Postal code, 8 digits/],
    ["retry:", /Retries/],
    ["maxAttempts", /Attempts in all, the first included/],
    ["idempotencyKey", /does this write once/],
    ["validarCliente({", /Validates a customer/],
    ["code;", /stable code/],
    ["vencimentos", /due dates that the factor can mean/],
  ]) {
    test(`the documentation of \`${nome}\``, async () => {
      const { contents } = await editor.pedir("textDocument/hover", { textDocument: { uri }, position: lugar(nome) });
      assert.match(contents.value ?? String(contents), dito);
    });
  }

  test("what can be done to contracts", async () => {
    const fim = { line: 5, character: "sb.contratos.".length };
    const lista = await editor.pedir("textDocument/completion", { textDocument: { uri }, position: fim });
    const itens = lista.items ?? lista;
    assert.deepEqual(itens.map((item) => item.label).sort(), ["ativar", "cancelar", "desativar", "incluir", "listar", "obter", "suspender"]);
    const { documentation } = await editor.pedir("completionItem/resolve", itens.find((item) => item.label === "cancelar"));
    assert.match(documentation.value ?? documentation, /Cancels a contract for good/);
  });
});
