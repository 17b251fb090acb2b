// Builds the npm package: one wasm module per entry and the JavaScript around it, checks the size of each entry, and
// then packs the tarball in dist/.
//
//   node bindings-wasm/build.mjs [entry…]     only some entries, once all were built, without the tarball

import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import { buildSync } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const npm = join(here, "npm");
const pkg = join(npm, "pkg");
const target = "wasm32-unknown-unknown";

// What a page downloads, in bytes: the module and all its JavaScript, bundled and minified, gzip. `limit` fails the
// build, and npm/README.md promises it. `fast`: Node, which downloads nothing, has one of its own, which takes between half
// and three quarters of the time.
const ENTRIES = {
  validation: { level: "z", limit: 83_000, fast: true },
  client: { level: "z", limit: 168_000, js: "index" },
  profile: { level: "z", limit: 237_000 },
  sheets: { level: "s", limit: 1_225_000 },
  sandbox: { level: "s", limit: 424_000 },
};

const run = (command, args, env = {}) =>
  execFileSync(command, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"], env: { ...process.env, ...env } });

const program = (name, command) =>
  join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), "bin", command);

const requested = process.argv.slice(2);
for (const name of requested) if (!(name in ENTRIES)) throw new Error(`no such entry: ${name}`);
mkdirSync(pkg, { recursive: true });
for (const name of requested.length > 0 ? requested : Object.keys(ENTRIES)) build(name);
compile();

const passed = measure();
// Modules of an older build would not understand the new JavaScript.
if (requested.length === 0) packTarball();
if (!passed) {
  console.error("error: an entry is over its budget");
  process.exitCode = 1;
}

function build(name) {
  console.log(`building: ${name}`);
  const { level, fast } = ENTRIES[name];
  optimize(buildModule(name, level, pkg), ["-Oz"]);
  if (fast) {
    const fastBuild = buildModule(name, "3", join(root, "target", "fast"));
    optimize(fastBuild, ["-O3"]);
    // Both modules share one JavaScript file.
    const glue = (file) => readFileSync(file.replace("_bg.wasm", ".js"), "utf8");
    if (glue(fastBuild) !== glue(join(pkg, `${name}_bg.wasm`)))
      throw new Error(`${name}: two modules with different JavaScript`);
    copyFileSync(fastBuild, join(pkg, `${name}_fast.wasm`));
  }
}

/** Builds the module of an entry by cargo, and its JavaScript by wasm-bindgen. */
function buildModule(name, level, folder) {
  // A target folder for each entry would build every crate four times. cargo keeps the features apart itself.
  run(
    "cargo",
    ["build", "--quiet", "--locked", "--release", "--target", target, "-p", "smartbill-wasm", "--features", name],
    {
      CARGO_PROFILE_RELEASE_OPT_LEVEL: level,
      // wasm-bindgen reads the allowed instructions from the symbols. wasm-opt removes them.
      CARGO_PROFILE_RELEASE_STRIP: "none",
    },
  );
  // npm/src/load.ts starts a module again that has failed.
  run("wasm-bindgen", [
    "--target",
    "web",
    "--remove-name-section",
    "--remove-producers-section",
    "--experimental-reset-state-function",
    "--out-dir",
    folder,
    "--out-name",
    name,
    join(root, "target", target, "release", "smartbill_wasm.wasm"),
  ]);
  return join(folder, `${name}_bg.wasm`);
}

function optimize(file, passes) {
  run(process.execPath, [
    program("binaryen", "wasm-opt"),
    ...passes,
    "--strip-debug",
    "--strip-producers",
    "--strip-target-features",
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-mutable-globals",
    "--enable-sign-ext",
    "--enable-nontrapping-float-to-int",
    "--enable-multivalue",
    "--enable-reference-types",
    file,
    "-o",
    file,
  ]);
  requirePure(file);
}

/** The core reads no clock and no environment, so the module may import only from its own JavaScript. */
function requirePure(file) {
  const from = new Set(WebAssembly.Module.imports(new WebAssembly.Module(readFileSync(file))).map((i) => i.module));
  for (const module of from) if (!/^\.\/\w+_bg\.js$/.test(module)) throw new Error(`${file} imports from ${module}`);
}

/**
 * Compiles the TypeScript of npm/src to JavaScript and types in npm/dist. It reads the types that wasm-bindgen wrote.
 */
function compile() {
  const [src, dist] = [join(npm, "src"), join(npm, "dist")];
  rmSync(dist, { recursive: true, force: true });
  run(process.execPath, [program("typescript", "tsc"), "-p", npm]);
  // The compiler does not copy files that are only types.
  for (const file of readdirSync(src).filter((f) => f.endsWith(".d.ts")))
    copyFileSync(join(src, file), join(dist, file));
}

/** The JavaScript of an entry's web build, in the form in which a bundler gives it to a page. */
function bundled(file) {
  const {
    outputFiles: [{ contents }],
  } = buildSync({ entryPoints: [file], bundle: true, minify: true, format: "esm", write: false });
  return contents;
}

function measure() {
  const gz = (bytes) => gzipSync(bytes, { level: 9 }).length;
  const rows = [["entry", "opt", "wasm", "wasm gzip", "js gzip", "total", "budget"]];
  let passed = true;
  for (const [name, { level, limit, js = name }] of Object.entries(ENTRIES)) {
    const wasm = join(pkg, `${name}_bg.wasm`);
    const web = join(npm, "dist", `${js}.js`);
    if (!existsSync(wasm)) continue;
    const glue = gz(bundled(web));
    const moduleSize = gz(readFileSync(wasm));
    if (moduleSize + glue > limit) passed = false;
    rows.push([name, level, statSync(wasm).size, moduleSize, glue, moduleSize + glue, limit].map(String));
  }
  const widths = rows[0].map((_, i) => Math.max(...rows.map((l) => l[i].length)));
  for (const row of rows) {
    console.log(row.map((c, i) => (i < 2 ? c.padEnd(widths[i]) : c.padStart(widths[i]))).join("  "));
  }
  return passed;
}

function packTarball() {
  for (const license of readdirSync(root).filter((f) => /^LICENSE|^THIRD-PARTY/.test(f)))
    copyFileSync(join(root, license), join(npm, license));
  const dist = join(root, "dist");
  mkdirSync(dist, { recursive: true });
  for (const old of readdirSync(dist).filter((f) => f.endsWith(".tgz"))) rmSync(join(dist, old));
  const [{ filename }] = JSON.parse(
    execFileSync("npm", ["pack", "--json", "--silent", "--ignore-scripts", "--pack-destination", dist], {
      cwd: npm,
      encoding: "utf8",
    }),
  );
  console.log(`packed: ${relative(root, join(dist, filename))}`);
}
