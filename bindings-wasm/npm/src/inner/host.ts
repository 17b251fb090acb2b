// The services that the client in the module needs: sending, waiting, clocks and random numbers, and advancing a call
// when a result has arrived. Nothing here throws into the module: failures are returned as data.

import type { Call, Core } from "../../pkg/client.js";
import { type SmartbillError, toError } from "../errors.js";

/** Errors of Node's sockets which mean that nothing was sent. */
const NOT_CONNECTED = new Set<unknown>(["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH"]);
const UNKNOWN_HOST = new Set<unknown>(["ENOTFOUND", "EAI_AGAIN"]);
const TLS = new Set<unknown>([
  "CERT_HAS_EXPIRED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "ERR_TLS_CERT_ALTNAME_INVALID",
]);

// Only the types of workers declare this.
declare const WorkerGlobalScope: unknown;

// A browser adds its own name, and asks the server for permission (CORS) in a page.
const BROWSER = typeof document === "object" || typeof WorkerGlobalScope === "function";

type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Passes a result to the module. */
type Arrive = (core: Core) => void;

/** A client in the present instance of the module. */
export interface Opened {
  readonly host: Host;
  readonly core: Core;
  /** Runs `f` in the client's module. `describe` may add to the error if the module itself fails. */
  use<R>(f: () => R, describe?: (error: SmartbillError) => SmartbillError): R;
  /** Whether that instance of the module is gone. */
  closed(): boolean;
}

/** A call while it runs: the numbers of its actions, and the function that advances it. */
interface Drive {
  readonly advance: (arrive?: Arrive) => void;
  readonly numbers: Set<number>;
  hasSent: boolean;
}

export class Host {
  readonly #fetch: Fetch;
  /** For each action in progress, by number, the function that abandons it. */
  readonly #pending = new Map<number, () => void>();
  /** The call that the module is working on. Without one, the module begins no action. */
  #current!: Drive;

  constructor(fetch: Fetch) {
    // `fetch` is called without an object, because a browser's own `fetch` refuses any other `this`.
    this.#fetch = (url, init) => fetch(url, init);
  }

  /**
   * Runs the call that `start` begins to its end, unless `signal` aborts it. `opened` is the client; `about` describes
   * the call in the error if the module itself fails.
   */
  drive<T>(
    opened: Opened,
    signal: AbortSignal | undefined,
    about: (hasSent: boolean) => Partial<SmartbillError>,
    start: () => Call,
  ): Promise<T> {
    const host = this;
    return new Promise((resolve, reject) => {
      const mine: Drive = { advance, numbers: new Set(), hasSent: false };
      const use = <R>(f: () => R) => opened.use(f, (error) => Object.assign(error, about(mine.hasSent)));
      const call = use(start);
      let busy = false;
      const finish = (settle: () => void) => {
        signal?.removeEventListener("abort", abort);
        // These are left only after a failure of the module. All others have been abandoned already.
        for (const number of mine.numbers) this.abandon(number);
        try {
          use(() => call.free());
        } catch {
          // The call is gone with the instance of the module.
        }
        settle();
      };
      const abort = () => {
        // A `fetch`, and the listeners of its signal, may run while the module is active. The module must be left
        // first.
        if (busy) return;
        let error: unknown;
        try {
          error = toError(
            use(() => call.cancel()),
            signal?.reason,
          );
        } catch (failure) {
          error = failure;
        }
        finish(() => reject(error));
      };
      if (signal?.aborted) return abort();
      signal?.addEventListener("abort", abort);
      advance();

      function advance(arrive?: Arrive) {
        // These may begin other calls too.
        const before = host.#current;
        host.#current = mine;
        busy = true;
        let end: (() => void) | undefined;
        try {
          const json = use(() => {
            arrive?.(opened.core);
            return call.advance();
          });
          if (json !== undefined) {
            const value: T = JSON.parse(json);
            end = () => resolve(value);
          }
        } catch (error) {
          end = () => reject(error);
        }
        host.#current = before;
        busy = false;
        if (end) finish(end);
        else if (signal?.aborted) abort();
      }
    });
  }

  /** Registers an action. Its result goes to the module, and the call advances, unless the action was abandoned. */
  #begin(id: number, abandon: () => void) {
    const { advance, numbers } = this.#current;
    this.#pending.set(id, abandon);
    numbers.add(id);
    return (arrive: Arrive) => {
      numbers.delete(id);
      if (this.#pending.delete(id)) advance(arrive);
    };
  }

  abandon(id: number): void {
    const abandon = this.#pending.get(id);
    this.#pending.delete(id);
    abandon?.();
  }

  send(
    id: number,
    method: string,
    url: string,
    headerText: string,
    body: string | undefined,
    limit: number,
    failureLimit: number,
  ): void {
    const controller = new AbortController();
    const arrived = this.#begin(id, () => controller.abort());
    this.#current.hasSent = true;
    this.#send(id, method, url, headerText, body, controller.signal, limit, failureLimit).then(arrived);
  }

