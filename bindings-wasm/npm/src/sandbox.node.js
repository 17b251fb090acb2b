import iniciar, { initSync } from "../pkg/sandbox.js";
import { aoLado } from "./arquivo.js";
import { init as carregar, marcar } from "./sandbox.js";

export { criarSandbox, isSmartbillError, SmartbillError } from "./sandbox.js";

if (aoLado(() => new URL("../pkg/sandbox_bg.wasm", import.meta.url), (module) => initSync({ module }))) marcar();

export const init = (origem) => carregar(iniciar, origem);
