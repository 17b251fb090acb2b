// Whatever JavaScript can pass is answered by a typed violation that names its path, and the module goes on working.

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { cliente, consumo, contrato, documentos, isSmartbillError, SmartbillError, validarCliente, validarConsumo } from "smartbill-automation/validation";

const BOM = { nome: "Padaria Aurora Ltda", tipoPessoa: "JURIDICA", cpfCnpj: "11.222.333/0001-81" };

afterEach(() => {
  const r = validarCliente(BOM);
  assert.ok(r.valido, JSON.stringify(r));
  assert.equal(r.valor.cpfCnpj, "11222333000181");
});

const codigos = (r) => Object.fromEntries(r.erros.map((v) => [v.path, v.code]));

test("values of the wrong type", () => {
  const estranhos = {
    bigint: 5n, Date: new Date(), function: () => 1, symbol: Symbol("s"), Map: new Map(), Set: new Set([1]), RegExp: /x/,
    Uint8Array: new Uint8Array(3), Promise: Promise.resolve(), String: new String("x"), Error: new Error("x"), object: {},
    array: [1], boolean: true,
  };
  for (const [tipo, valor] of Object.entries(estranhos)) {
    const r = validarCliente({ ...BOM, observacoes: valor });
    assert.deepEqual(codigos(r), { observacoes: "tipo_invalido" }, tipo);
    assert.equal(r.erros[0].params.encontrado, tipo);
  }
});

test("what is no object at all", () => {
  for (const valor of [undefined, null, 5, NaN, "x", true, 5n, Symbol(), () => 1, [], new Date()]) {
    for (const esquema of [cliente, contrato, consumo]) {
      const r = esquema.validar(valor);
      assert.deepEqual(codigos(r), { "": "tipo_invalido" });
      assert.equal(esquema.valido(valor), false);
    }
  }
});

test("numbers where a decimal belongs", () => {
  const com = (quantidade) => validarConsumo({ contratoId: "1", servicoId: "1", competencia: "2026-01", quantidade });
  for (const [n, texto] of [[1, "1"], [0.1, "0.1"], [1234.56, "1234.56"], [1e-6, "0.000001"], ["2.50", "2.50"], [2 ** 31, "2147483648"]]) {
    const r = com(n);
    assert.ok(r.valido, String(n));
    assert.equal(r.valor.quantidade, texto);
  }
  for (const [n, codigo] of [[0.1 + 0.2, "numero_inexato"], [NaN, "numero_invalido"], [Infinity, "numero_invalido"],
    [1e21, "numero_inexato"], [1e300, "numero_inexato"], [5n, "tipo_invalido"], ["1,5", "numero_invalido"], [-1, "nao_positivo"]]) {
    assert.deepEqual(codigos(com(n)), { quantidade: codigo }, String(n));
  }
});

test("names that would reach a prototype are names like any other", () => {
  const mau = JSON.parse('{"__proto__": {"admin": true}, "constructor": {"prototype": {"admin": true}}, "toString": 1}');
  const r = validarCliente({ ...BOM, ...mau, ["__proto__"]: { admin: true }, endereco: mau });
  assert.deepEqual(codigos(r), {
    __proto__: undefined, constructor: "campo_desconhecido", toString: "campo_desconhecido",
    ...Object.fromEntries(["endereco.__proto__", "endereco.constructor", "endereco.toString"].map((p) => [p, "campo_desconhecido"])),
    ["__proto__"]: "campo_desconhecido",
  });
  assert.equal({}.admin, undefined);
  // A prototype's own fields are not the object's.
  assert.ok(validarCliente(Object.create({ nada: 1 }, Object.getOwnPropertyDescriptors(BOM))).valido);
});

test("texts that are too long or are not text", () => {
  const longo = "x".repeat(5_000_000);
  assert.deepEqual(codigos(validarCliente({ ...BOM, nome: longo })), { nome: "texto_longo" });
  assert.deepEqual(codigos(validarCliente({ ...BOM, [longo]: 1 })), { ["x".repeat(60)]: "campo_desconhecido" });
  assert.deepEqual(codigos(validarCliente({ ...BOM, nome: "\ud800 Silva" })), { nome: "tipo_invalido" });
  assert.deepEqual(codigos(validarCliente({ ...BOM, nome: "a\0b" })), { nome: "caractere_de_controle" });
  assert.equal(validarCliente({ ...BOM, nome: "Jose\u0301" }).valor.nome, "Jos\u00e9");
});

