import * as wasm from "../pkg/sandbox.js";
import { carregador } from "./carregar.js";
import { paraErro, SmartbillError } from "./erros.js";

export { isSmartbillError, SmartbillError } from "./erros.js";

export const { init, marcar, exigir } = carregador("/sandbox");

const BASE = "https://sandbox.smartbill.invalid";

function proteger(f) {
  exigir();
  try {
    return f();
  } catch (lancado) {
    throw paraErro(lancado);
  }
}

function criar({ token = "sandbox", profile, agora, exemplos = true, ...outras } = {}) {
  const [desconhecida] = Object.keys(outras);
  if (desconhecida) throw new SmartbillError("configuration", `unknown option \`${desconhecida}\``);
  // Its clock begins where it is told to, and then runs as time does.
  const inicio = agora === undefined ? Date.now() : Number(new Date(agora));
  if (Number.isNaN(inicio)) throw new SmartbillError("configuration", "`agora`: expected an instant");
  const real = Date.now();
  const relogio = () => inicio + (Date.now() - real);
  const simulador = proteger(() => new wasm.Simulador(token, profile, exemplos, relogio()));

  async function fetch(entrada, init) {
    const pedido = new Request(typeof entrada === "string" && entrada.startsWith("/") ? BASE + entrada : entrada, init);
    pedido.signal.throwIfAborted();
    const url = new URL(pedido.url);
    const corpo = new Uint8Array(await pedido.arrayBuffer());
    // `Request` drops headers that pages may not set; given as they came they are kept.
    const cabecalhos = [...pedido.headers].flat();
    const r = proteger(() => simulador.atender(pedido.method, url.pathname + url.search, cabecalhos, corpo, relogio()));
    const pares = r.cabecalhos;
    const headers = new Headers();
    for (let i = 0; i + 1 < pares.length; i += 2) headers.append(pares[i], pares[i + 1]);
    const semCorpo = r.status === 204 || r.status === 304;
    const resposta = new Response(semCorpo ? null : r.corpo, { status: r.status, headers });
    Object.defineProperty(resposta, "url", { value: pedido.url });
    return resposta;
  }

  return Object.freeze({
    baseUrl: BASE,
    token,
    fetch,
    async faturar(competencia) {
      return JSON.parse(proteger(() => simulador.faturar(String(competencia), relogio())));
    },
    async avancarRelogio(ate) {
      const dias = typeof ate === "object" && !(ate instanceof Date) ? ate?.dias : undefined;
      // A bare date is the beginning of that day in São Paulo.
      const destino = dias === undefined ? Number(new Date(/^\d{4}-\d\d-\d\d$/.test(ate) ? `${ate}T00:00:00-03:00` : ate)) : undefined;
      if (Number.isNaN(destino) || (dias !== undefined && !Number.isInteger(dias))) {
        throw new SmartbillError("configuration", "`avancarRelogio`: expected a date or `{ dias }`");
      }
      return JSON.parse(proteger(() => simulador.avancar(destino, dias ?? 0, relogio())))[0];
    },
    async reiniciar() {
      proteger(() => simulador.reiniciar(relogio()));
    },
  });
}

export const criarSandbox = (options) => criar(options);
