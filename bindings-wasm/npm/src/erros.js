const MARCA = Symbol.for("smartbill-automation.error");

export class SmartbillError extends Error {
  constructor(code, message, details, options) {
    super(message, options);
    // The names in `details` are the core's; what a server sent is deeper.
    Object.assign(this, { code, fields: [], violations: [], attempts: 0 }, details);
  }

  // Not by `instanceof`: a test runner or a frame has an `Error` of its own.
  get [MARCA]() {
    return true;
  }

  // An `Error`'s own message is left out of JSON, and of logs that are written so.
  toJSON() {
    return { message: this.message, ...this };
  }
}

// On the prototype, so that it does not show among an error's own data.
Object.defineProperty(SmartbillError.prototype, "name", { value: "SmartbillError", configurable: true, writable: true });

export function isSmartbillError(error) {
  return error?.[MARCA] === true;
}

/** An argument that is none of what can be used, in the words of the core. */
export function opcaoInvalida(nome, usar, cause) {
  // A name as long as a book must not make a message as long.
  const inicio = [...nome].slice(0, 60).join("");
  return new SmartbillError("configuration", `opção \`${inicio}\` inválida; use ${usar}`, {}, cause && { cause });
}

/** Option bags laid one over the other in a new one: a caller's own is read once, and never changed. */
export function juntar(...bolsas) {
  const todas = Object.create(null);
  for (const bolsa of bolsas) {
    let nome = "options";
    try {
      if (typeof (bolsa ?? {}) !== "object") throw 0;
      for (nome of Object.keys(bolsa ?? {})) todas[nome] = bolsa[nome];
    } catch (cause) {
      throw opcaoInvalida(nome, "`{ … }` sem getters", cause);
    }
  }
  return todas;
}

/** What the module threw, as an error: it throws JSON where the fault is the caller's or the platform's. */
export function paraErro(lancado, cause) {
  if (typeof lancado !== "string") return lancado;
  try {
    const { nome, usar, code, message, ...details } = JSON.parse(lancado);
    if (usar !== undefined) return opcaoInvalida(nome, usar, cause);
    return new SmartbillError(code, message, details, cause && { cause });
  } catch {
    return new SmartbillError("configuration", lancado);
  }
}
