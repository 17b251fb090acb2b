import type { Core } from "../../pkg/client.js";
import { SmartbillError } from "../errors.js";
import type { LoadedModule } from "../load.js";
import type { Host } from "./host.js";

/** A module that has a client: the one of `./profile` differs in what it reads, not in how it is called. */
export interface Source {
  module: LoadedModule;
  Core: new (options: Uint8Array, host: Host) => Core;
}

/** Where `./profile` puts its client, which reads profiles; so a page that has none loads no TOML parser. */
export const profiles = {
  client(): Source {
    throw new SmartbillError(
      "configuration",
      "a profile is read by `smartbill-automation/profile`; `await init()` from there first",
    );
  },
};
