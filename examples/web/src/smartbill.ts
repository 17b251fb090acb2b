/** The portal's one door to the package `smartbill-automation`: the pages import from here only. */

import type {
  ActionName,
  CallOptions,
  Cliente,
  Cobranca,
  Consumo,
  Contrato,
  ContratoAction,
  Finding,
  Servico,
} from "smartbill-automation";
import { allowedActions as actionsOf, init as initClient, isSmartbillError, Smartbill } from "smartbill-automation";
import type { Sandbox } from "smartbill-automation/sandbox";
import type { Validation, ValidationOptions } from "smartbill-automation/validation";
import {
  documentos,
  init as initValidation,
  validarCliente,
  validarConsumo,
  validarContrato,
} from "smartbill-automation/validation";
import { renderSVG } from "uqr";

// What an old ERP writes: two title rows, headers with accents, documents without their zeros.
import erpClientes from "../../python/data/clientes.xls?url";
import { consumoSheet, HISTORY_DAYS, seed } from "./demo";
import { todayInSaoPaulo } from "./format";
import type { Language } from "./i18n";

export type { ActionName, Cliente, Cobranca, Consumo, Contrato, Finding, Servico, Validation };
export { documentos, isSmartbillError };

export interface Platform {
  api: Smartbill;
  /** Absent where a real platform answers. */
  simulator: Simulator | null;
  /** Every service: they are few, and read once. */
  servicos(): Promise<Servico[]>;
  /** The day it is on the platform. */
  today(): string;
}

/** The sandbox in the page, and the day it is there. */
export class Simulator {
  #today = todayInSaoPaulo();

  private constructor(readonly sandbox: Sandbox) {}

  /** A sandbox in which some months have passed already. */
  static async open(): Promise<Simulator> {
    const { createSandbox, init } = await import("smartbill-automation/sandbox");
    await Promise.all([init(), initClient()]);
    const now = new Date(Date.now() - HISTORY_DAYS * 86_400_000);
    const simulator = new Simulator(createSandbox({ now }));
    await simulator.#seed();
    return simulator;
  }

  get today(): string {
    return this.#today;
  }

  async faturar(competencia: string): Promise<{ cobrancas: number; amount: string }> {
    const { cobrancas, amount: value } = await this.sandbox.faturar(competencia);
    return { cobrancas, amount: String(value ?? "0") };
  }

  async advance(days: number): Promise<void> {
    this.#today = todayInSaoPaulo(new Date(await this.sandbox.advance({ days })));
  }

  async reset(): Promise<void> {
    await this.sandbox.reset();
    await this.#seed();
  }

  async #seed(): Promise<void> {
    this.#today = todayInSaoPaulo();
    await seed(this.sandbox, clientOf(this.sandbox), this.#today);
  }
}

/** A spreadsheet to try the portal with. */
export async function exampleSheet(flow: Flow, { today }: Platform): Promise<File> {
  if (flow === "consumos") return new File([consumoSheet(today())], "consumos.csv");
  const response = await fetch(erpClientes);
  return new File([await response.blob()], "clientes.xls");
}

/** Opens the platform that the page names: a real one behind the page's own server, or the sandbox in the page. */
export async function open(): Promise<Simulator | null> {
  const simulator = proxy() === "" ? Simulator.open() : null;
  await Promise.all([initClient(), initValidation()]);
  return simulator;
}

function proxy(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="smartbill-proxy"]')?.content ?? "";
}

function clientOf({ baseUrl, token, fetch }: Sandbox, language: Language = "pt-BR"): Smartbill {
  return new Smartbill({ baseUrl, token, fetch, language });
}

/** The platform, with its messages in `language`. */
export function connect(simulator: Simulator | null, language: Language): Platform {
  const api = simulator ? clientOf(simulator.sandbox, language) : new Smartbill({ baseUrl: proxy(), language });
  let servicos: Promise<Servico[]> | undefined;
  return {
    api,
    simulator,
    servicos: () => (servicos ??= api.servicos.listar().toArray()),
    today: () => simulator?.today ?? todayInSaoPaulo(),
  };
}

interface CheckOptions {
  language: Language;
  today: string;
}

// People type punctuation and lower case: the lenient mode takes them, and `value` is the official form.
function validationOptions({ language, today }: CheckOptions): ValidationOptions {
  return { mode: "lenient", language, today };
}

export function checkCliente(cliente: unknown, options: CheckOptions): Validation<Cliente> {
  return validarCliente(cliente, validationOptions(options));
}

export function checkConsumo(consumo: unknown, options: CheckOptions): Validation<Consumo> {
  return validarConsumo(consumo, validationOptions(options));
}

export function checkContrato(contrato: unknown, options: CheckOptions): Validation<Contrato> {
  return validarContrato(contrato, validationOptions(options));
}