  async #send(
    id: number,
    method: string,
    url: string,
    headerText: string,
    body: string | undefined,
    signal: AbortSignal,
    limit: number,
    failureLimit: number,
  ): Promise<Arrive> {
    let response: Response;
    try {
      const lines = headerText.split("\n");
      const headers: [string, string][] = [];
      for (let i = 0; i + 1 < lines.length; i += 2) {
        const header = lines.slice(i, i + 2) as [string, string];
        if (!(BROWSER && header[0] === "user-agent")) headers.push(header);
      }
      // Every `fetch` accepts an undefined body, but these types do not.
      response = await this.#fetch(url, { method, headers, body: body as string, signal, redirect: "manual" });
    } catch (e) {
      return failure(id, e);
    }
    try {
      if (typeof response?.arrayBuffer !== "function" || !response.headers?.[Symbol.iterator]) {
        throw new TypeError("`fetch` answered with no `Response`");
      }
      // For a redirect that it may not follow, a browser gives status 0.
      const status = response.type === "opaqueredirect" ? 302 : response.status & 0xffff;
      const good = status >= 200 && status < 300;
      const { body, cut } = await readBody(response, good ? limit : failureLimit, signal);
      // The part that was read tells the platform's reason. The rest is left unread.
      if (cut && good) return (core) => core.failed(id, "too_large", "");
      const lines = [...response.headers].flat().join("\n");
      return (core) => core.arrived(id, status, lines, body);
    } catch (e) {
      return failure(id, e, "broken");
    }
  }

  wait(id: number, ms: number): void {
    // A timer of more than 24 days would fire at once.
    const timer = setTimeout(() => passed((core) => core.failed(id, "timeout", "")), Math.min(ms, 0x7fffffff));
    const passed = this.#begin(id, () => clearTimeout(timer));
  }

  monotonic(): number {
    return performance.now();
  }

  now(): number {
    return Date.now();
  }

  random(): number {
    return crypto.getRandomValues(new Uint32Array(1))[0] as number;
  }
}

/** Reads the first `limit` bytes of a body. Also returns whether there were more, which are not read. */
async function readBody(
  response: Response,
  limit: number,
  signal: AbortSignal,
): Promise<{ body: Uint8Array; cut: boolean }> {
  const reader = response.body?.getReader?.();
  if (reader === undefined) {
    // There is no body, or this `fetch` has no streams.
    const body = new Uint8Array(await response.arrayBuffer());
    return { body: body.subarray(0, limit), cut: body.length > limit };
  }
  // An abandoned body is not read any further, even if this `fetch` ignores the signal.
  const stop = () => void reader.cancel().catch(() => {});
  signal.addEventListener("abort", stop);
  if (signal.aborted) stop();
  try {
    let body = new Uint8Array(1 << 14);
    let length = 0;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return { body: body.subarray(0, length), cut: false };
      const chunk = value.subarray(0, limit - length);
      if (length + chunk.length > body.length) {
        const larger = new Uint8Array(Math.min(Math.max(2 * body.length, length + chunk.length), limit));
        larger.set(body.subarray(0, length));
        body = larger;
      }
      body.set(chunk, length);
      length += chunk.length;
      if (chunk.length < value.length) return { body: body.subarray(0, length), cut: true };
    }
  } finally {
    signal.removeEventListener("abort", stop);
    stop();
  }
}

/**
 * The failure of a request without an answer. `which` is the kind, if known. A `fetch` may throw anything, even an
 * object that cannot be inspected.
 */
function failure(id: number, e: unknown, which?: string): Arrive {
  let message = "fetch failed";
  try {
    which ??= reason(e as Thrown);
    message = systemText(e as Thrown);
  } catch {
    which ??= "broken";
  }
  return (core) => core.failed(id, which, message);
}

/** The members that a system's error may have. A thrown value need not have any. */
type Thrown = { code?: unknown; message?: unknown; cause?: Thrown } | null | undefined;

/** A browser does not tell whether anything was sent, so the request may have been sent. */
function reason(e: Thrown): string {
  const code = e?.cause?.code ?? e?.code;
  if (NOT_CONNECTED.has(code)) return "connect";
  if (UNKNOWN_HOST.has(code)) return "unknown_host";
  if (TLS.has(code)) return "tls";
  if (code === "UND_ERR_CONNECT_TIMEOUT") return "connect_timeout";
  // With these codes `fetch` reports a request that it cannot make: an invalid address or header.
  if (code === "ERR_INVALID_URL" || code === "ERR_INVALID_ARG_TYPE") return "unusable";
  return "broken";
}

/** The system's own message, without the address, which may have a secret query parameter. */
function systemText(e: Thrown): string {
  const code = e?.cause?.code ?? e?.code;
  return typeof code === "string"
    ? code
    : String(e?.cause?.message ?? e?.message ?? e)
        .replace(/http.*/s, "")
        .slice(0, 200)
        .trim();
}
