import * as wasm from "../pkg/sandbox.js";
import { carregador } from "./carregar.js";
import { juntar, opcaoInvalida } from "./erros.js";
import { simples } from "./simples.js";

export { isSmartbillError, SmartbillError } from "./erros.js";

const { init, marcar, geracao, usar } = carregador("/sandbox", wasm);

export { init, marcar };

const BASE = "https://sandbox.smartbill.invalid";

function esperar(ms, signal) {
  return new Promise((pronto, desistir) => {
    if (signal.aborted) return desistir(signal.reason);
    const abortar = () => (clearTimeout(id), desistir(signal.reason));
    const id = setTimeout(() => (signal.removeEventListener("abort", abortar), pronto()), ms);
    signal.addEventListener("abort", abortar, { once: true });
  });
}

/** A body as a fault plan spoils it: broken off after `queda` bytes, or in pieces with a pause before each. */
function aosPoucos(bytes, queda = Infinity, [pedaco, pausa] = [Infinity, 0], signal) {
  let enviados = 0;
  return new ReadableStream({
    async pull(saida) {
      if (enviados >= Math.min(queda, bytes.length)) {
        return queda < bytes.length ? saida.error(new TypeError("terminated")) : saida.close();
      }
      if (pausa > 0) await esperar(pausa, signal);
      const fim = Math.min(enviados + pedaco, queda, bytes.length);
      saida.enqueue(bytes.slice(enviados, fim));
      enviados = fim;
    },
  });
}

/** An instant in milliseconds; NaN for what is none. */
function instante(quando) {
  if (quando instanceof Date) return quando.getTime();
  // A bare date is the beginning of that day in São Paulo.
  return typeof quando === "string" ? Date.parse(/^\d{4}-\d\d-\d\d$/.test(quando) ? `${quando}T00:00:00-03:00` : quando) : NaN;
}

export function criarSandbox(options) {
  const opcoes = juntar(options);
  // Its clock begins where it is told to, and then runs as time does.
  const real = Date.now();
  const inicio = instante(opcoes.agora ?? new Date(real));
  if (Number.isNaN(inicio)) throw opcaoInvalida("agora", "`2026-01-31T12:00:00Z`");
  const relogio = () => inicio + (Date.now() - real);
  const de = geracao();
  const proteger = (f) => usar(f, undefined, de);
  const simulador = proteger(() => new wasm.Simulador(simples({ ...opcoes, agora: undefined }), relogio()));

  async function fetch(entrada, init) {
    const pedido = new Request(typeof entrada === "string" && entrada.startsWith("/") ? BASE + entrada : entrada, init);
    pedido.signal.throwIfAborted();
    const url = new URL(pedido.url);
    const corpo = new Uint8Array(await pedido.arrayBuffer());
    const cabecalhos = [...pedido.headers].flat();
    const r = proteger(() => simulador.atender(pedido.method, url.pathname + url.search, cabecalhos, corpo, relogio()));
    const { status, corpo: bytes, atraso, queda, goteira } = r;
    const pares = r.cabecalhos;
    r.free();
    if (atraso > 0) await esperar(atraso, pedido.signal);
    if (queda === -1) throw new TypeError("fetch failed", { cause: { code: "ECONNRESET" } });
    const headers = new Headers();
    for (let i = 0; i + 1 < pares.length; i += 2) headers.append(pares[i], pares[i + 1]);
    const semCorpo = status === 204 || status === 304;
    const inteiro = queda === undefined && goteira === undefined;
    const envio = semCorpo ? null : inteiro ? bytes : aosPoucos(bytes, queda, goteira, pedido.signal);
    const resposta = new Response(envio, { status, headers });
    Object.defineProperty(resposta, "url", { value: pedido.url });
    return resposta;
  }

  const sandbox = { baseUrl: BASE, token: opcoes.token ?? "sandbox", fetch };
  // Not among what `new Smartbill({ ...sandbox })` is given.
  const controles = {
    async faturar(competencia) {
      return JSON.parse(proteger(() => simulador.faturar(typeof competencia === "string" ? competencia : "", relogio())));
    },
    async avancarRelogio(ate) {
      const dias = ate instanceof Date ? undefined : ate?.dias;
      const destino = dias === undefined ? instante(ate) : undefined;
      if (Number.isNaN(destino) || (dias !== undefined && !Number.isInteger(dias))) {
        throw opcaoInvalida("avancarRelogio", "`AAAA-MM-DD`, `{ dias: 30 }`");
      }
      return JSON.parse(proteger(() => simulador.avancar(destino, dias ?? 0, relogio())));
    },
    async reiniciar() {
      proteger(() => simulador.reiniciar(relogio()));
    },
  };
  for (const nome in controles) Object.defineProperty(sandbox, nome, { value: controles[nome] });
  return Object.freeze(sandbox);
}
