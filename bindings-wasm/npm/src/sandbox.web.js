import iniciar from "../pkg/sandbox.js";
import { init as carregar } from "./sandbox.js";

export { criarSandbox, isSmartbillError, SmartbillError } from "./sandbox.js";

export const init = (origem) => carregar(iniciar, origem);
