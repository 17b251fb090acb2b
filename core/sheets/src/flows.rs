//! The columns of each spreadsheet flow: field of the model, header and its synonyms, conversion. All of this is data.

/// A spreadsheet flow: the columns of its files.
#[derive(Debug, PartialEq, Eq)]
pub struct Flow {
    /// The name of the flow, as in `clientes`.
    pub name: &'static str,
    /// The name of the sheet in written files.
    pub title: &'static str,
    /// The columns, in the order in which they are written.
    pub columns: &'static [Column],
    /// Fields whose values must differ in all rows of a file.
    pub unique: &'static [&'static str],
    /// Groups of fields. At least one column of each group must be present.
    pub one_of: &'static [&'static [&'static str]],
    /// Whether a row is accepted without an invalid optional field. A customer with a bad telephone can be billed. For
    /// usage, every field affects the bill.
    pub lenient: bool,
    /// Optional fields that reject the row if they are invalid: they decide who is meant, which taxes are due, or what
    /// is done without another question.
    pub decisive: &'static [&'static str],
}

impl Flow {
    /// Returns the flow called `name`.
    #[must_use]
    pub fn by_name(name: &str) -> Option<&'static Self> {
        [&CLIENTES, &CONSUMOS, &CONTAS_A_RECEBER].into_iter().find(|flow| flow.name == name)
    }

    /// Iterates over the columns that a person fills in, in their order.
    pub fn filled(&self) -> impl Iterator<Item = &'static Column> + use<> {
        self.written().filter(|column| column.role != Role::Identifier)
    }

    /// Iterates over the columns of written files, in their order.
    pub fn written(&self) -> impl Iterator<Item = &'static Column> + use<> {
        self.columns.iter().filter(|column| column.role != Role::Reading)
    }

    /// Whether a row is accepted without its field at `path` if that field is invalid. Required fields, and fields that
    /// identify the record, are never left out.
    #[must_use]
    pub fn spares(&self, path: &str) -> bool {
        let field = path.split(['.', '[']).next().unwrap_or_default();
        let decisive = self.unique.contains(&field) || self.decisive.contains(&field);
        self.lenient && !decisive && !self.column(field).is_some_and(|column| column.required)
    }

    /// The column that feeds `field`.
    #[must_use]
    pub fn column(&self, field: &str) -> Option<&'static Column> {
        self.columns.iter().find(|column| column.field == field)
    }
}

/// One column of a flow.
#[derive(Debug, PartialEq, Eq)]
pub struct Column {
    /// The path of the field in the model, such as `endereco.cep`.
    pub field: &'static str,
    /// The header in written files. It is also read.
    pub label: &'static str,
    /// Other headers with the same meaning. Accents, case, punctuation and usual abbreviations do not matter.
    pub synonyms: &'static [&'static str],
    /// Headers that may have this meaning. They count only if no other header of the file has it.
    pub vague: &'static [&'static str],
    /// The conversion of its cells.
    pub conversion: Conversion,
    /// Whether the file must have the column.
    pub required: bool,
    /// Whether several columns may feed the field, one of them in each row (such as a `CPF` and a `CNPJ` column).
    pub several: bool,
    /// The role of the column.
    pub role: Role,
    /// The note in the template.
    pub note: &'static str,
    /// The value in the template's example row.
    pub example: &'static str,
}

/// The role of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The column is a field of the model.
    Field,
    /// The column only serves the import, and is not a field of the model.
    Auxiliary,
    /// The column only serves the import, and is read but never written.
    Reading,
    /// The platform's identifier of the record. Exports and reports write it. It is read only under the headers that
    /// they write, because an `ID` in a company's file is the company's own.
    Identifier,
}

