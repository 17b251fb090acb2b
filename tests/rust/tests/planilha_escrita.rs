//! What is written is read back the same.

use std::io::Cursor;

use smartbill_core::model::{Cliente, Cobranca, Consumo, Modelo};
use smartbill_core::planilha::{
    Arquivo, Celula, CelulaMarcada, Escritor, Fluxo, Opcoes, Registro, ResultadoDaLinha, Saida, fluxo, modelo,
    relatorio,
};
use smartbill_core::validate::{Intent, Options};
use smartbill_core::{Idioma, Valor};

const COBRANCA: &str = r#"{
    "numero": "000123", "clienteNome": "=Padaria São João", "clienteCpfCnpj": "00000000000191", "contratoNumero": "-CT",
    "competencia": "2025-01", "dataEmissao": "2025-01-31", "dataVencimento": "2025-02-10", "valorOriginal": "1234.56",
    "valorDesconto": "0.1", "valorPago": "0", "saldo": "1234.46", "situacao": "EM_ABERTO"
}"#;

fn cobranca(json: &str) -> Cobranca {
    let options = Options { intent: Intent::Resposta, ..Options::default() };
    Cobranca::validar(Valor::from_json(json.as_bytes()).unwrap(), options).unwrap().0
}

fn escrever(saida: Saida, quantas: usize) -> Vec<u8> {
    let mut escritor = Escritor::novo(&fluxo::CONTAS_A_RECEBER, saida, Cursor::new(Vec::new())).unwrap();
    let cobranca = cobranca(COBRANCA);
    for _ in 0..quantas {
        escritor.registro(&cobranca.valor()).unwrap();
    }
    let (destino, escrito) = escritor.terminar().unwrap();
    assert_eq!(escrito.linhas, u64::try_from(quantas).unwrap());
    destino.into_inner()
}

fn ler(bytes: Vec<u8>) -> Vec<Registro> {
    let mut arquivo = Arquivo::de_bytes(bytes, "contas", &Opcoes::default()).unwrap();
    arquivo.registros(&fluxo::CONTAS_A_RECEBER).unwrap().map(Result::unwrap).collect()
}

#[test]
fn charges_survive_the_round_trip_in_every_format() {
    let original = cobranca(COBRANCA);
    for saida in [Saida::Xlsx, Saida::CsvUtf8, Saida::CsvWindows1252] {
        let lidos = ler(escrever(saida, 3));
        assert_eq!(lidos.len(), 3, "{saida:?}");
        for registro in lidos {
            assert_eq!(registro.problemas, [], "{saida:?}");
            let options = Options { intent: Intent::Resposta, ..Options::default() };
            let (lida, _) = Cobranca::validar(registro.valor(&fluxo::CONTAS_A_RECEBER), options).unwrap();
            assert_eq!(lida, original, "{saida:?}");
        }
    }
}

#[test]
fn the_same_records_make_the_same_bytes() {
    assert!(escrever(Saida::Xlsx, 5) == escrever(Saida::Xlsx, 5));
}

#[test]
fn csv_is_what_excel_in_brazil_opens() {
    let texto = escrever(Saida::CsvUtf8, 1);
    let texto = std::str::from_utf8(&texto).unwrap();
    let mut linhas = texto.split("\r\n");
    assert!(linhas.next().unwrap().starts_with("\u{FEFF}Número;Cliente;CPF / CNPJ;Contrato;Competência;Emissão;"));
    assert_eq!(
        linhas.next().unwrap(),
        "000123;'=Padaria São João;00000000000191;'-CT;01/2025;31/01/2025;10/02/2025;;1234,56;0,10;;;0,00;1234,46;\
         EM_ABERTO;;;"
    );
}

