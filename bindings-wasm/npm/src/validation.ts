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
import { LONGEST_TEXT, packed } from "./inner/pack.js";
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

/** How a value is validated. */
export interface ValidationOptions {
  /** `strict` by default. */
  mode?: Mode | undefined;
  /** `incluir` (the default) asks for required fields; `alterar` checks only what is given. */
  intent?: "incluir" | "alterar" | undefined;
  /** Today, for rules about the present; today in America/Sao_Paulo by default. */
  today?: DateText | undefined;
  /** The language of messages; `pt-BR` by default. */
  language?: Language | undefined;
}

/** What a validation found: every finding at once, errors apart from warnings. */
export type Validation<T> =
  | {
      valid: true;
      /** The value as it would be sent: trimmed, documents without mask, decimals as strings. */
      value: T;
      errors: [];
      warnings: Finding[];
    }
  | { valid: false; value?: undefined; errors: Finding[]; warnings: Finding[] };

/** Standard Schema v1 (https://standardschema.dev), which form libraries, tRPC and Hono take as it is. */
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

/** A finding as Standard Schema has it. */
export interface StandardIssue {
  /** One line for a person. */
  readonly message: string;
  /** Where: `["itens", 0, "quantidade"]`; absent for the value itself. */
  readonly path?: readonly PropertyKey[] | undefined;
  /** The finding's stable code. */
  readonly code: string;
}

/** The path of a field: `nome`, `endereco.cep`, `itens[0].quantidade`. */
export type FieldPath<T> = (keyof T & string) | `${keyof T & string}${"." | "["}${string}`;

/** The rules of one model. Also a Standard Schema, whose issues are the errors; warnings do not stop a form. */
export interface Schema<T> extends StandardSchema<T> {
  /** Every finding of a value. It never throws for what the value holds. */
  validar(value: unknown, options?: ValidationOptions): Validation<T>;
  /**
   * The findings of one field, as a person types it, in the light of the rest of the form, which is given whole.
   *
   * ```js
   * cliente.validarCampo("endereco.cep", { nome: "Ana", endereco: { cep: "0131", uf: "SP" } });
   * ```
   */
  validarField(path: FieldPath<T>, record: unknown, options?: ValidationOptions): Finding[];
  /** Whether there is no error: the fastest path. */
  isValid(value: unknown, options?: ValidationOptions): boolean;
  /** The same rules with other options, for libraries that take a schema and nothing else. */
  withOptions(options: ValidationOptions): Schema<T>;
}

/** From this many bytes of input on, a call may have needed more memory than is kept. */
const LARGE = 1 << 20;

/** Gives `values`, packed, to `f` in the module. */
function pack<R>(values: unknown[], f: (bytes: Uint8Array) => R, language: Language | undefined): R {
  let large = false;
  const answer = packed(values, (bytes) => {
    large = bytes.length > LARGE;
    return use(() => f(bytes), language);
  });
  if (large) relieve();
  return answer;
}

/** A Standard Schema of something that validates: `outcomeOf` a value is what is valid, or the issues. */
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
        // A schema must not throw for what it is given.
        if (!isSmartbillError(error) || error.code !== "validation") throw error;
        return { issues: error.findings.map(standardIssue) };
      }
    },
  });
}

type Issue = Pick<Finding, "message" | "code"> & { path?: string };

