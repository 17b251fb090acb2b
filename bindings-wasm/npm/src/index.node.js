import { readFileSync } from "node:fs";

import { initSync } from "../pkg/client.js";
import { marcar } from "./index.js";
import "./profile.node.js";

export { acoesPermitidas, isSmartbillError, Smartbill, SmartbillError } from "./index.js";

initSync({ module: readFileSync(new URL("../pkg/client_bg.wasm", import.meta.url)) });
marcar();

export const init = async () => {};
