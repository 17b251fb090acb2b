import start from "../pkg/profile.js";
import { init as load } from "./profile.js";

export { isSmartbillError, SmartbillError } from "./errors.js";

export const init = (source) => load(start, source);
