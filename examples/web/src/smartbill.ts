/** The portal's one door to the package `smartbill-automation`: the pages import from here only. */

import { Smartbill, acoesPermitidas as acoesDaSituacao, init as abrirCliente, isSmartbillError } from "smartbill-automation";
import type { AcaoContrato, AcaoNome, CallOptions, Cliente, Cobranca, Consumo, Contrato, Servico, Violation } from "smartbill-automation";
import type { Sandbox } from "smartbill-automation/sandbox";
import {
  documentos,
  init as abrirValidacao,
  validarCliente,
  validarConsumo,
  validarContrato,
} from "smartbill-automation/validation";
import type { Validation, ValidationOptions } from "smartbill-automation/validation";
import { renderSVG } from "uqr";

// What an old ERP writes: two title rows, headers with accents, documents without their zeros.
import clientesDoErp from "../../python/dados/clientes.xls?url";
import { DIAS_DE_HISTORIA, planilhaDeConsumos, semear } from "./demonstracao";
import { hojeEmSaoPaulo } from "./format";
import type { Idioma } from "./i18n";

export { documentos, isSmartbillError };
export type { AcaoNome, Cliente, Cobranca, Consumo, Contrato, Servico, Validation, Violation };

export interface Plataforma {
  api: Smartbill;
  /** Absent where a real platform answers. */
  simulador: Simulador | null;
  /** Every service: they are few, and read once. */
  servicos(): Promise<Servico[]>;
  /** The day it is on the platform. */
  hoje(): string;
}

/** The sandbox in the page, and the day it is there. */
export class Simulador {
  #hoje = hojeEmSaoPaulo();

  private constructor(readonly sandbox: Sandbox) {}

  /** A sandbox in which some months have passed already. */
  static async novo(): Promise<Simulador> {
    const { criarSandbox, init } = await import("smartbill-automation/sandbox");
    await Promise.all([init(), abrirCliente()]);
    const agora = new Date(Date.now() - DIAS_DE_HISTORIA * 86_400_000);
    const simulador = new Simulador(criarSandbox({ agora }));
    await simulador.#semear();
    return simulador;
  }

  get hoje(): string {
    return this.#hoje;
  }

  async faturar(competencia: string): Promise<{ cobrancas: number; valor: string }> {
    const { cobrancas, valor } = await this.sandbox.faturar(competencia);
    return { cobrancas, valor: String(valor ?? "0") };
  }

  async avancar(dias: number): Promise<void> {
    this.#hoje = hojeEmSaoPaulo(new Date(await this.sandbox.avancarRelogio({ dias })));
  }

  async reiniciar(): Promise<void> {
    await this.sandbox.reiniciar();
    await this.#semear();
  }

  async #semear(): Promise<void> {
    this.#hoje = hojeEmSaoPaulo();
    await semear(this.sandbox, clienteDo(this.sandbox), this.#hoje);
  }
}

/** A spreadsheet to try the portal with. */
export async function planilhaDeExemplo(fluxo: Fluxo, { hoje }: Plataforma): Promise<File> {
  if (fluxo === "consumos") return new File([planilhaDeConsumos(hoje())], "consumos.csv");
  const resposta = await fetch(clientesDoErp);
  return new File([await resposta.blob()], "clientes.xls");
}

/** Opens the platform that the page names: a real one behind the page's own server, or the sandbox in the page. */
export async function abrir(): Promise<Simulador | null> {
  const simulador = proxy() === "" ? Simulador.novo() : null;
  await Promise.all([abrirCliente(), abrirValidacao()]);
  return simulador;
}

function proxy(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="smartbill-proxy"]')?.content ?? "";
}

function clienteDo({ baseUrl, token, fetch }: Sandbox, idioma: Idioma = "pt-BR"): Smartbill {
  return new Smartbill({ baseUrl, token, fetch, idioma });
}

/** The platform, with its messages in `idioma`. */
export function conectar(simulador: Simulador | null, idioma: Idioma): Plataforma {
  const api = simulador ? clienteDo(simulador.sandbox, idioma) : new Smartbill({ baseUrl: proxy(), idioma });
  let servicos: Promise<Servico[]> | undefined;
  return {
    api,
    simulador,
    servicos: () => (servicos ??= api.servicos.listar().toArray()),
    hoje: () => simulador?.hoje ?? hojeEmSaoPaulo(),
  };
}

interface ComoValidar {
  idioma: Idioma;
  hoje: string;
}

// People type punctuation and lower case: the lenient mode takes them, and `valor` is the official form.
function opcoes({ idioma, hoje }: ComoValidar): ValidationOptions {
  return { modo: "leniente", idioma, hoje };
}

export function conferirCliente(cliente: unknown, como: ComoValidar): Validation<Cliente> {
  return validarCliente(cliente, opcoes(como));
}

export function conferirConsumo(consumo: unknown, como: ComoValidar): Validation<Consumo> {
  return validarConsumo(consumo, opcoes(como));
}

export function conferirContrato(contrato: unknown, como: ComoValidar): Validation<Contrato> {
  return validarContrato(contrato, opcoes(como));
}

/** What a failed call says of single fields, whether the core found it before sending or the platform after. */
export function errosPorCampo(erro: unknown): Violation[] {
  if (!isSmartbillError(erro)) return [];
  const daPlataforma = erro.fields.map(({ path, code = "recusado", message }) => {
    return { path, code, message, params: {}, severity: "error" } satisfies Violation;
  });
  return [...erro.violations, ...daPlataforma].filter((v) => v.severity === "error");
}

