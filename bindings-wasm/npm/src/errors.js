const BRAND = Symbol.for("smartbill-automation.error");

export class SmartbillError extends Error {
  constructor(code, message, details, options) {
    super(message, options);
    // The names in `details` are the core's; what a server sent is deeper.
    Object.assign(this, { code, fields: [], violations: [], attempts: 0 }, details);
  }

  // Not by `instanceof`: a test runner or a frame has an `Error` of its own.
  get [BRAND]() {
    return true;
  }

  // An `Error`'s own message is left out of JSON, and of logs that are written so.
  toJSON() {
    return { message: this.message, ...this };
  }
}

// On the prototype, so that it does not show among an error's own data.
Object.defineProperty(SmartbillError.prototype, "name", {
  value: "SmartbillError",
  configurable: true,
  writable: true,
});

export function isSmartbillError(error) {
  return error?.[BRAND] === true;
}

/** An argument that is none of what can be used, in the words of the core. */
export function invalidOption(name, use, cause) {
  // A name as long as a book must not make a message as long.
  const start = [...name].slice(0, 60).join("");
  return new SmartbillError("configuration", `opção \`${start}\` inválida; use ${use}`, {}, cause && { cause });
}

/** Option bags laid one over the other in a new one: a caller's own is read once, and never changed. */
export function merge(...bags) {
  const all = Object.create(null);
  for (const bag of bags) {
    let name = "options";
    try {
      if (typeof (bag ?? {}) !== "object") throw 0;
      for (name of Object.keys(bag ?? {})) all[name] = bag[name];
    } catch (cause) {
      throw invalidOption(name, "`{ … }` sem getters", cause);
    }
  }
  return all;
}

/** What the module threw, as an error: it throws JSON where the fault is the caller's or the platform's. */
export function toError(thrown, cause) {
  if (typeof thrown !== "string") return thrown;
  try {
    const { name, use, code, message, ...details } = JSON.parse(thrown);
    if (use !== undefined) return invalidOption(name, use, cause);
    return new SmartbillError(code, message, details, cause && { cause });
  } catch {
    return new SmartbillError("configuration", thrown);
  }
}
