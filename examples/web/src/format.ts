import type { Idioma } from "./i18n";

/** Writes an exact decimal, given as text, as reais: no digit passes through a float. */
export function dinheiro(valor: string | undefined, idioma: Idioma): string {
  return valor === undefined ? "—" : numero(idioma, { style: "currency", currency: "BRL" }, valor);
}

/** Writes a price, which may be a fraction of a centavo. */
export function preco(valor: string | undefined, idioma: Idioma): string {
  const estilo = { style: "currency", currency: "BRL", maximumFractionDigits: 10 } as const;
  return valor === undefined ? "—" : numero(idioma, estilo, valor);
}

/** Writes a quantity with its unit. */
export function quantidade(valor: string | undefined, unidade: string | undefined, idioma: Idioma): string {
  if (valor === undefined) return "—";
  const texto = numero(idioma, { maximumFractionDigits: 6 }, valor);
  return unidade ? `${texto}\u00a0${unidade}` : texto;
}

function numero(idioma: Idioma, estilo: Intl.NumberFormatOptions, valor: string): string {
  return new Intl.NumberFormat(idioma, estilo).format(valor as Intl.StringNumericLiteral);
}

/** Writes a civil date, `AAAA-MM-DD`, whatever the browser's time zone is. */
export function data(valor: string | undefined, idioma: Idioma): string {
  if (valor === undefined) return "—";
  const instante = new Date(`${valor}T00:00:00Z`);
  if (Number.isNaN(instante.getTime())) return valor;
  return new Intl.DateTimeFormat(idioma, { day: "2-digit", month: "short", year: "numeric", timeZone: "UTC" })
    .format(instante)
    .replaceAll(" de ", " ")
    .replaceAll(".", "");
}

/** Writes a month, `AAAA-MM`. */
export function mes(valor: string | undefined, idioma: Idioma): string {
  if (valor === undefined) return "—";
  const instante = new Date(`${valor}-01T00:00:00Z`);
  if (Number.isNaN(instante.getTime())) return valor;
  const texto = new Intl.DateTimeFormat(idioma, { month: "short", year: "numeric", timeZone: "UTC" }).format(instante);
  return texto.replaceAll(" de ", " ").replaceAll(".", "");
}

/** The months to choose from, the latest first: one ahead of `hoje`, and well over a year behind it. */
export function meses(hoje: string): string[] {
  const [ano = 0, seguinte = 0] = hoje.split("-").map(Number);
  return Array.from({ length: 18 }, (_, i) => new Date(Date.UTC(ano, seguinte - i, 1)).toISOString().slice(0, 7));
}

/** The day of an instant in São Paulo, where the platform's days begin. */
export function hojeEmSaoPaulo(agora = new Date()): string {
  // By its parts: what a locale writes between them changes with the version of the browser.
  const formato = new Intl.DateTimeFormat("en-US", { timeZone: "America/Sao_Paulo", year: "numeric", month: "2-digit", day: "2-digit" });
  const partes = Object.fromEntries(formato.formatToParts(agora).map(({ type, value }) => [type, value]));
  return `${partes["year"]}-${partes["month"]}-${partes["day"]}`;
}

/** Begins a message of the core, which is lower case and has no full stop, as a sentence; a file keeps its name. */
export function frase(mensagem: string): string {
  if (/^\S+\.\w+:/.test(mensagem)) return mensagem;
  return mensagem.charAt(0).toLocaleUpperCase() + mensagem.slice(1);
}

/**
 * Reads a number as it is typed in the language, as the decimal text that the core takes. `null` when it could be two
 * numbers: `1.234` is a thousand to a Brazilian and one and a bit to a program.
 */
export function lerDecimal(texto: string, idioma: Idioma): string | null {
  const limpo = texto.replace(/[\s\u00a0]|R\$/g, "");
  const [milhar, casa] = idioma === "pt-BR" ? [".", ","] : [",", "."];
  const agrupado = new RegExp(`^-?\\d{1,3}(\\${milhar}\\d{3})+(\\${casa}\\d*)?$`);
  if (agrupado.test(limpo)) {
    if (!limpo.includes(casa) && limpo.split(milhar).length === 2) return null;
    return limpo.replaceAll(milhar, "").replace(casa, ".");
  }
  return limpo.replace(casa, ".");
}
