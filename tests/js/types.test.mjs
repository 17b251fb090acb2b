// Tests the types with a user's compiler and editor: they are complete, correct and documented.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

import { DOCUMENTOS } from "./vectors.js";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = join(here, "..", "..");
const project = join(root, "target", "js", "projeto");
const dir = join(project, "tipos");
const sources = join(project, "node_modules", "smartbill-automation", "dist");
const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
const ENTRIES = [
  "smartbill-automation",
  "smartbill-automation/validation",
  "smartbill-automation/planilha",
  "smartbill-automation/sandbox",
];

before(() => {
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, "types.ts"), readFileSync(join(here, "types.ts")));
});

function compile(file, options) {
  const config = join(dir, "tsconfig.json");
  const compilerOptions = {
    target: "ES2023",
    strict: true,
    noEmit: true,
    skipLibCheck: false,
    noUncheckedIndexedAccess: true,
    types: ["node"],
    typeRoots: [join(root, "node_modules", "@types")],
    ...options,
  };
  writeFileSync(config, JSON.stringify({ compilerOptions, files: [file] }));
  const { stdout } = spawnSync(process.execPath, [tsc, "-p", config], { encoding: "utf8" });
  return stdout;
}

for (const [module, moduleResolution] of [
  ["ESNext", "bundler"],
  ["NodeNext", "nodenext"],
]) {
  // A Node back end has no DOM, and a page has no Node.
  for (const lib of [["ES2023", "DOM", "DOM.AsyncIterable"], ["ES2023"]]) {
    for (const exactOptionalPropertyTypes of [true, false]) {
      test(`a project of ${moduleResolution}, ${lib.join(" ")}${exactOptionalPropertyTypes ? ", exact" : ""}`, () => {
        assert.equal(compile("types.ts", { module, moduleResolution, lib, exactOptionalPropertyTypes }), "");
      });
    }
  }
}

test("what is exported is what is declared, no more and no less", async () => {
  let text = "";
  for (const [i, entry] of ENTRIES.entries()) {
    const names = Object.keys(await import(entry)).map((name) => `${name}: true`);
    text += `import type * as e${i} from "${entry}";\nexport const n${i}: Record<keyof typeof e${i}, true> = { ${names.join(", ")} };\n`;
  }
  const { Smartbill } = await import("smartbill-automation");
  for (const [name, resource] of Object.entries(new Smartbill({ baseUrl: "https://x.example" }))) {
    const operations = [...Object.keys(resource), "listar"].map((operation) => `${operation}: true`);
    text += `export const ${name}: Record<keyof e0.Smartbill["${name}"], true> = { ${operations.join(", ")} };\n`;
  }
  // All fields that a document of the vectors has.
  const { documentos } = await import("smartbill-automation/validation");
  for (const name of DOCUMENTOS) {
    const cases = JSON.parse(readFileSync(join(root, "tests", "vectors", `${name}.json`), "utf8"));
    const fields = new Set(
      cases.flatMap(({ value, uf, mode }) => Object.keys(documentos[name].validar(value, { uf, mode }).campos)),
    );
    const kind = `keyof ReturnType<typeof e1.documentos.${name}.validar>["campos"]`;
    text += `export const d_${name}: Record<${kind}, true> = { ${[...fields].map((field) => `${field}: true`).join(", ")} };\n`;
  }
  writeFileSync(join(dir, "exportados.ts"), text);
  assert.equal(compile("exportados.ts", { module: "NodeNext", moduleResolution: "nodenext", lib: ["ES2023"] }), "");
});

