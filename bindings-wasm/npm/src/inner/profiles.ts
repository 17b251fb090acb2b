import type { Core } from "../../pkg/client.js";
import { SmartbillError } from "../errors.js";
import type { LoadedModule } from "../load.js";
import type { Host } from "./host.js";

/** A module with a client. The one of `./profile` reads profiles; its functions are the same. */
export interface Source {
  module: LoadedModule;
  Core: new (options: Uint8Array, host: Host) => Core;
}

/**
 * The client of `./profile`, which reads profiles. It is stored here so that a page without profiles loads no TOML
 * parser.
 */
export const profiles = {
  client(): Source {
    throw new SmartbillError(
      "configuration",
      "a profile is read by `smartbill-automation/profile`; `await init()` from there first",
    );
  },
};