/// The conversion of a cell to a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conversion {
    /// Text, unchanged.
    Text,
    /// An exact decimal that is a quantity.
    Decimal,
    /// An exact decimal that is money. It differs from `Decimal` only in its written form.
    Money,
    /// A date.
    Date,
    /// A month.
    Competencia,
    /// Yes or no.
    Boolean,
    /// A CPF or a CNPJ. The digits decide.
    CpfCnpj,
    /// A state registration, whose form depends on the state.
    InscricaoEstadual,
    /// A postal code of eight digits.
    Cep,
    /// A state, by its abbreviation or its name.
    Uf,
    /// The seven digits of a municipality.
    Ibge,
    /// One of these texts (accents and case do not matter), and the model's value for each.
    Choice(&'static [(&'static str, &'static str)]),
    /// One of these texts, as for `Choice`, but the platform may add to the list. Any other text stays unchanged, and
    /// the model judges it.
    Known(&'static [(&'static str, &'static str)]),
}

const fn column(field: &'static str, label: &'static str, conversion: Conversion) -> Column {
    Column {
        field,
        label,
        synonyms: &[],
        vague: &[],
        conversion,
        required: false,
        several: false,
        role: Role::Field,
        note: "",
        example: "",
    }
}

impl Column {
    const fn synonyms(mut self, synonyms: &'static [&'static str]) -> Self {
        self.synonyms = synonyms;
        self
    }
    const fn vague(mut self, vague: &'static [&'static str]) -> Self {
        self.vague = vague;
        self
    }
    const fn required(mut self) -> Self {
        self.required = true;
        self
    }
    const fn several(mut self) -> Self {
        self.several = true;
        self
    }
    const fn role(mut self, role: Role) -> Self {
        self.role = role;
        self
    }
    const fn note(mut self, note: &'static str, example: &'static str) -> Self {
        self.note = note;
        self.example = example;
        self
    }
}

use Conversion::{
    Boolean, Cep, Choice, Competencia, CpfCnpj, Date, Decimal, Ibge, InscricaoEstadual, Known, Money, Text, Uf,
};

const TIPO_PESSOA: Conversion = Choice(&[
    ("FISICA", "FISICA"),
    ("JURIDICA", "JURIDICA"),
    ("ESTRANGEIRO", "ESTRANGEIRO"),
    ("F", "FISICA"),
    ("J", "JURIDICA"),
    ("X", "ESTRANGEIRO"),
    ("PF", "FISICA"),
    ("PJ", "JURIDICA"),
    ("Pessoa Física", "FISICA"),
    ("Pessoa Jurídica", "JURIDICA"),
    ("Estrangeira", "ESTRANGEIRO"),
    ("Exterior", "ESTRANGEIRO"),
]);

/// The names of other systems for the states of a charge.
const SITUACAO_COBRANCA: Conversion = Known(&[
    ("Aberto", "EM_ABERTO"),
    ("Aberta", "EM_ABERTO"),
    ("Em aberto", "EM_ABERTO"),
    ("A receber", "EM_ABERTO"),
    ("Pago", "PAGA"),
    ("Paga", "PAGA"),
    ("Recebido", "PAGA"),
    ("Quitado", "PAGA"),
    ("Liquidado", "PAGA"),
    ("Pago parcial", "PAGA_PARCIAL"),
    ("Parcial", "PAGA_PARCIAL"),
    ("Vencido", "VENCIDA"),
    ("Vencida", "VENCIDA"),
    ("Atrasado", "VENCIDA"),
    ("Cancelado", "CANCELADA"),
    ("Cancelada", "CANCELADA"),
    ("Estornado", "ESTORNADA"),
]);

/// The column that distinguishes the row of a record without a code from a new row, when the file is imported again.
const ID: Column = column("id", "ID na plataforma", Text).synonyms(&["[smartbill] ID"]).role(Role::Identifier);

