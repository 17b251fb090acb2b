import * as wasm from "../pkg/client.js";
import { invalidOption, type Language, type Mode, merge, type SmartbillError, toError } from "./errors.js";
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
import type { Received } from "./validation.js";

export type { FieldError, Finding, Language, Mode, Place, Severity } from "./errors.js";
export { isSmartbillError, SmartbillError } from "./errors.js";
export type { WasmSource } from "./load.js";
export type * from "./models.js";
export type { Received } from "./validation.js";

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

/** A `fetch` function: that of the browser, of a framework, or of the sandbox. */
export type Fetch = (input: string, init: RequestInit) => Promise<Response>;

/** How often and how patiently a call is retried. */
export interface RetryOptions {
  /** Attempts in all, the first included. 4 by default; 1 turns retries off. */
  maxAttempts?: number | undefined;
  /** The longest wait before the first retry, in milliseconds. It doubles with each retry. */
  baseMs?: number | undefined;
  /** The greatest length of any wait, in milliseconds. */
  capMs?: number | undefined;
  /** The longest wait that a server may ask for, in milliseconds. If it asks for more, there is no retry. */
  maxRetryAfterMs?: number | undefined;
}

/** The options of a client. */
export interface SmartbillOptions {
  /** The address of the platform, such as `https://api.example.com`, or `/api` for a back end of the same origin. */
  baseUrl: string;
  /** The access token. Never give one to a browser: let a same-origin back end add it. */
  token?: string | undefined;
  /** The function that sends the requests. The global `fetch` by default. */
  fetch?: Fetch | undefined;
  /**
   * The text of a wire profile (TOML). Without it, the default profile applies. In a page, load
   * `smartbill-automation/profile` first.
   */
  profile?: string | undefined;
  /** Retries. */
  retry?: RetryOptions | undefined;
  /** The longest time of a call with its retries, in milliseconds. `Infinity` must be given explicitly. */
  timeoutMs?: number | undefined;
  /** The longest time of one attempt, in milliseconds. */
  attemptTimeoutMs?: number | undefined;
  /** The greatest number of pages that a listing reads. 10 000 by default. */
  maxPages?: number | undefined;
  /**
   * The greatest size of an answer in bytes, decompressed. 16 MiB by default. A page may have one record for each 2 KiB
   * of this limit, or as many records as were asked for, whichever is more.
   */
  maxBodyBytes?: number | undefined;
  /** Allows plain http to a host that is not this machine. The token then travels in clear. */
  allowHttp?: boolean | undefined;
  /** How forgiving the check before sending is. `strict` by default. */
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
  /** The longest time of one attempt, in milliseconds. */
  attemptTimeoutMs?: number | undefined;
  /** Whether to read a contract before an action on it, and refuse the action if the contract's state forbids it. */
  checkState?: boolean | undefined;
  /** Aborts the call, which then fails with the code `cancelled`. */
  signal?: AbortSignal | undefined;
  /** The longest time of this call with its retries, in milliseconds. */
  timeoutMs?: number | undefined;
  /** The key under which the platform does this write once, however often the request is sent. */
  idempotencyKey?: string | undefined;
  /** Retries of this call. */
  retry?: RetryOptions | undefined;
}

/** Options of a change. */
export interface AlterarOptions extends CallOptions {
  /** The fields to be emptied. A field that is left out of the change stays as it is. */
  clear?: Iterable<string> | undefined;
}

/** Options of a listing. */
export interface ListOptions extends Omit<CallOptions, "idempotencyKey"> {
  /** The number of records of a page. */
  pageSize?: number | undefined;
  /** The greatest number of pages to read. */
  maxPages?: number | undefined;
  /** The position at which to continue: the `cursor` of an earlier listing. */
  cursor?: string | undefined;
}

/** A successful write. */
export interface Written<T> {
  /** The effect of the write. */
  outcome: "created" | "updated" | "unchanged" | "already_done";
  /**
   * The record as the platform has it. After `already_done` it was read back, or is the answer to an earlier attempt of
   * this same call.
   */
  record: Received<T>;
}

/** The result for one contract of several. */
export interface BatchItem {
  /** The contract's identifier. */
  id: string;
  /** The result of the write, if it succeeded. */
  written?: Written<Contrato> | undefined;
  /** The error, if it failed. */
  error?: SmartbillError | undefined;
}

/**
 * A listing: `for await (const c of sb.clientes.listar())`. A page is read when its first record is needed, so leaving
 * the loop reads no further pages.
 */
