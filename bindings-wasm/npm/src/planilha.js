import * as wasm from "../pkg/planilha.js";
import { carregador } from "./carregar.js";
import { empacotado } from "./empacotar.js";
import { juntar, opcaoInvalida, paraErro, SmartbillError } from "./erros.js";
import { hoje } from "./hoje.js";
import { simples } from "./simples.js";

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
  try {
    if (arquivo instanceof ArrayBuffer) return new Uint8Array(arquivo);
    if (typeof arquivo?.arrayBuffer === "function") return new Uint8Array(await arquivo.arrayBuffer());
  } catch (cause) {
    // A page may not read a file that was changed or moved after it was chosen.
    throw new SmartbillError("io", "o arquivo não pôde ser lido; escolha-o de novo", {}, { cause });
  }
  throw opcaoInvalida("arquivo", "`File`, `Blob`, `ArrayBuffer`, `Uint8Array`");
}

/** The module takes texts for texts without looking. */
const texto = (fluxo) => (typeof fluxo === "string" ? fluxo : "");

/** A `File` knows its name. */
function opcoes(arquivo, options) {
  const todas = juntar(options);
  todas.nome ??= typeof arquivo.name === "string" ? arquivo.name : "planilha";
  todas.hoje ??= hoje();
  return simples(todas);
}

export async function ler(fluxo, arquivo, options) {
  exigir();
  const bytes = await bytesDe(arquivo);
  return JSON.parse(proteger(() => wasm.ler(texto(fluxo), bytes, opcoes(arquivo, options))));
}

export function escrever(fluxo, registros, options) {
  const escrita = proteger(() => new wasm.Escrita(texto(fluxo), simples(juntar(options))));
  if (typeof registros === "string" || typeof registros?.[Symbol.iterator] !== "function") {
    throw opcaoInvalida("registros", "`[{ … }]`");
  }
  let terminou = false;
  try {
    for (const registro of registros) empacotado([registro], (r) => proteger(() => escrita.registro(r)));
    terminou = true;
  } finally {
    if (!terminou) escrita.free();
  }
  return proteger(() => escrita.terminar());
}

export async function relatorio(fluxo, arquivo, linhas, options) {
  exigir();
  const bytes = await bytesDe(arquivo);
  return proteger(() => wasm.relatorio(texto(fluxo), bytes, simples(linhas), opcoes(arquivo, options)));
}

export function modelo(fluxo) {
  return proteger(() => wasm.modelo(texto(fluxo)));
}
