import iniciar from "../pkg/profile.js";
import { init as carregar } from "./profile.js";

export { isSmartbillError, SmartbillError } from "./erros.js";

export const init = (origem) => carregar(iniciar, origem);
