import * as wasm from "../pkg/sandbox.js";
import { invalidOption, merge } from "./errors.js";
import { loader } from "./load.js";
import { plain } from "./plain.js";

export { isSmartbillError, SmartbillError } from "./errors.js";

const { init, markLoaded, generation, use } = loader("/sandbox", wasm);

export { init, markLoaded };

const BASE = "https://sandbox.smartbill.invalid";

function wait(ms, signal) {
  return new Promise((done, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const abort = () => {
      clearTimeout(id);
      reject(signal.reason);
    };
    const id = setTimeout(() => {
      signal.removeEventListener("abort", abort);
      done();
    }, ms);
    signal.addEventListener("abort", abort, { once: true });
  });
}

/** A body as a fault plan spoils it: broken off after `cut` bytes, or in pieces with a pause before each. */
function inPieces(bytes, cut = Infinity, [piece, pause] = [Infinity, 0], signal) {
  let sent = 0;
  return new ReadableStream({
    async pull(output) {
      if (sent >= Math.min(cut, bytes.length)) {
        return cut < bytes.length ? output.error(new TypeError("terminated")) : output.close();
      }
      if (pause > 0) await wait(pause, signal);
      const end = Math.min(sent + piece, cut, bytes.length);
      output.enqueue(bytes.slice(sent, end));
      sent = end;
    },
  });
}

/** An instant in milliseconds; NaN for what is none. */
function toInstant(when) {
  if (when instanceof Date) return when.getTime();
  // A bare date is the beginning of that day in São Paulo.
  return typeof when === "string" ? Date.parse(/^\d{4}-\d\d-\d\d$/.test(when) ? `${when}T00:00:00-03:00` : when) : NaN;
}

export function createSandbox(options) {
  const given = merge(options);
  // Its clock begins where it is told to, and then runs as time does.
  const real = Date.now();
  const start = toInstant(given.now ?? new Date(real));
  if (Number.isNaN(start)) throw invalidOption("now", "`2026-01-31T12:00:00Z`");
  const clock = () => start + (Date.now() - real);
  const de = generation();
  const guard = (f) => use(f, undefined, de);
  const simulator = guard(() => new wasm.Simulator(plain({ ...given, now: undefined }), clock()));

  async function fetch(input, init) {
    const request = new Request(typeof input === "string" && input.startsWith("/") ? BASE + input : input, init);
    request.signal.throwIfAborted();
    const url = new URL(request.url);
    const body = new Uint8Array(await request.arrayBuffer());
    const headerList = [...request.headers].flat();
    const r = guard(() => simulator.handle(request.method, url.pathname + url.search, headerList, body, clock()));
    const { status, body: bytes, delay, cut, drip } = r;
    const pairs = r.headers;
    r.free();
    if (delay > 0) await wait(delay, request.signal);
    if (cut === -1) throw new TypeError("fetch failed", { cause: { code: "ECONNRESET" } });
    const headers = new Headers();
    for (let i = 0; i + 1 < pairs.length; i += 2) headers.append(pairs[i], pairs[i + 1]);
    const bodiless = status === 204 || status === 304;
    const whole = cut === undefined && drip === undefined;
    const stream = bodiless ? null : whole ? bytes : inPieces(bytes, cut, drip, request.signal);
    const response = new Response(stream, { status, headers });
    Object.defineProperty(response, "url", { value: request.url });
    return response;
  }

  const sandbox = { baseUrl: BASE, token: given.token ?? "sandbox", fetch };
  // Not among what `new Smartbill({ ...sandbox })` is given.
  const controls = {
    async faturar(competencia) {
      return JSON.parse(guard(() => simulator.faturar(typeof competencia === "string" ? competencia : "", clock())));
    },
    async advance(until) {
      const days = until instanceof Date ? undefined : until?.days;
      const target = days === undefined ? toInstant(until) : undefined;
      if (Number.isNaN(target) || (days !== undefined && !Number.isInteger(days))) {
        throw invalidOption("advance", "`AAAA-MM-DD`, `{ dias: 30 }`");
      }
      return JSON.parse(guard(() => simulator.advance(target, days ?? 0, clock())));
    },
    async reset() {
      guard(() => simulator.reset(clock()));
    },
  };
  for (const name in controls) Object.defineProperty(sandbox, name, { value: controls[name] });
  return Object.freeze(sandbox);
}
