// The tarball where there is no Node: Deno, and Cloudflare's workerd. In each, one model checked and one operation done,
// over the sandbox's fetch.

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import * as esbuild from "esbuild";

const raiz = fileURLToPath(new URL("../..", import.meta.url));
// The binary itself: what stands in .bin may only start it.
const { default: workerd } = createRequire(import.meta.url)("workerd");
const dir = join(raiz, "target", "js", "projeto", "ambientes");

/** What is done everywhere. */
const USO = `
import { Smartbill } from "smartbill-automation";
import { criarSandbox } from "smartbill-automation/sandbox";
import { validarCliente } from "smartbill-automation/validation";

export async function usar() {
  const sb = new Smartbill({ ...criarSandbox() });
  const { valido, erros } = validarCliente({ nome: "Padaria Aurora", tipoPessoa: "JURIDICA", cpfCnpj: "12.ABC.345/01DE-36" });
  const { resultado, registro } = await sb.clientes.incluir({ nome: "Padaria Aurora", tipoPessoa: "JURIDICA", cpfCnpj: "12.ABC.345/01DE-35" });
  return [valido, erros[0].code, resultado, registro.cpfCnpj];
}`;
const FEITO = [false, "digito_verificador", "created", "12ABC34501DE35"];

before(() => {
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, "uso.mjs"), USO);
});

test("Deno, with nothing to load", async () => {
  writeFileSync(join(dir, "deno.mjs"), `import { usar } from "./uso.mjs"; console.log(JSON.stringify(await usar()));`);
  const { stdout } = await promisify(execFile)(join(raiz, "node_modules", ".bin", "deno"), ["run", "--no-prompt", `--allow-read=${raiz}`, join(dir, "deno.mjs")]);
  assert.deepEqual(JSON.parse(stdout), FEITO);
});

test("workerd, with the modules that its bundler gives", async () => {
  const modulos = ["client", "sandbox", "validation"];
  writeFileSync(join(dir, "trabalhador.mjs"), `
    import { init as initClient } from "smartbill-automation";
    import client from "smartbill-automation/client.wasm";
    import { init as initSandbox } from "smartbill-automation/sandbox";
    import sandbox from "smartbill-automation/sandbox.wasm";
    import { init as initValidation } from "smartbill-automation/validation";
    import validation from "smartbill-automation/validation.wasm";
    import { usar } from "./uso.mjs";

    const pronto = Promise.all([initClient(client), initSandbox(sandbox), initValidation(validation)]);
    export default { async fetch() { await pronto; return Response.json(await usar()); } };`);
  // As wrangler does: its conditions, and a wasm file left a module of its own.
  await esbuild.build({
    entryPoints: [join(dir, "trabalhador.mjs")], outfile: join(dir, "saida", "trabalhador.mjs"), bundle: true, format: "esm", platform: "browser",
    conditions: ["workerd", "worker", "browser"], loader: { ".wasm": "copy" }, assetNames: "[name]", logLevel: "error",
  });
  writeFileSync(join(dir, "saida", "config.capnp"), `
    using Workerd = import "/workerd/workerd.capnp";
    const config :Workerd.Config = (
      services = [(name = "main", worker = .trabalhador)],
      sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
    );
    const trabalhador :Workerd.Worker = (
      compatibilityDate = "2026-01-01",
      modules = [
        (name = "trabalhador.mjs", esModule = embed "trabalhador.mjs"),
        ${modulos.map((m) => `(name = "${m}_bg.wasm", wasm = embed "${m}_bg.wasm"),`).join("\n")}
      ],
    );`);
  const processo = spawn(workerd, ["serve", "--control-fd=1", join(dir, "saida", "config.capnp")], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    let porta;
    for await (const pedaco of processo.stdout) {
      porta = /"port":(\d+)/.exec(String(pedaco))?.[1];
      if (porta) break;
    }
    assert.ok(porta, "workerd names its port");
    assert.deepEqual(await (await fetch(`http://127.0.0.1:${porta}/`)).json(), FEITO);
  } finally {
    processo.kill();
  }
});
