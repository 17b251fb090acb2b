import type { Init } from "./carregar.js";
import type { Fetch } from "./index.js";
import type { DateText, DateTimeText, MonthText } from "./modelos.js";

export { isSmartbillError, SmartbillError } from "./erros.js";
export type { Fetch } from "./index.js";
export type { WasmSource } from "./carregar.js";

/** Loads the module, once. In Node nothing needs to be loaded. */
export const init: Init;

/** How the stand-in begins. */
export interface SandboxOptions {
  /** The token that it takes; `sandbox` by default. */
  token?: string;
  /** The text of the wire profile (TOML) that it speaks; the default profile where it is left out. */
  profile?: string;
  /** Where its clock begins; the real time by default. */
  agora?: DateTimeText | Date;
  /** Begins with example customers, services, contracts and usage; true by default. */
  exemplos?: boolean;
}

/** What a billing run did. */
export interface Faturamento {
  /** The charges that it made. */
  cobrancas: number;
  [campo: string]: unknown;
}

/** The platform's stand-in, in this page or process: for development and tests, never for production. */
export interface Sandbox {
  /** Where it pretends to be. */
  readonly baseUrl: string;
  /** The token that it takes. */
  readonly token: string;
  /** A `fetch` that answers as the platform would: `new Smartbill({ ...sandbox })`. */
  readonly fetch: Fetch;
  /** Bills the month: one charge per contract due. */
  faturar(competencia: MonthText): Promise<Faturamento>;
  /** Moves the clock on, which bills due contracts and lets charges fall due. */
  avancarRelogio(ate: DateText | { dias: number }): Promise<DateTimeText>;
  /** Forgets everything and begins anew. */
  reiniciar(): Promise<void>;
}

/** Makes a stand-in of the platform. */
export function criarSandbox(options?: SandboxOptions): Sandbox;
