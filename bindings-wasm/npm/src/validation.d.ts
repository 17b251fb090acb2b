import type { Init } from "./carregar.js";
import type { Idioma, Modo, Violation } from "./erros.js";
import type {
  Cliente, Cobranca, Consumo, Contrato, DateText, DecimalText, DocumentoTipo, Motivo, Servico,
} from "./modelos.js";

export * from "./modelos.js";
export { isSmartbillError, SmartbillError } from "./erros.js";
export type { FieldError, Idioma, Modo, Severity, Violation } from "./erros.js";
export type { WasmSource } from "./carregar.js";

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
  /** `estrito` by default. */
  modo?: Modo | undefined;
  /** `incluir` (the default) asks for required fields; `alterar` checks only what is given. */
  intent?: "incluir" | "alterar" | undefined;
  /** Today, for rules about the present; today in America/Sao_Paulo by default. */
  hoje?: DateText | undefined;
  /** The language of messages; `pt-BR` by default. */
  idioma?: Idioma | undefined;
}

/** What a validation found: every violation at once, errors apart from warnings. */
export type Validation<T> =
  | {
      valido: true;
      /** The value as it would be sent: trimmed, documents without mask, decimals as strings. */
      valor: T;
      erros: [];
      avisos: Violation[];
    }
  | { valido: false; valor?: undefined; erros: Violation[]; avisos: Violation[] };

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
export type CampoDe<T> = (keyof T & string) | `${keyof T & string}${"." | "["}${string}`;

/** The rules of one model. Also a Standard Schema, whose issues are the errors; warnings do not stop a form. */
export interface Esquema<T> extends StandardSchema<T> {
  /** Every violation of a value. It never throws for what the value holds. */
  validar(valor: unknown, options?: ValidationOptions): Validation<T>;
  /**
   * The violations of one field, as a person types it, in the light of the rest of the form, which is given whole.
   *
   * ```js
   * cliente.validarCampo("endereco.cep", { nome: "Ana", endereco: { cep: "0131", uf: "SP" } });
   * ```
   */
  validarCampo(path: CampoDe<T>, registro: unknown, options?: ValidationOptions): Violation[];
  /** Whether there is no error: the fastest path. */
  valido(valor: unknown, options?: ValidationOptions): boolean;
  /** The same rules with other options, for libraries that take a schema and nothing else. */
  com(options: ValidationOptions): Esquema<T>;
}

/** The rules of a customer. */
export const cliente: Esquema<Cliente>;
/** The rules of a contract. */
export const contrato: Esquema<Contrato>;
/** The rules of a record of usage. */
export const consumo: Esquema<Consumo>;
/** The rules of a service, which only the platform makes. */
export const servico: Esquema<Servico>;
/** The rules of a charge, which only the platform makes. */
export const cobranca: Esquema<Cobranca>;

/** Validates a customer. */
export function validarCliente(valor: unknown, options?: ValidationOptions): Validation<Cliente>;
/** Validates a contract. */
export function validarContrato(valor: unknown, options?: ValidationOptions): Validation<Contrato>;
/** Validates a record of usage. */
export function validarConsumo(valor: unknown, options?: ValidationOptions): Validation<Consumo>;

/** How a document is validated. */
export interface DocumentoOptions {
  /** `estrito` by default. */
  modo?: Modo | undefined;
  /** The state that it should belong to, such as `SP`. */
  uf?: string | undefined;
  /** The language of messages; `pt-BR` by default. */
  idioma?: Idioma | undefined;
}

