// Packs JavaScript values into bytes for the module, which reads them in src/bridge.rs: one crossing for many values,
// however many fields they have. A value that no field can hold is packed as a foreign value with a name, so the result is
// a typed finding at its path. Nothing that a value does while it is read (getters, proxies, cycles) has any further
// effect.

const NULL = 0,
  FALSE = 1,
  TRUE = 2,
  NUMBER = 3,
  TEXT = 4,
  LIST = 5,
  OBJECT = 6,
  FOREIGN = 7;

const DEPTH = 32;
// More than this in one value is a mistake or an attack.
const NODES = 1_000_000;
const BYTES = 1 << 26;
/** The greatest length of a text, in characters. Each takes at most three bytes. */
export const LONGEST_TEXT = 1 << 24;
/** Once so many bytes are packed, they cross into the module. */
const ENOUGH = 1 << 18;
const KEEP = 1 << 20;
const LARGE = Symbol("too large");

const encoder = new TextEncoder();
export const SURROGATE = /\p{Surrogate}/u;

/** An object or a list with any contents. */
type Fields = Readonly<Record<PropertyKey, unknown>>;

/** The position of each name that the module knows, from 1. */
export type Names = ReadonlyMap<string, number>;

/** A packer with its own buffer. It uses variables, not properties, because a bundler shortens their names. */
function packer() {
  let bytes: Uint8Array, view: DataView, end: number, nodes: number, ceiling: number, level: number, known: Names;
  const above: (object | undefined)[] = [];
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
    view.setUint32(end, n, true);
    end += 4;
  }

  /** A tag, and a text as its length and UTF-8; a surrogate that stands alone becomes U+FFFD. */
  function putText(tag: number, text: string) {
    reserve(5 + 3 * text.length);
    const { written } = encoder.encodeInto(text, bytes.subarray(end + 5));
    bytes[end++] = tag;
    putLength(written);
    end += written;
  }

  /** The same for a short text without characters from U+0300 on, for which a loop is faster than the encoder. */
  function putShort(text: string): boolean {
    const n = text.length;
    if (n > 63) return false;
    reserve(5 + 2 * n);
    const target = bytes;
    const start = end + 5;
    let to = start;
    for (let i = 0; i < n; i++) {
      const c = text.charCodeAt(i);
      if (c < 0x80) target[to++] = c;
      else if (c < 0x300) {
        target[to++] = 0xc0 | (c >> 6);
        target[to++] = 0x80 | (c & 0x3f);
      } else return false;
    }
    target[end] = TEXT;
    view.setUint32(end + 1, to - start, true);
    end = to;
    return true;
  }

  function putName(name: string) {
    const place = known.get(name);
    reserve(2);
    view.setUint16(end, place ?? 0, true);
    end += 2;
    if (place === undefined && !putShort(name)) putText(TEXT, name);
  }

  const putForeign = (name: string) => putText(FOREIGN, name);

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

  /** Writes a text in NFC, which the core needs. The engine has the tables for it. No character before U+0300 combines. */
  function putString(v: string) {
    if (putShort(v)) return;
    if (v.length > LONGEST_TEXT) return putForeign("too long a string");
    if (SURROGATE.test(v)) return putForeign("malformed string");
    putText(TEXT, v.normalize("NFC"));
  }

  function isInside(v: object) {
    for (let i = 0; i < level; i++) if (above[i] === v) return true;
    return false;
  }

  function putObject(v: Fields) {
    const start = end;
    const depth = level;
    try {
      if (isInside(v)) return putForeign("cyclic object");
      if (depth >= DEPTH) return putForeign("too deep an object");
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
      above[level++] = v;
      putTag(isList ? LIST : OBJECT);
      putLength(n);
      for (let i = 0; i < n; i++) {
        if (names) putName(names[i] as string);
        let child: unknown;
        try {
          child = names ? v[names[i] as string] : v[i];
        } catch {
          putForeign("unreadable property");
          continue;
        }
        putValue(child);
      }
    } catch (e) {
      // A value that is too large is refused as a whole. Any other error comes from a proxy that refuses to be read.
      if (e === LARGE && depth > 0) throw e;
      end = start;
      putForeign(e === LARGE ? "too large an object" : "unreadable object");
    } finally {
      level = depth;
    }
  }

  function put(v: unknown) {
    nodes = level = 0;
    ceiling = end + BYTES;
    putValue(v);
  }

  return <R>(
    head: readonly unknown[],
    items: readonly unknown[],
    start: number,
    names: Names,
    use: (bytes: Uint8Array, next: number) => R,
  ): R => {
    try {
      end = 0;
      known = names;
      for (const v of head) put(v);
      let next = start;
      while (next < items.length && end < ENOUGH) put(items[next++]);
      return use(bytes.subarray(0, end), next);
    } finally {
      above.fill(undefined);
      // A buffer that had to be large once is not kept.
      if (bytes.length > KEEP) allocate(4096);
    }
  };
}

// One packer is enough, except for a value whose getter calls this function again.
let idle: ReturnType<typeof packer> | undefined;

const NOTHING: readonly unknown[] = [];
const NO_NAMES: Names = new Map();

/** Packs `values` one after the other and passes the bytes to `use`, which must not keep them. */
export const packed = <R>(values: readonly unknown[], use: (bytes: Uint8Array) => R, names = NO_NAMES): R =>
  packedList(values, NOTHING, 0, use, names);

/**
 * Packs `values`, and after them the `items` from the position `start` that fit into one crossing, at least one. `use` also
 * gets the position of the next item.
 */
export function packedList<R>(
  head: readonly unknown[],
  items: readonly unknown[],
  start: number,
  use: (bytes: Uint8Array, next: number) => R,
  names = NO_NAMES,
): R {
  const pack = idle ?? packer();
  idle = undefined;
  try {
    return pack(head, items, start, names, use);
  } finally {
    idle = pack;
  }
}
