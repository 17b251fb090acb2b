// Lists of records in one call: the same findings, in the same order, as one record after the other gives, whether they
// come as objects or as JSON.

import assert from "node:assert/strict";
import { test } from "node:test";
import { isDeepStrictEqual } from "node:util";

import { cliente, cobranca, consumo, contrato, isSmartbillError, servico } from "smartbill-automation/validation";

const SCHEMAS = { cliente, contrato, consumo, servico, cobranca };
const GOOD = { nome: "Padaria Aurora Ltda", tipoPessoa: "JURIDICA", cpfCnpj: "11.222.333/0001-81" };

let seed = 20_261_129;
const random = (n) => {
  seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
  return Math.floor((seed / 0x80000000) * n);
};
const pick = (list) => list[random(list.length)];

const NAMES = [
  ..."id nome cpfCnpj cpf_cnpj email emailsAdicionais endereco cep uf numero tags itens servicoId quantidade".split(
    " ",
  ),
  ..."valorUnitario valor_unitario desconto boleto valor faixas propriedades dataInicio competencia situacao".split(
    " ",
  ),
  ..."links retencoes tipoPessoa novo noome __proto__ a\ud800 ção".split(" "),
];
const LEAVES = [
  null,
  true,
  false,
  "",
  "S",
  " x ",
  "ATIVO",
  "MENSAL",
  "Jos\u00e9",
  "Jose\u0301",
  "\u1e9b\u0323",
  "日本",
  "😀",
  "a\u0000b",
  "529.982.247-25",
  "2026-01-31",
  "2026-02-31",
  "2026-10",
  "10.50",
  "1,5",
  0,
  12,
  5e9,
  "x".repeat(63),
  "é".repeat(64),
  "x".repeat(300),
];

function value(depth) {
  const kind = depth === 0 ? 2 : random(5);
  if (kind === 0) return Array.from({ length: random(4) }, () => value(depth - 1));
  if (kind === 1) return record(depth - 1);
  return pick(LEAVES);
}
function record(depth) {
  return Object.fromEntries(Array.from({ length: random(9) }, () => [pick(NAMES), value(depth)]));
}

/** What `validar` says of each. */
function oneByOne(schema, list, options) {
  const outcomes = list.map((item) => schema.validar(item, options));
  return {
    valid: outcomes.every((r) => r.valid),
    records: outcomes.map((r) => r.value ?? null),
    reports: outcomes
      .map(({ errors, warnings }, index) => ({ index, errors, warnings }))
      .filter(({ errors, warnings }) => errors.length + warnings.length > 0),
  };
}
/** Told in one line: the whole difference would take minutes to write. */
function same(checked, expected, what) {
  if (isDeepStrictEqual(plain(checked), expected)) return;
  const place = expected.reports.findIndex((report, i) => !isDeepStrictEqual(report, checked.reports[i]));
  assert.fail(`${what}: ${JSON.stringify([checked.reports[place], expected.reports[place]])}`);
}
const plain = ({ valid, records, reports }) => ({ valid, records, reports });

