// Packs JavaScript values into bytes for the module, which reads them in src/bridge.rs: one crossing per value, however
// many fields it has. A value that no field can hold is packed as a foreign value with a name, so the result is a typed
// finding at its path. Nothing that a value does while it is read (getters, proxies, cycles) has any further effect.

const NULL = 0,
  FALSE = 1,
  TRUE = 2,
  NUMBER = 3,
  TEXT = 4,
  LIST = 5,
  OBJECT = 6,
  FOREIGN = 7;

const DEPTH = 32;
// The greatest number of nodes in one value. A list of a million records is packed record by record, so more than this
// is a mistake or an attack.
const NODES = 1_000_000;
const BYTES = 1 << 26;
/** The greatest length of a text, in characters. Each takes at most three bytes. */
export const LONGEST_TEXT = 1 << 24;
const KEEP = 1 << 20;
const LARGE = Symbol("too large");

const encoder = new TextEncoder();
export const SURROGATE = /\p{Surrogate}/u;

/** An object or a list with any contents. */
type Fields = Readonly<Record<PropertyKey, unknown>>;

/** A packer with its own buffer. It uses variables, not properties, because a bundler shortens their names. */
function packer() {
  let bytes: Uint8Array, view: DataView, end: number, nodes: number, ceiling: number;
  const above: object[] = [];
  allocate(4096);

  function allocate(n: number) {
    bytes = new Uint8Array(n);
    view = new DataView(bytes.buffer);
  }

  function reserve(n: number) {
    if (end + n > ceiling) throw LARGE;
    if (end + n <= bytes.length) return;
    const before = bytes.subarray(0, end);
    allocate(Math.max(bytes.length * 2, end + n));
    bytes.set(before);
  }

  function putTag(tag: number) {
    reserve(9);
    bytes[end++] = tag;
  }

  function putLength(n: number) {
    reserve(4);
    view.setUint32(end, n, true);
    end += 4;
  }

  /** Writes length and UTF-8. Most texts are short and ASCII, and then a loop is faster than the encoder. */
  function putText(text: string) {
    const n = text.length;
    reserve(4 + 3 * n);
    const start = end + 4;
    let written = 0;
    if (n < 64) {
      for (; written < n; written++) {
        const c = text.charCodeAt(written);
        if (c >= 128) break;
        bytes[start + written] = c;
      }
    }
    if (written < n) written = encoder.encodeInto(text, bytes.subarray(start)).written;
    putLength(written);
    end = start + written;
  }

  function putForeign(name: string) {
    putTag(FOREIGN);
    putText(name);
  }

  function putValue(v: unknown) {
    switch (typeof v) {
      case "string":
        return putString(v);
      case "number":
        putTag(NUMBER);
        view.setFloat64(end, v, true);
        end += 8;
        return;
      case "boolean":
        return putTag(v ? TRUE : FALSE);
      case "undefined":
        return putTag(NULL);
      case "object":
        return v === null ? putTag(NULL) : putObject(v as Fields);
      default:
        return putForeign(typeof v);
    }
  }

  /** Writes a text in NFC, which the core needs. The engine has the tables for it. */
  function putString(v: string) {
    if (v.length > LONGEST_TEXT) return putForeign("too long a string");
    for (let i = 0; i < v.length; i++) {
      if (v.charCodeAt(i) > 127) {
        if (SURROGATE.test(v)) return putForeign("malformed string");
        v = v.normalize("NFC");
        break;
      }
    }
    putTag(TEXT);
    putText(v);
  }

  function putObject(v: Fields) {
    const start = end;
    const level = above.length;
    try {
      if (above.includes(v)) return putForeign("cyclic object");
      if (level >= DEPTH) return putForeign("too deep an object");
      const isList = Array.isArray(v);
      if (!isList) {
        const proto = Object.getPrototypeOf(v);
        if (proto !== Object.prototype && proto !== null) {
          const type = Object.prototype.toString.call(v).slice(8, -1);
          if (type !== "Object") return putForeign(type.slice(0, 60));
        }
      }
      const names = isList ? undefined : Object.keys(v);
      const n = names === undefined ? (v["length"] as number) >>> 0 : names.length;
      if (n > NODES - nodes) return putForeign("too large an object");
      nodes += n;
      above.push(v);
      putTag(isList ? LIST : OBJECT);
      putLength(n);
      for (let i = 0; i < n; i++) {
        const name = names?.[i];
        if (name !== undefined) putText(name);
        let child: unknown;
        try {
          child = name === undefined ? v[i] : v[name];
        } catch {
          putForeign("unreadable property");
          continue;
        }
        putValue(child);
      }
    } catch (e) {
      // A value that is too large is refused as a whole. Any other error comes from a proxy that refuses to be read.
      if (e === LARGE && level > 0) throw e;
      end = start;
      putForeign(e === LARGE ? "too large an object" : "unreadable object");
    } finally {
      above.length = level;
    }
  }

  return <R>(values: Iterable<unknown>, use: (bytes: Uint8Array) => R): R => {
    try {
      end = above.length = 0;
      for (const v of values) {
        nodes = 0;
        ceiling = end + BYTES;
        putValue(v);
      }
      return use(bytes.subarray(0, end));
    } finally {
      // A buffer that had to be large once is not kept.
      if (bytes.length > KEEP) allocate(4096);
    }
  };
}

// One packer is enough, except for a value whose getter calls this function again.
let idle: ReturnType<typeof packer> | undefined;

/** Packs `values` one after the other and passes the bytes to `use`, which must not keep them. */
export function packed<R>(values: Iterable<unknown>, use: (bytes: Uint8Array) => R): R {
  const pack = idle ?? packer();
  idle = undefined;
  try {
    return pack(values, use);
  } finally {
    idle = pack;
  }
}
