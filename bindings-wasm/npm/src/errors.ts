import type { ErrorCode, Outcome } from "./models.js";

const BRAND = Symbol.for("smartbill-automation.error");

/** The severity of a finding: an `error` prevents sending, a `warning` does not. */
export type Severity = "error" | "warning";

/** The language of messages. */
export type Language = "pt-BR" | "en";

/** `strict` accepts only official forms; `lenient` also accepts what people type and old systems write. */
export type Mode = "strict" | "lenient";

/** One thing that is wrong with an input, or worth a look. */
export interface Finding {
  /** The field: `endereco.cep`, `itens[0].quantidade`; empty for the value itself, or the row as a whole. */
  path: string;
  /** The stable code, the same in every language; for a document the reason, such as `digito_verificador`. */
  code: string;
  /** One line for a person, without the path, in the chosen language. */
  message: string;
  /** What the line quotes, such as `max`. */
  params: Record<string, string>;
  /** Whether the finding prevents sending. */
  severity: Severity;
  /** A value that would be accepted, where one can be told. */
  suggestion?: string | undefined;
  /** Where in a table it is, when it came from one. */
  place?: Place | undefined;
}

/** A place in a table. */
export interface Place {
  /** The sheet; the file's name, when that is text. */
  sheet: string;
  /** The row, as a spreadsheet program numbers it. */
  row: number;
  /** The column's letter, if one cell is at fault. */
  column: string | null;
  /** The column's header, as written in the file. */
  header: string | null;
  /** What the cell holds, as a person sees it. */
  value: string;
}

/** The platform's message about one field. */
export interface FieldError {
  /** The field, in the model's own names. */
  path: string;
  /** The platform's code, if it gave one. */
  code?: string | undefined;
  /** The platform's message. */
  message: string;
}

/**
 * The error that every function of this package throws. It never holds a token or personal data.
 *
 * ```js
 * try { … } catch (e) {
 *   if (isSmartbillError(e) && e.code === "validation") show(e.findings);
 *   else throw e;
 * }
 * ```
 */
export class SmartbillError extends Error {
  /** For code that answers in place of the platform, such as a test. */
  constructor(
    code: ErrorCode,
    message: string,
    details?: Partial<Omit<SmartbillError, keyof Error | "code" | "toJSON">>,
    options?: ErrorOptions,
  ) {
    super(message, options);
    // The names in `details` come from the core. Data of a server is nested deeper.
    Object.assign(this, { code, fields: [], findings: [], attempts: 0 }, details);
  }
  /** `SmartbillError`. */
  declare readonly name: "SmartbillError";
  /**
   * The kind of the failure, by what the caller can do about it. It is stable and the same in every language.
   *
   * - `validation`: the input breaks the model's rules, see {@link findings}; nothing was sent
   * - `configuration`: an argument or option is wrong, or the module is not loaded
   * - `profile`: the wire profile is wrong; the message names its line
   * - `authentication`: the platform does not accept the token (401)
   * - `permission`: the token is valid but does not allow this operation (403)
   * - `not_found`: there is no such record (404)
   * - `conflict`: the record is in another state than the operation needs, or exists already (409)
   * - `rejected`: the platform refused the request (other 4xx), see {@link fields}
   * - `rate_limited`: too many requests (429), see {@link retryAfterMs}
   * - `server`: the platform failed (5xx)
   * - `connection`: there is no connection, or it broke
   * - `timeout`: a time limit passed
   * - `response`: the platform's answer is not what the profile describes
   * - `cancelled`: the call was aborted by its `signal`
   * - `spreadsheet`: the file is not a readable spreadsheet, or lacks something that it must have
   * - `io`: the wasm module could not be loaded, or ran out of memory and was started anew; or a file could not be read
   * - `journal`, `stale_plan`: of batches, which only Rust and Python have
   */
  declare readonly code: ErrorCode;
  /** The operation, such as `clientes.incluir`. */
  declare readonly operation?: string | undefined;
  /** The HTTP status. */
  declare readonly status?: number | undefined;
  /** The platform's own code. */
  declare readonly serverCode?: string | undefined;
  /** The platform's messages about single fields. */
  declare readonly fields: FieldError[];
  /** The findings of the input. */
  declare readonly findings: Finding[];
  /** The platform's identifier of the request, for its support. */
  declare readonly requestId?: string | undefined;
  /** The number of attempts. */
  declare readonly attempts: number;
  /**
   * The effect of a failed write. `not_sent` and `rejected` mean that nothing happened. `unknown` means that the
   * request was sent and no answer tells its effect, so look before you repeat it with another key. Absent for reads.
   */
  declare readonly outcome?: Outcome | undefined;
  /** The time that the platform asks to wait, in milliseconds. */
  declare readonly retryAfterMs?: number | undefined;
  /** The beginning of the platform's answer, with personal data masked. */
  declare readonly body?: string | undefined;
  /** The message and the data of the error, for a log or an answer. */
  toJSON(): Record<string, unknown> {
    // The message of an `Error` is not enumerable, so JSON and logs that use it would leave it out.
    return { message: this.message, ...(this as object) };
  }
  /**
   * `instanceof` does not work here: a test runner or a frame has its own `Error`.
   * @internal
   */
  get [BRAND](): boolean {
    return true;
  }
}

// The name is on the prototype, so that it does not appear in an error's own data.
Object.defineProperty(SmartbillError.prototype, "name", {
  value: "SmartbillError",
  configurable: true,
  writable: true,
});

/** Whether a caught value is an error of this package, or of another copy of this package. */
export function isSmartbillError(error: unknown): error is SmartbillError {
  return (error as { [BRAND]?: unknown } | null | undefined)?.[BRAND] === true;
}

/**
 * The error of an argument with an invalid value, in the words of the core.
 * @internal
 */
export function invalidOption(name: string, use: string, cause?: unknown): SmartbillError {
  // A name as long as a book must not make a message as long.
  const start = [...name].slice(0, 60).join("");
  return new SmartbillError(
    "configuration",
    `opção \`${start}\` inválida; use ${use}`,
    {},
    cause ? { cause } : undefined,
  );
}

/**
 * Merges option bags into a new one. The caller's own is read once and never changed.
 * @internal
 */
export function merge<T extends object>(...bags: (T | undefined)[]): Partial<T> {
  const all: Partial<T> = Object.create(null);
  for (const bag of bags) {
    const given: Partial<T> = bag ?? {};
    let name = "options";
    try {
      if (typeof given !== "object") throw 0;
      for (name of Object.keys(given)) all[name as keyof T] = given[name as keyof T];
    } catch (cause) {
      throw invalidOption(name, "`{ … }` sem getters", cause);
    }
  }
  return all;
}

/**
 * Converts a value that the module threw to an error. The module throws JSON if the caller or the platform is at fault.
 * @internal
 */
export function toError(thrown: string, cause?: unknown): SmartbillError {
  try {
    const { name, use, code, message, ...details } = JSON.parse(thrown);
    if (use !== undefined) return invalidOption(name, use, cause);
    return new SmartbillError(code, message, details, cause ? { cause } : undefined);
  } catch {
    return new SmartbillError("configuration", thrown);
  }
}
