// tests/vectors, answered by the package: the same function runs in Node and in a browser. It gives what disagrees.

/** @param {typeof import("smartbill-automation/validation")} v */
export function conferirDocumentos(v, nome, vetores) {
  const documento = v.documentos[nome];
  const falhas = [];
  for (const vetor of vetores) {
    const opcoes = { modo: vetor.modo, uf: vetor.uf };
    const r = documento.validar(vetor.value, opcoes);
    const obtido = {
      valid: r.valido,
      motivo: r.motivo,
      valor: r.valor,
      removido: "removido" in vetor ? r.removido : null,
      avisos: r.avisos,
      campos: Object.fromEntries(Object.keys(vetor.campos ?? {}).map((c) => [c, r.campos[c] ?? null])),
    };
    const esperado = {
      valid: vetor.valid,
      motivo: vetor.motivo ?? null,
      valor: vetor.valor ?? null,
      removido: vetor.removido ?? null,
      avisos: vetor.avisos ?? [],
      campos: vetor.campos ?? {},
    };
    if (!igual(obtido, esperado)) falhas.push({ vetor, obtido });
    if (vetor.modo === "estrito" && !("uf" in vetor) && documento.valido(vetor.value) !== vetor.valid) {
      falhas.push({ vetor, obtido: "valido() disagrees" });
    }
    const [codigo] = documento.validarColuna([vetor.value], opcoes);
    if (codigo !== (vetor.motivo ?? null)) falhas.push({ vetor, obtido: { coluna: codigo } });
  }
  return falhas;
}

/** @param {typeof import("smartbill-automation/validation")} v */
export function conferirModelos(v, casos) {
  const falhas = [];
  for (const caso of casos) {
    const esquema = v[caso.modelo.toLowerCase()];
    for (const [idioma, lingua] of [["pt-BR", "pt"], ["en", "en"]]) {
      const opcoes = { modo: caso.modo, intent: caso.intencao, hoje: caso.hoje, idioma };
      const { valido, erros, avisos } = esquema.validar(caso.entrada, opcoes);
      const obtido = [...erros, ...avisos].map((a) => [a.path, a.code, a.severity, a.message]);
      const linha = (a) => [a.path, a.code, a.severity, a[lingua]];
      const de = (severidade) => caso.violacoes.filter((a) => a.severity === severidade).map(linha);
      const esperado = [...de("error"), ...de("warning")];
      if (!igual(obtido, esperado) || valido !== (de("error").length === 0)) falhas.push({ caso: caso.nome, obtido, esperado });
      if (esquema.valido(caso.entrada, opcoes) !== valido) falhas.push({ caso: caso.nome, obtido: "valido() disagrees" });
    }
  }
  return falhas;
}

const igual = (a, b) => JSON.stringify(ordenado(a)) === JSON.stringify(ordenado(b));

function ordenado(v) {
  if (Array.isArray(v)) return v.map(ordenado);
  if (v === null || typeof v !== "object") return v;
  return Object.fromEntries(Object.keys(v).sort().map((k) => [k, ordenado(v[k])]));
}

export const DOCUMENTOS = [
  "boleto", "brcode", "cep", "chave_dfe", "cnpj", "cpf", "cpf_cnpj", "email", "ie", "municipio", "pix_chave", "telefone", "uf",
];
