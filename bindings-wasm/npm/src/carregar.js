import { SmartbillError } from "./erros.js";

/** The loading of one module: `init` for its user, `exigir` for its functions. */
export function carregador(nome) {
  let pronto = false;
  let carregando;
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
    exigir() {
      if (!pronto) {
        throw new SmartbillError(
          "configuration",
          `smartbill-automation${nome} was used before it was loaded; \`await init()\` first`,
        );
      }
    },
  };
}
