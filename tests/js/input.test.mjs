// Any value that JavaScript can pass gives a typed finding with its path, and the module works afterwards.

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import {
  cliente,
  consumo,
  contrato,
  documentos,
  isSmartbillError,
  SmartbillError,
  validarCliente,
  validarConsumo,
} from "smartbill-automation/validation";

const GOOD = { nome: "Padaria Aurora Ltda", tipoPessoa: "JURIDICA", cpfCnpj: "11.222.333/0001-81" };

afterEach(() => {
  const r = validarCliente(GOOD);
  assert.ok(r.valid, JSON.stringify(r));
  assert.equal(r.value.cpfCnpj, "11222333000181");
});

const codesOf = (r) => Object.fromEntries(r.errors.map((v) => [v.path, v.code]));

test("values of the wrong type", () => {
  const strange = {
    bigint: 5n,
    Date: new Date(),
    function: () => 1,
    symbol: Symbol("s"),
    Map: new Map(),
    Set: new Set([1]),
    RegExp: /x/,
    Uint8Array: new Uint8Array(3),
    Promise: Promise.resolve(),
    String: new String("x"),
    Error: new Error("x"),
    object: {},
    array: [1],
    boolean: true,
  };
  for (const [kind, value] of Object.entries(strange)) {
    const r = validarCliente({ ...GOOD, observacoes: value });
    assert.deepEqual(codesOf(r), { observacoes: "tipo_invalido" }, kind);
    assert.equal(r.errors[0].params.found, kind);
  }
});

test("what is no object at all", () => {
  for (const value of [undefined, null, 5, NaN, "x", true, 5n, Symbol(), () => 1, [], new Date()]) {
    for (const schema of [cliente, contrato, consumo]) {
      const r = schema.validar(value);
      assert.deepEqual(codesOf(r), { "": "tipo_invalido" });
      assert.equal(schema.isValid(value), false);
    }
  }
});

test("numbers where a decimal belongs", () => {
  const consumoOf = (quantidade) =>
    validarConsumo({ contratoId: "1", servicoId: "1", competencia: "2026-01", quantidade });
  for (const [n, text] of [
    [1, "1"],
    [0.1, "0.1"],
    [1234.56, "1234.56"],
    [1e-6, "0.000001"],
    ["2.50", "2.50"],
    [2 ** 31, "2147483648"],
  ]) {
    const r = consumoOf(n);
    assert.ok(r.valid, String(n));
    assert.equal(r.value.quantidade, text);
  }
  for (const [n, code] of [
    [0.1 + 0.2, "numero_inexato"],
    [NaN, "numero_invalido"],
    [Infinity, "numero_invalido"],
    [1e21, "numero_inexato"],
    [1e300, "numero_inexato"],
    [5n, "tipo_invalido"],
    ["1,5", "numero_invalido"],
    [-1, "nao_positivo"],
  ]) {
    assert.deepEqual(codesOf(consumoOf(n)), { quantidade: code }, String(n));
  }
});

test("names that would reach a prototype are names like any other", () => {
  const bad = JSON.parse(
    '{"__proto__": {"admin": true}, "constructor": {"prototype": {"admin": true}}, "toString": 1}',
  );
  const r = validarCliente({ ...GOOD, ...bad, ["__proto__"]: { admin: true }, endereco: bad });
  assert.deepEqual(codesOf(r), {
    constructor: "campo_desconhecido",
    toString: "campo_desconhecido",
    ...Object.fromEntries(
      ["endereco.__proto__", "endereco.constructor", "endereco.toString"].map((p) => [p, "campo_desconhecido"]),
    ),
    ["__proto__"]: "campo_desconhecido",
  });
  assert.equal({}.admin, undefined);
  // The fields of a prototype are not those of the object.
  assert.ok(validarCliente(Object.create({ nothing: 1 }, Object.getOwnPropertyDescriptors(GOOD))).valid);
});

test("texts that are too long or are not text", () => {
  const long = "x".repeat(5_000_000);
  assert.deepEqual(codesOf(validarCliente({ ...GOOD, nome: long })), { nome: "texto_longo" });
  assert.deepEqual(codesOf(validarCliente({ ...GOOD, [long]: 1 })), { ["x".repeat(60)]: "campo_desconhecido" });
  assert.deepEqual(codesOf(validarCliente({ ...GOOD, nome: "\ud800 Silva" })), { nome: "tipo_invalido" });
  assert.deepEqual(codesOf(validarCliente({ ...GOOD, nome: "a\0b" })), { nome: "caractere_de_controle" });
  assert.equal(validarCliente({ ...GOOD, nome: "Jose\u0301" }).value.nome, "Jos\u00e9");
});

