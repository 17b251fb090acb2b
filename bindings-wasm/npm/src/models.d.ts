// Written by `npm run types` from the tables of the core; not edited by hand.

/** An exact decimal, such as `"1234.56"`: never a binary fraction. */
export type DecimalText = string;
/** A civil date, `"AAAA-MM-DD"`. */
export type DateText = string;
/** An instant, RFC 3339, such as `"2026-01-31T12:00:00Z"`. */
export type DateTimeText = string;
/** A month, `"AAAA-MM"`. */
export type MonthText = string;
/** One of the names known today, or one that the platform adds later. */
export type Open<T extends string> = T | (string & {});

/** A Brazilian address. */
export interface Endereco {
  /**
   * Street, avenue, square (2 to 60 characters, the limit of the NF-e).
   * 2 to 60 characters.
   */
  logradouro?: string | undefined;
  /**
   * House number; `S/N` where there is none.
   * At most 60 characters.
   */
  numero?: string | undefined;
  /**
   * Flat, floor, block.
   * At most 60 characters.
   */
  complemento?: string | undefined;
  /**
   * Neighbourhood.
   * At most 60 characters.
   */
  bairro?: string | undefined;
  /** Postal code, 8 digits. */
  cep?: string | undefined;
  /** State, two letters. */
  uf?: string | undefined;
  /**
   * Municipality, by name.
   * 2 to 60 characters.
   */
  municipio?: string | undefined;
  /** Municipality, by its 7-digit IBGE code. */
  codigoIbge?: string | undefined;
  /**
   * Country by its BACEN code; `1058` is Brazil.
   * At most 4 characters.
   */
  pais?: string | undefined;
}

/** A customer: who is billed. */
export interface Cliente {
  /**
   * Identifier given by the platform.
   * Filled by the platform.
   */
  id?: string | undefined;
  /**
   * The customer's code in the company's own system; unique, and the key of an upsert.
   * At most 60 characters.
   */
  codigoExterno?: string | undefined;
  /** Person, company or foreign; derived from the document where it is left out. */
  tipoPessoa?: Open<"FISICA" | "JURIDICA" | "ESTRANGEIRO"> | undefined;
  /**
   * Name, or registered company name (razão social).
   * Required when including.
   * 2 to 225 characters.
   */
  nome?: string | undefined;
  /**
   * Trade name.
   * At most 60 characters.
   */
  nomeFantasia?: string | undefined;
  /** CPF (11 digits) or CNPJ (14 characters, possibly with letters), without punctuation. */
  cpfCnpj?: string | undefined;
  /**
   * State registration, or `ISENTO`; checked against the state of the address.
   * 2 to 20 characters.
   */
  inscricaoEstadual?: string | undefined;
  /** Whether the customer pays ICMS: `1` yes, `2` exempt, `9` no. */
  indicadorIe?: Open<"1" | "2" | "9"> | undefined;
  /**
   * Municipal registration.
   * At most 15 characters.
   */
  inscricaoMunicipal?: string | undefined;
  /**
   * SUFRAMA registration, 8 or 9 digits.
   * 8 to 9 characters.
   */
  inscricaoSuframa?: string | undefined;
  /** Main e-mail address. */
  email?: string | undefined;
  /** Further e-mail addresses. */
  emailsAdicionais?: string[] | undefined;
  /** Telephone, kept as `+55` and digits. */
  telefone?: string | undefined;
  /** Mobile telephone, kept as `+55` and digits. */
  celular?: string | undefined;
  /** Address. */
  endereco?: Endereco | undefined;
  /** Billing address, where it is another. */
  enderecoCobranca?: Endereco | undefined;
  /** Date of birth; persons only. */
  dataNascimento?: DateText | undefined;
  /** Whether the company is under Simples Nacional. */
  optanteSimples?: boolean | undefined;
  /** Whether the company pays ICMS. */
  contribuinte?: boolean | undefined;
  /** Whether the platform notifies the customer; true by default. */
  notificar?: boolean | undefined;
  /**
   * Free notes.
   * At most 500 characters.
   */
  observacoes?: string | undefined;
  /** Labels. */
  tags?: string[] | undefined;
  /**
   * Group.
   * At most 60 characters.
   */
  grupo?: string | undefined;
  /**
   * Whether it is in use; removing makes it inactive.
   * Filled by the platform.
   */
  situacao?: Open<"ATIVO" | "INATIVO"> | undefined;
  /**
   * When it was created.
   * Filled by the platform.
   */
  criadoEm?: DateTimeText | undefined;
  /**
   * When it was last changed.
   * Filled by the platform.
   */
  alteradoEm?: DateTimeText | undefined;
}

