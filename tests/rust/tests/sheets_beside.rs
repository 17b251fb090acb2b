//! Columns that say a field with another, in its place, or by the place where they stand; and addresses in one cell.

use smartbill_core::Language;
use smartbill_core::model::Cliente;
use smartbill_core::sheets::{Flow, ReadOptions, SavedMapping, SheetFile, flows};
use smartbill_core::validate::Options;

/// Of each row, the code and the header of what is told.
type Told = Vec<Vec<(String, String)>>;

/// The customers of a sheet, and code and header of what is told of each row.
fn read(sheet: &str, options: &ReadOptions) -> (Vec<Cliente>, Told, SavedMapping) {
    let mut file = SheetFile::from_bytes(sheet, "clientes.csv", options).unwrap();
    let mut records = file.records(&flows::CLIENTES).unwrap_or_else(|fault| panic!("{sheet}: {fault}"));
    let (mut customers, mut told) = (Vec::new(), Vec::new());
    while let Some(record) = records.next() {
        let mut record = record.unwrap();
        let customer = records.validar::<Cliente>(&mut record, Options::default());
        customers.push(customer.unwrap_or_else(|| panic!("{sheet}: {:?}", record.findings)));
        let said =
            |f: &smartbill_core::validate::Finding| (f.code().to_owned(), f.header().unwrap_or_default().to_owned());
        told.push(record.findings.iter().map(said).collect());
    }
    (customers, told, records.saved())
}

fn customers(sheet: &str) -> (Vec<Cliente>, Told) {
    let (customers, told, _) = read(sheet, &ReadOptions::default());
    (customers, told)
}

fn refused(flow: &'static Flow, sheet: &str) -> (&'static str, String) {
    let mut file = SheetFile::from_bytes(sheet, "lista.csv", &ReadOptions::default()).unwrap();
    let fault = file.records(flow).map(drop).unwrap_err();
    (fault.code, fault.message(Language::En))
}

fn names(customers: &[Cliente]) -> Vec<&str> {
    customers.iter().map(|customer| customer.nome.as_deref().unwrap()).collect()
}

fn one(code: &str, header: &str) -> Vec<(String, String)> {
    vec![(code.to_owned(), header.to_owned())]
}

#[test]
fn the_legal_name_comes_before_another_name() {
    // People have the one, companies the other, and of both the document has the legal one.
    for header in ["Nome;Razão Social;CPF;CNPJ", "nome;razao_social;cpf;cnpj"] {
        let sheet =
            format!("{header}\nAna;;52998224725;\n;Aurora Ltda;;11222333000181\nSol;Sol Ltda;;11444777000161\n");
        let (rows, told) = customers(&sheet);
        assert_eq!(names(&rows), ["Ana", "Aurora Ltda", "Sol Ltda"]);
        let nome = header.split(';').next().unwrap();
        assert_eq!(told, [one("coluna_de_reserva", nome), vec![], vec![]], "once");
    }
    // Two names that are equally good may be two people.
    assert_eq!(refused(&flows::CLIENTES, "Nome;Sacado;CPF\nAna;Bia;52998224725\n").0, "coluna_duplicada");
}

#[test]
fn the_company_of_a_person_is_billed_where_the_document_is_a_cnpj() {
    let sheet = "Nome;Sobrenome;Nome da empresa;CPF/CNPJ\nAna;Lima;Aurora;52998224725\nBia;Reis;Aurora Ltda;11222333000181\n\
        ;;Sol Ltda;11444777000161\n";
    let (rows, told) = customers(sheet);
    assert_eq!(names(&rows), ["Ana Lima", "Aurora Ltda", "Sol Ltda"]);
    assert_eq!(told[0], one("coluna_da_empresa", "Nome da empresa"));
    // Beside the legal name it is only another name.
    let (rows, _) = customers("Razão Social;Nome da empresa;CNPJ\nAurora Ltda;Aurora;11222333000181\n");
    assert_eq!(names(&rows), ["Aurora Ltda"]);
}