export interface Listing<T> extends AsyncIterable<Received<T>> {
  /** All records, in an array. */
  toArray(): Promise<Received<T>[]>;
  /** The pages, one by one. */
  pages(): AsyncIterable<Page<T>>;
}

/** One page of a listing. */
export interface Page<T> {
  /** Its records. */
  items: Received<T>[];
  /** The number of records of all pages, if the platform gives it. */
  total?: number | undefined;
  /** The position after this page, for `listar(filter, { cursor })`. Absent after the last page. */
  cursor?: string | undefined;
}

/** What answers held and neither the profile nor the models know. */
export interface Drift {
  /** Sorted by operation, kind and path; at most 1,000. */
  entries: DriftEntry[];
  /** How often something else was seen that found no place among the entries. */
  more: number;
}

/** One thing that answers held and nothing knows. */
export interface DriftEntry {
  /** The operation that was answered, such as `clientes.listar`. */
  operation: string;
  /** A member that no field has, which the record keeps; or a word of a choice that the profile does not map. */
  kind: "unknown_member" | "unmapped_word";
  /** Where it is in a record, in the names of the wire; `*` stands for a name that may be a value. */
  path: string;
  /** The platform's word, where it is one short word and so no personal data. */
  word?: string | undefined;
  /** How often it was seen. */
  total: number;
}

/** Customers. */
export interface Clientes {
  /**
   * Adds a customer. The input is checked before it is sent, and invalid input fails with `validation`. If an answer
   * gets lost, or the platform says that the customer exists, the client reads back the customer with this
   * `codigoExterno`. If it has the same values, the effect is `already_done`. If it differs or is out of use, the call
   * fails with `conflict`. The `outcome` of an error is `rejected` only if it is certain that nothing was added.
   */
  incluir(cliente: Cliente, options?: CallOptions): Promise<Written<Cliente>>;
  /** Changes a customer: only the fields given. */
  alterar(id: string, changes: Cliente, options?: AlterarOptions): Promise<Written<Cliente>>;
  /** Removes (deactivates) a customer. */
  remover(id: string, options?: CallOptions): Promise<Written<Cliente>>;
  /** Gets one customer. Fails with `not_found` if there is none. */
  obter(id: string, options?: CallOptions): Promise<Received<Cliente>>;
  /** Lists customers. */
  listar(filter?: ClientesFilter, options?: ListOptions): Listing<Cliente>;
}

/** Services. They are created and changed only in the platform's own interface. */
export interface Servicos {
  /** Gets one service. Fails with `not_found` if there is none. */
  obter(id: string, options?: CallOptions): Promise<Received<Servico>>;
  /** Lists services. */
  listar(filter?: ServicosFilter, options?: ListOptions): Listing<Servico>;
}

/** Contracts. */
export interface Contratos {
  /** Adds a contract, which is inactive until `ativar`. Otherwise like {@link Clientes.incluir}. */
  incluir(contrato: Contrato, options?: CallOptions): Promise<Written<Contrato>>;
  /** Activates a contract, or resumes a suspended one. Fails with `conflict` if its state does not allow it. */
  ativar(id: string, action?: ContratoAction, options?: CallOptions): Promise<Written<Contrato>>;
  /** Activates contracts, one after another. Each has its own result. */
  ativar(ids: string[], action?: ContratoAction, options?: CallOptions): Promise<BatchItem[]>;
  /** Deactivates a contract. Fails with `conflict` if its state does not allow it. */
  desativar(id: string, action?: ContratoAction, options?: CallOptions): Promise<Written<Contrato>>;
  /** Deactivates contracts, one after another. Each has its own result. */
  desativar(ids: string[], action?: ContratoAction, options?: CallOptions): Promise<BatchItem[]>;
  /** Suspends a contract. Fails with `conflict` if its state does not allow it. */
  suspender(id: string, action?: ContratoAction, options?: CallOptions): Promise<Written<Contrato>>;
  /** Cancels a contract for good. A `motivo` is required. */
  cancelar(id: string, action: ContratoAction, options?: CallOptions): Promise<Written<Contrato>>;
  /** Gets one contract. Fails with `not_found` if there is none. */
  obter(id: string, options?: CallOptions): Promise<Received<Contrato>>;
  /** Lists contracts. */
  listar(filter?: ContratosFilter, options?: ListOptions): Listing<Contrato>;
}

