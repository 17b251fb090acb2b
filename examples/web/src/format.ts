import type { Language } from "./i18n";

/** Writes an exact decimal, given as text, as reais: no digit passes through a float. */
export function money(value: string | undefined, language: Language): string {
  return value === undefined ? "—" : number(language, { style: "currency", currency: "BRL" }, value);
}

/** Writes a price, which may be a fraction of a centavo. */
export function price(value: string | undefined, language: Language): string {
  const style = { style: "currency", currency: "BRL", maximumFractionDigits: 10 } as const;
  return value === undefined ? "—" : number(language, style, value);
}

/** Writes a quantity with its unit. */
export function quantity(value: string | undefined, unidade: string | undefined, language: Language): string {
  if (value === undefined) return "—";
  const text = number(language, { maximumFractionDigits: 6 }, value);
  return unidade ? `${text}\u00a0${unidade}` : text;
}

function number(language: Language, style: Intl.NumberFormatOptions, value: string): string {
  return new Intl.NumberFormat(language, style).format(value as Intl.StringNumericLiteral);
}

/** Writes a civil date, `AAAA-MM-DD`, whatever the browser's time zone is. */
export function date(value: string | undefined, language: Language): string {
  if (value === undefined) return "—";
  const instant = new Date(`${value}T00:00:00Z`);
  if (Number.isNaN(instant.getTime())) return value;
  return new Intl.DateTimeFormat(language, { day: "2-digit", month: "short", year: "numeric", timeZone: "UTC" })
    .format(instant)
    .replaceAll(" de ", " ")
    .replaceAll(".", "");
}

/** Writes a month, `AAAA-MM`. */
export function month(value: string | undefined, language: Language): string {
  if (value === undefined) return "—";
  const instant = new Date(`${value}-01T00:00:00Z`);
  if (Number.isNaN(instant.getTime())) return value;
  const text = new Intl.DateTimeFormat(language, { month: "short", year: "numeric", timeZone: "UTC" }).format(instant);
  return text.replaceAll(" de ", " ").replaceAll(".", "");
}

/** The months to choose from, the latest first: one ahead of `today`, and well over a year behind it. */
export function months(today: string): string[] {
  const [year = 0, following = 0] = today.split("-").map(Number);
  return Array.from({ length: 18 }, (_, i) => new Date(Date.UTC(year, following - i, 1)).toISOString().slice(0, 7));
}

/** The day of an instant in São Paulo, where the platform's days begin. */
export function todayInSaoPaulo(now = new Date()): string {
  // By its parts: what a locale writes between them changes with the version of the browser.
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: "America/Sao_Paulo",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  });
  const parts = Object.fromEntries(format.formatToParts(now).map(({ type, value }) => [type, value]));
  return `${parts["year"]}-${parts["month"]}-${parts["day"]}`;
}

/** Begins a message of the core, which is lower case and has no full stop, as a sentence; a file keeps its name. */
export function sentence(message: string): string {
  if (/^\S+\.\w+:/.test(message)) return message;
  return message.charAt(0).toLocaleUpperCase() + message.slice(1);
}

/**
 * Reads a number as it is typed in the language, as the decimal text that the core takes. `null` when it could be two
 * numbers: `1.234` is a thousand to a Brazilian and one and a bit to a program.
 */
export function parseDecimal(text: string, language: Language): string | null {
  const clean = text.replace(/[\s\u00a0]|R\$/g, "");
  const [thousands, decimals] = language === "pt-BR" ? [".", ","] : [",", "."];
  const grouped = new RegExp(`^-?\\d{1,3}(\\${thousands}\\d{3})+(\\${decimals}\\d*)?$`);
  if (grouped.test(clean)) {
    if (!clean.includes(decimals) && clean.split(thousands).length === 2) return null;
    return clean.replaceAll(thousands, "").replace(decimals, ".");
  }
  return clean.replace(decimals, ".");
}
