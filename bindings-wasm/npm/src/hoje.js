const SAO_PAULO = new Intl.DateTimeFormat("en-CA", { timeZone: "America/Sao_Paulo", dateStyle: "short" });
const QUARTO_DE_HORA = 900_000;

let quando = NaN;
let data;

/** Today in São Paulo. Days begin on a quarter of an hour wherever people live, so it is worked out anew that often. */
export function hoje() {
  const agora = Math.floor(Date.now() / QUARTO_DE_HORA);
  if (agora !== quando) {
    data = SAO_PAULO.format(agora * QUARTO_DE_HORA);
    quando = agora;
  }
  return data;
}
