import * as wasm from "../../pkg/validation.js";
import { beside } from "./file.js";

export * from "../validation.js";

beside(wasm, () => new URL("../../pkg/validation_fast.wasm", import.meta.url));
