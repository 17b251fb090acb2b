// What the client in the module needs of the world: to send, to wait, to know the time, and chance; and to be moved on
// when something came. Nothing here throws into the module: what goes wrong is answered as data.

import { paraErro } from "./erros.js";

/** Errors of Node's sockets that say that nothing was sent. */
const SEM_CONEXAO = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"]);
const TLS = new Set(["CERT_HAS_EXPIRED", "DEPTH_ZERO_SELF_SIGNED_CERT", "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE", "ERR_TLS_CERT_ALTNAME_INVALID"]);

// A browser names itself, and asks the server's leave (CORS) where a page would.
const NAVEGADOR = typeof document === "object" || typeof WorkerGlobalScope === "function";

export class Mundo {
  #fetch;
  /** What is under way, by its number: how it is given up. */
  #andamentos = new Map();
  /** The call that the module is busy with. */
  #atual;

  constructor(fetch) {
    // Called bare: a browser's own `fetch` refuses any other `this`.
    this.#fetch = (url, init) => fetch(url, init);
  }

  /**
   * Takes the call that `iniciar` begins to its end, unless `signal` gives it up. `aberta` is the client, with how
   * something is done where it is; `sobre` is what the failure of the module itself says of the call.
   */
  conduzir(aberta, signal, sobre, iniciar) {
    const mundo = this;
    return new Promise((resolver, rejeitar) => {
      const esta = { avancar, numeros: new Set(), enviou: false };
      const usar = (f) => aberta.usar(f, (erro) => Object.assign(erro, sobre(esta.enviou)));
      const chamada = usar(iniciar);
      let ocupada = false;
      const terminar = (concluir, valor) => {
        signal?.removeEventListener("abort", abortar);
        // All but those of a module that failed have been given up already.
        for (const numero of esta.numeros) this.desistir(numero);
        try {
          usar(() => chamada.free());
        } catch {
          // It is gone with the instance that it was in.
        }
        concluir(valor);
      };
      const abortar = () => {
        // A `fetch`, and what listens to its signal, run within the module, which must be left first.
        if (ocupada) return;
        let erro;
        try {
          erro = paraErro(usar(() => chamada.cancelar()), signal.reason);
        } catch (falha) {
          erro = falha;
        }
        terminar(rejeitar, erro);
      };
      if (signal?.aborted) return abortar();
      signal?.addEventListener("abort", abortar);
      avancar();

      function avancar(chegar) {
        // They may begin other calls, too.
        const antes = mundo.#atual;
        mundo.#atual = esta;
        ocupada = true;
        let fim;
        try {
          const json = usar(() => {
            chegar?.(aberta.nucleo);
            return chamada.avancar();
          });
          if (json !== undefined) fim = [resolver, JSON.parse(json)];
        } catch (erro) {
          fim = [rejeitar, erro];
        }
        mundo.#atual = antes;
        ocupada = false;
        if (fim) terminar(...fim);
        else if (signal?.aborted) abortar();
      }
    });
  }

  /** `chegar` answers the module unless it has given up, and the call that asked goes on. */
  #comecar(id, desistir) {
    const { avancar, numeros } = this.#atual;
    this.#andamentos.set(id, desistir);
    numeros.add(id);
    return (chegar) => {
      numeros.delete(id);
      if (this.#andamentos.delete(id)) avancar(chegar);
    };
  }

  desistir(id) {
    const desistir = this.#andamentos.get(id);
    this.#andamentos.delete(id);
    desistir?.();
  }

  enviar(id, metodo, url, cabecalhos, corpo, maximo, maximoDaFalha) {
    const controle = new AbortController();
    const chegou = this.#comecar(id, () => controle.abort());
    this.#atual.enviou = true;
    this.#enviar(id, metodo, url, cabecalhos, corpo, controle.signal, maximo, maximoDaFalha).then(chegou);
  }

