/** Where the wasm module comes from; the file beside the package where it is left out. */
export type WasmSource =
  | RequestInfo
  | URL
  | Response
  | BufferSource
  | WebAssembly.Module
  | Promise<Response | BufferSource | WebAssembly.Module>;

/**
 * Loads the module, once; later calls give the same promise. In Node nothing needs to be loaded, and this does nothing.
 * Every other function throws a sentence that says so when it is called before.
 */
export type Init = (source?: WasmSource) => Promise<void>;
