import type { Init } from "./carregar.js";
import type { Fetch } from "./index.js";
import type { DateText, DateTimeText, DecimalText, MonthText } from "./modelos.js";

export { isSmartbillError, SmartbillError } from "./erros.js";
export type { Fetch } from "./index.js";
export type { WasmSource } from "./carregar.js";

/** Loads the module, once. In Node nothing needs to be loaded. */
export const init: Init;

/** How the stand-in begins. */
export interface SandboxOptions {
  /** The token that it takes; `sandbox` by default. */
  token?: string | undefined;
  /** The text of the wire profile (TOML) that it speaks; the default profile where it is left out. */
  profile?: string | undefined;
  /** Where its clock begins; the real time by default. A bare date is the beginning of that day in São Paulo. */
  agora?: DateTimeText | DateText | Date | undefined;
  /** Begins with the sample services (`INTERNET-100`, `SMS` and so on); true by default. */
  exemplos?: boolean | undefined;
}

/** What a billing run did. */
export interface Faturamento {
  /** How many charges it made. */
  cobrancas: number;
  /** How many records of usage they bill. */
  consumos: number;
  /** Their sum, in reais. */
  valor: DecimalText;
}

/** The platform's stand-in, in this page or process: for development and tests, never for production. */
export interface Sandbox {
  /** Where it pretends to be. */
  readonly baseUrl: string;
  /** The token that it takes. */
  readonly token: string;
  /** A `fetch` that answers as the platform would: `new Smartbill({ ...sandbox })`. */
  readonly fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>;
  /** Bills the month: one charge per contract due. */
  faturar(competencia: MonthText): Promise<Faturamento>;
  /** Moves the clock on, which bills due contracts and lets charges fall due. */
  avancarRelogio(ate: DateText | DateTimeText | Date | { dias: number }): Promise<DateTimeText>;
  /** Forgets everything and begins anew. */
  reiniciar(): Promise<void>;
}

/** Makes a stand-in of the platform. */
export function criarSandbox(options?: SandboxOptions): Sandbox;