/** What a failed call says of single fields, whether the core found it before sending or the platform after. */
export function fieldErrors(error: unknown): Finding[] {
  if (!isSmartbillError(error)) return [];
  const fromPlatform = error.fields.map(({ path, code = "recusado", message }) => {
    return { path, code, message, params: {}, severity: "error" } satisfies Finding;
  });
  return [...error.findings, ...fromPlatform].filter((v) => v.severity === "error");
}

/** What may be done to a contract, by the core's own table. */
export function allowedActions(contrato: Contrato): ActionName[] {
  return contrato.situacao === undefined ? [] : actionsOf(contrato.situacao);
}

/** Does `action` to the contract called `id`, and gives the contract as it is now. */
export async function act(
  { api }: Platform,
  action: ActionName,
  id: string,
  params: ContratoAction,
  options: CallOptions,
): Promise<Contrato> {
  return (await api.contratos[action](id, params, options)).record;
}

/** The QR of a PIX code, as the address of an image. Level M, as BACEN's manual advises. */
export function pixQr(code: string): string {
  return `data:image/svg+xml,${encodeURIComponent(renderSVG(code, { ecc: "M", border: 4 }))}`;
}

export type Flow = "clientes" | "consumos";

export interface Row {
  number: number;
  /** What would be sent; absent while something forbids it. */
  record: Cliente | Consumo | undefined;
  findings: Finding[];
}

export interface Sheet {
  sheet: string;
  rows: Row[];
  /** Totals, footers and repeated headers, which are no records. */
  skipped: number[];
}

const sheetsModule = async () => {
  const sheets = await import("smartbill-automation/planilha");
  await sheets.init();
  return sheets;
};

/** Reads a spreadsheet in the browser; the module comes when the first one is dropped. */
export async function readSheet(file: File, flow: Flow, language: Language): Promise<Sheet> {
  const { read } = await sheetsModule();
  const parsed = await read(flow, file, { name: file.name, language });
  return {
    sheet: parsed.sheet,
    skipped: parsed.skipped.map(({ number: row }) => row),
    rows: parsed.rows.map(({ number, record, findings }) => ({ number, record, findings })),
  };
}

export interface SentRow {
  row: Row;
  /** What the platform did with the row; absent when it did not take it. */
  outcome?: string;
  error?: unknown;
}

/** Sends rows, a few at a time, and tells of each as it ends; stops between rows when `signal` says so. */
export async function send(
  { api }: Platform,
  flow: Flow,
  rows: readonly Row[],
  signal: AbortSignal,
  onDone: (sent: SentRow) => void,
): Promise<void> {
  const queue = rows.values();
  const work = async () => {
    for (const row of queue) {
      if (signal.aborted) return;
      try {
        // A row that left is waited for: giving it up would leave its outcome unknown.
        const { outcome } =
          flow === "clientes"
            ? await api.clientes.incluir(row.record as Cliente)
            : await api.consumos.incluir(row.record as Consumo);
        onDone({ row, outcome });
      } catch (error) {
        onDone({ row, error });
      }
    }
  };
  await Promise.all(Array.from({ length: 4 }, work));
}

const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/** The spreadsheet given back, with what is wrong with each row or what became of it. */
export async function sheetReport(
  file: File,
  flow: Flow,
  language: Language,
  { rows }: Sheet,
  sent: readonly SentRow[],
): Promise<Blob> {
  const { report } = await sheetsModule();
  const done = new Map(sent.map((e) => [e.row.number, e]));
  const results = rows.map((row) => {
    const cells = row.findings.flatMap(({ place, message, severity }) =>
      place?.column ? [{ column: place.column, message, severity }] : [],
    );
    const finding = row.findings.find(({ severity }) => severity === "error");
    const sent = done.get(row.number);
    if (row.record === undefined) {
      const why = finding && { code: finding.code, message: finding.message };
      return { number: row.number, state: "rejeitada", ...why, cells };
    }
    if (sent === undefined) return { number: row.number, state: "pendente", cells };
    const { outcome, error } = sent;
    if (outcome !== undefined) return { number: row.number, state: outcome, cells };
    const refusal = isSmartbillError(error) ? { code: error.serverCode ?? error.code, message: error.message } : {};
    const uncertain = isSmartbillError(error) && error.outcome === "unknown";
    return { number: row.number, state: uncertain ? "incerta" : "rejeitada", ...refusal, cells };
  });
  const bytes = await report(flow, file, results, { name: file.name, language });
  return new Blob([bytes as Uint8Array<ArrayBuffer>], { type: XLSX });
}

/** An empty spreadsheet to fill in. */
export async function sheetTemplate(flow: Flow): Promise<Blob> {
  const { template } = await sheetsModule();
  return new Blob([template(flow) as Uint8Array<ArrayBuffer>], { type: XLSX });
}
