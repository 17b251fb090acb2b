import { readFileSync } from "node:fs";

import start, { initSync } from "../pkg/profile.js";
import { init as load, markLoaded, offer } from "./profile.js";
import { profiles } from "./profiles.js";

export { isSmartbillError, SmartbillError } from "./errors.js";

// Read with the first profile that is given.
profiles.cliente = () => {
  initSync({ module: readFileSync(new URL("../pkg/profile_bg.wasm", import.meta.url)) });
  markLoaded();
  return offer()();
};

export const init = async (source) => (source === undefined ? undefined : load(start, source));
