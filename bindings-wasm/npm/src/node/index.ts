import * as wasm from "../../pkg/client.js";
import { beside } from "./file.js";
import "./profile.js";

export * from "../index.js";

beside(wasm, () => new URL("../../pkg/client_bg.wasm", import.meta.url));
