// Written by `npm run tipos` from the tables of the core; not edited by hand.

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
  logradouro?: string;
  /**
   * House number; `S/N` where there is none.
   * At most 60 characters.
   */
  numero?: string;
  /**
   * Flat, floor, block.
   * At most 60 characters.
   */
  complemento?: string;
  /**
   * Neighbourhood.
   * At most 60 characters.
   */
  bairro?: string;
  /** Postal code, 8 digits. */
  cep?: string;
  /** State, two letters. */
  uf?: string;
  /**
   * Municipality, by name.
   * 2 to 60 characters.
   */
  municipio?: string;
  /** Municipality, by its 7-digit IBGE code. */
  codigoIbge?: string;
  /**
   * Country by its BACEN code; `1058` is Brazil.
   * At most 4 characters.
   */
  pais?: string;
}

/** A customer: who is billed. */
export interface Cliente {
  /**
   * Identifier given by the platform.
   * Filled by the platform.
   */
  id?: string;
  /**
   * The customer's code in the company's own system; unique, and the key of an upsert.
   * At most 60 characters.
   */
  codigoExterno?: string;
  /** Person, company or foreign; derived from the document where it is left out. */
  tipoPessoa?: Open<"FISICA" | "JURIDICA" | "ESTRANGEIRO">;
  /**
   * Name, or registered company name (razão social).
   * Required when including.
   * 2 to 225 characters.
   */
  nome?: string;
  /**
   * Trade name.
   * At most 60 characters.
   */
  nomeFantasia?: string;
  /** CPF (11 digits) or CNPJ (14 characters, possibly with letters), without punctuation. */
  cpfCnpj?: string;
  /**
   * State registration, or `ISENTO`; checked against the state of the address.
   * 2 to 20 characters.
   */
  inscricaoEstadual?: string;
  /** Whether the customer pays ICMS: `1` yes, `2` exempt, `9` no. */
  indicadorIe?: Open<"1" | "2" | "9">;
  /**
   * Municipal registration.
   * At most 15 characters.
   */
  inscricaoMunicipal?: string;
  /**
   * SUFRAMA registration, 8 or 9 digits.
   * 8 to 9 characters.
   */
  inscricaoSuframa?: string;
  /** Main e-mail address. */
  email?: string;
  /** Further e-mail addresses. */
  emailsAdicionais?: string[];
  /** Telephone, kept as `+55` and digits. */
  telefone?: string;
  /** Mobile telephone, kept as `+55` and digits. */
  celular?: string;
  /** Address. */
  endereco?: Endereco;
  /** Billing address, where it is another. */
  enderecoCobranca?: Endereco;
  /** Date of birth; persons only. */
  dataNascimento?: DateText;
  /** Whether the company is under Simples Nacional. */
  optanteSimples?: boolean;
  /** Whether the company pays ICMS. */
  contribuinte?: boolean;
  /** Whether the platform notifies the customer; true by default. */
  notificar?: boolean;
  /**
   * Free notes.
   * At most 500 characters.
   */
  observacoes?: string;
  /** Labels. */
  tags?: string[];
  /**
   * Group.
   * At most 60 characters.
   */
  grupo?: string;
  /**
   * Whether it is in use; removing makes it inactive.
   * Filled by the platform.
   */
  situacao?: Open<"ATIVO" | "INATIVO">;
  /**
   * When it was created.
   * Filled by the platform.
   */
  criadoEm?: DateTimeText;
  /**
   * When it was last changed.
   * Filled by the platform.
   */
  alteradoEm?: DateTimeText;
}

/** A discount on an item. */
export interface Desconto {
  /**
   * In percent or in reais.
   * Required when including.
   */
  tipo?: Open<"PERCENTUAL" | "VALOR">;
  /**
   * How much.
   * Required when including.
   * At most 4 decimal places.
   */
  valor?: DecimalText;
  /** Last day on which it applies. */
  ate?: DateText;
}

