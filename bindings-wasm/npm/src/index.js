import * as wasm from "../pkg/client.js";
import { invalidOption, merge, toError } from "./errors.js";
import { Host } from "./host.js";
import { loader } from "./load.js";
import { packed, SURROGATE } from "./pack.js";
import { profiles } from "./profiles.js";

export { isSmartbillError, SmartbillError } from "./errors.js";

const module = loader("", wasm);

export const { init, markLoaded } = module;

/** A client in its module, and what it travels by: made anew where another instance has taken the module's place. */
class Link {
  #make;
  #module;
  #language;
  #current;

  constructor(fetch, splitOptions, { module, Core }) {
    this.#module = module;
    this.#language = splitOptions.language;
    this.#make = () => {
      const generation = module.generation();
      const host = new Host(fetch);
      const core = packed([splitOptions], (bytes) => module.use(() => new Core(bytes, host), splitOptions.language));
      return { generation, host, core };
    };
    this.#current = this.#make();
  }

  /** The client as it is now, `use` to do something in the module where it is, and whether that is gone. */
  opened(language = this.#language) {
    if (this.#current.generation !== this.#module.generation()) this.#current = this.#make();
    const { generation, host, core } = this.#current;
    return {
      host,
      core,
      use: (f, count) => this.#module.use(f, language, generation, count),
      closed: () => generation !== this.#module.generation(),
    };
  }
}

const CALL = Symbol();

/** The records of a listing, page by page; each walk over it reads anew. */
class Listing {
  #open;
  #signal;

  constructor(open, signal) {
    this.#open = open;
    this.#signal = signal;
  }

  async *pages() {
    const { opened, pages, about } = this.#open();
    for (;;) {
      const page = await opened.host.drive(opened, this.#signal, about, () => pages.next());
      if (page === null) return;
      yield page;
      if (page.cursor === undefined) return;
    }
  }

  async *[Symbol.asyncIterator]() {
    for await (const { items } of this.pages()) yield* items;
  }

  async toArray() {
    const every = [];
    for await (const { items } of this.pages()) for (const item of items) every.push(item);
    return every;
  }
}

/** What a call is given besides data: the signal stays here, the rest goes into the module. */
function splitOptions(options) {
  const { signal, ...rest } = merge(options);
  if (
    signal != null &&
    !(typeof signal.aborted === "boolean" && signal.addEventListener && signal.removeEventListener)
  ) {
    throw invalidOption("signal", "`AbortSignal`");
  }
  return { signal: signal ?? undefined, rest };
}

class Resource {
  #link;
  #name;

  constructor(link, name) {
    this.#link = link;
    this.#name = name;
  }

  [CALL](verb, ids, data, options) {
    const { signal, rest } = splitOptions(options);
    const operation = `${this.#name}.${verb}`;
    const opened = this.#link.opened(rest.language);
    const about = (hasSent) =>
      verb === "obter" ? { operation } : { operation, outcome: hasSent ? "unknown" : "not_sent" };
    return packed([ids, data, rest], (bytes) =>
      opened.host.drive(opened, signal, about, () => opened.core.call(operation, bytes)),
    );
  }

  listar(filter, options) {
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
    let first = open();
    return new Listing(() => {
      const pages = first === undefined || first.opened.closed() ? open() : first;
      first = undefined;
      return pages;
    }, signal);
  }
}

const oneId = (id, name = "id") => {
  if (typeof id === "string" && !SURROGATE.test(id)) return [id];
  throw invalidOption(name, "`17`");
};

/** The names of `clear`; a text alone would be read letter by letter. */
function namesOf(clear) {
  if (typeof clear === "object" && typeof clear[Symbol.iterator] === "function") {
    const list = [...clear];
    if (list.every((name) => typeof name === "string")) return list;
  }
  throw invalidOption("clear", '`["email"]`');
}

/** One contract's result, or its error thrown; several contracts' results side by side. */
async function act(resource, action, id, data, options) {
  const several = Array.isArray(id);
  // A hole is none either.
  const ids = several ? Array.from(id, (one, i) => oneId(one, `ids[${i}]`)[0]) : oneId(id);
  const items = await resource[CALL](action, ids, data ?? {}, options);
  const results = items.map(({ id, written, error }) => (written ? { id, written } : { id, error: toError(error) }));
  if (several) return results;
  if (results[0].error) throw results[0].error;
  return results[0].written;
}

const OPERATIONS = {
  incluir: {
    async incluir(data, options) {
      return this[CALL]("incluir", [], data, options);
    },
  },
  alterar: {
    async alterar(id, data, options) {
      const { clear, ...rest } = merge(options);
      return this[CALL]("alterar", [...oneId(id), ...namesOf(clear ?? [])], data, rest);
    },
  },
  remover: {
    async remover(id, options) {
      return this[CALL]("remover", oneId(id), undefined, options);
    },
  },
  obter: {
    async obter(id, options) {
      return this[CALL]("obter", oneId(id), undefined, options);
    },
  },
  actions: {
    async ativar(id, action, options) {
      return act(this, "ativar", id, action, options);
    },
    async desativar(id, action, options) {
      return act(this, "desativar", id, action, options);
    },
    async suspender(id, action, options) {
      return act(this, "suspender", oneId(id)[0], action, options);
    },
    async cancelar(id, action, options) {
      return act(this, "cancelar", oneId(id)[0], action, options);
    },
  },
};

function resource(link, name, ...operations) {
  return Object.freeze(Object.assign(new Resource(link, name), ...operations.map((o) => OPERATIONS[o])));
}

export class Smartbill {
  constructor(options) {
    const { fetch = globalThis.fetch, baseUrl, ...rest } = merge(options);
    if (typeof fetch !== "function") throw invalidOption("fetch", "`globalThis.fetch`");
    const source = rest.profile == null ? { module, Core: wasm.Core } : profiles.cliente();
    const link = new Link(fetch, { ...rest, ...absolute(baseUrl) }, source);
    this.clientes = resource(link, "clientes", "incluir", "alterar", "remover", "obter");
    this.servicos = resource(link, "servicos", "obter");
    this.contratos = resource(link, "contratos", "incluir", "obter", "actions");
    this.consumos = resource(link, "consumos", "incluir", "alterar", "remover", "obter");
    this.cobrancas = resource(link, "cobrancas");
    Object.freeze(this);
  }
}

/** `/api` is the page's own back end: whoever served the page over plain http may be asked over plain http. */
function absolute(baseUrl) {
  const origin = globalThis.location?.origin;
  if (typeof baseUrl !== "string" || !baseUrl.startsWith("/") || !origin) return { baseUrl };
  return { baseUrl: origin + baseUrl, allowHttp: true };
}

export function allowedActions(situacao) {
  const actions = module.use(() => (typeof situacao === "string" ? wasm.allowed_actions(situacao) : ""));
  return actions.split(",").filter(Boolean);
}
