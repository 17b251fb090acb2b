//! Files written by other people's software, read whole.

use std::path::PathBuf;

use smartbill_core::model::Cliente;
use smartbill_core::planilha::{Arquivo, Falha, Fluxo, Opcoes, Registro, Severidade, fluxo};
use smartbill_core::validate::Options;
use smartbill_core::{Idioma, Modo, Valor};

fn bytes(nome: &str) -> Vec<u8> {
    let caminho = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../fixtures/planilha").join(nome);
    std::fs::read(&caminho).unwrap_or_else(|e| panic!("{}: {e}", caminho.display()))
}

fn abrir(nome: &str, opcoes: &Opcoes) -> Result<Arquivo, Falha> {
    Arquivo::de_bytes(bytes(nome), nome, opcoes)
}

fn ler(nome: &str, fluxo: &'static Fluxo, opcoes: &Opcoes) -> Vec<Registro> {
    let mut arquivo = abrir(nome, opcoes).unwrap();
    arquivo.registros(fluxo).unwrap().map(Result::unwrap).collect()
}

fn texto(registro: &Registro, campo: &str) -> String {
    match registro.campo(campo) {
        Some(Valor::Texto(t)) => t.to_string(),
        Some(Valor::Decimal(d)) => d.to_string(),
        Some(Valor::Data(d)) => d.to_string(),
        Some(Valor::Competencia(c)) => c.to_string(),
        None => String::new(),
        outro => panic!("{outro:?}"),
    }
}

fn problemas(registro: &Registro) -> Vec<(&str, &'static str)> {
    registro.problemas.iter().map(|p| (p.coluna.as_deref().unwrap_or_default(), p.codigo)).collect()
}

#[test]
fn an_old_erps_xls() {
    let opcoes = Opcoes::default();
    let mut arquivo = abrir("clientes.xls", &opcoes).unwrap();
    let mut registros = arquivo.registros(&fluxo::CLIENTES).unwrap();
    assert_eq!(registros.aba(), "Clientes");
    assert_eq!(registros.mapeamento().linha_do_cabecalho, 4);
    let extras: Vec<_> = registros.mapeamento().extras.iter().map(|e| e.cabecalho.clone()).collect();
    assert_eq!(extras, ["Dt. Cadastro", "Limite (R$)"]);
    let lidos: Vec<Registro> = registros.by_ref().map(Result::unwrap).collect();
    assert_eq!(lidos.iter().map(|r| r.linha).collect::<Vec<_>>(), [5, 6, 7, 9, 10]);
    let ignoradas = registros.ignoradas();
    assert_eq!(
        ignoradas.linhas.iter().map(|l| (l.linha, l.motivo)).collect::<Vec<_>>(),
        [(11, "total"), (13, "rodape")]
    );
    assert_eq!(ignoradas.vazias, 2);

    assert_eq!(texto(&lidos[0], "nome"), "Padaria São João");
    assert_eq!(texto(&lidos[0], "cpfCnpj"), "06990590000123");
    assert_eq!(texto(&lidos[0], "endereco.cep"), "01310100");
    assert_eq!(problemas(&lidos[0]), [("C", "zeros_restaurados"), ("E", "zeros_restaurados")]);
    assert_eq!(lidos[0].extras[0], ("Dt. Cadastro".into(), "01/01/2025".into()));
    assert_eq!(texto(&lidos[1], "cpfCnpj"), "52998224725");
    assert_eq!(texto(&lidos[1], "endereco.cep"), "01310100");
    assert_eq!(problemas(&lidos[1]), []);
    assert_eq!(lidos[1].extras[1], ("Limite (R$)".into(), "0,3".into()));
    assert_eq!(texto(&lidos[2], "cpfCnpj"), "01234567890");
    assert_eq!(problemas(&lidos[2]), []);
    assert_eq!(texto(&lidos[3], "cpfCnpj"), "12.ABC.345/01DE-35");
    assert_eq!(texto(&lidos[4], "codigoExterno"), "1005");
    assert_eq!(problemas(&lidos[4]), [("C", "documento_incompleto")]);
    let problema = &lidos[4].problemas[0];
    assert_eq!(problema.lugar(Idioma::PtBr), "Clientes, linha 10, coluna C (CNPJ / CPF)");
    assert_eq!(
        problema.mensagem(Idioma::PtBr),
        "`12345` tem 5 dígitos, e com zeros à esquerda não forma CPF nem CNPJ válido"
    );
}