/** Metered usage. */
export interface Consumos {
  /** Adds usage, like {@link Clientes.incluir}. An `idExterno` that exists with other data fails with `conflict`. */
  incluir(consumo: Consumo, options?: CallOptions): Promise<Written<Consumo>>;
  /** Changes usage. Fails with `conflict` if it is billed. */
  alterar(id: string, changes: Consumo, options?: AlterarOptions): Promise<Written<Consumo>>;
  /** Removes usage. Fails with `conflict` if it is billed. */
  remover(id: string, options?: CallOptions): Promise<Written<Consumo>>;
  /** Gets one record of usage. Fails with `not_found` if there is none. */
  obter(id: string, options?: CallOptions): Promise<Received<Consumo>>;
  /** Lists usage. */
  listar(filter?: ConsumosFilter, options?: ListOptions): Listing<Consumo>;
}

/** Charges. The platform's billing creates them. */
export interface Cobrancas {
  /** Lists charges. */
  listar(filter?: CobrancasFilter, options?: ListOptions): Listing<Cobranca>;
}

/** A client in its module, and its host. It is made again when another instance has replaced the module. */
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

/** The records of a listing, page by page. Each iteration reads them again. */
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

/** Separates the signal, which stays here, from the options of a call, which go into the module. */
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
    // An invalid filter fails at once, not with the first page.
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

/** The names of `clear`. A plain text would be read letter by letter. */
function namesOf(clear: Iterable<string>): string[] {
  if (typeof clear === "object" && typeof clear[Symbol.iterator] === "function") {
    const list = [...clear];
    if (list.every((name) => typeof name === "string")) return list;
  }
  throw invalidOption("clear", '`["email"]`');
}

/** The module's result for one contract. Its error is JSON. */
type ActionResult =
  | { id: string; written: Written<Contrato>; error?: never }
  | { id: string; written?: never; error: string };

/** Returns one contract's result or throws its error; for several contracts, returns the list of their results. */
async function act(
  resource: Resource,
  action: ActionName,
  id: string | string[],
  data: ContratoAction | undefined,
  options: CallOptions | undefined,
): Promise<BatchItem[] | Written<Contrato> | undefined> {
  const several = Array.isArray(id);
  // A hole in the list is not an identifier either.
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

/** The named operations are those of `R`. The compiler cannot know the result of `Object.assign`. */
function resource<R>(link: Link, name: string, ...operations: (keyof typeof OPERATIONS)[]): R {
  return Object.freeze(Object.assign(new Resource(link, name), ...operations.map((o) => OPERATIONS[o])));
}

/**
 * The platform's API. It needs no closing. Every failure is a {@link SmartbillError}.
 *
 * ```js
 * const sb = new Smartbill({ baseUrl: "/" }); // a same-origin back end adds the token
 * const { record } = await sb.clientes.incluir({ nome: "Padaria Aurora", cpfCnpj: "12.ABC.345/01DE-35" });
 * for await (const cobranca of sb.cobrancas.listar({ situacao: ["EM_ABERTO"] })) console.log(cobranca.valorLiquido);
 * ```
 */
export class Smartbill {
  readonly #link;

  /** Sends nothing yet. Throws an error with the code `configuration` if an option is invalid. */
  constructor(options: SmartbillOptions) {
    const { fetch = globalThis.fetch, baseUrl, ...rest } = merge(options);
    if (typeof fetch !== "function") throw invalidOption("fetch", "`globalThis.fetch`");
    const source = rest.profile == null ? { module, Core: wasm.Core } : profiles.client();
    const link = new Link(fetch, { ...rest, ...absolute(baseUrl) }, source);
    this.#link = link;
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

  /**
   * What the answers to this client's calls held so far that neither the profile nor the models know: a platform that
   * changes shows here first. Names, never values.
   */
  drift(): Drift {
    const { core, use } = this.#link.opened();
    return JSON.parse(use(() => core.drift())) as Drift;
  }
}

/** `/api` is the page's own back end. If the page came over plain http, its back end may be called over plain http. */
function absolute(baseUrl: string | undefined) {
  const origin = globalThis.location?.origin;
  if (typeof baseUrl !== "string" || !baseUrl.startsWith("/") || !origin) return { baseUrl };
  return { baseUrl: origin + baseUrl, allowHttp: true };
}

/** The actions on a contract. */
export type ActionName = "ativar" | "desativar" | "suspender" | "cancelar";

/** The actions that a contract in this state allows, for the buttons of a page. The platform has the final decision. */
export function allowedActions(situacao: string): ActionName[] {
  const actions = module.use(() => (typeof situacao === "string" ? wasm.allowed_actions(situacao) : ""));
  return actions.split(",").filter(Boolean) as ActionName[];
}
