import start, { initSync } from "../pkg/sandbox.js";
import { beside } from "./file.js";
import { init as load, markLoaded } from "./sandbox.js";

export { createSandbox, isSmartbillError, SmartbillError } from "./sandbox.js";

if (
  beside(
    () => new URL("../pkg/sandbox_bg.wasm", import.meta.url),
    (module) => initSync({ module }),
  )
)
  markLoaded();

export const init = (source) => load(start, source);
