import type { ErrorCode, Outcome } from "./models.js";

/** How much a violation matters: an `error` forbids sending, a `warning` does not. */
export type Severity = "error" | "warning";

/** The language of messages. */
export type Language = "pt-BR" | "en";

/** `strict` takes official forms only; `lenient` takes what people type and old systems write. */
export type Mode = "strict" | "lenient";

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
  code?: string | undefined;
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
  /** For code that answers in the platform's place, such as a test. */
  constructor(
    code: ErrorCode,
    message: string,
    details?: Partial<Omit<SmartbillError, keyof Error | "code" | "toJSON">>,
    options?: ErrorOptions,
  );
  /** `SmartbillError`. */
  readonly name: "SmartbillError";
  /**
   * What went wrong, by what the caller can do about it; stable, the same in every language.
   *
   * - `validation`: the input breaks the model's rules, see {@link violations}; nothing was sent
   * - `configuration`: an argument or option is wrong, or the module is not loaded
   * - `profile`: the wire profile is wrong; the message names its line
   * - `authentication`: the platform does not accept the token (401)
   * - `permission`: the token is good but not for this (403)
   * - `not_found`: there is no such record (404)
   * - `conflict`: the record is in another state than the operation needs, or exists already (409)
   * - `rejected`: the platform refused the request (other 4xx), see {@link fields}
   * - `rate_limited`: too many requests (429), see {@link retryAfterMs}
   * - `server`: the platform failed (5xx)
   * - `connection`: there was no connection, or it broke
   * - `timeout`: a time limit passed
   * - `response`: the platform answered something that is not what the profile says
   * - `cancelled`: the `signal` was given up
   * - `spreadsheet`: the file is no spreadsheet that can be read, or lacks what it needs
   * - `io`: the wasm module could not be loaded, or ran out of memory and was started anew; or a file could not be read
   * - `journal`, `stale_plan`: of batches, which only Rust and Python have
   */
  readonly code: ErrorCode;
  /** The operation, such as `clientes.incluir`. */
  readonly operation?: string | undefined;
  /** The HTTP status. */
  readonly status?: number | undefined;
  /** The platform's own code. */
  readonly serverCode?: string | undefined;
  /** What the platform says of single fields. */
  readonly fields: FieldError[];
  /** The violations of the input. */
  readonly violations: Violation[];
  /** The platform's identifier of the request, for its support. */
  readonly requestId?: string | undefined;
  /** How many times it was tried. */
  readonly attempts: number;
  /**
   * What a failed write did: `not_sent` and `rejected`, nothing; `unknown`, it left and no answer tells, so look before
   * doing it again under another key. Absent for reads.
   */
  readonly outcome?: Outcome | undefined;
  /** How many milliseconds the platform asks to wait. */
  readonly retryAfterMs?: number | undefined;
  /** The beginning of the platform's answer, with personal data masked. */
  readonly body?: string | undefined;
  /** The message and the data of the error, as a log or an answer takes them. */
  toJSON(): Record<string, unknown>;
}

/** Whether something caught is an error of this package, also one of another copy of it. */
export function isSmartbillError(error: unknown): error is SmartbillError;
