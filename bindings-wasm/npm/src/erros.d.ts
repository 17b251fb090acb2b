import type { ErrorCode, Outcome } from "./modelos.js";

/** How much a violation matters: an `error` forbids sending, a `warning` does not. */
export type Severity = "error" | "warning";

/** The language of messages. */
export type Idioma = "pt-BR" | "en";

/** `estrito` takes official forms only; `leniente` takes what people type and old systems write. */
export type Modo = "estrito" | "leniente";

/** One broken rule. It never holds the offending value. */
export interface Violation {
  /** Where: `endereco.cep`, `itens[0].quantidade`; empty for the value itself. */
  path: string;
  /** The rule's stable code, the same in every language; for a document the reason, such as `digito_verificador`. */
  code: string;
  /** One line for a person, without the path, in the language asked for. */
  message: string;
  /** The rule's parameters, such as `max`. */
  params: Record<string, string>;
  /** Whether it forbids sending. */
  severity: Severity;
}

/** What the platform says of one field. */
export interface FieldError {
  /** The field, in the model's own names. */
  path: string;
  /** The platform's code, if it gave one. */
  code?: string;
  /** The platform's words. */
  message: string;
}

/**
 * What every function of this package throws. It never holds a token or personal data.
 *
 * ```js
 * try { … } catch (e) {
 *   if (isSmartbillError(e) && e.code === "validation") show(e.violations);
 *   else throw e;
 * }
 * ```
 */
export class SmartbillError extends Error {
  constructor(code: ErrorCode, message: string, details?: Partial<Omit<SmartbillError, keyof Error | "code">>, options?: ErrorOptions);
  readonly name: "SmartbillError";
  /** What went wrong, by what the caller can do about it; stable, the same in every language. */
  readonly code: ErrorCode;
  /** The operation, such as `clientes.incluir`. */
  readonly operation?: string;
  /** The HTTP status. */
  readonly status?: number;
  /** The platform's own code. */
  readonly serverCode?: string;
  /** What the platform says of single fields. */
  readonly fields: FieldError[];
  /** The violations of the input. */
  readonly violations: Violation[];
  /** The platform's identifier of the request, for its support. */
  readonly requestId?: string;
  /** How many times it was tried. */
  readonly attempts: number;
  /** What a write did; absent for reads. */
  readonly outcome?: Outcome;
  /** How many milliseconds the platform asks to wait. */
  readonly retryAfterMs?: number;
  /** The beginning of the platform's answer, with personal data masked. */
  readonly body?: string;
}

/** Whether something caught is an error of this package, also one of another copy of it. */
export function isSmartbillError(error: unknown): error is SmartbillError;
