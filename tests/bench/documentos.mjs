// Documents in Node beside cpf-cnpj-validator and @brazilian-utils/brazilian-utils: one call, and a column of a million.
// What documentos.py says of its contenders holds here too: the same texts, one in eight with an error, the same answers.

import { readFileSync } from "node:fs";
import { cpus, release, type } from "node:os";

import * as utils from "@brazilian-utils/brazilian-utils";
import { cnpj, cpf } from "cpf-cnpj-validator";
import { documentos } from "smartbill-automation/validation";

const TEXTOS = 10_000;
const VEZES = 5;
const COLUNA = Number(process.argv[2] ?? 1_000_000);
const UTILS = "@brazilian-utils", CPF_CNPJ = "cpf-cnpj-validator";

let semente = 20_260_725;
const acaso = (n) => {
  semente = (Math.imul(semente, 1_103_515_245) + 12_345) & 0x7fffffff;
  return Math.floor((semente / 0x80000000) * n);
};
const digitos = (n) => Array.from({ length: n }, () => acaso(10)).join("");
const varios = (fazer) => Array.from({ length: TEXTOS }, fazer);
/** One in eight gets another last digit. */
const comErros = (validos) => validos.map((t, i) => (i % 8 === 7 ? t.slice(0, -1) + ((Number(t.at(-1)) + 1) % 10) : t));

const cpfs = comErros(varios(() => utils.generateCpf()));
const cnpjs = comErros(varios(() => utils.generateCnpj()));
const mascarar = (molde) => (t) => {
  let i = 0;
  return molde.replace(/0/g, () => t[i++]);
};
const ceps = varios((_, i) => String(1000 + acaso(76_000)).padStart(5, "0") + digitos(i % 8 === 7 ? 2 : 3));
const telefones = varios((_, i) => ["11", "21", "51", "83"][acaso(4)] + "9" + (i % 8 === 7 ? `${digitos(6)}ab` : digitos(8)));
const emails = varios((_, i) => `maria.souza${digitos(4)}${i % 8 === 7 ? " " : "@"}empresa${digitos(2)}.com.br`);
const boletos = comErros(varios(() => {
  // Theirs may have a currency or a due date factor that does not exist.
  let linha;
  do linha = utils.generateBoleto();
  while (linha[33] === "0" || linha[3] !== "9");
  return linha;
}));
const paraCnpj = { [CPF_CNPJ]: (t) => cnpj.isValid(t), [UTILS]: (t) => utils.isValidCnpj(t) };
const paraCpf = { [CPF_CNPJ]: (t) => cpf.isValid(t), [UTILS]: (t) => utils.isValidCpf(t) };

const CASOS = [
  ["cpf", documentos.cpf, cpfs, paraCpf],
  ["cpf, masked", documentos.cpf, cpfs.map(mascarar("000.000.000-00")), paraCpf],
  ["cnpj", documentos.cnpj, cnpjs, paraCnpj],
  ["cnpj, masked", documentos.cnpj, cnpjs.map(mascarar("00.000.000/0000-00")), paraCnpj],
  ["cep", documentos.cep, ceps, { [`${UTILS} (length only)`]: (t) => utils.isValidCep(t) }],
  ["telefone", documentos.telefone, telefones, { [UTILS]: (t) => utils.isValidPhone(t) }],
  ["email", documentos.email, emails, { [UTILS]: (t) => utils.isValidEmail(t) }],
  ["boleto", documentos.boleto, boletos, { [UTILS]: (t) => utils.isValidBoleto(t) }],
];

/** Seconds of processor time, the median of `quantas` rounds in which the contenders take turns; the first does not count. */
function rodadas(contendores, quantas) {
  const tempos = Object.fromEntries(Object.keys(contendores).map((nome) => [nome, []]));
  for (let rodada = 0; rodada <= quantas; rodada++) {
    for (const [nome, contendor] of Object.entries(contendores)) {
      const antes = process.cpuUsage();
      contendor();
      const { user, system } = process.cpuUsage(antes);
      if (rodada > 0) tempos[nome].push((user + system) / 1e6);
    }
  }
  return Object.fromEntries(Object.entries(tempos).map(([nome, t]) => [nome, t.sort((a, b) => a - b)[t.length >> 1]]));
}