for (const [name, schema] of Object.entries(SCHEMAS)) {
  test(`${name}: a list is checked as its records are, from objects and from JSON`, () => {
    for (let round = 0; round < 20; round++) {
      const options = { mode: pick(["strict", "lenient"]), intent: pick(["incluir", "alterar"]), today: "2026-11-29" };
      // A name that is half a character can be said in no JSON.
      const list = Array.from({ length: 20 }, () => (random(20) === 0 ? value(1) : record(3)));
      const expected = oneByOne(schema, list, options);
      same(schema.checkAll(list, options), expected, "objects");
      const json = JSON.stringify(list).replaceAll("\\ud800", "\ufffd");
      same(schema.checkAll(json, options), expected, "JSON");
      const ascii = json.replaceAll(/[^ -~]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
      same(schema.checkAll(`{"total": 20, "data": ${ascii}}`, options), expected, "JSON in ASCII");
      same(schema.checkAll(new TextEncoder().encode(json), options), expected, "bytes of JSON");
    }
  });
}

test("what is found in a list, and the records that are good", () => {
  const checked = cliente.checkAll([GOOD, { ...GOOD, cpfCnpj: "11222333000182" }, 5, { ...GOOD, nome: "Jose\u0301" }]);
  assert.equal(checked.valid, false);
  assert.deepEqual(
    checked.records.map((r) => r?.nome ?? null),
    ["Padaria Aurora Ltda", null, null, "Jos\u00e9"],
  );
  assert.equal(checked.records[0].cpfCnpj, "11222333000181");
  assert.deepEqual(
    checked.reports.map(({ index, errors }) => [index, errors.map((v) => [v.path, v.code])]),
    [
      [1, [["cpfCnpj", "digito_verificador"]]],
      [2, [["", "tipo_invalido"]]],
    ],
  );
  assert.equal(checked.records, checked.records);
  assert.deepEqual(JSON.parse(JSON.stringify(checked)).records, checked.records);
  for (const none of [[], new Set(), "[]", '{"data": []}']) {
    assert.deepEqual(plain(cliente.checkAll(none)), { valid: true, records: [], reports: [] });
  }
  assert.equal(cliente.withOptions({ language: "en" }).checkAll([{}]).reports[0].errors[0].message, "required field");
});

test("a long list is told by its places, and its records are those that were checked", () => {
  const list = Array.from({ length: 5000 }, (_, i) => ({
    ...GOOD,
    codigoExterno: `C-${i}`,
    cpfCnpj: i % 1000 === 999 ? "1" : GOOD.cpfCnpj,
  }));
  function* each() {
    yield* list;
  }
  for (const source of [list, each(), JSON.stringify(list)]) {
    const checked = cliente.checkAll(source);
    assert.deepEqual(
      checked.reports.map((r) => r.index),
      [999, 1999, 2999, 3999, 4999],
    );
    if (source === list) for (const item of list) item.codigoExterno = "changed";
    assert.equal(checked.records.length, 5000);
    assert.equal(checked.records[4998].codigoExterno, "C-4998");
    if (source === list) for (const [i, item] of list.entries()) item.codigoExterno = `C-${i}`;
  }
  const bytes = new TextEncoder().encode(JSON.stringify(list));
  const { records } = (() => {
    const checked = cliente.checkAll(bytes);
    bytes.fill(0);
    return checked;
  })();
  assert.equal(records[0].codigoExterno, "C-0");
});

test("every digit of a number in JSON counts", () => {
  const json = '[{"contratoId": "1", "servicoId": "1", "competencia": "2026-10", "quantidade": 0.30000000000000004}]';
  assert.deepEqual(
    consumo.checkAll(json).reports[0].errors.map((v) => v.code),
    ["casas_demais"],
  );
  assert.equal(consumo.checkAll(json.replace("0.30000000000000004", "0.30")).records[0].quantidade, "0.30");
});

test("a kept answer of the platform is read, and nothing in it refused", () => {
  const json =
    '{"data": [{"id": 7, "valorPago": "10.50", "dataVencimento": "0000-00-00", "other": [1]}, 3], "total": 2}';
  for (const source of [json, new TextEncoder().encode(json)]) {
    const [first, second] = cobranca.listFromJson(source);
    const { findings, ...rest } = first;
    assert.deepEqual(rest, { id: "7", valorPago: "10.50", other: [1] });
    assert.deepEqual(
      findings.map((v) => [v.path, v.code, v.severity]),
      [["dataVencimento", "data_invalida", "warning"]],
    );
    assert.equal(second.findings[0].code, "tipo_invalido");
  }
  assert.deepEqual(cobranca.listFromJson("[]"), []);
});

test("what is no list is refused, and the next one is checked", () => {
  const detached = new Uint8Array(8);
  structuredClone(detached, { transfer: [detached.buffer] });
  const sparse = [];
  sparse.length = 4_000_000_000;
  const throws = new Proxy([GOOD], {
    get() {
      throw new Error("no");
    },
  });
  function* endless() {
    for (;;) yield 1;
  }
  const isRefused = (e) => isSmartbillError(e) && e.code === "configuration" && e.message.length < 200;
  for (const list of [undefined, null, 5, true, {}, () => [], Symbol("s"), 5n, detached, sparse, throws, endless()]) {
    assert.throws(() => cliente.checkAll(list), isRefused);
    assert.throws(() => cobranca.listFromJson(list), isRefused);
  }
  const bad = ["", "{}", "3", "null", "[", "[{]", '{"data": {}}', "[\u0000]", `${"[".repeat(1000)}${"]".repeat(1000)}`];
  for (const json of [...bad, new Uint8Array([0x5b, 0x22, 0xff, 0x22, 0x5d])]) {
    for (const [language, words] of [
      ["pt-BR", /JSON (não|está|tem)|JSON válido/],
      ["en", /JSON is|JSON has|valid JSON/],
    ]) {
      const isSaid = (e) => isRefused(e) && words.test(e.message);
      assert.throws(() => cliente.checkAll(json, { language }), isSaid, String(json).slice(0, 20));
      assert.throws(() => cobranca.listFromJson(json, { language }), isSaid, String(json).slice(0, 20));
    }
  }
  for (const list of [[GOOD], [], "[]"]) {
    for (const options of [{ nothing: 1 }, { mode: "frouxo" }, 5]) {
      assert.throws(() => cliente.checkAll(list, options), isRefused);
    }
  }
  // A getter that throws is a finding like any other.
  const unreadable = {
    ...GOOD,
    get nome() {
      throw new Error("no");
    },
  };
  assert.deepEqual(
    cliente.checkAll([unreadable, GOOD]).reports.map((r) => [r.index, r.errors[0].path]),
    [[0, "nome"]],
  );
  assert.ok(cliente.checkAll([GOOD]).valid);
});