/** `itens[0].quantidade` as Standard Schema has it: `["itens", 0, "quantidade"]`. */
function standardIssue({ path, code, message }: Issue): StandardIssue {
  const parts = path?.match(/[^.[\]]+/g)?.map((p) => (/^\d+$/.test(p) ? Number(p) : p));
  return parts ? { message, path: parts, code } : { message, code };
}

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

  validar(value: unknown, options?: ValidationOptions): Validation<T> {
    return JSON.parse(this.#check(wasm.validar, value, options));
  }

  validarField(path: FieldPath<T>, record: unknown, options?: ValidationOptions): Finding[] {
    const { errors, warnings } = this.validar(record, options);
    // What is no record, such as the field alone, is told, too.
    return [...errors, ...warnings].filter((v) => v.path === path || v.path === "");
  }

  isValid(value: unknown, options?: ValidationOptions): boolean {
    return this.#check(wasm.valido, value, options);
  }

  withOptions(options: ValidationOptions): Schema<T> {
    return new ModelSchema(this.#model, merge(this.#options, options));
  }

  #check<R>(f: (model: string, bytes: Uint8Array) => R, value: unknown, options: ValidationOptions | undefined): R {
    const merged: ValidationOptions = this.#options || options ? merge(this.#options, options) : {};
    merged.today ??= today();
    requireLoaded();
    return pack([value, merged], (bytes) => f(this.#model, bytes), merged.language);
  }
}

/** The rules of a customer. */
export const cliente: Schema<Cliente> = new ModelSchema("Cliente");
/** The rules of a contract. */
export const contrato: Schema<Contrato> = new ModelSchema("Contrato");
/** The rules of a record of usage. */
export const consumo: Schema<Consumo> = new ModelSchema("Consumo");
/** The rules of a service, which only the platform makes. */
export const servico: Schema<Servico> = new ModelSchema("Servico");
/** The rules of a charge, which only the platform makes. */
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

/** How a document is validated. */
export interface DocumentoOptions {
  /** `strict` by default. */
  mode?: Mode | undefined;
  /** The state that it should belong to, such as `SP`. */
  uf?: string | undefined;
  /** The language of messages; `pt-BR` by default. */
  language?: Language | undefined;
}

/** What validating a document found; the document's own fields stand beside these, and all of them in `campos`. */
export type DocumentoResult<C = object> = C & {
  /** Whether the text is a valid document. */
  valido: boolean;
  /** The stable code of the reason why not, or null. */
  motivo: Reason | null;
  /** The canonical text, or null. */
  valor: string | null;
  /** The reason in one line for a person, or null. */
  mensagem: string | null;
  /** What lenient mode removed or changed, or null. */
  removido: string | null;
  /** The codes of what is worth telling although the text is valid. */
  avisos: string[];
  /** The same in one line each for a person. */
  mensagensAvisos: string[];
  /** The document's own fields. */
  campos: C;
};

/** One kind of document. Also a Standard Schema, whose output is the canonical text. */
export interface Documento<C = object> extends StandardSchema<string> {
  /** The name of the kind. */
  readonly kind: DocumentoKind;
  /** Everything that can be said of a text. */
  validar(text: string, options?: DocumentoOptions): DocumentoResult<C>;
  /** Whether a text is valid, in strict mode unless {@link withOptions} said otherwise: the fastest path. */
  valido(text: string): boolean;
  /** The text with its official mask, or null if it is not valid in lenient mode. */
  formatar(text: string): string | null;
  /** The text without mask characters, whether it is valid or not. */
  limpar(text: string): string;
  /** For each item of a column the code of its reason, or null where it is valid. */
  validarColuna(texts: Iterable<string | null | undefined>, options?: DocumentoOptions): (Reason | null)[];
  /** The same document with other options, for libraries that take a schema and nothing else. */
  withOptions(options: DocumentoOptions): Documento<C>;
}

/** Of a CPF. */
export interface CpfFields {
  /** The fiscal region that issued it, its ninth digit. */
  regiaoFiscal?: string | undefined;
  /** The states of that region. */
  ufs?: string[] | undefined;
}
/** Of a CNPJ. */
export interface CnpjFields {
  /** Whether it holds letters, as those issued since July 2026 may. */
  alfanumerico?: boolean | undefined;
  /** The company: the first eight characters. */
  raiz?: string | undefined;
  /** The establishment: the four characters after the root. */
  ordem?: string | undefined;
  /** Whether it is the head office. */
  matriz?: boolean | undefined;
}
/** Of a CPF or CNPJ. */
export interface CpfCnpjFields extends CpfFields, CnpjFields {
  /** Which of the two it is. */
  tipo?: "cpf" | "cnpj" | undefined;
}
/** Of a state registration. */
export interface IeFields {
  /** Whether the text says that there is none (`ISENTO`). */
  isento?: boolean | undefined;
  /** The state that was asked for. */
  uf?: string | undefined;
  /** Where no state was asked for: those in which it could be valid. */
  ufs?: string[] | undefined;
  /** Whether it is a farmer's. */
  produtorRural?: boolean | undefined;
  /** The number that replaced an old form of it. */
  formaNova?: string | undefined;
}
/** Of a CEP. */
export interface CepFields {
  /** Its state. */
  uf?: string | undefined;
}
/** Of a state. */
export interface UfFields {
  /** Its name. */
  nome?: string | undefined;
  /** Its IBGE code, two digits. */
  codigoIbge?: string | undefined;
  /** Whether it is `EX`, abroad. */
  exterior?: boolean | undefined;
}
/** Of a municipality. */
export interface MunicipioFields {
  /** Its state. */
  uf?: string | undefined;
}
/** Of a telephone number. */
export interface TelefoneFields {
  /** What kind of line it is: `celular`, `fixo`, `sme`, `legado`, `nao_geografico`. */
  classe?: string | undefined;
  /** The area code. */
  ddd?: string | undefined;
  /** The state of the area code. */
  uf?: string | undefined;
  /** The number in E.164, `+55…`. */
  e164?: string | undefined;
  /** The number with the ninth digit that it seems to lack. */
  sugestao?: string | undefined;
}
/** Of an e-mail address. */
export interface EmailFields {
  /** The part before the `@`. */
  local?: string | undefined;
  /** The part after it, in lower case. */
  dominio?: string | undefined;
}
/** Of a boleto. */
export interface BoletoFields {
  /** A bank's, or one of tax and utilities. */
  tipo?: "bancario" | "arrecadacao" | undefined;
  /** The typeable line, digits only. */
  linhaDigitavel?: string | undefined;
  /** The barcode, 44 digits. */
  codigoDeBarras?: string | undefined;
  /** The three digits of the bank. */
  banco?: string | undefined;
  /** Who collects; only for tax and utilities. */
  segmento?: string | undefined;
  /** The amount; absent where it is open. */
  quantia?: DecimalText | undefined;
  /** The due date factor, four digits. */
  fatorVencimento?: string | undefined;
  /** The due dates that the factor can mean: it began again in 2025. */
  vencimentos?: DateText[] | undefined;
  /** The bank's own 25 digits. */
  campoLivre?: string | undefined;
}
/** Of a PIX key. */
export interface PixChaveFields {
  /** What kind of key it is: `cpf`, `cnpj`, `telefone`, `email`, `evp`. */
  tipo?: string | undefined;
}
/** Of a BR Code. */
export interface BrcodeFields {
  /** Whether it holds a key, or the address of a charge. */
  tipo?: "estatico" | "dinamico" | undefined;
  /** The PIX key. */
  chave?: string | undefined;
  /** What kind of key it is. */
  tipoChave?: string | undefined;
  /** The address of the charge, without `https://`. */
  url?: string | undefined;
  /** The address of a recurring payment (Pix Automático). */
  recorrencia?: string | undefined;
  /** The amount; absent where the payer chooses it. */
  quantia?: DecimalText | undefined;
  /** Who receives. */
  nome?: string | undefined;
  /** The receiver's city. */
  cidade?: string | undefined;
  /** The receiver's postal code. */
  cep?: string | undefined;
  /** The identifier of the payment. */
  txid?: string | undefined;
  /** A text for the payer. */
  info?: string | undefined;
  /** Whether it is to be paid once. */
  unicoUso?: boolean | undefined;
  /** The merchant category, four digits. */
  categoria?: string | undefined;
  /** The check code, four hexadecimal digits. */
  crc?: string | undefined;
}
/** Of the access key of an invoice (DF-e). */
export interface ChaveDfeFields {
  /** The state that it was issued in. */
  uf?: string | undefined;
  /** The month of its issue, `AAAA-MM`. */
  anoMes?: string | undefined;
  /** The model, two digits, such as `55`. */
  modelo?: string | undefined;
  /** The name of the model, such as `NF-e`. */
  documento?: string | undefined;
  /** The series; the serial number of the device for CF-e SAT. */
  serie?: string | undefined;
  /** The number. */
  numero?: string | undefined;
  /** The issuer's CPF or CNPJ. */
  emitente?: string | undefined;
  /** The kind of issue, one digit. */
  tipoEmissao?: string | undefined;
}

/** Every kind of document. The names of Python, `pix_chave` and so on, serve too. */
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

/** What the module says of a text. */
type Parsed = DocumentoResult &
  Record<string, unknown> & { campos: Record<string, unknown> } & (
    | { valido: true; valor: string }
    | { valido: false; mensagem: string; motivo: Reason }
  );

const isShort = (value: unknown): value is string => typeof value === "string" && value.length <= LONGEST_TEXT;

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

  validar(text: string, options?: DocumentoOptions): DocumentoResult {
    return this.#validar(text, options);
  }

  #validar(value: unknown, options?: DocumentoOptions): Parsed {
    const parsed = this.#read(value, this.#options || options ? merge(this.#options, options) : {});
    // Spreading would cost more than the validation.
    for (const name in parsed.campos) if (!(name in parsed)) parsed[name] = parsed.campos[name];
    return parsed;
  }

  /** Gives the module's own number for this kind, and a text, to `f` in the module; only of others comes `undefined`. */
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

  /** A text as the module takes it; a lone surrogate becomes U+FFFD, which no document has either. */
  #text(value: unknown, options = this.#options, path = ""): string {
    requireLoaded();
    if (isShort(value)) return value;
    const { errors } = JSON.parse(pack([value, options], wasm.expected_text, options?.language));
    errors[0].path = path;
    throw new SmartbillError("validation", errors[0].message, { findings: errors });
  }

  valido(value: string): boolean {
    if (this.#options && isShort(value)) return this.#read(value, this.#options).valido;
    return isShort(value) && this.#check(wasm.documento_valido, value);
  }

  formatar(value: string): string | null {
    return this.#check(wasm.formatar, this.#text(value)) ?? null;
  }

  limpar(value: string): string {
    return this.#check(wasm.limpar, this.#text(value)) as string;
  }

  validarColuna(texts: Iterable<string | null | undefined>, options?: DocumentoOptions): (Reason | null)[] {
    const merged = merge(this.#options, options);
    requireLoaded();
    reasons ??= [null, ...(use(wasm.reasons).split("|") as Reason[])];
    if (typeof texts === "string" || typeof texts?.[Symbol.iterator] !== "function")
      throw invalidOption("texts", '`["…"]`');
    const items: (string | null | undefined)[] = Array.isArray(texts) ? texts : [...texts];
    const output = new Array<Reason | null>(items.length).fill(null);
    const lengths = new Uint32Array(SLICE);
    // In slices, so that a long column needs no memory of its length beside the answer.
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
        // Not all ASCII: one by one.
        output[start + j] = codes === undefined ? this.#read(text, merged).motivo : (reasons[codes[j] ?? 0] ?? null);
      }
      start += n;
    }
    return output;
  }

  withOptions(options: DocumentoOptions): Documento {
    return new TextDocumento(this.kind, merge(this.#options, options));
  }
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

// That each kind answers with the fields of its type is what the tests hold against the vectors.
/** Brazilian documents: `documentos.cpf.validar("529.982.247-25")`. */
export const documentos: Documentos = Object.freeze(all) as unknown as Documentos;
