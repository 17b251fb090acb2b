import * as wasm from "../pkg/client.js";
import { carregador } from "./carregar.js";
import { empacotado, SURROGATO } from "./empacotar.js";
import { juntar, opcaoInvalida, paraErro } from "./erros.js";
import { Mundo } from "./mundo.js";
import { perfis } from "./perfis.js";

export { isSmartbillError, SmartbillError } from "./erros.js";

export const { init, marcar, exigir } = carregador("");

/** Runs `f`, and makes errors of what the module throws. */
function proteger(f) {
  try {
    return f();
  } catch (lancado) {
    throw paraErro(lancado);
  }
}

const LER = Symbol();

/** The records of a listing, page by page; each walk over it reads anew. */
class Listagem {
  #abrir;
  #signal;

  constructor(abrir, signal) {
    this.#abrir = abrir;
    this.#signal = signal;
  }

  async *paginas() {
    const { conduzir, paginas } = this.#abrir();
    for (;;) {
      const pagina = await conduzir(this.#signal, () => proteger(() => paginas.proxima()));
      if (pagina === null) return;
      yield pagina;
      if (pagina.cursor === undefined) return;
    }
  }

  async *[Symbol.asyncIterator]() {
    for await (const { itens } of this.paginas()) yield* itens;
  }

  async toArray() {
    const todos = [];
    for await (const { itens } of this.paginas()) for (const item of itens) todos.push(item);
    return todos;
  }
}

/** What a call is given besides data: the signal stays here, the rest goes into the module. */
function opcoes(options) {
  const { signal, ...resto } = juntar(options);
  if (signal != null && !(typeof signal.aborted === "boolean" && signal.addEventListener && signal.removeEventListener)) {
    throw opcaoInvalida("signal", "`AbortSignal`");
  }
  return { signal: signal ?? undefined, resto };
}

class Recurso {
  #nucleo;
  #conduzir;
  #nome;

  constructor(nucleo, mundo, nome) {
    this.#nucleo = nucleo;
    this.#conduzir = (signal, iniciar) => mundo.conduzir(nucleo, signal, iniciar);
    this.#nome = nome;
  }

  [LER](operacao, ids, dados, options) {
    const { signal, resto } = opcoes(options);
    const nome = `${this.#nome}.${operacao}`;
    return this.#conduzir(signal, () =>
      proteger(() => empacotado([ids, dados, resto], (bytes) => this.#nucleo.chamar(nome, bytes))));
  }

  listar(filtro, options) {
    const { signal, resto } = opcoes(options);
    const { cursor, ...restantes } = resto;
    if (cursor != null && typeof cursor !== "string") throw opcaoInvalida("cursor", "`pagina.cursor`");
    const abrir = () => ({
      conduzir: this.#conduzir,
      paginas: proteger(() =>
        empacotado([filtro ?? {}, restantes], (bytes) => this.#nucleo.listar(`${this.#nome}.listar`, bytes, cursor))),
    });
    // A filter that is wrong is said at once, not at the first page.
    let primeira = abrir();
    return new Listagem(() => {
      const paginas = primeira ?? abrir();
      primeira = undefined;
      return paginas;
    }, signal);
  }
}

const umId = (id, nome = "id") => {
  if (typeof id === "string" && !SURROGATO.test(id)) return [id];
  throw opcaoInvalida(nome, "`17`");
};

/** The names of `limpar`; a text alone would be read letter by letter. */
function nomes(limpar) {
  if (typeof limpar === "object" && typeof limpar[Symbol.iterator] === "function") {
    const lista = [...limpar];
    if (lista.every((nome) => typeof nome === "string")) return lista;
  }
  throw opcaoInvalida("limpar", "`[\"email\"]`");
}

/** One contract's result, or its error thrown; several contracts' results side by side. */
async function agir(recurso, acao, id, dados, options) {
  const varios = Array.isArray(id);
  // A hole is none either.
  const ids = varios ? Array.from(id, (um, i) => umId(um, `ids[${i}]`)[0]) : umId(id);
  const itens = await recurso[LER](acao, ids, dados ?? {}, options);
  const prontos = itens.map(({ id, gravado, erro }) =>
    gravado ? { id, gravado } : { id, erro: paraErro(erro) });
  if (varios) return prontos;
  if (prontos[0].erro) throw prontos[0].erro;
  return prontos[0].gravado;
}

const OPERACOES = {
  incluir: { async incluir(dados, options) { return this[LER]("incluir", [], dados, options); } },
  alterar: {
    async alterar(id, dados, options) {
      const { limpar, ...resto } = juntar(options);
      return this[LER]("alterar", [...umId(id), ...nomes(limpar ?? [])], dados, resto);
    },
  },
  remover: { async remover(id, options) { return this[LER]("remover", umId(id), undefined, options); } },
  obter: { async obter(id, options) { return this[LER]("obter", umId(id), undefined, options); } },
  acoes: {
    async ativar(id, acao, options) { return agir(this, "ativar", id, acao, options); },
    async desativar(id, acao, options) { return agir(this, "desativar", id, acao, options); },
    async suspender(id, acao, options) { return agir(this, "suspender", umId(id)[0], acao, options); },
    async cancelar(id, acao, options) { return agir(this, "cancelar", umId(id)[0], acao, options); },
  },
};

function recurso(nucleo, mundo, nome, ...operacoes) {
  return Object.freeze(Object.assign(new Recurso(nucleo, mundo, nome), ...operacoes.map((o) => OPERACOES[o])));
}

function proprio() {
  exigir();
  return wasm.Nucleo;
}

export class Smartbill {
  constructor(options) {
    const { fetch = globalThis.fetch, baseUrl, ...resto } = juntar(options);
    if (typeof fetch !== "function") throw opcaoInvalida("fetch", "`globalThis.fetch`");
    const Nucleo = resto.profile == null ? proprio() : perfis.nucleo();
    const mundo = new Mundo(fetch);
    const nucleo = proteger(() =>
      empacotado([{ ...resto, ...absoluto(baseUrl) }], (bytes) => new Nucleo(bytes, mundo)));
    this.clientes = recurso(nucleo, mundo, "clientes", "incluir", "alterar", "remover", "obter");
    this.servicos = recurso(nucleo, mundo, "servicos", "obter");
    this.contratos = recurso(nucleo, mundo, "contratos", "incluir", "obter", "acoes");
    this.consumos = recurso(nucleo, mundo, "consumos", "incluir", "alterar", "remover", "obter");
    this.cobrancas = recurso(nucleo, mundo, "cobrancas");
    Object.freeze(this);
  }
}

/** `/api` is the page's own back end: whoever served the page over plain http may be asked over plain http. */
function absoluto(baseUrl) {
  const pagina = globalThis.location?.origin;
  if (typeof baseUrl !== "string" || !baseUrl.startsWith("/") || !pagina) return { baseUrl };
  return { baseUrl: pagina + baseUrl, permitirHttp: true };
}

export function acoesPermitidas(situacao) {
  exigir();
  const acoes = proteger(() => (typeof situacao === "string" ? wasm.acoes_permitidas(situacao) : ""));
  return acoes.split(",").filter(Boolean);
}
