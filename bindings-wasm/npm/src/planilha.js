import * as wasm from "../pkg/planilha.js";
import { carregador } from "./carregar.js";
import { empacotado } from "./empacotar.js";
import { paraErro, SmartbillError } from "./erros.js";
import { hoje } from "./hoje.js";

export { isSmartbillError, SmartbillError } from "./erros.js";

export const { init, marcar, exigir } = carregador("/planilha");

function proteger(f) {
  exigir();
  try {
    return f();
  } catch (lancado) {
    if (lancado instanceof WebAssembly.RuntimeError) {
      // A file that its reader stumbles over takes the module with it; a new one takes its place.
      wasm.__wbg_reset_state();
      throw new SmartbillError("spreadsheet", "o arquivo está corrompido e não pôde ser lido", {}, { cause: lancado });
    }
    throw paraErro(lancado);
  }
}

async function bytesDe(arquivo) {
  if (arquivo instanceof Uint8Array) return arquivo;
  if (arquivo instanceof ArrayBuffer) return new Uint8Array(arquivo);
  if (typeof arquivo?.arrayBuffer === "function") return new Uint8Array(await arquivo.arrayBuffer());
  throw new SmartbillError("configuration", "expected a File, a Blob, an ArrayBuffer or a Uint8Array");
}

/** A `File` knows its name. */
const opcoes = (arquivo, options) => ({
  nome: typeof arquivo?.name === "string" ? arquivo.name : "planilha", hoje: hoje(), ...options,
});

export async function ler(fluxo, arquivo, options) {
  exigir();
  const bytes = await bytesDe(arquivo);
  const lida = empacotado([opcoes(arquivo, options)], (o) => proteger(() => wasm.ler(String(fluxo), bytes, o)));
  return JSON.parse(lida);
}

export function escrever(fluxo, registros, { formato = "xlsx" } = {}) {
  if (formato !== "xlsx" && formato !== "csv") throw new SmartbillError("configuration", "`formato`: expected xlsx or csv");
  return empacotado([[...registros]], (r) => proteger(() => wasm.escrever(String(fluxo), r, formato === "csv")));
}

export async function relatorio(fluxo, arquivo, linhas, options) {
  exigir();
  const bytes = await bytesDe(arquivo);
  return empacotado([linhas, opcoes(arquivo, options)], (r) => proteger(() => wasm.relatorio(String(fluxo), bytes, r)));
}

export function modelo(fluxo) {
  return proteger(() => wasm.modelo(String(fluxo)));
}