/// Upload of clientes: include and change.
pub static CLIENTES: Flow = Flow {
    name: "clientes",
    lenient: true,
    // The kind of person selects the document. The four fields after it decide taxes. A customer may not want
    // notifications.
    decisive: &[
        "tipoPessoa",
        "indicadorIe",
        "inscricaoSuframa",
        "optanteSimples",
        "contribuinte",
        "notificar",
        "situacao",
    ],
    title: "Clientes",
    unique: &["codigoExterno", "cpfCnpj", "id"],
    one_of: &[],
    columns: &[
        column("codigoExterno", "Código Externo", Text)
            .synonyms(&[
                "Código",
                "Cód. Cliente",
                "Código do Cliente",
                "Cód. ERP",
                "Código ERP",
                "Código no ERP",
                "ID Externo",
                "Identificador Externo",
                "Código Integração",
                "Código de Integração",
                "Referência Externa",
                "Matrícula",
                "CODCLI",
                "Cod Cli",
                "CD_CLIENTE",
                "CODPARC",
                "codigo_cliente_integracao",
                "ID Cliente",
                "ID Pessoa",
                "Número do Cliente",
                "Código do Sacado",
                "Código da Pessoa",
                "Código do Parceiro",
                "Código da Entidade",
                "Código Interno",
                "Código Reduzido",
                "Cód. Int.",
                "Código Cliente ERP",
                "Chave do Cliente",
                "External ID",
                "Customer ID",
                "Customer Code",
            ])
            .vague(&["Identificador"])
            .note("Código do cliente no seu sistema; identifica a linha numa nova importação", "EXEMPLO-001"),
        column("tipoPessoa", "Tipo de Pessoa", TIPO_PESSOA)
            .synonyms(&[
                "Tipo",
                "Pessoa",
                "Tipo Cliente",
                "Tipo F/J",
                "Física/Jurídica",
                "Pessoa Física/Jurídica",
                "F/J",
                "PF/PJ",
                "Natureza",
            ])
            .note("FISICA, JURIDICA ou ESTRANGEIRO; em branco, é deduzido do documento", "JURIDICA"),
        column("nome", "Nome / Razão Social", Text)
            .synonyms(&[
                "Nome",
                "Razão Social",
                "Nome do Cliente",
                "Nome ou Razão Social",
                "Razão",
                "Denominação Social",
                "Nome Empresarial",
                "Sacado",
                "Tomador",
                "NOMECLI",
                "RAZAO_SOC",
                "NM_CLIENTE",
                "Nome da Pessoa",
                "NM_PESSOA",
                "Nome da Empresa",
                "Pagador",
                "Assinante",
                "Contratante",
                "Nome Civil",
                "RZ_SOCIAL",
                "Nome e Razão",
                "NOMEPARC",
                "Name",
                "Full Name",
                "Customer Name",
                "Company",
                "Company Name",
                "First Name",
                "Primeiro Nome",
            ])
            .vague(&[
                "Cliente",
                "Nome Completo",
                "Denominação",
                "Condômino",
                "Associado",
                "Aluno",
                "Paciente",
                "Consumidor",
                "Proprietário",
                "Morador",
                "Segurado",
                "Cooperado",
                "Inquilino",
                "Locatário",
                "Nome do Usuário",
                "Titular",
                "Destinatário",
                "Empresa",
            ])
            .required()
            .note("De 2 a 225 caracteres", "EXEMPLO Comércio Ltda (apague esta linha)"),
        column("nomeFantasia", "Nome Fantasia", Text)
            .synonyms(&[
                "Fantasia",
                "Apelido",
                "Nome Reduzido",
                "Nome Abreviado",
                "Nome Comercial",
                "NOME_FANT",
                "NM_FANTASIA",
                "NFANTASIA",
            ])
            .note("Até 60 caracteres", "Exemplo"),
        column("cpfCnpj", "CPF / CNPJ", CpfCnpj)
            .synonyms(&[
                "CNPJ / CPF",
                "CNPJ/CPF/CEI",
                "Nº de Inscrição no CNPJ",
                "CPF",
                "CNPJ",
                "CPF ou CNPJ",
                "CNPJ ou CPF",
                "Nº CPF/CNPJ",
                "CGC",
                "CGC/CPF",
                "CPF/CGC",
                "Inscrição Federal",
                "C.N.P.J.",
                "C.P.F.",
                "C.N.P.J. / C.P.F.",
                "CGC_CPF",
                "NR_CNPJ_CPF",
                "Tax ID",
            ])
            .vague(&["Documento", "Número do Documento", "NUM_DOC"])
            .required()
            .several()
            .note(
                "Com ou sem máscara; o CNPJ pode ter letras; guarde como texto, para não perder zeros",
                "12.ABC.345/01DE-35",
            ),
        column("inscricaoEstadual", "Inscrição Estadual", InscricaoEstadual)
            .synonyms(&["IE", "I.E.", "Inscr. Estadual", "Insc. Est.", "INSCR_EST", "IERG", "RGIE"])
            .note("Ou ISENTO", "ISENTO"),
        column("inscricaoMunicipal", "Inscrição Municipal", Text)
            .synonyms(&["IM", "I.M.", "Inscr. Municipal", "Insc. Mun.", "CCM", "INS_MUN"])
            .note("Até 15 caracteres", ""),
        column("email", "E-mail", Text)
            .synonyms(&[
                "Email",
                "Mail",
                "E-mail Principal",
                "Correio Eletrônico",
                "E-mail NF-e",
                "E-mail Cobrança",
                "E-mail Financeiro",
                "E-mails",
                "Emails",
                "Endereço de e-mail",
                "Endereço Eletrônico",
                "Email Address",
            ])
            .note("Um endereço", "financeiro@exemplo.com.br"),
        column("ddd", "DDD", Text)
            .synonyms(&["Código DDD", "Cód. DDD", "DDD 1", "DDD Telefone", "DDD Telefone 1"])
            .role(Role::Reading),
        column("dddCelular", "DDD Celular", Text)
            .synonyms(&["DDD 2", "DDD Telefone 2", "DDD do Celular"])
            .role(Role::Reading),
        column("telefone", "Telefone", Text)
            .synonyms(&[
                "Fone",
                "Tel.",
                "Telefone Fixo",
                "Telefone Comercial",
                "Telefone 1",
                "Fone Res.",
                "Phone",
                "Fone 1",
                "Telefones",
                "Telefone com DDD",
                "Número de Telefone",
                "Phone Number",
            ])
            .vague(&["DDD/Telefone"])
            .note("Com DDD", "(11) 3333-4444"),
        column("celular", "Celular", Text)
            .synonyms(&[
                "Cel.",
                "Telefone Celular",
                "Fone Celular",
                "WhatsApp",
                "Telefone Móvel",
                "Cellular",
                "Whats",
                "Telefone 2",
                "Fone 2",
                "Mobile",
                "Mobile Phone",
                "Cell Phone",
            ])
            .note("Com DDD e o nono dígito", "(11) 98765-4321"),
        column("endereco.cep", "CEP", Cep)
            .synonyms(&[
                "C.E.P.",
                "Código Postal",
                "Cod. Postal",
                "CEP do Endereço",
                "Zip",
                "Zip Code",
                "Postal Code",
                "Postcode",
            ])
            .note("8 dígitos; guarde como texto, para não perder o zero", "01310-100"),
        column("endereco.logradouro", "Logradouro", Text)
            .synonyms(&[
                "Endereço",
                "Rua",
                "End.",
                "Rua/Av.",
                "Avenida",
                "Endereço de Cobrança",
                "Logradouro/Rua",
                "Street",
                "Street Address",
                "Address",
            ])
            .vague(&["Endereço Completo"])
            .note("Sem o número", "Avenida Paulista"),
        column("endereco.numero", "Número", Text)
            .synonyms(&[
                "Nº",
                "Num.",
                "Nro.",
                "Número do Endereço",
                "Nº Endereço",
                "Número Logradouro",
                "Número da Casa",
                "Número do Imóvel",
                "Nr.",
                "House Number",
                "Address Number",
                "Billing Number",
            ])
            .note("Ou S/N", "1000"),
        column("endereco.complemento", "Complemento", Text)
            .synonyms(&["Compl.", "Complemento do Endereço", "COMPLEM", "CPLEND", "Address Complement"])
            .note("", "Sala 1"),
        column("endereco.bairro", "Bairro", Text)
            .synonyms(&["Distrito", "Bairro/Distrito", "Setor/Bairro", "Neighborhood"])
            .note("", "Bela Vista"),
        column("endereco.municipio", "Município", Text)
            .synonyms(&[
                "Cidade",
                "Mun.",
                "Nome do Município",
                "Localidade",
                "NM_CIDADE",
                "City",
                "Cidade/UF",
                "Município/UF",
                "Cidade/Estado",
            ])
            .note("", "São Paulo"),
        column("endereco.uf", "UF", Uf)
            .synonyms(&[
                "Estado",
                "U.F.",
                "Sigla UF",
                "Estado (UF)",
                "Unidade da Federação",
                "Unidade Federativa",
                "Estado/Região",
                "State",
            ])
            .note("Duas letras", "SP"),
        column("endereco.codigoIbge", "Código IBGE", Ibge)
            .synonyms(&[
                "IBGE",
                "Cód. IBGE",
                "Código do Município",
                "Cód. Município",
                "Código IBGE do Município",
                "Município IBGE",
                "cidade_ibge",
                "Código Cidade IBGE",
            ])
            .note("7 dígitos", "3550308"),
        column("dataNascimento", "Data de Nascimento", Date)
            .synonyms(&[
                "Data Nasc.",
                "Dt. Nascimento",
                "Nascimento",
                "Nasc.",
                "Aniversário",
                "Data de Aniversário",
                "Data Nascimento/Fundação",
                "Birth Date",
                "Date of Birth",
                "Birthday",
            ])
            .note("Só pessoa física", ""),
        column("optanteSimples", "Optante pelo Simples", Boolean)
            .synonyms(&[
                "Optante Simples",
                "Simples Nacional",
                "Simples",
                "Optante SN",
                "Optante do Simples Nacional",
                "Optante pelo Simples Nacional",
            ])
            .note("S ou N", ""),
        column("observacoes", "Observações", Text)
            .synonyms(&["Obs.", "Observação", "Anotações", "Comentários", "Notas"])
            .note("Até 500 caracteres", ""),
        ID,
    ],
};

