import iniciar from "../pkg/planilha.js";
import { init as carregar } from "./planilha.js";

export { escrever, isSmartbillError, ler, modelo, relatorio, SmartbillError } from "./planilha.js";

export const init = (origem) => carregar(iniciar, origem);
