import iniciar from "../pkg/client.js";
import { init as carregar } from "./index.js";

export { acoesPermitidas, isSmartbillError, Smartbill, SmartbillError } from "./index.js";

export const init = (origem) => carregar(iniciar, origem);
