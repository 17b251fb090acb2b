// Tests the tarball as users get it: its metadata, bundled by esbuild, Vite and webpack, and in a real browser with a
// strict CSP.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
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

import { chromiumPath } from "./browser.js";
import { DOCUMENTOS } from "./vectors.js";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = join(here, "..", "..");
const project = join(root, "target", "js", "projeto");
const tarball = join(project, "node_modules", "smartbill-automation");

test("the generated types are the core's", () => {
  const now = execFileSync("cargo", ["run", "--quiet", "-p", "smartbill-wasm", "--example", "types"], {
    cwd: root,
    encoding: "utf8",
  });
  assert.equal(
    readFileSync(join(tarball, "dist", "models.d.ts"), "utf8"),
    now,
    "run `npm run types --workspace bindings-wasm/npm`",
  );
});

test("versions agree", () => {
  const { version } = JSON.parse(readFileSync(join(tarball, "package.json"), "utf8"));
  assert.match(readFileSync(join(root, "Cargo.toml"), "utf8"), new RegExp(`^version = "${version}"$`, "m"));
});

test("publint", async () => {
  const { messages } = await publint({ pkgDir: tarball, strict: true });
  assert.deepEqual(messages, []);
});

test("are the types wrong?", () => {
  const attw = join(
    createRequire(import.meta.url).resolve("@arethetypeswrong/cli/package.json"),
    "..",
    "dist",
    "index.js",
  );
  const [tgz] = readdirSync(join(root, "dist")).filter((f) => f.endsWith(".tgz"));
  const { exports } = JSON.parse(readFileSync(join(tarball, "package.json"), "utf8"));
  const untyped = Object.keys(exports)
    .filter((name) => name.endsWith(".json"))
    .map((name) => name.slice(2));
  execFileSync(
    process.execPath,
    [attw, join(root, "dist", tgz), "--profile", "esm-only", "--exclude-entrypoints", ...untyped],
    { stdio: "pipe" },
  );
});

test("a call before init says what to do", async () => {
  // Node loads the files that a bundler takes for the web.
  const { cliente, documentos } = await import(join(tarball, "dist", "validation.js"));
  for (const f of [
    () => cliente.validar({}),
    () => documentos.cpf.valido("1"),
    () => documentos.cpf.validarColuna(["1"]),
  ]) {
    assert.throws(f, {
      code: "configuration",
      message: "smartbill-automation/validation was used before it was loaded; `await init()` first",
    });
  }
  const { Smartbill } = await import(join(tarball, "dist", "index.js"));
  assert.throws(() => new Smartbill({ baseUrl: "https://x" }), {
    code: "configuration",
    message: /was used before it was loaded/,
  });
});

test("an error of one copy of the package is one for another", async () => {
  const other = join(project, "outra-copia");
  rmSync(other, { recursive: true, force: true });
  cpSync(tarball, other, { recursive: true });
  const one = await import(join(tarball, "dist", "node", "sheets.js"));
  const second = await import(join(other, "dist", "node", "index.js"));
  assert.notEqual(one.SmartbillError, second.SmartbillError);
  let failure;
  try {
    one.template("nada");
  } catch (e) {
    failure = e;
  }
  assert.ok(failure instanceof Error && !(failure instanceof second.SmartbillError));
  assert.ok(second.isSmartbillError(failure));
});

test("init loads once, and may be tried again after a failure", async () => {
  const { init, documentos } = await import(join(tarball, "dist", "validation.js"));
  await assert.rejects(init(new Uint8Array([1, 2, 3])), { code: "io" });
  const module = await WebAssembly.compile(readFileSync(join(tarball, "pkg", "validation_bg.wasm")));
  const first = init(module);
  assert.equal(init(), first);
  await first;
  assert.ok(documentos.cpf.valido("52998224725"));
});

test("esbuild", async () => {
  const dir = join(project, "esbuild");
  mkdirSync(dir, { recursive: true });
  writeFileSync(
    join(dir, "entrada.js"),
    `
    import { documentos, init } from "smartbill-automation/validation";
    import wasm from "smartbill-automation/validation.wasm";
    await init(wasm);
    if (!documentos.cpf.valido("52998224725")) throw new Error("no");`,
  );
  const { errors, warnings } = await esbuild.build({
    entryPoints: [join(dir, "entrada.js")],
    bundle: true,
    format: "esm",
    loader: { ".wasm": "binary" },
    outfile: join(dir, "saida.js"),
    platform: "browser",
    logLevel: "silent",
    target: "es2022",
  });
  assert.deepEqual([errors, warnings.filter((w) => w.id !== "empty-import-meta")], [[], []]);
  // The surrounding project has `"type": "module"`.
  execFileSync(process.execPath, [join(dir, "saida.js")]);
});

