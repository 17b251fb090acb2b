import { paraErro, SmartbillError } from "./erros.js";

/** A new instance takes the place of one whose memory, which never shrinks, has grown beyond this. */
const GUARDADA = 32 << 20;

const FALHOU = {
  "pt-BR": ["o módulo WebAssembly de", "ficou sem memória ou falhou, e foi iniciado de novo; tente com menos dados"],
  en: ["the WebAssembly module of", "ran out of memory or failed, and was started anew; try with less data"],
};

/**
 * The module of one entry: `init` for its user, `usar` for its functions. `glue` is what wasm-bindgen wrote for it.
 *
 * An instance that broke off in the middle of its work (no memory left, a file that its reader stumbles over) is in no
 * state to go on, and a new one takes its place; so does one that has grown too large.
 */
export function carregador(nome, glue) {
  let pronto = false;
  let carregando;
  let geracao = 0;
  let dentro = 0;
  let caiu = false;

  function exigir() {
    if (!pronto) {
      throw new SmartbillError(
        "configuration",
        `smartbill-automation${nome} was used before it was loaded; \`await init()\` first`,
      );
    }
  }

  function renovar() {
    glue.__wbg_reset_state();
    geracao++;
    caiu = false;
  }

  function tentar() {
    try {
      renovar();
    } catch {
      // There is no memory for another one yet; the next call tries again.
      caiu = true;
    }
  }

  function falhou(idioma, cause) {
    const [inicio, fim] = FALHOU[idioma] ?? FALHOU["pt-BR"];
    return new SmartbillError("io", `${inicio} smartbill-automation${nome} ${fim}`, {}, cause && { cause });
  }

  return {
    /** `iniciar` is the module's own loader; a failure is not remembered, so that one can try again. */
    init(iniciar, origem) {
      carregando ??= Promise.resolve(origem).then((origem) => {
        // Any view of the bytes will do, where the loader knows but one.
        if (ArrayBuffer.isView(origem)) origem = new Uint8Array(origem.buffer, origem.byteOffset, origem.byteLength);
        return iniciar(origem === undefined ? undefined : { module_or_path: origem });
      }).then(
        () => void (pronto = true),
        (falha) => {
          carregando = undefined;
          throw new SmartbillError("io", `smartbill-automation${nome} could not load its wasm module; give it to \`init\`, or see "Loading" in the README`, {}, { cause: falha });
        },
      );
      return carregando;
    },
    marcar() {
      pronto = true;
      carregando = Promise.resolve();
    },
    exigir,
    /** Tells the instances of the module apart: what one of them made is of no use to another. */
    geracao: () => geracao,
    /**
     * Runs `f` in the module, in the instance that `de` names, and makes errors of what it throws; `contar` may say more
     * of the failure of the module itself.
     */
    usar(f, idioma, de = geracao, contar = (erro) => erro) {
      exigir();
      if (de !== geracao) throw contar(falhou(idioma));
      dentro++;
      try {
        // Within a call that has broken off there is nothing to be had; after it, a new instance.
        if (caiu && dentro > 1) throw new Error("the module has failed");
        if (caiu) renovar();
        return f();
      } catch (lancado) {
        if (typeof lancado === "string") throw paraErro(lancado);
        // Of what was given, not of the module.
        if (lancado instanceof SmartbillError) throw lancado;
        caiu = true;
        throw contar(falhou(idioma, lancado));
      } finally {
        dentro--;
        if (caiu && dentro === 0) tentar();
      }
    },
    /** Gives back the memory that a large call needed, where nothing of the module is in use. */
    aliviar() {
      if (dentro === 0 && glue.initSync().memory.buffer.byteLength > GUARDADA) tentar();
    },
  };
}
