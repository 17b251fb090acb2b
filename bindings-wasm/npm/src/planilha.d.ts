import type { Init } from "./carregar.js";
import type { Idioma, Modo } from "./erros.js";
import type { Cliente, Cobranca, Consumo, DateText } from "./modelos.js";

export * from "./modelos.js";
export { isSmartbillError, SmartbillError } from "./erros.js";
export type { FieldError, Idioma, Modo, Severity, Violation } from "./erros.js";
export type { WasmSource } from "./carregar.js";

/** Loads the module, once. In Node nothing needs to be loaded. */
export const init: Init;

/** A spreadsheet flow, and the model of its rows. */
export interface Fluxos {
  /** Customers. */
  clientes: Cliente;
  /** Metered usage. */
  consumos: Consumo;
  /** Charges: accounts receivable. */
  cobrancas: Cobranca;
}

/** How a spreadsheet is read. */
export interface LerOptions {
  /** The file's name, for formats that only their name tells apart and for messages. */
  nome?: string | undefined;
  /** How forgiving conversions and rules are; `leniente` by default, since old systems write many forms. */
  modo?: Modo | undefined;
  /** The sheet; the first one with a recognisable header by default. */
  aba?: string | undefined;
  /** Header → field, for columns that no synonym names; an empty field leaves the column out. */
  mapa?: Record<string, string> | undefined;
  /** Numbers in text have a decimal point (`1,234.56`). */
  decimalComPonto?: boolean | undefined;
  /** An empty cell empties its field when a record is changed; by default only `[limpar]` does. */
  vazioLimpa?: boolean | undefined;
  /**
   * What a file may hold at most before it is refused: bytes, bytes once decompressed, rows, columns, bytes of the text
   * of a row, bytes of memory that a workbook takes beside itself. A server that takes files from strangers sets them
   * low.
   */
  limites?: {
    bytes?: number;
    descompactado?: number;
    linhas?: number;
    colunas?: number;
    bytesPorLinha?: number;
    memoria?: number;
  };
  /** Today, for rules about the present; today in America/Sao_Paulo by default. */
  hoje?: DateText | undefined;
  /** `incluir` (the default) asks for required fields; `alterar` checks only what is given. */
  intent?: "incluir" | "alterar" | undefined;
  /** The language of messages. */
  idioma?: Idioma | undefined;
}

/** What is wrong with one cell, or with a row as a whole. */
export interface ProblemaDaCelula {
  /** The sheet. */
  planilha: string;
  /** The row, as a spreadsheet program numbers it. */
  linha: number;
  /** The column's letter, if one cell is at fault. */
  coluna: string | null;
  /** The column's header, as written in the file. */
  cabecalho: string | null;
  /** The field of the model, such as `endereco.cep`. */
  campo: string | null;
  /** What the cell holds, as a person sees it. */
  valor: string;
  /** A stable code. */
  codigo: string;
  /** One line for a person. */
  mensagem: string;
  /** Whether the row is rejected. */
  severidade: "erro" | "aviso";
  /** A value that would be accepted, where one can be told. */
  sugestao: string | null;
}

/** One row. */
export interface LinhaLida<T> {
  /** The row's number, as a spreadsheet program shows it. */
  linha: number;
  /** Whether it can be sent. */
  aceita: boolean;
  /** The record; absent in a row that is rejected. */
  registro?: T | undefined;
  /** The fields by path as they were converted, whether the row is accepted or not, for showing. */
  campos: Record<string, unknown>;
  /** Everything wrong or unusual about it. */
  problemas: ProblemaDaCelula[];
}

/** A spreadsheet, read and checked. */
export interface PlanilhaLida<T> {
  /** `xls`, `xlsx`, `csv`, `html`, … */
  formato: string;
  /** The sheet that was read. */
  aba: string;
  /** Header → field, as understood; null for a column that no field claims. */
  colunas: { cabecalho: string; campo: string | null }[];
  /** Every row of data, good and bad. */
  linhas: LinhaLida<T>[];
  /** How many rows can be sent. */
  aceitas: number;
  /** How many cannot. */
  rejeitadas: number;
  /** Totals, footers and repeated headers, which are no records. */
  ignoradas: { linha: number; motivo: "total" | "rodape" | "cabecalho_repetido"; texto: string }[];
}

/** What became of a row, for the report. */
export interface ResultadoDaLinha {
  /** The row's number. */
  linha: number;
  /** One word, such as `created` or `rejeitada`. */
  situacao: string;
  /** A stable code. */
  codigo?: string | undefined;
  /** One line for a person. */
  mensagem?: string | undefined;
  /** The platform's identifier of the record, by which a row without a code is known again when the file comes back. */
  id?: string | undefined;
  /** The cells to mark. */
  celulas?: { coluna: string; severidade?: "erro" | "aviso"; mensagem: string }[];
}

/** A file, as a browser or Node hands it over. */
export type Arquivo = Blob | ArrayBuffer | Uint8Array;

/** The bytes of a file, such as `new Blob([bytes])` takes: `Uint8Array<ArrayBuffer>` where TypeScript tells them apart. */
export type Bytes = ReturnType<typeof Uint8Array.of>;

/** Reads a spreadsheet: rows, and every violation with its cell. Nothing is sent. */
export function ler<F extends keyof Fluxos>(fluxo: F, arquivo: Arquivo, options?: LerOptions): Promise<PlanilhaLida<Fluxos[F]>>;

/** Writes records as .xlsx (or .csv): typed cells, frozen header, documents as text. */
export function escrever<F extends keyof Fluxos>(fluxo: F, registros: Iterable<Fluxos[F]>, options?: { formato?: "xlsx" | "csv" }): Bytes;

/** The workbook that came in, given back as .xlsx with status, code and message per row and the bad cells marked. */
export function relatorio(fluxo: keyof Fluxos, arquivo: Arquivo, linhas: ResultadoDaLinha[], options?: LerOptions): Promise<Bytes>;

/** An empty .xlsx for a flow: headers, notes, lists to choose from, one example row. */
export function modelo(fluxo: keyof Fluxos): Bytes;