#[test]
fn strings_split_over_continue_records() {
    let lidos = ler("sst_grande.xls", &fluxo::CLIENTES, &Opcoes::default());
    assert_eq!(lidos.len(), 800);
    for (i, registro) in lidos.iter().enumerate() {
        let r = i + 1;
        let cauda = if r % 3 == 0 { "simples" } else { "ção €" }.repeat(r % 7);
        assert_eq!(texto(registro, "nome"), format!("Cliente número {r} {cauda}").trim_end());
        assert_eq!(texto(registro, "codigoExterno"), format!("C-{r:04}"));
    }
}

#[test]
fn two_header_rows_errors_and_formats() {
    let lidos = ler("consumos.xlsx", &fluxo::CONSUMOS, &Opcoes::default());
    assert_eq!(lidos.iter().map(|r| r.linha).collect::<Vec<_>>(), [4, 5, 6, 7, 8, 9]);
    assert_eq!(texto(&lidos[0], "contratoCodigoExterno"), "000042");
    assert_eq!(texto(&lidos[0], "quantidade"), "10.5");
    assert_eq!(texto(&lidos[0], "dataConsumo"), "2025-01-15");
    assert_eq!(texto(&lidos[0], "competencia"), "2025-01");
    assert_eq!(texto(&lidos[0], "valorUnitario"), "0.1");
    assert_eq!(texto(&lidos[1], "quantidade"), "1250.5");
    assert_eq!(texto(&lidos[1], "valorUnitario"), "0.10");
    assert_eq!(texto(&lidos[1], "competencia"), "2025-01");
    assert_eq!(problemas(&lidos[2]), [("D", "formula_com_erro")]);
    assert_eq!(lidos[2].problemas[0].valor, "#N/D");
    assert_eq!(texto(&lidos[2], "dataConsumo"), "2025-01-15");
    assert_eq!(texto(&lidos[3], "dataConsumo"), "2025-01-31");
    assert_eq!(problemas(&lidos[4]), [("D", "formula_sem_valor")]);
    assert_eq!(problemas(&lidos[5]), [("A", "linha_duplicada")]);
    assert_eq!(lidos[5].problemas[0].mensagem(Idioma::En), "`U-1` is already in row 4");
}

#[test]
fn the_1904_system() {
    for nome in ["data_1904.xls", "data_1904.xlsx"] {
        let lidos = ler(nome, &fluxo::CONSUMOS, &Opcoes::default());
        assert_eq!(texto(&lidos[0], "dataConsumo"), "2025-01-01", "{nome}");
        if let Some(segunda) = lidos.get(1) {
            assert_eq!(texto(segunda, "dataConsumo"), "2025-01-02", "{nome}");
        }
    }
}

#[test]
fn opendocument() {
    let lidos = ler("clientes.ods", &fluxo::CLIENTES, &Opcoes::default());
    assert_eq!(lidos.iter().map(|r| r.linha).collect::<Vec<_>>(), [5, 9]);
    assert_eq!(texto(&lidos[0], "cpfCnpj"), "00000000000191");
    assert_eq!(texto(&lidos[0], "dataNascimento"), "2025-01-31");
}

#[test]
fn a_cp1252_text_file() {
    let opcoes = Opcoes::default();
    let mut arquivo = abrir("consumos_cp1252.csv", &opcoes).unwrap();
    let mut registros = arquivo.registros(&fluxo::CONSUMOS).unwrap();
    let lidos: Vec<Registro> = registros.by_ref().map(Result::unwrap).collect();
    assert_eq!(lidos.iter().map(|r| r.linha).collect::<Vec<_>>(), [2, 3, 5, 6]);
    assert_eq!(registros.ignoradas().linhas[0].linha, 7);
    assert_eq!(texto(&lidos[0], "quantidade"), "1250.5");
    assert_eq!(texto(&lidos[0], "descricao"), "quebra de linha");
    assert_eq!(texto(&lidos[1], "descricao"), "=A1");
    assert_eq!(texto(&lidos[1], "quantidade"), "-3.00");
    assert_eq!(texto(&lidos[2], "descricao"), "João € 5");
    assert_eq!(problemas(&lidos[2]), [("C", "decimal_ambiguo")]);
    assert_eq!(
        problemas(&lidos[3]),
        [("C", "precisao_perdida"), ("D", "competencia_invalida"), ("E", "decimal_invalido")]
    );
    let leniente = Opcoes { modo: Modo::Leniente, ..Opcoes::default() };
    let lidos = ler("consumos_cp1252.csv", &fluxo::CONSUMOS, &leniente);
    assert_eq!(texto(&lidos[2], "quantidade"), "1234");
    assert_eq!(lidos[2].problemas[0].severidade, Severidade::Aviso);
}

