// What the client in the module needs of the world: to send, to wait, to know the time, and chance; and to be moved on
// when something came. Nothing here throws into the module: what goes wrong is answered as data.

import type { Call, Core } from "../../pkg/client.js";
import { type SmartbillError, toError } from "../errors.js";

/** Errors of Node's sockets that say that nothing was sent. */
const NOT_CONNECTED = new Set<unknown>(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"]);
const TLS = new Set<unknown>([
  "CERT_HAS_EXPIRED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "ERR_TLS_CERT_ALTNAME_INVALID",
]);

// Of the types of workers only.
declare const WorkerGlobalScope: unknown;

// A browser names itself, and asks the server's leave (CORS) where a page would.
const BROWSER = typeof document === "object" || typeof WorkerGlobalScope === "function";

type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Gives the module what came. */
type Arrive = (core: Core) => void;

/** A client as it is now. */
export interface Opened {
  readonly host: Host;
  readonly core: Core;
  /** Does something in the module where the client is; `describe` may say more of the failure of the module itself. */
  use<R>(f: () => R, describe?: (error: SmartbillError) => SmartbillError): R;
  /** Whether that module is gone. */
  closed(): boolean;
}

/** A call that is being taken to its end: what it waits for, by number, and how it goes on. */
interface Drive {
  readonly advance: (arrive?: Arrive) => void;
  readonly numbers: Set<number>;
  hasSent: boolean;
}

export class Host {
  readonly #fetch: Fetch;
  /** What is under way, by its number: how it is given up. */
  readonly #pending = new Map<number, () => void>();
  /** The call that the module is busy with: without one, it asks for nothing. */
  #current!: Drive;

  constructor(fetch: Fetch) {
    // Called bare: a browser's own `fetch` refuses any other `this`.
    this.#fetch = (url, init) => fetch(url, init);
  }

  /**
   * Takes the call that `start` begins to its end, unless `signal` gives it up. `opened` is the client, with how
   * something is done where it is; `about` is what the failure of the module itself says of the call.
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
        // All but those of a module that failed have been given up already.
        for (const number of mine.numbers) this.abandon(number);
        try {
          use(() => call.free());
        } catch {
          // It is gone with the instance that it was in.
        }
        settle();
      };
      const abort = () => {
        // A `fetch`, and what listens to its signal, run within the module, which must be left first.
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
        // They may begin other calls, too.
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

  /** `arrive` answers the module unless it has given up, and the call that asked goes on. */
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
      // An undefined body is none to every `fetch`, though not to these types.
      response = await this.#fetch(url, { method, headers, body: body as string, signal, redirect: "manual" });
    } catch (e) {
      return failure(id, e);
    }
    try {
      if (typeof response?.arrayBuffer !== "function" || !response.headers?.[Symbol.iterator]) {
        throw new TypeError("`fetch` answered with no `Response`");
      }
      // A browser hides a redirect that it was told not to follow behind status 0.
      const status = response.type === "opaqueredirect" ? 302 : response.status & 0xffff;
      const good = status >= 200 && status < 300;
      const { body, cut } = await readBody(response, good ? limit : failureLimit, signal);
      // What the platform refused, and why, is known; the rest of its words is left unread.
      if (cut && good) return (core) => core.failed(id, "too_large", "");
      const lines = [...response.headers].flat().join("\n");
      return (core) => core.arrived(id, status, lines, body);
    } catch (e) {
      return failure(id, e, "broken");
    }
  }

  wait(id: number, ms: number): void {
    // A timer of more than 24 days would go off at once.
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

/** The first `limit` bytes of a body, and whether there were more, which are not read. */
async function readBody(
  response: Response,
  limit: number,
  signal: AbortSignal,
): Promise<{ body: Uint8Array; cut: boolean }> {
  const reader = response.body?.getReader?.();
  if (reader === undefined) {
    // None, or a `fetch` that has no streams.
    const body = new Uint8Array(await response.arrayBuffer());
    return { body: body.subarray(0, limit), cut: body.length > limit };
  }
  // Given up, it is not read any further even where the `fetch` does not listen.
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

/** What no answer came of; `which` where that is known. A `fetch` may throw anything, even what cannot be looked at. */
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

/** What a system's error may have, and nothing that was thrown must have. */
type Thrown = { code?: unknown; message?: unknown; cause?: Thrown } | null | undefined;

/** A browser does not say whether anything was sent, so then it may have been. */
function reason(e: Thrown): string {
  const code = e?.cause?.code ?? e?.code;
  if (NOT_CONNECTED.has(code)) return "connect";
  if (TLS.has(code)) return "tls";
  if (code === "UND_ERR_CONNECT_TIMEOUT") return "connect_timeout";
  // What `fetch` says of a request that it cannot make: an address or header that is none.
  if (code === "ERR_INVALID_URL" || code === "ERR_INVALID_ARG_TYPE") return "unusable";
  return "broken";
}

/** In the words of the system, without the address, which may hold a query parameter. */
function systemText(e: Thrown): string {
  const code = e?.cause?.code ?? e?.code;
  return typeof code === "string"
    ? code
    : String(e?.cause?.message ?? e?.message ?? e)
        .replace(/http.*/s, "")
        .slice(0, 200)
        .trim();
}