/** A discount on an item. */
export interface Desconto {
  /**
   * In percent or in reais.
   * Required when including.
   */
  tipo?: Open<"PERCENTUAL" | "VALOR"> | undefined;
  /**
   * How much.
   * Required when including.
   * At most 4 decimal places.
   */
  valor?: DecimalText | undefined;
  /** Last day on which it applies. */
  ate?: DateText | undefined;
}

/** One service of a contract. */
export interface ItemContrato {
  /** The service, by the platform's identifier. */
  servicoId?: string | undefined;
  /**
   * The service, by its code.
   * At most 60 characters.
   */
  servicoCodigo?: string | undefined;
  /**
   * How many.
   * Required when including.
   * At most 6 decimal places.
   */
  quantidade?: DecimalText | undefined;
  /**
   * Price of a unit in reais; the service's own where it is left out.
   * At most 10 decimal places.
   */
  valorUnitario?: DecimalText | undefined;
  /** Discount. */
  desconto?: Desconto | undefined;
  /**
   * Description.
   * At most 500 characters.
   */
  descricao?: string | undefined;
}

/** One step of a contract's life. */
export interface Historico {
  /**
   * What it became.
   * Filled by the platform.
   */
  situacao?: Open<"INATIVO" | "ATIVO" | "SUSPENSO" | "CANCELADO" | "EXPIRADO"> | undefined;
  /**
   * From when.
   * Filled by the platform.
   */
  data?: DateText | undefined;
  /**
   * Why.
   * Filled by the platform.
   * At most 255 characters.
   */
  motivo?: string | undefined;
  /**
   * By whom.
   * Filled by the platform.
   * At most 255 characters.
   */
  usuario?: string | undefined;
}

