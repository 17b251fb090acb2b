// Tests spreadsheets in a page or a back end: read from a File or from bytes, returned with marks, and written.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { isSmartbillError, read, readTable, report, template, write } from "smartbill-automation/planilha";

const readFile = (path) => readFileSync(new URL(`../../${path}`, import.meta.url));
const ERP_FILE = "examples/python/data/clientes.xls";
const expected = JSON.parse(readFile("examples/python/data/expected.json")).clientes;

test("the old ERP's .xls: every row, and each bad one with its cell", async () => {
  const parsed = await read("clientes", readFile(ERP_FILE));
  // Of two rows with the same code or document, nobody can tell the right one, so the first is rejected as well.
  const firstOf = [5, 11];
  assert.deepEqual(
    [parsed.format, parsed.sheet, parsed.rows.length, parsed.accepted],
    ["xls", expected.sheet, expected.read, expected.accepted - firstOf.length],
  );
  const bad = parsed.rows.filter((l) => !l.accepted);
  const expectedRows = new Set([...firstOf, ...expected.rejected.map((r) => r.row)]);
  assert.deepEqual(
    bad.map((l) => l.number),
    [...expectedRows].sort((a, b) => a - b),
  );
  for (const { row, column, header, value } of expected.rejected) {
    const findings = bad.find((l) => l.number === row).findings;
    assert.ok(
      findings.some(({ place: p }) => p.column === column && p.header === header && p.value === String(value ?? "")),
      `${column}${row}: ${JSON.stringify(findings)}`,
    );
  }
  for (const { accepted, record } of parsed.rows) assert.equal(record !== undefined, accepted);
});

test("a password opens a workbook, and a wrong one says what to do", async () => {
  const file = readFile("tests/fixtures/sheets/encrypted_2010.xlsx");
  const { rows } = await readTable(file, { password: "segredo" });
  assert.deepEqual(rows[1], ["C-1", "Padaria São João", "06.990.590/0001-23"]);
  assert.equal((await read("clientes", file, { password: "segredo" })).accepted, 1);
  for (const password of [undefined, "errada"]) {
    const wrong = readTable(file, { password, language: "en" });
    await assert.rejects(wrong, { code: "spreadsheet", message: /give it as `password`/ });
  }
});

test("a bad telephone does not cost the customer", async () => {
  const csv = new TextEncoder().encode("Nome;CPF;Telefone;Celular\nAna Maria;52998224725;(11) 3456-789;98021-5852\n");
  const [row] = (await read("clientes", csv, { language: "en", ddd: "48" })).rows;
  assert.deepEqual([row.accepted, row.record.telefone, row.record.celular], [true, undefined, "+5548980215852"]);
  assert.deepEqual(
    row.findings.map(({ place, severity }) => [place.column, place.header, place.value, severity]),
    [["C", "Telefone", "(11) 3456-789", "warning"]],
  );
  assert.match(row.findings[0].message, /; field left out$/);
  assert.equal((await read("clientes", csv, { optional: "refuse" })).accepted, 0);
});

test("a File, a Blob, an ArrayBuffer and bytes are one file", async () => {
  const bytes = readFile("tests/fixtures/sheets/consumos.xlsx");
  const exact = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const all = await Promise.all(
    [bytes, exact, new Blob([bytes]), new File([bytes], "consumos.xlsx")].map((f) => read("consumos", f)),
  );
  for (const parsed of all) assert.deepEqual(parsed, all[0]);
  assert.equal(all[0].format, "xlsx");
  assert.ok(all[0].rows.length > 0);
});

test("each kind by its bytes, not by its name", async () => {
  for (const [name, flow, format] of [
    ["clientes.xls", "clientes", "xls"],
    ["clientes.ods", "clientes", "ods"],
    ["consumos.xlsb", "consumos", "xlsb"],
    ["consumos.xlsx", "consumos", "xlsx"],
    ["html_renamed.xls", "clientes", "html"],
    ["consumos_cp1252.csv", "consumos", "csv"],
  ]) {
    const parsed = await read(flow, new File([readFile(`tests/fixtures/sheets/${name}`)], "exportado.dat"));
    assert.equal(parsed.format, format, name);
    assert.ok(parsed.rows.length > 0, name);
  }
});

