import { readFileSync } from "node:fs";

import iniciar, { initSync } from "../pkg/planilha.js";
import { init as carregar, marcar } from "./planilha.js";

export { escrever, isSmartbillError, ler, modelo, relatorio, SmartbillError } from "./planilha.js";

try {
  initSync({ module: readFileSync(new URL("../pkg/planilha_bg.wasm", import.meta.url)) });
  marcar();
} catch {
  // In a bundle there is no file beside this one: `init` takes the module.
}

export const init = (origem) => carregar(iniciar, origem);
