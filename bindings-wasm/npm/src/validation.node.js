import { aoLado } from "./arquivo.js";
import { iniciar, iniciarJa } from "./modulo.js";
import { init as carregar, marcar, usar } from "./validation.js";

export {
  cliente, cobranca, consumo, contrato, documentos, isSmartbillError, servico, SmartbillError, validarCliente,
  validarConsumo, validarContrato,
} from "./validation.js";

const onde = () => new URL("../pkg/validation_rapido.wasm", import.meta.url);

if (aoLado(onde, (bytes) => usar(iniciarJa(bytes)))) marcar();

export const init = (origem) => carregar(() => iniciar(origem ?? onde()));
