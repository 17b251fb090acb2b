import { defineConfig, type Plugin } from "vite";

// With these set, `npm run dev` talks to a real platform; the token stays in this process.
const { SMARTBILL_BASE_URL: baseUrl, SMARTBILL_TOKEN: token } = process.env;

export default defineConfig(({ command }) => ({
  base: "./",
  plugins: [page(command === "serve")],
  build: { target: "es2023", modulePreload: { polyfill: false } },
  server: baseUrl
    ? {
        proxy: {
          "/api": {
            target: baseUrl,
            changeOrigin: true,
            headers: token ? { authorization: `Bearer ${token}` } : {},
            configure: (proxy) => {
              proxy.on("proxyReq", (request) => request.removeHeader("cookie"));
            },
          },
        },
      }
    : {},
}));

/** Writes the page's policy and where its platform is. */
function page(dev: boolean): Plugin {
  // Vite's dev server puts styles into the page and speaks over a WebSocket; the built page needs neither.
  const policy = [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    dev ? "style-src 'self' 'unsafe-inline'" : "style-src 'self'",
    "img-src 'self' data:",
    dev ? "connect-src 'self' ws:" : "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return {
    name: "smartbill-page",
    transformIndexHtml: (html) => ({
      html:
        dev && baseUrl ? html.replace('name="smartbill-proxy" content=""', 'name="smartbill-proxy" content="/"') : html,
      tags: [
        { tag: "meta", attrs: { "http-equiv": "Content-Security-Policy", content: policy }, injectTo: "head-prepend" },
      ],
    }),
  };
}