test("files that cannot be read say why, in the language asked for", async () => {
  for (const name of ["encrypted.xlsx", "empty.xls"]) {
    const failures = await Promise.all(
      ["pt-BR", "en"].map((language) =>
        read("clientes", readFile(`tests/fixtures/sheets/${name}`), { language }).then(
          () => assert.fail(name),
          (e) => e,
        ),
      ),
    );
    for (const e of failures) assert.ok(isSmartbillError(e) && e.code === "spreadsheet", String(e.stack));
    assert.notEqual(failures[0].message, failures[1].message, name);
    const ofFile = await read("clientes", new File([readFile(`tests/fixtures/sheets/${name}`)], name)).then(
      () => assert.fail(name),
      (e) => e,
    );
    assert.match(ofFile.message, new RegExp(`^${name}: .`));
  }
});

test("of rows that repeat a key none is taken, as in an import", async () => {
  const csv = new TextEncoder().encode(
    "Cód. Externo;Razão Social;CPF\nA;Ana Maria;52998224725\nB;Bia Maria;11144477735\nA;Ana Maria;39053344705\nA;Ana;86288366757\n",
  );
  const parsed = await read("clientes", csv);
  assert.deepEqual([parsed.accepted, parsed.rejected], [1, 3]);
  assert.deepEqual(
    parsed.rows.map((l) => [l.number, l.accepted, l.record !== undefined]),
    [
      [2, false, false],
      [3, true, true],
      [4, false, false],
      [5, false, false],
    ],
  );
  assert.deepEqual(
    parsed.rows[0].findings.map((p) => [p.place.column, p.code, p.message]),
    [["A", "linha_duplicada", parsed.rows[2].findings[0].message.replace("2", "4")]],
  );
});

test("options change how a file is read", async () => {
  const csv = new TextEncoder().encode("Chave;Razão Social;CNPJ / CPF;E-mail\nC-1;Mercado Aurora;12abc34501de35;\n");
  const [row] = (await read("clientes", csv, { columns: { Chave: "codigoExterno" } })).rows;
  assert.deepEqual([row.record.codigoExterno, row.record.cpfCnpj], ["C-1", "12ABC34501DE35"]);
  assert.equal((await read("clientes", csv, { columns: { Chave: "" }, mode: "strict" })).accepted, 0);
  const [pt, en] = await Promise.all(
    ["pt-BR", "en"].map(
      async (language) => (await read("clientes", csv, { mode: "strict", language })).rows[0].findings[0].message,
    ),
  );
  assert.notEqual(pt, en);
  const consumos = new TextEncoder().encode("Contrato;Serviço;Competência;Quantidade\nK-1;SMS;10/2026;1,234.56\n");
  assert.equal((await read("consumos", consumos, { decimalPoint: true })).rows[0].record.quantidade, "1234.56");
});

test("the report is the sheet itself, marked, and can be read again", async () => {
  const bytes = readFile(ERP_FILE);
  const { rows } = await read("clientes", bytes);
  const results = rows.map(({ number: row, accepted, findings: [p] }) =>
    accepted
      ? { number: row, state: "created" }
      : {
          number: row,
          state: "rejeitada",
          code: p.code,
          message: p.message,
          cells: p.place.column ? [{ column: p.place.column, message: p.message }] : [],
        },
  );
  const xlsx = await report("clientes", bytes, results);
  assert.equal(Buffer.from(xlsx.subarray(0, 2)).toString(), "PK");
  const other = await read("clientes", xlsx);
  assert.equal(other.format, "xlsx");
  assert.deepEqual(
    other.rows.map((l) => [l.number, l.accepted]),
    rows.map((l) => [l.number, l.accepted]),
  );
});