/// Import of consumos: include and change.
pub static CONSUMOS: Flow = Flow {
    name: "consumos",
    lenient: false,
    decisive: &[],
    title: "Consumos",
    unique: &["idExterno", "id"],
    one_of: &[&["competencia", "dataConsumo"]],
    columns: &[
        column("idExterno", "ID Externo", Text)
            .synonyms(&[
                "Identificador",
                "ID",
                "Código Externo",
                "Cód. Externo",
                "ID do Consumo",
                "Código do Consumo",
                "Chave",
                "Nº Lançamento",
                "Lançamento",
                "Documento",
                "ID Integração",
                "Código Integração",
                "Transação",
                "ID Transação",
                "Código da Transação",
                "ID do Lançamento",
                "Protocolo",
                "Chave Única",
                "External ID",
            ])
            .note("Código do consumo no seu sistema; impede que a mesma linha seja cobrada duas vezes", "EXEMPLO-0001"),
        column("contratoCodigoExterno", "Contrato", Text)
            .synonyms(&[
                "Código do Contrato",
                "Nº Contrato",
                "Número do Contrato",
                "Contrato Código Externo",
                "ID Contrato",
                "Cod. Contrato Externo",
                "CTR",
                "NUMCONTRATO",
                "Contract",
                "Contract ID",
                "Contract Code",
                "Contract Number",
            ])
            .required()
            .note("Código externo do contrato", "CT-EXEMPLO"),
        column("clienteCpfCnpj", "CPF / CNPJ do Cliente", CpfCnpj)
            .synonyms(&["CPF / CNPJ", "CNPJ / CPF", "CPF", "CNPJ", "Cliente CPF/CNPJ", "Documento do Cliente", "CGC"])
            .several()
            .role(Role::Auxiliary)
            .note("Confere se o contrato é desse cliente", "12.ABC.345/01DE-35"),
        column("servicoCodigo", "Serviço", Text)
            .synonyms(&[
                "Código do Serviço",
                "Cód. Serviço",
                "Item",
                "Código do Item",
                "Produto",
                "Código do Produto",
                "SKU",
                "Plano",
                "Código do Plano",
                "Medidor",
                "Métrica",
                "ID Serviço",
                "ID Produto",
                "Service",
                "Service Code",
                "Product",
                "Product Code",
                "Metric",
            ])
            .required()
            .note("Código do serviço contratado, do tipo consumo", "API-CHAMADAS"),
        column("competencia", "Competência", Competencia)
            .synonyms(&[
                "Mês",
                "Mês/Ano",
                "Mês de Referência",
                "Referência",
                "Mês Ref.",
                "Mês Base",
                "Período",
                "Período de Referência",
                "Mês de Consumo",
                "Mês da Medição",
                "Data da Competência",
                "Mês Competência",
                "Comp.",
                "Ano/Mês",
                "Anomes",
                "Month",
                "Period",
                "Reference Month",
            ])
            .note("mm/aaaa", "01/2025"),
        column("dataConsumo", "Data do Consumo", Date)
            .synonyms(&[
                "Data",
                "Dt. Consumo",
                "Data de Uso",
                "Data da Utilização",
                "Data Lançamento",
                "Dt. Leitura",
                "Data da Leitura",
                "Dt. Movimento",
                "Data Evento",
                "Data da Medição",
                "Data da Transação",
                "Data de Emissão",
                "Data da Negociação",
                "DTNEG",
                "Date",
                "Usage Date",
            ])
            .note("dd/mm/aaaa", "15/01/2025"),
        column("quantidade", "Quantidade", Decimal)
            .synonyms(&[
                "Qtd.",
                "Qtde.",
                "Qt.",
                "Quant.",
                "Consumo",
                "Quantidade Consumida",
                "Qtd. Consumida",
                "Volume",
                "Unidades",
                "QTDCONSUMO",
                "Quantidade Utilizada",
                "QTDNEG",
                "Quantity",
                "Qty",
            ])
            .vague(&[
                "Duração (min)",
                "Duração em Minutos",
                "Horas",
                "Minutos",
                "Páginas",
                "Páginas Impressas",
                "Impressões",
                "Cópias",
                "Litros",
                "Diárias",
                "Usage",
            ])
            .required()
            .note("Maior que zero, com vírgula decimal", "1.250,5"),
        column("valorUnitario", "Valor Unitário", Money)
            .synonyms(&[
                "Vlr. Unit.",
                "Preço Unitário",
                "Preço",
                "Valor Unit.",
                "VLRUNIT",
                "R$ Unit.",
                "Preço Unit.",
                "Tarifa",
                "Custo Unitário",
                "Unitário",
                "Unit Price",
                "Unit Value",
            ])
            .vague(&["Valor Hora", "Valor por Hora", "Preço Litro", "Preço por Litro", "Valor Página", "Valor Diária"])
            .note("Em branco, vale o do contrato", "0,10"),
        column("valor", "Valor", Money)
            .synonyms(&[
                "Valor Total",
                "Vlr. Total",
                "Total",
                "Total R$",
                "Valor (R$)",
                "Importância",
                "VLRTOTAL",
                "Preço Total",
                "Total do Item",
                "Montante",
            ])
            .vague(&["Valor a Pagar"])
            .note("Quantidade × valor unitário, com duas casas", "125,05"),
        column("descricao", "Descrição", Text)
            .synonyms(&[
                "Histórico",
                "Observação",
                "Observações",
                "Obs.",
                "Detalhe",
                "Detalhes",
                "Complemento",
                "Descrição do Consumo",
                "Descrição do Serviço",
                "Descrição do Produto",
                "Descrição do Item",
                "DS_ITEM",
            ])
            .note("Até 255 caracteres", "EXEMPLO: apague esta linha"),
        column("estorno", "Estorno", Boolean)
            .synonyms(&["É Estorno", "Estornado", "Estorno S/N", "ESTORNO_SN", "Devolução", "Cancelamento de Consumo"])
            .note("S numa quantidade negativa, que desfaz um consumo anterior", ""),
        ID,
    ],
};