#[test]
fn a_second_telephone_or_e_mail_is_read_where_the_first_is_empty() {
    let sheet = "Nome;CPF;Telefone comercial;Telefone;Celular;WhatsApp;E-mail;E-mail NFe\n\
        Ana;52998224725;1133334444;;;11988887777;;nf@a.example\n\
        Bia;11144477735;1133334444;1122223333;11977776666;11988887777;b@b.example;nf@b.example\n";
    let (rows, told, saved) = read(sheet, &ReadOptions::default());
    let contacts = |rows: &[Cliente]| -> Vec<[Option<String>; 3]> {
        rows.iter().map(|row| [row.telefone.clone(), row.celular.clone(), row.email.clone()]).collect()
    };
    let said = |contact: [&str; 3]| contact.map(|text| Some(text.to_owned()));
    let expected = [
        said(["+551133334444", "+5511988887777", "nf@a.example"]),
        said(["+551122223333", "+5511977776666", "b@b.example"]),
    ];
    assert_eq!(contacts(&rows), expected);
    let headers: Vec<&str> = told[0].iter().map(|(_, header)| header.as_str()).collect();
    assert_eq!(headers, ["Telefone comercial", "WhatsApp", "E-mail NFe"]);
    let codes: Vec<&str> = told[0].iter().map(|(code, _)| code.as_str()).collect();
    assert_eq!(codes, ["coluna_de_reserva", "coluna_de_reserva", "coluna_de_emails"]);
    assert!(told[1].is_empty(), "{told:?}");
    // Bills go to both addresses.
    let further: Vec<_> = rows.iter().map(|row| row.emails_adicionais.join(" ")).collect();
    assert_eq!(further, ["", "nf@b.example"]);
    // Another party's is none of them.
    let (rows, told) = customers("Nome;CPF;Celular;Celular do Parceiro\nAna;52998224725;;11988887777\n");
    assert_eq!((rows[0].celular.as_deref(), told[0].len()), (None, 0));
    // What a system writes for none is none.
    let (rows, told) = customers("Nome;CPF;Celular;WhatsApp;Email;Email NFe\nAna;52998224725;;N;;0\n");
    assert_eq!(contacts(&rows), [[None, None, None]]);
    assert_eq!(told[0].len(), 2, "{told:?}");
    // A saved mapping says the same.
    let mut options = ReadOptions::default();
    saved.apply(&mut options);
    assert_eq!(contacts(&read(sheet, &options).0), expected);
    // What the caller says comes first.
    let columns = vec![("WhatsApp".to_owned(), "celular".to_owned())];
    let (rows, ..) = read(sheet, &ReadOptions { columns, ..ReadOptions::default() });
    assert_eq!(rows[1].celular.as_deref(), Some("+5511988887777"));
}

#[test]
fn a_name_and_a_street_may_stand_in_two_columns() {
    for header in ["Nome;Sobrenome;CPF", "First Name;Last Name;CPF"] {
        let sheet = format!("{header}\nMárcia;da Silva;52998224725\nJosé Reis;Reis;11144477735\nCaio;;12345678909\n");
        let (rows, told, saved) = read(&sheet, &ReadOptions::default());
        assert_eq!(names(&rows), ["Márcia da Silva", "José Reis", "Caio"]);
        assert!(told.iter().all(Vec::is_empty), "{told:?}");
        let mut options = ReadOptions::default();
        saved.apply(&mut options);
        assert_eq!(names(&read(&sheet, &options).0), ["Márcia da Silva", "José Reis", "Caio"]);
    }
    let streets = |sheet: &str| -> Vec<String> {
        customers(sheet).0.into_iter().map(|row| row.endereco.unwrap().logradouro.unwrap()).collect()
    };
    let sheet = "Nome;CPF;Tipo Logradouro;Logradouro;Bairro\nAna;52998224725;RUA;DAS FLORES;Centro\n\
        Bia;11144477735;AV;AV BRASIL;Centro\n";
    assert_eq!(streets(sheet), ["RUA DAS FLORES", "AV BRASIL"]);
    // The codes of another system are no kind of street.
    assert_eq!(streets("Nome;CPF;Tipo Logradouro;Logradouro\nAna;52998224725;81;DAS FLORES\n"), ["DAS FLORES"]);
    // Without the column that it stands beside it is nothing.
    let sheet = "Cliente;Sobrenome;Razão Social;CPF\n17;Lima;Ana Lima;52998224725\n";
    assert_eq!(names(&customers(sheet).0), ["Ana Lima"]);
}

