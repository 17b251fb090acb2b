// By its parts: what a locale writes between them changes with the version of the engine.
const SAO_PAULO = new Intl.DateTimeFormat("en-US", {
  timeZone: "America/Sao_Paulo", calendar: "gregory", numberingSystem: "latn", year: "numeric", month: "2-digit", day: "2-digit",
});
const QUARTO_DE_HORA = 900_000;

let quando = NaN;
let data;

/** Today in São Paulo. Days begin on a quarter of an hour wherever people live, so it is worked out anew that often. */
export function hoje() {
  const agora = Math.floor(Date.now() / QUARTO_DE_HORA);
  if (agora !== quando) {
    const partes = Object.fromEntries(SAO_PAULO.formatToParts(agora * QUARTO_DE_HORA).map((p) => [p.type, p.value]));
    data = `${partes.year}-${partes.month}-${partes.day}`;
    quando = agora;
  }
  return data;
}
