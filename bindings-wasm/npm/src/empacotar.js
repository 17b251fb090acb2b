// Packs JavaScript values into bytes for the module, which reads them in src/ponte.rs: one crossing per value, however
// many fields it has. Whatever no field can hold is packed as a stranger with a name, so that the answer is a typed
// violation at its path; nothing that a value does while it is read (getters, proxies, cycles) gets any further.

const NULO = 0, FALSO = 1, VERDADEIRO = 2, NUMERO = 3, TEXTO = 4, LISTA = 5, OBJETO = 6, ESTRANHO = 7;

const PROFUNDIDADE = 32;
// A list of a million records is packed one record at a time; more than this in one value is a mistake or an attack.
const NOS = 1_000_000;
const BYTES = 1 << 26;
/** The longest text, in characters: three bytes each at most. */
export const MAIOR_TEXTO = 1 << 24;
const GUARDAR = 1 << 20;
const GRANDE = Symbol("too large");

const codificador = new TextEncoder();
export const SURROGATO = /\p{Surrogate}/u;

/** A packer with bytes of its own. Variables, not properties: a bundler shortens their names. */
function empacotador() {
  let bytes, vista, fim, nos, teto;
  const acima = [];
  alocar(4096);

  function alocar(n) {
    bytes = new Uint8Array(n);
    vista = new DataView(bytes.buffer);
  }

  function caber(n) {
    if (fim + n > teto) throw GRANDE;
    if (fim + n <= bytes.length) return;
    const antes = bytes.subarray(0, fim);
    alocar(Math.max(bytes.length * 2, fim + n));
    bytes.set(antes);
  }

  function marca(tag) {
    caber(9);
    bytes[fim++] = tag;
  }

  function tamanho(n) {
    caber(4);
    vista.setUint32(fim, n, true);
    fim += 4;
  }

  /** Length and UTF-8; most texts are short and ASCII, where a loop beats the encoder. */
  function texto(texto) {
    const n = texto.length;
    caber(4 + 3 * n);
    const inicio = fim + 4;
    let escritos = 0;
    if (n < 64) {
      for (let c; escritos < n && (c = texto.charCodeAt(escritos)) < 128; escritos++) bytes[inicio + escritos] = c;
    }
    if (escritos < n) escritos = codificador.encodeInto(texto, bytes.subarray(inicio)).written;
    tamanho(escritos);
    fim = inicio + escritos;
  }

  function estranho(nome) {
    marca(ESTRANHO);
    texto(nome);
  }

  function valor(v) {
    switch (typeof v) {
      case "string":
        return cadeia(v);
      case "number":
        marca(NUMERO);
        vista.setFloat64(fim, v, true);
        fim += 8;
        return;
      case "boolean":
        return marca(v ? VERDADEIRO : FALSO);
      case "undefined":
        return marca(NULO);
      case "object":
        return v === null ? marca(NULO) : objeto(v);
      default:
        return estranho(typeof v);
    }
  }

  /** The core compares texts in NFC; here the engine has the tables. */
  function cadeia(v) {
    if (v.length > MAIOR_TEXTO) return estranho("too long a string");
    for (let i = 0; i < v.length; i++) {
      if (v.charCodeAt(i) > 127) {
        if (SURROGATO.test(v)) return estranho("malformed string");
        v = v.normalize("NFC");
        break;
      }
    }
    marca(TEXTO);
    texto(v);
  }

  function objeto(v) {
    const inicio = fim;
    const nivel = acima.length;
    try {
      if (acima.includes(v)) return estranho("cyclic object");
      if (nivel >= PROFUNDIDADE) return estranho("too deep an object");
      const lista = Array.isArray(v);
      if (!lista) {
        const proto = Object.getPrototypeOf(v);
        if (proto !== Object.prototype && proto !== null) {
          const tipo = Object.prototype.toString.call(v).slice(8, -1);
          if (tipo !== "Object") return estranho(tipo.slice(0, 60));
        }
      }
      const nomes = lista ? null : Object.keys(v);
      const n = lista ? v.length >>> 0 : nomes.length;
      if (n > NOS - nos) return estranho("too large an object");
      nos += n;
      acima.push(v);
      marca(lista ? LISTA : OBJETO);
      tamanho(n);
      for (let i = 0; i < n; i++) {
        if (nomes !== null) texto(nomes[i]);
        let filho;
        try {
          filho = lista ? v[i] : v[nomes[i]];
        } catch {
          estranho("unreadable property");
          continue;
        }
        valor(filho);
      }
    } catch (e) {
      // What is too large is so as a whole. Anything else is a proxy that refuses to be looked at.
      if (e === GRANDE && nivel > 0) throw e;
      fim = inicio;
      estranho(e === GRANDE ? "too large an object" : "unreadable object");
    } finally {
      acima.length = nivel;
    }
  }

  return (valores, usar) => {
    try {
      fim = acima.length = 0;
      for (const v of valores) {
        nos = 0;
        teto = fim + BYTES;
        valor(v);
      }
      return usar(bytes.subarray(0, fim));
    } finally {
      // What had to be large once is not kept for it.
      if (bytes.length > GUARDAR) alocar(4096);
    }
  };
}

// One is enough, but for a getter of a value that comes here itself.
let livre;

/** Packs `valores` one after the other and hands the bytes to `usar`, which must not keep them. */
export function empacotado(valores, usar) {
  const empacotar = livre ?? empacotador();
  livre = undefined;
  try {
    return empacotar(valores, usar);
  } finally {
    livre = empacotar;
  }
}
