/**
 * The module of an entry, in any form in which a bundler imports a `.wasm` file: its address, its bytes or the module
 * itself. Pass it to the entry's `init`.
 */
declare const wasm: import("./load.js").WasmSource;
export default wasm;