/// Download of contas a receber (cobranças).
pub static CONTAS_A_RECEBER: Flow = Flow {
    name: "contas-a-receber",
    lenient: false,
    decisive: &[],
    title: "Contas a Receber",
    unique: &[],
    one_of: &[],
    columns: &[
        column("numero", "Número", Text).synonyms(&[
            "Nº",
            "Título",
            "Número do Título",
            "Nº Documento",
            "Número do Documento",
            "NUM_DOC",
            "Fatura",
            "Número da Fatura",
            "Duplicata",
            "Número da Duplicata",
            "Número da Cobrança",
        ]),
        column("clienteNome", "Cliente", Text).synonyms(&[
            "Nome",
            "Razão Social",
            "Sacado",
            "Pagador",
            "Devedor",
            "Tomador",
            "Nome do Cliente",
            "NM_CLIENTE",
        ]),
        column("clienteCpfCnpj", "CPF / CNPJ", CpfCnpj)
            .synonyms(&["CNPJ / CPF", "CPF", "CNPJ", "CGC", "Documento"])
            .several(),
        column("contratoNumero", "Contrato", Text).synonyms(&["Código do Contrato"]),
        column("competencia", "Competência", Competencia).synonyms(&[
            "Mês",
            "Mês/Ano",
            "Referência",
            "Mês de Referência",
            "Mês Competência",
            "Data da Competência",
        ]),
        column("dataEmissao", "Emissão", Date).synonyms(&["Data de Emissão", "DATEMI"]),
        column("dataVencimento", "Vencimento", Date).synonyms(&["Data de Vencimento", "Dt. Vencto."]),
        column("dataPagamento", "Pagamento", Date).synonyms(&[
            "Data de Pagamento",
            "Dt. Pagto.",
            "Liquidação",
            "Data de Liquidação",
            "Baixa",
            "Data da Baixa",
            "Data de Quitação",
            "Recebimento",
            "Data de Recebimento",
        ]),
        column("valorOriginal", "Valor", Money).synonyms(&[
            "Valor Original",
            "Valor Nominal",
            "Vlr. Título",
            "Valor do Documento",
        ]),
        column("valorDesconto", "Desconto", Money).synonyms(&["Descontos", "Valor do Desconto"]),
        column("valorJuros", "Juros", Money).synonyms(&["Valor dos Juros"]),
        column("valorMulta", "Multa", Money).synonyms(&["Valor da Multa"]),
        column("valorPago", "Pago", Money).synonyms(&[
            "Valor Pago",
            "Total Pago",
            "Valor Recebido",
            "Valor Liquidado",
            "Valor da Baixa",
        ]),
        column("saldo", "Saldo", Money).synonyms(&["Saldo em Aberto", "Saldo Devedor", "Valor em Aberto", "A Receber"]),
        column("situacao", "Situação", SITUACAO_COBRANCA).synonyms(&["Status"]),
        column("boleto.linhaDigitavel", "Linha Digitável", Text),
        column("pix.copiaECola", "PIX Copia e Cola", Text).synonyms(&["PIX"]),
        column("nfse.numero", "NFS-e", Text).synonyms(&["NFSe", "Nota Fiscal", "Número da NFS-e"]),
    ],
};
