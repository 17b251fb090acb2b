import { readFileSync } from "node:fs";

import { initSync } from "../pkg/planilha.js";
import { marcar } from "./planilha.js";

export { escrever, isSmartbillError, ler, modelo, relatorio, SmartbillError } from "./planilha.js";

initSync({ module: readFileSync(new URL("../pkg/planilha_bg.wasm", import.meta.url)) });
marcar();

export const init = async () => {};
