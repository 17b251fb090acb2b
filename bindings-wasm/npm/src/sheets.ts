import * as wasm from "../pkg/sheets.js";
import { type Finding, invalidOption, type Language, type Mode, merge, SmartbillError } from "./errors.js";
import { packed } from "./inner/pack.js";
import { plain } from "./inner/plain.js";
import { today } from "./inner/today.js";
import { type Init, loader } from "./load.js";
import type { Cliente, Cobranca, Consumo, DateText } from "./models.js";

export type { FieldError, Finding, Language, Mode, Place, Severity } from "./errors.js";
export { isSmartbillError, SmartbillError } from "./errors.js";
export type { WasmSource } from "./load.js";
export type * from "./models.js";

const module = loader("/planilha", wasm);
const { requireLoaded, generation, use, relieve } = module;

/** Loads the module, once. In Node nothing needs to be loaded. */
export const init: Init = module.init;

/** A spreadsheet flow, and the model of its rows. */
export interface Flows {
  /** Customers. */
  clientes: Cliente;
  /** Metered usage. */
  consumos: Consumo;
  /** Charges: accounts receivable. */
  cobrancas: Cobranca;
}

/** How a spreadsheet is read. */
export interface ReadOptions {
  /** The file's name, for formats that only their name tells apart and for messages. */
  name?: string | undefined;
  /** How forgiving conversions and rules are; `lenient` by default, since old systems write many forms. */
  mode?: Mode | undefined;
  /** The sheet; the first one with a recognisable header by default. */
  sheet?: string | undefined;
  /** What `mapping` of another reading says, in TOML; `columns`, `values` and `defaults` count more. */
  mapping?: string | undefined;
  /** Whose names the columns have: a known system's, such as `protheus`, or a dialect of your own in TOML; told from the headers by default. */
  dialect?: string | undefined;
  /** What stands where in the lines of a text whose columns have a fixed width, in TOML. */
  layout?: string | undefined;
  /** Header → field, for columns that no synonym names; an empty field leaves the column out. */
  columns?: Record<string, string> | undefined;
  /** Field → what its cells say → what that means, for words of a system's own: `{ tipoPessoa: { "1": "FISICA" } }`. */
  values?: Record<string, Record<string, string>> | undefined;
  /** Field → what holds where no cell says it, as a cell would; a field that has one needs no column. */
  defaults?: Record<string, string> | undefined;
  /** Numbers in text have a decimal point (`1,234.56`). */
  decimalPoint?: boolean | undefined;
  /** An empty cell empties its field when a record is changed; by default only `[limpar]` does. */
  clearEmpty?: boolean | undefined;
  /** What becomes of a row of which only optional fields are wrong: they are left out with a warning (the default), or it is rejected. */
  optional?: "leave_out" | "refuse" | undefined;
  /** The area code of telephones that have none, such as `48`. */
  ddd?: string | undefined;
  /**
   * What a file may hold at most before it is refused: bytes, bytes once decompressed, rows, columns, bytes of the text
   * of a row, bytes of memory that a workbook takes beside itself. A server that takes files from strangers sets them
   * low.
   */
  limits?: {
    bytes?: number;
    unpacked?: number;
    rows?: number;
    columns?: number;
    bytesPerRow?: number;
    memory?: number;
  };
  /** Today, for rules about the present; today in America/Sao_Paulo by default. */
  today?: DateText | undefined;
  /** `incluir` (the default) asks for required fields; `alterar` checks only what is given. */
  intent?: "incluir" | "alterar" | undefined;
  /** The language of messages. */
  language?: Language | undefined;
}

/** One row. */
export interface SpreadsheetRow<T> {
  /** The row's number, as a spreadsheet program shows it. */
  number: number;
  /** Whether it can be sent. */
  accepted: boolean;
  /** The record; absent in a row that is rejected. */
  record?: T | undefined;
  /** The fields by path as they were converted, whether the row is accepted or not, for showing. */
  fields: Record<string, unknown>;
  /** Everything wrong or unusual about it. */
  findings: Finding[];
}

/** A spreadsheet, read and checked. */
export interface Spreadsheet<T> {
  /** `xls`, `xlsx`, `csv`, `html`, … */
  format: string;
  /** The sheet that was read. */
  sheet: string;
  /** The system whose names the columns have, such as `Protheus`; null where no known one is told by them. */
  dialect: string | null;
  /** Header → field, as understood; null for a column that no field claims. */
  columns: { header: string; field: string | null }[];
  /** What was understood, as TOML, to be given to other readings, in other languages too. */
  mapping: string;
  /** Every row of data, good and bad. */
  rows: SpreadsheetRow<T>[];
  /** How many rows can be sent. */
  accepted: number;
  /** How many cannot. */
  rejected: number;
  /** Totals, footers and repeated headers, which are no records. */
  skipped: {
    number: number;
    reason: "total" | "rodape" | "cabecalho_repetido" | "preenchimento" | "excluido";
    text: string;
  }[];
}

