/** The sandbox's made-up customers, contracts and usage, put in through the same API that the pages use. */

import type { Cliente, Consumo, Contrato, Smartbill } from "smartbill-automation";
import type { Sandbox } from "smartbill-automation/sandbox";

/** How long before today the story begins: long enough for charges that are due, overdue and open. */
export const HISTORY_DAYS = 50;

// Roots of CNPJ that say what they are. The two CPFs are the ones that textbooks use.
const CLIENTES: Cliente[] = [
  {
    codigoExterno: "C-001",
    nome: "Mercado Bom Preço Ltda",
    nomeFantasia: "Bom Preço",
    cpfCnpj: "DEMO0001000107",
    email: "financeiro@bompreco.example",
    celular: "+5519987654321",
    endereco: {
      cep: "13010000",
      uf: "SP",
      municipio: "Campinas",
      codigoIbge: "3509502",
      logradouro: "Rua das Flores",
      numero: "120",
    },
  },
  {
    codigoExterno: "C-002",
    nome: "Transportes Serra Azul S.A.",
    nomeFantasia: "Serra Azul",
    cpfCnpj: "DEMO0002000151",
    email: "contas@serraazul.example",
    endereco: { cep: "95010000", uf: "RS", municipio: "Caxias do Sul", codigoIbge: "4305108" },
  },
  {
    codigoExterno: "C-003",
    nome: "Clínica Vida Plena Ltda",
    nomeFantasia: "Vida Plena",
    cpfCnpj: "DEMO0003000104",
    email: "adm@vidaplena.example",
    endereco: { cep: "69005000", uf: "AM", municipio: "Manaus", codigoIbge: "1302603" },
  },
  {
    codigoExterno: "C-004",
    nome: "Colégio Horizonte Ltda",
    nomeFantasia: "Colégio Horizonte",
    cpfCnpj: "DEMO0004000140",
    email: "secretaria@horizonte.example",
    endereco: { cep: "30110000", uf: "MG", municipio: "Belo Horizonte", codigoIbge: "3106200" },
  },
  {
    codigoExterno: "C-005",
    nome: "Estúdio Maré Criação Ltda",
    nomeFantasia: "Estúdio Maré",
    cpfCnpj: "DEMO0005000195",
    email: "oi@estudiomare.example",
    endereco: { cep: "50030000", uf: "PE", municipio: "Recife", codigoIbge: "2611606" },
  },
  {
    codigoExterno: "C-006",
    nome: "Ana Beatriz Souza",
    cpfCnpj: "11144477735",
    email: "ana@souza.example",
    endereco: { cep: "80010000", uf: "PR", municipio: "Curitiba", codigoIbge: "4106902" },
  },
  {
    codigoExterno: "C-007",
    nome: "João Pedro Almeida",
    cpfCnpj: "12345678909",
    email: "joao@almeida.example",
    endereco: { cep: "40010000", uf: "BA", municipio: "Salvador", codigoIbge: "2927408" },
  },
];

type NewContrato = Pick<
  Contrato,
  "codigoExterno" | "clienteCodigoExterno" | "diaVencimento" | "formaPagamento" | "itens"
>;

const CONTRATOS: NewContrato[] = [
  {
    codigoExterno: "CT-001",
    clienteCodigoExterno: "C-001",
    diaVencimento: 10,
    formaPagamento: "BOLETO",
    itens: [
      { servicoCodigo: "INTERNET-100", quantidade: "2" },
      { servicoCodigo: "ARMAZENAMENTO", quantidade: "1" },
    ],
  },
  {
    codigoExterno: "CT-002",
    clienteCodigoExterno: "C-002",
    diaVencimento: 28,
    formaPagamento: "BOLETO",
    itens: [
      { servicoCodigo: "API-CHAMADAS", quantidade: "1" },
      { servicoCodigo: "SUPORTE", quantidade: "1" },
    ],
  },
  {
    codigoExterno: "CT-003",
    clienteCodigoExterno: "C-003",
    diaVencimento: 5,
    formaPagamento: "PIX",
    itens: [{ servicoCodigo: "SMS", quantidade: "1" }],
  },
  {
    codigoExterno: "CT-004",
    clienteCodigoExterno: "C-004",
    diaVencimento: 15,
    formaPagamento: "BOLETO",
    itens: [
      { servicoCodigo: "INTERNET-100", quantidade: "5", desconto: { tipo: "PERCENTUAL", valor: "10" } },
      { servicoCodigo: "INSTALACAO", quantidade: "1" },
    ],
  },
  {
    codigoExterno: "CT-005",
    clienteCodigoExterno: "C-005",
    diaVencimento: 20,
    formaPagamento: "PIX",
    itens: [{ servicoCodigo: "SUPORTE", quantidade: "1", valorUnitario: "120.00" }],
  },
  {
    codigoExterno: "CT-006",
    clienteCodigoExterno: "C-006",
    diaVencimento: 10,
    formaPagamento: "PIX",
    itens: [{ servicoCodigo: "INTERNET-100", quantidade: "1" }],
  },
];