/** One service of a contract. */
export interface ItemContrato {
  /** The service, by the platform's identifier. */
  servicoId?: string;
  /**
   * The service, by its code.
   * At most 60 characters.
   */
  servicoCodigo?: string;
  /**
   * How many.
   * Required when including.
   * At most 6 decimal places.
   */
  quantidade?: DecimalText;
  /**
   * Price of a unit in reais; the service's own where it is left out.
   * At most 10 decimal places.
   */
  valorUnitario?: DecimalText;
  /** Discount. */
  desconto?: Desconto;
  /**
   * Description.
   * At most 500 characters.
   */
  descricao?: string;
}

/** One step of a contract's life. */
export interface Historico {
  /**
   * What it became.
   * Filled by the platform.
   */
  situacao?: Open<"INATIVO" | "ATIVO" | "SUSPENSO" | "CANCELADO" | "EXPIRADO">;
  /**
   * From when.
   * Filled by the platform.
   */
  data?: DateText;
  /**
   * Why.
   * Filled by the platform.
   * At most 255 characters.
   */
  motivo?: string;
  /**
   * By whom.
   * Filled by the platform.
   * At most 255 characters.
   */
  usuario?: string;
}

/** A contract: which services a customer has, and how they are billed. */
export interface Contrato {
  /**
   * Identifier given by the platform.
   * Filled by the platform.
   */
  id?: string;
  /**
   * Number that people see.
   * At most 35 characters.
   */
  numero?: string;
  /**
   * The contract's code in the company's own system; unique.
   * At most 60 characters.
   */
  codigoExterno?: string;
  /** The customer, by the platform's identifier. */
  clienteId?: string;
  /**
   * The customer, by the company's own code.
   * At most 60 characters.
   */
  clienteCodigoExterno?: string;
  /**
   * The services, at least one.
   * Required when including.
   */
  itens?: ItemContrato[];
  /**
   * Description.
   * At most 500 characters.
   */
  descricao?: string;
  /**
   * First day.
   * Required when including.
   */
  dataInicio?: DateText;
  /** Last day; open where it is left out. */
  dataFim?: DateText;
  /**
   * When it was agreed.
   * Filled by the platform.
   */
  dataContratacao?: DateText;
  /**
   * When it was activated.
   * Filled by the platform.
   */
  dataAtivacao?: DateText;
  /**
   * When it was suspended.
   * Filled by the platform.
   */
  dataSuspensao?: DateText;
  /**
   * When it was cancelled.
   * Filled by the platform.
   */
  dataCancelamento?: DateText;
  /**
   * How often it is billed.
   * Required when including.
   */
  periodicidade?: Open<"SEMANAL" | "QUINZENAL" | "MENSAL" | "BIMESTRAL" | "TRIMESTRAL" | "QUADRIMESTRAL" | "SEMESTRAL" | "ANUAL" | "BIENAL" | "TRIENAL">;
  /**
   * Due day, 1 to 31; a month without that day is due on its last.
   * Required when including.
   * 1 to 31.
   */
  diaVencimento?: number;
  /** Month of the due date. */
  mesVencimento?: Open<"CORRENTE" | "SEGUINTE" | "DOIS_MESES">;
  /** Billed before or after the period. */
  momentoCobranca?: Open<"ANTECIPADO" | "POSTECIPADO">;
  /** How the charges are paid. */
  formaPagamento?: Open<"BOLETO" | "PIX" | "CARTAO" | "DEBITO" | "TRANSFERENCIA" | "INDEFINIDO">;
  /**
   * Index of the yearly adjustment, such as `IPCA`.
   * At most 20 characters.
   */
  indiceReajuste?: string;
  /** Date of the next adjustment. */
  dataProximoReajuste?: DateText;
  /**
   * Fine for late payment, in percent; the law caps it at 2.
   * At most 4 decimal places.
   */
  multaPercentual?: DecimalText;
  /**
   * Interest for late payment, in percent a month.
   * At most 4 decimal places.
   */
  jurosMesPercentual?: DecimalText;
  /**
   * Discount for early payment, in percent.
   * At most 4 decimal places.
   */
  descontoAntecipacao?: DecimalText;
  /** Whether a service invoice (NFS-e) is issued. */
  emitirNfse?: boolean;
  /**
   * Notes printed on the invoice.
   * At most 500 characters.
   */
  observacoesNota?: string;
  /**
   * How many periods are billed; without end where it is left out.
   * 1 to 9999.
   */
  ciclos?: number;
  /**
   * Where it is in its life.
   * Filled by the platform.
   */
  situacao?: Open<"INATIVO" | "ATIVO" | "SUSPENSO" | "CANCELADO" | "EXPIRADO">;
  /**
   * What happened to it.
   * Filled by the platform.
   */
  historico?: Historico[];
  /**
   * When it was created.
   * Filled by the platform.
   */
  criadoEm?: DateTimeText;
  /**
   * When it was last changed.
   * Filled by the platform.
   */
  alteradoEm?: DateTimeText;
}

