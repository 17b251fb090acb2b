import start, { initSync } from "../pkg/client.js";
import { beside } from "./file.js";
import { init as load, markLoaded } from "./index.js";
import "./profile.node.js";

export { allowedActions, isSmartbillError, Smartbill, SmartbillError } from "./index.js";

if (
  beside(
    () => new URL("../pkg/client_bg.wasm", import.meta.url),
    (module) => initSync({ module }),
  )
)
  markLoaded();

export const init = (source) => load(start, source);