test("objects without end", () => {
  const cycle = { ...GOOD };
  cycle.endereco = cycle;
  const r = validarCliente(cycle);
  assert.ok(
    r.errors.some((v) => v.path === "endereco" && v.params.found === "cyclic object"),
    JSON.stringify(r.errors),
  );

  const deep = {};
  let end = deep;
  for (let i = 0; i < 100_000; i++) end = end.a = {};
  assert.ok(!validarCliente({ ...GOOD, endereco: deep }).valid);

  // Thirty levels of two equal references: 2^30 leaves.
  let laughs = ["x"];
  for (let i = 0; i < 30; i++) laughs = [laughs, laughs];
  assert.ok(!validarCliente({ ...GOOD, tags: laughs }).valid);

  const sparse = [];
  sparse.length = 4_000_000_000;
  assert.deepEqual(codesOf(validarCliente({ ...GOOD, tags: sparse })), { tags: "tipo_invalido" });
});

test("objects that do not want to be read", () => {
  const r = validarCliente({
    ...GOOD,
    get nome() {
      throw new Error("no");
    },
  });
  assert.deepEqual(codesOf(r), { nome: "tipo_invalido" });
  const trap = new Proxy(
    {},
    {
      ownKeys() {
        throw new Error("no");
      },
    },
  );
  assert.deepEqual(codesOf(validarCliente({ ...GOOD, endereco: trap })), { endereco: "tipo_invalido" });
  assert.deepEqual(codesOf(validarCliente(trap)), { "": "tipo_invalido" });
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  assert.deepEqual(codesOf(validarCliente({ ...GOOD, endereco: revoked.proxy })), { endereco: "tipo_invalido" });
  // A getter that calls the module while its object is being read.
  const reenters = {
    ...GOOD,
    get nome() {
      return validarCliente(GOOD).value.nome;
    },
  };
  assert.ok(validarCliente(reenters).valid);
});

test("options", () => {
  for (const options of [
    { mode: "frouxo" },
    { intent: "x" },
    { language: "fr" },
    { today: "ontem" },
    { nothing: 1 },
    { mode: 5n },
    { today: new Date() },
  ]) {
    assert.throws(
      () => validarCliente(GOOD, options),
      (e) => isSmartbillError(e) && e.code === "configuration" && e instanceof Error,
    );
  }
  assert.throws(() => documentos.cpf.validar("1", { mode: "x" }), { name: "SmartbillError", code: "configuration" });
  assert.ok(validarCliente(GOOD, { mode: undefined, language: null }).valid);
});

test("documents given anything", () => {
  for (const name of Object.keys(documentos)) {
    const d = documentos[name];
    for (const text of [
      "",
      " ",
      "\0",
      "\ud800",
      "😀".repeat(20),
      "１２３",
      "–".repeat(44),
      "a".repeat(1_000_000),
      "9".repeat(5_000_000),
      "1.".repeat(2_500_000),
    ]) {
      const r = d.validar(text);
      assert.equal(r.valido, false);
      assert.ok(r.motivo && r.mensagem && r.mensagem.length < 200 && r.valor === null);
      d.validar(text, { mode: "lenient" });
      d.formatar(text);
      d.limpar(text);
      assert.equal(d.valido(text), false);
    }
    for (const value of [undefined, null, 5, 5n, {}, Symbol()]) {
      assert.throws(
        () => d.validar(value),
        (e) => isSmartbillError(e) && e.code === "validation" && e.findings[0].code === "tipo_invalido",
      );
      assert.equal(d.valido(value), false);
    }
    assert.deepEqual(d.validarColuna(["", null, undefined]), ["vazio", "vazio", "vazio"]);
    for (const value of [5, 5n, {}, Symbol(), new Date(0)]) {
      assert.throws(
        () => d.validarColuna(["1", value]),
        (e) => isSmartbillError(e) && e.code === "validation" && e.findings[0].path === "[1]",
      );
    }
    for (const texts of [undefined, null, 5, "529.982.247-25", {}])
      assert.throws(() => d.validarColuna(texts), { name: "SmartbillError", code: "configuration" });
  }
});

