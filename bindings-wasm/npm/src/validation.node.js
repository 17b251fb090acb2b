import iniciar, { initSync } from "../pkg/validation.js";
import { aoLado } from "./arquivo.js";
import { init as carregar, marcar } from "./validation.js";

export {
  cliente, cobranca, consumo, contrato, documentos, isSmartbillError, servico, SmartbillError, validarCliente,
  validarConsumo, validarContrato,
} from "./validation.js";

if (aoLado(() => new URL("../pkg/validation_rapido.wasm", import.meta.url), (module) => initSync({ module }))) marcar();

export const init = (origem) => carregar(iniciar, origem);
