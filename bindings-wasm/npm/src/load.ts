import { type Language, SmartbillError, toError } from "./errors.js";

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

/**
 * What wasm-bindgen wrote for an entry, as far as it is about loading.
 * @internal
 */
export interface Glue {
  default(source?: { module_or_path: WasmSource }): Promise<unknown>;
  initSync(source: { module: BufferSource }): { memory: WebAssembly.Memory };
  __wbg_reset_state(): void;
}

/**
 * The module of an entry, as `loader` gives it.
 * @internal
 */
export type LoadedModule = ReturnType<typeof loader>;

/** A new instance takes the place of one whose memory, which never shrinks, has grown beyond this. */
const KEPT = 32 << 20;

/** Those that need no `init`. */
const started = new Set<Glue>();

/**
 * Says that a module was started from the file beside it.
 * @internal
 */
export const markLoaded = (glue: Glue): void => void started.add(glue);

/**
 * The module of one entry: `init` for its user, `use` for its functions. `glue` is what wasm-bindgen wrote for it.
 *
 * An instance that broke off in the middle of its work (no memory left, a file that its reader stumbles over) is in no
 * state to go on, and a new one takes its place; so does one that has grown too large.
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
      // There is no memory for another one yet; the next call tries again.
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
    /** A failure is not remembered, so that one can try again. */
    init(source?: WasmSource): Promise<void> {
      loading ??= Promise.resolve(isReady() ? undefined : source)
        .then((source) => {
          // Any view of the bytes will do, where the loader knows but one.
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
    /** Tells the instances of the module apart: what one of them made is of no use to another. */
    generation: () => generation,
    /**
     * Runs `f` in the module, in the instance that `from` names, and makes errors of what it throws; `describe` may say more
     * of the failure of the module itself.
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
        // Within a call that has broken off there is nothing to be had; after it, a new instance.
        if (crashed && inside > 1) throw new Error("the module has failed");
        if (crashed) renew();
        return f();
      } catch (thrown) {
        if (typeof thrown === "string") throw toError(thrown);
        // Of what was given, not of the module.
        if (thrown instanceof SmartbillError) throw thrown;
        crashed = true;
        throw describe(failed(language, thrown));
      } finally {
        inside--;
        if (crashed && inside === 0) tryRenew();
      }
    },
    /** Gives back the memory that a large call needed, where nothing of the module is in use. */
    relieve() {
      // What has started gives what it is, whatever it is given.
      if (inside === 0 && glue.initSync({ module: new ArrayBuffer(0) }).memory.buffer.byteLength > KEPT) tryRenew();
    },
  };
}
