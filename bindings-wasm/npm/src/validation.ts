import * as wasm from "../pkg/validation.js";
import {
  type Finding,
  invalidOption,
  isSmartbillError,
  type Language,
  type Mode,
  merge,
  SmartbillError,
} from "./errors.js";
import { LONGEST_TEXT, type Names, packed, packedList, SURROGATE } from "./inner/pack.js";
import { today } from "./inner/today.js";
import { type Init, loader } from "./load.js";
import type {
  Cliente,
  Cobranca,
  Consumo,
  Contrato,
  DateText,
  DecimalText,
  DocumentoKind,
  Reason,
  Servico,
} from "./models.js";

export type { FieldError, Finding, Language, Mode, Place, Severity } from "./errors.js";
export { isSmartbillError, SmartbillError } from "./errors.js";
export type { WasmSource } from "./load.js";
export type * from "./models.js";

const module = loader("/validation", wasm);
const { requireLoaded, use, relieve } = module;

/**
 * Loads the module, once. In Node nothing needs to be loaded.
 *
 * ```js
 * import { init, validarCliente } from "smartbill-automation/validation";
 * await init();
 * ```
 */
export const init: Init = module.init;

/** The options of a validation. */
export interface ValidationOptions {
  /** `strict` by default. */
  mode?: Mode | undefined;
  /** `incluir` (the default) needs the required fields; `alterar` checks only the given fields. */
  intent?: "incluir" | "alterar" | undefined;
  /** Today, for rules about the present. By default, today in America/Sao_Paulo. */
  today?: DateText | undefined;
  /** The language of messages; `pt-BR` by default. */
  language?: Language | undefined;
}

/** The result of a validation: all findings at once, with errors and warnings separated. */
export type Validation<T> =
  | {
      valid: true;
      /** The value as it would be sent: trimmed, documents without mask, decimals as strings. */
      value: T;
      errors: [];
      warnings: Finding[];
    }
  | { valid: false; value?: undefined; errors: Finding[]; warnings: Finding[] };

/** What checking a list found. */
export interface CheckedList<T> {
  /** Whether no record has an error; warnings may remain. */
  readonly valid: boolean;
  /** The records as they would be sent, in order, null in the place of one with an error; made when first asked for. */
  readonly records: (T | null)[];
  /** What was found in each record that has an error or a warning, in order. */
  readonly reports: RecordReport[];
}

/** What was found in one record of a list. */
export interface RecordReport {
  /** The record's place in the list, from 0. */
  index: number;
  /** The findings that forbid sending. */
  errors: Finding[];
  /** The findings that do not. */
  warnings: Finding[];
}

/** JSON, as text or as its bytes (UTF-8). */
export type Json = string | ArrayBufferView;

/** A record as the platform answered with it. */
export type Received<T> = T & {
  /**
   * What could not be read, and is absent: a date such as `0000-00-00`, a number that is none. Each is a warning. Absent
   * where all was read; left out where the record is sent back.
   */
  findings?: Finding[] | undefined;
};

/** Standard Schema v1 (https://standardschema.dev), which form libraries, tRPC and Hono accept directly. */
export interface StandardSchema<Input, Output = Input> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: "smartbill";
    readonly validate: (
      value: unknown,
    ) => { readonly value: Output; readonly issues?: undefined } | { readonly issues: readonly StandardIssue[] };
    readonly types?: { readonly input: Input; readonly output: Output };
  };
}

/** A finding in the form of Standard Schema. */
export interface StandardIssue {
  /** One line for a person. */
  readonly message: string;
  /** The place: `["itens", 0, "quantidade"]`. Absent for the value itself. */
  readonly path?: readonly PropertyKey[] | undefined;
  /** The finding's stable code. */
  readonly code: string;
}

/** The path of a field: `nome`, `endereco.cep`, `itens[0].quantidade`. */
export type FieldPath<T> = (keyof T & string) | `${keyof T & string}${"." | "["}${string}`;

