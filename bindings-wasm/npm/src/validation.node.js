import { readFileSync } from "node:fs";

import { iniciarJa } from "./modulo.js";
import { marcar, usar } from "./validation.js";

export {
  cliente, cobranca, consumo, contrato, documentos, isSmartbillError, servico, SmartbillError, validarCliente,
  validarConsumo, validarContrato,
} from "./validation.js";

usar(iniciarJa(readFileSync(new URL("../pkg/validation_rapido.wasm", import.meta.url))));
marcar();

export const init = async () => {};
