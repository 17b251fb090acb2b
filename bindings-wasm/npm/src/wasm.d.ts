/** The module of an entry, as a bundler imports a `.wasm` file: where it is, its bytes or itself. For the entry's `init`. */
declare const wasm: import("./load.js").WasmSource;
export default wasm;
