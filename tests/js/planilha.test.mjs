// Spreadsheets as a page or a back end has them: read from a File or from bytes, given back marked, written.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { escrever, isSmartbillError, ler, modelo, relatorio } from "smartbill-automation/planilha";

const arquivo = (caminho) => readFileSync(new URL(`../../${caminho}`, import.meta.url));
const DO_ERP = "examples/python/dados/clientes.xls";
const esperado = JSON.parse(arquivo("examples/python/dados/esperado.json")).clientes;

test("the old ERP's .xls: every row, and each bad one with its cell", async () => {
  const lida = await ler("clientes", arquivo(DO_ERP));
  // Of two rows with the same code or document nobody can tell the right one: the first is held back as well.
  const primeiras = [5, 11];
  assert.deepEqual([lida.formato, lida.aba, lida.linhas.length, lida.aceitas], ["xls", esperado.planilha, esperado.lidas, esperado.aceitas - primeiras.length]);
  const ruins = lida.linhas.filter((l) => !l.aceita);
  const esperadas = new Set([...primeiras, ...esperado.rejeitadas.map((r) => r.linha)]);
  assert.deepEqual(ruins.map((l) => l.linha), [...esperadas].sort((a, b) => a - b));
  for (const { linha, coluna, cabecalho, valor } of esperado.rejeitadas) {
    const problemas = ruins.find((l) => l.linha === linha).problemas;
    assert.ok(problemas.some((p) => p.coluna === coluna && p.cabecalho === cabecalho && p.valor === String(valor ?? "")), `${coluna}${linha}: ${JSON.stringify(problemas)}`);
  }
  for (const { aceita, registro } of lida.linhas) assert.equal(registro !== undefined, aceita);
});

test("a File, a Blob, an ArrayBuffer and bytes are one file", async () => {
  const bytes = arquivo("tests/fixtures/planilha/consumos.xlsx");
  const exato = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const lidas = await Promise.all([bytes, exato, new Blob([bytes]), new File([bytes], "consumos.xlsx")].map((f) => ler("consumos", f)));
  for (const lida of lidas) assert.deepEqual(lida, lidas[0]);
  assert.equal(lidas[0].formato, "xlsx");
  assert.ok(lidas[0].linhas.length > 0);
});

test("each kind by its bytes, not by its name", async () => {
  for (const [nome, fluxo, formato] of [["clientes.xls", "clientes", "xls"], ["clientes.ods", "clientes", "ods"], ["consumos.xlsb", "consumos", "xlsb"],
    ["consumos.xlsx", "consumos", "xlsx"], ["consumos_cp1252.csv", "consumos", "csv"]]) {
    const lida = await ler(fluxo, new File([arquivo(`tests/fixtures/planilha/${nome}`)], "exportado.dat"));
    assert.equal(lida.formato, formato, nome);
    assert.ok(lida.linhas.length > 0, nome);
  }
});

test("files that cannot be read say why, in the language asked for", async () => {
  for (const nome of ["com_senha.xlsx", "html_renomeado.xls", "vazia.xls"]) {
    const falhas = await Promise.all(["pt-BR", "en"].map((idioma) =>
      ler("clientes", arquivo(`tests/fixtures/planilha/${nome}`), { idioma }).then(() => assert.fail(nome), (e) => e)));
    for (const e of falhas) assert.ok(isSmartbillError(e) && e.code === "spreadsheet", String(e.stack));
    assert.notEqual(falhas[0].message, falhas[1].message, nome);
    const deArquivo = await ler("clientes", new File([arquivo(`tests/fixtures/planilha/${nome}`)], nome)).then(() => assert.fail(nome), (e) => e);
    assert.match(deArquivo.message, new RegExp(`^${nome}: .`));
  }
});

test("of rows that repeat a key none is taken, as in an import", async () => {
  const csv = new TextEncoder().encode("Cód. Externo;Razão Social;CPF\nA;Ana Maria;52998224725\nB;Bia Maria;11144477735\nA;Ana Maria;39053344705\nA;Ana;86288366757\n");
  const lida = await ler("clientes", csv);
  assert.deepEqual([lida.aceitas, lida.rejeitadas], [1, 3]);
  assert.deepEqual(lida.linhas.map((l) => [l.linha, l.aceita, l.registro !== undefined]), [[2, false, false], [3, true, true], [4, false, false], [5, false, false]]);
  assert.deepEqual(lida.linhas[0].problemas.map((p) => [p.coluna, p.codigo, p.mensagem]), [["A", "linha_duplicada", lida.linhas[2].problemas[0].mensagem.replace("2", "4")]]);
});