/** A contract: which services a customer has, and how they are billed. */
export interface Contrato {
  /**
   * Identifier given by the platform.
   * Filled by the platform.
   */
  id?: string | undefined;
  /**
   * Number that people see.
   * At most 35 characters.
   */
  numero?: string | undefined;
  /**
   * The contract's code in the company's own system; unique.
   * At most 60 characters.
   */
  codigoExterno?: string | undefined;
  /** The customer, by the platform's identifier. */
  clienteId?: string | undefined;
  /**
   * The customer, by the company's own code.
   * At most 60 characters.
   */
  clienteCodigoExterno?: string | undefined;
  /**
   * The services, at least one.
   * Required when including.
   */
  itens?: ItemContrato[] | undefined;
  /**
   * Description.
   * At most 500 characters.
   */
  descricao?: string | undefined;
  /**
   * First day.
   * Required when including.
   */
  dataInicio?: DateText | undefined;
  /** Last day; open where it is left out. */
  dataFim?: DateText | undefined;
  /**
   * When it was agreed.
   * Filled by the platform.
   */
  dataContratacao?: DateText | undefined;
  /**
   * When it was activated.
   * Filled by the platform.
   */
  dataAtivacao?: DateText | undefined;
  /**
   * When it was suspended.
   * Filled by the platform.
   */
  dataSuspensao?: DateText | undefined;
  /**
   * When it was cancelled.
   * Filled by the platform.
   */
  dataCancelamento?: DateText | undefined;
  /**
   * How often it is billed.
   * Required when including.
   */
  periodicidade?: Open<"SEMANAL" | "QUINZENAL" | "MENSAL" | "BIMESTRAL" | "TRIMESTRAL" | "QUADRIMESTRAL" | "SEMESTRAL" | "ANUAL" | "BIENAL" | "TRIENAL"> | undefined;
  /**
   * Due day, 1 to 31; a month without that day is due on its last.
   * Required when including.
   * 1 to 31.
   */
  diaVencimento?: number | undefined;
  /** Month of the due date. */
  mesVencimento?: Open<"CORRENTE" | "SEGUINTE" | "DOIS_MESES"> | undefined;
  /** Billed before or after the period. */
  momentoCobranca?: Open<"ANTECIPADO" | "POSTECIPADO"> | undefined;
  /** How the charges are paid. */
  formaPagamento?: Open<"BOLETO" | "PIX" | "CARTAO" | "DEBITO" | "TRANSFERENCIA" | "INDEFINIDO"> | undefined;
  /**
   * Index of the yearly adjustment, such as `IPCA`.
   * At most 20 characters.
   */
  indiceReajuste?: string | undefined;
  /** Date of the next adjustment. */
  dataProximoReajuste?: DateText | undefined;
  /**
   * Fine for late payment, in percent; the law caps it at 2.
   * At most 4 decimal places.
   */
  multaPercentual?: DecimalText | undefined;
  /**
   * Interest for late payment, in percent a month.
   * At most 4 decimal places.
   */
  jurosMesPercentual?: DecimalText | undefined;
  /**
   * Discount for early payment, in percent.
   * At most 4 decimal places.
   */
  descontoAntecipacao?: DecimalText | undefined;
  /** Whether a service invoice (NFS-e) is issued. */
  emitirNfse?: boolean | undefined;
  /**
   * Notes printed on the invoice.
   * At most 500 characters.
   */
  observacoesNota?: string | undefined;
  /**
   * How many periods are billed; without end where it is left out.
   * 1 to 9999.
   */
  ciclos?: number | undefined;
  /**
   * Where it is in its life.
   * Filled by the platform.
   */
  situacao?: Open<"INATIVO" | "ATIVO" | "SUSPENSO" | "CANCELADO" | "EXPIRADO"> | undefined;
  /**
   * What happened to it.
   * Filled by the platform.
   */
  historico?: Historico[] | undefined;
  /**
   * When it was created.
   * Filled by the platform.
   */
  criadoEm?: DateTimeText | undefined;
  /**
   * When it was last changed.
   * Filled by the platform.
   */
  alteradoEm?: DateTimeText | undefined;
}

/** Metered usage of one service of one contract. */
export interface Consumo {
  /**
   * Identifier given by the platform.
   * Filled by the platform.
   */
  id?: string | undefined;
  /**
   * The record's identifier in the company's own system; unique, and what makes sending it twice harmless.
   * At most 100 characters.
   */
  idExterno?: string | undefined;
  /** The contract, by the platform's identifier. */
  contratoId?: string | undefined;
  /**
   * The contract, by the company's own code.
   * At most 60 characters.
   */
  contratoCodigoExterno?: string | undefined;
  /** The service, by the platform's identifier. */
  servicoId?: string | undefined;
  /**
   * The service, by its code.
   * At most 60 characters.
   */
  servicoCodigo?: string | undefined;
  /** The month it belongs to; taken from `dataConsumo` where it is left out. */
  competencia?: MonthText | undefined;
  /** The day it happened. */
  dataConsumo?: DateText | undefined;
  /**
   * How much, with up to 6 decimal places; zero or less only when `estorno` is true.
   * Required when including.
   * At most 6 decimal places.
   */
  quantidade?: DecimalText | undefined;
  /** Whether this takes back earlier usage. */
  estorno?: boolean | undefined;
  /**
   * Price of a unit in reais; the contract's own where it is left out.
   * At most 10 decimal places.
   */
  valorUnitario?: DecimalText | undefined;
  /**
   * Total in reais; must be quantity × price where both are given.
   * At most 2 decimal places.
   */
  valor?: DecimalText | undefined;
  /**
   * Description.
   * At most 255 characters.
   */
  descricao?: string | undefined;
  /**
   * Complement of the description.
   * At most 255 characters.
   */
  complemento?: string | undefined;
  /**
   * Group, for the aggregation by distinct groups.
   * At most 60 characters.
   */
  grupo?: string | undefined;
  /** Free properties. */
  propriedades?: Record<string, string> | undefined;
  /**
   * Whether it was billed.
   * Filled by the platform.
   */
  faturado?: boolean | undefined;
  /**
   * The charge that billed it.
   * Filled by the platform.
   */
  cobrancaId?: string | undefined;
  /**
   * Pending, billed or removed.
   * Filled by the platform.
   */
  situacao?: Open<"PENDENTE" | "FATURADO" | "REMOVIDO"> | undefined;
  /**
   * When it was created.
   * Filled by the platform.
   */
  criadoEm?: DateTimeText | undefined;
  /**
   * When it was last changed.
   * Filled by the platform.
   */
  alteradoEm?: DateTimeText | undefined;
}