test("a bundle for Node, which has no files beside it", async () => {
  const dir = join(project, "noderun");
  mkdirSync(dir, { recursive: true });
  for (const format of ["esm", "cjs"]) {
    writeFileSync(
      join(dir, "entrada.js"),
      `
      import { documentos, init } from "smartbill-automation/validation";
      import { init as cliente, Smartbill } from "smartbill-automation";
      import wasm from "smartbill-automation/validation.wasm";
      import clienteWasm from "smartbill-automation/client.wasm";
      (async () => {
        try { documentos.cpf.valido("1"); throw 1; } catch (e) { if (e.code !== "configuration") throw e; }
        await init().then(() => { throw 2; }, (e) => { if (e.code !== "io") throw e; });
        await Promise.all([init(wasm), cliente(clienteWasm)]);
        if (!documentos.cpf.valido("52998224725") || !new Smartbill({ baseUrl: "https://x" })) throw 3;
      })().catch((e) => { console.error(e); process.exit(1); });`,
    );
    await esbuild.build({
      entryPoints: [join(dir, "entrada.js")],
      bundle: true,
      format,
      loader: { ".wasm": "binary" },
      platform: "node",
      target: "node20",
      logLevel: "silent",
      outfile: join(dir, format === "cjs" ? "saida.cjs" : "saida.js"),
    });
    execFileSync(process.execPath, [join(dir, format === "cjs" ? "saida.cjs" : "saida.js")]);
  }
});

/** The page of page.js, built by each bundler in the usual way. */
const BUNDLERS = {
  vite: (dir) =>
    build({ root: dir, logLevel: "silent", build: { outDir: "dist", target: "es2022", assetsInlineLimit: 0 } }),
  webpack: async (dir) => {
    const options = {
      mode: "production",
      context: dir,
      entry: "./page.js",
      output: { path: join(dir, "dist"), filename: "page.js" },
    };
    // Its advice about large files does not concern this package.
    const done = await promisify(webpack)({ ...options, performance: { hints: false } });
    assert.deepEqual(done.toJson({ errors: true, warnings: true }).errors, []);
    assert.deepEqual(done.toJson({ errors: true, warnings: true }).warnings, []);
    writeFileSync(
      join(dir, "dist", "index.html"),
      `<!doctype html><title>x</title><script defer src="./page.js"></script>`,
    );
  },
};

describe("in Chromium under a strict CSP, as bundled by", () => {
  let browser;
  let server;
  let dist;

  before(async () => {
    const types = {
      ".html": "text/html",
      ".js": "text/javascript",
      ".wasm": "application/wasm",
      ".json": "application/json",
    };
    server = createServer((request, response) => {
      const pathname = new URL(request.url, "http://x").pathname;
      const file = pathname.startsWith("/vectors/")
        ? join(root, "tests", pathname)
        : pathname === "/clientes.xls"
          ? join(root, "examples", "python", "data", "clientes.xls")
          : join(dist, pathname === "/" ? "index.html" : pathname);
      if (!existsSync(file) || !statSync(file).isFile()) return response.writeHead(404).end();
      response.writeHead(200, {
        "content-type": types[extname(file)] ?? "application/octet-stream",
        "content-security-policy": "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'",
      });
      response.end(readFileSync(file));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    browser = await chromium.launch({ executablePath: chromiumPath(), args: ["--no-sandbox"] });
  });

  after(async () => {
    await browser?.close();
    server?.close();
  });

  for (const [name, build] of Object.entries(BUNDLERS)) {
    test(`${name}: the vectors, all operations, a spreadsheet`, async () => {
      const dir = join(project, name);
      rmSync(dir, { recursive: true, force: true });
      mkdirSync(dir, { recursive: true });
      for (const file of ["vectors.js", "walk.js", "page.js"]) cpSync(join(here, file), join(dir, file));
      writeFileSync(
        join(dir, "index.html"),
        `<!doctype html><title>x</title><script type="module" src="./page.js"></script>`,
      );
      await build(dir);
      dist = join(dir, "dist");

      const page = await browser.newPage();
      const complaints = [];
      page.on("console", (m) => complaints.push(m.text()));
      page.on("pageerror", (e) => complaints.push(String(e)));
      await page.goto(`http://127.0.0.1:${server.address().port}/`);
      const text = await page
        .locator("#result")
        .textContent({ timeout: 60_000 })
        .catch((e) => {
          throw new Error(`${e.message}\n${complaints.join("\n")}`);
        });
      const r = JSON.parse(text);
      assert.deepEqual(complaints, []);
      assert.equal(r.error, undefined);
      assert.deepEqual(r.failures, []);
      assert.deepEqual(Object.keys(r.vectors).sort(), [...DOCUMENTOS, "models"].sort());
      assert.equal(r.operations.length, 20);
      assert.ok(r.sheet.accepted > 200 && r.sheet.rejected > 10, JSON.stringify(r.sheet));
      assert.match(r.before, /await init\(\)/);
    });
  }
});
