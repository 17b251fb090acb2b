// The portal as a person uses it: built, served, and clicked through in a real Chromium.

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
import { ler } from "smartbill-automation/planilha";
import { criarSandbox } from "smartbill-automation/sandbox";

import { caminhoDoChromium } from "./navegador.js";
import { criarServidor } from "../../examples/node/server.js";

const raiz = fileURLToPath(new URL("../../", import.meta.url));
const dist = path.join(raiz, "examples/web/dist");
const planilha = path.join(raiz, "examples/python/dados/clientes.xls");
const fotos = path.join(raiz, "target/screenshots");

const FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync"];
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TIPOS = { ".css": "text/css", ".html": "text/html", ".js": "text/javascript", ".svg": "image/svg+xml", ".wasm": "application/wasm" };

let contexto;
let pasta;
let pagina;
const abertos = [];

/** Listens on a free port of loopback. */
async function escutar(servidor) {
  abertos.push(servidor);
  await new Promise((pronto) => servidor.listen(0, "127.0.0.1", pronto));
  return `http://127.0.0.1:${servidor.address().port}`;
}

/** The built page as any static host serves it. */
function estatico() {
  return http.createServer((pedido, resposta) => {
    const caminho = new URL(pedido.url, "http://x").pathname;
    const arquivo = path.join(dist, caminho === "/" ? "index.html" : path.normalize(caminho));
    if (!existsSync(arquivo)) return resposta.writeHead(404).end();
    resposta.writeHead(200, { "content-type": TIPOS[path.extname(arquivo)] ?? "application/octet-stream" });
    createReadStream(arquivo).pipe(resposta);
  });
}

/** A fresh page, with everything that it complains of. */
async function abrir(base, largura) {
  await pagina?.close();
  pagina = await contexto.newPage();
  await pagina.setViewportSize({ width: largura, height: largura < 500 ? 740 : 900 });
  pagina.setDefaultTimeout(15_000);
  const queixas = [];
  pagina.on("pageerror", (erro) => queixas.push(erro.message));
  // Violations of the policy are told on the console too.
  pagina.on("console", (m) => ["error", "warning"].includes(m.type()) && queixas.push(m.text()));
  await pagina.addInitScript(AXE);
  await pagina.goto(base);
  await pagina.getByRole("heading", { level: 1 }).waitFor();
  return queixas;
}

const foto = (nome, fullPage = true) => pagina.screenshot({ path: path.join(fotos, `${nome}.png`), fullPage });
const ir = async (area) => {
  await pagina.getByRole("navigation").getByRole("link", { name: area }).click();
  await pagina.getByRole("heading", { level: 1, name: area }).waitFor();
  assert.equal(await pagina.locator(".toast").count(), 0, "what was said of another area is gone");
};
const linhaDe = (texto) => pagina.getByRole("row").filter({ hasText: texto });

/** Walks with the Tab key to the field of a path, as somebody without a mouse does. */
async function tabularAte(campo) {
  for (let i = 0; i < 60; i++) {
    if ((await pagina.evaluate(() => document.activeElement?.getAttribute("name"))) === campo) return;
    await pagina.keyboard.press("Tab");
  }
  assert.fail(`the Tab key does not reach ${campo}`);
}

async function digitar(campo, texto) {
  await tabularAte(campo);
  await pagina.keyboard.press("ControlOrMeta+a");
  await pagina.keyboard.type(texto);
}

/** Nothing is wider than the page. */
async function cabe(largura, onde) {
  const ocupada = await pagina.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(ocupada <= largura, `${onde} is ${ocupada} px wide in ${largura}`);
}

