import { carregador } from "./carregar.js";
import { empacotado, MAIOR_TEXTO } from "./empacotar.js";
import { juntar, opcaoInvalida, paraErro, SmartbillError } from "./erros.js";
import { hoje } from "./hoje.js";

export { isSmartbillError, SmartbillError } from "./erros.js";

const { init, marcar, exigir } = carregador("/validation");

// Only numbers cross into the module: see src/validation.rs. Here is where in its memory input goes.
let wasm = {};
let vista = new Uint8Array();
let onde = 0;
let cabe = 0;

const codificador = new TextEncoder();
const decodificador = new TextDecoder("utf-8", { ignoreBOM: true });

/** Takes the module's exports from its loader. */
function usar(exports) {
  wasm = exports;
}

/** Makes room for `n` bytes of input. */
function lugar(n) {
  if (n > cabe) onde = wasm.lugar((cabe = Math.max(n, 1024))) >>> 0;
  // Memory that grew leaves the old view without length.
  if (vista.length === 0) vista = new Uint8Array(wasm.memory.buffer);
}

/** Writes a text into the input at `inicio` and gives where it ends; most are short and ASCII. */
function escrever(texto, inicio) {
  const n = texto.length;
  lugar(inicio + 3 * n);
  const em = onde + inicio;
  if (n < 64) {
    let todas = 0;
    for (let i = 0; i < n; i++) todas |= vista[em + i] = texto.charCodeAt(i);
    if (todas < 128) return inicio + n;
  }
  return inicio + codificador.encodeInto(texto, vista.subarray(em, em + 3 * n)).written;
}

/** Packs `valores` into the input, then 32-bit numbers and a text as they are; gives where it ends. */
function entrada(valores, texto, numeros = NENHUM) {
  return empacotado(valores, (bytes) => {
    const fim = bytes.length + numeros.byteLength;
    lugar(fim);
    vista.set(bytes, onde);
    vista.set(new Uint8Array(numeros.buffer, 0, numeros.byteLength), onde + bytes.length);
    return texto === undefined ? fim : escrever(texto, fim);
  });
}

const NENHUM = new Uint32Array();

/** The answer's bytes; a negative length is a refused option's, and the least of all says that there is no answer. */
function bytes(n) {
  if (n === -2147483648) return;
  const em = wasm.saida() >>> 0;
  const lidos = new Uint8Array(wasm.memory.buffer, em, n < 0 ? -1 - n : n);
  if (n < 0) throw paraErro(decodificador.decode(lidos));
  return lidos;
}

function resposta(n) {
  const lidos = bytes(n);
  return lidos && decodificador.decode(lidos);
}

const carregar = (iniciar) => init(async () => usar(await iniciar()));

export { carregar as init, exigir, usar, marcar };

class Esquema {
  #modelo;
  #opcoes;

  constructor(modelo, opcoes) {
    this.#modelo = modelo;
    this.#opcoes = opcoes;
    padrao(this, (r) => r.erros);
  }

