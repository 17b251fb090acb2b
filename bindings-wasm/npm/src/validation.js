import * as wasm from "../pkg/validation.js";
import { carregador } from "./carregar.js";
import { empacotado, MAIOR_TEXTO } from "./empacotar.js";
import { juntar, opcaoInvalida, SmartbillError } from "./erros.js";
import { hoje } from "./hoje.js";

export { isSmartbillError, SmartbillError } from "./erros.js";

const { init, marcar, exigir, usar, aliviar } = carregador("/validation", wasm);

export { init, marcar };

/** From this many bytes of input on, a call may have needed more memory than is kept. */
const GRANDE = 1 << 20;

/** Gives `valores`, packed, to `f` in the module. */
function empacotar(valores, f, idioma) {
  let grande;
  const resposta = empacotado(valores, (bytes) => {
    grande = bytes.length > GRANDE;
    return usar(() => f(bytes), idioma);
  });
  if (grande) aliviar();
  return resposta;
}

class Esquema {
  #modelo;
  #opcoes;

  constructor(modelo, opcoes) {
    this.#modelo = modelo;
    this.#opcoes = opcoes;
    padrao(this, (r) => r.erros);
  }

  validar(valor, options) {
    return JSON.parse(this.#chamar(wasm.validar, valor, options));
  }

  validarCampo(path, registro, options) {
    const { erros, avisos } = this.validar(registro, options);
    // What is no record, such as the field alone, is told, too.
    return [...erros, ...avisos].filter((v) => v.path === path || v.path === "");
  }

  valido(valor, options) {
    return this.#chamar(wasm.valido, valor, options);
  }

  com(options) {
    return new Esquema(this.#modelo, juntar(this.#opcoes, options));
  }

  #chamar(f, valor, options) {
    const opcoes = this.#opcoes || options ? juntar(this.#opcoes, options) : {};
    opcoes.hoje ??= hoje();
    exigir();
    return empacotar([valor, opcoes], (bytes) => f(this.#modelo, bytes), opcoes.idioma);
  }
}

export const cliente = new Esquema("Cliente");
export const contrato = new Esquema("Contrato");
export const consumo = new Esquema("Consumo");
export const servico = new Esquema("Servico");
export const cobranca = new Esquema("Cobranca");

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
  #numero;

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

  /** Gives the module's own number for this kind, and a text, to `f` in the module. */
  #chamar(f, texto, opcoes = this.#opcoes) {
    const r = usar(() => f(this.#numero ??= wasm.tipo(this.tipo), texto), opcoes?.idioma);
    if (texto.length > GRANDE) aliviar();
    return r;
  }

  #ler(valor, opcoes) {
    const texto = this.#texto(valor, opcoes);
    return JSON.parse(empacotado([opcoes], (bytes) => this.#chamar((tipo) => wasm.documento(tipo, texto, bytes), texto, opcoes)));
  }

  /** A text as the module takes it; a lone surrogate becomes U+FFFD, which no document has either. */
  #texto(valor, opcoes = this.#opcoes, path = "") {
    exigir();
    if (curto(valor)) return valor;
    const { erros } = JSON.parse(empacotar([valor, opcoes], wasm.texto_esperado, opcoes?.idioma));
    erros[0].path = path;
    throw new SmartbillError("validation", erros[0].message, { violations: erros });
  }

  valido(valor) {
    if (this.#opcoes && curto(valor)) return this.#ler(valor, this.#opcoes).valido;
    return curto(valor) && this.#chamar(wasm.documento_valido, valor);
  }

  formatar(valor) {
    return this.#chamar(wasm.formatar, this.#texto(valor)) ?? null;
  }

  limpar(valor) {
    return this.#chamar(wasm.limpar, this.#texto(valor));
  }

  validarColuna(textos, options) {
    const opcoes = juntar(this.#opcoes, options);
    exigir();
    motivos ??= [null, ...usar(wasm.motivos).split("|")];
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
      const codigos = empacotado([opcoes], (bytes) =>
        this.#chamar((tipo, textos) => wasm.coluna(tipo, textos, tamanhos.subarray(0, n), bytes), fatia.join(""), opcoes));
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

const TIPOS = ["cpf", "cnpj", "cpf_cnpj", "ie", "cep", "uf", "municipio", "telefone", "email", "boleto", "pix_chave", "brcode", "chave_dfe"];

const todos = {};
for (const tipo of TIPOS) {
  todos[tipo.replace(/_./, (parte) => parte[1].toUpperCase())] = todos[tipo] = new Documento(tipo);
}
export const documentos = Object.freeze(todos);
