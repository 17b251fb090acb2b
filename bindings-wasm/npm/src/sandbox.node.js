import { readFileSync } from "node:fs";

import iniciar, { initSync } from "../pkg/sandbox.js";
import { init as carregar, marcar } from "./sandbox.js";

export { criarSandbox, isSmartbillError, SmartbillError } from "./sandbox.js";

try {
  initSync({ module: readFileSync(new URL("../pkg/sandbox_bg.wasm", import.meta.url)) });
  marcar();
} catch {
  // In a bundle there is no file beside this one: `init` takes the module.
}

export const init = (origem) => carregar(iniciar, origem);
