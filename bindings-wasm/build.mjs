// Builds the npm package: one wasm module per entry, each held to its budget, then the tarball in dist/.
//
//   node bindings-wasm/build.mjs [entry…]     only some entries, without the tarball

import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import { buildSync } from "esbuild";

const aqui = dirname(fileURLToPath(import.meta.url));
const raiz = dirname(aqui);
const npm = join(aqui, "npm");
const pkg = join(npm, "pkg");
const alvo = "wasm32-unknown-unknown";

// What a page downloads, in bytes: the module and all its JavaScript, bundled and minified, gzip. `limite` fails the
// build, and npm/README.md promises it. `rapido`: Node, which downloads nothing, has one of its own, made to be fast.
const ENTRADAS = {
  validation: { nivel: "z", limite: 60_000, rapido: true },
  client: { nivel: "z", limite: 116_000, js: "index" },
  profile: { nivel: "z", limite: 160_000 },
  planilha: { nivel: "s", limite: 930_000 },
  sandbox: { nivel: "s", limite: 340_000 },
};

const rodar = (comando, argumentos, env = {}) =>
  execFileSync(comando, argumentos, { cwd: raiz, stdio: ["ignore", "inherit", "inherit"], env: { ...process.env, ...env } });

const pedidas = process.argv.slice(2);
for (const nome of pedidas) if (!(nome in ENTRADAS)) throw new Error(`no such entry: ${nome}`);
mkdirSync(pkg, { recursive: true });
for (const nome of pedidas.length > 0 ? pedidas : Object.keys(ENTRADAS)) construir(nome);

const passou = medir();
// Modules of another build than the JavaScript around them do not understand it.
if (pedidas.length === 0) empacotar();
if (!passou) {
  console.error("error: an entry is over its budget");
  process.exitCode = 1;
}

function construir(nome) {
  console.log(`building: ${nome}`);
  const { nivel, rapido } = ENTRADAS[nome];
  otimizar(modulo(nome, nivel, pkg), ["-Oz"]);
  if (rapido) {
    const outro = modulo(nome, "3", join(raiz, "target", "rapido"));
    otimizar(outro, ["-O3"]);
    // One JavaScript serves both.
    const cola = (arquivo) => readFileSync(arquivo.replace("_bg.wasm", ".js"), "utf8");
    if (cola(outro) !== cola(join(pkg, `${nome}_bg.wasm`))) throw new Error(`${nome}: two modules with different JavaScript`);
    copyFileSync(outro, join(pkg, `${nome}_rapido.wasm`));
  }
}

/** The module of an entry with its JavaScript beside it, as wasm-bindgen makes them of what cargo makes. */
function modulo(nome, nivel, pasta) {
  // One target folder per entry would build every crate four times; cargo keeps the features apart by itself.
  rodar("cargo", ["build", "--quiet", "--locked", "--release", "--target", alvo, "-p", "smartbill-wasm", "--features", nome], {
    CARGO_PROFILE_RELEASE_OPT_LEVEL: nivel,
    // wasm-bindgen reads from the symbols which instructions may be used; wasm-opt takes them off.
    CARGO_PROFILE_RELEASE_STRIP: "none",
  });
  // The JavaScript starts a module anew that broke off: npm/src/carregar.js.
  rodar("wasm-bindgen", ["--target", "web", "--no-typescript", "--remove-name-section", "--remove-producers-section",
    "--experimental-reset-state-function", "--out-dir", pasta, "--out-name", nome, join(raiz, "target", alvo, "release", "smartbill_wasm.wasm")]);
  return join(pasta, `${nome}_bg.wasm`);
}

function otimizar(arquivo, passos) {
  const wasmOpt = join(dirname(createRequire(import.meta.url).resolve("binaryen/package.json")), "bin", "wasm-opt");
  rodar(process.execPath, [wasmOpt, ...passos, "--strip-debug", "--strip-producers", "--strip-target-features",
    "--enable-bulk-memory", "--enable-bulk-memory-opt", "--enable-mutable-globals", "--enable-sign-ext", "--enable-nontrapping-float-to-int",
    "--enable-multivalue", "--enable-reference-types", arquivo, "-o", arquivo]);
  exigirPureza(arquivo);
}

/** The core reads no clock and no environment: the module imports from its own JavaScript and from nowhere else. */
function exigirPureza(arquivo) {
  const de = new Set(WebAssembly.Module.imports(new WebAssembly.Module(readFileSync(arquivo))).map((i) => i.module));
  for (const modulo of de) if (!/^\.\/\w+_bg\.js$/.test(modulo)) throw new Error(`${arquivo} imports from ${modulo}`);
}

/** The JavaScript of an entry's web build, as a bundler hands it to a page. */
function empacotado(arquivo) {
  const { outputFiles: [{ contents }] } = buildSync({ entryPoints: [arquivo], bundle: true, minify: true, format: "esm", write: false });
  return contents;
}

function medir() {
  const gz = (bytes) => gzipSync(bytes, { level: 9 }).length;
  const linhas = [["entry", "opt", "wasm", "wasm gzip", "js gzip", "total", "budget"]];
  let passou = true;
  for (const [nome, { nivel, limite, js = nome }] of Object.entries(ENTRADAS)) {
    const wasm = join(pkg, `${nome}_bg.wasm`);
    const web = join(npm, "src", `${js}.web.js`);
    if (!existsSync(wasm) || !existsSync(web)) continue;
    const glue = gz(empacotado(web));
    const modulo = gz(readFileSync(wasm));
    if (modulo + glue > limite) passou = false;
    linhas.push([nome, nivel, statSync(wasm).size, modulo, glue, modulo + glue, limite].map(String));
  }
  const larguras = linhas[0].map((_, i) => Math.max(...linhas.map((l) => l[i].length)));
  for (const linha of linhas) {
    console.log(linha.map((c, i) => (i < 2 ? c.padEnd(larguras[i]) : c.padStart(larguras[i]))).join("  "));
  }
  return passou;
}

function empacotar() {
  for (const licenca of readdirSync(raiz).filter((f) => f.startsWith("LICENSE"))) copyFileSync(join(raiz, licenca), join(npm, licenca));
  const dist = join(raiz, "dist");
  mkdirSync(dist, { recursive: true });
  for (const velho of readdirSync(dist).filter((f) => f.endsWith(".tgz"))) rmSync(join(dist, velho));
  const [{ filename }] = JSON.parse(
    execFileSync("npm", ["pack", "--json", "--silent", "--ignore-scripts", "--pack-destination", dist], { cwd: npm, encoding: "utf8" }),
  );
  console.log(`packed: ${relative(raiz, join(dist, filename))}`);
}
