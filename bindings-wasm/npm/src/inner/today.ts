// The parts are used, because the text between them differs between versions of the engine.
const SAO_PAULO = new Intl.DateTimeFormat("en-US", {
  timeZone: "America/Sao_Paulo",
  calendar: "gregory",
  numberingSystem: "latn",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
});
const QUARTER_HOUR = 900_000;

let at = NaN;
let date: string;

/** Today in São Paulo. All time zones change their date at a quarter of an hour, so it is computed again that often. */
export function today(): string {
  const now = Math.floor(Date.now() / QUARTER_HOUR);
  if (now !== at) {
    const parts = Object.fromEntries(SAO_PAULO.formatToParts(now * QUARTER_HOUR).map((p) => [p.type, p.value]));
    date = `${parts.year}-${parts.month}-${parts.day}`;
    at = now;
  }
  return date;
}