/// Run with `SMARTBILL_PLANILHA_DIR` set to keep the files and look at them with other software.
#[test]
fn an_empty_export_is_still_a_sheet() {
    let bytes = escrever(Saida::Xlsx, 0);
    let mut arquivo = Arquivo::de_bytes(bytes, "contas", &Opcoes::default()).unwrap();
    assert_eq!(arquivo.registros(&fluxo::CONTAS_A_RECEBER).unwrap().count(), 0);
    if let Ok(pasta) = std::env::var("SMARTBILL_PLANILHA_DIR") {
        for (nome, saida) in [("contas.xlsx", Saida::Xlsx), ("contas.csv", Saida::CsvWindows1252)] {
            std::fs::write(std::path::Path::new(&pasta).join(nome), escrever(saida, 3)).unwrap();
        }
    }
}

#[test]
fn a_template_is_read_by_our_own_importer() {
    for flow in [&fluxo::CLIENTES, &fluxo::CONSUMOS] {
        let bytes = modelo(flow, Cursor::new(Vec::new())).unwrap().into_inner();
        if let Ok(pasta) = std::env::var("SMARTBILL_PLANILHA_DIR") {
            std::fs::write(std::path::Path::new(&pasta).join(format!("modelo-{}.xlsx", flow.nome)), &bytes).unwrap();
        }
        let mut arquivo = Arquivo::de_bytes(bytes, "modelo.xlsx", &Opcoes::default()).unwrap();
        let mut registros = arquivo.registros(flow).unwrap();
        assert_eq!(registros.mapeamento().colunas.len(), flow.preenchidas().count());
        assert!(registros.mapeamento().extras.is_empty());
        let mut lidos: Vec<Registro> = registros.by_ref().map(Result::unwrap).collect();
        assert_eq!(lidos.len(), 1);
        let options = Options::default();
        let aceito = match flow.nome {
            "clientes" => registros.validar::<Cliente>(&mut lidos[0], options).is_some(),
            _ => registros.validar::<Consumo>(&mut lidos[0], options).is_some(),
        };
        assert!(aceito, "{:?}", lidos[0].problemas);
        assert_eq!(lidos[0].problemas.iter().map(|p| p.codigo).collect::<Vec<_>>(), ["linha_de_exemplo"]);
    }
}

#[test]
fn a_report_is_the_same_sheet_and_can_be_imported() {
    let csv = "Relatório do ERP\n\nCódigo;Nome;CNPJ;UF\n1;=Ana;529.982.247-25;SP\n;;;\n2;Zé;123;SP\nTotal;;2;\n";
    let opcoes = Opcoes::default();
    for saida in [Saida::Xlsx, Saida::CsvUtf8] {
        let mut bytes = csv.as_bytes().to_vec();
        // The report of a report is the same again.
        for volta in 0..3 {
            let mut arquivo = Arquivo::de_bytes(bytes.clone(), "clientes.csv", &opcoes).unwrap();
            let mut registros = arquivo.registros(&fluxo::CLIENTES).unwrap();
            let lidos: Vec<Registro> = registros.by_ref().map(Result::unwrap).collect();
            assert_eq!(registros.mapeamento().extras, [], "{volta}");
            assert_eq!(lidos.iter().map(|r| r.linha).collect::<Vec<_>>(), [4, 6], "{saida:?} {volta}");
            assert_eq!(lidos[0].campo("nome"), Some(&Valor::Texto("=Ana".into())));
            assert_eq!(lidos[0].campo("id"), (volta > 0).then(|| Valor::Texto("77".into())).as_ref());
            assert_eq!(lidos[1].problemas[0].codigo, "documento_incompleto");
            drop(registros);
            let resultado = |linha: u32| {
                let registro = lidos.iter().find(|r| r.linha == linha)?;
                let primeiro = registro.problemas.first();
                Some(ResultadoDaLinha {
                    situacao: if registro.aceito() { "incluído" } else { "rejeitado" }.into(),
                    codigo: primeiro.map(|p| p.codigo.to_owned()).unwrap_or_default(),
                    mensagem: primeiro.map(|p| p.mensagem(Idioma::PtBr)).unwrap_or_default(),
                    id: if registro.aceito() { "77" } else { "" }.into(),
                    celulas: registro
                        .problemas
                        .iter()
                        .map(|p| CelulaMarcada {
                            coluna: p.coluna.clone().unwrap(),
                            severidade: p.severidade,
                            mensagem: p.mensagem(Idioma::PtBr),
                        })
                        .collect(),
                })
            };
            let contagens = [("incluídas".to_owned(), 1), ("rejeitadas".to_owned(), 1)];
            let destino = Cursor::new(Vec::new());
            let (destino, _) =
                relatorio(&mut arquivo, &fluxo::CLIENTES, saida, destino, resultado, &contagens).unwrap();
            bytes = destino.into_inner();
            if let Ok(pasta) = std::env::var("SMARTBILL_PLANILHA_DIR") {
                let nome = format!("relatorio-{volta}.{}", if saida == Saida::Xlsx { "xlsx" } else { "csv" });
                std::fs::write(std::path::Path::new(&pasta).join(nome), &bytes).unwrap();
            }
        }
        let mut arquivo = Arquivo::de_bytes(bytes, "x", &opcoes).unwrap();
        let aba = arquivo.abas()[0].nome.clone();
        let linhas: Vec<_> = arquivo.linhas(&aba).unwrap().map(Result::unwrap).collect();
        let ultima: Vec<String> =
            linhas.iter().find(|l| l.numero == 6).unwrap().celulas.iter().map(Celula::mostrar).collect();
        assert_eq!(ultima[..6], ["2", "Zé", "123", "SP", "rejeitado", "documento_incompleto"]);
        let cabecalho: Vec<String> =
            linhas.iter().find(|l| l.numero == 3).unwrap().celulas.iter().map(Celula::mostrar).collect();
        assert_eq!(cabecalho.len(), 8);
        assert_eq!(cabecalho[4], "[smartbill] situação");
    }
}