#[test]
fn each_ddd_is_of_the_telephone_after_it() {
    let sheet = "Nome;CPF;DDD;Telefone;DDD;Celular;DDD;Fax\nAna;52998224725;41;33334444;48;998765432;11;33334445\n";
    let (rows, told) = customers(sheet);
    assert_eq!(
        (rows[0].telefone.as_deref(), rows[0].celular.as_deref()),
        (Some("+554133334444"), Some("+5548998765432"))
    );
    assert!(told[0].is_empty(), "{told:?}");
    let sheet =
        "Nome;CPF;DDD;Tel. Residencial;DDD;Tel. Comercial;DDD;Celular\nAna;52998224725;;;41;33334444;48;998765432\n";
    let (rows, told) = customers(sheet);
    assert_eq!((rows[0].telefone.as_deref(), rows[0].celular.as_deref()), (None, Some("+5548998765432")));
    assert_eq!(told[0], one("coluna_preterida", "Tel. Comercial"));
    // A number after one is the telephone's, and the other is the house's.
    let (rows, _) = customers("Nome;CPF;DDI;DDD;Número;Rua;Número\nAna;52998224725;55;48;988887777;Rua A;10\n");
    assert_eq!(rows[0].telefone.as_deref(), Some("+5548988887777"));
    assert_eq!(rows[0].endereco.as_ref().unwrap().numero.as_deref(), Some("10"));
}

#[test]
fn the_identity_card_of_a_person_is_no_state_registration() {
    for header in ["RG/IE", "IE_RG", "IERG"] {
        // The digits of the first would be a registration of SC.
        let sheet = format!(
            "Nome;CPF/CNPJ;{header};UF\nAna;52998224725;251040852;SC\nBia;11144477735;123;SC\n\
             Aurora;11222333000181;251040852;SC\nCaio;12345678909;ISENTO;SC\n"
        );
        let (rows, told) = customers(&sheet);
        let read: Vec<_> = rows.iter().map(|row| row.inscricao_estadual.as_deref()).collect();
        assert_eq!(read, [None, None, Some("251040852"), Some("ISENTO")]);
        assert_eq!(told, [one("rg_de_pessoa", header), vec![], vec![], vec![]], "once");
    }
    let (rows, _) = customers("Nome;CPF;Inscrição Estadual;UF\nAna;52998224725;251040852;SC\n");
    assert_eq!(rows[0].inscricao_estadual.as_deref(), Some("251040852"), "a farmer has one");
}

#[test]
fn a_name_that_may_be_another_is_one_only_where_its_column_shows_it() {
    // A number is a code.
    let (rows, _) = customers("Cliente;Nome 1;CNPJ\n0000100001;AURORA LTDA;11222333000181\n");
    assert_eq!(names(&rows), ["AURORA LTDA"]);
    assert_eq!(refused(&flows::CLIENTES, "Cliente;CNPJ\n0000100001;11222333000181\n").0, "coluna_obrigatoria_ausente");
    // And so is a number under `Nº Documento`, where another column has the document.
    let sheet = "Cliente;Documento;Nº Documento\nAna Lima;52998224725;000123\n";
    assert_eq!(customers(sheet).0[0].cpf_cnpj.as_deref(), Some("52998224725"));
    // Another may pay for a pupil, and the document be that one's.
    assert_eq!(names(&customers("Aluno;CPF do Aluno\nLuís Lima;52998224725\n").0), ["Luís Lima"]);
    let sheet = "Aluno;Turma;Responsável;CPF\nLuís Lima;5A;Ana Lima;52998224725\n";
    assert_eq!(refused(&flows::CLIENTES, sheet).0, "coluna_obrigatoria_ausente");
    // A company that is another in each row is who is billed.
    let sheet = "EMPRESA;CNPJ\nAURORA LTDA;11222333000181\nSOL LTDA;11444777000161\nLUA LTDA;33000167000101\n";
    assert_eq!(names(&customers(sheet).0), ["AURORA LTDA", "SOL LTDA", "LUA LTDA"]);
    for sheet in [sheet.replace("SOL", "AURORA"), sheet.replace("CNPJ", "CPF/CNPJ")] {
        assert_eq!(refused(&flows::CLIENTES, &sheet).0, "coluna_obrigatoria_ausente", "{sheet}");
    }
}

