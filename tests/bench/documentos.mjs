// Documents in Node beside cpf-cnpj-validator and @brazilian-utils/brazilian-utils: one call, and a column of a million.
// What documentos.py says of its contenders holds here too: the same texts, one in eight with an error, the same answers.

import { cpus, release, type } from "node:os";

import * as utils from "@brazilian-utils/brazilian-utils";
import { cnpj, cpf } from "cpf-cnpj-validator";
import { documentos } from "smartbill-automation/validation";

import { medians, version } from "./measuring.mjs";

const TEXTS = 10_000;
const TIMES = 5;
const COLUMN = Number(process.argv[2] ?? 1_000_000);
const UTILS = "@brazilian-utils",
  CPF_CNPJ = "cpf-cnpj-validator";

let seed = 20_260_725;
const random = (n) => {
  seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
  return Math.floor((seed / 0x80000000) * n);
};
const digits = (n) => Array.from({ length: n }, () => random(10)).join("");
const several = (make) => Array.from({ length: TEXTS }, make);
/** One in eight gets another last digit. */
const withErrors = (valid) => valid.map((t, i) => (i % 8 === 7 ? t.slice(0, -1) + ((Number(t.at(-1)) + 1) % 10) : t));

const cpfs = withErrors(several(() => utils.generateCpf()));
const cnpjs = withErrors(several(() => utils.generateCnpj()));
const mask = (pattern) => (t) => {
  let i = 0;
  return pattern.replace(/0/g, () => t[i++]);
};
const ceps = several((_, i) => String(1000 + random(76_000)).padStart(5, "0") + digits(i % 8 === 7 ? 2 : 3));
const telefones = several(
  (_, i) => `${["11", "21", "51", "83"][random(4)]}9${i % 8 === 7 ? `${digits(6)}ab` : digits(8)}`,
);
const emails = several((_, i) => `maria.souza${digits(4)}${i % 8 === 7 ? " " : "@"}empresa${digits(2)}.com.br`);
const boletos = withErrors(
  several(() => {
    // Theirs may have a currency or a due date factor that does not exist.
    let row;
    do row = utils.generateBoleto();
    while (row[33] === "0" || row[3] !== "9");
    return row;
  }),
);
const forCnpj = { [CPF_CNPJ]: (t) => cnpj.isValid(t), [UTILS]: (t) => utils.isValidCnpj(t) };
const forCpf = { [CPF_CNPJ]: (t) => cpf.isValid(t), [UTILS]: (t) => utils.isValidCpf(t) };

const CASES = [
  ["cpf", documentos.cpf, cpfs, forCpf],
  ["cpf, masked", documentos.cpf, cpfs.map(mask("000.000.000-00")), forCpf],
  ["cnpj", documentos.cnpj, cnpjs, forCnpj],
  ["cnpj, masked", documentos.cnpj, cnpjs.map(mask("00.000.000/0000-00")), forCnpj],
  ["cep", documentos.cep, ceps, { [`${UTILS} (length only)`]: (t) => utils.isValidCep(t) }],
  ["telefone", documentos.telefone, telefones, { [UTILS]: (t) => utils.isValidPhone(t) }],
  ["email", documentos.email, emails, { [UTILS]: (t) => utils.isValidEmail(t) }],
  ["boleto", documentos.boleto, boletos, { [UTILS]: (t) => utils.isValidBoleto(t) }],
];

/** A loop of its own for each contender, so that the engine makes one of them fast without regard for the others. */
const loop = (fn, texts, times = 1) =>
  new Function(
    "fn",
    "texts",
    "times",
    "let n = 0; for (let v = 0; v < times; v++) for (const t of texts) if (fn(t)) n++; return n;",
  ).bind(null, fn, texts, times);

function printTable(title, rows) {
  console.log(`\n${title}`);
  const widths = rows[0].map((_, i) => Math.max(...rows.map((l) => l[i].length)));
  for (const row of rows) {
    console.log(`  ${row.map((c, i) => (i < 2 ? c.padEnd(widths[i]) : c.padStart(widths[i]))).join("  ")}`.trimEnd());
  }
}

const ratio = (theirs, ours) => `${(theirs / ours).toFixed(1)}x`;

console.log(`${cpus()[0].model}, ${type()} ${release()}, Node ${process.versions.node}`);
console.log(["smartbill-automation", "cpf-cnpj-validator", "@brazilian-utils/brazilian-utils"].map(version).join(", "));
const calls = [["document", "peer", "peer", "valido", "validar", "valido", "validar"]];
const columns = [["document", "peer", "peer", "validarColuna", ""]];
for (const [name, documento, texts, pairs] of CASES) {
  for (const [who, peer] of Object.entries(pairs)) {
    const other = texts.find((t) => Boolean(peer(t)) !== documento.valido(t));
    if (other !== undefined) throw new Error(`${name}: ${who} answers otherwise, such as for \`${other}\``);
  }
  const functions = { valido: (t) => documento.valido(t), validar: (t) => documento.validar(t), ...pairs };
  const oneByOne = Object.fromEntries(Object.entries(functions).map(([who, f]) => [who, loop(f, texts, TIMES)]));
  const times = medians(oneByOne, 7);
  const ns = (who) => `${Math.round((times[who] / texts.length / TIMES) * 1e9)} ns`;
  for (const peer of Object.keys(pairs)) {
    const ratios = ["valido", "validar"].map((who) => ratio(times[peer], times[who]));
    calls.push([name, peer, ns(peer), ns("valido"), ns("validar"), ...ratios]);
  }

  // Texts of their own, as a reader of files makes them.
  const column = Array.from({ length: COLUMN }, (_, i) => [...texts[i % TEXTS]].join(""));
  const wrong = documento
    .validarColuna(column)
    .findIndex((reason, i) => (reason === null) !== documento.valido(column[i]));
  if (wrong !== -1) throw new Error(`${name}: the column answers otherwise than the single call`);
  const contenders = Object.fromEntries(Object.entries(pairs).map(([who, f]) => [who, loop(f, column)]));
  const ofColumn = medians({ ...contenders, validarColuna: () => documento.validarColuna(column) }, 3);
  const ms = (who) => `${Math.round(ofColumn[who] * 1e3)} ms`;
  for (const peer of Object.keys(pairs)) {
    columns.push([name, peer, ms(peer), ms("validarColuna"), ratio(ofColumn[peer], ofColumn.validarColuna)]);
  }
  console.error(`measured: ${name}`);
}
printTable("one call: `valido` gives a boolean as the peers do, `validar` all that the text tells", calls);
printTable(`a column of ${COLUMN}: \`validarColuna\`, the reason of each, beside a loop of the peer`, columns);
