// Records in Node beside ajv and typebox, which compile a schema of the same fields into JavaScript. They check less, no
// check digits and no rule over two fields, and change nothing; here every record comes back as it would be sent.

import { cpus, release, type } from "node:os";

import * as utils from "@brazilian-utils/brazilian-utils";
import Ajv from "ajv";
import { cliente } from "smartbill-automation/validation";
import Type from "typebox";
import { Compile } from "typebox/compile";

import { medians, version } from "./measuring.mjs";

const COUNT = Number(process.argv[2] ?? 100_000);
const ROUNDS = 7;

const text = (limits) => ({ type: "string", ...limits });
const object = (properties, required) => ({ type: "object", additionalProperties: false, properties, required });
const ADDRESS = {
  cep: text({ pattern: "^\\d{5}-?\\d{3}$" }),
  logradouro: text({ maxLength: 60 }),
  numero: text({ maxLength: 10 }),
  bairro: text({ maxLength: 60 }),
  municipio: text({ maxLength: 60 }),
  uf: text({ pattern: "^[A-Z]{2}$" }),
};
const CUSTOMER = object(
  {
    codigoExterno: text({ minLength: 1, maxLength: 60 }),
    nome: text({ minLength: 2, maxLength: 225 }),
    cpfCnpj: text({ minLength: 11, maxLength: 18 }),
    email: text({ pattern: "^[^@ ]+@[^@ ]+$" }),
    endereco: object(ADDRESS, Object.keys(ADDRESS)),
  },
  ["codigoExterno", "nome", "cpfCnpj", "email"],
);
const ajv = new Ajv({ allErrors: true });
const [ajvOne, ajvAll] = [CUSTOMER, { type: "array", items: CUSTOMER }].map((schema) => ajv.compile(schema));
const [typeboxOne, typeboxAll] = [CUSTOMER, { type: "array", items: CUSTOMER }].map((schema) =>
  Compile(Type.Unsafe(schema)),
);

const customers = Array.from({ length: COUNT }, (_, i) => ({
  codigoExterno: `ERP-${i}`,
  nome: `Cliente de número ${i}`,
  cpfCnpj: utils.generateCpf(),
  email: `cliente${i}@example.com.br`,
  endereco: {
    cep: "01310-100",
    logradouro: "Avenida Paulista",
    numero: String(i % 3000),
    bairro: "Bela Vista",
    municipio: "São Paulo",
    uf: "SP",
  },
}));
const json = JSON.stringify(customers);
const bytes = new TextEncoder().encode(json);
// Texts of their own, as a parser makes them.
const list = JSON.parse(json);

/** Runs `check`, which must find all good. */
const good = (check) => () => {
  if (!check()) throw new Error("a good record is refused");
};
const each = (check) =>
  good(
    new Function("check", "list", "for (const r of list) if (!check(r)) return false; return true;").bind(
      null,
      check,
      list,
    ),
  );

const WORKS = {
  "objects checked": {
    smartbill: good(() => cliente.checkAll(list).valid),
    ajv: good(() => ajvAll(list)),
    typebox: good(() => typeboxAll.Check(list)),
  },
  "… and taken as they would be sent": {
    smartbill: good(() => cliente.checkAll(list).records.length === COUNT),
    ajv: good(() => ajvAll(list)),
    typebox: good(() => typeboxAll.Check(list)),
  },
  "JSON text checked": {
    smartbill: good(() => cliente.checkAll(json).valid),
    ajv: good(() => ajvAll(JSON.parse(json))),
    typebox: good(() => typeboxAll.Check(JSON.parse(json))),
  },
  "JSON bytes checked": {
    smartbill: good(() => cliente.checkAll(bytes).valid),
    ajv: good(() => ajvAll(JSON.parse(new TextDecoder().decode(bytes)))),
    typebox: good(() => typeboxAll.Check(JSON.parse(new TextDecoder().decode(bytes)))),
  },
  "one object, again and again": {
    smartbill: each((r) => cliente.isValid(r)),
    ajv: each(ajvOne),
    typebox: each((r) => typeboxOne.Check(r)),
  },
  "… all that was found": {
    smartbill: each((r) => cliente.validar(r).valid),
    ajv: each(ajvOne),
    typebox: each((r) => typeboxOne.Check(r)),
  },
};

console.log(`${cpus()[0].model}, ${type()} ${release()}, Node ${process.versions.node}`);
console.log(["smartbill-automation", "ajv", "typebox"].map(version).join(", "));
const rows = [["work", "smartbill", "ajv", "typebox", "÷ best"]];
for (const [work, contenders] of Object.entries(WORKS)) {
  const times = medians(contenders, ROUNDS);
  const best = Math.min(times.ajv, times.typebox);
  const ms = Object.values(times).map((seconds) => `${Math.round(seconds * 1e3)} ms`);
  rows.push([work, ...ms, (times.smartbill / best).toFixed(2)]);
  console.error(`measured: ${work}`);
}
console.log(`\n${COUNT.toLocaleString("en")} records, processor time`);
const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)));
for (const row of rows) {
  console.log(`  ${row.map((c, i) => (i < 1 ? c.padEnd(widths[i]) : c.padStart(widths[i]))).join("  ")}`.trimEnd());
}
