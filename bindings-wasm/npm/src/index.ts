import * as wasm from "../pkg/client.js";
import {
  type Finding,
  invalidOption,
  type Language,
  type Mode,
  merge,
  type SmartbillError,
  toError,
} from "./errors.js";
import { Host, type Opened } from "./inner/host.js";
import { packed, SURROGATE } from "./inner/pack.js";
import { profiles, type Source } from "./inner/profiles.js";
import { type Init, loader } from "./load.js";
import type {
  Cliente,
  ClientesFilter,
  Cobranca,
  CobrancasFilter,
  Consumo,
  ConsumosFilter,
  Contrato,
  ContratoAction,
  ContratosFilter,
  Servico,
  ServicosFilter,
} from "./models.js";

export type { FieldError, Finding, Language, Mode, Place, Severity } from "./errors.js";
export { isSmartbillError, SmartbillError } from "./errors.js";
export type { WasmSource } from "./load.js";
export type * from "./models.js";

const module = loader("", wasm);

/**
 * Loads the module, once. In Node nothing needs to be loaded.
 *
 * ```js
 * import { init, Smartbill } from "smartbill-automation";
 * await init();
 * const sb = new Smartbill({ baseUrl: "/api" });
 * ```
 */
export const init: Init = module.init;

/** A `fetch`: the platform's own, a framework's, or the sandbox's. */
export type Fetch = (input: string, init: RequestInit) => Promise<Response>;

/** How often and how patiently a call is tried. */
export interface RetryOptions {
  /** Attempts in all, the first included; 4 by default, 1 turns retries off. */
  maxAttempts?: number | undefined;
  /** The longest wait before the first retry, in milliseconds; it doubles with each. */
  baseMs?: number | undefined;
  /** The longest wait of all, in milliseconds. */
  capMs?: number | undefined;
  /** A server that asks to wait longer than this is not waited for, in milliseconds. */
  maxRetryAfterMs?: number | undefined;
}

/** How the client reaches the platform. */
export interface SmartbillOptions {
  /** Where the platform is, such as `https://api.example.com`, or `/api` for a same-origin back end. */
  baseUrl: string;
  /** The access token. Never give one to a browser: let a same-origin back end add it. */
  token?: string | undefined;
  /** What sends the requests; the global `fetch` by default. */
  fetch?: Fetch | undefined;
  /**
   * The text of a wire profile (TOML); the default profile where it is left out. In a page, load
   * `smartbill-automation/profile` first.
   */
  profile?: string | undefined;
  /** Retries. */
  retry?: RetryOptions | undefined;
  /** The longest that a call may take with its retries, in milliseconds; `Infinity` must be asked for by name. */
  timeoutMs?: number | undefined;
  /** The longest that one attempt may take, in milliseconds. */
  attemptTimeoutMs?: number | undefined;
  /** The most pages that a listing reads; 10 000 by default. */
  maxPages?: number | undefined;
  /**
   * How many bytes an answer may have, decompressed; 16 MiB by default. A page holds at most one record for each 2 KiB of
   * it, or as many as were asked for.
   */
  maxBodyBytes?: number | undefined;
  /** Allows plain http to a host that is not this machine. The token then travels in clear. */
  allowHttp?: boolean | undefined;
  /** How forgiving the check before sending is; `strict` by default. */
  mode?: Mode | undefined;
  /** The language of messages; `pt-BR` by default. */
  language?: Language | undefined;
}

/** Options of one call. */
export interface CallOptions {
  /** How forgiving the check before sending is. */
  mode?: Mode | undefined;
  /** The language of messages. */
  language?: Language | undefined;
  /** The longest that one attempt may take, in milliseconds. */
  attemptTimeoutMs?: number | undefined;
  /** Reads a contract before acting on it, and refuses what its state does not allow. */
  checkState?: boolean | undefined;
  /** Gives the call up; it then fails with code `cancelled`. */
  signal?: AbortSignal | undefined;
  /** The longest that this call may take with its retries, in milliseconds. */
  timeoutMs?: number | undefined;
  /** The key under which the platform does this write once, however often it is sent. */
  idempotencyKey?: string | undefined;
  /** Retries of this call. */
  retry?: RetryOptions | undefined;
}

