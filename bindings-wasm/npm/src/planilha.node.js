import iniciar, { initSync } from "../pkg/planilha.js";
import { aoLado } from "./arquivo.js";
import { init as carregar, marcar } from "./planilha.js";

export { escrever, isSmartbillError, ler, modelo, relatorio, SmartbillError } from "./planilha.js";

if (aoLado(() => new URL("../pkg/planilha_bg.wasm", import.meta.url), (module) => initSync({ module }))) marcar();

export const init = (origem) => carregar(iniciar, origem);