test("objects without end", () => {
  const ciclo = { ...BOM };
  ciclo.endereco = ciclo;
  const r = validarCliente(ciclo);
  assert.ok(r.erros.some((v) => v.path === "endereco" && v.params.encontrado === "cyclic object"), JSON.stringify(r.erros));

  const fundo = {};
  let ponta = fundo;
  for (let i = 0; i < 100_000; i++) ponta = ponta.a = {};
  assert.ok(!validarCliente({ ...BOM, endereco: fundo }).valido);

  // Thirty levels of two equal references: 2^30 leaves.
  let risos = ["x"];
  for (let i = 0; i < 30; i++) risos = [risos, risos];
  assert.ok(!validarCliente({ ...BOM, tags: risos }).valido);

  const esparso = [];
  esparso.length = 4_000_000_000;
  assert.deepEqual(codigos(validarCliente({ ...BOM, tags: esparso })), { tags: "tipo_invalido" });
});

test("objects that do not want to be read", () => {
  const r = validarCliente({ ...BOM, get nome() { throw new Error("no"); } });
  assert.deepEqual(codigos(r), { nome: "tipo_invalido" });
  const armadilha = new Proxy({}, { ownKeys() { throw new Error("no"); } });
  assert.deepEqual(codigos(validarCliente({ ...BOM, endereco: armadilha })), { endereco: "tipo_invalido" });
  assert.deepEqual(codigos(validarCliente(armadilha)), { "": "tipo_invalido" });
  const revogado = Proxy.revocable({}, {});
  revogado.revoke();
  assert.deepEqual(codigos(validarCliente({ ...BOM, endereco: revogado.proxy })), { endereco: "tipo_invalido" });
  // A getter that comes back into the module while its object is being read.
  const reentra = { ...BOM, get nome() { return validarCliente(BOM).valor.nome; } };
  assert.ok(validarCliente(reentra).valido);
});

test("options", () => {
  for (const opcoes of [{ modo: "frouxo" }, { intent: "x" }, { idioma: "fr" }, { hoje: "ontem" }, { nada: 1 }, { modo: 5n }, { hoje: new Date() }]) {
    assert.throws(() => validarCliente(BOM, opcoes), (e) => isSmartbillError(e) && e.code === "configuration" && e instanceof Error);
  }
  assert.throws(() => documentos.cpf.validar("1", { modo: "x" }), { name: "SmartbillError", code: "configuration" });
  assert.ok(validarCliente(BOM, { modo: undefined, idioma: null }).valido);
});

test("documents given anything", () => {
  for (const nome of Object.keys(documentos)) {
    const d = documentos[nome];
    for (const texto of ["", " ", "\0", "\ud800", "😀".repeat(20), "１２３", "–".repeat(44), "a".repeat(1_000_000), "9".repeat(5_000_000), "1.".repeat(2_500_000)]) {
      const r = d.validar(texto);
      assert.equal(r.valido, false);
      assert.ok(r.motivo && r.mensagem && r.mensagem.length < 200 && r.valor === null);
      d.validar(texto, { modo: "leniente" });
      d.formatar(texto);
      d.limpar(texto);
      assert.equal(d.valido(texto), false);
    }
    for (const valor of [undefined, null, 5, 5n, {}, Symbol()]) {
      assert.throws(() => d.validar(valor), (e) => isSmartbillError(e) && e.code === "validation" && e.violations[0].code === "tipo_invalido");
      assert.equal(d.valido(valor), false);
    }
    assert.deepEqual(d.validarColuna(["", null, undefined]), ["vazio", "vazio", "vazio"]);
    for (const valor of [5, 5n, {}, Symbol(), new Date(0)]) {
      assert.throws(() => d.validarColuna(["1", valor]), (e) => isSmartbillError(e) && e.code === "validation" && e.violations[0].path === "[1]");
    }
    for (const textos of [undefined, null, 5, "529.982.247-25", {}]) assert.throws(() => d.validarColuna(textos), { name: "SmartbillError", code: "configuration" });
  }
});

