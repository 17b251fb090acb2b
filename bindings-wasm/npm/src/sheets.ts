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

/** The options for reading a spreadsheet. */
export interface ReadOptions {
  /** The file's name, for messages and for formats that only the name distinguishes. */
  name?: string | undefined;
  /** How forgiving conversions and rules are. `lenient` by default, because old systems write many forms. */
  mode?: Mode | undefined;
  /** The name of the sheet. By default, the first with a known header. A .csv, .dbf or page has its own name alone. */
  sheet?: string | undefined;
  /** The password of an .xlsx or .xlsb that has one. It is not kept, and the report has none. */
  password?: string | undefined;
  /** The `mapping` of an earlier reading, in TOML. `columns`, `values` and `defaults` have priority. */
  mapping?: string | undefined;
  /**
   * The dialect of the column names: a known system such as `protheus`, or a dialect of your own in TOML. By default,
   * the headers tell it.
   */
  dialect?: string | undefined;
  /** The positions of the columns in a text with columns of a fixed width, in TOML. */
  layout?: string | undefined;
  /** The field of each header that no synonym covers. An empty field leaves the column out. */
  columns?: Record<string, string> | undefined;
  /**
   * For each field, the words in its cells and their meanings, for a system's own words: `{ tipoPessoa: { "1": "FISICA"
   * } }`.
   */
  values?: Record<string, Record<string, string>> | undefined;
  /** For each field, the value for rows without one, written as in a cell. Such a field needs no column. */
  defaults?: Record<string, string> | undefined;
  /** Whether numbers in text have a decimal point (`1,234.56`). */
  decimalPoint?: boolean | undefined;
  /** Whether an empty cell empties its field in a change. By default only `[limpar]` does. */
  clearEmpty?: boolean | undefined;
  /**
   * The treatment of a row in which only optional fields are invalid: they are left out with a warning (the default),
   * or the row is rejected.
   */
  optional?: "leave_out" | "refuse" | undefined;
  /** The area code of telephones without one, such as `48`. */
  ddd?: string | undefined;
  /**
   * The limits above which a file is refused: bytes, bytes after decompression, rows, columns, bytes of the text of a
   * row, and bytes of memory that a workbook takes besides the file. A server that accepts files from strangers should
   * set them low.
   */
  limits?: {
    bytes?: number;
    unpacked?: number;
    rows?: number;
    columns?: number;
    bytesPerRow?: number;
    memory?: number;
  };
  /** Today, for rules about the present. By default, today in America/Sao_Paulo. */
  today?: DateText | undefined;
  /** `incluir` (the default) needs the required fields; `alterar` checks only the given fields. */
  intent?: "incluir" | "alterar" | undefined;
  /** The language of messages. */
  language?: Language | undefined;
}

/** One row. */
export interface SpreadsheetRow<T> {
  /** The row's number in a spreadsheet program. */
  number: number;
  /** The letter of the column of its month, where it was made of one: the row of the sheet makes several then. */
  column?: string | undefined;
  /** Whether the row can be sent. */
  accepted: boolean;
  /** The record. Absent if the row is rejected. */
  record?: T | undefined;
  /** The converted fields by path, whether the row is accepted or not, for display. */
  fields: Record<string, unknown>;
  /** All findings about the row. */
  findings: Finding[];
}

/** A spreadsheet that was read and checked. */
export interface Spreadsheet<T> {
  /** `xls`, `xlsx`, `csv`, `html`, … */
  format: string;
  /** The name of the sheet. */
  sheet: string;
  /** The system whose dialect the columns have, such as `Protheus`. Null if no dialect was recognized. */
  dialect: string | null;
  /** The field of each header. Null for a column without a field. */
  columns: { header: string; field: string | null }[];
  /** The mapping of the columns as TOML, for other readings, in other languages too. */
  mapping: string;
  /** All rows of data, valid and invalid. */
  rows: SpreadsheetRow<T>[];
  /** The number of rows that can be sent. */
  accepted: number;
  /** The number of rejected rows. */
  rejected: number;
  /**
   * Totals, footers, repeated headers and the template's example, which are no records, and months in which nothing was
   * used.
   */
  skipped: {
    number: number;
    reason:
      | "total"
      | "rodape"
      | "grupo"
      | "cabecalho_repetido"
      | "preenchimento"
      | "exemplo"
      | "excluido"
      | "sem_leitura"
      | "sem_consumo";
    text: string;
  }[];
  /** The rows that a spreadsheet program does not show, for a person hid them or a filter does; they are in `rows`. */
  hidden: number[];
}