#[test]
fn an_address_in_one_cell_is_split_where_it_ends_with_its_town() {
    let parts = |cell: &str, rest: &str| {
        let header = if rest.is_empty() { "" } else { ";Cidade;UF" };
        let sheet = format!("Nome;CPF;Endereço Completo{header}\nAna;52998224725;{cell}{rest}\n");
        let (rows, told) = customers(&sheet);
        let e = rows[0].endereco.clone().unwrap();
        let parts = [e.logradouro, e.numero, e.complemento, e.bairro, e.municipio, e.uf, e.cep];
        (parts.map(Option::unwrap_or_default).join("|"), told[0].iter().any(|(code, _)| code == "endereco_dividido"))
    };
    for (cell, read) in [
        ("Rua A, 123 - Centro - Curitiba/PR - CEP 80010-000", "Rua A|123||Centro|Curitiba|PR|80010000"),
        ("Rua A, 123, Apto 45, Centro, Curitiba/PR, 80010-000", "Rua A|123|Apto 45|Centro|Curitiba|PR|80010000"),
        ("Rua A, 7 - Sala 3 - Centro - Curitiba - PR", "Rua A|7|Sala 3|Centro|Curitiba|PR|"),
        ("Rua A, 7 - Fundos - Casa Forte - Recife/PE", "Rua A|7|Fundos|Casa Forte|Recife|PE|"),
        ("Av. B, nº 1.000 - Centro - Curitiba, PR CEP: 80.010-000", "Av. B|1.000||Centro|Curitiba|PR|80010000"),
        ("Rua A, S/N - CEP 80010-000 - Curitiba - PR", "Rua A|S/N|||Curitiba|PR|80010000"),
        ("SQN 310 Bloco A - Asa Norte - Brasília/DF", "SQN 310 Bloco A|||Asa Norte|Brasília|DF|"),
        ("Rod. BR 101, Km 200, S/N - Palhoça/SC", "Rod. BR 101|S/N|Km 200||Palhoça|SC|"),
    ] {
        assert_eq!(parts(cell, ""), (read.to_owned(), true), "{cell}");
    }
    // What does not end with it, or has more than its parts, stays as it is.
    for cell in [
        "Rua A, 10 - Centro",
        "Rua A 10",
        "Rua A, 1 - Centro - Fundos - Curitiba/PR",
        "Rua A, 1 - B - C - Curitiba/PR",
        "Rua A, 1, 2 - Curitiba/PR",
    ] {
        assert_eq!(parts(cell, ""), (format!("{cell}||||||"), false));
    }
    // What only its number follows is a street and its number.
    for (cell, read) in [
        ("Rua A, 123", "Rua A|123|||||"),
        ("Rua 7 de Abril, nº 10", "Rua 7 de Abril|10|||||"),
        ("R. A, S/N", "R. A|S/N|||||"),
    ] {
        assert_eq!(parts(cell, ""), (read.to_owned(), false), "{cell}");
    }
    // The row's own town agrees, or the cell is left as it is.
    let cell = "Rua A, 123 - Centro - Curitiba/PR";
    assert_eq!(parts(cell, ";CURITIBA;PR"), ("Rua A|123||Centro|Curitiba|PR|".to_owned(), true));
    assert_eq!(parts(cell, ";Londrina;PR"), (format!("{cell}||||Londrina|PR|"), false));
}

