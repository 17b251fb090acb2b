import * as wasm from "../pkg/validation.js";
import { carregador } from "./carregar.js";
import { empacotado } from "./empacotar.js";
import { paraErro, SmartbillError } from "./erros.js";
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
  #nome;
  #opcoes;

  constructor(nome, opcoes) {
    this.#nome = nome;
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
    return new Esquema(this.#nome, { ...this.#opcoes, ...options });
  }

  #chamar(valor, options, completo) {
    const opcoes = options || this.#opcoes ? { hoje: hoje(), ...this.#opcoes, ...options } : { hoje: hoje() };
    return empacotado([valor, opcoes], (bytes) => chamar(wasm[this.#nome], bytes, completo));
  }
}

export const cliente = new Esquema("cliente");
export const contrato = new Esquema("contrato");
export const consumo = new Esquema("consumo");
export const servico = new Esquema("servico");
export const cobranca = new Esquema("cobranca");

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

function tipoInvalido(valor) {
  const params = { esperado: "string", encontrado: valor === null ? "null" : typeof valor };
  const message = `esperado texto, encontrado ${params.encontrado}`;
  return { path: "", code: "tipo_invalido", message, params, severity: "error" };
}

class Documento {
  #opcoes;

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
    const t = texto(valor);
    const opcoes = this.#opcoes ? { ...this.#opcoes, ...options } : options;
    const lido = JSON.parse(empacotado([opcoes], (bytes) => chamar(wasm.documento, indice(this.tipo), t, bytes)));
    // Spreading would cost more than the validation.
    for (const nome in lido.campos) if (!(nome in lido)) lido[nome] = lido.campos[nome];
    return lido;
  }

  valido(valor) {
    return typeof valor === "string" && wasm.documento_valido(indice(this.tipo), valor);
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
    const saida = [];
    const itens = Array.isArray(textos) ? textos : [...textos];
    // In slices, so that a long column needs no memory of its length beside the answer.
    for (let i = 0; i < itens.length; i += FATIA) {
      const fatia = itens.slice(i, i + FATIA);
      const codigos = empacotado([fatia, opcoes], (bytes) => chamar(wasm.documento_coluna, indice(this.tipo), bytes));
      for (let j = 0; j < codigos.length; j++) saida.push(motivos[codigos[j]]);
    }
    return saida;
  }

  com(options) {
    return new Documento(this.tipo, { ...this.#opcoes, ...options });
  }
}

const FATIA = 8192;

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