/** Options of a change. */
export interface AlterarOptions extends CallOptions {
  /** The fields that are emptied: one that is left out of the change stays as it is. */
  clear?: Iterable<string> | undefined;
}

/** Options of a listing. */
export interface ListOptions extends Omit<CallOptions, "idempotencyKey"> {
  /** How many records a page has. */
  pageSize?: number | undefined;
  /** The most pages that are read. */
  maxPages?: number | undefined;
  /** Where to go on: the `cursor` of an earlier listing. */
  cursor?: string | undefined;
}

/** A record as the platform answered with it. */
export type Received<T> = T & {
  /**
   * What could not be read, and is absent: a date such as `0000-00-00`, a number that is none. Each is a warning. Absent
   * where all was read; left out where the record is sent back.
   */
  findings?: Finding[] | undefined;
};

/** A write that worked. */
export interface Written<T> {
  /** What it did. */
  outcome: "created" | "updated" | "unchanged" | "already_done";
  /**
   * The record as the platform has it. After `already_done` it was read back, or is the answer to an earlier attempt of
   * this very call.
   */
  record: Received<T>;
}

/** What became of one contract of several. */
export interface BatchItem {
  /** The contract. */
  id: string;
  /** What was done, if it was. */
  written?: Written<Contrato> | undefined;
  /** Why not, if it was not. */
  error?: SmartbillError | undefined;
}

/**
 * A listing: `for await (const c of sb.clientes.listar())`. A page is read when its first record is asked for, so that
 * leaving the loop asks for no more.
 */
export interface Listing<T> extends AsyncIterable<Received<T>> {
  /** Every record, in an array. */
  toArray(): Promise<Received<T>[]>;
  /** The pages, one by one. */
  pages(): AsyncIterable<Page<T>>;
}

/** One page of a listing. */
export interface Page<T> {
  /** Its records. */
  items: Received<T>[];
  /** How many records all pages hold, if the platform says. */
  total?: number | undefined;
  /** Where to go on after it, for `listar(filter, { cursor })`; absent after the last. */
  cursor?: string | undefined;
}

/** Customers. */
export interface Clientes {
  /**
   * Adds a customer. Checked before it is sent: what is wrong fails with `validation`. If an answer gets lost, or the
   * platform says that there is such a customer, the one with this `codigoExterno` is read: if it says the same, this is
   * `already_done`; another one, or one that is out of use, fails with `conflict`. The `outcome` of an error is
   * `rejected` only where it is known that nothing was added.
   */
  incluir(cliente: Cliente, options?: CallOptions): Promise<Written<Cliente>>;
  /** Changes a customer: only the fields given. */
  alterar(id: string, changes: Cliente, options?: AlterarOptions): Promise<Written<Cliente>>;
  /** Removes (deactivates) a customer. */
  remover(id: string, options?: CallOptions): Promise<Written<Cliente>>;
  /** Gets one customer; `not_found` where there is none. */
  obter(id: string, options?: CallOptions): Promise<Received<Cliente>>;
  /** Lists customers. */
  listar(filter?: ClientesFilter, options?: ListOptions): Listing<Cliente>;
}

/** Services; the platform's own interface makes and changes them. */
export interface Servicos {
  /** Gets one service; `not_found` where there is none. */
  obter(id: string, options?: CallOptions): Promise<Received<Servico>>;
  /** Lists services. */
  listar(filter?: ServicosFilter, options?: ListOptions): Listing<Servico>;
}

