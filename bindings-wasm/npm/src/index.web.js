import start from "../pkg/client.js";
import { init as load } from "./index.js";

export { allowedActions, isSmartbillError, Smartbill, SmartbillError } from "./index.js";

export const init = (source) => load(start, source);
