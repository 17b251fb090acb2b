import { readFileSync } from "node:fs";

import iniciar, { initSync } from "../pkg/client.js";
import { init as carregar, marcar } from "./index.js";
import "./profile.node.js";

export { acoesPermitidas, isSmartbillError, Smartbill, SmartbillError } from "./index.js";

try {
  initSync({ module: readFileSync(new URL("../pkg/client_bg.wasm", import.meta.url)) });
  marcar();
} catch {
  // In a bundle there is no file beside this one: `init` takes the module.
}

export const init = (origem) => carregar(iniciar, origem);