test("what is written is read back the same: documents as text, decimals exact", async () => {
  const records = [
    {
      codigoExterno: "0001",
      nome: "=HYPERLINK(1)",
      tipoPessoa: "JURIDICA",
      cpfCnpj: "12ABC34501DE35",
      endereco: { cep: "01310100", uf: "SP" },
    },
    { codigoExterno: "0002", nome: "José d'Ávila", tipoPessoa: "FISICA", cpfCnpj: "00000000191" },
  ];
  for (const format of ["xlsx", "csv"]) {
    const parsed = await read("clientes", write("clientes", records, { format }));
    assert.equal(parsed.format, format);
    const fields = parsed.rows.map((l) => ({ ...l.fields }));
    assert.deepEqual(
      fields.map((c) => [c.codigoExterno, c.nome, c.cpfCnpj]),
      records.map((r) => [r.codigoExterno, r.nome, r.cpfCnpj]),
      format,
    );
  }
  const cobrancas = [
    {
      numero: "1",
      clienteNome: "Aurora",
      valorOriginal: "1234567890123.45",
      dataVencimento: "2026-12-10",
      situacao: "EM_ABERTO",
    },
  ];
  const [row] = (await read("cobrancas", write("cobrancas", cobrancas, { format: "csv" }))).rows;
  assert.equal(row.record.valorOriginal, "1234567890123.45");
});

test("a long list is written record by record, from anything that can be walked", async () => {
  function* many(n) {
    for (let i = 0; i < n; i++)
      yield {
        idExterno: `U-${i}`,
        contratoCodigoExterno: "K-1",
        servicoCodigo: "SMS",
        competencia: "2026-10",
        quantidade: `${i}.5`,
        descricao: "uso",
      };
  }
  // This has more fields than one value may have.
  const rows = new TextDecoder()
    .decode(write("consumos", many(200_000), { format: "csv" }))
    .trimEnd()
    .split("\r\n");
  assert.equal(rows.length, 200_001);
  assert.match(rows.at(-1), /U-199999;.*199999,5/);
});

test("the model to fill in is read without a complaint about its columns", async () => {
  for (const flow of ["clientes", "consumos", "cobrancas"]) {
    const parsed = await read(flow, template(flow));
    assert.ok(parsed.columns.length > 3 && parsed.columns.every((c) => c.field !== null), flow);
    const skipped = flow === "cobrancas" ? [] : ["exemplo"];
    assert.deepEqual([parsed.rows, parsed.skipped.map((row) => row.reason)], [[], skipped]);
  }
});

test("a sheet is read as it stands", async () => {
  const table = await readTable(Buffer.from('Nome;Valor\n\nAna;"1,5"\n'), { name: "a.csv" });
  const rows = [["Nome", "Valor"], [], ["Ana", "1,5"]];
  assert.deepEqual(table, { format: "csv", sheet: "a.csv", sheets: ["a.csv"], rows, texts: rows });
  const named = (sheet) => readTable(Buffer.from("Nome\nAna\n"), { name: "a.csv", sheet, language: "en" });
  assert.deepEqual([(await named("a.csv")).rows.length, (await named("A")).rows.length], [2, 2]);
  await assert.rejects(named("Plan1"), { code: "spreadsheet", message: /has no sheets.*`Plan1`; leave out `sheet`/ });
  const book = await readTable(readFile("tests/fixtures/sheets/protheus.xml"));
  assert.deepEqual(book.rows[2].slice(0, 4), ["49-25", "RP50", "2021-07-06", 130]);
  assert.deepEqual(book.texts[2].slice(0, 4), ["49-25", "RP50", "06/07/2021", "130"]);
  const few = { limits: { columns: 3 }, language: "en" };
  await assert.rejects(readTable(readFile(ERP_FILE), few), { code: "spreadsheet", message: /more than 3 columns/ });
});

test("a sheet is read in the dialect of its system, or in one of the caller's", async () => {
  const sheet = Buffer.from("A1_COD;A1_LOJA;A1_NOME;A1_CGC\n7;01;Ana Souza;52998224725\n");
  const protheus = await read("clientes", sheet);
  assert.equal(protheus.dialect, "Protheus");
  assert.equal(protheus.rows[0].record.codigoExterno, "7-01");
  const own = 'name = "Acme"\nflow = "clientes"\n[columns]\nBEZ = "nome"\nSTEUER = "cpfCnpj"\n';
  const other = Buffer.from("BEZ;STEUER\nBia Lima;11144477735\n");
  const acme = await read("clientes", other, { dialect: own });
  assert.deepEqual([acme.dialect, acme.accepted], ["Acme", 1]);
  assert.equal((await read("clientes", Buffer.from("Nome;CPF\nBia Lima;11144477735\n"))).dialect, null);
  for (const dialect of ["acne", own.replace('"nome"', '"nomme"')]) {
    await assert.rejects(read("clientes", other, { dialect }), { name: "SmartbillError", code: "spreadsheet" });
  }
});

