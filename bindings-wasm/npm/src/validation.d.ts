import type { Language, Mode, Violation } from "./errors.js";
import type { Init } from "./load.js";
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

export type { FieldError, Language, Mode, Severity, Violation } from "./errors.js";
export { isSmartbillError, SmartbillError } from "./errors.js";
export type { WasmSource } from "./load.js";
export * from "./models.js";

/**
 * Loads the module, once. In Node nothing needs to be loaded.
 *
 * ```js
 * import { init, validarCliente } from "smartbill-automation/validation";
 * await init();
 * ```
 */
export const init: Init;

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

/** What a validation found: every violation at once, errors apart from warnings. */
export type Validation<T> =
  | {
      valid: true;
      /** The value as it would be sent: trimmed, documents without mask, decimals as strings. */
      value: T;
      errors: [];
      warnings: Violation[];
    }
  | { valid: false; value?: undefined; errors: Violation[]; warnings: Violation[] };

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

/** A violation as Standard Schema has it. */
export interface StandardIssue {
  /** One line for a person. */
  readonly message: string;
  /** Where: `["itens", 0, "quantidade"]`; absent for the value itself. */
  readonly path?: readonly PropertyKey[] | undefined;
  /** The violation's stable code. */
  readonly code: string;
}

/** The path of a field: `nome`, `endereco.cep`, `itens[0].quantidade`. */
export type FieldPath<T> = (keyof T & string) | `${keyof T & string}${"." | "["}${string}`;

/** The rules of one model. Also a Standard Schema, whose issues are the errors; warnings do not stop a form. */
export interface Schema<T> extends StandardSchema<T> {
  /** Every violation of a value. It never throws for what the value holds. */
  validar(value: unknown, options?: ValidationOptions): Validation<T>;
  /**
   * The violations of one field, as a person types it, in the light of the rest of the form, which is given whole.
   *
   * ```js
   * cliente.validarCampo("endereco.cep", { nome: "Ana", endereco: { cep: "0131", uf: "SP" } });
   * ```
   */
  validarField(path: FieldPath<T>, record: unknown, options?: ValidationOptions): Violation[];
  /** Whether there is no error: the fastest path. */
  isValid(value: unknown, options?: ValidationOptions): boolean;
  /** The same rules with other options, for libraries that take a schema and nothing else. */
  withOptions(options: ValidationOptions): Schema<T>;
}

/** The rules of a customer. */
export const cliente: Schema<Cliente>;
/** The rules of a contract. */
export const contrato: Schema<Contrato>;
/** The rules of a record of usage. */
export const consumo: Schema<Consumo>;
/** The rules of a service, which only the platform makes. */
export const servico: Schema<Servico>;
/** The rules of a charge, which only the platform makes. */
export const cobranca: Schema<Cobranca>;

/** Validates a customer. */
export function validarCliente(value: unknown, options?: ValidationOptions): Validation<Cliente>;
/** Validates a contract. */
export function validarContrato(value: unknown, options?: ValidationOptions): Validation<Contrato>;
/** Validates a record of usage. */
export function validarConsumo(value: unknown, options?: ValidationOptions): Validation<Consumo>;

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

/** Brazilian documents: `documentos.cpf.validar("529.982.247-25")`. */
export const documentos: Documentos;
