// The portal's back end: serves the built page, holds the token, and hands on the portal's operations and nothing else.
//
// Whoever reaches this server acts with its token. It listens on loopback; before anybody else may reach it, put your
// own login in front of it, and let it see only the requests of people who are logged in.

import { createReadStream, readFileSync, readdirSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import path from "node:path";
import { pipeline } from "node:stream";

/** What the portal calls, by the paths of the default profile; a platform with other paths has them written here. */
const OPERACOES = [
  "GET /api/v1/clientes",
  "POST /api/v1/clientes",
  "GET /api/v1/clientes/{id}",
  "POST /api/v1/clientes/{id}",
  "DELETE /api/v1/clientes/{id}",
  "GET /api/v1/servicos",
  "GET /api/v1/contratos",
  "POST /api/v1/contratos",
  "GET /api/v1/contratos/{id}",
  "POST /api/v1/contratos/{id}/ativar",
  "POST /api/v1/contratos/{id}/desativar",
  "POST /api/v1/contratos/{id}/suspender",
  "POST /api/v1/contratos/{id}/cancelar",
  "GET /api/v1/consumos",
  "POST /api/v1/consumos",
  "DELETE /api/v1/consumos/{id}",
  "GET /api/v1/cobrancas",
];

// An identifier is one segment, with nothing in it that a server might read as another path.
const PERMITIDAS = OPERACOES.map((operacao) => {
  const [metodo, caminho = ""] = operacao.split(" ");
  return { metodo, caminho: new RegExp(`^${caminho.replace("{id}", "(?!\\.{1,2}(?:/|$))[A-Za-z0-9._~-]{1,100}")}$`) };
});

// Headers pass by name, never by default: no cookie and no token of the browser reaches the platform, and none of the
// platform's reaches the browser.
const DO_NAVEGADOR = ["accept", "accept-language", "content-length", "content-type", "idempotency-key", "x-request-id"];
const DA_PLATAFORMA = [
  "content-type",
  "content-encoding",
  "idempotent-replayed",
  "retry-after",
  "x-request-id",
  "x-resultado",
];

const MAIOR_CORPO = 1_000_000;
const PRAZO_MS = 30_000;

const TIPOS = {
  ".css": "text/css; charset=utf-8",
  ".csv": "text/csv; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

// What a browser may take an answer of the platform for: data. A page that a proxy or a firewall put in its place would
// otherwise run under the portal's origin.
const DADOS = /^application\/(?:[a-z0-9.+-]+\+)?json *(?:;|$)/i;
const SEM_PAGINA = "default-src 'none'; frame-ancestors 'none'; sandbox";

const CABECALHOS = {
  "content-security-policy": "frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/**
 * Makes the server; the caller lets it listen.
 *
 * @param {object} options
 * @param {string} options.baseUrl Where the platform is; https, or http on loopback.
 * @param {string} options.token The access token.
 * @param {string} options.dist The folder of the built page.
 * @param {string[]} [options.hosts] The names under which browsers reach this server, besides loopback's.
 * @returns {http.Server}
 */
export function criarServidor({ baseUrl, token, dist, hosts = [] }) {
  const plataforma = new URL(baseUrl);
  if (plataforma.protocol !== "https:" && !(plataforma.protocol === "http:" && loopback(plataforma.hostname))) {
    throw new Error("the platform's address must be https: the token would travel in clear");
  }
  const agente = plataforma.protocol === "https:" ? https : http;
  const agent = new agente.Agent({ keepAlive: true });
  const pagina = lerPagina(dist);

  const servidor = http.createServer((pedido, resposta) => {
    const url = endereco(pedido.url ?? "/", "http://portal");
    if (url === null || !conhecido(pedido.headers.host, hosts)) {
      return recusar(resposta, 421, "endereco_desconhecido");
    }
    if (!url.pathname.startsWith("/api/")) return servir(pagina, url.pathname, pedido, resposta);
    const rota = PERMITIDAS.filter(({ caminho }) => caminho.test(url.pathname));
    if (rota.length === 0) return recusar(resposta, 404, "operacao_nao_permitida");
    if (!rota.some(({ metodo }) => metodo === pedido.method)) return recusar(resposta, 405, "metodo_nao_permitido");
    if (deOutraPagina(pedido)) return recusar(resposta, 403, "origem_nao_permitida");
    repassar(url, pedido, resposta);
  });
  servidor.on("close", () => agent.destroy());
  return servidor;

  /**
   * @param {URL} url
   * @param {http.IncomingMessage} pedido
   * @param {http.ServerResponse} resposta
   */
  function repassar(url, pedido, resposta) {
    if (Number(pedido.headers["content-length"] ?? 0) > MAIOR_CORPO) return recusar(resposta, 413, "corpo_grande");
    const alvo = new URL(plataforma);
    alvo.pathname = plataforma.pathname.replace(/\/$/, "") + url.pathname;
    alvo.search = url.search;
    const envio = agente.request(alvo, {
      agent,
      method: pedido.method,
      timeout: PRAZO_MS,
      headers: { ...escolher(pedido.headers, DO_NAVEGADOR), authorization: `Bearer ${token}` },
    });
    let recebido = 0;
    pedido.on("data", (pedaco) => {
      recebido += pedaco.length;
      if (recebido > MAIOR_CORPO) envio.destroy(new Error("corpo_grande"));
    });
    envio.on("timeout", () => envio.destroy(new Error("prazo")));
    envio.on("error", (erro) => {
      if (resposta.headersSent) return resposta.destroy();
      if (erro.message === "corpo_grande") return recusar(resposta, 413, "corpo_grande");
      recusar(resposta, erro.message === "prazo" ? 504 : 502, "plataforma_indisponivel");
    });
    envio.on("response", (volta) => {
      const status = volta.statusCode ?? 502;
      // A redirect would have the browser ask somebody else: it is not followed and not passed on.
      if (status >= 300 && status < 400) {
        volta.resume();
        return recusar(resposta, 502, "redirecionamento_recusado");
      }
      const tipo = volta.headers["content-type"] ?? "";
      resposta.writeHead(status, {
        ...escolher(volta.headers, DA_PLATAFORMA),
        "cache-control": "no-store",
        ...CABECALHOS,
        "content-security-policy": SEM_PAGINA,
        "content-type": DADOS.test(tipo) ? tipo : "text/plain; charset=utf-8",
      });
      pipeline(volta, resposta, () => undefined);
    });
    resposta.on("close", () => envio.destroy());
    pedido.pipe(envio);
  }
}

/**
 * Every file of the built page by its path: what is not here does not exist.
 *
 * @param {string} dist
 * @returns {Map<string, string>}
 */
function lerPagina(dist) {
  const arquivos = readdirSync(dist, { recursive: true, withFileTypes: true }).filter((entrada) => entrada.isFile());
  return new Map(
    arquivos.map(({ parentPath, name }) => {
      const arquivo = path.join(parentPath, name);
      return [`/${path.relative(dist, arquivo).split(path.sep).join("/")}`, arquivo];
    }),
  );
}

/**
 * @param {Map<string, string>} pagina
 * @param {string} caminho
 * @param {http.IncomingMessage} pedido
 * @param {http.ServerResponse} resposta
 */
function servir(pagina, caminho, pedido, resposta) {
  const arquivo = pagina.get(caminho === "/" ? "/index.html" : caminho);
  if (arquivo === undefined) return recusar(resposta, 404, "nao_encontrado");
  if (pedido.method !== "GET" && pedido.method !== "HEAD") return recusar(resposta, 405, "metodo_nao_permitido");
  const extensao = /** @type {keyof typeof TIPOS} */ (path.extname(arquivo));
  resposta.setHeader("content-type", TIPOS[extensao] ?? "application/octet-stream");
  // The names under assets/ change with their content.
  resposta.setHeader("cache-control", caminho.startsWith("/assets/") ? "max-age=31536000, immutable" : "no-cache");
  resposta.writeHead(200, CABECALHOS);
  if (pedido.method === "HEAD") return resposta.end();
  if (extensao === ".html") {
    // Tells the page that a platform answers here; without it the page brings its own sandbox.
    const html = readFileSync(arquivo, "utf8");
    return resposta.end(html.replace('name="smartbill-proxy" content=""', 'name="smartbill-proxy" content="/"'));
  }
  pipeline(createReadStream(arquivo), resposta, () => undefined);
}

/**
 * Whether a browser sent this for a page that is not ours. A browser names the origin of every request that changes
 * something: one that names none is not from our page either.
 *
 * @param {http.IncomingMessage} pedido
 */
function deOutraPagina({ headers, method }) {
  const origem = headers.origin === undefined ? null : endereco(headers.origin);
  const site = headers["sec-fetch-site"];
  if (headers.origin !== undefined && origem?.host !== headers.host) return true;
  if (site !== undefined) return site !== "same-origin";
  return headers.origin === undefined && method !== "GET";
}

/**
 * A name that somebody else's DNS points at loopback is not ours.
 *
 * @param {string | undefined} host
 * @param {string[]} hosts
 */
function conhecido(host, hosts) {
  const nome = endereco(`http://${host ?? ""}`)?.hostname;
  return nome !== undefined && (loopback(nome) || hosts.includes(nome));
}

/**
 * @param {string} texto
 * @param {string} [base]
 * @returns {URL | null}
 */
function endereco(texto, base) {
  return URL.canParse(texto, base) ? new URL(texto, base) : null;
}

/** @param {string} nome */
function loopback(nome) {
  return nome === "localhost" || nome === "127.0.0.1" || nome === "[::1]";
}

/**
 * @param {http.IncomingHttpHeaders} cabecalhos
 * @param {string[]} nomes
 * @returns {http.OutgoingHttpHeaders}
 */
function escolher(cabecalhos, nomes) {
  return Object.fromEntries(nomes.flatMap((nome) => (cabecalhos[nome] === undefined ? [] : [[nome, cabecalhos[nome]]])));
}

/** @type {Record<string, string>} */
const MOTIVOS = {
  corpo_grande: "o pedido é grande demais",
  endereco_desconhecido: "este servidor não atende por este nome",
  metodo_nao_permitido: "o portal não usa este método aqui",
  nao_encontrado: "este endereço não existe",
  operacao_nao_permitida: "o portal não usa esta operação",
  origem_nao_permitida: "o pedido veio de outra página",
  plataforma_indisponivel: "a plataforma não respondeu",
  redirecionamento_recusado: "a plataforma respondeu com um redirecionamento, que não é seguido",
};

/**
 * A refusal in the form of the default profile's errors (RFC 7807).
 *
 * @param {http.ServerResponse} resposta
 * @param {number} status
 * @param {string} codigo
 */
function recusar(resposta, status, codigo) {
  const corpo = { type: `about:blank#${codigo}`, title: codigo, status, detail: MOTIVOS[codigo] };
  resposta.writeHead(status, { "content-type": "application/problem+json", "cache-control": "no-store", ...CABECALHOS });
  resposta.end(JSON.stringify(corpo));
}
