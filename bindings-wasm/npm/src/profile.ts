import * as wasm from "../pkg/profile.js";
import { profiles } from "./inner/profiles.js";
import { type Init, loader } from "./load.js";

export { isSmartbillError, SmartbillError } from "./errors.js";
export type { WasmSource } from "./load.js";

const module = loader("/profile", wasm);

/**
 * Loads the client that reads wire profiles (TOML), once. After that, `new Smartbill({ profile })` accepts the text of
 * a profile. A page without profiles does not need this, and a page that always uses one needs no other `init`. In Node
 * nothing needs to be loaded.
 *
 * ```js
 * import { Smartbill } from "smartbill-automation";
 * import { init } from "smartbill-automation/profile";
 * await init();
 * const sb = new Smartbill({ baseUrl: "/api", profile: text });
 * ```
 */
export const init: Init = async (source) => {
  await module.init(source);
  profiles.client = () => ({ module, Core: wasm.Core });
};

/**
 * The default profile as TOML, with a comment on every setting: what a profile of one's own begins with. It is this
 * project's own assumption, not the platform's documented format. In a page, after `init`.
 */
export const defaultProfile = (): string => module.use(() => wasm.default_profile());
