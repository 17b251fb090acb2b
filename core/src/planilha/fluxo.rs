//! The columns of each spreadsheet flow: model field, header and its synonyms, conversion. All of it is data.

/// One spreadsheet flow: which columns its files have.
#[derive(Debug, PartialEq, Eq)]
pub struct Fluxo {
    /// The name of the flow, as in `clientes`.
    pub nome: &'static str,
    /// The name of the sheet that is written.
    pub titulo: &'static str,
    /// The columns, in the order in which they are written.
    pub colunas: &'static [Coluna],
    /// Fields that no two rows of one file may share.
    pub unicos: &'static [&'static str],
    /// Groups of fields of which at least one column must be there.
    pub uma_de: &'static [&'static [&'static str]],
}

impl Fluxo {
    /// The flow called `nome`.
    #[must_use]
    pub fn por_nome(nome: &str) -> Option<&'static Self> {
        [&CLIENTES, &CONSUMOS, &CONTAS_A_RECEBER].into_iter().find(|fluxo| fluxo.nome == nome)
    }

    /// The columns that a person fills in, in their order.
    pub fn preenchidas(&self) -> impl Iterator<Item = &'static Coluna> + use<> {
        self.escritas().filter(|coluna| coluna.papel != Papel::Identificador)
    }

    /// The columns of a file that we write, in their order.
    pub fn escritas(&self) -> impl Iterator<Item = &'static Coluna> + use<> {
        self.colunas.iter().filter(|coluna| coluna.papel != Papel::Leitura)
    }

    /// The column that feeds `campo`.
    #[must_use]
    pub fn coluna(&self, campo: &str) -> Option<&'static Coluna> {
        self.colunas.iter().find(|coluna| coluna.campo == campo)
    }
}

/// One column of a flow.
#[derive(Debug, PartialEq, Eq)]
pub struct Coluna {
    /// The path of the field in the model, such as `endereco.cep`.
    pub campo: &'static str,
    /// The header that is written, and read.
    pub rotulo: &'static str,
    /// Other headers that mean the same; accents, case, punctuation and usual abbreviations do not matter.
    pub sinonimos: &'static [&'static str],
    /// How a cell becomes a value.
    pub conversao: Conversao,
    /// Whether the file must have the column.
    pub obrigatoria: bool,
    /// Whether several columns may feed the field, one of them in each row (a `CPF` and a `CNPJ` column).
    pub varias: bool,
    /// What the column is for.
    pub papel: Papel,
    /// What the template says about it.
    pub nota: &'static str,
    /// The value in the template's example row.
    pub exemplo: &'static str,
}

/// What a column is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Papel {
    /// It is a field of the model.
    Campo,
    /// It only serves the import, and is no field of the model.
    Auxiliar,
    /// The same, and read where it is found without ever being written.
    Leitura,
    /// The platform's identifier of the record: exports and reports write it, and it is read back under the headers
    /// that they write alone, for an `ID` in a company's file is the company's own.
    Identificador,
}

/// How a cell becomes a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conversao {
    /// Text as it stands.
    Texto,
    /// An exact decimal that is a quantity.
    Decimal,
    /// An exact decimal that is money; differs from `Decimal` only in how it is written.
    Dinheiro,
    /// A date.
    Data,
    /// A month.
    Competencia,
    /// Yes or no.
    Booleano,
    /// CPF or CNPJ, whichever the digits are.
    CpfCnpj,
    /// A state registration, whose form depends on the state.
    InscricaoEstadual,
    /// A postal code of eight digits.
    Cep,
    /// The seven digits of a municipality.
    Ibge,
    /// One of these texts (accents and case do not matter) → the model's value.
    Opcao(&'static [(&'static str, &'static str)]),
}

