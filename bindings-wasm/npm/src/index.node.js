import iniciar, { initSync } from "../pkg/client.js";
import { aoLado } from "./arquivo.js";
import { init as carregar, marcar } from "./index.js";
import "./profile.node.js";

export { acoesPermitidas, isSmartbillError, Smartbill, SmartbillError } from "./index.js";

if (aoLado(() => new URL("../pkg/client_bg.wasm", import.meta.url), (module) => initSync({ module }))) marcar();

export const init = (origem) => carregar(iniciar, origem);