/** What may be done to a contract, by the core's own table. */
export function acoesPermitidas(contrato: Contrato): AcaoNome[] {
  return contrato.situacao === undefined ? [] : acoesDaSituacao(contrato.situacao);
}

/** Does `acao` to the contract called `id`, and gives the contract as it is now. */
export async function agir(
  { api }: Plataforma,
  acao: AcaoNome,
  id: string,
  parametros: AcaoContrato,
  opcoes: CallOptions,
): Promise<Contrato> {
  return (await api.contratos[acao](id, parametros, opcoes)).registro;
}

/** The QR of a PIX code, as the address of an image. Level M, as BACEN's manual advises. */
export function qrDoPix(codigo: string): string {
  return `data:image/svg+xml,${encodeURIComponent(renderSVG(codigo, { ecc: "M", border: 4 }))}`;
}

export type Fluxo = "clientes" | "consumos";

export interface Problema {
  /** The cell as a spreadsheet program names it, such as `C14`; the row's number alone where no cell is at fault. */
  celula: string;
  coluna: string | null;
  /** As the file has it; absent when no column of the file is at fault. */
  cabecalho: string | null;
  campo: string | null;
  valor: string;
  codigo: string;
  mensagem: string;
  aviso: boolean;
}

export interface Linha {
  numero: number;
  /** What would be sent; absent while something forbids it. */
  registro: Cliente | Consumo | undefined;
  problemas: Problema[];
}

export interface Planilha {
  aba: string;
  linhas: Linha[];
  /** Totals, footers and repeated headers, which are no records. */
  ignoradas: number[];
}

const planilhas = async () => {
  const modulo = await import("smartbill-automation/planilha");
  await modulo.init();
  return modulo;
};

/** Reads a spreadsheet in the browser; the module comes when the first one is dropped. */
export async function lerPlanilha(arquivo: File, fluxo: Fluxo, idioma: Idioma): Promise<Planilha> {
  const { ler } = await planilhas();
  const lida = await ler(fluxo, arquivo, { nome: arquivo.name, idioma });
  return {
    aba: lida.aba,
    ignoradas: lida.ignoradas.map(({ linha }) => linha),
    linhas: lida.linhas.map(({ linha, registro, problemas }) => ({
      numero: linha,
      registro,
      problemas: problemas.map((p) => ({
        celula: `${p.coluna ?? ""}${p.linha}`,
        coluna: p.coluna,
        cabecalho: p.cabecalho,
        campo: p.campo,
        valor: p.valor,
        codigo: p.codigo,
        mensagem: p.mensagem,
        aviso: p.severidade === "aviso",
      })),
    })),
  };
}

export interface Enviada {
  linha: Linha;
  /** What the platform did with the row; absent when it did not take it. */
  resultado?: string;
  erro?: unknown;
}

/** Sends rows, a few at a time, and tells of each as it ends; stops between rows when `signal` says so. */
export async function enviar(
  { api }: Plataforma,
  fluxo: Fluxo,
  linhas: readonly Linha[],
  signal: AbortSignal,
  aoTerminar: (enviada: Enviada) => void,
): Promise<void> {
  const fila = linhas.values();
  const trabalhar = async () => {
    for (const linha of fila) {
      if (signal.aborted) return;
      try {
        // A row that left is waited for: giving it up would leave its outcome unknown.
        const { resultado } =
          fluxo === "clientes"
            ? await api.clientes.incluir(linha.registro as Cliente)
            : await api.consumos.incluir(linha.registro as Consumo);
        aoTerminar({ linha, resultado });
      } catch (erro) {
        aoTerminar({ linha, erro });
      }
    }
  };
  await Promise.all(Array.from({ length: 4 }, trabalhar));
}

const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/** The spreadsheet given back, with what is wrong with each row or what became of it. */
export async function relatorioDaPlanilha(
  arquivo: File,
  fluxo: Fluxo,
  idioma: Idioma,
  { linhas }: Planilha,
  enviadas: readonly Enviada[],
): Promise<Blob> {
  const { relatorio } = await planilhas();
  const feitas = new Map(enviadas.map((e) => [e.linha.numero, e]));
  const resultados = linhas.map((linha) => {
    const celulas = linha.problemas.flatMap(({ coluna, mensagem, aviso }) =>
      coluna ? [{ coluna, mensagem, severidade: aviso ? ("aviso" as const) : ("erro" as const) }] : [],
    );
    const problema = linha.problemas.find(({ aviso }) => !aviso);
    const enviada = feitas.get(linha.numero);
    if (linha.registro === undefined) {
      const porque = problema && { codigo: problema.codigo, mensagem: problema.mensagem };
      return { linha: linha.numero, situacao: "rejeitada", ...porque, celulas };
    }
    if (enviada === undefined) return { linha: linha.numero, situacao: "pendente", celulas };
    const { resultado, erro } = enviada;
    if (resultado !== undefined) return { linha: linha.numero, situacao: resultado, celulas };
    const recusa = isSmartbillError(erro) ? { codigo: erro.serverCode ?? erro.code, mensagem: erro.message } : {};
    const incerta = isSmartbillError(erro) && erro.outcome === "unknown";
    return { linha: linha.numero, situacao: incerta ? "incerta" : "rejeitada", ...recusa, celulas };
  });
  const bytes = await relatorio(fluxo, arquivo, resultados, { nome: arquivo.name, idioma });
  return new Blob([bytes as Uint8Array<ArrayBuffer>], { type: XLSX });
}

/** An empty spreadsheet to fill in. */
export async function modeloDePlanilha(fluxo: Fluxo): Promise<Blob> {
  const { modelo } = await planilhas();
  return new Blob([modelo(fluxo) as Uint8Array<ArrayBuffer>], { type: XLSX });
}