/** What validating a document found; the document's own fields stand beside these, and all of them in `campos`. */
export type ResultadoDocumento<C = {}> = C & {
  /** Whether the text is a valid document. */
  valido: boolean;
  /** The stable code of the reason why not, or null. */
  motivo: Motivo | null;
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
export interface Documento<C = {}> extends StandardSchema<string> {
  /** The name of the kind. */
  readonly tipo: DocumentoTipo;
  /** Everything that can be said of a text. */
  validar(texto: string, options?: DocumentoOptions): ResultadoDocumento<C>;
  /** Whether a text is valid, in strict mode unless {@link com} said otherwise: the fastest path. */
  valido(texto: string): boolean;
  /** The text with its official mask, or null if it is not valid in lenient mode. */
  formatar(texto: string): string | null;
  /** The text without mask characters, whether it is valid or not. */
  limpar(texto: string): string;
  /** For each item of a column the code of its reason, or null where it is valid. */
  validarColuna(textos: Iterable<string | null | undefined>, options?: DocumentoOptions): (Motivo | null)[];
  /** The same document with other options, for libraries that take a schema and nothing else. */
  com(options: DocumentoOptions): Documento<C>;
}

/** Of a CPF. */
export interface CamposCpf {
  /** The fiscal region that issued it, its ninth digit. */
  regiaoFiscal?: string | undefined;
  /** The states of that region. */
  ufs?: string[] | undefined;
}
/** Of a CNPJ. */
export interface CamposCnpj {
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
export interface CamposCpfCnpj extends CamposCpf, CamposCnpj {
  /** Which of the two it is. */
  tipo?: "cpf" | "cnpj" | undefined;
}
/** Of a state registration. */
export interface CamposIe {
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
export interface CamposCep {
  /** Its state. */
  uf?: string | undefined;
}
/** Of a state. */
export interface CamposUf {
  /** Its name. */
  nome?: string | undefined;
  /** Its IBGE code, two digits. */
  codigoIbge?: string | undefined;
  /** Whether it is `EX`, abroad. */
  exterior?: boolean | undefined;
}
/** Of a municipality. */
export interface CamposMunicipio {
  /** Its state. */
  uf?: string | undefined;
}
/** Of a telephone number. */
export interface CamposTelefone {
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
export interface CamposEmail {
  /** The part before the `@`. */
  local?: string | undefined;
  /** The part after it, in lower case. */
  dominio?: string | undefined;
}
/** Of a boleto. */
export interface CamposBoleto {
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
export interface CamposPixChave {
  /** What kind of key it is: `cpf`, `cnpj`, `telefone`, `email`, `evp`. */
  tipo?: string | undefined;
}
/** Of a BR Code. */
export interface CamposBrcode {
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
export interface CamposChaveDfe {
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
  readonly cpf: Documento<CamposCpf>;
  /** A company's taxpayer number, numeric or alphanumeric. */
  readonly cnpj: Documento<CamposCnpj>;
  /** A taxpayer number of either kind, told apart. */
  readonly cpfCnpj: Documento<CamposCpfCnpj>;
  /** `cpfCnpj` by its name in Python. */
  readonly cpf_cnpj: Documento<CamposCpfCnpj>;
  /** A state's taxpayer registration (inscrição estadual). */
  readonly ie: Documento<CamposIe>;
  /** A postal code. */
  readonly cep: Documento<CamposCep>;
  /** A state. */
  readonly uf: Documento<CamposUf>;
  /** The IBGE code of a municipality. */
  readonly municipio: Documento<CamposMunicipio>;
  /** A telephone number. */
  readonly telefone: Documento<CamposTelefone>;
  /** An e-mail address. */
  readonly email: Documento<CamposEmail>;
  /** A boleto: typeable line (47 or 48 digits) or barcode (44). */
  readonly boleto: Documento<CamposBoleto>;
  /** A PIX key. */
  readonly pixChave: Documento<CamposPixChave>;
  /** `pixChave` by its name in Python. */
  readonly pix_chave: Documento<CamposPixChave>;
  /** A PIX BR Code ("copia e cola"). */
  readonly brcode: Documento<CamposBrcode>;
  /** The access key of an invoice, 44 characters. */
  readonly chaveDfe: Documento<CamposChaveDfe>;
  /** `chaveDfe` by its name in Python. */
  readonly chave_dfe: Documento<CamposChaveDfe>;
}

/** Brazilian documents: `documentos.cpf.validar("529.982.247-25")`. */
export const documentos: Documentos;
