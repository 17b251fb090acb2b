import { SmartbillError } from "./errors.js";

/** Where `./profile` puts its client, which reads profiles; so a page that has none loads no TOML parser. */
export const profiles = {
  cliente() {
    throw new SmartbillError(
      "configuration",
      "a profile is read by `smartbill-automation/profile`; `await init()` from there first",
    );
  },
};
