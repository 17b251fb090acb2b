import * as wasm from "../pkg/planilha.js";
import { carregador } from "./carregar.js";
import { empacotado } from "./empacotar.js";
import { opcaoInvalida, paraErro, SmartbillError } from "./erros.js";
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
  throw opcaoInvalida("arquivo", "`File`, `Blob`, `ArrayBuffer`, `Uint8Array`");
}

/** The module takes texts for texts without looking. */
const texto = (fluxo) => (typeof fluxo === "string" ? fluxo : "");

/** A `File` knows its name. */
function opcoes(arquivo, options) {
  if (typeof (options ?? {}) !== "object") return options;
  const nome = typeof arquivo.name === "string" ? arquivo.name : "planilha";
  return { ...options, nome: options?.nome ?? nome, hoje: options?.hoje ?? hoje() };
}

export async function ler(fluxo, arquivo, options) {
  exigir();
  const bytes = await bytesDe(arquivo);
  return JSON.parse(proteger(() => wasm.ler(texto(fluxo), bytes, opcoes(arquivo, options))));
}

export function escrever(fluxo, registros, options) {
  const escrita = proteger(() => new wasm.Escrita(texto(fluxo), options));
  if (typeof registros === "string" || typeof registros?.[Symbol.iterator] !== "function") {
    throw opcaoInvalida("registros", "`[{ … }]`");
  }
  for (const registro of registros) empacotado([registro], (r) => proteger(() => escrita.registro(r)));
  return proteger(() => escrita.terminar());
}

export async function relatorio(fluxo, arquivo, linhas, options) {
  exigir();
  const bytes = await bytesDe(arquivo);
  return proteger(() => wasm.relatorio(texto(fluxo), bytes, linhas, opcoes(arquivo, options)));
}

export function modelo(fluxo) {
  return proteger(() => wasm.modelo(texto(fluxo)));
}