  async #enviar(id, method, url, cabecalhos, body, signal, maximo, maximoDaFalha) {
    let resposta;
    try {
      const linhas = cabecalhos.split("\n");
      const headers = [];
      for (let i = 0; i + 1 < linhas.length; i += 2) {
        if (!(NAVEGADOR && linhas[i] === "user-agent")) headers.push([linhas[i], linhas[i + 1]]);
      }
      resposta = await this.#fetch(url, { method, headers, body, signal, redirect: "manual" });
    } catch (e) {
      return falha(id, e);
    }
    try {
      if (typeof resposta?.arrayBuffer !== "function" || !resposta.headers?.[Symbol.iterator]) {
        throw new TypeError("`fetch` answered with no `Response`");
      }
      // A browser hides a redirect that it was told not to follow behind status 0.
      const status = resposta.type === "opaqueredirect" ? 302 : resposta.status & 0xffff;
      const bom = status >= 200 && status < 300;
      const { corpo, cortado } = await lerCorpo(resposta, bom ? maximo : maximoDaFalha, signal);
      // What the platform refused, and why, is known; the rest of its words is left unread.
      if (cortado && bom) return (nucleo) => nucleo.falhou(id, "too_large", "");
      const linhas = [...resposta.headers].flat().join("\n");
      return (nucleo) => nucleo.chegou(id, status, linhas, corpo);
    } catch (e) {
      return falha(id, e, "broken");
    }
  }

  esperar(id, ms) {
    // A timer of more than 24 days would go off at once.
    const alarme = setTimeout(() => passou((nucleo) => nucleo.falhou(id, "timeout", "")), Math.min(ms, 0x7fffffff));
    const passou = this.#comecar(id, () => clearTimeout(alarme));
  }

  monotonico() {
    return performance.now();
  }

  agora() {
    return Date.now();
  }

  acaso() {
    return crypto.getRandomValues(new Uint32Array(1))[0];
  }
}

/** The first `maximo` bytes of a body, and whether there were more, which are not read. */
async function lerCorpo(resposta, maximo, signal) {
  const leitor = resposta.body?.getReader?.();
  if (leitor === undefined) {
    // None, or a `fetch` that has no streams.
    const corpo = new Uint8Array(await resposta.arrayBuffer());
    return { corpo: corpo.subarray(0, maximo), cortado: corpo.length > maximo };
  }
  // Given up, it is not read any further even where the `fetch` does not listen.
  const parar = () => void leitor.cancel().catch(() => {});
  signal.addEventListener("abort", parar);
  if (signal.aborted) parar();
  try {
    let corpo = new Uint8Array(1 << 14);
    let tamanho = 0;
    for (;;) {
      const { done, value } = await leitor.read();
      if (done) return { corpo: corpo.subarray(0, tamanho), cortado: false };
      const pedaco = value.subarray(0, maximo - tamanho);
      if (tamanho + pedaco.length > corpo.length) {
        const maior = new Uint8Array(Math.min(Math.max(2 * corpo.length, tamanho + pedaco.length), maximo));
        maior.set(corpo.subarray(0, tamanho));
        corpo = maior;
      }
      corpo.set(pedaco, tamanho);
      tamanho += pedaco.length;
      if (pedaco.length < value.length) return { corpo: corpo.subarray(0, tamanho), cortado: true };
    }
  } finally {
    signal.removeEventListener("abort", parar);
    parar();
  }
}

/** What no answer came of; `qual` where that is known. A `fetch` may throw anything, even what cannot be looked at. */
function falha(id, e, qual) {
  let mensagem = "fetch failed";
  try {
    qual ??= motivo(e);
    mensagem = texto(e);
  } catch {
    qual ??= "broken";
  }
  return (nucleo) => nucleo.falhou(id, qual, mensagem);
}

/** A browser does not say whether anything was sent, so then it may have been. */
function motivo(e) {
  const codigo = e?.cause?.code ?? e?.code;
  if (SEM_CONEXAO.has(codigo)) return "connect";
  if (TLS.has(codigo)) return "tls";
  if (codigo === "UND_ERR_CONNECT_TIMEOUT") return "connect_timeout";
  // What `fetch` says of a request that it cannot make: an address or header that is none.
  if (codigo === "ERR_INVALID_URL" || codigo === "ERR_INVALID_ARG_TYPE") return "unusable";
  return "broken";
}

/** In the words of the system, without the address, which may hold a query parameter. */
function texto(e) {
  const codigo = e?.cause?.code ?? e?.code;
  return typeof codigo === "string" ? codigo : String(e?.cause?.message ?? e?.message ?? e).split("http")[0].slice(0, 200).trim();
}
