import * as wasm from "../pkg/validation.js";
import { carregador } from "./carregar.js";
import { empacotado } from "./empacotar.js";
import { opcaoInvalida, paraErro, SmartbillError } from "./erros.js";
import { hoje } from "./hoje.js";

export { isSmartbillError, SmartbillError } from "./erros.js";

export const { init, marcar, exigir } = carregador("/validation");

function chamar(funcao, ...argumentos) {
  exigir();
  try {
    return funcao(...argumentos);
  } catch (lancado) {
    throw paraErro(lancado);
  }
}

class Esquema {
  #modelo;
  #opcoes;

  constructor(modelo, opcoes) {
    this.#modelo = modelo;
    this.#opcoes = opcoes;
    this["~standard"] = Object.freeze({
      version: 1,
      vendor: "smartbill",
      validate: (valor) => {
        const r = this.validar(valor);
        return r.valido ? { value: r.valor } : { issues: r.erros.map(issue) };
      },
    });
    Object.freeze(this);
  }

  validar(valor, options) {
    return JSON.parse(this.#chamar(valor, options, true));
  }

  validarCampo(path, valor, options) {
    const { erros, avisos } = this.validar(valor, options);
    return [...erros, ...avisos].filter((v) => v.path === path);
  }

  valido(valor, options) {
    return this.#chamar(valor, options, false) !== undefined;
  }

  com(options) {
    return new Esquema(this.#modelo, { ...this.#opcoes, ...options });
  }

  #chamar(valor, options, completo) {
    const opcoes = options || this.#opcoes ? { ...this.#opcoes, ...options } : {};
    opcoes.hoje ??= hoje();
    return empacotado([valor, opcoes], (bytes) => chamar(wasm.validar, this.#modelo, bytes, completo));
  }
}

export const cliente = new Esquema(0);
export const contrato = new Esquema(1);
export const consumo = new Esquema(2);
export const servico = new Esquema(3);
export const cobranca = new Esquema(4);

export const validarCliente = (valor, options) => cliente.validar(valor, options);
export const validarContrato = (valor, options) => contrato.validar(valor, options);
export const validarConsumo = (valor, options) => consumo.validar(valor, options);

/** `itens[0].quantidade` as Standard Schema has it: `["itens", 0, "quantidade"]`. */
function issue({ path, code, message }) {
  const partes = path.match(/[^.[\]]+/g)?.map((p) => (/^\d+$/.test(p) ? Number(p) : p));
  return partes ? { message, path: partes, code } : { message, code };
}

let indices;
let motivos;

/** The module's own numbers for the documents, asked for once. */
function indice(tipo) {
  exigir();
  indices ??= new Map(wasm.documentos().split(",").map((nome, i) => [nome, i]));
  return indices.get(tipo);
}

/** A text as the module takes it; a lone surrogate becomes U+FFFD, which no document has either. */
function texto(valor) {
  if (typeof valor === "string") return valor;
  const v = tipoInvalido(valor);
  throw new SmartbillError("validation", v.message, { violations: [v] });
}

function tipoInvalido(valor, path = "") {
  const params = { esperado: "string", encontrado: valor === null ? "null" : typeof valor };
  const message = `esperado texto, encontrado ${params.encontrado}`;
  return { path, code: "tipo_invalido", message, params, severity: "error" };
}

// What `valido` writes into and the module reads; as long as in src/validation.rs.
const CABE = 256;
let lugar = new Uint8Array();

/** Whether the module could be given a text at that place: a short ASCII one. */
function escrito(texto) {
  const n = texto.length;
  if (n > CABE) return false;
  // Memory that grew left the old view without length.
  if (lugar.length === 0) lugar = new Uint8Array(wasm.memoria().buffer, wasm.lugar_do_texto(), CABE);
  let todas = 0;
  for (let i = 0; i < n; i++) {
    const letra = texto.charCodeAt(i);
    todas |= letra;
    lugar[i] = letra;
  }
  return todas < 128;
}

class Documento {
  #opcoes;
  #indice;

  constructor(tipo, opcoes) {
    this.tipo = tipo;
    this.#opcoes = opcoes;
    this["~standard"] = Object.freeze({
      version: 1,
      vendor: "smartbill",
      validate: (valor) => {
        // A schema must not throw for what it is given.
        if (typeof valor !== "string") return { issues: [issue(tipoInvalido(valor))] };
        const r = this.validar(valor);
        return r.valido ? { value: r.valor } : { issues: [{ message: r.mensagem, code: r.motivo }] };
      },
    });
    Object.freeze(this);
  }

  validar(valor, options) {
    const lido = this.#ler(texto(valor), this.#opcoes ? { ...this.#opcoes, ...options } : options);
    // Spreading would cost more than the validation.
    for (const nome in lido.campos) if (!(nome in lido)) lido[nome] = lido.campos[nome];
    return lido;
  }

  valido(valor) {
    if (typeof valor !== "string") return false;
    const i = (this.#indice ??= indice(this.tipo));
    return escrito(valor) ? wasm.documento_valido(i, valor.length) : this.#ler(valor).valido;
  }

  #ler(texto, opcoes) {
    return JSON.parse(empacotado([opcoes], (bytes) => chamar(wasm.documento, indice(this.tipo), texto, bytes)));
  }

  formatar(valor) {
    return chamar(wasm.documento_formatar, indice(this.tipo), texto(valor)) ?? null;
  }

  limpar(valor) {
    return chamar(wasm.documento_limpar, indice(this.tipo), texto(valor));
  }

  validarColuna(textos, options) {
    const opcoes = { ...this.#opcoes, ...options };
    motivos ??= [null, ...(exigir(), wasm.motivos()).split(",")];
    if (typeof textos === "string" || typeof textos?.[Symbol.iterator] !== "function") throw opcaoInvalida("textos", "`[\"…\"]`");
    const itens = Array.isArray(textos) ? textos : [...textos];
    const saida = new Array(itens.length).fill(null);
    const tamanhos = new Uint32Array(FATIA);
    // In slices, so that a long column needs no memory of its length beside the answer.
    for (let inicio = 0; inicio < itens.length; ) {
      const fatia = itens.slice(inicio, inicio + FATIA);
      let letras = 0;
      for (let j = 0; j < fatia.length; j++) {
        const item = (fatia[j] ??= "");
        if (typeof item !== "string") {
          const v = tipoInvalido(item, `[${inicio + j}]`);
          throw new SmartbillError("validation", v.message, { violations: [v] });
        }
        letras += tamanhos[j] = item.length;
        if (letras > LETRAS) fatia.length = j + 1;
      }
      const bytes = codificador.encode(fatia.join(""));
      const codigos = empacotado([opcoes], (opcoes) =>
        chamar(wasm.documento_coluna, indice(this.tipo), bytes, tamanhos.subarray(0, fatia.length), opcoes),
      );
      for (let j = 0; j < fatia.length; j++) {
        // Not all ASCII: one by one.
        if (codigos.length === 0) saida[inicio + j] = this.#ler(fatia[j], opcoes).motivo;
        else if (codigos[j] !== 0) saida[inicio + j] = motivos[codigos[j]];
      }
      inicio += fatia.length;
    }
    return saida;
  }

  com(options) {
    return new Documento(this.tipo, { ...this.#opcoes, ...options });
  }
}

const FATIA = 1024;
const LETRAS = 1 << 16;
const codificador = new TextEncoder();

const doc = (tipo) => new Documento(tipo);
const cpfCnpj = doc("cpf_cnpj"), pixChave = doc("pix_chave"), chaveDfe = doc("chave_dfe");

export const documentos = Object.freeze({
  cpf: doc("cpf"),
  cnpj: doc("cnpj"),
  cpfCnpj,
  cpf_cnpj: cpfCnpj,
  ie: doc("ie"),
  cep: doc("cep"),
  uf: doc("uf"),
  municipio: doc("municipio"),
  telefone: doc("telefone"),
  email: doc("email"),
  boleto: doc("boleto"),
  pixChave,
  pix_chave: pixChave,
  brcode: doc("brcode"),
  chaveDfe,
  chave_dfe: chaveDfe,
});