const USAGE: [contrato: string, servico: string, monthsAgo: number, quantidade: string][] = [
  ["CT-001", "ARMAZENAMENTO", 1, "480.5"],
  ["CT-001", "ARMAZENAMENTO", 0, "512"],
  ["CT-002", "API-CHAMADAS", 1, "18240"],
  ["CT-002", "API-CHAMADAS", 0, "9310"],
  ["CT-003", "SMS", 1, "1250"],
  ["CT-003", "SMS", 0, "640"],
];

/** Tells the story up to `today`: the sandbox's clock is `HISTORY_DAYS` days behind when it begins. */
export async function seed(sandbox: Sandbox, api: Smartbill, today: string): Promise<void> {
  const start = daysBefore(today, HISTORY_DAYS);
  for (const cliente of CLIENTES) await api.clientes.incluir(cliente);
  const ids = new Map<string, string>();
  for (const contrato of CONTRATOS) {
    const { record } = await api.contratos.incluir({ ...contrato, dataInicio: start, periodicidade: "MENSAL" });
    const id = record.id ?? "";
    ids.set(contrato.codigoExterno ?? "", id);
    // One is left for whoever looks at the demonstration to activate.
    if (contrato.codigoExterno !== "CT-006") await api.contratos.ativar(id);
  }
  for (const [n, [contratoCodigoExterno, servicoCodigo, ago, quantidade]] of USAGE.entries()) {
    const consumo: Consumo = {
      contratoCodigoExterno,
      servicoCodigo,
      quantidade,
      competencia: monthsBefore(today, ago),
    };
    await api.consumos.incluir({ ...consumo, idExterno: `USO-${n + 1}` });
  }
  await sandbox.advance({ days: HISTORY_DAYS });
  await api.contratos.suspender(ids.get("CT-004") ?? "", { motivo: "férias escolares" });
  await api.contratos.cancelar(ids.get("CT-005") ?? "", { motivo: "encerrou as atividades" });
}

/** Usage as an old ERP writes it, for the contracts above: decimal commas, a row at the foot, and some mistakes. */
export function consumoSheet(today: string): string {
  const [year = "", month = ""] = today.split("-");
  const currentMonth = `${month}/${year}`;
  const rows = [
    ["ID", "Nº Contrato", "Serviço", "Competência", "Quantidade"],
    ["USO-101", "CT-001", "ARMAZENAMENTO", currentMonth, "530,25"],
    ["USO-102", "CT-002", "API-CHAMADAS", currentMonth, "2480"],
    ["USO-103", "CT-003", "SMS", currentMonth, "310"],
    ["USO-104", "CT-003", "SMS", `13/${year}`, "120"],
    ["USO-105", "CT-001", "ARMAZENAMENTO", currentMonth, "doze"],
    ["USO-106", "CT-002", "", currentMonth, "75"],
    ["USO-103", "CT-003", "SMS", currentMonth, "310"],
    ["USO-107", "CT-002", "API-CHAMADAS", currentMonth, "-40"],
    ["USO-108", "CT-999", "SMS", currentMonth, "15"],
    ["Total", "", "", "", "3450,25"],
  ];
  return rows.map((row) => row.join(";")).join("\r\n");
}

function daysBefore(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - days * 86_400_000).toISOString().slice(0, 10);
}

function monthsBefore(day: string, months: number): string {
  const [year = 0, month = 0] = day.split("-").map(Number);
  return new Date(Date.UTC(year, month - 1 - months, 1)).toISOString().slice(0, 7);
}
