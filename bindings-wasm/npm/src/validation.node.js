import start, { initSync } from "../pkg/validation.js";
import { beside } from "./file.js";
import { init as load, markLoaded } from "./validation.js";

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

if (
  beside(
    () => new URL("../pkg/validation_fast.wasm", import.meta.url),
    (module) => initSync({ module }),
  )
)
  markLoaded();

export const init = (source) => load(start, source);
