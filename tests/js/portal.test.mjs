// Tests the portal as a person uses it: built, served, and operated in a real Chromium.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createReadStream, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import http from "node:http";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";

import { chromium } from "playwright-core";
import { read } from "smartbill-automation/planilha";
import { createSandbox } from "smartbill-automation/sandbox";
import { createServer } from "../../examples/node/server.js";
import { chromiumPath } from "./browser.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const dist = path.join(root, "examples/web/dist");
const sheetFile = path.join(root, "examples/python/data/clientes.xls");
const screenshots = path.join(root, "target/screenshots");

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TYPES = {
  ".css": "text/css",
  ".html": "text/html",
  ".js": "text/javascript",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

let context;
let folder;
let page;
const opened = [];

/** Listens on a free port of loopback. */
async function listen(server) {
  opened.push(server);
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return `http://127.0.0.1:${server.address().port}`;
}

/** Serves the built page as any static host does. */
function staticServer() {
  return http.createServer((request, response) => {
    const pathname = new URL(request.url, "http://x").pathname;
    const file = path.join(dist, pathname === "/" ? "index.html" : path.normalize(pathname));
    if (!existsSync(file)) return response.writeHead(404).end();
    response.writeHead(200, { "content-type": TYPES[path.extname(file)] ?? "application/octet-stream" });
    createReadStream(file).pipe(response);
  });
}

/** Opens a fresh page, and collects all its complaints. */
async function open(base, width) {
  await page?.close();
  page = await context.newPage();
  await page.setViewportSize({ width, height: width < 500 ? 740 : 900 });
  page.setDefaultTimeout(15_000);
  const complaints = [];
  page.on("pageerror", (messageOf) => complaints.push(messageOf.message));
  // Violations of the policy are reported on the console too.
  page.on("console", (m) => ["error", "warning"].includes(m.type()) && complaints.push(m.text()));
  await page.addInitScript(AXE);
  await page.goto(base);
  await page.getByRole("heading", { level: 1 }).waitFor();
  return complaints;
}

const screenshot = (name, fullPage = true) =>
  page.screenshot({ path: path.join(screenshots, `${name}.png`), fullPage });
const go = async (area) => {
  await page.getByRole("navigation").getByRole("link", { name: area }).click();
  await page.getByRole("heading", { level: 1, name: area }).waitFor();
  // Messages about another area have disappeared.
  await page.locator(".toast").waitFor({ state: "detached" });
};
const rowOf = (text) => page.getByRole("row").filter({ hasText: text });

/** Walks with the Tab key to the field of a path, as a person without a mouse does. */
async function tabTo(field) {
  for (let i = 0; i < 60; i++) {
    if ((await page.evaluate(() => document.activeElement?.getAttribute("name"))) === field) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`the Tab key does not reach ${field}`);
}

async function typeInto(field, text) {
  await tabTo(field);
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type(text);
}

/** Checks that nothing is wider than the page. */
async function fits(width, where) {
  const actual = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(actual <= width, `${where} is ${actual} px wide in ${width}`);
}

/** Checks the parts of WCAG 2.2 AA that need no person: labels, roles, contrast, targets. */
async function accessible(where) {
  const results = await page.evaluate(() =>
    globalThis.axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }),
  );
  assert.ok(results.passes.length > 10, where);
  assert.deepEqual(
    results.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(" ")}`),
    [],
    where,
  );
}

before(async () => {
  execFileSync("npm", ["run", "build", "--workspace", "examples/web"], { cwd: root, stdio: "pipe" });
  mkdirSync(screenshots, { recursive: true });
  folder = mkdtempSync(path.join(os.tmpdir(), "portal-"));
  context = await chromium.launchPersistentContext(folder, {
    executablePath: chromiumPath(),
    headless: true,
    args: FLAGS,
    locale: "pt-BR",
    timezoneId: "America/Sao_Paulo",
    // An element that fades in has its full contrast only at the end.
    reducedMotion: "reduce",
    acceptDownloads: true,
    permissions: ["clipboard-read", "clipboard-write"],
  });
});

after(async () => {
  await context?.close();
  for (const server of opened) {
    server.close();
    server.closeAllConnections();
  }
  if (folder) rmSync(folder, { recursive: true, force: true });
});

for (const width of [1280, 360]) {
  test(`the main path at ${width} px`, { timeout: 120_000 }, async (t) => {
    const base = await listen(staticServer());
    const complaints = await open(base, width);

    await t.test("skips to the content by keyboard", async () => {
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      assert.equal(await page.evaluate(() => document.activeElement?.id), "content");
      await fits(width, "the list of customers");
      await accessible("the list of customers");
      await screenshot(`clientes-${width}`);
    });

    await t.test("registers a customer, by keyboard only", async () => {
      await page.getByRole("link", { name: "Novo cliente" }).focus();
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { level: 1, name: "Novo cliente" }).waitFor();

      await typeInto("cpfCnpj", "12abc34501de36");
      await typeInto("email", "financeiro@@exemplo");
      await typeInto("endereco.cep", "20040020");
      await tabTo("endereco.uf");
      assert.equal(await page.locator("#field-endereco-uf").inputValue(), "RJ", "the CEP tells its state");
      await page.keyboard.type("SP");
      await page.keyboard.press("Tab");
      const warning = page.locator("#field-endereco-cep-warning");
      assert.equal(await warning.getAttribute("data-code"), "divergente");
      await page.keyboard.press("Enter");

      const summary = page.getByRole("alert").filter({ hasText: "a corrigir" });
      await summary.waitFor();
      assert.ok(await summary.evaluate((el) => el === document.activeElement), "the summary has the focus");
      const documento = page.locator("#field-cpfCnpj");
      assert.equal(await documento.getAttribute("aria-invalid"), "true");
      assert.match(await documento.getAttribute("aria-describedby"), /field-cpfCnpj-error/);
      assert.equal(await page.locator("#field-cpfCnpj-error").getAttribute("data-code"), "digito_verificador");
      assert.equal(await page.locator("#field-nome-error").innerText(), "Campo obrigatório");
      await fits(width, "the form");
      await accessible("the form");
      const texts = await summary.getByRole("link").allInnerTexts();
      assert.deepEqual(texts, ["CPF ou CNPJ", "Nome ou razão social", "E-mail"], "in the order of the page");
      await screenshot(`cliente-erros-${width}`);

      // The core gives the same findings in the other language.
      await page.getByLabel("Idioma").selectOption("en");
      assert.equal(await page.locator("#field-nome-error").innerText(), "Required field");
      await page.getByLabel("Language").selectOption("pt-BR");

      await documento.focus();
      await typeInto("cpfCnpj", "12abc34501de35");
      assert.equal(await documento.inputValue(), "12.ABC.345/01DE-35", "the document takes its official form");
      await page.getByText("CNPJ alfanumérico").waitFor();
      await typeInto("nome", "Padaria Aurora Ltda");
      await typeInto("email", "financeiro@exemplo.com.br");
      await typeInto("celular", "11987654321");
      assert.equal(await page.locator("#field-celular").inputValue(), "(11) 98765-4321");
      await typeInto("endereco.cep", "01310100");
      assert.equal(await warning.count(), 0);
      await page.getByText("Tudo certo para salvar").waitFor();
      await screenshot(`cliente-certo-${width}`);
      await page.keyboard.press("Enter");

      await page.getByText("Padaria Aurora Ltda foi salvo.").waitFor();
      await rowOf("12.ABC.345/01DE-35").waitFor();
    });

    await t.test("shows what the platform says of a field", async () => {
      const incluir = async (code, name) => {
        await go("Clientes");
        await page.getByRole("link", { name: "Novo cliente" }).click();
        await page.getByLabel("CPF ou CNPJ").fill("11.222.333/0001-81");
        await page.getByLabel("Nome ou razão social").fill(name);
        await page.getByLabel("Código externo").fill(code);
        await page.getByRole("button", { name: "Salvar cliente" }).click();
      };
      await incluir("REPETIDO-1", "Mercado Antigo");
      await page.getByText("Mercado Antigo foi salvo.").waitFor();
      await incluir("REPETIDO-1", "Mercado Novo");
      await page.locator("#field-codigoExterno-error").waitFor();
      assert.equal(await page.locator("#field-codigoExterno").getAttribute("aria-invalid"), "true");
      await screenshot(`cliente-recusado-${width}`);
    });

    await t.test("changes a customer, and empties what was emptied", async () => {
      await go("Clientes");
      await page.getByLabel("Buscar").fill("Serra Azul");
      await page.getByRole("link", { name: "Transportes Serra Azul S.A." }).click();
      await page.getByRole("heading", { level: 1, name: "Editar cliente" }).waitFor();
      assert.equal(await page.getByLabel("CPF ou CNPJ").inputValue(), "DE.MO0.002/0001-51");
      await page.getByLabel("Nome fantasia").fill("");
      await page.getByLabel("Nome ou razão social").fill("");
      await page.getByLabel("Município", { exact: true }).fill("");
      await page.getByRole("button", { name: "Salvar cliente" }).click();
      assert.equal(await page.locator("#field-nome-error").getAttribute("data-code"), "obrigatorio");
      assert.equal(await page.locator("#field-endereco-municipio-error").getAttribute("data-code"), "nao_esvazia");
      await page.getByLabel("Nome ou razão social").fill("Serra Azul Logística S.A.");
      await page.getByLabel("Município", { exact: true }).fill("Caxias do Sul");
      await page.getByRole("button", { name: "Salvar cliente" }).click();
      await page.getByText("Serra Azul Logística S.A. foi salvo.").waitFor();
      await page.getByRole("link", { name: "Serra Azul Logística S.A." }).click();
      await page.getByRole("heading", { level: 1, name: "Editar cliente" }).waitFor();
      assert.equal(await page.getByLabel("Nome fantasia").inputValue(), "");
      assert.equal(await page.getByLabel("E-mail").inputValue(), "contas@serraazul.example");
    });

    await t.test("checks a spreadsheet before it is sent", async () => {
      await go("Planilha");
      const [chooser] = await Promise.all([
        page.waitForEvent("filechooser"),
        page.getByText("ou escolha um arquivo").click(),
      ]);
      await chooser.setFiles(sheetFile);
      await page.getByRole("tab", { name: /Com erro/ }).waitFor();
      const counts = await page.locator(".counts dd").allInnerTexts();
      // The core's findings in Node about the same file.
      const { rows, accepted, rejected } = await read("clientes", readFileSync(sheetFile), { name: "clientes.xls" });
      assert.ok(accepted > 200 && rejected > 10);
      assert.deepEqual(counts.map(Number), [rows.length, accepted, rejected]);
      const cells = await page
        .locator(".bad-rows tbody tr")
        .evaluateAll((trs) =>
          trs.map((tr) => [tr.querySelector("th").textContent, tr.querySelector("[data-code]").dataset.code]),
        );
      const expectedRows = rows.filter((l) => !l.accepted).flatMap((l) => l.findings);
      assert.deepEqual(
        cells,
        expectedRows.map((p) => [`${p.place.column ?? ""}${p.place.row}`, p.code]),
      );
      await fits(width, "the spreadsheet");
      await accessible("the spreadsheet");
      await screenshot(`planilha-${width}`);

      await page.getByRole("tab", { name: /Com erro/ }).focus();
      await page.keyboard.press("ArrowRight");
      assert.equal(await page.getByRole("tab", { name: /Prontas/ }).getAttribute("aria-selected"), "true");

      await page.getByRole("button", { name: /Enviar as/ }).click();
      await page.getByText("linhas foram aceitas").waitFor({ timeout: 60_000 });
      await screenshot(`planilha-enviada-${width}`);
      const [report] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("button", { name: /Baixar o relatório/ }).click(),
      ]);
      assert.equal(report.suggestedFilename(), "relatorio-clientes.xlsx");
      assert.equal(
        readFileSync(await report.path())
          .subarray(0, 2)
          .toString(),
        "PK",
      );
    });

    await t.test("takes a spreadsheet that is dropped", async () => {
      await page.getByRole("button", { name: "Escolher outra planilha" }).click();
      const content =
        "Cód. Externo;Razão Social;CNPJ / CPF\nZ-1;Oficina do Zé;11222333000181\nZ-2;Bar da Ana;11222333000182\n";
      const dropped = await page.evaluateHandle((text) => {
        const data = new DataTransfer();
        data.items.add(new File([text], "soltos.csv"));
        return data;
      }, content);
      await page.locator(".drop").dispatchEvent("dragover", { dataTransfer: dropped });
      await page.locator(".drop").dispatchEvent("drop", { dataTransfer: dropped });
      await page.getByRole("heading", { name: "soltos.csv" }).waitFor();
      assert.deepEqual((await page.locator(".counts dd").allInnerTexts()).map(Number), [2, 1, 1]);
      assert.equal(await page.locator(".bad-rows tbody th").innerText(), "C3");
    });

    await t.test("sends usage from a spreadsheet, and tells which row the platform refused", async () => {
      await page.getByRole("button", { name: "Escolher outra planilha" }).click();
      await page.getByRole("radio", { name: "Consumos" }).check();
      await page.getByRole("button", { name: "Usar uma planilha de exemplo" }).click();
      await page.getByRole("button", { name: "Enviar as 3 linhas prontas" }).click();
      await page.getByText("2 linhas foram aceitas.").waitFor();
      await page.getByText("1 linha foi recusada pela plataforma.").waitFor();
      await screenshot(`planilha-consumos-${width}`);
    });

    await t.test("makes a contract, activates it, and cancels another only with a reason", async () => {
      await go("Clientes");
      await page.getByLabel("Buscar").fill("Padaria Aurora");
      await rowOf("12.ABC.345/01DE-35").getByRole("link", { name: "Contratar" }).click();
      await page.getByRole("combobox", { name: "Serviço" }).selectOption({ index: 1 });
      await screenshot(`contratar-${width}`);
      await page.getByRole("button", { name: "Criar contrato" }).click();
      await page.getByText("Contrato criado.").waitFor();

      const card = page.locator(".contract").first();
      assert.equal(await card.locator("[data-situacao]").first().getAttribute("data-situacao"), "INATIVO");
      assert.deepEqual(await actions(card), ["ativar", "cancelar"], "only what the state allows");
      await card.locator("[data-action=ativar]").click();
      await page.getByRole("button", { name: "Ativar contrato" }).click();
      await page.getByText("Contrato ativado.").waitFor();
      assert.deepEqual((await actions(card)).sort(), ["cancelar", "desativar", "suspender"]);

      await card.locator("[data-action=cancelar]").click();
      await page.getByRole("button", { name: "Cancelar contrato" }).click();
      await page.locator("#field-motivo-error").waitFor();
      await accessible("the dialog of a contract");
      await screenshot(`contrato-cancelar-${width}`, false);
      await page.keyboard.press("Escape");
      await fits(width, "the contracts");
      await accessible("the contracts");
      await screenshot(`contratos-${width}`);
    });

    await t.test("records usage", async () => {
      await go("Consumos");
      await page.getByText("Incluir consumo").first().click();
      await page.getByLabel("Contrato").selectOption({ index: 1 });
      await page.getByLabel("Serviço").selectOption({ index: 1 });
      const incluir = page.getByRole("button", { name: "Incluir consumo" });
      await page.getByLabel("Quantidade").fill("1.234");
      await incluir.click();
      await page.locator("#field-quantidade-error").filter({ hasText: "mbíguo" }).waitFor();
      await page.getByLabel("Quantidade").fill("1.234,5");
      await page.getByText("Será lançado: 1.234,5").waitFor();
      await incluir.click();
      await page.getByText("Consumo incluído.").waitFor();
      await rowOf("1.234,5").waitFor();
      await fits(width, "the usage");
      await accessible("the usage");
      await screenshot(`consumos-${width}`);
    });

    await t.test("bills the month and shows the charge", async () => {
      await go("Cobranças");
      await page.getByRole("button", { name: "Faturar o mês" }).click();
      await page.getByText(/cobranças? emitidas?/).waitFor();
      await rowOf("Padaria Aurora Ltda").first().waitFor();
      await fits(width, "the charges");
      await accessible("the charges");
      await screenshot(`cobrancas-${width}`);
      await rowOf("Padaria Aurora Ltda")
        .first()
        .getByRole("button", { name: /Detalhes/ })
        .click();
      const row = await page.getByTestId("linha-digitavel").innerText();
      assert.equal(row.replace(/\D/g, "").length, 47);
      await page.getByRole("button", { name: "Copiar linha digitável" }).click();
      assert.equal(await page.evaluate(() => navigator.clipboard.readText()), row.replace(/\D/g, ""));
      assert.match(await page.getByTestId("pix").innerText(), /^000201/);
      const qr = page.getByAltText("QR code do PIX");
      assert.ok(await qr.evaluate((img) => img.complete && img.naturalWidth > 0), "the QR is drawn");
      await accessible("a charge");
      await screenshot(`cobranca-${width}`, false);
      await page.keyboard.press("Escape");

      const overdue = async () => await page.locator('[data-situacao="VENCIDA"]').count();
      const before = await overdue();
      await page.getByLabel("Quanto").selectOption("month");
      for (let i = 0; i < 2; i++) {
        await page.getByRole("button", { name: "Avançar o relógio" }).click();
        await page.getByText(/Agora é/).waitFor();
      }
      await page.waitForFunction((n) => document.querySelectorAll('[data-situacao="VENCIDA"]').length > n, before);
    });

    await t.test("reads well in the dark and in English", async () => {
      await page.emulateMedia({ colorScheme: "dark" });
      await page.getByLabel("Idioma").selectOption("en");
      await page.getByRole("heading", { level: 1, name: "Charges" }).waitFor();
      // No text is left in the other language.
      await page.locator(".toast").waitFor({ state: "detached" });
      await go("Contracts");
      await page.locator(".contract").first().waitFor();
      await accessible("the dark");
      await screenshot(`escuro-${width}`);
      await page.getByLabel("Language").selectOption("pt-BR");
      await page.emulateMedia({ colorScheme: "light" });
    });

    assert.deepEqual(complaints, [], "the console is quiet, and the policy is kept");
  });
}

const actions = (card) => card.locator("[data-action]").evaluateAll((buttons) => buttons.map((b) => b.dataset.action));

describe("behind the Node back end", () => {
  const TOKEN = "token-que-o-navegador-nao-ve";
  let base;
  let received;

  before(async () => {
    const sandbox = createSandbox({ token: TOKEN });
    received = [];
    // The sandbox over real HTTP, in place of the platform.
    const platform = http.createServer((request, response) => {
      const pieces = [];
      request.on("data", (chunk) => pieces.push(chunk));
      request.on("end", async () => {
        received.push({ method: request.method, url: request.url, headers: request.headers });
        const { host, connection, "content-length": _, ...headers } = request.headers;
        const body = pieces.length > 0 ? Buffer.concat(pieces) : undefined;
        const back = await sandbox.fetch(new URL(request.url, sandbox.baseUrl).href, {
          method: request.method,
          headers,
          body,
        });
        response.writeHead(back.status, { ...Object.fromEntries(back.headers), "set-cookie": "sessao=segredo" });
        response.end(Buffer.from(await back.arrayBuffer()));
      });
    });
    base = await listen(createServer({ baseUrl: await listen(platform), token: TOKEN, dist }));
  });

  test("the page talks to a real platform and never sees the token", { timeout: 60_000 }, async () => {
    const seen = [];
    const complaints = await open(base, 1280);
    page.on("response", async (r) => seen.push(JSON.stringify([r.request().headers(), await r.allHeaders()])));
    await page.getByRole("link", { name: "Novo cliente" }).click();
    assert.equal(await page.getByText("Demonstração").count(), 0);
    await page.getByLabel("CPF ou CNPJ").fill("11.222.333/0001-81");
    await page.getByLabel("Nome ou razão social").fill("Mercado Bom Preço");
    await page.getByRole("button", { name: "Salvar cliente" }).click();
    await rowOf("Mercado Bom Preço").waitFor();
    await go("Cobranças");
    assert.equal(await page.getByRole("button", { name: "Faturar o mês" }).count(), 0);

    assert.ok(received.some((p) => p.method === "POST" && p.url.startsWith("/api/v1/clientes")));
    for (const { headers } of received) {
      assert.equal(headers.authorization, `Bearer ${TOKEN}`);
      assert.equal(headers.cookie, undefined);
    }
    assert.ok(seen.length > 0);
    assert.doesNotMatch(seen.join(), /token-que|segredo/);
    assert.deepEqual(complaints, []);
  });

  test("what went wrong is told in no other language than the page's", { timeout: 120_000 }, async () => {
    const broken = http.createServer((_, answer) =>
      answer.writeHead(500, { "content-type": "application/json" }).end('{"mensagem":"erro da plataforma"}'),
    );
    await open(await listen(createServer({ baseUrl: await listen(broken), token: TOKEN, dist })), 1280);
    const alert = page.getByRole("alert");
    const told = async () => (await alert.allInnerTexts()).join("\n").split("\n").filter(Boolean);
    const leftIn = (portuguese) =>
      page.evaluate((lines) => lines.filter((line) => document.body.innerText.includes(line)), portuguese);

    // A list is read again in the other language.
    await alert.waitFor({ timeout: 60_000 });
    const list = (await told()).filter((line) => !line.includes("código"));
    assert.ok(list.length > 0);
    await page.getByLabel("Idioma").selectOption("en");
    await page.getByRole("heading", { level: 1, name: "Customers" }).waitFor();
    assert.deepEqual(await leftIn(list), []);
    await alert.waitFor({ timeout: 60_000 });
    await page.getByLabel("Language").selectOption("pt-BR");

    // The request is not sent again for this. Its message disappears, and its effect stays.
    await page.getByRole("link", { name: "Novo cliente" }).click();
    await page.getByLabel("CPF ou CNPJ").fill("11.222.333/0001-81");
    await page.getByLabel("Nome ou razão social").fill("Mercado Bom Preço");
    await page.getByRole("button", { name: "Salvar cliente" }).click();
    await alert.filter({ hasText: "Não se sabe se a plataforma gravou" }).waitFor({ timeout: 60_000 });
    const form = await told();
    await page.getByLabel("Idioma").selectOption("en");
    await page.getByRole("heading", { level: 1, name: "New customer" }).waitFor();
    assert.deepEqual(await leftIn(form), []);
    assert.match((await told()).join(), /This could not be done.*not known whether the platform recorded it/);
    await page.getByLabel("Language").selectOption("pt-BR");
    assert.deepEqual(await told(), form);
  });
});
