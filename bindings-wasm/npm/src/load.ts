import { type Language, SmartbillError, toError } from "./errors.js";

// This avoids the name `WebAssembly`, which a Node project without the DOM's types does not have.
type Module = typeof globalThis extends { WebAssembly: { Module: abstract new (...args: never) => infer M } }
  ? M
  : never;

/** The source of the wasm module. By default, the file beside the package. */
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
 * Loads the module once. Later calls return the same promise. In Node nothing needs to be loaded, and this does
 * nothing. If another function is called before the module is loaded, its error says so.
 */
export type Init = (source?: WasmSource) => Promise<void>;

/**
 * The parts of wasm-bindgen's output for an entry that load the module.
 * @internal
 */
export interface Glue {
  default(source?: { module_or_path: WasmSource }): Promise<unknown>;
  initSync(source: { module: BufferSource }): { memory: WebAssembly.Memory };
  __wbg_reset_state(): void;
}

/**
 * The module of an entry, as returned by `loader`.
 * @internal
 */
export type LoadedModule = ReturnType<typeof loader>;

/**
 * The greatest memory of an instance that is kept. Memory never shrinks, so a larger instance is replaced by a new one.
 */
const KEPT = 32 << 20;

/** The modules that need no `init`. */
const started = new Set<Glue>();

/**
 * Records that a module was started from the file beside it.
 * @internal
 */
export const markLoaded = (glue: Glue): void => void started.add(glue);

/**
 * The module of one entry: `init` for its user, `use` for its functions. `glue` is wasm-bindgen's output for it.
 *
 * An instance that failed in the middle of its work (no memory left, a file that makes its reader fail) cannot
 * continue, and a new instance replaces it. The same happens to an instance that has grown too large.
 * @internal
 */
export function loader(name: string, glue: Glue) {
  let ready = false;
  let loading: Promise<void> | undefined;
  let generation = 0;
  let inside = 0;
  let crashed = false;

  const isReady = () => (ready ||= started.has(glue));

  function requireLoaded() {
    if (!isReady()) {
      throw new SmartbillError(
        "configuration",
        `smartbill-automation${name} was used before it was loaded; \`await init()\` first`,
      );
    }
  }

  function renew() {
    glue.__wbg_reset_state();
    generation++;
    crashed = false;
  }

  function tryRenew() {
    try {
      renew();
    } catch {
      // There is no memory for another instance yet. The next call tries again.
      crashed = true;
    }
  }

  function failed(language: Language | undefined, cause?: unknown) {
    const [start, end] =
      language === "en"
        ? ["the WebAssembly module of", "ran out of memory or failed, and was started anew; try with less data"]
        : ["o módulo WebAssembly de", "ficou sem memória ou falhou, e foi iniciado de novo; tente com menos dados"];
    return new SmartbillError("io", `${start} smartbill-automation${name} ${end}`, {}, cause ? { cause } : undefined);
  }

  return {
    /** A failure is not stored, so another attempt is possible. */
    init(source?: WasmSource): Promise<void> {
      loading ??= Promise.resolve(isReady() ? undefined : source)
        .then((source) => {
          // Any view of the bytes is accepted here, but the loader knows only one kind.
          if (ArrayBuffer.isView(source)) source = new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
          return glue.default(source === undefined ? undefined : { module_or_path: source });
        })
        .then(
          () => {
            ready = true;
          },
          (failure) => {
            loading = undefined;
            throw new SmartbillError(
              "io",
              `smartbill-automation${name} could not load its wasm module; give it to \`init\`, or see "Loading" in the README`,
              {},
              { cause: failure },
            );
          },
        );
      return loading;
    },
    requireLoaded,
    /** Distinguishes the instances of the module. An object of one instance is useless in another. */
    generation: () => generation,
    /**
     * Runs `f` in the module, in the instance that `from` names, and converts thrown values to errors. `describe` may
     * add to the error if the module itself fails.
     */
    use<R>(
      f: () => R,
      language?: Language,
      from = generation,
      describe = (error: SmartbillError): SmartbillError => error,
    ): R {
      requireLoaded();
      if (from !== generation) throw describe(failed(language));
      inside++;
      try {
        // Inside a call that has failed, the module cannot be used. After the call there is a new instance.
        if (crashed && inside > 1) throw new Error("the module has failed");
        if (crashed) renew();
        return f();
      } catch (thrown) {
        if (typeof thrown === "string") throw toError(thrown);
        // The fault is in the input, not in the module.
        if (thrown instanceof SmartbillError) throw thrown;
        crashed = true;
        throw describe(failed(language, thrown));
      } finally {
        inside--;
        if (crashed && inside === 0) tryRenew();
      }
    },
    /** Releases the memory that a large call needed, if nothing of the module is in use. */
    relieve() {
      // A module that is already started ignores the argument and returns its exports.
      if (inside === 0 && glue.initSync({ module: new ArrayBuffer(0) }).memory.buffer.byteLength > KEPT) tryRenew();
    },
  };
}