/** A loop of its own for each contender, so that the engine makes one of them fast without regard for the others. */
const laco = (funcao, textos, vezes = 1) =>
  new Function("funcao", "textos", "vezes", "let n = 0; for (let v = 0; v < vezes; v++) for (const t of textos) if (funcao(t)) n++; return n;")
    .bind(null, funcao, textos, vezes);

function tabela(titulo, linhas) {
  console.log(`\n${titulo}`);
  const larguras = linhas[0].map((_, i) => Math.max(...linhas.map((l) => l[i].length)));
  for (const linha of linhas) {
    console.log(`  ${linha.map((c, i) => (i < 2 ? c.padEnd(larguras[i]) : c.padStart(larguras[i]))).join("  ")}`.trimEnd());
  }
}

const versao = (nome) => {
  const arquivo = new URL(`node_modules/${nome}/package.json`, import.meta.url);
  return `${nome} ${JSON.parse(readFileSync(arquivo, "utf8")).version}`;
};
const vezes = (deles, nosso) => `${(deles / nosso).toFixed(1)}x`;

console.log(`${cpus()[0].model}, ${type()} ${release()}, Node ${process.versions.node}`);
console.log(["smartbill-automation", "cpf-cnpj-validator", "@brazilian-utils/brazilian-utils"].map(versao).join(", "));
const chamadas = [["document", "peer", "peer", "valido", "validar", "valido", "validar"]];
const colunas = [["document", "peer", "peer", "validarColuna", ""]];
for (const [nome, documento, textos, pares] of CASOS) {
  for (const [quem, par] of Object.entries(pares)) {
    const outro = textos.find((t) => Boolean(par(t)) !== documento.valido(t));
    if (outro !== undefined) throw new Error(`${nome}: ${quem} answers otherwise, such as for \`${outro}\``);
  }
  const funcoes = { valido: (t) => documento.valido(t), validar: (t) => documento.validar(t), ...pares };
  const umPorUm = Object.fromEntries(Object.entries(funcoes).map(([quem, f]) => [quem, laco(f, textos, VEZES)]));
  const tempos = rodadas(umPorUm, 7);
  const ns = (quem) => `${Math.round((tempos[quem] / textos.length / VEZES) * 1e9)} ns`;
  for (const par of Object.keys(pares)) {
    const razoes = ["valido", "validar"].map((quem) => vezes(tempos[par], tempos[quem]));
    chamadas.push([nome, par, ns(par), ns("valido"), ns("validar"), ...razoes]);
  }

  // Texts of their own, as a reader of files makes them.
  const coluna = Array.from({ length: COLUNA }, (_, i) => [...textos[i % TEXTOS]].join(""));
  const errado = documento.validarColuna(coluna).findIndex((motivo, i) => (motivo === null) !== documento.valido(coluna[i]));
  if (errado !== -1) throw new Error(`${nome}: the column answers otherwise than the single call`);
  const contendores = Object.fromEntries(Object.entries(pares).map(([quem, f]) => [quem, laco(f, coluna)]));
  const daColuna = rodadas({ ...contendores, validarColuna: () => documento.validarColuna(coluna) }, 3);
  const ms = (quem) => `${Math.round(daColuna[quem] * 1e3)} ms`;
  for (const par of Object.keys(pares)) {
    colunas.push([nome, par, ms(par), ms("validarColuna"), vezes(daColuna[par], daColuna.validarColuna)]);
  }
  console.error(`measured: ${nome}`);
}
tabela("one call: `valido` gives a boolean as the peers do, `validar` all that the text tells", chamadas);
tabela(`a column of ${COLUNA}: \`validarColuna\`, the reason of each, beside a loop of the peer`, colunas);
