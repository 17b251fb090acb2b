// What the client in the module needs of the world: to send, to wait, to know the time, and chance. Nothing here throws
// into the module: what goes wrong is answered as data.

/** Errors of Node's sockets that say that nothing was sent. */
const SEM_CONEXAO = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "CERT_HAS_EXPIRED",
  "DEPTH_ZERO_SELF_SIGNED_CERT", "SELF_SIGNED_CERT_IN_CHAIN", "UNABLE_TO_VERIFY_LEAF_SIGNATURE", "ERR_TLS_CERT_ALTNAME_INVALID"]);

// A browser names itself, and asks the server's leave (CORS) where a page would.
const NAVEGADOR = typeof document === "object" || typeof WorkerGlobalScope === "function";

export class Mundo {
  #fetch;

  constructor(fetch) {
    // Called bare: a browser's own `fetch` refuses any other `this`.
    this.#fetch = (url, init) => fetch(url, init);
  }

  enviar(metodo, url, cabecalhos, corpo) {
    const controle = new AbortController();
    return { fim: this.#enviar(metodo, url, cabecalhos, corpo, controle.signal), desistir: () => controle.abort() };
  }

  async #enviar(method, url, pares, body, signal) {
    let resposta;
    try {
      const headers = [];
      for (let i = 0; i + 1 < pares.length; i += 2) {
        if (!(NAVEGADOR && pares[i] === "user-agent")) headers.push([pares[i], pares[i + 1]]);
      }
      resposta = await this.#fetch(url, { method, headers, body, signal, redirect: "manual" });
    } catch (e) {
      return { falha: motivo(e), mensagem: texto(e) };
    }
    try {
      const corpo = new Uint8Array(await resposta.arrayBuffer());
      // A browser hides a redirect that it was told not to follow behind status 0.
      const status = resposta.type === "opaqueredirect" ? 302 : resposta.status;
      return { status, cabecalhos: [...resposta.headers].flat(), corpo };
    } catch (e) {
      return { falha: "broken", mensagem: texto(e) };
    }
  }

  esperar(ms) {
    let id;
    // A timer of more than 24 days would go off at once.
    const fim = new Promise((pronto) => (id = setTimeout(pronto, Math.min(ms, 0x7fffffff))));
    return { fim, desistir: () => clearTimeout(id) };
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

/** A browser does not say whether anything was sent, so then it may have been. */
function motivo(e) {
  const codigo = e?.cause?.code ?? e?.code;
  if (SEM_CONEXAO.has(codigo)) return "connect";
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