#[test]
fn a_row_of_data_is_no_header_and_is_not_quoted() {
    let sheet = "Name,Notes,Custom Field 1 - Label,Custom Field 1 - Value\nAna Lima,x,CPF,529.982.247-25\n\
        Bia Reis,y,CPF,111.444.777-35\n";
    let (code, message) = refused(&flows::CLIENTES, sheet);
    assert_eq!(code, "coluna_obrigatoria_ausente");
    for secret in ["Ana", "Lima", "529", "247"] {
        assert!(!message.contains(secret), "{message}");
    }
}

#[test]
fn columns_of_months_are_told_where_there_is_no_quantity() {
    let (code, message) = refused(&flows::CONSUMOS, "Contrato;Serviço;Jan/26;Fev/26;Total\nC1;API;100;120;220\n");
    assert_eq!(code, "colunas_de_meses");
    assert!(message.contains("`Jan/26`, `Fev/26`; say in `[months]`"), "{message}");
    let (code, _) = refused(&flows::CONSUMOS, "Contrato;Serviço;Mês\nC1;API;01/2026\n");
    assert_eq!(code, "coluna_obrigatoria_ausente");
}

#[test]
fn money_is_no_quantity_and_what_one_costs_is_no_total() {
    let fields = |header: &str| {
        let sheet = format!("Contrato;Serviço;Mês;{header}\nC1;A;01/2026;10;1,00;10,00\n");
        let mut file = SheetFile::from_bytes(sheet, "consumos.csv", &ReadOptions::default()).unwrap();
        let records = file.records(&flows::CONSUMOS).unwrap();
        let mapping = records.mapping();
        let field = |index: usize| mapping.columns.iter().find(|(i, _)| *i == index).map_or("", |(_, c)| c.field);
        [3, 4, 5].map(field)
    };
    assert_eq!(fields("Consumo (m³);Valor (m³);Valor (R$)"), ["quantidade", "", "valor"]);
    assert_eq!(fields("Consumo (kWh);Consumo (R$);Total (R$)"), ["quantidade", "", "valor"]);
    assert_eq!(fields("Qtde;Vlr. Unit. R$;Vlr. Total R$"), ["quantidade", "valorUnitario", "valor"]);
    assert_eq!(fields("Horas;Valor Hora;Total"), ["quantidade", "valorUnitario", "valor"]);
    // A plain quantity counts before what may be one.
    assert_eq!(fields("Quantidade;Horas;Total"), ["quantidade", "", "valor"]);
}

#[test]
fn what_programs_wrap_around_a_number_is_taken_off() {
    // Of Excel's text, and of a data frame's floats.
    let sheet = "Código;Nome;CPF;Celular\n=\"000123\";Ana;=\"52998224725\";\n\"=\"\"000124\"\"\";Bia;11144477735.0;48988887777.0\n";
    let (rows, told) = customers(sheet);
    let codes: Vec<_> = rows.iter().map(|row| row.codigo_externo.as_deref().unwrap()).collect();
    assert_eq!(codes, ["000123", "000124"]);
    assert_eq!(rows[1].celular.as_deref(), Some("+5548988887777"));
    assert!(told.iter().all(Vec::is_empty), "{told:?}");
}

#[test]
fn a_heading_or_total_of_a_group_is_no_record() {
    let sheet = "Código;Nome;CPF\nCidade: SANTOS;;\n1;Ana;52998224725\nTotal da cidade: 1;;\nCidade: SÃO VICENTE;;\n\
        2;Obs: Bia;11144477735\n;Caio;\n";
    let mut file = SheetFile::from_bytes(sheet, "clientes.csv", &ReadOptions::default()).unwrap();
    let mut records = file.records(&flows::CLIENTES).unwrap();
    let rows: Vec<u32> = records.by_ref().map(|record| record.unwrap().row).collect();
    assert_eq!(rows, [3, 6, 7]);
    let skipped: Vec<_> = records.skipped().rows.iter().map(|row| (row.row, row.reason)).collect();
    assert_eq!(skipped, [(2, "grupo"), (4, "total"), (5, "grupo")]);
}

