// Tests the tarball without Node: in Deno, and in Cloudflare's workerd. In each, one model is checked and one operation
// is done, over the sandbox's fetch.

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import * as esbuild from "esbuild";

const root = fileURLToPath(new URL("../..", import.meta.url));
// The binary itself, because the file in .bin may only start it.
const { default: workerd } = createRequire(import.meta.url)("workerd");
const dir = join(root, "target", "js", "projeto", "ambientes");

/** The program that runs in each environment. */
const USAGE = `
import { Smartbill } from "smartbill-automation";
import { createSandbox } from "smartbill-automation/sandbox";
import { validarCliente } from "smartbill-automation/validation";

export async function use() {
  const sb = new Smartbill({ ...createSandbox() });
  const { valid, errors } = validarCliente({ nome: "Padaria Aurora", tipoPessoa: "JURIDICA", cpfCnpj: "12.ABC.345/01DE-36" });
  const { outcome, record } = await sb.clientes.incluir({ nome: "Padaria Aurora", tipoPessoa: "JURIDICA", cpfCnpj: "12.ABC.345/01DE-35" });
  return [valid, errors[0].code, outcome, record.cpfCnpj];
}`;
const DONE = [false, "digito_verificador", "created", "12ABC34501DE35"];

before(() => {
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, "usage.mjs"), USAGE);
});

test("Deno, with nothing to load", async () => {
  writeFileSync(join(dir, "deno.mjs"), `import { use } from "./usage.mjs"; console.log(JSON.stringify(await use()));`);
  const { stdout } = await promisify(execFile)(join(root, "node_modules", ".bin", "deno"), [
    "run",
    "--no-prompt",
    `--allow-read=${root}`,
    join(dir, "deno.mjs"),
  ]);
  assert.deepEqual(JSON.parse(stdout), DONE);
});

test("workerd, with the modules that its bundler gives", async () => {
  const modules = ["client", "sandbox", "validation"];
  writeFileSync(
    join(dir, "worker.mjs"),
    `
    import { init as initClient } from "smartbill-automation";
    import client from "smartbill-automation/client.wasm";
    import { init as initSandbox } from "smartbill-automation/sandbox";
    import sandbox from "smartbill-automation/sandbox.wasm";
    import { init as initValidation } from "smartbill-automation/validation";
    import validation from "smartbill-automation/validation.wasm";
    import { use } from "./usage.mjs";

    const ready = Promise.all([initClient(client), initSandbox(sandbox), initValidation(validation)]);
    export default { async fetch() { await ready; return Response.json(await use()); } };`,
  );
  // This builds as wrangler does: with its conditions, and with the wasm file as a separate module.
  await esbuild.build({
    entryPoints: [join(dir, "worker.mjs")],
    outfile: join(dir, "out", "worker.mjs"),
    bundle: true,
    format: "esm",
    platform: "browser",
    conditions: ["workerd", "worker", "browser"],
    loader: { ".wasm": "copy" },
    assetNames: "[name]",
    logLevel: "error",
  });
  writeFileSync(
    join(dir, "out", "config.capnp"),
    `
    using Workerd = import "/workerd/workerd.capnp";
    const config :Workerd.Config = (
      services = [(name = "main", worker = .worker)],
      sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
    );
    const worker :Workerd.Worker = (
      compatibilityDate = "2026-01-01",
      modules = [
        (name = "worker.mjs", esModule = embed "worker.mjs"),
        ${modules.map((m) => `(name = "${m}_bg.wasm", wasm = embed "${m}_bg.wasm"),`).join("\n")}
      ],
    );`,
  );
  const child = spawn(workerd, ["serve", "--control-fd=1", join(dir, "out", "config.capnp")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    let port;
    for await (const chunk of child.stdout) {
      port = /"port":(\d+)/.exec(String(chunk))?.[1];
      if (port) break;
    }
    assert.ok(port, "workerd names its port");
    assert.deepEqual(await (await fetch(`http://127.0.0.1:${port}/`)).json(), DONE);
  } finally {
    child.kill();
  }
});
