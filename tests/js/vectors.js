// Compares tests/vectors with the results of the package. The same function runs in Node and in a browser, and returns
// the differences.

/** @param {typeof import("smartbill-automation/validation")} v */
export function checkDocumentos(v, name, vectors) {
  const documento = v.documentos[name];
  const failures = [];
  for (const vector of vectors) {
    const options = { mode: vector.mode, uf: vector.uf };
    const r = documento.validar(vector.value, options);
    const actual = {
      valid: r.valido,
      motivo: r.motivo,
      valor: r.valor,
      removido: "removido" in vector ? r.removido : null,
      avisos: r.avisos,
      campos: Object.fromEntries(Object.keys(vector.campos ?? {}).map((c) => [c, r.campos[c] ?? null])),
    };
    const expected = {
      valid: vector.valid,
      motivo: vector.motivo ?? null,
      valor: vector.valor ?? null,
      removido: vector.removido ?? null,
      avisos: vector.avisos ?? [],
      campos: vector.campos ?? {},
    };
    if (!same(actual, expected)) failures.push({ vector, actual });
    if (vector.mode === "strict" && !("uf" in vector) && documento.valido(vector.value) !== vector.valid) {
      failures.push({ vector, actual: "valido() disagrees" });
    }
    const [code] = documento.validarColuna([vector.value], options);
    if (code !== (vector.motivo ?? null)) failures.push({ vector, actual: { column: code } });
  }
  return failures;
}

/** @param {typeof import("smartbill-automation/validation")} v */
export function checkModels(v, cases) {
  const failures = [];
  for (const testCase of cases) {
    const schema = v[testCase.model.toLowerCase()];
    for (const [language, lang] of [
      ["pt-BR", "pt"],
      ["en", "en"],
    ]) {
      const options = { mode: testCase.mode, intent: testCase.intent, today: testCase.today, language };
      const { valid, errors, warnings } = schema.validar(testCase.input, options);
      const actual = [...errors, ...warnings].map((a) => [a.path, a.code, a.severity, a.message]);
      const lineOf = (a) => [a.path, a.code, a.severity, a[lang]];
      const of = (severity) => testCase.findings.filter((a) => a.severity === severity).map(lineOf);
      const expected = [...of("error"), ...of("warning")];
      if (!same(actual, expected) || valid !== (of("error").length === 0))
        failures.push({ case: testCase.name, actual, expected });
      if (schema.isValid(testCase.input, options) !== valid)
        failures.push({ case: testCase.name, actual: "valido() disagrees" });
    }
  }
  return failures;
}

const same = (a, b) => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));

function sorted(v) {
  if (Array.isArray(v)) return v.map(sorted);
  if (v === null || typeof v !== "object") return v;
  return Object.fromEntries(
    Object.keys(v)
      .sort()
      .map((k) => [k, sorted(v[k])]),
  );
}

export const DOCUMENTOS = [
  "boleto",
  "brcode",
  "cep",
  "chave_dfe",
  "cnpj",
  "cpf",
  "cpf_cnpj",
  "email",
  "ie",
  "municipio",
  "pix_chave",
  "telefone",
  "uf",
];
