import * as wasm from "../pkg/sandbox.js";
import { invalidOption, merge } from "./errors.js";
import { plain } from "./inner/plain.js";
import { type Init, loader } from "./load.js";
import type { DateText, DateTimeText, DecimalText, MonthText } from "./models.js";

export { isSmartbillError, SmartbillError } from "./errors.js";
export type { Fetch } from "./index.js";
export type { WasmSource } from "./load.js";

const module = loader("/sandbox", wasm);

/** Loads the module, once. In Node nothing needs to be loaded. */
export const init: Init = module.init;

/** The options of a sandbox. */
export interface SandboxOptions {
  /** The token that requests must have. `sandbox` by default, for each part that the profile's token has. */
  token?: string | undefined;
  /** The text of the wire profile (TOML). Without it, the default profile applies. */
  profile?: string | undefined;
  /**
   * The beginning of the sandbox's clock. The real time by default. A date without a time is the beginning of that day
   * in São Paulo.
   */
  now?: DateTimeText | DateText | Date | undefined;
  /** Whether to begin with the sample services (`INTERNET-100`, `SMS` and so on). True by default. */
  seed?: boolean | undefined;
}

/** The result of a billing run. */
export interface BillingSummary {
  /** The number of charges made. */
  cobrancas: number;
  /** The number of records of usage billed. */
  consumos: number;
  /** The sum of the charges, in reais. */
  amount: DecimalText;
}

/** A simulation of the platform in this page or process, for development and tests. Never use it in production. */
export interface Sandbox {
  /** The address that the sandbox simulates. */
  readonly baseUrl: string;
  /** The token that requests must have. */
  readonly token: string;
  /** A `fetch` that answers like the platform: `new Smartbill({ ...sandbox })`. */
  readonly fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>;
  /** Bills the month: one charge for each contract that is due. */
  faturar(competencia: MonthText): Promise<BillingSummary>;
  /** Moves the clock forward. Contracts that fall due are billed, and charges fall due. */
  advance(until: DateText | DateTimeText | Date | { days: number }): Promise<DateTimeText>;
  /** Drops all records and begins again. */
  reset(): Promise<void>;
}

const BASE = "https://sandbox.smartbill.invalid";

function wait(ms: number, signal: AbortSignal): Promise<void> {
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

/** A body with the faults of a fault plan: broken off after `cut` bytes, or in pieces with a pause before each. */
function inPieces(
  bytes: Uint8Array,
  cut = Infinity,
  drip: Iterable<number> = [],
  signal: AbortSignal,
): ReadableStream<Uint8Array> {
  const [piece = Infinity, pause = 0] = drip;
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

/** Converts an instant to milliseconds. An invalid value gives NaN. */
function toInstant(when: unknown): number {
  if (when instanceof Date) return when.getTime();
  // A date without a time is the beginning of that day in São Paulo.
  return typeof when === "string" ? Date.parse(/^\d{4}-\d\d-\d\d$/.test(when) ? `${when}T00:00:00-03:00` : when) : NaN;
}

/** Makes a sandbox. */
export function createSandbox(options?: SandboxOptions): Sandbox {
  const given = merge(options);
  // The sandbox's clock begins at `now`, and then runs like the real time.
  const real = Date.now();
  const start = toInstant(given.now ?? new Date(real));
  if (Number.isNaN(start)) throw invalidOption("now", "`2026-01-31T12:00:00Z`");
  const clock = () => start + (Date.now() - real);
  const from = module.generation();
  const guard = <R>(f: () => R) => module.use(f, undefined, from);
  const simulator = guard(() => new wasm.Simulator(plain({ ...given, now: undefined }), clock()));

  async function fetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    const request = new Request(typeof input === "string" && input.startsWith("/") ? BASE + input : input, init);
    request.signal.throwIfAborted();
    const url = new URL(request.url);
    const body = new Uint8Array(await request.arrayBuffer());
    const headerList = [...request.headers].flat();
    const r = guard(() => simulator.handle(request.method, url.pathname + url.search, headerList, body, clock()));
    const { status, body: bytes, delay, cut, drip, headers: pairs } = r;
    r.free();
    if (delay > 0) await wait(delay, request.signal);
    if (cut === -1) throw new TypeError("fetch failed", { cause: { code: "ECONNRESET" } });
    const headers = new Headers();
    for (let i = 0; i + 1 < pairs.length; i += 2) headers.append(pairs[i] as string, pairs[i + 1] as string);
    const bodiless = status === 204 || status === 304;
    const whole = cut === undefined && drip === undefined;
    const stream = bodiless ? null : whole ? bytes : inPieces(bytes, cut, drip, request.signal);
    // The bytes are a copy of the module's, and not in shared memory.
    const response = new Response(stream as BodyInit | null, { status, headers });
    Object.defineProperty(response, "url", { value: request.url });
    return response;
  }

  const sandbox = { baseUrl: BASE, token: guard(() => simulator.token), fetch };
  // These must not be among the properties that `new Smartbill({ ...sandbox })` reads.
  const controls: Pick<Sandbox, "faturar" | "advance" | "reset"> = {
    async faturar(competencia) {
      return JSON.parse(guard(() => simulator.faturar(typeof competencia === "string" ? competencia : "", clock())));
    },
    async advance(until) {
      const days = typeof until === "object" && "days" in until ? until.days : undefined;
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
  for (const [name, value] of Object.entries(controls)) Object.defineProperty(sandbox, name, { value });
  return Object.freeze(sandbox) as Sandbox;
}