#[test]
fn text_decoded_twice_is_mended_and_said() {
    let mut arquivo = abrir("mojibake.csv", &Opcoes::default()).unwrap();
    let mut registros = arquivo.registros(&fluxo::CLIENTES).unwrap();
    let lido = registros.next().unwrap().unwrap();
    assert_eq!(texto(&lido, "nome"), "João da Conceição");
    assert_eq!(problemas(&lido), [("B", "mojibake_desfeito")]);
    assert!(lido.aceito());
    assert!(lido.problemas[0].mensagem(Idioma::PtBr).contains("`João da Conceição`"));
}

#[test]
fn a_page_that_is_called_xls() {
    let mut arquivo = abrir("html_renomeado.xls", &Opcoes::default()).unwrap();
    assert_eq!(arquivo.formato().extensao(), "html");
    let mut registros = arquivo.registros(&fluxo::CLIENTES).unwrap();
    let lidos: Vec<Registro> = registros.by_ref().map(Result::unwrap).collect();
    assert_eq!(registros.ignoradas().linhas.iter().map(|l| l.linha).collect::<Vec<_>>(), [5]);
    let vistos: Vec<_> = lidos.iter().map(|r| (r.linha, texto(r, "codigoExterno"), texto(r, "nome"))).collect();
    let esperados = [(3, "000123", "Padaria São João & Filhos"), (4, "000124", "José da Silva")];
    assert_eq!(vistos, esperados.map(|(linha, codigo, nome)| (linha, codigo.to_owned(), nome.to_owned())));
    assert_eq!(problemas(&lidos[0]), []);

    let mesclada = "<table><tr><td>ID Externo<td>Contrato<td>Serviço<td>Competência<td>Quantidade\
                    <tr><td>K1<td rowspan=2>CT<td>S<td>01/2026<td rowspan=2>7<tr><td>K2<td>S<td>01/2026</table>";
    let mut arquivo = Arquivo::de_bytes(mesclada, "x.xls", &Opcoes::default()).unwrap();
    let lidos: Vec<Registro> = arquivo.registros(&fluxo::CONSUMOS).unwrap().map(Result::unwrap).collect();
    assert_eq!(lidos.iter().map(|r| texto(r, "contratoCodigoExterno")).collect::<Vec<_>>(), ["CT", "CT"]);
    assert_eq!(problemas(&lidos[1]), [("E", "celula_mesclada")]);
}

#[test]
fn a_text_file_of_dos() {
    let lidos = ler("clientes_cp850.csv", &fluxo::CLIENTES, &Opcoes::default());
    assert_eq!(texto(&lidos[0], "nome"), "JOÃO DA CONCEIÇÃO");
    assert_eq!(texto(&lidos[0], "endereco.municipio"), "SÃO JOSÉ");
    assert_eq!(problemas(&lidos[0]), []);
}

#[test]
fn merged_cells_hold_for_all_their_rows_but_a_quantity_is_never_repeated() {
    for nome in ["mescladas.xlsx", "mescladas.xls"] {
        let lidos = ler(nome, &fluxo::CONSUMOS, &Opcoes::default());
        let vistas: Vec<_> = lidos
            .iter()
            .map(|r| {
                let campo = |c| texto(r, c);
                let tudo = ["idExterno", "contratoCodigoExterno", "servicoCodigo", "competencia", "quantidade"];
                (r.linha, tudo.map(campo).join(" "), problemas(r))
            })
            .collect();
        assert_eq!(
            vistas,
            [
                (3, "K1 CT-1 API 2025-01 1".into(), vec![]),
                (4, "K2 CT-1 API 2025-01 2".into(), vec![]),
                (5, "K3 CT-1 SMS 2025-01 3".into(), vec![]),
                (6, "K4 CT-2 API 2025-02 10".into(), vec![]),
                (7, "K5 CT-2 API 2025-02 ".into(), vec![("E", "celula_mesclada")]),
                (8, "K6 CT-3 API 2025-02 7".into(), vec![]),
            ],
            "{nome}"
        );
    }
}

