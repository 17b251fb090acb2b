import * as wasm from "../pkg/planilha.js";
import { carregador } from "./carregar.js";
import { empacotado } from "./empacotar.js";
import { juntar, opcaoInvalida, SmartbillError } from "./erros.js";
import { hoje } from "./hoje.js";
import { simples } from "./simples.js";

export { isSmartbillError, SmartbillError } from "./erros.js";

const { init, marcar, exigir, geracao, usar, aliviar } = carregador("/planilha", wasm);

export { init, marcar };

/** Runs `f`, which reads a file: what the reader stumbles over is the file's fault. */
function lendo(f, idioma) {
  const mensagem = idioma === "en" ? "the file is damaged or too large, and could not be read"
    : "o arquivo está danificado ou é grande demais, e não pôde ser lido";
  try {
    return usar(f, idioma, geracao(), ({ cause }) => new SmartbillError("spreadsheet", mensagem, {}, { cause }));
  } finally {
    aliviar();
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
  const lidas = opcoes(arquivo, options);
  return JSON.parse(lendo(() => wasm.ler(texto(fluxo), bytes, lidas), lidas.idioma));
}

export function escrever(fluxo, registros, options) {
  const lidas = simples(juntar(options));
  const de = geracao();
  const naEscrita = (f) => usar(f, undefined, de);
  const escrita = naEscrita(() => new wasm.Escrita(texto(fluxo), lidas));
  if (typeof registros === "string" || typeof registros?.[Symbol.iterator] !== "function") {
    throw opcaoInvalida("registros", "`[{ … }]`");
  }
  let terminou = false;
  try {
    for (const registro of registros) empacotado([registro], (r) => naEscrita(() => escrita.registro(r)));
    terminou = true;
  } finally {
    // One that is gone with its instance needs no more freeing.
    if (!terminou && de === geracao()) escrita.free();
  }
  return naEscrita(() => escrita.terminar());
}

export async function relatorio(fluxo, arquivo, linhas, options) {
  exigir();
  const bytes = await bytesDe(arquivo);
  const lidas = opcoes(arquivo, options);
  const resultados = simples(linhas);
  return lendo(() => wasm.relatorio(texto(fluxo), bytes, resultados, lidas), lidas.idioma);
}

export function modelo(fluxo) {
  return usar(() => wasm.modelo(texto(fluxo)));
}