/** Metered usage of one service of one contract. */
export interface Consumo {
  /**
   * Identifier given by the platform.
   * Filled by the platform.
   */
  id?: string;
  /**
   * The record's identifier in the company's own system; unique, and what makes sending it twice harmless.
   * At most 100 characters.
   */
  idExterno?: string;
  /** The contract, by the platform's identifier. */
  contratoId?: string;
  /**
   * The contract, by the company's own code.
   * At most 60 characters.
   */
  contratoCodigoExterno?: string;
  /** The service, by the platform's identifier. */
  servicoId?: string;
  /**
   * The service, by its code.
   * At most 60 characters.
   */
  servicoCodigo?: string;
  /** The month it belongs to; taken from `dataConsumo` where it is left out. */
  competencia?: MonthText;
  /** The day it happened. */
  dataConsumo?: DateText;
  /**
   * How much, with up to 6 decimal places; zero or less only when `estorno` is true.
   * Required when including.
   * At most 6 decimal places.
   */
  quantidade?: DecimalText;
  /** Whether this takes back earlier usage. */
  estorno?: boolean;
  /**
   * Price of a unit in reais; the contract's own where it is left out.
   * At most 10 decimal places.
   */
  valorUnitario?: DecimalText;
  /**
   * Total in reais; must be quantity × price where both are given.
   * At most 2 decimal places.
   */
  valor?: DecimalText;
  /**
   * Description.
   * At most 255 characters.
   */
  descricao?: string;
  /**
   * Complement of the description.
   * At most 255 characters.
   */
  complemento?: string;
  /**
   * Group, for the aggregation by distinct groups.
   * At most 60 characters.
   */
  grupo?: string;
  /** Free properties. */
  propriedades?: Record<string, string>;
  /**
   * Whether it was billed.
   * Filled by the platform.
   */
  faturado?: boolean;
  /**
   * The charge that billed it.
   * Filled by the platform.
   */
  cobrancaId?: string;
  /**
   * Pending, billed or removed.
   * Filled by the platform.
   */
  situacao?: Open<"PENDENTE" | "FATURADO" | "REMOVIDO">;
  /**
   * When it was created.
   * Filled by the platform.
   */
  criadoEm?: DateTimeText;
  /**
   * When it was last changed.
   * Filled by the platform.
   */
  alteradoEm?: DateTimeText;
}

/** How and when a contract is activated, deactivated, suspended or cancelled. */
export interface AcaoContrato {
  /**
   * Why; required when cancelling.
   * At most 255 characters.
   */
  motivo?: string;
  /** The day from which it holds; today where it is left out. */
  data?: DateText;
  /** At once, or at the end of the period. */
  momento?: Open<"IMEDIATO" | "FIM_DO_CICLO">;
  /** Whether the part of the period already used is billed. */
  cobrarProporcional?: boolean;
  /** The day on which a suspension ends by itself. */
  suspenderAte?: DateText;
}