#[test]
fn what_is_not_a_readable_spreadsheet_says_what_it_is() {
    let falha = |nome: &str| abrir(nome, &Opcoes::default()).map(|_| ()).unwrap_err();
    assert_eq!(falha("com_senha.xlsx").codigo, "planilha_com_senha");
    let mut pequeno = Opcoes::default();
    pequeno.limites.descompactado = 16 << 20;
    assert_eq!(abrir("bomba.xlsx", &pequeno).map(|_| ()).unwrap_err().codigo, "descompactado_grande_demais");
    let mut vazia = abrir("vazia.xls", &Opcoes::default()).unwrap();
    assert_eq!(vazia.registros(&fluxo::CLIENTES).map(|_| ()).unwrap_err().codigo, "planilha_vazia");
    let de = |bytes: &[u8]| Arquivo::de_bytes(bytes, "x", &Opcoes::default()).map(|_| ()).unwrap_err().codigo;
    assert_eq!(de(b""), "arquivo_vazio");
    assert_eq!(de(b"\xEF\xBB\xBF \r\n"), "arquivo_vazio");
    assert_eq!(de(b"%PDF-1.7\n"), "nao_e_planilha");
    assert_eq!(de(b"<!DOCTYPE html><html><body>Erro 500</body></html>"), "html_sem_tabela");
    assert_eq!(de(b"\x89PNG\r\n\x1a\n\0\0"), "nao_e_planilha");
    assert_eq!(de(b"PK\x03\x04garbage"), "arquivo_corrompido");
    assert_eq!(de(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1garbage"), "arquivo_corrompido");
    assert_eq!(de(b"{\"a\":1}"), "nao_e_planilha");
    assert_eq!(de(b"\0\x01\x02\x03binary"), "nao_e_planilha");
}

#[test]
fn a_missing_column_names_what_was_found() {
    let falha = |csv: &str| {
        let mut arquivo = Arquivo::de_bytes(csv, "clientes.csv", &Opcoes::default()).unwrap();
        arquivo.registros(&fluxo::CLIENTES).map(|_| ()).unwrap_err()
    };
    assert_eq!(
        falha("Código;Nome;CNPJ Cliente Final;Cidade\n1;a;b;c\n").mensagem(Idioma::PtBr),
        "falta coluna obrigatória na planilha `clientes.csv`: `CPF / CNPJ` (≈ `CNPJ Cliente Final`?); cabeçalhos \
         encontrados na linha 1: `Código`, `Nome`, `CNPJ Cliente Final`, `Cidade`"
    );
    let falha = falha("Nome;Razão Social;CPF\na;b;c\n");
    assert_eq!(falha.codigo, "coluna_duplicada");
}

/// A small generator of our own: the same damage on every run.
fn sorteio(semente: &mut u64) -> usize {
    *semente = semente.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    usize::try_from(*semente >> 33).unwrap()
}

#[test]
fn damaged_files_end_in_an_error_or_in_rows() {
    let limites = smartbill_core::planilha::Limites { descompactado: 8 << 20, ..Default::default() };
    let opcoes = Opcoes { limites, ..Opcoes::default() };
    let mut semente = 42;
    for nome in [
        "clientes.xls",
        "data_1904.xls",
        "consumos.xlsx",
        "clientes.ods",
        "consumos.xlsb",
        "com_senha.xlsx",
        "consumos_cp1252.csv",
        "mescladas.xls",
        "mescladas.xlsx",
        "html_renomeado.xls",
    ] {
        let original = bytes(nome);
        for rodada in 0..80 {
            let mut danificado = original.clone();
            if rodada % 5 == 0 {
                danificado.truncate(sorteio(&mut semente) % original.len());
            }
            for _ in 0..=rodada % 8 {
                if !danificado.is_empty() {
                    let onde = sorteio(&mut semente) % danificado.len();
                    danificado[onde] = u8::try_from(sorteio(&mut semente) % 256).unwrap();
                }
            }
            let Ok(mut arquivo) = Arquivo::de_bytes(danificado, nome, &opcoes) else {
                continue;
            };
            for fluxo in [&fluxo::CLIENTES, &fluxo::CONSUMOS] {
                if let Ok(registros) = arquivo.registros(fluxo) {
                    registros.take(100_000).for_each(drop);
                }
            }
        }
    }
}

#[test]
fn limits_are_kept() {
    let com = |ajuste: &dyn Fn(&mut Opcoes)| {
        let mut opcoes = Opcoes::default();
        ajuste(&mut opcoes);
        opcoes
    };
    let csv = "Código;Nome;CPF\n1;a;b\n2;c;d\n3;e;f\n";
    let falha = |opcoes: &Opcoes| -> &'static str {
        match Arquivo::de_bytes(csv, "x.csv", opcoes) {
            Err(falha) => falha.codigo,
            Ok(mut arquivo) => match arquivo.registros(&fluxo::CLIENTES) {
                Err(falha) => falha.codigo,
                Ok(registros) => registros.filter_map(Result::err).map(|f| f.codigo).next().unwrap_or("nenhuma"),
            },
        }
    };
    assert_eq!(falha(&com(&|o| o.limites.bytes = 10)), "arquivo_grande_demais");
    assert_eq!(falha(&com(&|o| o.limites.linhas = 2)), "linhas_demais");
    assert_eq!(falha(&com(&|o| o.limites.colunas = 2)), "colunas_demais");
    assert_eq!(falha(&com(&|_| {})), "nenhuma");
}

#[test]
fn maps_markers_and_extra_columns() {
    let csv = "Apelido do ERP;Nome;CPF;CNPJ;E-mail;Vendedor\n\
               7;Ana;529.982.247-25;;[limpar];Zé\n\
               8;Empresa;;00.000.000/0001-91;;\n\
               9;Duas;529.982.247-25;00.000.000/0001-91;x;\n";
    let opcoes = Opcoes { mapa: vec![("Apelido do ERP".into(), "codigoExterno".into())], ..Opcoes::default() };
    let mut arquivo = Arquivo::de_bytes(csv, "clientes.csv", &opcoes).unwrap();
    let lidos: Vec<Registro> = arquivo.registros(&fluxo::CLIENTES).unwrap().map(Result::unwrap).collect();
    assert_eq!(texto(&lidos[0], "codigoExterno"), "7");
    assert_eq!(lidos[0].limpar, ["email"]);
    assert_eq!(lidos[0].extras, [("Vendedor".into(), "Zé".into())]);
    assert_eq!(texto(&lidos[1], "cpfCnpj"), "00.000.000/0001-91");
    assert_eq!(problemas(&lidos[2]), [("D", "duas_colunas_preenchidas"), ("C", "linha_duplicada")]);

    let ruim = Opcoes { mapa: vec![("Nome".into(), "nomee".into())], ..Opcoes::default() };
    let mut arquivo = Arquivo::de_bytes(csv, "clientes.csv", &ruim).unwrap();
    let falha = arquivo.registros(&fluxo::CLIENTES).map(|_| ()).unwrap_err();
    assert_eq!(
        falha.mensagem(Idioma::PtBr),
        "o mapa de colunas cita o campo `nomee`, que não existe; o mais próximo é `nome`"
    );
}

#[test]
fn an_area_code_in_its_own_column() {
    let csv = "Nome;CPF;DDD;Telefone;Celular\nAna;529.982.247-25;011;3333-4444;(21) 98765-4321\n";
    let mut arquivo = Arquivo::de_bytes(csv, "clientes.csv", &Opcoes::default()).unwrap();
    let mut registros = arquivo.registros(&fluxo::CLIENTES).unwrap();
    let mut lido = registros.next().unwrap().unwrap();
    let cliente = registros.validar::<Cliente>(&mut lido, Options::default()).unwrap();
    assert_eq!(cliente.telefone.as_deref(), Some("+551133334444"));
    assert_eq!(cliente.celular.as_deref(), Some("+5521987654321"));
}

#[test]
fn the_binary_workbook() {
    let lidos = ler("consumos.xlsb", &fluxo::CONSUMOS, &Opcoes::default());
    assert_eq!(lidos.iter().map(|r| r.linha).collect::<Vec<_>>(), [2, 3]);
    assert_eq!(texto(&lidos[0], "quantidade"), "10.5");
    assert_eq!(texto(&lidos[0], "dataConsumo"), "2025-01-15");
    assert_eq!(texto(&lidos[1], "dataConsumo"), "2025-01-15");
}

#[test]
fn a_directory_that_lies_about_sizes_is_found_out() {
    // The ODS keeps its cells in `content.xml`, which is read whole: say that it is a tenth of what it is.
    let mut arquivo = bytes("clientes.ods");
    let nome = b"content.xml";
    let mut mudadas = 0;
    for i in 46..arquivo.len() - nome.len() {
        if &arquivo[i..i + nome.len()] == nome && &arquivo[i - 46..i - 42] == b"PK\x01\x02" {
            let tamanho = u32::from_le_bytes(arquivo[i - 22..i - 18].try_into().unwrap());
            arquivo[i - 22..i - 18].copy_from_slice(&(tamanho / 10).to_le_bytes());
            mudadas += 1;
        }
    }
    assert_eq!(mudadas, 1);
    let mut opcoes = Opcoes::default();
    opcoes.limites.descompactado = 1 << 20;
    let falha = Arquivo::de_bytes(arquivo, "clientes.ods", &opcoes).map(|_| ()).unwrap_err();
    assert_eq!(falha.codigo, "arquivo_corrompido");
}
