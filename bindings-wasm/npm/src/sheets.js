import * as wasm from "../pkg/sheets.js";
import { invalidOption, merge, SmartbillError } from "./errors.js";
import { loader } from "./load.js";
import { packed } from "./pack.js";
import { plain } from "./plain.js";
import { today } from "./today.js";

export { isSmartbillError, SmartbillError } from "./errors.js";

const { init, markLoaded, requireLoaded, generation, use, relieve } = loader("/planilha", wasm);

export { init, markLoaded };

/** Runs `f`, which reads a file: what the reader stumbles over is the file's fault. */
function reading(f, language) {
  const message =
    language === "en"
      ? "the file is damaged or too large, and could not be read"
      : "o arquivo está danificado ou é grande demais, e não pôde ser lido";
  try {
    return use(f, language, generation(), ({ cause }) => new SmartbillError("spreadsheet", message, {}, { cause }));
  } finally {
    relieve();
  }
}

async function bytesDe(file) {
  if (file instanceof Uint8Array) return file;
  try {
    if (file instanceof ArrayBuffer) return new Uint8Array(file);
    if (typeof file?.arrayBuffer === "function") return new Uint8Array(await file.arrayBuffer());
  } catch (cause) {
    // A page may not read a file that was changed or moved after it was chosen.
    throw new SmartbillError("io", "o arquivo não pôde ser lido; escolha-o de novo", {}, { cause });
  }
  throw invalidOption("file", "`File`, `Blob`, `ArrayBuffer`, `Uint8Array`");
}

/** The module takes texts for texts without looking. */
const flowName = (flow) => (typeof flow === "string" ? flow : "");

/** A `File` knows its name. */
function optionsOf(file, options) {
  const all = merge(options);
  all.name ??= typeof file.name === "string" ? file.name : "planilha";
  all.today ??= today();
  return plain(all);
}

export async function read(flow, file, options) {
  requireLoaded();
  const bytes = await bytesDe(file);
  const parsed = optionsOf(file, options);
  return JSON.parse(reading(() => wasm.read(flowName(flow), bytes, parsed), parsed.language));
}

export function write(flow, records, options) {
  const parsed = plain(merge(options));
  const from = generation();
  const inWriter = (f) => use(f, undefined, from);
  const writer = inWriter(() => new wasm.SheetWriter(flowName(flow), parsed));
  if (typeof records === "string" || typeof records?.[Symbol.iterator] !== "function") {
    throw invalidOption("records", "`[{ … }]`");
  }
  let finished = false;
  try {
    for (const record of records) packed([record], (r) => inWriter(() => writer.record(r)));
    finished = true;
  } finally {
    // One that is gone with its instance needs no more freeing.
    if (!finished && from === generation()) writer.free();
  }
  return inWriter(() => writer.finish());
}

export async function report(flow, file, rows, options) {
  requireLoaded();
  const bytes = await bytesDe(file);
  const parsed = optionsOf(file, options);
  const results = plain(rows);
  return reading(() => wasm.report(flowName(flow), bytes, results, parsed), parsed.language);
}

export function template(flow) {
  return use(() => wasm.template(flowName(flow)));
}
