// Limits of spreadsheets, files that would exhaust a machine's memory, and damaged files: each ends in a typed error,
// in the chosen language.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { crc32, deflateRawSync } from "node:zlib";

import { isSmartbillError, read, report } from "smartbill-automation/planilha";
// This is the package's own module instance, so that its memory can be measured.
import { initSync } from "./node_modules/smartbill-automation/pkg/sheets.js";

const MIB = 1 << 20;
const fixture = (name) => readFileSync(new URL(`../fixtures/sheets/${name}`, import.meta.url));
const outcome = (promise) =>
  promise.then(
    (read) => read,
    (e) => {
      assert.ok(isSmartbillError(e) && e.code === "spreadsheet", String(e?.stack));
      return e;
    },
  );
/** The peak memory of a call. An instance's memory only grows, and another instance has its own memory. */
async function peak(use) {
  const { memory } = initSync();
  const before = memory.buffer.byteLength;
  const result = await use();
  return [result, memory.buffer.byteLength - before];
}

/** A ZIP archive. Each member is a list of texts. */
function archive(members) {
  const local = [],
    central = [];
  let at = 0;
  for (const [name, parts] of Object.entries(members)) {
    const body = Buffer.concat(parts.map((part) => Buffer.from(part)));
    // The member with the type must be readable without unpacking.
    const stored = name === "mimetype";
    const date = stored ? body : deflateRawSync(body);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(stored ? 0 : 8, 4);
    fields.writeUInt32LE(crc32(body), 10);
    fields.writeUInt32LE(date.length, 14);
    fields.writeUInt32LE(body.length, 18);
    fields.writeUInt16LE(name.length, 22);
    local.push(Buffer.from("PK\x03\x04"), fields, Buffer.from(name), date);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(at, 10);
    central.push(Buffer.from("PK\x01\x02\x14\x00"), fields, tail, Buffer.from(name));
    at += 30 + name.length + date.length;
  }
  const [files, directory] = [Buffer.concat(local), Buffer.concat(central)];
  const end = Buffer.alloc(18);
  const count = Object.keys(members).length;
  end.writeUInt16LE(count, 4);
  end.writeUInt16LE(count, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(files.length, 12);
  return Buffer.concat([files, directory, Buffer.from("PK\x05\x06"), end]);
}

const ODS =
  '<?xml version="1.0"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" ' +
  'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" ' +
  'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet><table:table>';
const ODS_END = "</table:table></office:spreadsheet></office:body></office:document-content>";
const cell = (text, attributes = "") =>
  `<table:table-cell office:value-type="string" ${attributes}><text:p>${text}</text:p></table:table-cell>`;
const row = (cells, attributes = "") => `<table:table-row ${attributes}>${cells.join("")}</table:table-row>`;
const ods = (rows, end = ODS_END) =>
  archive({
    mimetype: ["application/vnd.oasis.opendocument.spreadsheet"],
    "content.xml": [ODS, row([cell("Nome"), cell("CPF")]), rows, end],
  });

const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships";
const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const xlsx = (rows, texts) =>
  archive({
    "_rels/.rels": [
      `<Relationships xmlns='${PACKAGE}'><Relationship Id='a' Type='${OFFICE}/officeDocument' Target='xl/workbook.xml'/></Relationships>`,
    ],
    "xl/_rels/workbook.xml.rels": [
      `<Relationships xmlns='${PACKAGE}'><Relationship Id='a' Type='${OFFICE}/worksheet' Target='s.xml'/>` +
        `<Relationship Id='b' Type='${OFFICE}/sharedStrings' Target='t.xml'/></Relationships>`,
    ],
    "xl/workbook.xml": [
      `<workbook xmlns='${MAIN}' xmlns:r='${OFFICE}'><sheets><sheet name='A' sheetId='1' r:id='a'/></sheets></workbook>`,
    ],
    "xl/s.xml": [
      `<worksheet xmlns='${MAIN}'><sheetData>`,
      "<row><c t='str'><v>Nome</v></c><c t='str'><v>CPF</v></c></row>",
      ...rows,
      "</sheetData></worksheet>",
    ],
    "xl/t.xml": [`<sst xmlns='${MAIN}'>`, ...texts, "</sst>"],
  });

const LONG = Array(300).fill("x".repeat(MIB));
const BOMBS = {
  "spaces.ods": () => ods(row([cell('<text:s text:c="1000000000"/>'), cell("1")])),
  "rows.ods": () => ods(row([cell("Ana"), cell("1")], 'table:number-rows-repeated="1000000000"')),
  "columns.ods": () => ods(row([cell("Ana", 'table:number-columns-repeated="1000000000"')])),
  "endless.ods": () => ods(row([cell("Ana")]), ""),
  "cell.xlsx": () => xlsx(["<row><c t='inlineStr'><is><t>", ...LONG, "</t></is></c></row>"], []),
  "text.xlsx": () => xlsx(["<row><c t='s'><v>0</v></c></row>"], ["<si><t>", ...LONG, "</t></si>"]),
  "texts.xlsx": () => xlsx(["<row><c t='s'><v>0</v></c></row>"], Array(100).fill("<si><t>a</t></si>".repeat(50_000))),
};

for (const [name, make] of Object.entries(BOMBS)) {
  test(`${name} ends in little memory`, async () => {
    const bomb = make();
    assert.ok(bomb.length < MIB);
    const [result, grown] = await peak(() => outcome(read("clientes", bomb, { name })));
    assert.ok(grown < 200 * MIB, `${grown} bytes`);
    assert.ok(result instanceof Error || result.accepted === 0, JSON.stringify(result).slice(0, 300));
    // The memory is released, and the next file is read.
    assert.ok(initSync().memory.buffer.byteLength <= 33 * MIB);
    assert.ok((await read("consumos", fixture("consumos.xlsx"))).rows.length > 0);
  });
}

test("each limit can be set, and refuses what is beyond it", async () => {
  const wide = ods(
    row(Array.from({ length: 40 }, (_, i) => cell(`c${i}`))) +
      row([cell("Ana Maria"), cell("52998224725")]).repeat(300),
  );
  const said = new Set();
  for (const [limit, value] of Object.entries({
    bytes: 100,
    unpacked: 100,
    rows: 10,
    columns: 10,
    bytesPerRow: 10,
    memory: 100,
  })) {
    const limits = { [limit]: value };
    const messages = await Promise.all(
      ["pt-BR", "en"].map(async (language) => {
        const refused = await outcome(read("clientes", wide, { language, limits }));
        assert.ok(refused instanceof Error, `${limit}: ${JSON.stringify(refused).slice(0, 300)}`);
        return refused.message;
      }),
    );
    assert.notEqual(messages[0], messages[1], limit);
    said.add(messages[0]);
    assert.ok((await outcome(report("clientes", wide, [], { limits }))) instanceof Error, limit);
  }
  assert.equal(said.size, 6, [...said].join("\n"));
  const all = { bytes: MIB, unpacked: MIB, rows: 1000, columns: 50, bytesPerRow: 10_000, memory: MIB };
  assert.ok((await read("consumos", fixture("consumos.xlsx"), { limits: all })).rows.length > 0);
  await assert.rejects(read("clientes", wide, { limits: { ram: 1 } }), { code: "configuration" });
});

test("a byte of a workbook changed: read, or refused in the language asked for", async () => {
  for (const name of ["consumos.xlsb", "consumos.xlsx", "clientes.ods", "clientes.xls"]) {
    const whole = fixture(name);
    const damaged = Uint8Array.from(whole);
    const step = Math.ceil(whole.length / 400);
    for (let at = 0; at < whole.length; at += step) {
      damaged[at] = whole[at] === 0 ? 0xff : 0;
      const pt = await outcome(read("consumos", damaged, { name }));
      if (pt instanceof Error) {
        const en = await outcome(read("consumos", damaged, { language: "en", name }));
        assert.notEqual(pt.message, en.message, `${name}, byte ${at}`);
        assert.equal(pt.cause, undefined, `${name}, byte ${at}: the reader broke off`);
      }
      damaged[at] = whole[at];
    }
  }
});
