const ESTRANHO = Symbol("not plain");
const FUNDO = 8;
const ITENS = 10_000_000;

/**
 * A copy of a plain value, as options are. Whatever is none (a getter that throws, a function, a cycle) becomes a symbol,
 * which no option takes: the module would otherwise run it, or write it out, only to refuse it.
 */
export function simples(valor, fundo = 0) {
  if (typeof valor !== "object" || valor === null) return typeof valor === "function" ? ESTRANHO : valor;
  try {
    const lista = Array.isArray(valor);
    const proto = Object.getPrototypeOf(valor);
    if (fundo > FUNDO || valor.length > ITENS || !(lista || proto === null || proto === Object.prototype)) return ESTRANHO;
    if (lista) return Array.from(valor, (item) => simples(item, fundo + 1));
    return Object.fromEntries(Object.entries(valor).map(([nome, item]) => [nome, simples(item, fundo + 1)]));
  } catch {
    return ESTRANHO;
  }
}