/// Exports a model, imports it again, and expects the same model.
fn ida_e_volta<M: Modelo + std::fmt::Debug>(flow: &'static Fluxo, json: &str) {
    let (original, _) = M::validar(Valor::from_json(json.as_bytes()).unwrap(), Options::default()).unwrap();
    for saida in [Saida::Xlsx, Saida::CsvUtf8, Saida::CsvWindows1252] {
        let mut escritor = Escritor::novo(flow, saida, Cursor::new(Vec::new())).unwrap();
        escritor.registro(&original.valor()).unwrap();
        let bytes = escritor.terminar().unwrap().0.into_inner();
        let mut arquivo = Arquivo::de_bytes(bytes, "x", &Opcoes::default()).unwrap();
        let mut registros = arquivo.registros(flow).unwrap();
        let mut lido = registros.next().unwrap().unwrap();
        let volta = registros.validar::<M>(&mut lido, Options::default());
        assert_eq!(volta.as_ref(), Some(&original), "{saida:?}: {:?}", lido.problemas);
        assert_eq!(lido.problemas, [], "{saida:?}");
    }
}

#[test]
fn a_re_import_of_an_export_changes_nothing() {
    ida_e_volta::<Cliente>(
        &fluxo::CLIENTES,
        r#"{"codigoExterno": "-007", "tipoPessoa": "JURIDICA", "nome": "@Ação & Cia; \"Ltda\"", "nomeFantasia": "1,23",
            "cpfCnpj": "06990590000123", "inscricaoEstadual": "082106029", "email": "a@exemplo.com.br",
            "telefone": "+551133334444", "celular": "+5511987654321",
            "endereco": {"cep": "29010000", "logradouro": "Rua X", "numero": "0010", "complemento": "=1", "bairro": "-",
                         "municipio": "Vitória", "uf": "ES", "codigoIbge": "3205309"}}"#,
    );
    ida_e_volta::<Consumo>(
        &fluxo::CONSUMOS,
        r#"{"idExterno": "0001", "contratoCodigoExterno": "1E5", "servicoCodigo": "+API", "competencia": "2025-01",
            "dataConsumo": "2025-01-31", "quantidade": "1234.567", "valorUnitario": "0.0000012345", "valor": "0.00",
            "descricao": "Uso € de 31/01/2025"}"#,
    );
}
