import * as wasm from "../pkg/validation.js";
import { invalidOption, merge, SmartbillError } from "./errors.js";
import { loader } from "./load.js";
import { LONGEST_TEXT, packed } from "./pack.js";
import { today } from "./today.js";

export { isSmartbillError, SmartbillError } from "./errors.js";

const { init, markLoaded, requireLoaded, use, relieve } = loader("/validation", wasm);

export { init, markLoaded };

/** From this many bytes of input on, a call may have needed more memory than is kept. */
const LARGE = 1 << 20;

/** Gives `values`, packed, to `f` in the module. */
function pack(values, f, language) {
  let large;
  const answer = packed(values, (bytes) => {
    large = bytes.length > LARGE;
    return use(() => f(bytes), language);
  });
  if (large) relieve();
  return answer;
}

class Schema {
  #model;
  #options;

  constructor(model, options) {
    this.#model = model;
    this.#options = options;
    addStandard(this, (r) => (r.valid ? { value: r.value } : { issues: r.errors }));
  }

  validar(value, options) {
    return JSON.parse(this.#check(wasm.validar, value, options));
  }

  validarField(path, record, options) {
    const { errors, warnings } = this.validar(record, options);
    // What is no record, such as the field alone, is told, too.
    return [...errors, ...warnings].filter((v) => v.path === path || v.path === "");
  }

  isValid(value, options) {
    return this.#check(wasm.valido, value, options);
  }

  withOptions(options) {
    return new Schema(this.#model, merge(this.#options, options));
  }

  #check(f, value, options) {
    const merged = this.#options || options ? merge(this.#options, options) : {};
    merged.today ??= today();
    requireLoaded();
    return pack([value, merged], (bytes) => f(this.#model, bytes), merged.language);
  }
}

export const cliente = new Schema("Cliente");
export const contrato = new Schema("Contrato");
export const consumo = new Schema("Consumo");
export const servico = new Schema("Servico");
export const cobranca = new Schema("Cobranca");

export const validarCliente = (value, options) => cliente.validar(value, options);
export const validarContrato = (value, options) => contrato.validar(value, options);
export const validarConsumo = (value, options) => consumo.validar(value, options);

/** Makes a Standard Schema of something that validates; `outcomeOf` its answer is the value, or the issues. */
function addStandard(schema, outcomeOf) {
  const validate = (value) => {
    try {
      const { value: valid, issues } = outcomeOf(schema.validar(value));
      return issues ? { issues: issues.map(issue) } : { value: valid };
    } catch (error) {
      // A schema must not throw for what it is given.
      if (error.code !== "validation") throw error;
      return { issues: error.violations.map(issue) };
    }
  };
  schema["~standard"] = Object.freeze({ version: 1, vendor: "smartbill", validate });
  Object.freeze(schema);
}

/** `itens[0].quantidade` as Standard Schema has it: `["itens", 0, "quantidade"]`. */
function issue({ path, code, message }) {
  const parts = path?.match(/[^.[\]]+/g)?.map((p) => (/^\d+$/.test(p) ? Number(p) : p));
  return parts ? { message, path: parts, code } : { message, code };
}

let reasons;

const isShort = (value) => typeof value === "string" && value.length <= LONGEST_TEXT;

class Documento {
  #options;
  #number;

  constructor(kind, options) {
    this.kind = kind;
    this.#options = options;
    addStandard(this, (r) => (r.valido ? { value: r.valor } : { issues: [{ message: r.mensagem, code: r.motivo }] }));
  }

  validar(value, options) {
    const parsed = this.#read(value, this.#options || options ? merge(this.#options, options) : {});
    // Spreading would cost more than the validation.
    for (const name in parsed.campos) if (!(name in parsed)) parsed[name] = parsed.campos[name];
    return parsed;
  }

  /** Gives the module's own number for this kind, and a text, to `f` in the module. */
  #check(f, text, options = this.#options) {
    const r = use(() => {
      this.#number ??= wasm.kind(this.kind);
      return f(this.#number, text);
    }, options?.language);
    if (text.length > LARGE) relieve();
    return r;
  }

  #read(value, options) {
    const text = this.#text(value, options);
    return JSON.parse(
      packed([options], (bytes) => this.#check((kind) => wasm.documento(kind, text, bytes), text, options)),
    );
  }

  /** A text as the module takes it; a lone surrogate becomes U+FFFD, which no document has either. */
  #text(value, options = this.#options, path = "") {
    requireLoaded();
    if (isShort(value)) return value;
    const { errors } = JSON.parse(pack([value, options], wasm.expected_text, options?.language));
    errors[0].path = path;
    throw new SmartbillError("validation", errors[0].message, { violations: errors });
  }

  valido(value) {
    if (this.#options && isShort(value)) return this.#read(value, this.#options).valido;
    return isShort(value) && this.#check(wasm.documento_valido, value);
  }

  formatar(value) {
    return this.#check(wasm.formatar, this.#text(value)) ?? null;
  }

  limpar(value) {
    return this.#check(wasm.limpar, this.#text(value));
  }

  validarColuna(texts, options) {
    const merged = merge(this.#options, options);
    requireLoaded();
    reasons ??= [null, ...use(wasm.reasons).split("|")];
    if (typeof texts === "string" || typeof texts?.[Symbol.iterator] !== "function")
      throw invalidOption("texts", '`["…"]`');
    const items = Array.isArray(texts) ? texts : [...texts];
    const output = new Array(items.length).fill(null);
    const lengths = new Uint32Array(SLICE);
    // In slices, so that a long column needs no memory of its length beside the answer.
    for (let start = 0; start < items.length; ) {
      const slice = items.slice(start, start + SLICE);
      let chars = 0;
      for (let j = 0; j < slice.length; j++) {
        slice[j] ??= "";
        lengths[j] = this.#text(slice[j], merged, `[${start + j}]`).length;
        chars += lengths[j];
        if (chars > CHARS) slice.length = j + 1;
      }
      const n = slice.length;
      const codes = packed([merged], (bytes) =>
        this.#check((kind, texts) => wasm.column(kind, texts, lengths.subarray(0, n), bytes), slice.join(""), merged),
      );
      for (let j = 0; j < n; j++) {
        // Not all ASCII: one by one.
        if (codes === undefined) output[start + j] = this.#read(slice[j], merged).motivo;
        else if (codes[j] !== 0) output[start + j] = reasons[codes[j]];
      }
      start += n;
    }
    return output;
  }

  withOptions(options) {
    return new Documento(this.kind, merge(this.#options, options));
  }
}

const SLICE = 1024;
const CHARS = 1 << 16;

const KINDS = [
  "cpf",
  "cnpj",
  "cpf_cnpj",
  "ie",
  "cep",
  "uf",
  "municipio",
  "telefone",
  "email",
  "boleto",
  "pix_chave",
  "brcode",
  "chave_dfe",
];

const all = {};
for (const kind of KINDS) {
  all[kind.replace(/_./, (part) => part[1].toUpperCase())] = all[kind] = new Documento(kind);
}
export const documentos = Object.freeze(all);
