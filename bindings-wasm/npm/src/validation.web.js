import start from "../pkg/validation.js";
import { init as load } from "./validation.js";

export {
  cliente,
  cobranca,
  consumo,
  contrato,
  documentos,
  isSmartbillError,
  SmartbillError,
  servico,
  validarCliente,
  validarConsumo,
  validarContrato,
} from "./validation.js";

export const init = (source) => load(start, source);