/** A sheet without fields. */
export interface SheetTable {
  /** `xls`, `xlsx`, `csv`, `html`, … */
  format: string;
  /** The name of the sheet. */
  sheet: string;
  /** All sheets of the file. */
  sheets: string[];
  /**
   * The rows from the first one, including empty ones. Empty cells at the end of a row are left out. A day is
   * `2026-12-31`, and a day with a time is `2026-12-31T08:30:00`. A number that its format fills with zeros is text
   * (`000123`), and so are times (`36:00`) and errors (`#N/D`).
   */
  rows: (string | number | boolean | null)[][];
  /** Each cell as shown in Brazil: `1234,56`, `31/12/2026`. */
  texts: string[][];
}

/** The outcome of a row, for the report. */
export interface RowResult {
  /** The row's number. */
  number: number;
  /** The state in one word, such as `created` or `rejected`. */
  state: string;
  /** A stable code. */
  code?: string | undefined;
  /** One line for a person. */
  message?: string | undefined;
  /**
   * The platform's identifier of the record, by which a row without a code is recognized when the file is imported
   * again.
   */
  id?: string | undefined;
  /** The cells to mark. */
  cells?: { column: string; severity?: "error" | "warning"; message: string }[];
}

/** A file of a browser or of Node. */
export type SpreadsheetFile = Blob | ArrayBuffer | ArrayBufferView;

/**
 * The bytes of a file, as `new Blob([bytes])` accepts them: `Uint8Array<ArrayBuffer>` if TypeScript distinguishes them.
 */
export type Bytes = ReturnType<typeof Uint8Array.of>;

/** Runs `f`, which reads a file. If the reader fails, the file is at fault. */
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
  try {
    // Not by `instanceof`: a frame or a test runner has classes of its own.
    if (ArrayBuffer.isView(file)) return new Uint8Array(file.buffer, file.byteOffset, file.byteLength);
    if (Object.prototype.toString.call(file) === "[object ArrayBuffer]") return new Uint8Array(file as ArrayBuffer);
    if (typeof (file as Blob | undefined)?.arrayBuffer === "function")
      return new Uint8Array(await (file as Blob).arrayBuffer());
  } catch (cause) {
    // A page may not read a file that was changed or moved after it was chosen.
    throw new SmartbillError("io", "o arquivo não pôde ser lido; escolha-o de novo", {}, { cause });
  }
  throw invalidOption("file", "`File`, `Blob`, `ArrayBuffer`, `Uint8Array`");
}

/** The module's copy is never in shared memory, but the types of wasm-bindgen leave this open. */
const owned = (bytes: Uint8Array) => bytes as Bytes;

/** The module does not check that a text is a text. */
const flowName = (flow: string) => (typeof flow === "string" ? flow : "");

/** Adds the name of a `File` to the options. */
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

/** Reads a sheet of any format without fields or rules: its cells as a person sees them. */
export async function readTable(
  file: SpreadsheetFile,
  options?: Pick<ReadOptions, "name" | "sheet" | "password" | "limits" | "language">,
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
    // A writer that is gone with its instance needs no freeing.
    if (!finished && from === generation()) writer.free();
  }
  return owned(inWriter(() => writer.finish()));
}

/** Returns the input workbook as .xlsx with status, code and message for each row, and the bad cells marked. */
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

/** An empty .xlsx for a flow: headers, notes, lists of choices, and one example row. */
export function template(flow: keyof Flows): Bytes {
  return owned(use(() => wasm.template(flowName(flow))));
}