/** One tier of a price list; tiers are contiguous, and only the last is open. */
export interface Faixa {
  /**
   * Lower bound: the tier holds what is above it.
   * Required when including.
   * At most 6 decimal places.
   */
  de?: DecimalText;
  /**
   * Upper bound, included; absent in the last tier.
   * At most 6 decimal places.
   */
  ate?: DecimalText;
  /**
   * Price of a unit inside this tier.
   * At most 10 decimal places.
   */
  valorUnitario?: DecimalText;
  /**
   * Fixed amount added once when this tier is reached.
   * At most 2 decimal places.
   */
  valorFixo?: DecimalText;
}

/** Taxes withheld, each in percent. */
export interface Retencoes {
  /**
   * Imposto de Renda.
   * At most 4 decimal places.
   */
  ir?: DecimalText;
  /**
   * PIS.
   * At most 4 decimal places.
   */
  pis?: DecimalText;
  /**
   * COFINS.
   * At most 4 decimal places.
   */
  cofins?: DecimalText;
  /**
   * CSLL.
   * At most 4 decimal places.
   */
  csll?: DecimalText;
  /**
   * INSS.
   * At most 4 decimal places.
   */
  inss?: DecimalText;
  /**
   * ISS.
   * At most 4 decimal places.
   */
  iss?: DecimalText;
}

/** A service that contracts sell. Read-only: services are kept in the platform's own screens. */
export interface Servico {
  /**
   * Identifier given by the platform.
   * Filled by the platform.
   */
  id?: string;
  /**
   * The service's code.
   * At most 60 characters.
   */
  codigo?: string;
  /**
   * The service's code in the company's own system.
   * At most 60 characters.
   */
  codigoExterno?: string;
  /**
   * Name.
   * Required when including.
   * At most 255 characters.
   */
  nome?: string;
  /**
   * Description.
   * At most 500 characters.
   */
  descricao?: string;
  /**
   * Fixed, by usage, or once.
   * Required when including.
   */
  tipoCobranca?: Open<"FIXO" | "CONSUMO" | "UNICO">;
  /**
   * Unit, such as `UN`, `GB` or `H`.
   * At most 6 characters.
   */
  unidade?: string;
  /**
   * Price of a unit, in reais.
   * At most 10 decimal places.
   */
  valorUnitario?: DecimalText;
  /**
   * Quantity included in the price (franquia).
   * At most 6 decimal places.
   */
  quantidadeIncluida?: DecimalText;
  /**
   * The least that a period is charged, in reais.
   * At most 2 decimal places.
   */
  valorMinimo?: DecimalText;
  /** How usage becomes one quantity. */
  agregacao?: Open<"SOMA" | "CONTAGEM" | "MAXIMO" | "UNICO" | "ULTIMO">;
  /** Price by quantity. */
  faixas?: Faixa[];
  /**
   * Service code of Lei Complementar 116, `dd.dd`.
   * 4 to 5 characters.
   */
  codigoLC116?: string;
  /**
   * Service code of the municipality.
   * At most 20 characters.
   */
  codigoServicoMunicipio?: string;
  /**
   * CNAE, 7 digits.
   * 7 to 7 characters.
   */
  cnae?: string;
  /**
   * NBS code, 9 digits.
   * 9 to 9 characters.
   */
  codigoNBS?: string;
  /**
   * ISS rate, in percent.
   * At most 4 decimal places.
   */
  aliquotaIss?: DecimalText;
  /** Taxes withheld. */
  retencoes?: Retencoes;
  /**
   * Whether it is in use.
   * Filled by the platform.
   */
  situacao?: Open<"ATIVO" | "INATIVO">;
}