/** The rules of one model. It is also a Standard Schema. Its issues are the errors; warnings do not stop a form. */
export interface Schema<T> extends StandardSchema<T> {
  /** All findings of a value. It never throws because of the value's contents. */
  validar(value: unknown, options?: ValidationOptions): Validation<T>;
  /**
   * The findings of one field while a person types it. Give the whole record, because some rules need its other
   * fields.
   *
   * ```js
   * cliente.validarCampo("endereco.cep", { nome: "Ana", endereco: { cep: "0131", uf: "SP" } });
   * ```
   */
  validarField(path: FieldPath<T>, record: unknown, options?: ValidationOptions): Finding[];
  /** Whether there is no error. This is the fastest check. */
  isValid(value: unknown, options?: ValidationOptions): boolean;
  /**
   * Checks many records in one call: objects, or JSON (a list, or an object that has one under `data`). JSON text is read
   * in the module, which is faster than `JSON.parse` and keeps every digit of a number.
   *
   * ```js
   * const { valid, records, reports } = cliente.checkAll(await request.text());
   * ```
   */
  checkAll(list: Iterable<unknown> | Json, options?: ValidationOptions): CheckedList<T>;
  /**
   * Reads the records of an answer of the platform that was kept: JSON, a list or an object that has one under `data`.
   * Nothing is refused: what cannot be read is absent, and in the record's `findings`.
   */
  listFromJson(json: Json, options?: Pick<ValidationOptions, "language">): Received<T>[];
  /** The same rules with other options, for libraries that accept only a schema. */
  withOptions(options: ValidationOptions): Schema<T>;
}

/** The input size, in bytes, from which a call may have needed more memory than is kept. */
const LARGE = 1 << 20;

let names: Names | undefined;

/** The names of fields that are packed as numbers. */
const knownNames = (language: Language | undefined): Names =>
  (names ??= new Map(use(wasm.field_names, language).map((name, i) => [name, i + 1])));

/** Passes `values`, packed, to `f` in the module. */
function pack<R>(values: unknown[], f: (bytes: Uint8Array) => R, language: Language | undefined): R {
  let large = false;
  const checkLarge = (bytes: Uint8Array) => {
    large = bytes.length > LARGE;
    return use(() => f(bytes), language);
  };
  const answer = packed(values, checkLarge, knownNames(language));
  if (large) relieve();
  return answer;
}

/** Makes a Standard Schema of a validation. `outcomeOf` returns the valid value, or the issues. */
function standard<T>(
  outcomeOf: (value: unknown) => { value: T; issues?: undefined } | { issues: Issue[] },
): StandardSchema<T>["~standard"] {
  return Object.freeze({
    version: 1,
    vendor: "smartbill",
    validate(value: unknown) {
      try {
        const outcome = outcomeOf(value);
        return outcome.issues ? { issues: outcome.issues.map(standardIssue) } : { value: outcome.value };
      } catch (error) {
        // A schema must not throw because of its input.
        if (!isSmartbillError(error) || error.code !== "validation") throw error;
        return { issues: error.findings.map(standardIssue) };
      }
    },
  });
}

/** The longest JSON, in bytes. */
const LONGEST_JSON = 1 << 28;

/** The bytes of JSON; nothing where it is none. */
function bytesOf(json: unknown): Uint8Array | undefined {
  const isText = typeof json === "string";
  if (!isText && !ArrayBuffer.isView(json)) return undefined;
  try {
    if ((isText ? json.length : json.byteLength) > LONGEST_JSON) throw new RangeError("too long");
    return isText ? new TextEncoder().encode(json) : new Uint8Array(json.buffer, json.byteOffset, json.byteLength);
  } catch (cause) {
    // Too long, or dropped by whoever it was sent to.
    throw invalidOption("json", '`"[{ … }]"`', cause);
  }
}

/** JSON whose texts are in NFC, as the core compares them; here the engine has the tables. */
function composed(json: Uint8Array): Uint8Array {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(json);
  } catch {
    // No text: the module says so.
    return json;
  }
  // Escapes become what they stand for, but for what a text of JSON must escape, and halves of a pair.
  const written = text.replace(/\\(?:u([0-9a-f]{4})|.)/gi, (all: string, hex: string | undefined) => {
    const char = hex === undefined ? "" : String.fromCharCode(Number.parseInt(hex, 16));
    return char < " " || char === '"' || char === "\\" || SURROGATE.test(char) ? all : char;
  });
  return new TextEncoder().encode(written.normalize("NFC"));
}