/** How and when a contract is activated, deactivated, suspended or cancelled. */
export interface ContratoAction {
  /**
   * Why; required when cancelling.
   * At most 255 characters.
   */
  motivo?: string | undefined;
  /** The day from which it holds; today where it is left out. */
  data?: DateText | undefined;
  /** At once, or at the end of the period. */
  momento?: Open<"IMEDIATO" | "FIM_DO_CICLO"> | undefined;
  /** Whether the part of the period already used is billed. */
  cobrarProporcional?: boolean | undefined;
  /** The day on which a suspension ends by itself. */
  suspenderAte?: DateText | undefined;
}

/** One tier of a price list; tiers are contiguous, and only the last is open. */
export interface Faixa {
  /**
   * Lower bound: the tier holds what is above it.
   * Required when including.
   * At most 6 decimal places.
   */
  de?: DecimalText | undefined;
  /**
   * Upper bound, included; absent in the last tier.
   * At most 6 decimal places.
   */
  ate?: DecimalText | undefined;
  /**
   * Price of a unit inside this tier.
   * At most 10 decimal places.
   */
  valorUnitario?: DecimalText | undefined;
  /**
   * Fixed amount added once when this tier is reached.
   * At most 2 decimal places.
   */
  valorFixo?: DecimalText | undefined;
}

/** Taxes withheld, each in percent. */
export interface Retencoes {
  /**
   * Imposto de Renda.
   * At most 4 decimal places.
   */
  ir?: DecimalText | undefined;
  /**
   * PIS.
   * At most 4 decimal places.
   */
  pis?: DecimalText | undefined;
  /**
   * COFINS.
   * At most 4 decimal places.
   */
  cofins?: DecimalText | undefined;
  /**
   * CSLL.
   * At most 4 decimal places.
   */
  csll?: DecimalText | undefined;
  /**
   * INSS.
   * At most 4 decimal places.
   */
  inss?: DecimalText | undefined;
  /**
   * ISS.
   * At most 4 decimal places.
   */
  iss?: DecimalText | undefined;
}

