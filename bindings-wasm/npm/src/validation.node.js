import { readFileSync } from "node:fs";

import { iniciar, iniciarJa } from "./modulo.js";
import { init as carregar, marcar, usar } from "./validation.js";

export {
  cliente, cobranca, consumo, contrato, documentos, isSmartbillError, servico, SmartbillError, validarCliente,
  validarConsumo, validarContrato,
} from "./validation.js";

const ARQUIVO = () => new URL("../pkg/validation_rapido.wasm", import.meta.url);

try {
  usar(iniciarJa(readFileSync(ARQUIVO())));
  marcar();
} catch {
  // In a bundle there is no file beside this one: `init` takes the module.
}

export const init = (origem) => carregar(() => iniciar(origem ?? ARQUIVO()));