/** More than this is no list but an iterator without end. */
const ITEMS = 10_000_000;

/** The items of a list, as they are now: reading one may run code that changes the list. */
function itemsOf(list: Iterable<unknown>): unknown[] {
  const items: unknown[] = [];
  try {
    for (const item of list) if (items.push(item) > ITEMS) throw new RangeError("too many items");
  } catch (cause) {
    throw invalidOption("list", "`[{ … }]`", cause);
  }
  return items;
}

type Issue = Pick<Finding, "message" | "code"> & { path?: string };

/** Converts `itens[0].quantidade` to the form of Standard Schema: `["itens", 0, "quantidade"]`. */
function standardIssue({ path, code, message }: Issue): StandardIssue {
  const parts = path?.match(/[^.[\]]+/g)?.map((p) => (/^\d+$/.test(p) ? Number(p) : p));
  return parts ? { message, path: parts, code } : { message, code };
}

// Functions of its own, so that they can be taken from it: `texts.filter(documentos.cpf.valido)`.
class ModelSchema<T> implements Schema<T> {
  readonly "~standard": StandardSchema<T>["~standard"];
  readonly #model: string;
  readonly #options: ValidationOptions | undefined;

  constructor(model: string, options?: ValidationOptions) {
    this.#model = model;
    this.#options = options;
    this["~standard"] = standard((value) => {
      const r = this.validar(value);
      return r.valid ? { value: r.value } : { issues: r.errors };
    });
    Object.freeze(this);
  }