test("what is no text is refused in the language asked for, wherever it is", () => {
  const mensagem = (f) => {
    try {
      f();
    } catch (e) {
      return [e.message, e.violations[0].path, e.violations[0].params.encontrado];
    }
  };
  const { cpf } = documentos;
  assert.deepEqual(mensagem(() => cpf.validar(5)), ["esperado texto, encontrado número", "", "number"]);
  assert.deepEqual(mensagem(() => cpf.validar(5, { idioma: "en" })), ["expected string, found number", "", "number"]);
  assert.deepEqual(mensagem(() => cpf.com({ idioma: "en" }).validar([])), ["expected string, found array", "", "array"]);
  assert.deepEqual(mensagem(() => cpf.com({ idioma: "en" }).formatar(new Date())), ["expected string, found Date", "", "Date"]);
  assert.deepEqual(mensagem(() => cpf.validarColuna(["1", {}], { idioma: "en" })), ["expected string, found object", "[1]", "object"]);
  const { issues } = cpf.com({ idioma: "en" })["~standard"].validate(5n);
  assert.deepEqual(issues, [{ message: "expected string, found bigint", code: "tipo_invalido" }]);
  assert.deepEqual(cpf["~standard"].validate("1").issues.map((issue) => issue.code), ["tamanho"]);
});

test("a long option name is cut, and one with anything in it is said as it is", () => {
  const erro = (nome) => {
    try {
      documentos.cpf.validar("1", { [nome]: "x" });
    } catch (e) {
      return e.message;
    }
  };
  assert.match(erro("n".repeat(500)), /^opção `n{60}` inválida; use `modo`/);
  assert.match(erro("a|\"b\\\n"), /^opção `a\|"b\\\n` inválida/);
});

test("a document with options of its own is as valid as they say", () => {
  const cpf = documentos.cpf.com({ modo: "leniente" });
  assert.deepEqual([cpf.valido("529 982 247 25"), documentos.cpf.valido("529 982 247 25")], [true, false]);
  assert.deepEqual([documentos.ie.com({ uf: "SP" }).valido("110042490114"), documentos.ie.com({ uf: "RJ" }).valido("110042490114")], [true, false]);
  assert.equal(cpf.valido(5), false);
});

test("a field without its form is no form", () => {
  assert.deepEqual(cliente.validarCampo("cpfCnpj", "529").map((v) => [v.path, v.code]), [["", "tipo_invalido"]]);
});

test("a field while it is typed, in the light of the rest of the form", () => {
  const form = { nome: "", cpfCnpj: "", endereco: { cep: "01310-100", uf: "RJ" } };
  const codigosDe = (path, modo) => cliente.validarCampo(path, form, { modo }).map((v) => v.code);
  for (const [digitado, codigo] of [["1", "tamanho"], ["12abc345", "tamanho"], ["12abc34501de36", "digito_verificador"], ["12abc34501de35", undefined]]) {
    form.cpfCnpj = digitado;
    assert.deepEqual(codigosDe("cpfCnpj", "leniente"), codigo ? [codigo] : [], digitado);
  }
  assert.deepEqual(codigosDe("endereco.cep", "leniente"), ["divergente"]);
  form.endereco.uf = "SP";
  assert.deepEqual(codigosDe("endereco.cep", "leniente"), []);
  assert.deepEqual(codigosDe("nada"), []);
  const [mensagem] = cliente.validarCampo("nome", form, { idioma: "en" }).map((v) => v.message);
  assert.equal(mensagem, "required field");
});

test("an option that is left undefined is not given", () => {
  const futuro = { contratoId: "1", servicoId: "1", competencia: "2026-01", quantidade: 1, dataConsumo: "9999-12-31" };
  assert.deepEqual(validarConsumo(futuro, { hoje: undefined, modo: undefined }), validarConsumo(futuro));
});

test("errors are errors", () => {
  const e = new SmartbillError("validation", "x", { status: 400 });
  assert.ok(e instanceof Error);
  assert.equal(String(e), "SmartbillError: x");
  assert.deepEqual([e.code, e.status, e.fields, e.violations, e.attempts], ["validation", 400, [], [], 0]);
  assert.ok(isSmartbillError(e));
  for (const outro of [new Error("x"), null, undefined, "x", { code: "validation" }]) assert.equal(isSmartbillError(outro), false);
});
