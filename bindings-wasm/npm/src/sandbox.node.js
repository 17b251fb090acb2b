import { readFileSync } from "node:fs";

import { initSync } from "../pkg/sandbox.js";
import { marcar } from "./sandbox.js";

export { criarSandbox, isSmartbillError, SmartbillError } from "./sandbox.js";

initSync({ module: readFileSync(new URL("../pkg/sandbox_bg.wasm", import.meta.url)) });
marcar();

export const init = async () => {};
