// The tarball as users meet it: its metadata, bundled by esbuild, Vite and webpack, and in a real browser under a strict CSP.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { once } from "node:events";
import { createRequire } from "node:module";
import { extname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import * as esbuild from "esbuild";
import { chromium } from "playwright-core";
import { publint } from "publint";
import { build } from "vite";
import webpack from "webpack";

import { caminhoDoChromium } from "./navegador.js";
import { DOCUMENTOS } from "./vetores.js";

const aqui = fileURLToPath(new URL(".", import.meta.url));
const raiz = join(aqui, "..", "..");
const projeto = join(raiz, "target", "js", "projeto");
const pacote = join(projeto, "node_modules", "smartbill-automation");

test("the generated types are the core's", () => {
  const agora = execFileSync("cargo", ["run", "--quiet", "-p", "smartbill-wasm", "--example", "tipos"], { cwd: raiz, encoding: "utf8" });
  assert.equal(readFileSync(join(pacote, "src", "modelos.d.ts"), "utf8"), agora, "run `npm run tipos --workspace bindings-wasm/npm`");
});

test("versions agree", () => {
  const { version } = JSON.parse(readFileSync(join(pacote, "package.json"), "utf8"));
  assert.match(readFileSync(join(raiz, "Cargo.toml"), "utf8"), new RegExp(`^version = "${version}"$`, "m"));
});

test("publint", async () => {
  const { messages } = await publint({ pkgDir: pacote, strict: true });
  assert.deepEqual(messages, []);
});

test("are the types wrong?", () => {
  const attw = join(createRequire(import.meta.url).resolve("@arethetypeswrong/cli/package.json"), "..", "dist", "index.js");
  const [tgz] = readdirSync(join(raiz, "dist")).filter((f) => f.endsWith(".tgz"));
  const { exports } = JSON.parse(readFileSync(join(pacote, "package.json"), "utf8"));
  const semTipos = Object.keys(exports).filter((nome) => nome.endsWith(".json")).map((nome) => nome.slice(2));
  execFileSync(process.execPath, [attw, join(raiz, "dist", tgz), "--profile", "esm-only", "--exclude-entrypoints", ...semTipos],
    { stdio: "pipe" });
});

test("a call before init says what to do", async () => {
  // What a bundler takes for the web, loaded by Node.
  const { cliente, documentos } = await import(join(pacote, "src", "validation.web.js"));
  for (const f of [() => cliente.validar({}), () => documentos.cpf.valido("1"), () => documentos.cpf.validarColuna(["1"])]) {
    assert.throws(f, { code: "configuration", message: "smartbill-automation/validation was used before it was loaded; `await init()` first" });
  }
  const { Smartbill } = await import(join(pacote, "src", "index.web.js"));
  assert.throws(() => new Smartbill({ baseUrl: "https://x" }), { code: "configuration", message: /was used before it was loaded/ });
});

test("an error of one copy of the package is one for another", async () => {
  const outra = join(projeto, "outra-copia");
  rmSync(outra, { recursive: true, force: true });
  cpSync(pacote, outra, { recursive: true });
  const uma = await import(join(pacote, "src", "planilha.node.js"));
  const segunda = await import(join(outra, "src", "index.node.js"));
  assert.notEqual(uma.SmartbillError, segunda.SmartbillError);
  let falha;
  try {
    uma.modelo("nada");
  } catch (e) {
    falha = e;
  }
  assert.ok(falha instanceof Error && !(falha instanceof segunda.SmartbillError));
  assert.ok(segunda.isSmartbillError(falha));
});

test("init loads once, and may be tried again after a failure", async () => {
  const { init, documentos } = await import(join(pacote, "src", "validation.web.js"));
  await assert.rejects(init(new Uint8Array([1, 2, 3])), { code: "io" });
  const modulo = await WebAssembly.compile(readFileSync(join(pacote, "pkg", "validation_bg.wasm")));
  const primeira = init(modulo);
  assert.equal(init(), primeira);
  await primeira;
  assert.ok(documentos.cpf.valido("52998224725"));
});

test("esbuild", async () => {
  const dir = join(projeto, "esbuild");
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, "entrada.js"), `
    import { documentos, init } from "smartbill-automation/validation";
    import wasm from "smartbill-automation/validation.wasm";
    await init(wasm);
    if (!documentos.cpf.valido("52998224725")) throw new Error("no");`);
  const { errors, warnings } = await esbuild.build({
    entryPoints: [join(dir, "entrada.js")], bundle: true, format: "esm", loader: { ".wasm": "binary" }, outfile: join(dir, "saida.js"),
    platform: "browser", logLevel: "silent", target: "es2022",
  });
  assert.deepEqual([errors, warnings.filter((w) => w.id !== "empty-import-meta")], [[], []]);
  // The project around it says `"type": "module"`.
  execFileSync(process.execPath, [join(dir, "saida.js")]);
});