/** What one item adds to a charge. */
export interface ItemCobranca {
  /** The service. */
  servicoId?: string;
  /**
   * The service's code.
   * At most 60 characters.
   */
  servicoCodigo?: string;
  /**
   * Description.
   * At most 500 characters.
   */
  descricao?: string;
  /**
   * How many.
   * At most 6 decimal places.
   */
  quantidade?: DecimalText;
  /**
   * Price of a unit, in reais.
   * At most 10 decimal places.
   */
  valorUnitario?: DecimalText;
  /**
   * Discount, in reais.
   * At most 2 decimal places.
   */
  desconto?: DecimalText;
  /**
   * Total, in reais.
   * At most 2 decimal places.
   */
  valor?: DecimalText;
}

/** One tax of a charge. */
export interface Retencao {
  /**
   * How much, in reais.
   * At most 2 decimal places.
   */
  valor?: DecimalText;
  /** Whether the customer withholds it. */
  retido?: boolean;
}

/** The taxes of a charge. */
export interface RetencoesCobranca {
  /** Imposto de Renda. */
  ir?: Retencao;
  /** PIS. */
  pis?: Retencao;
  /** COFINS. */
  cofins?: Retencao;
  /** CSLL. */
  csll?: Retencao;
  /** INSS. */
  inss?: Retencao;
  /** ISS. */
  iss?: Retencao;
}

/** The bank slip of a charge. */
export interface Boleto {
  /**
   * The bank's own number.
   * At most 30 characters.
   */
  nossoNumero?: string;
  /** Typeable line, 47 or 48 digits. */
  linhaDigitavel?: string;
  /** Barcode, 44 digits. */
  codigoBarras?: string;
  /**
   * The bank, by its 3-digit code.
   * 3 to 3 characters.
   */
  banco?: string;
  /** Where it can be seen. */
  url?: string;
  /** Where it can be had as a PDF. */
  pdf?: string;
  /** Due date. */
  vencimento?: DateText;
  /**
   * Amount, in reais.
   * At most 2 decimal places.
   */
  valor?: DecimalText;
}

/** The PIX of a charge. */
export interface Pix {
  /** The BR Code to copy and paste, up to 512 characters. */
  copiaECola?: string;
  /**
   * Transaction identifier.
   * At most 35 characters.
   */
  txid?: string;
  /** Where the QR image is. */
  qrCodeUrl?: string;
  /** When it expires. */
  expiraEm?: DateTimeText;
  /**
   * Identifier of the payment.
   * At most 32 characters.
   */
  endToEndId?: string;
}

/** The service invoice of a charge. */
export interface Nfse {
  /**
   * Number.
   * At most 20 characters.
   */
  numero?: string;
  /**
   * Series of the RPS.
   * At most 10 characters.
   */
  serieRps?: string;
  /**
   * Number of the RPS.
   * At most 20 characters.
   */
  numeroRps?: string;
  /**
   * Verification code.
   * At most 60 characters.
   */
  codigoVerificacao?: string;
  /** Where it is in its life. */
  situacao?: Open<"AGENDADA" | "ENVIADA" | "AUTORIZADA" | "CANCELANDO" | "CANCELADA" | "CANCELAMENTO_NEGADO" | "ERRO">;
  /** Where it can be had as a PDF. */
  urlPdf?: string;
  /** Where it can be had as XML. */
  urlXml?: string;
  /** Date of issue. */
  dataEmissao?: DateText;
  /**
   * Amount, in reais.
   * At most 2 decimal places.
   */
  valor?: DecimalText;
  /**
   * Deductions, in reais.
   * At most 2 decimal places.
   */
  deducoes?: DecimalText;
}

/** The goods invoice of a charge. */
export interface Nfe {
  /** Access key, 44 characters. */
  chave?: string;
  /**
   * Number.
   * At most 9 characters.
   */
  numero?: string;
  /**
   * Series.
   * At most 3 characters.
   */
  serie?: string;
}