#[test]
fn the_document_may_stand_among_other_words() {
    let cells = |header: &str, cells: [&str; 3]| format!("{header}\n1;{}\n2;{}\n3;{}\n", cells[0], cells[1], cells[2]);
    let sheet = cells(
        "Código;Cliente",
        ["ANA LIMA - CPF: 529.982.247-25", "11222333000181 - AURORA LTDA", "BIA REIS (CPF/CNPJ 111.444.777-35) ME"],
    );
    let (rows, told, saved) = read(&sheet, &ReadOptions::default());
    assert_eq!(names(&rows), ["ANA LIMA", "AURORA LTDA", "BIA REIS ME"]);
    let documents: Vec<_> = rows.iter().map(|row| row.cpf_cnpj.as_deref().unwrap()).collect();
    assert_eq!(documents, ["52998224725", "11222333000181", "11144477735"]);
    assert_eq!(told, [one("coluna_com_documento", "Cliente"), vec![], vec![]], "once");
    let mut options = ReadOptions::default();
    saved.apply(&mut options);
    assert_eq!(names(&read(&sheet, &options).0), ["ANA LIMA", "AURORA LTDA", "BIA REIS ME"]);
    // A column whose header says so.
    let numbers = ["12.345.678-9 / 529.982.247-25", "RG 1234567 CPF 11144477735", "123.456.789-09"];
    let sheet = cells("Código;Nome;RG e CPF", numbers.map(|n| ["Ana;", n].concat()).each_ref().map(String::as_str));
    let documents: Vec<_> = customers(&sheet).0.into_iter().map(|row| row.cpf_cnpj.unwrap()).collect();
    assert_eq!(documents, ["52998224725", "11144477735", "12345678909"]);
    // Not that of another, and not where some lack it or have two.
    for sheet in [
        sheet.replace("RG e CPF", "CPF do Responsável"),
        sheet.replace("123.456.789-09", "não tem"),
        sheet.replace("123.456.789-09", "123.456.789-09 e 529.982.247-25"),
    ] {
        assert_eq!(refused(&flows::CLIENTES, &sheet).0, "coluna_obrigatoria_ausente", "{sheet}");
    }
}

#[test]
fn hours_beside_minutes_are_no_quantity() {
    let (code, sentence) = refused(&flows::CONSUMOS, "Contrato;Serviço;Competência;Horas;Minutos\nC;S;01/2026;2;30\n");
    assert_eq!(code, "coluna_duplicada", "{sentence}");
    assert!(sentence.contains("`Horas`") && sentence.contains("`Minutos`"), "{sentence}");
}

#[test]
fn additional_emails_are_read_beside_the_first() {
    for header in ["E-mails adicionais", "E-mail secundário", "E-mail Alternativo", "E-mail 2"] {
        let sheet = format!("Nome;CPF;E-mail;{header}\nAna;52998224725;a@x.com;b@x.com, c@x.com\n");
        let (rows, told) = customers(&sheet);
        assert_eq!(rows[0].email.as_deref(), Some("a@x.com"), "{header}");
        assert_eq!(rows[0].emails_adicionais, ["b@x.com", "c@x.com"], "{header} {told:?}");
        assert_eq!(told[0], [("coluna_de_emails".to_owned(), header.to_owned())]);
    }
}

#[test]
fn old_systems_keep_the_documents_of_people_under_the_old_name_too() {
    let (rows, told) = customers("NOMCLI;CGCCLI\nACME;11222333000181\nANA;00052998224725\n");
    let documents: Vec<_> = rows.iter().map(|row| row.cpf_cnpj.as_deref().unwrap()).collect();
    assert_eq!(documents, ["11222333000181", "52998224725"]);
    assert_eq!(told[1], [("zeros_a_mais".to_owned(), "CGCCLI".to_owned())]);
}