  readonly validar = (value: unknown, options?: ValidationOptions): Validation<T> => {
    return JSON.parse(this.#check(wasm.validar, value, options));
  };

  readonly validarField = (path: FieldPath<T>, record: unknown, options?: ValidationOptions): Finding[] => {
    const { errors, warnings } = this.validar(record, options);
    // A finding of the record itself, for example because it is not a record, is returned too.
    return [...errors, ...warnings].filter((v) => v.path === path || v.path === "");
  };

  readonly isValid = (value: unknown, options?: ValidationOptions): boolean => {
    return this.#check(wasm.valido, value, options);
  };

  readonly checkAll = (list: Iterable<unknown> | Json, options?: ValidationOptions): CheckedList<T> => {
    const merged = this.#merged(options);
    const head = [this.#model, merged];
    const reports: RecordReport[] = [];
    const add = (found: string | undefined) => {
      if (found !== undefined) for (const report of JSON.parse(found)) reports.push(report);
    };
    // Most callers want to know what is wrong; the records are made from what was checked, in a copy, when asked for.
    const parts: (() => string)[] = [];
    const json = bytesOf(list);
    if (json) {
      const read = use(() => wasm.needs_composed(json), merged.language) ? composed(json) : json;
      add(pack(head, (bytes) => wasm.check_json(bytes, read), merged.language));
      // What was given as bytes may change.
      const kept = read === json && typeof list !== "string" ? read.slice() : read;
      parts.push(() => pack(head, (bytes) => wasm.records_of_json(bytes, kept), merged.language));
    } else {
      const items = itemsOf(list as Iterable<unknown>);
      let start = 0;
      // Of no records at all, too, so that options that are wrong are said.
      do {
        const check = (bytes: Uint8Array, next: number) => {
          add(use(() => wasm.check_all(bytes, start), merged.language));
          const kept = bytes.slice();
          parts.push(() => use(() => wasm.records(kept), merged.language));
          start = next;
        };
        packedList(head, items, start, check, knownNames(merged.language));
      } while (start < items.length);
    }
    relieve();
    let records: (T | null)[] | undefined;
    return {
      valid: reports.every(({ errors }) => errors.length === 0),
      get records() {
        if (records === undefined) {
          records = parts.flatMap((part): (T | null)[] => JSON.parse(part()));
          parts.length = 0;
          relieve();
        }
        return records;
      },
      reports,
    };
  };

  readonly listFromJson = (json: Json, options?: Pick<ValidationOptions, "language">): Received<T>[] => {
    const merged = this.#merged(options);
    const read = bytesOf(json);
    if (!read) throw invalidOption("json", '`"[{ … }]"`');
    const list = pack([this.#model, merged], (bytes) => wasm.list_from_json(bytes, read), merged.language);
    relieve();
    return JSON.parse(list);
  };

  readonly withOptions = (options: ValidationOptions): Schema<T> => {
    return new ModelSchema(this.#model, merge(this.#options, options));
  };

  #merged(options: ValidationOptions | undefined): ValidationOptions {
    const merged: ValidationOptions = this.#options || options ? merge(this.#options, options) : {};
    merged.today ??= today();
    requireLoaded();
    return merged;
  }

  #check<R>(f: (bytes: Uint8Array) => R, value: unknown, options: ValidationOptions | undefined): R {
    const merged = this.#merged(options);
    return pack([this.#model, merged, value], f, merged.language);
  }
}

/** The rules of a customer. */
export const cliente: Schema<Cliente> = new ModelSchema("Cliente");
/** The rules of a contract. */
export const contrato: Schema<Contrato> = new ModelSchema("Contrato");
/** The rules of a record of usage. */
export const consumo: Schema<Consumo> = new ModelSchema("Consumo");
/** The rules of a service. Only the platform creates services. */
export const servico: Schema<Servico> = new ModelSchema("Servico");
/** The rules of a charge. Only the platform creates charges. */
export const cobranca: Schema<Cobranca> = new ModelSchema("Cobranca");

/** Validates a customer. */
export function validarCliente(value: unknown, options?: ValidationOptions): Validation<Cliente> {
  return cliente.validar(value, options);
}
/** Validates a contract. */
export function validarContrato(value: unknown, options?: ValidationOptions): Validation<Contrato> {
  return contrato.validar(value, options);
}
/** Validates a record of usage. */
export function validarConsumo(value: unknown, options?: ValidationOptions): Validation<Consumo> {
  return consumo.validar(value, options);
}

/** The options of validating a document. */
export interface DocumentoOptions {
  /** `strict` by default. */
  mode?: Mode | undefined;
  /** The state that it should belong to, such as `SP`. */
  uf?: string | undefined;
  /** The language of messages; `pt-BR` by default. */
  language?: Language | undefined;
}

/** The result of validating a document. The document's own fields are both here and in `campos`. */
export type DocumentoResult<C = object> = C & {
  /** Whether the text is a valid document. */
  valido: boolean;
  /** The stable code of the reason why the text is not valid, or null. */
  motivo: Reason | null;
  /** The canonical text, or null. */
  valor: string | null;
  /** The reason in one line for a person, or null. */
  mensagem: string | null;
  /** The characters that lenient mode removed or changed, or null. */
  removido: string | null;
  /** The codes of the notices about a valid text. */
  avisos: string[];
  /** The notices, one line each for a person. */
  mensagensAvisos: string[];
  /** The document's own fields. */
  campos: C;
};

/** One kind of document. Also a Standard Schema, whose output is the canonical text. */
export interface Documento<C = object> extends StandardSchema<string> {
  /** The name of the kind. */
  readonly kind: DocumentoKind;
  /** Validates a text, and returns everything known about it. */
  validar(text: string, options?: DocumentoOptions): DocumentoResult<C>;
  /** Whether a text is valid, in strict mode unless {@link withOptions} gives another. This is the fastest check. */
  valido(text: string): boolean;
  /** The text with its official mask, or null if it is not valid in lenient mode. */
  formatar(text: string): string | null;
  /** The text without mask characters, whether it is valid or not. */
  limpar(text: string): string;
  /** For each item of a column, the code of its reason, or null if it is valid. */
  validarColuna(texts: Iterable<string | null | undefined>, options?: DocumentoOptions): (Reason | null)[];
  /** The same document with other options, for libraries that accept only a schema. */
  withOptions(options: DocumentoOptions): Documento<C>;
}

/** The fields of a CPF. */
export interface CpfFields {
  /** The fiscal region that issued it, its ninth digit. */
  regiaoFiscal?: string | undefined;
  /** The states of that region. */
  ufs?: string[] | undefined;
}
/** The fields of a CNPJ. */
export interface CnpjFields {
  /** Whether it has letters, as numbers issued since July 2026 may. */
  alfanumerico?: boolean | undefined;
  /** The company: the first eight characters. */
  raiz?: string | undefined;
  /** The establishment: the four characters after the root. */
  ordem?: string | undefined;
  /** Whether it is the head office. */
  matriz?: boolean | undefined;
}
/** The fields of a CPF or CNPJ. */
export interface CpfCnpjFields extends CpfFields, CnpjFields {
  /** Which of the two it is. */
  tipo?: "cpf" | "cnpj" | undefined;
}
/** The fields of a state registration. */
export interface IeFields {
  /** Whether the text says that there is no registration (`ISENTO`). */
  isento?: boolean | undefined;
  /** The state that was given. */
  uf?: string | undefined;
  /** If no state was given, the states in which the registration could be valid. */
  ufs?: string[] | undefined;
  /** Whether it belongs to a farmer. */
  produtorRural?: boolean | undefined;
  /** The new form of an old number. */
  formaNova?: string | undefined;
}
/** The fields of a CEP. */
export interface CepFields {
  /** Its state. */
  uf?: string | undefined;
}
/** The fields of a state. */
export interface UfFields {
  /** Its name. */
  nome?: string | undefined;
  /** Its IBGE code, two digits. */
  codigoIbge?: string | undefined;
  /** Whether it is `EX`, abroad. */
  exterior?: boolean | undefined;
}
/** The fields of a municipality. */
export interface MunicipioFields {
  /** Its state. */
  uf?: string | undefined;
}
/** The fields of a telephone number. */
export interface TelefoneFields {
  /** What kind of line it is: `celular`, `fixo`, `sme`, `legado`, `nao_geografico`. */
  classe?: string | undefined;
  /** The area code. */
  ddd?: string | undefined;
  /** The state of the area code. */
  uf?: string | undefined;
  /** The number in E.164, `+55…`. */
  e164?: string | undefined;
  /** The number with its ninth digit, if it seems to lack it. */
  sugestao?: string | undefined;
}
/** The fields of an e-mail address. */
export interface EmailFields {
  /** The part before the `@`. */
  local?: string | undefined;
  /** The part after it, in lower case. */
  dominio?: string | undefined;
}
/** The fields of a boleto. */
export interface BoletoFields {
  /** The kind of boleto: of a bank, or of taxes and utilities. */
  tipo?: "bancario" | "arrecadacao" | undefined;
  /** The typeable line, digits only. */
  linhaDigitavel?: string | undefined;
  /** The barcode, 44 digits. */
  codigoDeBarras?: string | undefined;
  /** The three digits of the bank. */
  banco?: string | undefined;
  /** The kind of body that collects, only for taxes and utilities. */
  segmento?: string | undefined;
  /** The amount. Absent if it is open. */
  quantia?: DecimalText | undefined;
  /** The due date factor, four digits. */
  fatorVencimento?: string | undefined;
  /** The due dates that the factor can mean, because it began again in 2025. */
  vencimentos?: DateText[] | undefined;
  /** The bank's own 25 digits. */
  campoLivre?: string | undefined;
}
/** The fields of a PIX key. */
export interface PixChaveFields {
  /** The kind of key: `cpf`, `cnpj`, `telefone`, `email`, `evp`. */
  tipo?: string | undefined;
}
/** The fields of a BR Code. */
export interface BrcodeFields {
  /** Whether it holds a key, or the address of a charge. */
  tipo?: "estatico" | "dinamico" | undefined;
  /** The PIX key. */
  chave?: string | undefined;
  /** The kind of key. */
  tipoChave?: string | undefined;
  /** The address of the charge, without `https://`. */
  url?: string | undefined;
  /** The address of a recurring payment (Pix Automático). */
  recorrencia?: string | undefined;
  /** The amount. Absent if the payer chooses it. */
  quantia?: DecimalText | undefined;
  /** The receiver's name. */
  nome?: string | undefined;
  /** The receiver's city. */
  cidade?: string | undefined;
  /** The receiver's postal code. */
  cep?: string | undefined;
  /** The identifier of the payment. */
  txid?: string | undefined;
  /** A text for the payer. */
  info?: string | undefined;
  /** Whether it may be paid only once. */
  unicoUso?: boolean | undefined;
  /** The merchant category, four digits. */
  categoria?: string | undefined;
  /** The check code, four hexadecimal digits. */
  crc?: string | undefined;
}
/** The fields of the access key of an invoice (DF-e). */
export interface ChaveDfeFields {
  /** The state in which it was issued. */
  uf?: string | undefined;
  /** The month of its issue, `AAAA-MM`. */
  anoMes?: string | undefined;
  /** The model, two digits, such as `55`. */
  modelo?: string | undefined;
  /** The name of the model, such as `NF-e`. */
  documento?: string | undefined;
  /** The series. For CF-e SAT, the serial number of the device. */
  serie?: string | undefined;
  /** The number. */
  numero?: string | undefined;
  /** The issuer's CPF or CNPJ. */
  emitente?: string | undefined;
  /** The kind of issue, one digit. */
  tipoEmissao?: string | undefined;
}

/** All kinds of documents. Python's names, such as `pix_chave`, work too. */
export interface Documentos {
  /** A person's taxpayer number. */
  readonly cpf: Documento<CpfFields>;
  /** A company's taxpayer number, numeric or alphanumeric. */
  readonly cnpj: Documento<CnpjFields>;
  /** A taxpayer number of either kind, told apart. */
  readonly cpfCnpj: Documento<CpfCnpjFields>;
  /** `cpfCnpj` by its name in Python. */
  readonly cpf_cnpj: Documento<CpfCnpjFields>;
  /** A state's taxpayer registration (inscrição estadual). */
  readonly ie: Documento<IeFields>;
  /** A postal code. */
  readonly cep: Documento<CepFields>;
  /** A state. */
  readonly uf: Documento<UfFields>;
  /** The IBGE code of a municipality. */
  readonly municipio: Documento<MunicipioFields>;
  /** A telephone number. */
  readonly telefone: Documento<TelefoneFields>;
  /** An e-mail address. */
  readonly email: Documento<EmailFields>;
  /** A boleto: typeable line (47 or 48 digits) or barcode (44). */
  readonly boleto: Documento<BoletoFields>;
  /** A PIX key. */
  readonly pixChave: Documento<PixChaveFields>;
  /** `pixChave` by its name in Python. */
  readonly pix_chave: Documento<PixChaveFields>;
  /** A PIX BR Code ("copia e cola"). */
  readonly brcode: Documento<BrcodeFields>;
  /** The access key of an invoice, 44 characters. */
  readonly chaveDfe: Documento<ChaveDfeFields>;
  /** `chaveDfe` by its name in Python. */
  readonly chave_dfe: Documento<ChaveDfeFields>;
}

const SLICE = 1024;
const CHARS = 1 << 16;

let reasons: (Reason | null)[] | undefined;

/** The module's result for a text. */
type Parsed = DocumentoResult &
  Record<string, unknown> & { campos: Record<string, unknown> } & (
    | { valido: true; valor: string }
    | { valido: false; mensagem: string; motivo: Reason }
  );

const isShort = (value: unknown): value is string => typeof value === "string" && value.length <= LONGEST_TEXT;

// As those of a model's.
class TextDocumento implements Documento {
  readonly "~standard": StandardSchema<string>["~standard"];
  readonly kind: DocumentoKind;
  readonly #options: DocumentoOptions | undefined;
  #number: number | undefined;

  constructor(kind: DocumentoKind, options?: DocumentoOptions) {
    this.kind = kind;
    this.#options = options;
    this["~standard"] = standard((value) => {
      const r = this.#validar(value);
      return r.valido ? { value: r.valor } : { issues: [{ message: r.mensagem, code: r.motivo }] };
    });
    Object.freeze(this);
  }

  readonly validar = (text: string, options?: DocumentoOptions): DocumentoResult => {
    return this.#validar(text, options);
  };

  #validar(value: unknown, options?: DocumentoOptions): Parsed {
    const parsed = this.#read(value, this.#options || options ? merge(this.#options, options) : {});
    // Spreading the object would cost more than the validation.
    for (const name in parsed.campos) if (!(name in parsed)) parsed[name] = parsed.campos[name];
    return parsed;
  }

  /**
   * Passes the module's number of this kind, and a text, to `f` in the module. Returns `undefined` only if the number
   * is of another kind.
   */
  #check<R>(f: (kind: number, text: string) => R, text: string, options = this.#options): R {
    const r = use(() => {
      this.#number ??= wasm.kind(this.kind);
      return f(this.#number, text);
    }, options?.language);
    if (text.length > LARGE) relieve();
    return r;
  }

  #read(value: unknown, options: DocumentoOptions): Parsed {
    const text = this.#text(value, options);
    return JSON.parse(
      packed([options], (bytes) => this.#check((kind) => wasm.documento(kind, text, bytes) as string, text, options)),
    );
  }

  /** Checks that a value is a text. A lone surrogate becomes U+FFFD, which no document contains either. */
  #text(value: unknown, options = this.#options, path = ""): string {
    requireLoaded();
    if (isShort(value)) return value;
    const { errors } = JSON.parse(pack([value, options], wasm.expected_text, options?.language));
    errors[0].path = path;
    throw new SmartbillError("validation", errors[0].message, { findings: errors });
  }

  readonly valido = (value: string): boolean => {
    if (this.#options && isShort(value)) return this.#read(value, this.#options).valido;
    return isShort(value) && this.#check(wasm.documento_valido, value);
  };

  readonly formatar = (value: string): string | null => {
    return this.#check(wasm.formatar, this.#text(value)) ?? null;
  };

  readonly limpar = (value: string): string => {
    return this.#check(wasm.limpar, this.#text(value)) as string;
  };

  readonly validarColuna = (
    texts: Iterable<string | null | undefined>,
    options?: DocumentoOptions,
  ): (Reason | null)[] => {
    const merged = merge(this.#options, options);
    requireLoaded();
    reasons ??= [null, ...(use(wasm.reasons) as Reason[])];
    if (typeof texts === "string" || typeof texts?.[Symbol.iterator] !== "function")
      throw invalidOption("texts", '`["…"]`');
    const items: (string | null | undefined)[] = Array.isArray(texts) ? texts : [...texts];
    const output = new Array<Reason | null>(items.length).fill(null);
    const lengths = new Uint32Array(SLICE);
    // The column is processed in slices, so that a long one needs little memory besides the answer.
    for (let start = 0; start < items.length; ) {
      const slice: string[] = [];
      let chars = 0;
      for (const item of items.slice(start, start + SLICE)) {
        const text = this.#text(item ?? "", merged, `[${start + slice.length}]`);
        lengths[slice.length] = text.length;
        slice.push(text);
        chars += text.length;
        if (chars > CHARS) break;
      }
      const n = slice.length;
      const codes = packed([merged], (bytes) =>
        this.#check((kind, texts) => wasm.column(kind, texts, lengths.subarray(0, n), bytes), slice.join(""), merged),
      );
      for (const [j, text] of slice.entries()) {
        // The slice is not all ASCII, so its items are validated one by one.
        output[start + j] = codes === undefined ? this.#read(text, merged).motivo : (reasons[codes[j] ?? 0] ?? null);
      }
      start += n;
    }
    return output;
  };

  readonly withOptions = (options: DocumentoOptions): Documento => {
    return new TextDocumento(this.kind, merge(this.#options, options));
  };
}

const KINDS: DocumentoKind[] = [
  "cpf",
  "cnpj",
  "cpf_cnpj",
  "ie",
  "cep",
  "uf",
  "municipio",
  "telefone",
  "email",
  "boleto",
  "pix_chave",
  "brcode",
  "chave_dfe",
];

const all: Record<string, Documento> = {};
for (const kind of KINDS) {
  all[kind.replace(/_./, (part) => part.slice(1).toUpperCase())] = all[kind] = new TextDocumento(kind);
}

// Tests compare the fields of each kind with the vectors.
/** Brazilian documents: `documentos.cpf.validar("529.982.247-25")`. */
export const documentos: Documentos = Object.freeze(all) as unknown as Documentos;
