// The page of the browser test. It writes its result to `#outcome`.

import { init as initClient, Smartbill } from "smartbill-automation";
import { init as initSheets, read } from "smartbill-automation/planilha";
import { createSandbox, init as initSandbox } from "smartbill-automation/sandbox";
import * as validation from "smartbill-automation/validation";
import { checkDocumentos, checkModels, DOCUMENTOS } from "./vectors.js";
import { walk } from "./walk.js";

async function everything() {
  let before;
  try {
    validation.cliente.validar({});
  } catch (e) {
    before = e.message;
  }
  await Promise.all([validation.init(), initClient(), initSheets(), initSandbox()]);
  const vectors = {};
  const failures = [];
  for (const name of [...DOCUMENTOS, "models"]) {
    const cases = await (await fetch(`/vectors/${name}.json`)).json();
    vectors[name] = cases.length;
    failures.push(...(name === "models" ? checkModels(validation, cases) : checkDocumentos(validation, name, cases)));
  }
  const { baseUrl, token, fetch: sandboxFetch, faturar, advance } = createSandbox({ now: "2026-11-05T12:00:00Z" });
  const operations = await walk(new Smartbill({ baseUrl, token, fetch: sandboxFetch }), faturar, advance);
  const file = new File([await (await fetch("/clientes.xls")).arrayBuffer()], "clientes.xls");
  const { accepted, rejected } = await read("clientes", file);
  return { before, vectors, failures, operations, sheet: { accepted, rejected } };
}

// The result is written into the page, because a strict CSP does not allow the evaluation of expressions here.
everything()
  .catch((e) => ({ error: String(e?.stack ?? e) }))
  .then((r) => {
    const output = document.createElement("pre");
    output.id = "result";
    output.textContent = JSON.stringify(r);
    document.body.append(output);
  });