/** A charge (conta a receber). Read-only: the platform's billing makes it. */
export interface Cobranca {
  /**
   * Identifier given by the platform.
   * Filled by the platform.
   */
  id?: string;
  /**
   * Number that people see.
   * At most 35 characters.
   */
  numero?: string;
  /**
   * Document number.
   * At most 35 characters.
   */
  numeroDocumento?: string;
  /**
   * The charge's code in the company's own system.
   * At most 60 characters.
   */
  codigoExterno?: string;
  /**
   * Instalment, `001/012`.
   * At most 7 characters.
   */
  parcela?: string;
  /** The customer. */
  clienteId?: string;
  /**
   * The customer's name, as billed.
   * At most 225 characters.
   */
  clienteNome?: string;
  /** The customer's CPF or CNPJ, as billed. */
  clienteCpfCnpj?: string;
  /** The contract. */
  contratoId?: string;
  /**
   * The contract's number.
   * At most 35 characters.
   */
  contratoNumero?: string;
  /** What it is made of. */
  itens?: ItemCobranca[];
  /** The month billed. */
  competencia?: MonthText;
  /** Date of issue. */
  dataEmissao?: DateText;
  /** Due date. */
  dataVencimento?: DateText;
  /** The first due date, where it was moved. */
  vencimentoOriginal?: DateText;
  /** Date of payment. */
  dataPagamento?: DateText;
  /** Date on which the money arrived. */
  dataCredito?: DateText;
  /** Date of cancelling. */
  dataCancelamento?: DateText;
  /**
   * Amount before discounts, in reais.
   * At most 2 decimal places.
   */
  valorOriginal?: DecimalText;
  /**
   * Discount, in reais.
   * At most 2 decimal places.
   */
  valorDesconto?: DecimalText;
  /**
   * Interest, in reais.
   * At most 2 decimal places.
   */
  valorJuros?: DecimalText;
  /**
   * Fine, in reais.
   * At most 2 decimal places.
   */
  valorMulta?: DecimalText;
  /**
   * Rebate, in reais.
   * At most 2 decimal places.
   */
  valorAbatimento?: DecimalText;
  /**
   * Amount to be paid, in reais.
   * At most 2 decimal places.
   */
  valorLiquido?: DecimalText;
  /**
   * Amount paid, in reais.
   * At most 2 decimal places.
   */
  valorPago?: DecimalText;
  /**
   * What is still owed, in reais.
   * At most 2 decimal places.
   */
  saldo?: DecimalText;
  /** Taxes. */
  retencoes?: RetencoesCobranca;
  /** How it is paid. */
  formaPagamento?: Open<"BOLETO" | "PIX" | "CARTAO" | "DEBITO" | "TRANSFERENCIA" | "INDEFINIDO">;
  /** Where it is in its life. */
  situacao?: Open<"EM_ABERTO" | "PAGA" | "PAGA_PARCIAL" | "VENCIDA" | "CANCELADA" | "ESTORNADA" | "RENEGOCIADA" | "PERDIDA" | "EM_ANALISE">;
  /** Bank slip. */
  boleto?: Boleto;
  /** PIX. */
  pix?: Pix;
  /** Service invoice. */
  nfse?: Nfse;
  /** Goods invoice. */
  nfe?: Nfe;
  /** Where it can be paid. */
  linkPagamento?: string;
  /** Further addresses. */
  links?: string[];
  /**
   * When it was created.
   * Filled by the platform.
   */
  criadoEm?: DateTimeText;
  /**
   * When it was last changed.
   * Filled by the platform.
   */
  alteradoEm?: DateTimeText;
}

/** Which customers to list. */
export interface FiltroClientes {
  /**
   * The customer's code in the company's own system.
   * At most 60 characters.
   */
  codigoExterno?: string;
  /** CPF or CNPJ. */
  cpfCnpj?: string;
  /**
   * Name, or a part of it.
   * 2 to 225 characters.
   */
  nome?: string;
  /** Main e-mail address. */
  email?: string;
  /**
   * Group.
   * At most 60 characters.
   */
  grupo?: string;
  /** In use or removed. */
  situacao?: (Open<"ATIVO" | "INATIVO">)[];
  /** Changed at this instant or later. */
  alteradoDesde?: DateTimeText;
}

