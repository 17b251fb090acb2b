import { readFileSync } from "node:fs";

import * as wasm from "../../pkg/profile.js";
import { profiles } from "../inner/profiles.js";
import { type Init, loader, markLoaded } from "../load.js";

export { isSmartbillError, SmartbillError } from "../errors.js";

const source = { module: loader("/profile", wasm), Core: wasm.Core };
const offer = () => (profiles.client = () => source);

// The module is read with the first profile.
profiles.client = () => {
  wasm.initSync({ module: readFileSync(new URL("../../pkg/profile_bg.wasm", import.meta.url)) });
  markLoaded(wasm);
  return offer()();
};

export const init: Init = async (given) => {
  if (given === undefined) return;
  await source.module.init(given);
  offer();
};

export const defaultProfile = (): string => profiles.client().module.use(() => wasm.default_profile());
