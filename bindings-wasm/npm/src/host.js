// What the client in the module needs of the world: to send, to wait, to know the time, and chance; and to be moved on
// when something came. Nothing here throws into the module: what goes wrong is answered as data.

import { toError } from "./errors.js";

/** Errors of Node's sockets that say that nothing was sent. */
const NOT_CONNECTED = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"]);
const TLS = new Set([
  "CERT_HAS_EXPIRED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "ERR_TLS_CERT_ALTNAME_INVALID",
]);

// A browser names itself, and asks the server's leave (CORS) where a page would.
const BROWSER = typeof document === "object" || typeof WorkerGlobalScope === "function";

export class Host {
  #fetch;
  /** What is under way, by its number: how it is given up. */
  #pending = new Map();
  /** The call that the module is busy with. */
  #current;

  constructor(fetch) {
    // Called bare: a browser's own `fetch` refuses any other `this`.
    this.#fetch = (url, init) => fetch(url, init);
  }

  /**
   * Takes the call that `start` begins to its end, unless `signal` gives it up. `opened` is the client, with how
   * something is done where it is; `about` is what the failure of the module itself says of the call.
   */
  drive(opened, signal, about, start) {
    const host = this;
    return new Promise((resolve, reject) => {
      const mine = { advance, numbers: new Set(), hasSent: false };
      const use = (f) => opened.use(f, (error) => Object.assign(error, about(mine.hasSent)));
      const call = use(start);
      let busy = false;
      const finish = (settle, value) => {
        signal?.removeEventListener("abort", abort);
        // All but those of a module that failed have been given up already.
        for (const number of mine.numbers) this.abandon(number);
        try {
          use(() => call.free());
        } catch {
          // It is gone with the instance that it was in.
        }
        settle(value);
      };
      const abort = () => {
        // A `fetch`, and what listens to its signal, run within the module, which must be left first.
        if (busy) return;
        let error;
        try {
          error = toError(
            use(() => call.cancel()),
            signal.reason,
          );
        } catch (failure) {
          error = failure;
        }
        finish(reject, error);
      };
      if (signal?.aborted) return abort();
      signal?.addEventListener("abort", abort);
      advance();

      function advance(arrive) {
        // They may begin other calls, too.
        const before = host.#current;
        host.#current = mine;
        busy = true;
        let end;
        try {
          const json = use(() => {
            arrive?.(opened.core);
            return call.advance();
          });
          if (json !== undefined) end = [resolve, JSON.parse(json)];
        } catch (error) {
          end = [reject, error];
        }
        host.#current = before;
        busy = false;
        if (end) finish(...end);
        else if (signal?.aborted) abort();
      }
    });
  }

  /** `arrive` answers the module unless it has given up, and the call that asked goes on. */
  #begin(id, abandon) {
    const { advance, numbers } = this.#current;
    this.#pending.set(id, abandon);
    numbers.add(id);
    return (arrive) => {
      numbers.delete(id);
      if (this.#pending.delete(id)) advance(arrive);
    };
  }

  abandon(id) {
    const abandon = this.#pending.get(id);
    this.#pending.delete(id);
    abandon?.();
  }

  send(id, method, url, headerText, body, limit, failureLimit) {
    const controller = new AbortController();
    const arrived = this.#begin(id, () => controller.abort());
    this.#current.hasSent = true;
    this.#send(id, method, url, headerText, body, controller.signal, limit, failureLimit).then(arrived);
  }

  async #send(id, method, url, headerText, body, signal, limit, failureLimit) {
    let response;
    try {
      const lines = headerText.split("\n");
      const headers = [];
      for (let i = 0; i + 1 < lines.length; i += 2) {
        if (!(BROWSER && lines[i] === "user-agent")) headers.push([lines[i], lines[i + 1]]);
      }
      response = await this.#fetch(url, { method, headers, body, signal, redirect: "manual" });
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

  wait(id, ms) {
    // A timer of more than 24 days would go off at once.
    const timer = setTimeout(() => passed((core) => core.failed(id, "timeout", "")), Math.min(ms, 0x7fffffff));
    const passed = this.#begin(id, () => clearTimeout(timer));
  }

  monotonic() {
    return performance.now();
  }

  now() {
    return Date.now();
  }

  random() {
    return crypto.getRandomValues(new Uint32Array(1))[0];
  }
}

/** The first `limit` bytes of a body, and whether there were more, which are not read. */
async function readBody(response, limit, signal) {
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
function failure(id, e, which) {
  let message = "fetch failed";
  try {
    which ??= reason(e);
    message = systemText(e);
  } catch {
    which ??= "broken";
  }
  return (core) => core.failed(id, which, message);
}

/** A browser does not say whether anything was sent, so then it may have been. */
function reason(e) {
  const code = e?.cause?.code ?? e?.code;
  if (NOT_CONNECTED.has(code)) return "connect";
  if (TLS.has(code)) return "tls";
  if (code === "UND_ERR_CONNECT_TIMEOUT") return "connect_timeout";
  // What `fetch` says of a request that it cannot make: an address or header that is none.
  if (code === "ERR_INVALID_URL" || code === "ERR_INVALID_ARG_TYPE") return "unusable";
  return "broken";
}

/** In the words of the system, without the address, which may hold a query parameter. */
function systemText(e) {
  const code = e?.cause?.code ?? e?.code;
  return typeof code === "string"
    ? code
    : String(e?.cause?.message ?? e?.message ?? e)
        .split("http")[0]
        .slice(0, 200)
        .trim();
}
