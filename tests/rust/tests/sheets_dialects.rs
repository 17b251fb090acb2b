//! What the systems call their columns: a small file in the shape of each, and the records that come of it.

use smartbill_core::sheets::{
    DialectOption, Flow, ReadOptions, Record, Records, SavedMapping, SheetError, SheetFile, flows,
};
use smartbill_core::{Language, Mode};

struct Read {
    dialect: Option<String>,
    /// The fields of each record, as JSON.
    records: Vec<String>,
    /// Row, code and header of each finding.
    findings: Vec<(u32, &'static str, String)>,
    skipped: Vec<(u32, &'static str)>,
    extras: Vec<String>,
    saved: SavedMapping,
}

fn read_with(flow: &'static Flow, sheet: &str, options: &ReadOptions) -> Result<Read, SheetError> {
    let mut file = SheetFile::from_bytes(sheet, "sheet.csv", options)?;
    let mut records = file.records(flow)?;
    let read: Vec<Record> = records.by_ref().collect::<Result<_, _>>()?;
    let told = |finding: &smartbill_core::validate::Finding| {
        let row = finding.place.as_ref().map_or(0, |place| place.row);
        (row, &*finding.code().to_owned().leak(), finding.header().unwrap_or_default().to_owned())
    };
    Ok(Read {
        dialect: records.mapping().dialect.clone(),
        records: read.iter().map(|record| record.value(flow).to_json()).collect(),
        findings: read.iter().flat_map(|record| &record.findings).map(told).collect(),
        skipped: records.skipped().rows.iter().map(|row| (row.row, row.reason)).collect(),
        extras: records.mapping().extras.iter().map(|extra| extra.header.clone()).collect(),
        saved: records.saved(),
    })
}

fn read(flow: &'static Flow, sheet: &str) -> Read {
    read_with(flow, sheet, &ReadOptions::default()).unwrap_or_else(|fault| panic!("{fault}"))
}

fn is(read: &Read, dialect: &str, records: &[&str]) {
    assert_eq!(read.dialect.as_deref(), Some(dialect));
    assert_eq!(read.records, records);
}

#[test]
fn customers_of_protheus() {
    let sheet = "A1_FILIAL;A1_LOJA;A1_COD;A1_NOME;A1_NREDUZ;A1_PESSOA;A1_CGC;A1_INSCR;A1_END;A1_BAIRRO;A1_MUN;A1_EST;A1_CEP;\
        A1_COD_MUN;A1_DDD;A1_TEL;A1_EMAIL;A1_MSBLQL;D_E_L_E_T_\n\
        01;01;000001;MERCADO AURORA LTDA   ;AURORA;J;11222333000181;ISENTO;RUA A, 1;CENTRO;SAO PAULO;SP;01310100;50308;011;\
        33334444;a@aurora.example;2; \n\
        01;02;000001;MERCADO AURORA FILIAL;;J;11222333000262;;;;;;;;;;;2;\n\
        01;01;000002;BIA LIMA;;F;11144477735;;;;;;;;;;;1;*\n\
        01;03;;CAIO REIS;;F;12345678909;;;;;;;;;;;2;\n";
    let read = read(&flows::CLIENTES, sheet);
    is(
        &read,
        "Protheus",
        &[
            r#"{"codigoExterno":"000001-01","nome":"MERCADO AURORA LTDA","nomeFantasia":"AURORA","tipoPessoa":"JURIDICA","cpfCnpj":"11222333000181","inscricaoEstadual":"ISENTO","endereco":{"logradouro":"RUA A","bairro":"CENTRO","municipio":"SAO PAULO","uf":"SP","cep":"01310100","codigoIbge":"3550308","numero":"1"},"telefone":"(11) 33334444","email":"a@aurora.example"}"#,
            r#"{"codigoExterno":"000001-02","nome":"MERCADO AURORA FILIAL","tipoPessoa":"JURIDICA","cpfCnpj":"11222333000262"}"#,
            r#"{"nome":"CAIO REIS","tipoPessoa":"FISICA","cpfCnpj":"12345678909"}"#,
        ],
    );
    assert_eq!((read.findings.as_slice(), read.skipped.as_slice()), (&[][..], &[(4, "excluido")][..]));
    assert_eq!(read.extras, ["A1_FILIAL", "A1_MSBLQL"]);
}

#[test]
fn charges_of_protheus() {
    let sheet = "E1_FILIAL;E1_PREFIXO;E1_NUM;E1_PARCELA;E1_TIPO;E1_CLIENTE;E1_LOJA;E1_EMISSAO;E1_VENCTO;E1_VENCREA;E1_VALOR;\
        E1_SALDO;E1_BAIXA;D_E_L_E_T_\n\
        01;UNI;000123;01;NF;000001;01;20260206;20260307;20260309;99,70;99,70;;\n\
        01;   ;000124; ;NF;000002;01;20260206;20260306;20260306;1.250,00;0,00;20260305;\n\
        01;UNI;000125;01;NF;000002;01;20260206;20260306;20260306;10,00;10,00;;*\n";
    let read = read(&flows::CONTAS_A_RECEBER, sheet);
    is(
        &read,
        "Protheus",
        &[
            r#"{"numero":"UNI-000123-01","dataEmissao":"2026-02-06","dataVencimento":"2026-03-07","valorOriginal":"99.70","saldo":"99.70"}"#,
            r#"{"dataEmissao":"2026-02-06","dataVencimento":"2026-03-06","valorOriginal":"1250.00","saldo":"0.00","dataPagamento":"2026-03-05","numero":"000124"}"#,
        ],
    );
    assert_eq!(read.skipped, [(4, "excluido")]);
}

#[test]
fn any_table_of_protheus_keeps_deleted_rows() {
    let sheet = "Contrato;Serviço;Competência;Quantidade;D_E_L_E_T_\nCT;S;01/2026;1;\nCT;S;02/2026;2;*\n";
    let read = read(&flows::CONSUMOS, sheet);
    assert_eq!((read.dialect.as_deref(), read.records.len()), (Some("Protheus"), 1));
    assert_eq!(read.skipped, [(3, "excluido")]);
}

#[test]
fn customers_of_omie() {
    let export = "Aurora Ltda;;;;;;;;\nSituação;Tags;CNPJ / CPF;Razão Social / Nome Completo;Nome Fantasia / Nome Abreviado;\
        Telefone;E-mail;Cidade;Estado\nAtivo;Cliente;529.982.247-25;Ana Souza;Ana;(11) 3333-4444;ana@aurora.example;\
        Sorocaba (SP);SP\n";
    is(
        &read(&flows::CLIENTES, export),
        "Omie",
        &[
            r#"{"cpfCnpj":"529.982.247-25","nome":"Ana Souza","nomeFantasia":"Ana","telefone":"(11) 3333-4444","email":"ana@aurora.example","endereco":{"municipio":"Sorocaba","uf":"SP"}}"#,
        ],
    );
    let template = "\"(opcional)\n(texto - 60)\";(obrigatório);(obrigatório);(opcional);(opcional);Endereço de Entrega\n\
        Código de Integração;Razão Social / Nome Completo *;CNPJ/CPF;DDD Telefone;Telefone;Telefone\n\
        C-1;Bia Lima;11144477735;48;33334444;1\n";
    is(
        &read(&flows::CLIENTES, template),
        "Omie",
        &[r#"{"codigoExterno":"C-1","nome":"Bia Lima","cpfCnpj":"11144477735","telefone":"(48) 33334444"}"#],
    );
}

#[test]
fn charges_of_omie() {
    let sheet = "Cliente;Vencimento;Valor da Conta;Valor Líquido;A Receber;Parcela\nAna Souza;04/03/2026;99,70;99,70;49,70;001/003\n";
    is(
        &read(&flows::CONTAS_A_RECEBER, sheet),
        "Omie",
        &[r#"{"clienteNome":"Ana Souza","dataVencimento":"2026-03-04","valorOriginal":"99.70","saldo":"49.70"}"#],
    );
}

#[test]
fn customers_of_bling() {
    let sheet = "\u{FEFF}\"ID\";\"Código\";\"Nome\";\"Fantasia\";\"CNPJ / CPF\"\n\"15001\";\"7\";\"Ana Souza\";\"Ana\";\"529.982.247-25\"\n";
    let read = read(&flows::CLIENTES, sheet);
    is(
        &read,
        "Bling",
        &[r#"{"codigoExterno":"7","nome":"Ana Souza","nomeFantasia":"Ana","cpfCnpj":"529.982.247-25"}"#],
    );
    assert_eq!(read.extras, ["ID"]);
}

#[test]
fn charges_of_tiny() {
    let sheet = "\"ID\";\"Cliente\";\"Data emissão\";\"Data vencimento\";\"Data liquidação\";\"Valor documento\";\"Valor recebido\";\
        \"Situação\";\"Número documento\";\"CPF/CNPJ\"\n\
        \"1\";\"ANA SOUZA\";\"06/02/2026\";\"04/03/2026\";\"\";\"99,70\";\"0,00\";\"aberto\";\"000229/01\";\"\"\n\
        \"2\";\"BIA LIMA\";\"06/02/2026\";\"04/03/2026\";\"05/03/2026\";\"97,85\";\"97,85\";\"pago\";\"000230\";\"11144477735\"\n";
    is(
        &read(&flows::CONTAS_A_RECEBER, sheet),
        "Tiny",
        &[
            r#"{"clienteNome":"ANA SOUZA","dataEmissao":"2026-02-06","dataVencimento":"2026-03-04","valorOriginal":"99.70","valorPago":"0.00","situacao":"EM_ABERTO","numero":"000229/01"}"#,
            r#"{"clienteNome":"BIA LIMA","dataEmissao":"2026-02-06","dataVencimento":"2026-03-04","dataPagamento":"2026-03-05","valorOriginal":"97.85","valorPago":"97.85","situacao":"PAGA","numero":"000230","clienteCpfCnpj":"11144477735"}"#,
        ],
    );
}

#[test]
fn a_day_of_tiny_is_its_month() {
    let sheet = "Cliente;Número documento;Data competência;Data liquidação;Valor documento;Valor recebido\n\
        ANA SOUZA;1;28/02/2026;;99,70;0,00\nBIA LIMA;2;31/02/2026;;99,70;0,00\n";
    for mode in [Mode::Strict, Mode::Lenient] {
        let options = ReadOptions { mode, ..ReadOptions::default() };
        let read = read_with(&flows::CONTAS_A_RECEBER, sheet, &options).unwrap_or_else(|fault| panic!("{fault}"));
        assert!(read.records[0].contains(r#""competencia":"2026-02""#), "{}", read.records[0]);
        assert_eq!(read.findings, [(3, "data_inexistente", "Data competência".to_owned())]);
    }
}

#[test]
fn customers_of_sankhya() {
    let sheet = "CODPARC,NOMEPARC,RAZAOSOCIAL,TIPPESSOA,CGC_CPF\n12,AURORA,MERCADO AURORA LTDA,J,11222333000181\n";
    is(
        &read(&flows::CLIENTES, sheet),
        "Sankhya",
        &[
            r#"{"codigoExterno":"12","nomeFantasia":"AURORA","nome":"MERCADO AURORA LTDA","tipoPessoa":"JURIDICA","cpfCnpj":"11222333000181"}"#,
        ],
    );
    // Where the one is empty, the other is the only name there is.
    let sheet = "CODPARC,NOMEPARC,RAZAOSOCIAL,CGC_CPF\n12,ANA SOUZA,,52998224725\n13,,,11144477735\n";
    is(
        &read(&flows::CLIENTES, sheet),
        "Sankhya",
        &[
            r#"{"codigoExterno":"12","nome":"ANA SOUZA","cpfCnpj":"52998224725"}"#,
            r#"{"codigoExterno":"13","cpfCnpj":"11144477735"}"#,
        ],
    );
    // Its only name is the name.
    let read = read(&flows::CLIENTES, "CODPARC,NOMEPARC,CGC_CPF\n12,ANA SOUZA,52998224725\n");
    assert_eq!(read.records, [r#"{"codigoExterno":"12","nome":"ANA SOUZA","cpfCnpj":"52998224725"}"#]);
    assert_eq!(read.dialect, None);
}

#[test]
fn customers_of_senior() {
    let sheet = "CODCLI;NOMCLI;APECLI;CGCCPF;INSEST;ENDCLI;BAICLI;CIDCLI;SIGUFS;CEPINI;FONCLI;INTNET;EMANFE;SITCLI\n\
        7;ANA SOUZA;ANA;52998224725;ISENTO;RUA A;CENTRO;BLUMENAU;SC;89010000;4733334444;ana@aurora.example;n@aurora.example;A\n";
    let read = read(&flows::CLIENTES, sheet);
    is(
        &read,
        "Senior",
        &[
            r#"{"codigoExterno":"7","nome":"ANA SOUZA","nomeFantasia":"ANA","cpfCnpj":"52998224725","inscricaoEstadual":"ISENTO","endereco":{"logradouro":"RUA A","bairro":"CENTRO","municipio":"BLUMENAU","uf":"SC","cep":"89010000"},"telefone":"4733334444","email":"ana@aurora.example"}"#,
        ],
    );
    assert_eq!(read.extras, ["EMANFE", "SITCLI"]);
}

#[test]
fn customers_of_rm() {
    let sheet = "CODCFO;NOME;NOMEFANTASIA;CGCCFO;INSCRESTADUAL;PESSOAFISOUJUR;RUA;NUMERO;BAIRRO;CIDADE;CODETD;CEP;TELEFONE;EMAIL\n\
        C00001;BIA LIMA;BIA;111.444.777-35;;F;RUA B;10;SAVASSI;BELO HORIZONTE;MG;30110000;3133334444;b@aurora.example\n";
    is(
        &read(&flows::CLIENTES, sheet),
        "RM",
        &[
            r#"{"codigoExterno":"C00001","nome":"BIA LIMA","nomeFantasia":"BIA","cpfCnpj":"111.444.777-35","tipoPessoa":"FISICA","endereco":{"logradouro":"RUA B","numero":"10","bairro":"SAVASSI","municipio":"BELO HORIZONTE","uf":"MG","cep":"30110000"},"telefone":"3133334444","email":"b@aurora.example"}"#,
        ],
    );
}

#[test]
fn customers_of_datasul() {
    let sheet = "cod-emitente;nome-emit;nome-abrev;cgc;ins-estadual;natureza\n1;Mercado Aurora Ltda;AURORA;11222333000181;ISENTO;2\n\
        2;Ana Souza;ANA;52998224725;;1\n";
    is(
        &read(&flows::CLIENTES, sheet),
        "Datasul",
        &[
            r#"{"codigoExterno":"1","nome":"Mercado Aurora Ltda","nomeFantasia":"AURORA","cpfCnpj":"11222333000181","inscricaoEstadual":"ISENTO","tipoPessoa":"JURIDICA"}"#,
            r#"{"codigoExterno":"2","nome":"Ana Souza","nomeFantasia":"ANA","cpfCnpj":"52998224725","tipoPessoa":"FISICA"}"#,
        ],
    );
}

#[test]
fn customers_of_sap_b1() {
    let sheet = "CardCode\tCardName\tLicTradNum\tTaxId0\tTaxId4\tPhone1\tE_Mail\n\
        C001\tMercado Aurora Ltda\t\t11.222.333/0001-81\t\t1133334444\ta@aurora.example\nC002\tAna Souza\t\t\t529.982.247-25\t\t\n";
    is(
        &read(&flows::CLIENTES, sheet),
        "SAP B1",
        &[
            r#"{"codigoExterno":"C001","nome":"Mercado Aurora Ltda","cpfCnpj":"11.222.333/0001-81","telefone":"1133334444","email":"a@aurora.example"}"#,
            r#"{"codigoExterno":"C002","nome":"Ana Souza","cpfCnpj":"529.982.247-25"}"#,
        ],
    );
}

#[test]
fn customers_of_winthor() {
    let sheet = "CODCLI;CLIENTE;CGCENT;IEENT;ENDERENT;BAIRROENT;MUNICENT;ESTENT;CEPENT\n\
        9;CAIO REIS;12345678909;;RUA C;CENTRO;GOIANIA;GO;74000000\n";
    is(
        &read(&flows::CLIENTES, sheet),
        "WinThor",
        &[
            r#"{"codigoExterno":"9","nome":"CAIO REIS","cpfCnpj":"12345678909","endereco":{"logradouro":"RUA C","bairro":"CENTRO","municipio":"GOIANIA","uf":"GO","cep":"74000000"}}"#,
        ],
    );
}

#[test]
fn companies_of_dominio() {
    let sheet = ";;\nEMPRESA;SIT.;CNPJ/CPF/CEI\n0008 - PADARIA AURORA LTDA;A;11.222.333/0001-81\n\
        1095- ANA SOUZA;A;529.982.247-25\n2095-BIA LIMA;;111.444.777-35 \n";
    is(
        &read(&flows::CLIENTES, sheet),
        "Domínio",
        &[
            r#"{"codigoExterno":"0008","nome":"PADARIA AURORA LTDA","cpfCnpj":"11.222.333/0001-81"}"#,
            r#"{"codigoExterno":"1095","nome":"ANA SOUZA","cpfCnpj":"529.982.247-25"}"#,
            r#"{"codigoExterno":"2095","nome":"BIA LIMA","cpfCnpj":"111.444.777-35"}"#,
        ],
    );
}

#[test]
fn a_column_that_no_dialect_names_is_judged_by_its_header() {
    let sheet = "A1_COD;A1_LOJA;A1_NOME;A1_CGC;Município;A1_MUN;Complemento;Código IBGE;UF\n\
        1;01;ANA SOUZA;52998224725;X;SAO PAULO;Sala 1;50308;SP\n";
    let read = read(&flows::CLIENTES, sheet);
    is(
        &read,
        "Protheus",
        &[
            r#"{"codigoExterno":"1-01","nome":"ANA SOUZA","cpfCnpj":"52998224725","endereco":{"municipio":"SAO PAULO","complemento":"Sala 1","codigoIbge":"3550308","uf":"SP"}}"#,
        ],
    );
    assert_eq!(read.extras, ["Município"], "the system's own name counts more");
    // The dialect says nothing of this column, so that what became of it is told.
    assert_eq!(read.findings, [(2, "ibge_completado", "Código IBGE".to_owned())]);
}

#[test]
fn what_a_dialect_said_is_in_the_mapping_of_the_next_run() {
    let sheet = "A1_LOJA;A1_COD;A1_NOME;A1_CGC;D_E_L_E_T_\n01;7;ANA SOUZA;52998224725;\n01;8;BIA LIMA;11144477735;*\n";
    let first = read(&flows::CLIENTES, sheet);
    let toml = first.saved.to_toml();
    assert!(toml.contains("A1_COD = \"codigoExterno\"") && !toml.contains("A1_LOJA = "), "{toml}");
    assert!(toml.contains("[joined.codigoExterno]\ncolumns = [\"A1_COD\", \"A1_LOJA\"]\nseparator = \"-\""), "{toml}");
    let mut options = ReadOptions::default();
    SavedMapping::from_toml(&toml).unwrap().apply(&mut options);
    let again = read_with(&flows::CLIENTES, sheet, &options).unwrap();
    assert_eq!((again.records, again.skipped, again.saved.to_toml()), (first.records, first.skipped, toml));
}

#[test]
fn a_joined_field_is_whole_or_none() {
    // Without the number, series and part are nobody's.
    let without = read(&flows::CONTAS_A_RECEBER, "E1_PREFIXO;E1_PARCELA;E1_VALOR;E1_SALDO\nUNI;01;99,70;9,70\n");
    is(&without, "Protheus", &[r#"{"valorOriginal":"99.70","saldo":"9.70"}"#]);
    assert_eq!(without.extras, ["E1_PREFIXO", "E1_PARCELA"]);
    // What the caller says of a part, and the dialect too, leaves it a part; anything else takes it away.
    let sheet = "A1_COD;A1_LOJA;A1_NOME;A1_CGC\n7;01;ANA SOUZA;52998224725\n";
    let said = |columns: &[(&str, &str)]| {
        let columns = columns.iter().map(|(header, field)| ((*header).to_owned(), (*field).to_owned())).collect();
        read_with(&flows::CLIENTES, sheet, &ReadOptions { columns, ..ReadOptions::default() })
            .unwrap()
            .records
            .remove(0)
    };
    let code = |code: &str| format!(r#"{{"codigoExterno":"{code}","nome":"ANA SOUZA","cpfCnpj":"52998224725"}}"#);
    assert_eq!(said(&[("a1_cod", "codigoExterno")]), code("7-01"));
    assert_eq!(said(&[("A1_LOJA", "")]), code("7"));
    // A part that cannot be read is a reason to reject the row.
    let broken = read(&flows::CLIENTES, "A1_COD;A1_LOJA;A1_NOME;A1_CGC\n7;#N/D;ANA SOUZA;52998224725\n");
    assert_eq!(broken.findings, [(2, "formula_com_erro", "A1_LOJA".to_owned())]);
    assert_eq!(broken.records, [r#"{"nome":"ANA SOUZA","cpfCnpj":"52998224725"}"#]);
    let mut options = ReadOptions::default();
    let mapping = "[columns]\nNome = \"nome\"\n[joined.codigoExterno]\ncolumns = [\"A\", \"B\"]\nseparator = \"-\"\n";
    SavedMapping::from_toml(mapping).unwrap().apply(&mut options);
    let fault = read_with(&flows::CLIENTES, "A;B;Nome;CPF\n1;2;Ana;52998224725\n", &options).err().unwrap();
    assert_eq!(fault.code, "mapa_sem_coluna_principal");
}

#[test]
fn of_two_dialects_the_one_of_the_flow_counts() {
    let read = read(&flows::CLIENTES, "A1_NOME;CPF;D_E_L_E_T_\nANA SOUZA;52998224725;\nBIA LIMA;11144477735;*\n");
    is(&read, "Protheus", &[r#"{"nome":"ANA SOUZA","cpfCnpj":"52998224725"}"#]);
    assert_eq!(read.skipped, [(3, "excluido")]);
}

const ACME: &str = r#"
name = "Acme"
flow = "clientes"

[signature]
headers = ["KUNDE", "FILIALE"]
at_least = 2

[columns]
KUNDE = "codigoExterno"
BEZ = "nome"
STEUER = "cpfCnpj"
ART = "tipoPessoa"

[joined.codigoExterno]
columns = ["KUNDE", "FILIALE"]
separator = "/"

[values.tipoPessoa]
1 = "FISICA"

[defaults]
"endereco.uf" = "SC"

[deleted]
column = "STATUS"
mark = "L"
"#;

fn acme(text: &str) -> ReadOptions {
    let dialect = DialectOption::File { name: "acme.toml".to_owned(), text: text.to_owned() };
    ReadOptions { dialect: Some(dialect), ..ReadOptions::default() }
}

#[test]
fn a_dialect_of_ones_own() {
    let sheet = "KUNDE;FILIALE;BEZ;STEUER;ART;STATUS\n7;1;Ana Souza;52998224725;1;\n8;1;Bia Lima;11144477735;1;L\n";
    let read = read_with(&flows::CLIENTES, sheet, &acme(ACME)).unwrap();
    is(
        &read,
        "Acme",
        &[
            r#"{"codigoExterno":"7/1","nome":"Ana Souza","cpfCnpj":"52998224725","tipoPessoa":"FISICA","endereco":{"uf":"SC"}}"#,
        ],
    );
    assert_eq!(read.skipped, [(3, "excluido")]);
    // What the caller says counts more.
    let mut options = acme(ACME);
    options.columns = vec![("bez".to_owned(), "nomeFantasia".to_owned()), ("Art".to_owned(), String::new())];
    options.defaults = vec![("nome".to_owned(), "Sem Nome".to_owned()), ("endereco.uf".to_owned(), "PR".to_owned())];
    let read = read_with(&flows::CLIENTES, sheet, &options).unwrap();
    assert_eq!(
        read.records,
        [
            r#"{"codigoExterno":"7/1","nomeFantasia":"Ana Souza","cpfCnpj":"52998224725","nome":"Sem Nome","endereco":{"uf":"PR"}}"#
        ]
    );
    // A known one may be said as well.
    let known = |name: &str| ReadOptions { dialect: Some(DialectOption::of_text(name)), ..ReadOptions::default() };
    let sheet = "CODCFO;NOME;CGCCFO\n1;ANA SOUZA;52998224725\n";
    assert_eq!(read_with(&flows::CLIENTES, sheet, &known("rm")).unwrap().dialect.as_deref(), Some("RM"));
    for (name, code) in [("Protheus", "dialeto_nao_reconhecido"), ("Senhor", "dialeto_desconhecido")] {
        let fault = read_with(&flows::CLIENTES, sheet, &known(name)).err().unwrap();
        assert_eq!(fault.code, code);
    }
    let fault = read_with(&flows::CLIENTES, sheet, &known("Senhor")).err().unwrap();
    assert!(
        fault.message(Language::En).starts_with("there is no dialect `Senhor` for clientes; the nearest is `Senior`")
    );
}

#[test]
fn what_is_wrong_in_a_dialect_is_told_by_file_line_and_nearest_name() {
    let sheet = "KUNDE;FILIALE;BEZ;STEUER\n7;1;Ana Souza;52998224725\n";
    for (from, to, said) in [
        ("\"nome\"", "\"nomme\"", "`acme.toml`, line 11: there is no `nomme`; the nearest is `nome`"),
        ("\"clientes\"", "\"cliente\"", "`acme.toml`, line 3: there is no `cliente`; the nearest is `clientes`"),
        ("[columns]", "[colums]", "`acme.toml`, line 9: there is no `colums`; the nearest is `columns`"),
        ("at_least", "at_leest", "`acme.toml`, line 7: there is no `at_leest`; the nearest is `at_least`"),
        (
            "[values.tipoPessoa]",
            "[values.tipoDePessoa]",
            "`acme.toml`, line 19: there is no `tipoDePessoa`; the nearest is `tipoPessoa`",
        ),
        (
            "\"endereco.uf\"",
            "\"endereco.uff\"",
            "`acme.toml`, line 23: there is no `endereco.uff`; the nearest is `endereco.uf`",
        ),
        (
            "[joined.codigoExterno]",
            "[joined.nomeFantasia]",
            "`acme.toml`, line 15: say in `columns` which of the joined columns is `nomeFantasia`",
        ),
        (
            "flow = \"clientes\"",
            "",
            "`acme.toml`, line 10: say before in `flow` what the columns are of: `clientes`, `consumos` or `cobrancas`",
        ),
        (
            "at_least = 2",
            "at_least = \"2\"",
            "`acme.toml`, line 7, column 12, `at_least`: this is no TOML, or not of the type that is expected there",
        ),
        (
            "[deleted]",
            "[deleted",
            "`acme.toml`, line 25, column 9, `[deleted`: this is no TOML, or not of the type that is expected there",
        ),
        (
            "\"clientes\"",
            "\"consumos\"",
            "`acme.toml`, line 10: there is no `codigoExterno`; the nearest is `contratoCodigoExterno`",
        ),
    ] {
        let fault = read_with(&flows::CLIENTES, sheet, &acme(&ACME.replacen(from, to, 1))).err().unwrap();
        assert_eq!(fault.message(Language::En), said);
    }
    let fault = read_with(&flows::CONSUMOS, "Contrato;Item;Mês;Qtd.\n", &acme(ACME)).err().unwrap();
    assert_eq!(
        fault.message(Language::En),
        "the dialect `acme.toml` is of clientes, and the sheet is read as consumos"
    );
    let fault = read_with(&flows::CLIENTES, "Nome;CPF\nAna;52998224725\n", &acme(ACME)).err().unwrap();
    assert_eq!(
        fault.message(Language::En),
        "the sheet does not have the headers of the dialect `acme.toml`; there are: `Nome`, `CPF`"
    );
}

#[test]
fn rows_of_a_program_have_dialects_too() {
    let headers = ["A1_COD", "A1_LOJA", "A1_NOME", "A1_CGC"].map(str::to_owned).to_vec();
    let records = Records::of_rows(headers, Box::new(|| None), &flows::CLIENTES, &ReadOptions::default()).unwrap();
    assert_eq!(records.mapping().dialect.as_deref(), Some("Protheus"));
    let names = ["A1_CGC", "nome"].map(str::to_owned);
    let fields = flows::CLIENTES.by_headers(&names, &ReadOptions::default());
    assert_eq!(
        fields.iter().map(|column| column.map(|c| c.field)).collect::<Vec<_>>(),
        [Some("cpfCnpj"), Some("nome")]
    );
}
