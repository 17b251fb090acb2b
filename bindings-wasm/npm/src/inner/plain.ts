const FOREIGN = Symbol("not plain");
const DEPTH = 8;
const ITEMS = 10_000_000;

/**
 * Copies a plain value, such as options. A value that is not plain (a getter that throws, a function, a cycle) becomes
 * a symbol, which no option accepts. Without this, the module would run it or serialize it, only to refuse it.
 */
export function plain(value: unknown, depth = 0): unknown {
  if (typeof value !== "object" || value === null) return typeof value === "function" ? FOREIGN : value;
  try {
    const list = Array.isArray(value);
    const proto: unknown = Object.getPrototypeOf(value);
    const { length = 0 } = value as { length?: number };
    if (depth > DEPTH || length > ITEMS || !(list || proto === null || proto === Object.prototype)) return FOREIGN;
    if (list) return Array.from(value, (item) => plain(item, depth + 1));
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, plain(item, depth + 1)]));
  } catch {
    return FOREIGN;
  }
}