/** A service that contracts sell. Read-only: services are kept in the platform's own screens. */
export interface Servico {
  /**
   * Identifier given by the platform.
   * Filled by the platform.
   */
  id?: string | undefined;
  /**
   * The service's code.
   * At most 60 characters.
   */
  codigo?: string | undefined;
  /**
   * The service's code in the company's own system.
   * At most 60 characters.
   */
  codigoExterno?: string | undefined;
  /**
   * Name.
   * Required when including.
   * At most 255 characters.
   */
  nome?: string | undefined;
  /**
   * Description.
   * At most 500 characters.
   */
  descricao?: string | undefined;
  /**
   * Fixed, by usage, or once.
   * Required when including.
   */
  tipoCobranca?: Open<"FIXO" | "CONSUMO" | "UNICO"> | undefined;
  /**
   * Unit, such as `UN`, `GB` or `H`.
   * At most 6 characters.
   */
  unidade?: string | undefined;
  /**
   * Price of a unit, in reais.
   * At most 10 decimal places.
   */
  valorUnitario?: DecimalText | undefined;
  /**
   * Quantity included in the price (franquia).
   * At most 6 decimal places.
   */
  quantidadeIncluida?: DecimalText | undefined;
  /**
   * The least that a period is charged, in reais.
   * At most 2 decimal places.
   */
  valorMinimo?: DecimalText | undefined;
  /** How usage becomes one quantity. */
  agregacao?: Open<"SOMA" | "CONTAGEM" | "MAXIMO" | "UNICO" | "ULTIMO"> | undefined;
  /** Price by quantity. */
  faixas?: Faixa[] | undefined;
  /**
   * Service code of Lei Complementar 116, `dd.dd`.
   * 4 to 5 characters.
   */
  codigoLC116?: string | undefined;
  /**
   * Service code of the municipality.
   * At most 20 characters.
   */
  codigoServicoMunicipio?: string | undefined;
  /**
   * CNAE, 7 digits.
   * 7 to 7 characters.
   */
  cnae?: string | undefined;
  /**
   * NBS code, 9 digits.
   * 9 to 9 characters.
   */
  codigoNBS?: string | undefined;
  /**
   * ISS rate, in percent.
   * At most 4 decimal places.
   */
  aliquotaIss?: DecimalText | undefined;
  /** Taxes withheld. */
  retencoes?: Retencoes | undefined;
  /**
   * Whether it is in use.
   * Filled by the platform.
   */
  situacao?: Open<"ATIVO" | "INATIVO"> | undefined;
}

/** What one item adds to a charge. */
export interface ItemCobranca {
  /** The service. */
  servicoId?: string | undefined;
  /**
   * The service's code.
   * At most 60 characters.
   */
  servicoCodigo?: string | undefined;
  /**
   * Description.
   * At most 500 characters.
   */
  descricao?: string | undefined;
  /**
   * How many.
   * At most 6 decimal places.
   */
  quantidade?: DecimalText | undefined;
  /**
   * Price of a unit, in reais.
   * At most 10 decimal places.
   */
  valorUnitario?: DecimalText | undefined;
  /**
   * Discount, in reais.
   * At most 2 decimal places.
   */
  desconto?: DecimalText | undefined;
  /**
   * Total, in reais.
   * At most 2 decimal places.
   */
  valor?: DecimalText | undefined;
}

/** One tax of a charge. */
export interface Retencao {
  /**
   * How much, in reais.
   * At most 2 decimal places.
   */
  valor?: DecimalText | undefined;
  /** Whether the customer withholds it. */
  retido?: boolean | undefined;
}

/** The taxes of a charge. */
export interface RetencoesCobranca {
  /** Imposto de Renda. */
  ir?: Retencao | undefined;
  /** PIS. */
  pis?: Retencao | undefined;
  /** COFINS. */
  cofins?: Retencao | undefined;
  /** CSLL. */
  csll?: Retencao | undefined;
  /** INSS. */
  inss?: Retencao | undefined;
  /** ISS. */
  iss?: Retencao | undefined;
}

/** The bank slip of a charge. */
export interface Boleto {
  /**
   * The bank's own number.
   * At most 30 characters.
   */
  nossoNumero?: string | undefined;
  /** Typeable line, 47 or 48 digits. */
  linhaDigitavel?: string | undefined;
  /** Barcode, 44 digits. */
  codigoBarras?: string | undefined;
  /**
   * The bank, by its 3-digit code.
   * 3 to 3 characters.
   */
  banco?: string | undefined;
  /** Where it can be seen. */
  url?: string | undefined;
  /** Where it can be had as a PDF. */
  pdf?: string | undefined;
  /** Due date. */
  vencimento?: DateText | undefined;
  /**
   * Amount, in reais.
   * At most 2 decimal places.
   */
  valor?: DecimalText | undefined;
}