  validar(valor, options) {
    return JSON.parse(resposta(this.#chamar(valor, options, true)));
  }

  validarCampo(path, registro, options) {
    const { erros, avisos } = this.validar(registro, options);
    // What is no record, such as the field alone, is told, too.
    return [...erros, ...avisos].filter((v) => v.path === path || v.path === "");
  }

  valido(valor, options) {
    return bytes(this.#chamar(valor, options, false)) !== undefined;
  }

  com(options) {
    return new Esquema(this.#modelo, juntar(this.#opcoes, options));
  }

  #chamar(valor, options, completo) {
    const opcoes = this.#opcoes || options ? juntar(this.#opcoes, options) : {};
    opcoes.hoje ??= hoje();
    exigir();
    return wasm.modelo(this.#modelo, entrada([valor, opcoes]), completo);
  }
}

export const cliente = new Esquema(0);
export const contrato = new Esquema(1);
export const consumo = new Esquema(2);
export const servico = new Esquema(3);
export const cobranca = new Esquema(4);
const NENHUM_MODELO = 5;

export const validarCliente = (valor, options) => cliente.validar(valor, options);
export const validarContrato = (valor, options) => contrato.validar(valor, options);
export const validarConsumo = (valor, options) => consumo.validar(valor, options);

/** Makes a Standard Schema of something that validates; `erros` of its answer are violations. */
function padrao(esquema, erros) {
  const validate = (valor) => {
    try {
      const r = esquema.validar(valor);
      return r.valido ? { value: r.valor } : { issues: erros(r).map(issue) };
    } catch (erro) {
      // A schema must not throw for what it is given.
      if (erro.code !== "validation") throw erro;
      return { issues: erro.violations.map(issue) };
    }
  };
  esquema["~standard"] = Object.freeze({ version: 1, vendor: "smartbill", validate });
  Object.freeze(esquema);
}

/** `itens[0].quantidade` as Standard Schema has it: `["itens", 0, "quantidade"]`. */
function issue({ path, code, message }) {
  const partes = path?.match(/[^.[\]]+/g)?.map((p) => (/^\d+$/.test(p) ? Number(p) : p));
  return partes ? { message, path: partes, code } : { message, code };
}

let motivos;

const curto = (valor) => typeof valor === "string" && valor.length <= MAIOR_TEXTO;

class Documento {
  #opcoes;

  constructor(tipo, opcoes) {
    this.tipo = tipo;
    this.#opcoes = opcoes;
    padrao(this, (r) => [{ message: r.mensagem, code: r.motivo }]);
  }

  validar(valor, options) {
    const lido = this.#ler(valor, this.#opcoes || options ? juntar(this.#opcoes, options) : {});
    // Spreading would cost more than the validation.
    for (const nome in lido.campos) if (!(nome in lido)) lido[nome] = lido.campos[nome];
    return lido;
  }

  /** The module's own number for this kind. */
  get #numero() {
    exigir();
    return TIPOS.indexOf(this.tipo);
  }

  #ler(texto, opcoes) {
    const qual = this.#numero;
    return JSON.parse(resposta(wasm.documento(qual, entrada([opcoes], this.#texto(texto, opcoes)))));
  }

  /** A text as the module takes it; a lone surrogate becomes U+FFFD, which no document has either. */
  #texto(valor, opcoes = this.#opcoes, path = "") {
    if (curto(valor)) return valor;
    exigir();
    const { erros } = JSON.parse(resposta(wasm.modelo(NENHUM_MODELO, entrada([valor, opcoes]), true)));
    erros[0].path = path;
    throw new SmartbillError("validation", erros[0].message, { violations: erros });
  }

  valido(valor) {
    if (this.#opcoes && curto(valor)) return this.#ler(valor, this.#opcoes).valido;
    return curto(valor) && wasm.valido(this.#numero, escrever(valor, 0)) !== 0;
  }

  formatar(valor) {
    return resposta(wasm.formatar(this.#numero, escrever(this.#texto(valor), 0))) ?? null;
  }

  limpar(valor) {
    return resposta(wasm.limpar(this.#numero, escrever(this.#texto(valor), 0)));
  }

  validarColuna(textos, options) {
    const opcoes = juntar(this.#opcoes, options);
    const qual = this.#numero;
    motivos ??= [null, ...resposta(wasm.motivos()).split("|")];
    if (typeof textos === "string" || typeof textos?.[Symbol.iterator] !== "function") throw opcaoInvalida("textos", "`[\"…\"]`");
    const itens = Array.isArray(textos) ? textos : [...textos];
    const saida = new Array(itens.length).fill(null);
    const tamanhos = new Uint32Array(FATIA);
    // In slices, so that a long column needs no memory of its length beside the answer.
    for (let inicio = 0; inicio < itens.length; ) {
      const fatia = itens.slice(inicio, inicio + FATIA);
      let letras = 0;
      for (let j = 0; j < fatia.length; j++) {
        letras += tamanhos[j] = this.#texto((fatia[j] ??= ""), opcoes, `[${inicio + j}]`).length;
        if (letras > LETRAS) fatia.length = j + 1;
      }
      const n = fatia.length;
      const codigos = bytes(wasm.coluna(qual, entrada([opcoes], fatia.join(""), tamanhos.subarray(0, n)), n));
      for (let j = 0; j < n; j++) {
        // Not all ASCII: one by one.
        if (codigos === undefined) saida[inicio + j] = this.#ler(fatia[j], opcoes).motivo;
        else if (codigos[j] !== 0) saida[inicio + j] = motivos[codigos[j]];
      }
      inicio += n;
    }
    return saida;
  }

  com(options) {
    return new Documento(this.tipo, juntar(this.#opcoes, options));
  }
}

const FATIA = 1024;
const LETRAS = 1 << 16;

// In the module's own order, which src/validation.rs has.
const TIPOS = ["cpf", "cnpj", "cpf_cnpj", "ie", "cep", "uf", "municipio", "telefone", "email", "boleto", "pix_chave", "brcode", "chave_dfe"];

const todos = {};
for (const tipo of TIPOS) {
  todos[tipo.replace(/_./, (parte) => parte[1].toUpperCase())] = todos[tipo] = new Documento(tipo);
}
export const documentos = Object.freeze(todos);
