// Packs JavaScript values into bytes for the module, which reads them in src/ponte.rs: one crossing per value, however
// many fields it has. Whatever no field can hold is packed as a stranger with a name, so that the answer is a typed
// violation at its path; nothing that a value does while it is read (getters, proxies, cycles) gets any further.

const NULO = 0, FALSO = 1, VERDADEIRO = 2, INTEIRO = 3, NUMERO = 4, TEXTO = 5, LISTA = 6, OBJETO = 7, ESTRANHO = 8;

const PROFUNDIDADE = 32;
// A list of a million records is packed one record at a time; more than this in one value is a mistake or an attack.
const NOS = 1_000_000;
export const MAIOR_TEXTO = 1 << 26;
const GUARDAR = 1 << 20;

const codificador = new TextEncoder();
const SURROGATO = /\p{Surrogate}/u;

class Empacotador {
  bytes = new Uint8Array(4096);
  vista = new DataView(this.bytes.buffer);
  fim = 0;
  nos = 0;
  acima = [];

  caber(n) {
    if (this.fim + n <= this.bytes.length) return;
    const maior = new Uint8Array(Math.max(this.bytes.length * 2, this.fim + n));
    maior.set(this.bytes.subarray(0, this.fim));
    this.bytes = maior;
    this.vista = new DataView(maior.buffer);
  }

  marca(tag) {
    this.caber(9);
    this.bytes[this.fim++] = tag;
  }

  tamanho(n) {
    this.caber(4);
    this.vista.setUint32(this.fim, n, true);
    this.fim += 4;
  }

  /** Length and UTF-8; most texts are short and ASCII, where a loop beats the encoder. */
  texto(texto) {
    const n = texto.length;
    this.caber(4 + n * (n < 64 ? 1 : 3));
    const inicio = this.fim + 4;
    if (n < 64) {
      const bytes = this.bytes;
      let i = 0;
      for (; i < n; i++) {
        const c = texto.charCodeAt(i);
        if (c > 127) break;
        bytes[inicio + i] = c;
      }
      if (i === n) {
        this.vista.setUint32(this.fim, n, true);
        this.fim = inicio + n;
        return;
      }
      this.caber(4 + n * 3);
    }
    const { written } = codificador.encodeInto(texto, this.bytes.subarray(inicio));
    this.vista.setUint32(this.fim, written, true);
    this.fim = inicio + written;
  }

  estranho(nome) {
    this.marca(ESTRANHO);
    this.texto(nome);
  }

  valor(v) {
    switch (typeof v) {
      case "string":
        return this.cadeia(v);
      case "number":
        if ((v | 0) === v) {
          this.marca(INTEIRO);
          this.vista.setInt32(this.fim, v, true);
          this.fim += 4;
        } else {
          this.marca(NUMERO);
          this.vista.setFloat64(this.fim, v, true);
          this.fim += 8;
        }
        return;
      case "boolean":
        return this.marca(v ? VERDADEIRO : FALSO);
      case "undefined":
        return this.marca(NULO);
      case "object":
        return v === null ? this.marca(NULO) : this.objeto(v);
      default:
        return this.estranho(typeof v);
    }
  }

  /** The core compares texts in NFC; here the engine has the tables. */
  cadeia(v) {
    if (v.length > MAIOR_TEXTO) return this.estranho("too long a string");
    for (let i = 0; i < v.length; i++) {
      if (v.charCodeAt(i) > 127) {
        if (SURROGATO.test(v)) return this.estranho("malformed string");
        v = v.normalize("NFC");
        break;
      }
    }
    this.marca(TEXTO);
    this.texto(v);
  }

  objeto(v) {
    const inicio = this.fim;
    try {
      if (this.acima.includes(v)) return this.estranho("cyclic object");
      if (this.acima.length >= PROFUNDIDADE) return this.estranho("too deep an object");
      const lista = Array.isArray(v);
      if (!lista) {
        const proto = Object.getPrototypeOf(v);
        if (proto !== Object.prototype && proto !== null) {
          const tipo = Object.prototype.toString.call(v).slice(8, -1);
          if (tipo !== "Object") return this.estranho(tipo);
        }
      }
      const nomes = lista ? null : Object.keys(v);
      const n = lista ? v.length >>> 0 : nomes.length;
      if (n > NOS - this.nos) return this.estranho("too large an object");
      this.nos += n;
      this.acima.push(v);
      this.marca(lista ? LISTA : OBJETO);
      this.tamanho(n);
      for (let i = 0; i < n; i++) {
        if (nomes !== null) this.texto(nomes[i]);
        let filho;
        try {
          filho = lista ? v[i] : v[nomes[i]];
        } catch {
          this.estranho("unreadable property");
          continue;
        }
        this.valor(filho);
      }
      this.acima.pop();
    } catch {
      // A proxy that refuses to be looked at.
      if (this.acima.at(-1) === v) this.acima.pop();
      this.fim = inicio;
      this.estranho("unreadable object");
    }
  }
}

let livre = new Empacotador();

/**
 * Packs `valores` one after the other and hands the bytes to `usar`, which must not keep them. A getter of a value may
 * itself come here: it then gets a packer of its own.
 */
export function empacotado(valores, usar) {
  const e = livre ?? new Empacotador();
  livre = null;
  try {
    e.fim = 0;
    e.acima.length = 0;
    for (const v of valores) {
      e.nos = 0;
      e.valor(v);
    }
    return usar(e.bytes.subarray(0, e.fim));
  } finally {
    if (e.bytes.length <= GUARDAR) livre = e;
  }
}