/** Labels, roles, contrast, targets: what can be checked of WCAG 2.2 AA without a person. */
async function acessivel(onde) {
  const achados = await pagina.evaluate(() => globalThis.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
  assert.ok(achados.passes.length > 10, onde);
  assert.deepEqual(achados.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(" ")}`), [], onde);
}

before(async () => {
  execFileSync("npm", ["run", "build", "--workspace", "examples/web"], { cwd: raiz, stdio: "pipe" });
  mkdirSync(fotos, { recursive: true });
  pasta = mkdtempSync(path.join(os.tmpdir(), "portal-"));
  contexto = await chromium.launchPersistentContext(pasta, {
    executablePath: caminhoDoChromium(),
    headless: true,
    args: FLAGS,
    locale: "pt-BR",
    timezoneId: "America/Sao_Paulo",
    // What fades in has its contrast only in the end.
    reducedMotion: "reduce",
    acceptDownloads: true,
    permissions: ["clipboard-read", "clipboard-write"],
  });
});

after(async () => {
  await contexto?.close();
  for (const servidor of abertos) {
    servidor.close();
    servidor.closeAllConnections();
  }
  if (pasta) rmSync(pasta, { recursive: true, force: true });
});

for (const largura of [1280, 360]) {
  test(`the main path at ${largura} px`, { timeout: 120_000 }, async (t) => {
    const base = await escutar(estatico());
    const queixas = await abrir(base, largura);

    await t.test("skips to the content by keyboard", async () => {
      await pagina.keyboard.press("Tab");
      await pagina.keyboard.press("Enter");
      assert.equal(await pagina.evaluate(() => document.activeElement?.id), "conteudo");
      await cabe(largura, "the list of customers");
      await acessivel("the list of customers");
      await foto(`clientes-${largura}`);
    });

    await t.test("registers a customer, by keyboard only", async () => {
      await pagina.getByRole("link", { name: "Novo cliente" }).focus();
      await pagina.keyboard.press("Enter");
      await pagina.getByRole("heading", { level: 1, name: "Novo cliente" }).waitFor();

      await digitar("cpfCnpj", "12abc34501de36");
      await digitar("email", "financeiro@@exemplo");
      await digitar("endereco.cep", "20040020");
      await tabularAte("endereco.uf");
      assert.equal(await pagina.locator("#campo-endereco-uf").inputValue(), "RJ", "the CEP tells its state");
      await pagina.keyboard.type("SP");
      await pagina.keyboard.press("Tab");
      const aviso = pagina.locator("#campo-endereco-cep-aviso");
      assert.equal(await aviso.getAttribute("data-codigo"), "divergente");
      await pagina.keyboard.press("Enter");

      const resumo = pagina.getByRole("alert").filter({ hasText: "a corrigir" });
      await resumo.waitFor();
      assert.ok(await resumo.evaluate((el) => el === document.activeElement), "the summary has the focus");
      const documento = pagina.locator("#campo-cpfCnpj");
      assert.equal(await documento.getAttribute("aria-invalid"), "true");
      assert.match(await documento.getAttribute("aria-describedby"), /campo-cpfCnpj-erro/);
      assert.equal(await pagina.locator("#campo-cpfCnpj-erro").getAttribute("data-codigo"), "digito_verificador");
      assert.equal(await pagina.locator("#campo-nome-erro").innerText(), "Campo obrigatório");
      await cabe(largura, "the form");
      await acessivel("the form");
      const lidos = await resumo.getByRole("link").allInnerTexts();
      assert.deepEqual(lidos, ["CPF ou CNPJ", "Nome ou razão social", "E-mail"], "in the order of the page");
      await foto(`cliente-erros-${largura}`);

      // The same violations in the other language, said by the core.
      await pagina.getByLabel("Idioma").selectOption("en");
      assert.equal(await pagina.locator("#campo-nome-erro").innerText(), "Required field");
      await pagina.getByLabel("Language").selectOption("pt-BR");

      await documento.focus();
      await digitar("cpfCnpj", "12abc34501de35");
      assert.equal(await documento.inputValue(), "12.ABC.345/01DE-35", "the document takes its official form");
      await pagina.getByText("CNPJ alfanumérico").waitFor();
      await digitar("nome", "Padaria Aurora Ltda");
      await digitar("email", "financeiro@exemplo.com.br");
      await digitar("celular", "11987654321");
      assert.equal(await pagina.locator("#campo-celular").inputValue(), "(11) 98765-4321");
      await digitar("endereco.cep", "01310100");
      assert.equal(await aviso.count(), 0);
      await pagina.getByText("Tudo certo para salvar").waitFor();
      await foto(`cliente-certo-${largura}`);
      await pagina.keyboard.press("Enter");

      await pagina.getByText("Padaria Aurora Ltda foi salvo.").waitFor();
      await linhaDe("12.ABC.345/01DE-35").waitFor();
    });

    await t.test("shows what the platform says of a field", async () => {
      const incluir = async (codigo, nome) => {
        await ir("Clientes");
        await pagina.getByRole("link", { name: "Novo cliente" }).click();
        await pagina.getByLabel("CPF ou CNPJ").fill("11.222.333/0001-81");
        await pagina.getByLabel("Nome ou razão social").fill(nome);
        await pagina.getByLabel("Código externo").fill(codigo);
        await pagina.getByRole("button", { name: "Salvar cliente" }).click();
      };
      await incluir("REPETIDO-1", "Mercado Antigo");
      await pagina.getByText("Mercado Antigo foi salvo.").waitFor();
      await incluir("REPETIDO-1", "Mercado Novo");
      await pagina.locator("#campo-codigoExterno-erro").waitFor();
      assert.equal(await pagina.locator("#campo-codigoExterno").getAttribute("aria-invalid"), "true");
      await foto(`cliente-recusado-${largura}`);
    });

    await t.test("changes a customer, and empties what was emptied", async () => {
      await ir("Clientes");
      await pagina.getByLabel("Buscar").fill("Serra Azul");
      await pagina.getByRole("link", { name: "Transportes Serra Azul S.A." }).click();
      await pagina.getByRole("heading", { level: 1, name: "Editar cliente" }).waitFor();
      assert.equal(await pagina.getByLabel("CPF ou CNPJ").inputValue(), "DE.MO0.002/0001-51");
      await pagina.getByLabel("Nome fantasia").fill("");
      await pagina.getByLabel("Nome ou razão social").fill("");
      await pagina.getByLabel("Município", { exact: true }).fill("");
      await pagina.getByRole("button", { name: "Salvar cliente" }).click();
      assert.equal(await pagina.locator("#campo-nome-erro").getAttribute("data-codigo"), "obrigatorio");
      assert.equal(await pagina.locator("#campo-endereco-municipio-erro").getAttribute("data-codigo"), "nao_esvazia");
      await pagina.getByLabel("Nome ou razão social").fill("Serra Azul Logística S.A.");
      await pagina.getByLabel("Município", { exact: true }).fill("Caxias do Sul");
      await pagina.getByRole("button", { name: "Salvar cliente" }).click();
      await pagina.getByText("Serra Azul Logística S.A. foi salvo.").waitFor();
      await pagina.getByRole("link", { name: "Serra Azul Logística S.A." }).click();
      await pagina.getByRole("heading", { level: 1, name: "Editar cliente" }).waitFor();
      assert.equal(await pagina.getByLabel("Nome fantasia").inputValue(), "");
      assert.equal(await pagina.getByLabel("E-mail").inputValue(), "contas@serraazul.example");
    });

    await t.test("checks a spreadsheet before it is sent", async () => {
      await ir("Planilha");
      const [escolha] = await Promise.all([
        pagina.waitForEvent("filechooser"),
        pagina.getByText("ou escolha um arquivo").click(),
      ]);
      await escolha.setFiles(planilha);
      await pagina.getByRole("tab", { name: /Com erro/ }).waitFor();
      const contas = await pagina.locator(".counts dd").allInnerTexts();
      // What the core says in Node of the same file.
      const { linhas, aceitas, rejeitadas } = await ler("clientes", readFileSync(planilha), { nome: "clientes.xls" });
      assert.ok(aceitas > 200 && rejeitadas > 10);
      assert.deepEqual(contas.map(Number), [linhas.length, aceitas, rejeitadas]);
      const celulas = await pagina.locator(".bad-rows tbody tr").evaluateAll((trs) =>
        trs.map((tr) => [tr.querySelector("th").textContent, tr.querySelector("[data-codigo]").dataset.codigo]));
      const esperadas = linhas.filter((l) => !l.aceita).flatMap((l) => l.problemas);
      assert.deepEqual(celulas, esperadas.map((p) => [`${p.coluna ?? ""}${p.linha}`, p.codigo]));
      await cabe(largura, "the spreadsheet");
      await acessivel("the spreadsheet");
      await foto(`planilha-${largura}`);

      await pagina.getByRole("tab", { name: /Com erro/ }).focus();
      await pagina.keyboard.press("ArrowRight");
      assert.equal(await pagina.getByRole("tab", { name: /Prontas/ }).getAttribute("aria-selected"), "true");

      await pagina.getByRole("button", { name: /Enviar as/ }).click();
      await pagina.getByText("linhas foram aceitas").waitFor({ timeout: 60_000 });
      await foto(`planilha-enviada-${largura}`);
      const [relatorio] = await Promise.all([
        pagina.waitForEvent("download"),
        pagina.getByRole("button", { name: /Baixar o relatório/ }).click(),
      ]);
      assert.equal(relatorio.suggestedFilename(), "relatorio-clientes.xlsx");
      assert.equal(readFileSync(await relatorio.path()).subarray(0, 2).toString(), "PK");
    });

    await t.test("takes a spreadsheet that is dropped", async () => {
      await pagina.getByRole("button", { name: "Escolher outra planilha" }).click();
      const conteudo = "Cód. Externo;Razão Social;CNPJ / CPF\nZ-1;Oficina do Zé;11222333000181\nZ-2;Bar da Ana;11222333000182\n";
      const solto = await pagina.evaluateHandle((texto) => {
        const dados = new DataTransfer();
        dados.items.add(new File([texto], "soltos.csv"));
        return dados;
      }, conteudo);
      await pagina.locator(".drop").dispatchEvent("dragover", { dataTransfer: solto });
      await pagina.locator(".drop").dispatchEvent("drop", { dataTransfer: solto });
      await pagina.getByRole("heading", { name: "soltos.csv" }).waitFor();
      assert.deepEqual((await pagina.locator(".counts dd").allInnerTexts()).map(Number), [2, 1, 1]);
      assert.equal(await pagina.locator(".bad-rows tbody th").innerText(), "C3");
    });

    await t.test("sends usage from a spreadsheet, and tells which row the platform refused", async () => {
      await pagina.getByRole("button", { name: "Escolher outra planilha" }).click();
      await pagina.getByRole("radio", { name: "Consumos" }).check();
      await pagina.getByRole("button", { name: "Usar uma planilha de exemplo" }).click();
      await pagina.getByRole("button", { name: "Enviar as 3 linhas prontas" }).click();
      await pagina.getByText("2 linhas foram aceitas.").waitFor();
      await pagina.getByText("1 linha foi recusada pela plataforma.").waitFor();
      await foto(`planilha-consumos-${largura}`);
    });

    await t.test("makes a contract, activates it, and cancels another only with a reason", async () => {
      await ir("Clientes");
      await pagina.getByLabel("Buscar").fill("Padaria Aurora");
      await linhaDe("12.ABC.345/01DE-35").getByRole("link", { name: "Contratar" }).click();
      await pagina.getByRole("combobox", { name: "Serviço" }).selectOption({ index: 1 });
      await foto(`contratar-${largura}`);
      await pagina.getByRole("button", { name: "Criar contrato" }).click();
      await pagina.getByText("Contrato criado.").waitFor();

      const cartao = pagina.locator(".contract").first();
      assert.equal(await cartao.locator("[data-situacao]").first().getAttribute("data-situacao"), "INATIVO");
      assert.deepEqual(await acoes(cartao), ["ativar", "cancelar"], "only what the state allows");
      await cartao.locator("[data-acao=ativar]").click();
      await pagina.getByRole("button", { name: "Ativar contrato" }).click();
      await pagina.getByText("Contrato ativado.").waitFor();
      assert.deepEqual((await acoes(cartao)).sort(), ["cancelar", "desativar", "suspender"]);

      await cartao.locator("[data-acao=cancelar]").click();
      await pagina.getByRole("button", { name: "Cancelar contrato" }).click();
      await pagina.locator("#campo-motivo-erro").waitFor();
      await acessivel("the dialog of a contract");
      await foto(`contrato-cancelar-${largura}`, false);
      await pagina.keyboard.press("Escape");
      await cabe(largura, "the contracts");
      await acessivel("the contracts");
      await foto(`contratos-${largura}`);
    });

    await t.test("records usage", async () => {
      await ir("Consumos");
      await pagina.getByText("Incluir consumo").first().click();
      await pagina.getByLabel("Contrato").selectOption({ index: 1 });
      await pagina.getByLabel("Serviço").selectOption({ index: 1 });
      const incluir = pagina.getByRole("button", { name: "Incluir consumo" });
      await pagina.getByLabel("Quantidade").fill("1.234");
      await incluir.click();
      await pagina.locator("#campo-quantidade-erro").filter({ hasText: "mbíguo" }).waitFor();
      await pagina.getByLabel("Quantidade").fill("1.234,5");
      await pagina.getByText("Será lançado: 1.234,5").waitFor();
      await incluir.click();
      await pagina.getByText("Consumo incluído.").waitFor();
      await linhaDe("1.234,5").waitFor();
      await cabe(largura, "the usage");
      await acessivel("the usage");
      await foto(`consumos-${largura}`);
    });

    await t.test("bills the month and shows the charge", async () => {
      await ir("Cobranças");
      await pagina.getByRole("button", { name: "Faturar o mês" }).click();
      await pagina.getByText(/cobranças? emitidas?/).waitFor();
      await linhaDe("Padaria Aurora Ltda").first().waitFor();
      await cabe(largura, "the charges");
      await acessivel("the charges");
      await foto(`cobrancas-${largura}`);
      await linhaDe("Padaria Aurora Ltda").first().getByRole("button", { name: /Detalhes/ }).click();
      const linha = await pagina.getByTestId("linha-digitavel").innerText();
      assert.equal(linha.replace(/\D/g, "").length, 47);
      await pagina.getByRole("button", { name: "Copiar linha digitável" }).click();
      assert.equal(await pagina.evaluate(() => navigator.clipboard.readText()), linha.replace(/\D/g, ""));
      assert.match(await pagina.getByTestId("pix").innerText(), /^000201/);
      const qr = pagina.getByAltText("QR code do PIX");
      assert.ok(await qr.evaluate((img) => img.complete && img.naturalWidth > 0), "the QR is drawn");
      await acessivel("a charge");
      await foto(`cobranca-${largura}`, false);
      await pagina.keyboard.press("Escape");

      const vencidas = async () => (await pagina.locator('[data-situacao="VENCIDA"]').count());
      const antes = await vencidas();
      await pagina.getByLabel("Quanto").selectOption("mes");
      for (let i = 0; i < 2; i++) {
        await pagina.getByRole("button", { name: "Avançar o relógio" }).click();
        await pagina.getByText(/Agora é/).waitFor();
      }
      await pagina.waitForFunction((n) => document.querySelectorAll('[data-situacao="VENCIDA"]').length > n, antes);
    });

    await t.test("reads well in the dark and in English", async () => {
      await pagina.emulateMedia({ colorScheme: "dark" });
      await pagina.getByLabel("Idioma").selectOption("en");
      await pagina.getByRole("heading", { level: 1, name: "Charges" }).waitFor();
      assert.equal(await pagina.locator(".toast").count(), 0, "nothing is left in the other language");
      await ir("Contracts");
      await pagina.locator(".contract").first().waitFor();
      await acessivel("the dark");
      await foto(`escuro-${largura}`);
      await pagina.getByLabel("Language").selectOption("pt-BR");
      await pagina.emulateMedia({ colorScheme: "light" });
    });

    assert.deepEqual(queixas, [], "the console is quiet, and the policy is kept");
  });
}

const acoes = (cartao) => cartao.locator("[data-acao]").evaluateAll((botoes) => botoes.map((b) => b.dataset.acao));

describe("behind the Node back end", () => {
  const TOKEN = "token-que-o-navegador-nao-ve";
  let base;
  let recebidos;

  before(async () => {
    const sandbox = criarSandbox({ token: TOKEN });
    recebidos = [];
    // The sandbox over real HTTP, in the platform's place.
    const plataforma = http.createServer((pedido, resposta) => {
      const pedacos = [];
      pedido.on("data", (pedaco) => pedacos.push(pedaco));
      pedido.on("end", async () => {
        recebidos.push({ metodo: pedido.method, url: pedido.url, headers: pedido.headers });
        const { host, connection, "content-length": _, ...headers } = pedido.headers;
        const body = pedacos.length > 0 ? Buffer.concat(pedacos) : undefined;
        const volta = await sandbox.fetch(new URL(pedido.url, sandbox.baseUrl).href, { method: pedido.method, headers, body });
        resposta.writeHead(volta.status, { ...Object.fromEntries(volta.headers), "set-cookie": "sessao=segredo" });
        resposta.end(Buffer.from(await volta.arrayBuffer()));
      });
    });
    base = await escutar(criarServidor({ baseUrl: await escutar(plataforma), token: TOKEN, dist }));
  });

  test("the page talks to a real platform and never sees the token", { timeout: 60_000 }, async () => {
    const vistos = [];
    const queixas = await abrir(base, 1280);
    pagina.on("response", async (r) => vistos.push(JSON.stringify([r.request().headers(), await r.allHeaders()])));
    await pagina.getByRole("link", { name: "Novo cliente" }).click();
    assert.equal(await pagina.getByText("Demonstração").count(), 0);
    await pagina.getByLabel("CPF ou CNPJ").fill("11.222.333/0001-81");
    await pagina.getByLabel("Nome ou razão social").fill("Mercado Bom Preço");
    await pagina.getByRole("button", { name: "Salvar cliente" }).click();
    await linhaDe("Mercado Bom Preço").waitFor();
    await ir("Cobranças");
    assert.equal(await pagina.getByRole("button", { name: "Faturar o mês" }).count(), 0);

    assert.ok(recebidos.some((p) => p.metodo === "POST" && p.url.startsWith("/api/v1/clientes")));
    for (const { headers } of recebidos) {
      assert.equal(headers.authorization, `Bearer ${TOKEN}`);
      assert.equal(headers.cookie, undefined);
    }
    assert.ok(vistos.length > 0);
    assert.doesNotMatch(vistos.join(), /token-que|segredo/);
    assert.deepEqual(queixas, []);
  });

  test("what went wrong is told in no other language than the page's", { timeout: 120_000 }, async () => {
    const broken = http.createServer((_, answer) => answer.writeHead(500, { "content-type": "application/json" }).end('{"mensagem":"erro da plataforma"}'));
    await abrir(await escutar(criarServidor({ baseUrl: await escutar(broken), token: TOKEN, dist })), 1280);
    const alert = pagina.getByRole("alert");
    const told = async () => (await alert.allInnerTexts()).join("\n").split("\n").filter(Boolean);
    const leftIn = (portuguese) => pagina.evaluate((lines) => lines.filter((line) => document.body.innerText.includes(line)), portuguese);

    // A list is read again in the other language.
    await alert.waitFor({ timeout: 60_000 });
    const list = (await told()).filter((line) => !line.includes("código"));
    assert.ok(list.length > 0);
    await pagina.getByLabel("Idioma").selectOption("en");
    await pagina.getByRole("heading", { level: 1, name: "Customers" }).waitFor();
    assert.deepEqual(await leftIn(list), []);
    await alert.waitFor({ timeout: 60_000 });
    await pagina.getByLabel("Language").selectOption("pt-BR");

    // What was sent is not sent again for it: its message goes, what it did stays.
    await pagina.getByRole("link", { name: "Novo cliente" }).click();
    await pagina.getByLabel("CPF ou CNPJ").fill("11.222.333/0001-81");
    await pagina.getByLabel("Nome ou razão social").fill("Mercado Bom Preço");
    await pagina.getByRole("button", { name: "Salvar cliente" }).click();
    await alert.filter({ hasText: "Não se sabe se a plataforma gravou" }).waitFor({ timeout: 60_000 });
    const form = await told();
    await pagina.getByLabel("Idioma").selectOption("en");
    await pagina.getByRole("heading", { level: 1, name: "New customer" }).waitFor();
    assert.deepEqual(await leftIn(form), []);
    assert.match((await told()).join(), /This could not be done.*not known whether the platform recorded it/);
    await pagina.getByLabel("Language").selectOption("pt-BR");
    assert.deepEqual(await told(), form);
  });
});
