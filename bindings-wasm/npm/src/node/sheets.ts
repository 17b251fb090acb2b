import * as wasm from "../../pkg/sheets.js";
import { beside } from "./file.js";

export * from "../sheets.js";

beside(wasm, () => new URL("../../pkg/sheets_bg.wasm", import.meta.url));
