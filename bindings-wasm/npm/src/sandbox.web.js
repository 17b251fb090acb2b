import start from "../pkg/sandbox.js";
import { init as load } from "./sandbox.js";

export { createSandbox, isSmartbillError, SmartbillError } from "./sandbox.js";

export const init = (source) => load(start, source);