/** Which services to list. */
export interface FiltroServicos {
  /**
   * The service's code.
   * At most 60 characters.
   */
  codigo?: string;
  /**
   * The service's code in the company's own system.
   * At most 60 characters.
   */
  codigoExterno?: string;
  /** Fixed, by usage, or once. */
  tipoCobranca?: Open<"FIXO" | "CONSUMO" | "UNICO">;
  /** In use or no longer sold. */
  situacao?: (Open<"ATIVO" | "INATIVO">)[];
}

/** Which contracts to list. */
export interface FiltroContratos {
  /** The customer, by the platform's identifier. */
  clienteId?: string;
  /**
   * The customer, by the company's own code.
   * At most 60 characters.
   */
  clienteCodigoExterno?: string;
  /**
   * The contract's code in the company's own system.
   * At most 60 characters.
   */
  codigoExterno?: string;
  /**
   * Number that people see.
   * At most 35 characters.
   */
  numero?: string;
  /** Where they are in their life. */
  situacao?: (Open<"INATIVO" | "ATIVO" | "SUSPENSO" | "CANCELADO" | "EXPIRADO">)[];
  /** Changed at this instant or later. */
  alteradoDesde?: DateTimeText;
}

/** Which usage to list. */
export interface FiltroConsumos {
  /**
   * The record's identifier in the company's own system.
   * At most 100 characters.
   */
  idExterno?: string;
  /** The contract, by the platform's identifier. */
  contratoId?: string;
  /**
   * The contract, by the company's own code.
   * At most 60 characters.
   */
  contratoCodigoExterno?: string;
  /** The service, by the platform's identifier. */
  servicoId?: string;
  /**
   * The service, by its code.
   * At most 60 characters.
   */
  servicoCodigo?: string;
  /** The month it belongs to. */
  competencia?: MonthText;
  /** Pending, billed or removed. */
  situacao?: (Open<"PENDENTE" | "FATURADO" | "REMOVIDO">)[];
  /** Changed at this instant or later. */
  alteradoDesde?: DateTimeText;
}

/** Which charges to list. */
export interface FiltroCobrancas {
  /** The customer. */
  clienteId?: string;
  /** The contract. */
  contratoId?: string;
  /** Where they are in their life. */
  situacao?: (Open<"EM_ABERTO" | "PAGA" | "PAGA_PARCIAL" | "VENCIDA" | "CANCELADA" | "ESTORNADA" | "RENEGOCIADA" | "PERDIDA" | "EM_ANALISE">)[];
  /** Which date `de` and `ate` look at; the due date where it is left out. */
  tipoData?: Open<"EMISSAO" | "VENCIMENTO" | "PAGAMENTO" | "COMPETENCIA">;
  /** First day. */
  de?: DateText;
  /** Last day, included. */
  ate?: DateText;
  /** The month billed. */
  competencia?: MonthText;
  /**
   * The least amount, in reais.
   * At most 2 decimal places.
   */
  valorMin?: DecimalText;
  /**
   * The greatest amount, in reais.
   * At most 2 decimal places.
   */
  valorMax?: DecimalText;
  /** How they are paid. */
  formaPagamento?: Open<"BOLETO" | "PIX" | "CARTAO" | "DEBITO" | "TRANSFERENCIA" | "INDEFINIDO">;
  /**
   * The bank's own number of the boleto.
   * At most 30 characters.
   */
  nossoNumero?: string;
  /**
   * Document number.
   * At most 35 characters.
   */
  numeroDocumento?: string;
  /** What they are sorted by. */
  ordenarPor?: Open<"EMISSAO" | "VENCIMENTO" | "PAGAMENTO" | "VALOR" | "NUMERO">;
  /** The direction of the sort. */
  ordem?: Open<"CRESCENTE" | "DECRESCENTE">;
}

/** A kind of document. */
export type DocumentoTipo =
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
export type Motivo =
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

