import type { Init } from "./load.js";

export { isSmartbillError, SmartbillError } from "./errors.js";
export type { WasmSource } from "./load.js";

/**
 * Loads the client that reads wire profiles (TOML), once; after it `new Smartbill({ profile })` takes the text of one. A
 * page that gives no profile does without, and one that always does needs no other `init`. In Node nothing needs to be
 * loaded.
 *
 * ```js
 * import { Smartbill } from "smartbill-automation";
 * import { init } from "smartbill-automation/profile";
 * await init();
 * const sb = new Smartbill({ baseUrl: "/api", profile: text });
 * ```
 */
export const init: Init;