test("everything declared is documented", () => {
  // A member ends with a semicolon. A line that ends with a comma is a parameter, which the function's own text
  // documents.
  const member = /^( {2}| {4})(readonly )?\w+\??(<[^>]*>)?[(:](?!.*,$)/;
  const declaration = /^export (declare )?(class|interface|type|const|function) \w/;
  for (const file of readdirSync(sources).filter((name) => name.endsWith(".d.ts"))) {
    const rows = readFileSync(join(sources, file), "utf8").split("\n");
    let inside = false;
    const undocumented = rows.filter((row, i) => {
      if (/^\w/.test(row)) inside = /^export (declare )?(class|interface) | = \w+ & \{$/.test(row);
      return (declaration.test(row) || (inside && member.test(row))) && !rows[i - 1].trimEnd().endsWith("*/");
    });
    assert.deepEqual(undocumented, [], file);
  }
  const codesOf = JSON.parse(readFileSync(join(root, "tests", "vectors", "errors.json"), "utf8"));
  const errors = readFileSync(join(sources, "errors.d.ts"), "utf8");
  assert.deepEqual(
    codesOf.filter((code) => !errors.includes(`\`${code}\``)),
    [],
  );
});

/** TypeScript's language server, which answers as in an editor. */
class Editor {
  #child = spawn(process.execPath, [tsc, "--lsp", "--stdio"], { cwd: dir, stdio: ["pipe", "pipe", "ignore"] });
  #arrived = Buffer.alloc(0);
  #waiting = new Map();
  #n = 0;

  constructor() {
    this.#child.stdout.on("data", (chunk) => {
      this.#arrived = Buffer.concat([this.#arrived, chunk]);
      for (let message = this.#read(); message; message = this.#read()) {
        if (message.method !== undefined) {
          if (message.id !== undefined)
            this.#write({ id: message.id, result: message.method === "workspace/configuration" ? [{}] : null });
        } else {
          this.#waiting.get(message.id)?.(message);
        }
      }
    });
  }

  #read() {
    const end = this.#arrived.indexOf("\r\n\r\n");
    if (end < 0) return undefined;
    const length = Number(/Content-Length: (\d+)/i.exec(this.#arrived.subarray(0, end).toString())[1]);
    if (this.#arrived.length < end + 4 + length) return undefined;
    const body = this.#arrived.subarray(end + 4, end + 4 + length).toString();
    this.#arrived = this.#arrived.subarray(end + 4 + length);
    return JSON.parse(body);
  }

  #write(message) {
    const body = JSON.stringify({ jsonrpc: "2.0", ...message });
    this.#child.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }

  async request(method, params) {
    const id = ++this.#n;
    const response = new Promise((ready) => this.#waiting.set(id, ready));
    this.#write({ id, method, params });
    const { result, error } = await response;
    assert.equal(error, undefined, JSON.stringify(error));
    return result;
  }

  notify(method, params) {
    this.#write({ method, params });
  }

  async close() {
    await this.request("shutdown");
    this.notify("exit");
    await once(this.#child, "exit");
  }
}

describe("in the editor", () => {
  let editor;
  const uri = pathToFileURL(join(dir, "editor.ts")).href;
  const text = [
    `import { Smartbill } from "smartbill-automation";`,
    `import { documentos, validarCliente } from "smartbill-automation/validation";`,
    `const sb = new Smartbill({ baseUrl: "https://x.example", retry: { maxAttempts: 2 } });`,
    `await sb.clientes.incluir({ nome: "x", endereco: { cep: "01310100" } }, { idempotencyKey: "k" });`,
    `validarCliente({}).errors[0]?.code; documentos.boleto.validar("").vencimentos;`,
    `sb.contratos.`,
  ].join("\n");

  before(async () => {
    compile("editor.ts", { module: "NodeNext", moduleResolution: "nodenext", lib: ["ES2023"] });
    writeFileSync(join(dir, "editor.ts"), text);
    editor = new Editor();
    await editor.request("initialize", {
      processId: process.pid,
      rootUri: pathToFileURL(dir).href,
      capabilities: {
        textDocument: {
          hover: { contentFormat: ["markdown"] },
          completion: { completionItem: { documentationFormat: ["markdown"] } },
        },
      },
    });
    editor.notify("initialized", {});
    editor.notify("textDocument/didOpen", { textDocument: { uri, languageId: "typescript", version: 1, text } });
  });

  after(() => editor.close());

  const place = (name) => {
    const before = text.slice(0, text.indexOf(name)).split("\n");
    return { line: before.length - 1, character: before.at(-1).length + 1 };
  };

  for (const [name, said] of [
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
    test(`the documentation of \`${name}\``, async () => {
      const { contents } = await editor.request("textDocument/hover", { textDocument: { uri }, position: place(name) });
      assert.match(contents.value ?? String(contents), said);
    });
  }

  test("what can be done to contracts", async () => {
    const end = { line: 5, character: "sb.contratos.".length };
    const list = await editor.request("textDocument/completion", { textDocument: { uri }, position: end });
    const items = list.items ?? list;
    assert.deepEqual(items.map((item) => item.label).sort(), [
      "ativar",
      "cancelar",
      "desativar",
      "incluir",
      "listar",
      "obter",
      "suspender",
    ]);
    const { documentation } = await editor.request(
      "completionItem/resolve",
      items.find((item) => item.label === "cancelar"),
    );
    assert.match(documentation.value ?? documentation, /Cancels a contract for good/);
  });
});