test("text of fixed columns is read by its layout", async () => {
  const layout = [
    ["Nome", 1, 10],
    ["CPF", 11, 11],
  ]
    .map(([name, start, length]) => `[[column]]\nname = "${name}"\nstart = ${start}\nlength = ${length}\n`)
    .join("");
  const parsed = await read("clientes", Buffer.from("Ana Souza 52998224725\nBia Lima  11144477736\n"), { layout });
  assert.deepEqual(
    parsed.rows.map((row) => [row.number, row.accepted]),
    [
      [1, true],
      [2, false],
    ],
  );
});

test("a mapping is made once, and an optional field that is wrong does not cost the row", async () => {
  const options = {
    columns: { "COD": "codigoExterno", "FULANO": "nome", "DOC": "cpfCnpj", "TP": "tipoPessoa" },
    values: { tipoPessoa: { 1: "FISICA", 2: "JURIDICA" } },
    defaults: { "endereco.uf": "Santa Catarina" },
  };
  const made = await read(
    "clientes",
    Buffer.from("COD;FULANO;DOC;TP;Telefone\n1;Ana Souza;52998224725;1;???\n"),
    options,
  );
  assert.deepEqual(
    [made.accepted, made.rows[0].record.tipoPessoa, made.rows[0].record.endereco],
    [1, "FISICA", { uf: "SC" }],
  );
  const [finding] = made.rows[0].findings;
  assert.deepEqual([finding.severity, finding.message.endsWith("campo deixado de fora")], ["warning", true]);
  const other = Buffer.from("TP;DOC;FULANO;COD;Telefone\n2;11222333000181;Mercado Aurora;2;33334444\n");
  const again = await read("clientes", other, { mapping: made.mapping, ddd: "48" });
  assert.deepEqual([again.rows[0].record.tipoPessoa, again.rows[0].record.telefone], ["JURIDICA", "+554833334444"]);
  assert.equal(again.mapping, made.mapping);
  const refused = await read("clientes", Buffer.from("Nome;CPF;Telefone\nAna Souza;52998224725;???\n"), {
    optional: "refuse",
  });
  assert.equal(refused.rejected, 1);
  for (const wrong of [{ mapping: "x" }, { ddd: "20" }, { optional: "x" }, { values: { tipoPessoa: 1 } }]) {
    await assert.rejects(read("clientes", other, wrong), { name: "SmartbillError", code: "configuration" });
  }
});

test("columns of months become rows, and readings become usage", async () => {
  const sheet = Buffer.from(
    "Contrato;Serviço;ID;Dez anterior;Jan;Fev;Mar\nCT-1;AGUA;A1;10;15,5;15,5;12\nCT-1;AGUA;A2;;;;\n",
  );
  const mapping = "[months]\nyear = 2026\nreading = true\n";
  const made = await read("consumos", sheet, { mapping });
  assert.deepEqual(
    made.rows.map((row) => [row.number, row.column, row.accepted, row.record?.competencia, row.record?.quantidade]),
    [
      [2, "E", true, "2026-01", "5.5"],
      [2, "G", false, undefined, undefined],
    ],
  );
  assert.equal(made.rows[0].record.idExterno, "A1-2026-01");
  assert.deepEqual([made.rows[1].findings[0].code, made.rows[1].findings[0].place.header], ["leitura_menor", "Mar"]);
  assert.deepEqual(made.skipped, [
    { number: 2, reason: "sem_consumo", text: "Fev" },
    { number: 3, reason: "sem_leitura", text: "CT-1" },
  ]);
  assert.deepEqual(made.hidden, []);
  const again = await read("consumos", sheet, { mapping: made.mapping });
  assert.deepEqual(again.rows, made.rows);
});