test("a bundle for Node, which has no files beside it", async () => {
  const dir = join(projeto, "noderun");
  mkdirSync(dir, { recursive: true });
  for (const formato of ["esm", "cjs"]) {
    writeFileSync(join(dir, "entrada.js"), `
      import { documentos, init } from "smartbill-automation/validation";
      import { init as cliente, Smartbill } from "smartbill-automation";
      import wasm from "smartbill-automation/validation.wasm";
      import clienteWasm from "smartbill-automation/client.wasm";
      (async () => {
        try { documentos.cpf.valido("1"); throw 1; } catch (e) { if (e.code !== "configuration") throw e; }
        await init().then(() => { throw 2; }, (e) => { if (e.code !== "io") throw e; });
        await Promise.all([init(wasm), cliente(clienteWasm)]);
        if (!documentos.cpf.valido("52998224725") || !new Smartbill({ baseUrl: "https://x" })) throw 3;
      })().catch((e) => { console.error(e); process.exit(1); });`);
    await esbuild.build({
      entryPoints: [join(dir, "entrada.js")], bundle: true, format: formato, loader: { ".wasm": "binary" }, platform: "node", target: "node20", logLevel: "silent",
      outfile: join(dir, formato === "cjs" ? "saida.cjs" : "saida.js"),
    });
    execFileSync(process.execPath, [join(dir, formato === "cjs" ? "saida.cjs" : "saida.js")]);
  }
});

/** The page of pagina.js, built by each as its users build. */
const CONSTRUTORES = {
  vite: (dir) => build({ root: dir, logLevel: "silent", build: { outDir: "dist", target: "es2022", assetsInlineLimit: 0 } }),
  webpack: async (dir) => {
    const opcoes = { mode: "production", context: dir, entry: "./pagina.js", output: { path: join(dir, "dist"), filename: "pagina.js" } };
    // Its advice on large files is not about this package.
    const feito = await promisify(webpack)({ ...opcoes, performance: { hints: false } });
    assert.deepEqual(feito.toJson({ errors: true, warnings: true }).errors, []);
    assert.deepEqual(feito.toJson({ errors: true, warnings: true }).warnings, []);
    writeFileSync(join(dir, "dist", "index.html"), `<!doctype html><title>x</title><script defer src="./pagina.js"></script>`);
  },
};

describe("in Chromium under a strict CSP, as bundled by", () => {
  let navegador;
  let servidor;
  let dist;

  before(async () => {
    const tipos = { ".html": "text/html", ".js": "text/javascript", ".wasm": "application/wasm", ".json": "application/json" };
    servidor = createServer((pedido, resposta) => {
      const caminho = new URL(pedido.url, "http://x").pathname;
      const arquivo = caminho.startsWith("/vectors/") ? join(raiz, "tests", caminho)
        : caminho === "/clientes.xls" ? join(raiz, "examples", "python", "dados", "clientes.xls")
        : join(dist, caminho === "/" ? "index.html" : caminho);
      if (!existsSync(arquivo) || !statSync(arquivo).isFile()) return resposta.writeHead(404).end();
      resposta.writeHead(200, {
        "content-type": tipos[extname(arquivo)] ?? "application/octet-stream",
        "content-security-policy": "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'",
      });
      resposta.end(readFileSync(arquivo));
    });
    servidor.listen(0, "127.0.0.1");
    await once(servidor, "listening");
    navegador = await chromium.launch({ executablePath: caminhoDoChromium(), args: ["--no-sandbox"] });
  });

  after(async () => {
    await navegador?.close();
    servidor?.close();
  });

  for (const [nome, construir] of Object.entries(CONSTRUTORES)) {
    test(`${nome}: the vectors, all operations, a spreadsheet`, async () => {
      const dir = join(projeto, nome);
      rmSync(dir, { recursive: true, force: true });
      mkdirSync(dir, { recursive: true });
      for (const arquivo of ["vetores.js", "percurso.js", "pagina.js"]) cpSync(join(aqui, arquivo), join(dir, arquivo));
      writeFileSync(join(dir, "index.html"), `<!doctype html><title>x</title><script type="module" src="./pagina.js"></script>`);
      await construir(dir);
      dist = join(dir, "dist");

      const pagina = await navegador.newPage();
      const avisos = [];
      pagina.on("console", (m) => avisos.push(m.text()));
      pagina.on("pageerror", (e) => avisos.push(String(e)));
      await pagina.goto(`http://127.0.0.1:${servidor.address().port}/`);
      const texto = await pagina.locator("#resultado").textContent({ timeout: 60_000 }).catch((e) => {
        throw new Error(`${e.message}\n${avisos.join("\n")}`);
      });
      const r = JSON.parse(texto);
      assert.deepEqual(avisos, []);
      assert.equal(r.erro, undefined);
      assert.deepEqual(r.falhas, []);
      assert.deepEqual(Object.keys(r.vetores).sort(), [...DOCUMENTOS, "modelos"].sort());
      assert.equal(r.operacoes.length, 20);
      assert.ok(r.planilha.aceitas > 200 && r.planilha.rejeitadas > 10, JSON.stringify(r.planilha));
      assert.match(r.antes, /await init\(\)/);
    });
  }
});
