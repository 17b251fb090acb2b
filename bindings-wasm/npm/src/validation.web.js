import iniciar from "../pkg/validation.js";
import { init as carregar } from "./validation.js";

export {
  cliente, cobranca, consumo, contrato, documentos, isSmartbillError, servico, SmartbillError, validarCliente,
  validarConsumo, validarContrato,
} from "./validation.js";

export const init = (origem) => carregar(iniciar, origem);
