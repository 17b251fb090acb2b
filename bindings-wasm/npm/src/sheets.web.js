import start from "../pkg/sheets.js";
import { init as load } from "./sheets.js";

export { isSmartbillError, read, report, SmartbillError, template, write } from "./sheets.js";

export const init = (source) => load(start, source);