/** The PIX of a charge. */
export interface Pix {
  /** The BR Code to copy and paste, up to 512 characters. */
  copiaECola?: string | undefined;
  /**
   * Transaction identifier.
   * At most 35 characters.
   */
  txid?: string | undefined;
  /** Where the QR image is. */
  qrCodeUrl?: string | undefined;
  /** When it expires. */
  expiraEm?: DateTimeText | undefined;
  /**
   * Identifier of the payment.
   * At most 32 characters.
   */
  endToEndId?: string | undefined;
}

/** The service invoice of a charge. */
export interface Nfse {
  /**
   * Number.
   * At most 20 characters.
   */
  numero?: string | undefined;
  /**
   * Series of the RPS.
   * At most 10 characters.
   */
  serieRps?: string | undefined;
  /**
   * Number of the RPS.
   * At most 20 characters.
   */
  numeroRps?: string | undefined;
  /**
   * Verification code.
   * At most 60 characters.
   */
  codigoVerificacao?: string | undefined;
  /** Where it is in its life. */
  situacao?: Open<"AGENDADA" | "ENVIADA" | "AUTORIZADA" | "CANCELANDO" | "CANCELADA" | "CANCELAMENTO_NEGADO" | "ERRO"> | undefined;
  /** Where it can be had as a PDF. */
  urlPdf?: string | undefined;
  /** Where it can be had as XML. */
  urlXml?: string | undefined;
  /** Date of issue. */
  dataEmissao?: DateText | undefined;
  /**
   * Amount, in reais.
   * At most 2 decimal places.
   */
  valor?: DecimalText | undefined;
  /**
   * Deductions, in reais.
   * At most 2 decimal places.
   */
  deducoes?: DecimalText | undefined;
}

/** The goods invoice of a charge. */
export interface Nfe {
  /** Access key, 44 characters. */
  chave?: string | undefined;
  /**
   * Number.
   * At most 9 characters.
   */
  numero?: string | undefined;
  /**
   * Series.
   * At most 3 characters.
   */
  serie?: string | undefined;
}

/** A charge (conta a receber). Read-only: the platform's billing makes it. */
export interface Cobranca {
  /**
   * Identifier given by the platform.
   * Filled by the platform.
   */
  id?: string | undefined;
  /**
   * Number that people see.
   * At most 35 characters.
   */
  numero?: string | undefined;
  /**
   * Document number.
   * At most 35 characters.
   */
  numeroDocumento?: string | undefined;
  /**
   * The charge's code in the company's own system.
   * At most 60 characters.
   */
  codigoExterno?: string | undefined;
  /**
   * Instalment, `001/012`.
   * At most 7 characters.
   */
  parcela?: string | undefined;
  /** The customer. */
  clienteId?: string | undefined;
  /**
   * The customer's name, as billed.
   * At most 225 characters.
   */
  clienteNome?: string | undefined;
  /** The customer's CPF or CNPJ, as billed. */
  clienteCpfCnpj?: string | undefined;
  /** The contract. */
  contratoId?: string | undefined;
  /**
   * The contract's number.
   * At most 35 characters.
   */
  contratoNumero?: string | undefined;
  /** What it is made of. */
  itens?: ItemCobranca[] | undefined;
  /** The month billed. */
  competencia?: MonthText | undefined;
  /** Date of issue. */
  dataEmissao?: DateText | undefined;
  /** Due date. */
  dataVencimento?: DateText | undefined;
  /** The first due date, where it was moved. */
  vencimentoOriginal?: DateText | undefined;
  /** Date of payment. */
  dataPagamento?: DateText | undefined;
  /** Date on which the money arrived. */
  dataCredito?: DateText | undefined;
  /** Date of cancelling. */
  dataCancelamento?: DateText | undefined;
  /**
   * Amount before discounts, in reais.
   * At most 2 decimal places.
   */
  valorOriginal?: DecimalText | undefined;
  /**
   * Discount, in reais.
   * At most 2 decimal places.
   */
  valorDesconto?: DecimalText | undefined;
  /**
   * Interest, in reais.
   * At most 2 decimal places.
   */
  valorJuros?: DecimalText | undefined;
  /**
   * Fine, in reais.
   * At most 2 decimal places.
   */
  valorMulta?: DecimalText | undefined;
  /**
   * Rebate, in reais.
   * At most 2 decimal places.
   */
  valorAbatimento?: DecimalText | undefined;
  /**
   * Amount to be paid, in reais.
   * At most 2 decimal places.
   */
  valorLiquido?: DecimalText | undefined;
  /**
   * Amount paid, in reais.
   * At most 2 decimal places.
   */
  valorPago?: DecimalText | undefined;
  /**
   * What is still owed, in reais.
   * At most 2 decimal places.
   */
  saldo?: DecimalText | undefined;
  /** Taxes. */
  retencoes?: RetencoesCobranca | undefined;
  /** How it is paid. */
  formaPagamento?: Open<"BOLETO" | "PIX" | "CARTAO" | "DEBITO" | "TRANSFERENCIA" | "INDEFINIDO"> | undefined;
  /** Where it is in its life. */
  situacao?: Open<"EM_ABERTO" | "PAGA" | "PAGA_PARCIAL" | "VENCIDA" | "CANCELADA" | "ESTORNADA" | "RENEGOCIADA" | "PERDIDA" | "EM_ANALISE"> | undefined;
  /** Bank slip. */
  boleto?: Boleto | undefined;
  /** PIX. */
  pix?: Pix | undefined;
  /** Service invoice. */
  nfse?: Nfse | undefined;
  /** Goods invoice. */
  nfe?: Nfe | undefined;
  /** Where it can be paid. */
  linkPagamento?: string | undefined;
  /** Further addresses. */
  links?: string[] | undefined;
  /**
   * When it was created.
   * Filled by the platform.
   */
  criadoEm?: DateTimeText | undefined;
  /**
   * When it was last changed.
   * Filled by the platform.
   */
  alteradoEm?: DateTimeText | undefined;
}

