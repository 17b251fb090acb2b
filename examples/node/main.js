// npm run build --workspace examples/web
// SMARTBILL_BASE_URL=https://… SMARTBILL_TOKEN=… npm start --workspace examples/node

import { fileURLToPath } from "node:url";

import { createServer } from "./server.js";

const { SMARTBILL_BASE_URL: baseUrl, SMARTBILL_TOKEN: token, PORT = "8080", HOST = "127.0.0.1" } = process.env;
if (!baseUrl || !token) {
  console.error("error: set SMARTBILL_BASE_URL and SMARTBILL_TOKEN");
  process.exit(1);
}
const dist = fileURLToPath(new URL("../web/dist", import.meta.url));
const hosts = process.env["PORTAL_HOSTS"]?.split(",") ?? [];
createServer({ baseUrl, token, dist, hosts }).listen(Number(PORT), HOST, () => {
  console.log(`serving: the portal on http://${HOST}:${PORT}`);
});