test("what is no text is refused in the language asked for, wherever it is", () => {
  const messageOf = (f) => {
    try {
      f();
    } catch (e) {
      return [e.message, e.findings[0].path, e.findings[0].params.found];
    }
  };
  const { cpf } = documentos;
  assert.deepEqual(
    messageOf(() => cpf.validar(5)),
    ["esperado texto, encontrado número", "", "number"],
  );
  assert.deepEqual(
    messageOf(() => cpf.validar(5, { language: "en" })),
    ["expected string, found number", "", "number"],
  );
  assert.deepEqual(
    messageOf(() => cpf.withOptions({ language: "en" }).validar([])),
    ["expected string, found array", "", "array"],
  );
  assert.deepEqual(
    messageOf(() => cpf.withOptions({ language: "en" }).formatar(new Date())),
    ["expected string, found Date", "", "Date"],
  );
  assert.deepEqual(
    messageOf(() => cpf.validarColuna(["1", {}], { language: "en" })),
    ["expected string, found object", "[1]", "object"],
  );
  const { issues } = cpf.withOptions({ language: "en" })["~standard"].validate(5n);
  assert.deepEqual(issues, [{ message: "expected string, found bigint", code: "tipo_invalido" }]);
  assert.deepEqual(
    cpf["~standard"].validate("1").issues.map((issue) => issue.code),
    ["tamanho"],
  );
});

test("a long option name is cut, and one with anything in it is said as it is", () => {
  const messageOf = (name) => {
    try {
      documentos.cpf.validar("1", { [name]: "x" });
    } catch (e) {
      return e.message;
    }
  };
  assert.match(messageOf("n".repeat(500)), /^opção `n{60}` inválida; use `mode`/);
  assert.match(messageOf('a|"b\\\n'), /^opção `a\|"b\\\n` inválida/);
});

test("a document with options of its own is as valid as they say", () => {
  const cpf = documentos.cpf.withOptions({ mode: "lenient" });
  assert.deepEqual([cpf.valido("529 982 247 25"), documentos.cpf.valido("529 982 247 25")], [true, false]);
  assert.deepEqual(
    [
      documentos.ie.withOptions({ uf: "SP" }).valido("110042490114"),
      documentos.ie.withOptions({ uf: "RJ" }).valido("110042490114"),
    ],
    [true, false],
  );
  assert.equal(cpf.valido(5), false);
});

test("a field without its form is no form", () => {
  assert.deepEqual(
    cliente.validarField("cpfCnpj", "529").map((v) => [v.path, v.code]),
    [["", "tipo_invalido"]],
  );
});

test("a field while it is typed, in the light of the rest of the form", () => {
  const form = { nome: "", cpfCnpj: "", endereco: { cep: "01310-100", uf: "RJ" } };
  const codesAt = (path, mode) => cliente.validarField(path, form, { mode }).map((v) => v.code);
  for (const [typed, code] of [
    ["1", "tamanho"],
    ["12abc345", "tamanho"],
    ["12abc34501de36", "digito_verificador"],
    ["12abc34501de35", undefined],
  ]) {
    form.cpfCnpj = typed;
    assert.deepEqual(codesAt("cpfCnpj", "lenient"), code ? [code] : [], typed);
  }
  assert.deepEqual(codesAt("endereco.cep", "lenient"), ["divergente"]);
  form.endereco.uf = "SP";
  assert.deepEqual(codesAt("endereco.cep", "lenient"), []);
  assert.deepEqual(codesAt("nada"), []);
  const [messageOf] = cliente.validarField("nome", form, { language: "en" }).map((v) => v.message);
  assert.equal(messageOf, "required field");
});

test("an option that is left undefined is not given", () => {
  const future = { contratoId: "1", servicoId: "1", competencia: "2026-01", quantidade: 1, dataConsumo: "9999-12-31" };
  assert.deepEqual(validarConsumo(future, { today: undefined, mode: undefined }), validarConsumo(future));
});

test("errors are errors", () => {
  const e = new SmartbillError("validation", "x", { status: 400 });
  assert.ok(e instanceof Error);
  assert.equal(String(e), "SmartbillError: x");
  assert.deepEqual([e.code, e.status, e.fields, e.findings, e.attempts], ["validation", 400, [], [], 0]);
  assert.ok(isSmartbillError(e));
  for (const other of [new Error("x"), null, undefined, "x", { code: "validation" }])
    assert.equal(isSmartbillError(other), false);
});
