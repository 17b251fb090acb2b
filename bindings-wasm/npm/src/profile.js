import * as wasm from "../pkg/profile.js";
import { loader } from "./load.js";
import { profiles } from "./profiles.js";

const module = loader("/profile", wasm);

export const { markLoaded } = module;

/** The client has its module from here on. */
export const offer = () => (profiles.cliente = () => ({ module, Core: wasm.Core }));

export const init = (start, source) => module.init(start, source).then(() => void offer());
