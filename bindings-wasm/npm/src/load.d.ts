// Not by its name: a Node project without the DOM's types has no `WebAssembly`.
type Module = typeof globalThis extends { WebAssembly: { Module: abstract new (...args: never) => infer M } }
  ? M
  : never;

/** Where the wasm module comes from; the file beside the package where it is left out. */
export type WasmSource =
  | string
  | URL
  | Request
  | Response
  | ArrayBuffer
  | ArrayBufferView
  | Module
  | Promise<Response | ArrayBuffer | ArrayBufferView | Module>;

/**
 * Loads the module, once; later calls give the same promise. In Node nothing needs to be loaded, and this does nothing.
 * Every other function throws a sentence that says so when it is called before.
 */
export type Init = (source?: WasmSource) => Promise<void>;