/** Contracts. */
export interface Contratos {
  /** Adds a contract, inactive until `ativar`; otherwise as {@link Clientes.incluir}. */
  incluir(contrato: Contrato, options?: CallOptions): Promise<Written<Contrato>>;
  /** Activates a contract, or resumes a suspended one; `conflict` where its state does not allow it. */
  ativar(id: string, action?: ContratoAction, options?: CallOptions): Promise<Written<Contrato>>;
  /** Activates contracts one after another; each has its own result. */
  ativar(ids: string[], action?: ContratoAction, options?: CallOptions): Promise<BatchItem[]>;
  /** Deactivates a contract; `conflict` where its state does not allow it. */
  desativar(id: string, action?: ContratoAction, options?: CallOptions): Promise<Written<Contrato>>;
  /** Deactivates contracts one after another; each has its own result. */
  desativar(ids: string[], action?: ContratoAction, options?: CallOptions): Promise<BatchItem[]>;
  /** Suspends a contract; `conflict` where its state does not allow it. */
  suspender(id: string, action?: ContratoAction, options?: CallOptions): Promise<Written<Contrato>>;
  /** Cancels a contract for good; a `motivo` is required. */
  cancelar(id: string, action: ContratoAction, options?: CallOptions): Promise<Written<Contrato>>;
  /** Gets one contract; `not_found` where there is none. */
  obter(id: string, options?: CallOptions): Promise<Received<Contrato>>;
  /** Lists contracts. */
  listar(filter?: ContratosFilter, options?: ListOptions): Listing<Contrato>;
}

/** Metered usage. */
export interface Consumos {
  /** Adds usage, as {@link Clientes.incluir}: an `idExterno` that exists with other data fails with `conflict`. */
  incluir(consumo: Consumo, options?: CallOptions): Promise<Written<Consumo>>;
  /** Changes usage; `conflict` once it is billed. */
  alterar(id: string, changes: Consumo, options?: AlterarOptions): Promise<Written<Consumo>>;
  /** Removes usage; `conflict` once it is billed. */
  remover(id: string, options?: CallOptions): Promise<Written<Consumo>>;
  /** Gets one record of usage; `not_found` where there is none. */
  obter(id: string, options?: CallOptions): Promise<Received<Consumo>>;
  /** Lists usage. */
  listar(filter?: ConsumosFilter, options?: ListOptions): Listing<Consumo>;
}

/** Charges; the platform's billing makes them. */
export interface Cobrancas {
  /** Lists charges. */
  listar(filter?: CobrancasFilter, options?: ListOptions): Listing<Cobranca>;
}

/** A client in its module, and what it travels by: made anew where another instance has taken the module's place. */
class Link {
  readonly #make;
  readonly #module;
  readonly #language;
  #current;

  constructor(fetch: Fetch, options: { language?: Language | undefined }, { module, Core }: Source) {
    this.#module = module;
    this.#language = options.language;
    this.#make = () => {
      const generation = module.generation();
      const host = new Host(fetch);
      const core = packed([options], (bytes) => module.use(() => new Core(bytes, host), options.language));
      return { generation, host, core };
    };
    this.#current = this.#make();
  }

  opened(language = this.#language): Opened {
    if (this.#current.generation !== this.#module.generation()) this.#current = this.#make();
    const { generation, host, core } = this.#current;
    return {
      host,
      core,
      use: (f, describe) => this.#module.use(f, language, generation, describe),
      closed: () => generation !== this.#module.generation(),
    };
  }
}

const CALL = Symbol();

/** The records of a listing, page by page; each walk over it reads anew. */
class Walk<T> implements Listing<T> {
  readonly #open;
  readonly #signal;

  constructor(
    open: () => { opened: Opened; pages: wasm.Listing; about: () => Partial<SmartbillError> },
    signal: AbortSignal | undefined,
  ) {
    this.#open = open;
    this.#signal = signal;
  }