/** Which customers to list. */
export interface ClientesFilter {
  /**
   * The customer's code in the company's own system.
   * At most 60 characters.
   */
  codigoExterno?: string | undefined;
  /** CPF or CNPJ. */
  cpfCnpj?: string | undefined;
  /**
   * Name, or a part of it.
   * 2 to 225 characters.
   */
  nome?: string | undefined;
  /** Main e-mail address. */
  email?: string | undefined;
  /**
   * Group.
   * At most 60 characters.
   */
  grupo?: string | undefined;
  /** In use or removed. */
  situacao?: (Open<"ATIVO" | "INATIVO">)[] | undefined;
  /** Changed at this instant or later. */
  alteradoDesde?: DateTimeText | undefined;
}

/** Which services to list. */
export interface ServicosFilter {
  /**
   * The service's code.
   * At most 60 characters.
   */
  codigo?: string | undefined;
  /**
   * The service's code in the company's own system.
   * At most 60 characters.
   */
  codigoExterno?: string | undefined;
  /** Fixed, by usage, or once. */
  tipoCobranca?: Open<"FIXO" | "CONSUMO" | "UNICO"> | undefined;
  /** In use or no longer sold. */
  situacao?: (Open<"ATIVO" | "INATIVO">)[] | undefined;
}

/** Which contracts to list. */
export interface ContratosFilter {
  /** The customer, by the platform's identifier. */
  clienteId?: string | undefined;
  /**
   * The customer, by the company's own code.
   * At most 60 characters.
   */
  clienteCodigoExterno?: string | undefined;
  /**
   * The contract's code in the company's own system.
   * At most 60 characters.
   */
  codigoExterno?: string | undefined;
  /**
   * Number that people see.
   * At most 35 characters.
   */
  numero?: string | undefined;
  /** Where they are in their life. */
  situacao?: (Open<"INATIVO" | "ATIVO" | "SUSPENSO" | "CANCELADO" | "EXPIRADO">)[] | undefined;
  /** Changed at this instant or later. */
  alteradoDesde?: DateTimeText | undefined;
}