/** A sheet as it stands. */
export interface SheetTable {
  /** `xls`, `xlsx`, `csv`, `html`, … */
  format: string;
  /** The sheet. */
  sheet: string;
  /** All sheets of the file. */
  sheets: string[];
  /**
   * The rows from the first on, those that hold nothing too; empty cells at the end of one are left out. A day is
   * `2026-12-31`, a day with a time `2026-12-31T08:30:00`; a number that its format fills with zeros is text (`000123`),
   * and so are times (`36:00`) and errors (`#N/D`).
   */
  rows: (string | number | boolean | null)[][];
  /** Each cell as it is shown in Brazil: `1234,56`, `31/12/2026`. */
  texts: string[][];
}

/** What became of a row, for the report. */
export interface RowResult {
  /** The row's number. */
  number: number;
  /** One word, such as `created` or `rejected`. */
  state: string;
  /** A stable code. */
  code?: string | undefined;
  /** One line for a person. */
  message?: string | undefined;
  /** The platform's identifier of the record, by which a row without a code is known again when the file comes back. */
  id?: string | undefined;
  /** The cells to mark. */
  cells?: { column: string; severity?: "error" | "warning"; message: string }[];
}

/** A file, as a browser or Node hands it over. */
export type SpreadsheetFile = Blob | ArrayBuffer | Uint8Array;

/** The bytes of a file, such as `new Blob([bytes])` takes: `Uint8Array<ArrayBuffer>` where TypeScript tells them apart. */
export type Bytes = ReturnType<typeof Uint8Array.of>;

/** Runs `f`, which reads a file: what the reader stumbles over is the file's fault. */
function reading<R>(f: () => R, language: Language | undefined): R {
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

async function bytesOf(file: SpreadsheetFile): Promise<Uint8Array> {
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

/** A copy that the module made is in no shared memory, which the types of wasm-bindgen leave open. */
const owned = (bytes: Uint8Array) => bytes as Bytes;

/** The module takes texts for texts without looking. */
const flowName = (flow: string) => (typeof flow === "string" ? flow : "");

/** A `File` knows its name. */
function optionsOf(file: SpreadsheetFile & { name?: unknown }, options: ReadOptions | undefined): ReadOptions {
  const all = merge(options);
  all.name ??= typeof file.name === "string" ? file.name : "planilha";
  all.today ??= today();
  return all;
}

/** Reads a spreadsheet: rows, and every finding with its cell. Nothing is sent. */
export async function read<F extends keyof Flows>(
  flow: F,
  file: SpreadsheetFile,
  options?: ReadOptions,
): Promise<Spreadsheet<Flows[F]>> {
  requireLoaded();
  const bytes = await bytesOf(file);
  const given = optionsOf(file, options);
  return JSON.parse(reading(() => wasm.read(flowName(flow), bytes, plain(given)), given.language));
}

/** Reads a sheet of any format as it stands: its cells as a person sees them, without fields or rules. */
export async function readTable(
  file: SpreadsheetFile,
  options?: Pick<ReadOptions, "name" | "sheet" | "limits" | "language">,
): Promise<SheetTable> {
  requireLoaded();
  const bytes = await bytesOf(file);
  const given = optionsOf(file, options);
  return JSON.parse(reading(() => wasm.read_table(bytes, plain(given)), given.language));
}

/** Writes records as .xlsx (or .csv): typed cells, frozen header, documents as text. */
export function write<F extends keyof Flows>(
  flow: F,
  records: Iterable<Flows[F]>,
  options?: { format?: "xlsx" | "csv" },
): Bytes {
  const given = plain(merge(options));
  const from = generation();
  const inWriter = <R>(f: () => R) => use(f, undefined, from);
  const writer = inWriter(() => new wasm.SheetWriter(flowName(flow), given));
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
  return owned(inWriter(() => writer.finish()));
}

/** The workbook that came in, given back as .xlsx with status, code and message per row and the bad cells marked. */
export async function report(
  flow: keyof Flows,
  file: SpreadsheetFile,
  rows: RowResult[],
  options?: ReadOptions,
): Promise<Bytes> {
  requireLoaded();
  const bytes = await bytesOf(file);
  const given = optionsOf(file, options);
  const results = plain(rows);
  return owned(reading(() => wasm.report(flowName(flow), bytes, results, plain(given)), given.language));
}

/** An empty .xlsx for a flow: headers, notes, lists to choose from, one example row. */
export function template(flow: keyof Flows): Bytes {
  return owned(use(() => wasm.template(flowName(flow))));
}
