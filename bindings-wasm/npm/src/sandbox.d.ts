import type { Init } from "./load.js";
import type { DateText, DateTimeText, DecimalText, MonthText } from "./models.js";

export { isSmartbillError, SmartbillError } from "./errors.js";
export type { Fetch } from "./index.js";
export type { WasmSource } from "./load.js";

/** Loads the module, once. In Node nothing needs to be loaded. */
export const init: Init;

/** How the stand-in begins. */
export interface SandboxOptions {
  /** The token that it takes; `sandbox` by default. */
  token?: string | undefined;
  /** The text of the wire profile (TOML) that it speaks; the default profile where it is left out. */
  profile?: string | undefined;
  /** Where its clock begins; the real time by default. A bare date is the beginning of that day in São Paulo. */
  now?: DateTimeText | DateText | Date | undefined;
  /** Begins with the sample services (`INTERNET-100`, `SMS` and so on); true by default. */
  seed?: boolean | undefined;
}

/** What a billing run did. */
export interface BillingSummary {
  /** How many charges it made. */
  cobrancas: number;
  /** How many records of usage they bill. */
  consumos: number;
  /** Their sum, in reais. */
  amount: DecimalText;
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
  faturar(competencia: MonthText): Promise<BillingSummary>;
  /** Moves the clock on, which bills due contracts and lets charges fall due. */
  advance(until: DateText | DateTimeText | Date | { days: number }): Promise<DateTimeText>;
  /** Forgets everything and begins anew. */
  reset(): Promise<void>;
}

/** Makes a stand-in of the platform. */
export function createSandbox(options?: SandboxOptions): Sandbox;