test("options change how a file is read", async () => {
  const csv = new TextEncoder().encode("Chave;Razão Social;CNPJ / CPF;E-mail\nC-1;Mercado Aurora;12abc34501de35;\n");
  const [linha] = (await ler("clientes", csv, { mapa: { Chave: "codigoExterno" } })).linhas;
  assert.deepEqual([linha.registro.codigoExterno, linha.registro.cpfCnpj], ["C-1", "12ABC34501DE35"]);
  assert.equal((await ler("clientes", csv, { mapa: { Chave: "" }, modo: "estrito" })).aceitas, 0);
  const [pt, en] = await Promise.all(["pt-BR", "en"].map(async (idioma) => (await ler("clientes", csv, { modo: "estrito", idioma })).linhas[0].problemas[0].mensagem));
  assert.notEqual(pt, en);
  const consumos = new TextEncoder().encode("Contrato;Serviço;Competência;Quantidade\nK-1;SMS;10/2026;1,234.56\n");
  assert.equal((await ler("consumos", consumos, { decimalComPonto: true })).linhas[0].registro.quantidade, "1234.56");
});

test("the report is the sheet itself, marked, and can be read again", async () => {
  const bytes = arquivo(DO_ERP);
  const { linhas } = await ler("clientes", bytes);
  const resultados = linhas.map(({ linha, aceita, problemas: [p] }) => (aceita
    ? { linha, situacao: "created" }
    : { linha, situacao: "rejeitada", codigo: p.codigo, mensagem: p.mensagem, celulas: p.coluna ? [{ coluna: p.coluna, mensagem: p.mensagem }] : [] }));
  const xlsx = await relatorio("clientes", bytes, resultados);
  assert.equal(Buffer.from(xlsx.subarray(0, 2)).toString(), "PK");
  const outra = await ler("clientes", xlsx);
  assert.equal(outra.formato, "xlsx");
  assert.deepEqual(outra.linhas.map((l) => [l.linha, l.aceita]), linhas.map((l) => [l.linha, l.aceita]));
});

test("what is written is read back the same: documents as text, decimals exact", async () => {
  const registros = [
    { codigoExterno: "0001", nome: "=HYPERLINK(1)", tipoPessoa: "JURIDICA", cpfCnpj: "12ABC34501DE35", endereco: { cep: "01310100", uf: "SP" } },
    { codigoExterno: "0002", nome: "José d'Ávila", tipoPessoa: "FISICA", cpfCnpj: "00000000191" },
  ];
  for (const formato of ["xlsx", "csv"]) {
    const lida = await ler("clientes", escrever("clientes", registros, { formato }));
    assert.equal(lida.formato, formato);
    const lidos = lida.linhas.map((l) => ({ ...l.campos }));
    assert.deepEqual(lidos.map((c) => [c.codigoExterno, c.nome, c.cpfCnpj]), registros.map((r) => [r.codigoExterno, r.nome, r.cpfCnpj]), formato);
  }
  const cobrancas = [{ numero: "1", clienteNome: "Aurora", valorOriginal: "1234567890123.45", dataVencimento: "2026-12-10", situacao: "EM_ABERTO" }];
  const [linha] = (await ler("cobrancas", escrever("cobrancas", cobrancas, { formato: "csv" }))).linhas;
  assert.equal(linha.registro.valorOriginal, "1234567890123.45");
});

test("a long list is written record by record, from anything that can be walked", async () => {
  function* muitos(n) {
    for (let i = 0; i < n; i++) yield { idExterno: `U-${i}`, contratoCodigoExterno: "K-1", servicoCodigo: "SMS", competencia: "2026-10", quantidade: `${i}.5`, descricao: "uso" };
  }
  // More fields than one value may have.
  const linhas = new TextDecoder().decode(escrever("consumos", muitos(200_000), { formato: "csv" })).trimEnd().split("\r\n");
  assert.equal(linhas.length, 200_001);
  assert.match(linhas.at(-1), /U-199999;.*199999,5/);
});

test("the model to fill in is read without a complaint about its columns", async () => {
  for (const fluxo of ["clientes", "consumos", "cobrancas"]) {
    const lida = await ler(fluxo, modelo(fluxo));
    assert.ok(lida.colunas.length > 3 && lida.colunas.every((c) => c.campo !== null), fluxo);
  }
});
