import type { ErrorCode, Outcome } from "./models.js";

const BRAND = Symbol.for("smartbill-automation.error");

/** How much a finding matters: an `error` forbids sending, a `warning` does not. */
export type Severity = "error" | "warning";

/** The language of messages. */
export type Language = "pt-BR" | "en";

/** `strict` takes official forms only; `lenient` takes what people type and old systems write. */
export type Mode = "strict" | "lenient";

/** One thing that is wrong with an input, or worth a look. */
export interface Finding {
  /** The field: `endereco.cep`, `itens[0].quantidade`; empty for the value itself, or the row as a whole. */
  path: string;
  /** The stable code, the same in every language; for a document the reason, such as `digito_verificador`. */
  code: string;
  /** One line for a person, without the path, in the language asked for. */
  message: string;
  /** What the line quotes, such as `max`. */
  params: Record<string, string>;
  /** Whether it forbids sending. */
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
 *   if (isSmartbillError(e) && e.code === "validation") show(e.findings);
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
  ) {
    super(message, options);
    // The names in `details` are the core's; what a server sent is deeper.
    Object.assign(this, { code, fields: [], findings: [], attempts: 0 }, details);
  }
  /** `SmartbillError`. */
  declare readonly name: "SmartbillError";
  /**
   * What went wrong, by what the caller can do about it; stable, the same in every language.
   *
   * - `validation`: the input breaks the model's rules, see {@link findings}; nothing was sent
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
  declare readonly code: ErrorCode;
  /** The operation, such as `clientes.incluir`. */
  declare readonly operation?: string | undefined;
  /** The HTTP status. */
  declare readonly status?: number | undefined;
  /** The platform's own code. */
  declare readonly serverCode?: string | undefined;
  /** What the platform says of single fields. */
  declare readonly fields: FieldError[];
  /** The findings of the input. */
  declare readonly findings: Finding[];
  /** The platform's identifier of the request, for its support. */
  declare readonly requestId?: string | undefined;
  /** How many times it was tried. */
  declare readonly attempts: number;
  /**
   * What a failed write did: `not_sent` and `rejected`, nothing; `unknown`, it left and no answer tells, so look before
   * doing it again under another key. Absent for reads.
   */
  declare readonly outcome?: Outcome | undefined;
  /** How many milliseconds the platform asks to wait. */
  declare readonly retryAfterMs?: number | undefined;
  /** The beginning of the platform's answer, with personal data masked. */
  declare readonly body?: string | undefined;
  /** The message and the data of the error, as a log or an answer takes them. */
  toJSON(): Record<string, unknown> {
    // An `Error`'s own message is left out of JSON, and of logs that are written so: it is not enumerable.
    return { message: this.message, ...(this as object) };
  }
  /**
   * Not by `instanceof`: a test runner or a frame has an `Error` of its own.
   * @internal
   */
  get [BRAND](): boolean {
    return true;
  }
}

// On the prototype, so that it does not show among an error's own data.
Object.defineProperty(SmartbillError.prototype, "name", {
  value: "SmartbillError",
  configurable: true,
  writable: true,
});

/** Whether something caught is an error of this package, also one of another copy of it. */
export function isSmartbillError(error: unknown): error is SmartbillError {
  return (error as { [BRAND]?: unknown } | null | undefined)?.[BRAND] === true;
}

/**
 * An argument that is none of what can be used, in the words of the core.
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
 * Option bags laid one over the other in a new one: a caller's own is read once, and never changed.
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
 * What the module threw, as an error: it throws JSON where the fault is the caller's or the platform's.
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
