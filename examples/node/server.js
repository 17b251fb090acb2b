// The portal's back end: serves the built page, holds the token, and hands on the portal's operations and nothing else.
//
// Whoever reaches this server acts with its token. It listens on loopback; before anybody else may reach it, put your
// own login in front of it, and let it see only the requests of people who are logged in.

import { createReadStream, readdirSync, readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import path from "node:path";
import { pipeline } from "node:stream";

/** What the portal calls, by the paths of the default profile; a platform with other paths has them written here. */
const OPERATIONS = [
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
const ALLOWED = OPERATIONS.map((operation) => {
  const [method, pathname = ""] = operation.split(" ");
  return { method, path: new RegExp(`^${pathname.replace("{id}", "(?!\\.{1,2}(?:/|$))[A-Za-z0-9._~-]{1,100}")}$`) };
});

// Headers pass by name, never by default: no cookie and no token of the browser reaches the platform, and none of the
// platform's reaches the browser.
const FROM_BROWSER = ["accept", "accept-language", "content-length", "content-type", "idempotency-key", "x-request-id"];
const FROM_PLATFORM = [
  "content-type",
  "content-encoding",
  "idempotent-replayed",
  "retry-after",
  "x-request-id",
  "x-resultado",
];

const LARGEST_BODY = 1_000_000;
const DEADLINE_MS = 30_000;

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".csv": "text/csv; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

// What a browser may take an answer of the platform for: data. A page that a proxy or a firewall put in its place would
// otherwise run under the portal's origin.
const DATA = /^application\/(?:[a-z0-9.+-]+\+)?json *(?:;|$)/i;
const NO_PAGE = "default-src 'none'; frame-ancestors 'none'; sandbox";

const HEADERS = {
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
export function createServer({ baseUrl, token, dist, hosts = [] }) {
  const platform = new URL(baseUrl);
  if (platform.protocol !== "https:" && !(platform.protocol === "http:" && loopback(platform.hostname))) {
    throw new Error("the platform's address must be https: the token would travel in clear");
  }
  const client = platform.protocol === "https:" ? https : http;
  const agent = new client.Agent({ keepAlive: true });
  const files = readFiles(dist);

  const server = http.createServer((request, response) => {
    const url = toUrl(request.url ?? "/", "http://portal");
    if (url === null || !known(request.headers.host, hosts)) {
      return refuse(response, 421, "endereco_desconhecido");
    }
    if (!url.pathname.startsWith("/api/")) return serve(files, url.pathname, request, response);
    const route = ALLOWED.filter(({ path: pathname }) => pathname.test(url.pathname));
    if (route.length === 0) return refuse(response, 404, "operacao_nao_permitida");
    if (!route.some(({ method }) => method === request.method)) return refuse(response, 405, "metodo_nao_permitido");
    if (fromAnotherPage(request)) return refuse(response, 403, "origem_nao_permitida");
    forward(url, request, response);
  });
  server.on("close", () => agent.destroy());
  return server;

  /**
   * @param {URL} url
   * @param {http.IncomingMessage} request
   * @param {http.ServerResponse} response
   */
  function forward(url, request, response) {
    if (Number(request.headers["content-length"] ?? 0) > LARGEST_BODY) return refuse(response, 413, "corpo_grande");
    const target = new URL(platform);
    target.pathname = platform.pathname.replace(/\/$/, "") + url.pathname;
    target.search = url.search;
    const sending = client.request(target, {
      agent,
      method: request.method,
      timeout: DEADLINE_MS,
      headers: { ...pick(request.headers, FROM_BROWSER), authorization: `Bearer ${token}` },
    });
    let received = 0;
    request.on("data", (chunk) => {
      received += chunk.length;
      if (received > LARGEST_BODY) sending.destroy(new Error("corpo_grande"));
    });
    sending.on("timeout", () => sending.destroy(new Error("deadline")));
    sending.on("error", (error) => {
      if (response.headersSent) return response.destroy();
      if (error.message === "corpo_grande") return refuse(response, 413, "corpo_grande");
      refuse(response, error.message === "deadline" ? 504 : 502, "plataforma_indisponivel");
    });
    sending.on("response", (answer) => {
      const status = answer.statusCode ?? 502;
      // A redirect would have the browser ask somebody else: it is not followed and not passed on.
      if (status >= 300 && status < 400) {
        answer.resume();
        return refuse(response, 502, "redirecionamento_recusado");
      }
      const kind = answer.headers["content-type"] ?? "";
      response.writeHead(status, {
        ...pick(answer.headers, FROM_PLATFORM),
        "cache-control": "no-store",
        ...HEADERS,
        "content-security-policy": NO_PAGE,
        "content-type": DATA.test(kind) ? kind : "text/plain; charset=utf-8",
      });
      pipeline(answer, response, () => undefined);
    });
    response.on("close", () => sending.destroy());
    request.pipe(sending);
  }
}

/**
 * Every file of the built page by its path: what is not here does not exist.
 *
 * @param {string} dist
 * @returns {Map<string, string>}
 */
function readFiles(dist) {
  const entries = readdirSync(dist, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    entries.map(({ parentPath, name }) => {
      const file = path.join(parentPath, name);
      return [`/${path.relative(dist, file).split(path.sep).join("/")}`, file];
    }),
  );
}

/**
 * @param {Map<string, string>} files
 * @param {string} pathname
 * @param {http.IncomingMessage} request
 * @param {http.ServerResponse} response
 */
function serve(files, pathname, request, response) {
  const file = files.get(pathname === "/" ? "/index.html" : pathname);
  if (file === undefined) return refuse(response, 404, "nao_encontrado");
  if (request.method !== "GET" && request.method !== "HEAD") return refuse(response, 405, "metodo_nao_permitido");
  const extension = /** @type {keyof typeof TYPES} */ (path.extname(file));
  response.setHeader("content-type", TYPES[extension] ?? "application/octet-stream");
  // The names under assets/ change with their content.
  response.setHeader("cache-control", pathname.startsWith("/assets/") ? "max-age=31536000, immutable" : "no-cache");
  response.writeHead(200, HEADERS);
  if (request.method === "HEAD") return response.end();
  if (extension === ".html") {
    // Tells the page that a platform answers here; without it the page brings its own sandbox.
    const html = readFileSync(file, "utf8");
    return response.end(html.replace('name="smartbill-proxy" content=""', 'name="smartbill-proxy" content="/"'));
  }
  pipeline(createReadStream(file), response, () => undefined);
}

/**
 * Whether a browser sent this for a page that is not ours. A browser names the origin of every request that changes
 * something: one that names none is not from our page either.
 *
 * @param {http.IncomingMessage} request
 */
function fromAnotherPage({ headers, method }) {
  const origin = headers.origin === undefined ? null : toUrl(headers.origin);
  const site = headers["sec-fetch-site"];
  if (headers.origin !== undefined && origin?.host !== headers.host) return true;
  if (site !== undefined) return site !== "same-origin";
  return headers.origin === undefined && method !== "GET";
}

/**
 * A name that somebody else's DNS points at loopback is not ours.
 *
 * @param {string | undefined} host
 * @param {string[]} hosts
 */
function known(host, hosts) {
  const name = toUrl(`http://${host ?? ""}`)?.hostname;
  return name !== undefined && (loopback(name) || hosts.includes(name));
}

/**
 * @param {string} text
 * @param {string} [base]
 * @returns {URL | null}
 */
function toUrl(text, base) {
  return URL.canParse(text, base) ? new URL(text, base) : null;
}

/** @param {string} name */
function loopback(name) {
  return name === "localhost" || name === "127.0.0.1" || name === "[::1]";
}

/**
 * @param {http.IncomingHttpHeaders} headers
 * @param {string[]} names
 * @returns {http.OutgoingHttpHeaders}
 */
function pick(headers, names) {
  return Object.fromEntries(names.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])));
}

/** @type {Record<string, string>} */
const REASONS = {
  "corpo_grande": "o pedido é grande demais",
  "endereco_desconhecido": "este servidor não atende por este nome",
  "metodo_nao_permitido": "o portal não usa este método aqui",
  "nao_encontrado": "este endereço não existe",
  "operacao_nao_permitida": "o portal não usa esta operação",
  "origem_nao_permitida": "o pedido veio de outra página",
  "plataforma_indisponivel": "a plataforma não respondeu",
  "redirecionamento_recusado": "a plataforma respondeu com um redirecionamento, que não é seguido",
};

/**
 * A refusal in the form of the default profile's errors (RFC 7807).
 *
 * @param {http.ServerResponse} response
 * @param {number} status
 * @param {string} code
 */
function refuse(response, status, code) {
  const body = { type: `about:blank#${code}`, title: code, status, detail: REASONS[code] };
  response.writeHead(status, { "content-type": "application/problem+json", "cache-control": "no-store", ...HEADERS });
  response.end(JSON.stringify(body));
}
