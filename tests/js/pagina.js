// What the browser test's page does; its answer is left in `#resultado`.

import { init as initClient, Smartbill } from "smartbill-automation";
import { init as initPlanilha, ler } from "smartbill-automation/planilha";
import { criarSandbox, init as initSandbox } from "smartbill-automation/sandbox";
import * as validation from "smartbill-automation/validation";

import { percorrer } from "./percurso.js";
import { conferirDocumentos, conferirModelos, DOCUMENTOS } from "./vetores.js";

async function tudo() {
  let antes;
  try {
    validation.cliente.validar({});
  } catch (e) {
    antes = e.message;
  }
  await Promise.all([validation.init(), initClient(), initPlanilha(), initSandbox()]);
  const vetores = {};
  const falhas = [];
  for (const nome of [...DOCUMENTOS, "modelos"]) {
    const casos = await (await fetch(`/vectors/${nome}.json`)).json();
    vetores[nome] = casos.length;
    falhas.push(...(nome === "modelos" ? conferirModelos(validation, casos) : conferirDocumentos(validation, nome, casos)));
  }
  const { baseUrl, token, fetch: daqui, faturar, avancarRelogio } = criarSandbox({ agora: "2026-11-05T12:00:00Z" });
  const operacoes = await percorrer(new Smartbill({ baseUrl, token, fetch: daqui }), faturar, avancarRelogio);
  const arquivo = new File([await (await fetch("/clientes.xls")).arrayBuffer()], "clientes.xls");
  const { aceitas, rejeitadas } = await ler("clientes", arquivo);
  return { antes, vetores, falhas, operacoes, planilha: { aceitas, rejeitadas } };
}

// Into the page: a strict CSP lets nobody evaluate an expression here.
tudo().catch((e) => ({ erro: String(e?.stack ?? e) })).then((r) => {
  const saida = document.createElement("pre");
  saida.id = "resultado";
  saida.textContent = JSON.stringify(r);
  document.body.append(saida);
});