const fn coluna(campo: &'static str, rotulo: &'static str, conversao: Conversao) -> Coluna {
    Coluna {
        campo,
        rotulo,
        sinonimos: &[],
        conversao,
        obrigatoria: false,
        varias: false,
        papel: Papel::Campo,
        nota: "",
        exemplo: "",
    }
}

impl Coluna {
    const fn sinonimos(mut self, sinonimos: &'static [&'static str]) -> Self {
        self.sinonimos = sinonimos;
        self
    }
    const fn obrigatoria(mut self) -> Self {
        self.obrigatoria = true;
        self
    }
    const fn varias(mut self) -> Self {
        self.varias = true;
        self
    }
    const fn papel(mut self, papel: Papel) -> Self {
        self.papel = papel;
        self
    }
    const fn nota(mut self, nota: &'static str, exemplo: &'static str) -> Self {
        self.nota = nota;
        self.exemplo = exemplo;
        self
    }
}

use Conversao::{Booleano, Cep, Competencia, CpfCnpj, Data, Decimal, Dinheiro, Ibge, InscricaoEstadual, Opcao, Texto};

const TIPO_PESSOA: Conversao = Opcao(&[
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

/// What tells the row of a record without a code from a new one, when the file comes back.
const ID: Coluna = coluna("id", "ID na plataforma", Texto).sinonimos(&["[smartbill] ID"]).papel(Papel::Identificador);

/// Upload of clientes: include and change.
pub static CLIENTES: Fluxo = Fluxo {
    nome: "clientes",
    titulo: "Clientes",
    unicos: &["codigoExterno", "cpfCnpj", "id"],
    uma_de: &[],
    colunas: &[
        coluna("codigoExterno", "Código Externo", Texto)
            .sinonimos(&[
                "Código",
                "Cód. Cliente",
                "Código do Cliente",
                "Cód. ERP",
                "Código ERP",
                "Código no ERP",
                "ID Externo",
                "Código Integração",
                "Código de Integração",
                "Referência Externa",
                "Matrícula",
                "A1_COD",
                "CODCLI",
                "Cod Cli",
                "CD_CLIENTE",
                "CODPARC",
                "codigo_cliente_integracao",
            ])
            .nota("Código do cliente no seu sistema; identifica a linha numa nova importação", "EXEMPLO-001"),
        coluna("tipoPessoa", "Tipo de Pessoa", TIPO_PESSOA)
            .sinonimos(&["Tipo", "Pessoa", "Tipo Cliente", "Física/Jurídica", "F/J", "PF/PJ", "Natureza", "A1_PESSOA"])
            .nota("FISICA, JURIDICA ou ESTRANGEIRO; em branco, é deduzido do documento", "JURIDICA"),
        coluna("nome", "Nome / Razão Social", Texto)
            .sinonimos(&[
                "Nome",
                "Razão Social",
                "Nome Completo",
                "Nome do Cliente",
                "Cliente",
                "Nome ou Razão Social",
                "Razão",
                "Denominação Social",
                "Nome Empresarial",
                "Sacado",
                "Tomador",
                "A1_NOME",
                "NOMECLI",
                "RAZAO_SOC",
                "NM_CLIENTE",
                "NOMEPARC",
            ])
            .obrigatoria()
            .nota("De 2 a 225 caracteres", "EXEMPLO Comércio Ltda (apague esta linha)"),
        coluna("nomeFantasia", "Nome Fantasia", Texto)
            .sinonimos(&["Fantasia", "Apelido", "Nome Reduzido", "A1_NREDUZ", "NM_FANTASIA"])
            .nota("Até 60 caracteres", "Exemplo"),
        coluna("cpfCnpj", "CPF / CNPJ", CpfCnpj)
            .sinonimos(&[
                "CNPJ / CPF",
                "CPF",
                "CNPJ",
                "CPF ou CNPJ",
                "CNPJ ou CPF",
                "Documento",
                "Número do Documento",
                "Nº CPF/CNPJ",
                "CGC",
                "CGC/CPF",
                "CPF/CGC",
                "Inscrição Federal",
                "C.N.P.J.",
                "C.P.F.",
                "C.N.P.J. / C.P.F.",
                "A1_CGC",
                "CGC_CPF",
                "NR_CNPJ_CPF",
                "NUM_DOC",
            ])
            .obrigatoria()
            .varias()
            .nota(
                "Com ou sem máscara; o CNPJ pode ter letras; guarde como texto, para não perder zeros",
                "12.ABC.345/01DE-35",
            ),
        coluna("inscricaoEstadual", "Inscrição Estadual", InscricaoEstadual)
            .sinonimos(&["IE", "I.E.", "Inscr. Estadual", "Insc. Est.", "A1_INSCR", "INSCR_EST"])
            .nota("Ou ISENTO", "ISENTO"),
        coluna("inscricaoMunicipal", "Inscrição Municipal", Texto)
            .sinonimos(&["IM", "I.M.", "Inscr. Municipal", "Insc. Mun.", "CCM", "A1_INSCRM"])
            .nota("Até 15 caracteres", ""),
        coluna("email", "E-mail", Texto)
            .sinonimos(&[
                "Email",
                "Mail",
                "E-mail Principal",
                "Correio Eletrônico",
                "E-mail NF-e",
                "E-mail Cobrança",
                "E-mail Financeiro",
                "Endereço de e-mail",
                "A1_EMAIL",
            ])
            .nota("Um endereço", "financeiro@exemplo.com.br"),
        coluna("ddd", "DDD", Texto).sinonimos(&["Código DDD", "Cód. DDD", "DDD 1", "A1_DDD"]).papel(Papel::Leitura),
        coluna("telefone", "Telefone", Texto)
            .sinonimos(&[
                "Fone",
                "Tel.",
                "Telefone Fixo",
                "Telefone Comercial",
                "Telefone 1",
                "Fone 1",
                "DDD/Telefone",
                "Telefone com DDD",
                "A1_TEL",
            ])
            .nota("Com DDD", "(11) 3333-4444"),
        coluna("celular", "Celular", Texto)
            .sinonimos(&[
                "Cel.",
                "Telefone Celular",
                "Fone Celular",
                "WhatsApp",
                "Telefone Móvel",
                "Telefone 2",
                "Fone 2",
                "A1_CELULAR",
            ])
            .nota("Com DDD e o nono dígito", "(11) 98765-4321"),
        coluna("endereco.cep", "CEP", Cep)
            .sinonimos(&["C.E.P.", "Código Postal", "Cod. Postal", "CEP do Endereço", "A1_CEP"])
            .nota("8 dígitos; guarde como texto, para não perder o zero", "01310-100"),
        coluna("endereco.logradouro", "Logradouro", Texto)
            .sinonimos(&[
                "Endereço",
                "Rua",
                "End.",
                "Rua/Av.",
                "Avenida",
                "Endereço de Cobrança",
                "Logradouro/Rua",
                "A1_END",
            ])
            .nota("Sem o número", "Avenida Paulista"),
        coluna("endereco.numero", "Número", Texto)
            .sinonimos(&["Nº", "Num.", "Nro.", "Número do Endereço", "Nº Endereço", "Número Logradouro", "Nr."])
            .nota("Ou S/N", "1000"),
        coluna("endereco.complemento", "Complemento", Texto)
            .sinonimos(&["Compl.", "Complemento do Endereço", "A1_COMPLEM"])
            .nota("", "Sala 1"),
        coluna("endereco.bairro", "Bairro", Texto)
            .sinonimos(&["Distrito", "Bairro/Distrito", "A1_BAIRRO"])
            .nota("", "Bela Vista"),
        coluna("endereco.municipio", "Município", Texto)
            .sinonimos(&["Cidade", "Mun.", "Nome do Município", "Localidade", "A1_MUN", "NM_CIDADE"])
            .nota("", "São Paulo"),
        coluna("endereco.uf", "UF", Texto)
            .sinonimos(&[
                "Estado",
                "U.F.",
                "Sigla UF",
                "Estado (UF)",
                "Unidade da Federação",
                "Unidade Federativa",
                "A1_EST",
            ])
            .nota("Duas letras", "SP"),
        coluna("endereco.codigoIbge", "Código IBGE", Ibge)
            .sinonimos(&[
                "IBGE",
                "Cód. IBGE",
                "Código do Município",
                "Cód. Município",
                "Código IBGE do Município",
                "Município IBGE",
                "A1_COD_MUN",
                "cidade_ibge",
            ])
            .nota("7 dígitos", "3550308"),
        coluna("dataNascimento", "Data de Nascimento", Data)
            .sinonimos(&["Data Nasc.", "Dt. Nascimento", "Nascimento", "Data de Nasc.", "A1_DTNASC"])
            .nota("Só pessoa física", ""),
        coluna("optanteSimples", "Optante pelo Simples", Booleano)
            .sinonimos(&["Optante Simples", "Simples Nacional", "Simples", "Optante SN"])
            .nota("S ou N", ""),
        coluna("observacoes", "Observações", Texto)
            .sinonimos(&["Obs.", "Observação", "Anotações", "Comentários", "A1_OBS"])
            .nota("Até 500 caracteres", ""),
        ID,
    ],
};

/// Import of consumos: include and change.
pub static CONSUMOS: Fluxo = Fluxo {
    nome: "consumos",
    titulo: "Consumos",
    unicos: &["idExterno", "id"],
    uma_de: &[&["competencia", "dataConsumo"]],
    colunas: &[
        coluna("idExterno", "ID Externo", Texto)
            .sinonimos(&[
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
            ])
            .nota("Código do consumo no seu sistema; impede que a mesma linha seja cobrada duas vezes", "EXEMPLO-0001"),
        coluna("contratoCodigoExterno", "Contrato", Texto)
            .sinonimos(&[
                "Código do Contrato",
                "Nº Contrato",
                "Número do Contrato",
                "Contrato Código Externo",
                "ID Contrato",
                "Cod. Contrato Externo",
                "CTR",
                "NUMCONTRATO",
            ])
            .obrigatoria()
            .nota("Código externo do contrato", "CT-EXEMPLO"),
        coluna("clienteCpfCnpj", "CPF / CNPJ do Cliente", CpfCnpj)
            .sinonimos(&["CPF / CNPJ", "CNPJ / CPF", "CPF", "CNPJ", "Cliente CPF/CNPJ", "Documento do Cliente", "CGC"])
            .varias()
            .papel(Papel::Auxiliar)
            .nota("Confere se o contrato é desse cliente", "12.ABC.345/01DE-35"),
        coluna("servicoCodigo", "Serviço", Texto)
            .sinonimos(&[
                "Código do Serviço",
                "Cód. Serviço",
                "Item",
                "Código do Item",
                "Produto",
                "Código do Produto",
                "Medidor",
                "Métrica",
                "ID Serviço",
            ])
            .obrigatoria()
            .nota("Código do serviço contratado, do tipo consumo", "API-CHAMADAS"),
        coluna("competencia", "Competência", Competencia)
            .sinonimos(&[
                "Mês",
                "Mês/Ano",
                "Mês de Referência",
                "Referência",
                "Mês Ref.",
                "Período",
                "Mês Competência",
                "Comp.",
                "Ano/Mês",
                "Anomes",
            ])
            .nota("mm/aaaa", "01/2025"),
        coluna("dataConsumo", "Data do Consumo", Data)
            .sinonimos(&[
                "Data",
                "Dt. Consumo",
                "Data de Uso",
                "Data da Utilização",
                "Data Lançamento",
                "Dt. Leitura",
                "Data da Leitura",
                "Dt. Movimento",
                "Data Evento",
            ])
            .nota("dd/mm/aaaa", "15/01/2025"),
        coluna("quantidade", "Quantidade", Decimal)
            .sinonimos(&[
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
            ])
            .obrigatoria()
            .nota("Maior que zero, com vírgula decimal", "1.250,5"),
        coluna("valorUnitario", "Valor Unitário", Dinheiro)
            .sinonimos(&[
                "Vlr. Unit.",
                "Preço Unitário",
                "Preço",
                "Valor Unit.",
                "VLRUNIT",
                "Preço Unit.",
                "Tarifa",
                "Unitário",
            ])
            .nota("Em branco, vale o do contrato", "0,10"),
        coluna("valor", "Valor", Dinheiro)
            .sinonimos(&[
                "Valor Total",
                "Vlr. Total",
                "Total",
                "Total R$",
                "Valor (R$)",
                "Importância",
                "VLRTOTAL",
                "Montante",
            ])
            .nota("Quantidade × valor unitário, com duas casas", "125,05"),
        coluna("descricao", "Descrição", Texto)
            .sinonimos(&["Histórico", "Observação", "Obs.", "Detalhe", "Complemento", "Descrição do Consumo"])
            .nota("Até 255 caracteres", "EXEMPLO: apague esta linha"),
        coluna("estorno", "Estorno", Booleano)
            .sinonimos(&["É Estorno", "Devolução", "Cancelamento de Consumo"])
            .nota("S numa quantidade negativa, que desfaz um consumo anterior", ""),
        ID,
    ],
};

/// Download of contas a receber (cobranças).
pub static CONTAS_A_RECEBER: Fluxo = Fluxo {
    nome: "contas-a-receber",
    titulo: "Contas a Receber",
    unicos: &[],
    uma_de: &[],
    colunas: &[
        coluna("numero", "Número", Texto).sinonimos(&["Nº", "Título", "Número do Título", "Nº Documento"]),
        coluna("clienteNome", "Cliente", Texto).sinonimos(&["Nome", "Razão Social", "Sacado"]),
        coluna("clienteCpfCnpj", "CPF / CNPJ", CpfCnpj).sinonimos(&["CNPJ / CPF", "Documento"]).varias(),
        coluna("contratoNumero", "Contrato", Texto),
        coluna("competencia", "Competência", Competencia).sinonimos(&["Mês", "Referência"]),
        coluna("dataEmissao", "Emissão", Data).sinonimos(&["Data de Emissão", "Dt. Emissão"]),
        coluna("dataVencimento", "Vencimento", Data).sinonimos(&["Data de Vencimento", "Dt. Vencto."]),
        coluna("dataPagamento", "Pagamento", Data).sinonimos(&["Data de Pagamento", "Dt. Pagto."]),
        coluna("valorOriginal", "Valor", Dinheiro).sinonimos(&["Valor Original", "Vlr. Título"]),
        coluna("valorDesconto", "Desconto", Dinheiro).sinonimos(&["Valor do Desconto"]),
        coluna("valorJuros", "Juros", Dinheiro).sinonimos(&["Valor dos Juros"]),
        coluna("valorMulta", "Multa", Dinheiro).sinonimos(&["Valor da Multa"]),
        coluna("valorPago", "Pago", Dinheiro).sinonimos(&["Valor Pago"]),
        coluna("saldo", "Saldo", Dinheiro).sinonimos(&["Saldo em Aberto"]),
        coluna("situacao", "Situação", Texto).sinonimos(&["Status"]),
        coluna("boleto.linhaDigitavel", "Linha Digitável", Texto),
        coluna("pix.copiaECola", "PIX Copia e Cola", Texto).sinonimos(&["PIX"]),
        coluna("nfse.numero", "NFS-e", Texto).sinonimos(&["Nota Fiscal", "Número da NFS-e"]),
    ],
};
