import * as wasm from "../../pkg/sandbox.js";
import { beside } from "./file.js";

export * from "../sandbox.js";

beside(wasm, () => new URL("../../pkg/sandbox_bg.wasm", import.meta.url));
