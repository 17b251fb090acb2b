import { SmartbillError, toError } from "./errors.js";

/** A new instance takes the place of one whose memory, which never shrinks, has grown beyond this. */
const KEPT = 32 << 20;

const FAILED = {
  "pt-BR": ["o módulo WebAssembly de", "ficou sem memória ou falhou, e foi iniciado de novo; tente com menos dados"],
  en: ["the WebAssembly module of", "ran out of memory or failed, and was started anew; try with less data"],
};

/**
 * The module of one entry: `init` for its user, `use` for its functions. `glue` is what wasm-bindgen wrote for it.
 *
 * An instance that broke off in the middle of its work (no memory left, a file that its reader stumbles over) is in no
 * state to go on, and a new one takes its place; so does one that has grown too large.
 */
export function loader(name, glue) {
  let ready = false;
  let loading;
  let generation = 0;
  let inside = 0;
  let crashed = false;

  function requireLoaded() {
    if (!ready) {
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

  function failed(language, cause) {
    const [start, end] = FAILED[language] ?? FAILED["pt-BR"];
    return new SmartbillError("io", `${start} smartbill-automation${name} ${end}`, {}, cause && { cause });
  }

  return {
    /** `start` is the module's own loader; a failure is not remembered, so that one can try again. */
    init(start, source) {
      loading ??= Promise.resolve(source)
        .then((source) => {
          // Any view of the bytes will do, where the loader knows but one.
          if (ArrayBuffer.isView(source)) source = new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
          return start(source === undefined ? undefined : { module_or_path: source });
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
    markLoaded() {
      ready = true;
      loading = Promise.resolve();
    },
    requireLoaded,
    /** Tells the instances of the module apart: what one of them made is of no use to another. */
    generation: () => generation,
    /**
     * Runs `f` in the module, in the instance that `from` names, and makes errors of what it throws; `describe` may say more
     * of the failure of the module itself.
     */
    use(f, language, from = generation, describe = (error) => error) {
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
      if (inside === 0 && glue.initSync().memory.buffer.byteLength > KEPT) tryRenew();
    },
  };
}
