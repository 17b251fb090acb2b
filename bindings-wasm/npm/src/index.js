import * as wasm from "../pkg/client.js";
import { carregador } from "./carregar.js";
import { empacotado, SURROGATO } from "./empacotar.js";
import { juntar, opcaoInvalida, paraErro } from "./erros.js";
import { Mundo } from "./mundo.js";
import { perfis } from "./perfis.js";

export { isSmartbillError, SmartbillError } from "./erros.js";

const modulo = carregador("", wasm);

export const { init, marcar } = modulo;

/** A client in its module, and what it travels by: made anew where another instance has taken the module's place. */
class Ligacao {
  #fazer;
  #modulo;
  #idioma;
  #atual;

  constructor(fetch, opcoes, { modulo, Nucleo }) {
    this.#modulo = modulo;
    this.#idioma = opcoes.idioma;
    this.#fazer = () => {
      const geracao = modulo.geracao();
      const mundo = new Mundo(fetch);
      const nucleo = empacotado([opcoes], (bytes) => modulo.usar(() => new Nucleo(bytes, mundo), opcoes.idioma));
      return { geracao, mundo, nucleo };
    };
    this.#atual = this.#fazer();
  }

  /** The client as it is now, `usar` to do something in the module where it is, and whether that is gone. */
  aberta(idioma = this.#idioma) {
    if (this.#atual.geracao !== this.#modulo.geracao()) this.#atual = this.#fazer();
    const { geracao, mundo, nucleo } = this.#atual;
    return {
      mundo,
      nucleo,
      usar: (f, contar) => this.#modulo.usar(f, idioma, geracao, contar),
      fechada: () => geracao !== this.#modulo.geracao(),
    };
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
    const { aberta, paginas, sobre } = this.#abrir();
    for (;;) {
      const pagina = await aberta.mundo.conduzir(aberta, this.#signal, sobre, () => paginas.proxima());
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
  #ligacao;
  #nome;

  constructor(ligacao, nome) {
    this.#ligacao = ligacao;
    this.#nome = nome;
  }

  [LER](operacao, ids, dados, options) {
    const { signal, resto } = opcoes(options);
    const operation = `${this.#nome}.${operacao}`;
    const aberta = this.#ligacao.aberta(resto.idioma);
    const sobre = (enviou) => (operacao === "obter" ? { operation } : { operation, outcome: enviou ? "unknown" : "not_sent" });
    return empacotado([ids, dados, resto], (bytes) =>
      aberta.mundo.conduzir(aberta, signal, sobre, () => aberta.nucleo.chamar(operation, bytes)));
  }

  listar(filtro, options) {
    const { signal, resto } = opcoes(options);
    const { cursor, ...restantes } = resto;
    if (cursor != null && typeof cursor !== "string") throw opcaoInvalida("cursor", "`pagina.cursor`");
    const operation = `${this.#nome}.listar`;
    const abrir = () => {
      const aberta = this.#ligacao.aberta(resto.idioma);
      const paginas = empacotado([filtro ?? {}, restantes], (bytes) =>
        aberta.usar(() => aberta.nucleo.listar(operation, bytes, cursor)));
      return { aberta, paginas, sobre: () => ({ operation }) };
    };
    // A filter that is wrong is said at once, not at the first page.
    let primeira = abrir();
    return new Listagem(() => {
      const paginas = primeira === undefined || primeira.aberta.fechada() ? abrir() : primeira;
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

function recurso(ligacao, nome, ...operacoes) {
  return Object.freeze(Object.assign(new Recurso(ligacao, nome), ...operacoes.map((o) => OPERACOES[o])));
}

export class Smartbill {
  constructor(options) {
    const { fetch = globalThis.fetch, baseUrl, ...resto } = juntar(options);
    if (typeof fetch !== "function") throw opcaoInvalida("fetch", "`globalThis.fetch`");
    const de = resto.profile == null ? { modulo, Nucleo: wasm.Nucleo } : perfis.cliente();
    const ligacao = new Ligacao(fetch, { ...resto, ...absoluto(baseUrl) }, de);
    this.clientes = recurso(ligacao, "clientes", "incluir", "alterar", "remover", "obter");
    this.servicos = recurso(ligacao, "servicos", "obter");
    this.contratos = recurso(ligacao, "contratos", "incluir", "obter", "acoes");
    this.consumos = recurso(ligacao, "consumos", "incluir", "alterar", "remover", "obter");
    this.cobrancas = recurso(ligacao, "cobrancas");
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
  const acoes = modulo.usar(() => (typeof situacao === "string" ? wasm.acoes_permitidas(situacao) : ""));
  return acoes.split(",").filter(Boolean);
}
