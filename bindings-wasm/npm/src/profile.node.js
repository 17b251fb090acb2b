import { readFileSync } from "node:fs";

import iniciar, { initSync } from "../pkg/profile.js";
import { perfis } from "./perfis.js";
import { init as carregar, marcar, oferecer } from "./profile.js";

export { isSmartbillError, SmartbillError } from "./erros.js";

// Read with the first profile that is given.
perfis.cliente = () => {
  initSync({ module: readFileSync(new URL("../pkg/profile_bg.wasm", import.meta.url)) });
  marcar();
  return oferecer()();
};

export const init = async (origem) => origem === undefined ? undefined : carregar(iniciar, origem);