/** Which usage to list. */
export interface ConsumosFilter {
  /**
   * The record's identifier in the company's own system.
   * At most 100 characters.
   */
  idExterno?: string | undefined;
  /** The contract, by the platform's identifier. */
  contratoId?: string | undefined;
  /**
   * The contract, by the company's own code.
   * At most 60 characters.
   */
  contratoCodigoExterno?: string | undefined;
  /** The service, by the platform's identifier. */
  servicoId?: string | undefined;
  /**
   * The service, by its code.
   * At most 60 characters.
   */
  servicoCodigo?: string | undefined;
  /** The month it belongs to. */
  competencia?: MonthText | undefined;
  /** Pending, billed or removed. */
  situacao?: (Open<"PENDENTE" | "FATURADO" | "REMOVIDO">)[] | undefined;
  /** Changed at this instant or later. */
  alteradoDesde?: DateTimeText | undefined;
}

/** Which charges to list. */
export interface CobrancasFilter {
  /** The customer. */
  clienteId?: string | undefined;
  /** The contract. */
  contratoId?: string | undefined;
  /** Where they are in their life. */
  situacao?: (Open<"EM_ABERTO" | "PAGA" | "PAGA_PARCIAL" | "VENCIDA" | "CANCELADA" | "ESTORNADA" | "RENEGOCIADA" | "PERDIDA" | "EM_ANALISE">)[] | undefined;
  /** Which date `de` and `ate` look at; the due date where it is left out. */
  tipoData?: Open<"EMISSAO" | "VENCIMENTO" | "PAGAMENTO" | "COMPETENCIA"> | undefined;
  /** First day. */
  de?: DateText | undefined;
  /** Last day, included. */
  ate?: DateText | undefined;
  /** The month billed. */
  competencia?: MonthText | undefined;
  /**
   * The least amount, in reais.
   * At most 2 decimal places.
   */
  valorMin?: DecimalText | undefined;
  /**
   * The greatest amount, in reais.
   * At most 2 decimal places.
   */
  valorMax?: DecimalText | undefined;
  /** How they are paid. */
  formaPagamento?: Open<"BOLETO" | "PIX" | "CARTAO" | "DEBITO" | "TRANSFERENCIA" | "INDEFINIDO"> | undefined;
  /**
   * The bank's own number of the boleto.
   * At most 30 characters.
   */
  nossoNumero?: string | undefined;
  /**
   * Document number.
   * At most 35 characters.
   */
  numeroDocumento?: string | undefined;
  /** What they are sorted by. */
  ordenarPor?: Open<"EMISSAO" | "VENCIMENTO" | "PAGAMENTO" | "VALOR" | "NUMERO"> | undefined;
  /** The direction of the sort. */
  ordem?: Open<"CRESCENTE" | "DECRESCENTE"> | undefined;
}

/** A kind of document. */
export type DocumentoKind =
  | "cpf"
  | "cnpj"
  | "cpf_cnpj"
  | "ie"
  | "cep"
  | "uf"
  | "municipio"
  | "telefone"
  | "email"
  | "boleto"
  | "pix_chave"
  | "brcode"
  | "chave_dfe";

/** Why a text is not a valid document. */
export type Reason =
  | "vazio"
  | "tamanho"
  | "alfabeto"
  | "minuscula"
  | "maiuscula"
  | "mascara"
  | "digito_verificador"
  | "sequencia"
  | "prefixo"
  | "regiao"
  | "faixa"
  | "legado"
  | "uf_invalida"
  | "uf_divergente"
  | "nenhuma_uf"
  | "estrutura"
  | "campo_ausente"
  | "campo_invalido"
  | "crc"
  | "local"
  | "dominio"
  | "tipo_desconhecido";

/** What went wrong, by what the caller can do about it. */
export type ErrorCode =
  | "validation"
  | "configuration"
  | "profile"
  | "authentication"
  | "permission"
  | "not_found"
  | "conflict"
  | "rejected"
  | "rate_limited"
  | "server"
  | "connection"
  | "timeout"
  | "response"
  | "cancelled"
  | "spreadsheet"
  | "journal"
  | "stale_plan"
  | "io";

/** What a failed write did on the platform. */
export type Outcome =
  | "not_sent"
  | "rejected"
  | "unknown";