  async *pages(): AsyncGenerator<Page<T>, void, undefined> {
    const { opened, pages, about } = this.#open();
    for (;;) {
      const page = await opened.host.drive<Page<T> | null>(opened, this.#signal, about, () => pages.next());
      if (page === null) return;
      yield page;
      if (page.cursor === undefined) return;
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Received<T>, void, undefined> {
    for await (const { items } of this.pages()) yield* items;
  }

  async toArray(): Promise<Received<T>[]> {
    const every: Received<T>[] = [];
    for await (const { items } of this.pages()) for (const item of items) every.push(item);
    return every;
  }
}

/** What a call is given besides data: the signal stays here, the rest goes into the module. */
function splitOptions(options: (CallOptions & ListOptions) | undefined) {
  const { signal, ...rest } = merge(options);
  if (
    signal != null &&
    !(typeof signal.aborted === "boolean" && "addEventListener" in signal && "removeEventListener" in signal)
  ) {
    throw invalidOption("signal", "`AbortSignal`");
  }
  return { signal: signal ?? undefined, rest };
}

class Resource {
  readonly #link;
  readonly #name;

  constructor(link: Link, name: string) {
    this.#link = link;
    this.#name = name;
  }

  [CALL]<R>(verb: string, ids: string[], data: unknown, options: CallOptions | undefined): Promise<R> {
    const { signal, rest } = splitOptions(options);
    const operation = `${this.#name}.${verb}`;
    const opened = this.#link.opened(rest.language);
    const about = (hasSent: boolean): Partial<SmartbillError> =>
      verb === "obter" ? { operation } : { operation, outcome: hasSent ? "unknown" : "not_sent" };
    return packed([ids, data, rest], (bytes) =>
      opened.host.drive(opened, signal, about, () => opened.core.call(operation, bytes)),
    );
  }

  listar(filter?: object, options?: ListOptions): Listing<unknown> {
    const { signal, rest } = splitOptions(options);
    const { cursor, ...filtering } = rest;
    if (cursor != null && typeof cursor !== "string") throw invalidOption("cursor", "`pagina.cursor`");
    const operation = `${this.#name}.listar`;
    const open = () => {
      const opened = this.#link.opened(rest.language);
      const pages = packed([filter ?? {}, filtering], (bytes) =>
        opened.use(() => opened.core.listar(operation, bytes, cursor)),
      );
      return { opened, pages, about: () => ({ operation }) };
    };
    // A filter that is wrong is said at once, not at the first page.
    let first: ReturnType<typeof open> | undefined = open();
    return new Walk(() => {
      const pages = first === undefined || first.opened.closed() ? open() : first;
      first = undefined;
      return pages;
    }, signal);
  }
}

function checked(id: string, name = "id"): string {
  if (typeof id === "string" && !SURROGATE.test(id)) return id;
  throw invalidOption(name, "`17`");
}

/** The names of `clear`; a text alone would be read letter by letter. */
function namesOf(clear: Iterable<string>): string[] {
  if (typeof clear === "object" && typeof clear[Symbol.iterator] === "function") {
    const list = [...clear];
    if (list.every((name) => typeof name === "string")) return list;
  }
  throw invalidOption("clear", '`["email"]`');
}

/** What the module says of one contract: its error is JSON. */
type ActionResult =
  | { id: string; written: Written<Contrato>; error?: never }
  | { id: string; written?: never; error: string };

/** One contract's result, or its error thrown; several contracts' results side by side. */
async function act(
  resource: Resource,
  action: ActionName,
  id: string | string[],
  data: ContratoAction | undefined,
  options: CallOptions | undefined,
): Promise<BatchItem[] | Written<Contrato> | undefined> {
  const several = Array.isArray(id);
  // A hole is none either.
  const ids = several ? Array.from(id, (one, i) => checked(one, `ids[${i}]`)) : [checked(id)];
  const items = await resource[CALL]<ActionResult[]>(action, ids, data ?? {}, options);
  const results = items.map(({ id, written, error }) => (written ? { id, written } : { id, error: toError(error) }));
  if (several) return results;
  const [only] = results;
  if (only?.error) throw only.error;
  return only?.written;
}

const OPERATIONS = {
  incluir: {
    async incluir(this: Resource, data: object, options?: CallOptions) {
      return this[CALL]("incluir", [], data, options);
    },
  },
  alterar: {
    async alterar(this: Resource, id: string, data: object, options?: AlterarOptions) {
      const { clear, ...rest } = merge(options);
      return this[CALL]("alterar", [checked(id), ...namesOf(clear ?? [])], data, rest);
    },
  },
  remover: {
    async remover(this: Resource, id: string, options?: CallOptions) {
      return this[CALL]("remover", [checked(id)], undefined, options);
    },
  },
  obter: {
    async obter(this: Resource, id: string, options?: CallOptions) {
      return this[CALL]("obter", [checked(id)], undefined, options);
    },
  },
  actions: {
    async ativar(this: Resource, id: string | string[], action?: ContratoAction, options?: CallOptions) {
      return act(this, "ativar", id, action, options);
    },
    async desativar(this: Resource, id: string | string[], action?: ContratoAction, options?: CallOptions) {
      return act(this, "desativar", id, action, options);
    },
    async suspender(this: Resource, id: string, action?: ContratoAction, options?: CallOptions) {
      return act(this, "suspender", checked(id), action, options);
    },
    async cancelar(this: Resource, id: string, action?: ContratoAction, options?: CallOptions) {
      return act(this, "cancelar", checked(id), action, options);
    },
  },
};

/** The operations named are those that `R` has: what comes of `Object.assign` is not known to the compiler. */
function resource<R>(link: Link, name: string, ...operations: (keyof typeof OPERATIONS)[]): R {
  return Object.freeze(Object.assign(new Resource(link, name), ...operations.map((o) => OPERATIONS[o])));
}

/**
 * The platform's API. Nothing needs to be closed. Whatever fails, fails with a {@link SmartbillError}.
 *
 * ```js
 * const sb = new Smartbill({ baseUrl: "/" }); // a same-origin back end adds the token
 * const { registro } = await sb.clientes.incluir({ nome: "Padaria Aurora", tipoPessoa: "JURIDICA", cpfCnpj: "12.ABC.345/01DE-35" });
 * for await (const cobranca of sb.cobrancas.listar({ situacao: ["EM_ABERTO"] })) console.log(cobranca.valorLiquido);
 * ```
 */
export class Smartbill {
  /** Sends nothing yet; throws with code `configuration` what is wrong with the options. */
  constructor(options: SmartbillOptions) {
    const { fetch = globalThis.fetch, baseUrl, ...rest } = merge(options);
    if (typeof fetch !== "function") throw invalidOption("fetch", "`globalThis.fetch`");
    const source = rest.profile == null ? { module, Core: wasm.Core } : profiles.client();
    const link = new Link(fetch, { ...rest, ...absolute(baseUrl) }, source);
    this.clientes = resource(link, "clientes", "incluir", "alterar", "remover", "obter");
    this.servicos = resource(link, "servicos", "obter");
    this.contratos = resource(link, "contratos", "incluir", "obter", "actions");
    this.consumos = resource(link, "consumos", "incluir", "alterar", "remover", "obter");
    this.cobrancas = resource(link, "cobrancas");
    Object.freeze(this);
  }
  /** Customers. */
  readonly clientes: Clientes;
  /** Services. */
  readonly servicos: Servicos;
  /** Contracts. */
  readonly contratos: Contratos;
  /** Metered usage. */
  readonly consumos: Consumos;
  /** Charges. */
  readonly cobrancas: Cobrancas;
}

/** `/api` is the page's own back end: whoever served the page over plain http may be asked over plain http. */
function absolute(baseUrl: string | undefined) {
  const origin = globalThis.location?.origin;
  if (typeof baseUrl !== "string" || !baseUrl.startsWith("/") || !origin) return { baseUrl };
  return { baseUrl: origin + baseUrl, allowHttp: true };
}

/** What can be done to a contract. */
export type ActionName = "ativar" | "desativar" | "suspender" | "cancelar";

/** The actions that a contract in this state allows, for the buttons of a page; the platform decides in the end. */
export function allowedActions(situacao: string): ActionName[] {
  const actions = module.use(() => (typeof situacao === "string" ? wasm.allowed_actions(situacao) : ""));
  return actions.split(",").filter(Boolean) as ActionName[];
}
