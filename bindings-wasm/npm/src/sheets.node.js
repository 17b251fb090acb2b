import start, { initSync } from "../pkg/sheets.js";
import { beside } from "./file.js";
import { init as load, markLoaded } from "./sheets.js";

export { isSmartbillError, read, report, SmartbillError, template, write } from "./sheets.js";

if (
  beside(
    () => new URL("../pkg/sheets_bg.wasm", import.meta.url),
    (module) => initSync({ module }),
  )
)
  markLoaded();

export const init = (source) => load(start, source);
