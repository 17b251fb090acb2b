//! The import against the sandbox in process: no network, no clock, every fault on purpose.

mod comum;

use comum::{Plataforma, contratos, csv, csv_de_consumos, perfil_com, trazer};
use smartbill_core::ErrorKind;
use smartbill_core::batch::{Contagem, Efeito, Estado, Fase, Fonte, OpcoesDeImportacao, Parada, Ritmo};
use smartbill_core::client::CallOptions;
use smartbill_core::model::{Cliente, Consumo, FiltroConsumos};

fn opcoes() -> OpcoesDeImportacao {
    OpcoesDeImportacao::default()
}

#[tokio::test]
async fn every_row_reaches_the_platform_once_and_again_changes_nothing() {
    let (plataforma, client) = Plataforma::padrao();
    contratos(&client, 3).await;
    let primeira = trazer::<Consumo, _>(&client, csv(csv_de_consumos(500, 3)), &opcoes()).await.unwrap();
    assert_eq!(primeira.contagem, Contagem { total: 500, incluidos: 500, ..Contagem::default() });
    let antes = plataforma.service().estado().pedidos;
    let segunda = trazer::<Consumo, _>(&client, csv(csv_de_consumos(500, 3)), &opcoes()).await.unwrap();
    assert_eq!(segunda.contagem, Contagem { total: 500, inalterados: 500, ..Contagem::default() });
    let estado = plataforma.service().estado();
    assert_eq!((estado.consumos.total, estado.consumos.repetidos, estado.inclusoes_repetidas), (500, 0, 0));
    assert_eq!(estado.pedidos - antes, 5, "500 rows are compared by five pages of a hundred");
}

#[tokio::test]
async fn a_few_rows_among_many_records_are_looked_up_one_by_one() {
    let (plataforma, client) = Plataforma::padrao();
    contratos(&client, 1).await;
    trazer::<Consumo, _>(&client, csv(csv_de_consumos(1000, 1)), &opcoes()).await.unwrap();
    let antes = plataforma.service().estado().pedidos;
    let duas = "ID Externo;Contrato;Serviço;Competência;Quantidade\nK-7;CT-0;API-CHAMADAS;10/2026;8,5\nNOVO;CT-0;API-CHAMADAS;10/2026;1\n";
    let importacao = trazer::<Consumo, _>(&client, csv(duas), &opcoes()).await.unwrap();
    assert_eq!((importacao.contagem.inalterados, importacao.contagem.incluidos), (1, 1));
    assert_eq!(plataforma.service().estado().pedidos - antes, 4, "a page, two lookups, one include");
}

#[tokio::test]
async fn upsert_tells_new_changed_and_unchanged_apart_and_empties_what_is_marked() {
    let (plataforma, client) = Plataforma::padrao();
    let cabecalho = "Código;Razão Social;CNPJ;E-mail;CEP;Logradouro;Número;Observações\n";
    let antes = format!(
        "{cabecalho}A;Padaria Aurora;00.000.000/0001-91;a@example.com;01310-100;Avenida Paulista;1000;velho\n\
         B;Mercado Bom Dia;11.222.333/0001-81;b@example.com;;;;\n"
    );
    trazer::<Cliente, _>(&client, csv(antes), &opcoes()).await.unwrap();
    let depois = format!(
        "{cabecalho}A;Padaria Aurora;00.000.000/0001-91;;;Alameda Santos;;[limpar]\n\
         B;Mercado Bom Dia;11.222.333/0001-81;b@example.com;;;;\nC;Casa Nova;529.982.247-25;c@example.com;;;;\n\
         D;Oficina Dois;11.222.333/0001-80;;;;;\n"
    );
    let importacao = trazer::<Cliente, _>(&client, csv(depois), &opcoes()).await.unwrap();
    let linhas = importacao.journal.pagina(&[], 0, 10).unwrap();
    let vistas: Vec<_> = linhas.iter().map(|l| (l.numero, l.estado, l.codigo.as_deref().unwrap_or_default())).collect();
    assert_eq!(vistas[0], (2, Estado::Feito, Efeito::Updated.name()));
    assert_eq!(vistas[1], (3, Estado::Feito, Efeito::Unchanged.name()));
    assert_eq!(vistas[2], (4, Estado::Feito, Efeito::Created.name()));
    assert_eq!(vistas[3].1, Estado::Rejeitado);
    let a = client.localizar::<Cliente>("A", &CallOptions::default()).await.unwrap().unwrap();
    assert_eq!((a.email.as_deref(), a.observacoes.as_deref()), (Some("a@example.com"), None));
    let endereco = a.endereco.unwrap();
    assert_eq!((endereco.logradouro.as_deref(), endereco.cep.as_deref()), (Some("Alameda Santos"), Some("01310100")));
    assert_eq!(plataforma.service().estado().clientes.total, 3);
}

#[tokio::test]
async fn faults_of_every_kind_neither_lose_nor_double_a_row() {
    for promessa in ["idempotency_key", "natural_key"] {
        let perfil = perfil_com(promessa);
        let plataforma = Plataforma::nova(perfil.clone());
        let client = plataforma.cliente(perfil);
        contratos(&client, 4).await;
        plataforma
            .service()
            .falhas(
                r#"{"semente": 3, "regras": [
                    {"tipo": "queda_antes", "chance": 0.05}, {"tipo": "queda_depois", "chance": 0.08},
                    {"tipo": "truncado", "chance": 0.05}, {"tipo": "malformado", "chance": 0.05},
                    {"tipo": "erro", "status": 500, "chance": 0.05}, {"tipo": "erro", "status": 503, "chance": 0.03},
                    {"tipo": "limite", "retryAfter": 1, "chance": 0.03}]}"#,
            )
            .unwrap();
        let importacao = trazer::<Consumo, _>(&client, csv(csv_de_consumos(2000, 4)), &opcoes()).await.unwrap();
        let contagem = importacao.contagem;
        let mut erros = importacao.journal.pagina(&[Estado::Recusado, Estado::Desconhecido], 0, 5).unwrap();
        assert_eq!(contagem.feitos(), 2000, "{promessa}: {contagem:?} {:?}", erros.pop());
        let estado = plataforma.service().estado();
        assert!(estado.falhas > 300);
        assert_eq!((estado.consumos.total, estado.consumos.repetidos), (2000, 0), "{promessa}");
    }
}

#[tokio::test]
async fn what_promises_nothing_is_never_sent_twice() {
    let perfil = perfil_com("none");
    let plataforma = Plataforma::nova(perfil.clone());
    let client = plataforma.cliente(perfil);
    contratos(&client, 1).await;
    plataforma
        .service()
        .falhas(r#"{"regras": [{"tipo": "queda_depois", "operacao": "consumos.incluir", "vezes": 3}]}"#)
        .unwrap();
    let importacao = trazer::<Consumo, _>(&client, csv(csv_de_consumos(50, 1)), &opcoes()).await.unwrap();
    assert_eq!((importacao.contagem.incluidos, importacao.contagem.desconhecidos), (47, 3));
    assert_eq!(plataforma.service().estado().inclusoes_repetidas, 0);
}

#[tokio::test]
async fn a_refused_row_carries_the_platforms_own_words_and_is_offered_again() {
    let (_plataforma, client) = Plataforma::padrao();
    contratos(&client, 1).await;
    let pasta = tempfile::tempdir().unwrap();
    let opcoes = OpcoesDeImportacao { journal: Some(pasta.path().join("j")), ..opcoes() };
    let linhas = "ID Externo;Contrato;Serviço;Competência;Quantidade\nK1;CT-0;API-CHAMADAS;10/2026;1\nK2;CT-1;API-CHAMADAS;10/2026;1\n";
    let importacao = trazer::<Consumo, _>(&client, csv(linhas), &opcoes).await.unwrap();
    assert_eq!((importacao.contagem.incluidos, importacao.contagem.recusados), (1, 1));
    let recusada = importacao.journal.pagina(&[Estado::Recusado], 0, 1).unwrap().remove(0);
    assert_eq!(recusada.numero, 3);
    let problema = &recusada.problemas[0];
    assert_eq!(problema.campo.as_deref(), Some("contratoCodigoExterno"), "{problema:?}");
    assert_eq!((problema.coluna.as_deref(), problema.cabecalho.as_deref()), (Some("B"), Some("Contrato")));
    assert!(recusada.mensagem(smartbill_core::Idioma::PtBr).starts_with("Contrato: "), "{recusada:?}");
    drop(importacao);
    let outra = trazer::<Consumo, _>(&client, csv(linhas), &opcoes).await.unwrap();
    assert_eq!((outra.contagem.incluidos, outra.contagem.recusados), (1, 1));
}

#[tokio::test]
async fn a_run_stops_at_too_many_failures_and_says_so() {
    let (_plataforma, client) = Plataforma::padrao();
    let ritmo = Ritmo { max_falhas: Some(10), ..Ritmo::default() };
    let opcoes = OpcoesDeImportacao { ritmo, ..opcoes() };
    let importacao = trazer::<Consumo, _>(&client, csv(csv_de_consumos(400, 2)), &opcoes).await.unwrap();
    assert!(matches!(importacao.parada, Some(Parada::Falhas(_))));
    assert!(importacao.contagem.recusados < 60 && importacao.contagem.pendentes > 300, "{:?}", importacao.contagem);
}

#[tokio::test]
async fn a_sheet_with_more_bad_rows_than_are_allowed_is_not_sent_at_all() {
    let (plataforma, client) = Plataforma::padrao();
    contratos(&client, 1).await;
    let linhas = "ID Externo;Contrato;Serviço;Competência;Quantidade\nK1;CT-0;API-CHAMADAS;10/2026;1\n\
                  K2;CT-0;API-CHAMADAS;13/2026;1\nK3;CT-0;API-CHAMADAS;10/2026;0\n";
    let ritmo = Ritmo { max_falhas: Some(1), ..Ritmo::default() };
    let importacao =
        trazer::<Consumo, _>(&client, csv(linhas), &OpcoesDeImportacao { ritmo, ..opcoes() }).await.unwrap();
    assert!(matches!(importacao.parada, Some(Parada::Falhas(2))));
    assert_eq!((importacao.contagem.rejeitados, importacao.contagem.pendentes), (2, 1));
    assert_eq!(plataforma.service().estado().consumos.total, 0);
}

#[tokio::test]
async fn a_deadline_that_passes_while_the_platform_is_compared_leaves_everything_for_the_next_run() {
    let (plataforma, client) = Plataforma::padrao();
    contratos(&client, 1).await;
    trazer::<Consumo, _>(&client, csv(csv_de_consumos(300, 1)), &opcoes()).await.unwrap();
    let lenta = r#"{"regras": [{"tipo": "limite", "operacao": "consumos.listar", "retryAfter": 2, "vezes": 2}]}"#;
    plataforma.service().falhas(lenta).unwrap();
    let pasta = tempfile::tempdir().unwrap();
    let ritmo = Ritmo { prazo: Some(3 * comum::UM_SEGUNDO), ..Ritmo::default() };
    let opcoes = OpcoesDeImportacao { ritmo, journal: Some(pasta.path().join("j")), ..opcoes() };
    let cortada = trazer::<Consumo, _>(&client, csv(csv_de_consumos(320, 1)), &opcoes).await.unwrap();
    assert!(matches!(cortada.parada, Some(Parada::Prazo(_))));
    assert_eq!((cortada.journal.fase(), cortada.contagem.pendentes > 0), (Fase::Comparacao, true));
    assert_eq!((cortada.contagem.total, cortada.contagem.incluidos), (320, 0));
    drop(cortada);
    plataforma.service().falhas("{}").unwrap();
    let retomada = trazer::<Consumo, _>(&client, csv(csv_de_consumos(320, 1)), &opcoes).await.unwrap();
    assert_eq!((retomada.contagem.inalterados, retomada.contagem.incluidos), (300, 20));
}

#[tokio::test]
async fn rows_that_are_no_records_are_told_as_well() {
    use smartbill_core::batch::relatorio;
    use smartbill_core::planilha::Saida;
    let (_plataforma, client) = Plataforma::padrao();
    let texto = "Código;Razão Social;CPF\nA;Ana;529.982.247-25\n;Total;\nEmitido em 01/10/2026;;\n";
    let importacao = trazer::<Cliente, _>(&client, csv(texto), &opcoes()).await.unwrap();
    assert_eq!((importacao.contagem.total, importacao.contagem.ignoradas), (1, 2));
    let ignoradas = importacao.journal.ignoradas().unwrap();
    let vistas: Vec<_> = ignoradas.iter().map(|i| (i.linha, i.motivo.as_str(), i.texto.as_str())).collect();
    assert_eq!(vistas, [(3, "total", "Total"), (4, "rodape", "Emitido em 01/10/2026")]);
    let idioma = smartbill_core::Idioma::PtBr;
    let bytes = relatorio::<Cliente, _>(&importacao.journal, &csv(texto), Saida::CsvUtf8, Vec::new(), idioma).unwrap();
    let lido = String::from_utf8(bytes).unwrap();
    assert!(lido.contains(";Total;;ignorada;total;linha de total, não um registro;"), "{lido}");
}

/// Two rows that are alike, and have no code to tell them apart: the platform has two records, and keeps two.
#[tokio::test]
async fn usage_without_codes_is_known_again_by_the_id_that_reports_and_exports_carry() {
    use smartbill_core::batch::relatorio;
    use smartbill_core::model::Modelo;
    use smartbill_core::planilha::{Escritor, Opcoes, Saida, fluxo};
    let (plataforma, client) = Plataforma::padrao();
    contratos(&client, 2).await;
    let opcoes = || OpcoesDeImportacao { allow_unidentified: true, ..OpcoesDeImportacao::default() };
    let texto = "Contrato;Serviço;Competência;Quantidade\nCT-0;API-CHAMADAS;10/2026;5\nCT-0;API-CHAMADAS;10/2026;5\n\
                 CT-0;API-CHAMADAS;13/2026;7\n";
    let primeira = trazer::<Consumo, _>(&client, csv(texto), &opcoes()).await.unwrap();
    assert_eq!((primeira.contagem.incluidos, primeira.contagem.rejeitados), (2, 1));
    let idioma = smartbill_core::Idioma::PtBr;
    let bytes = relatorio::<Consumo, _>(&primeira.journal, &csv(texto), Saida::CsvUtf8, Vec::new(), idioma).unwrap();
    let corrigido = String::from_utf8(bytes).unwrap().replace("13/2026", "11/2026");
    let segunda = trazer::<Consumo, _>(&client, csv(corrigido.clone()), &opcoes()).await.unwrap();
    let c = segunda.contagem;
    assert_eq!((c.inalterados, c.incluidos, c.total), (2, 1, 3), "{:?}", segunda.journal.pagina(&[], 0, 9).unwrap());
    assert_eq!(plataforma.service().estado().consumos.total, 3);

    let mut escritor = Escritor::novo(&fluxo::CONSUMOS, Saida::CsvUtf8, Vec::new()).unwrap();
    let mut paginas = client.listar::<Consumo>(&FiltroConsumos::default(), &CallOptions::default()).unwrap();
    while let Some(pagina) = paginas.next(&client).await.unwrap() {
        for consumo in &pagina {
            escritor.registro(&consumo.valor()).unwrap();
        }
    }
    let exportado = escritor.terminar().unwrap().0;
    let fonte = || Fonte::Bytes { bytes: exportado.clone(), nome: "e.csv".into(), opcoes: Opcoes::default() };
    let c = trazer::<Consumo, _>(&client, fonte(), &opcoes()).await.unwrap().contagem;
    assert_eq!((c.inalterados, c.total), (3, 3));

    // An identifier that means something else, or nothing, on this platform changes no record and adds none.
    let alheio = corrigido.replacen("CT-0", "CT-1", 1);
    let lidas = trazer::<Consumo, _>(&client, csv(alheio), &opcoes()).await.unwrap();
    let rejeitada = lidas.journal.pagina(&[Estado::Rejeitado], 0, 9).unwrap().remove(0);
    assert_eq!((rejeitada.numero, rejeitada.codigo.as_deref()), (2, Some("id_de_outro_registro")));
    let (outra, cliente_da_outra) = Plataforma::padrao();
    contratos(&cliente_da_outra, 2).await;
    let c = trazer::<Consumo, _>(&cliente_da_outra, fonte(), &opcoes()).await.unwrap().contagem;
    assert_eq!((c.rejeitados, c.total, outra.service().estado().consumos.total), (3, 3, 0));
}

#[tokio::test]
async fn a_deadline_and_a_rate_hold() {
    let (plataforma, client) = Plataforma::padrao();
    contratos(&client, 1).await;
    let ritmo = Ritmo { por_segundo: Some(20.0), prazo: Some(5 * comum::UM_SEGUNDO), ..Ritmo::default() };
    let opcoes = OpcoesDeImportacao { ritmo, ..opcoes() };
    let importacao = trazer::<Consumo, _>(&client, csv(csv_de_consumos(400, 1)), &opcoes).await.unwrap();
    assert!(matches!(importacao.parada, Some(Parada::Prazo(_))));
    assert!((90..=105).contains(&importacao.contagem.incluidos), "{:?}", importacao.contagem);
    assert_eq!(u64::try_from(plataforma.service().estado().consumos.total).unwrap(), importacao.contagem.incluidos);
}

#[tokio::test]
async fn a_wrong_token_stops_everything_at_once() {
    let plataforma = Plataforma::nova(smartbill_core::profile::Profile::padrao());
    let outro = Plataforma::nova(smartbill_core::profile::Profile::padrao());
    drop(outro);
    let perfil =
        smartbill_core::profile::Profile::from_toml("[auth]\nscheme = \"header\"\nname = \"x-token\"\n", "p.toml");
    let client = plataforma.cliente(perfil.unwrap());
    let erro = trazer::<Consumo, _>(&client, csv(csv_de_consumos(5, 1)), &opcoes()).await.err().unwrap();
    assert_eq!(erro.kind(), ErrorKind::Authentication);
}

#[tokio::test]
async fn the_same_ids_can_be_imported_again_after_they_were_removed() {
    let (plataforma, client) = Plataforma::padrao();
    contratos(&client, 1).await;
    trazer::<Consumo, _>(&client, csv(csv_de_consumos(20, 1)), &opcoes()).await.unwrap();
    let filtro = FiltroConsumos::default();
    let mut paginas = client.listar::<Consumo>(&filtro, &CallOptions::default()).unwrap();
    let todos = paginas.next(&client).await.unwrap().unwrap();
    for consumo in &todos {
        client.remover::<Consumo>(consumo.id.as_ref().unwrap().as_str(), &CallOptions::default()).await.unwrap();
    }
    assert_eq!(plataforma.service().estado().consumos.total, 0);
    let de_novo = trazer::<Consumo, _>(&client, csv(csv_de_consumos(20, 1)), &opcoes()).await.unwrap();
    assert_eq!(de_novo.contagem.feitos(), 20, "{:?}", de_novo.contagem);
    assert_eq!(plataforma.service().estado().consumos.total, 20);
}

#[tokio::test]
async fn rows_made_one_by_one_are_imported_like_a_file() {
    use smartbill_core::Valor;
    let (plataforma, client) = Plataforma::padrao();
    contratos(&client, 1).await;
    let linhas = || -> Fonte<'static> {
        Fonte::Linhas(Box::new((0..300).map(|i| {
            let json = format!(r#"{{"id_externo":"L{i}","contratoCodigoExterno":"CT-0","servicoCodigo":"API-CHAMADAS","competencia":"2026-10","quantidade":{i}.5}}"#);
            Ok(Valor::from_json(json.as_bytes()).unwrap().into_owned())
        })))
    };
    let pasta = tempfile::tempdir().unwrap();
    let opcoes = OpcoesDeImportacao { journal: Some(pasta.path().join("j")), ..opcoes() };
    let importacao = trazer::<Consumo, _>(&client, linhas(), &opcoes).await.unwrap();
    assert_eq!(importacao.contagem.incluidos, 300);
    drop(importacao);
    let pedidos = plataforma.service().estado().pedidos;
    assert_eq!(trazer::<Consumo, _>(&client, linhas(), &opcoes).await.unwrap().contagem.incluidos, 300);
    assert_eq!(plataforma.service().estado().pedidos, pedidos, "all is known to be done: nothing is asked");
    let outras = Fonte::Linhas(Box::new(std::iter::empty()));
    let erro = trazer::<Consumo, _>(&client, outras, &opcoes).await.err().unwrap();
    assert_eq!(erro.kind(), ErrorKind::Journal);
}

#[tokio::test]
async fn the_sheet_comes_back_with_what_became_of_each_row_and_mended_it_changes_only_what_was_mended() {
    use smartbill_core::batch::relatorio;
    use smartbill_core::planilha::{Opcoes, Saida};
    let (plataforma, client) = Plataforma::padrao();
    contratos(&client, 1).await;
    let texto = "Relatório de consumo;;;;\n;;;;\nID Externo;Contrato;Serviço;Competência;Quantidade;Obs.\n\
                 K1;CT-0;API-CHAMADAS;10/2026;1,5;\nK2;CT-9;API-CHAMADAS;10/2026;2;\nK3;CT-0;API-CHAMADAS;13/2026;3;\n";
    for saida in [Saida::Xlsx, Saida::CsvUtf8] {
        plataforma.service().reiniciar("2026-10-15T12:00:00Z".parse().unwrap());
        contratos(&client, 1).await;
        let importacao = trazer::<Consumo, _>(&client, csv(texto), &opcoes()).await.unwrap();
        let c = importacao.contagem;
        assert_eq!((c.incluidos, c.recusados, c.rejeitados), (1, 1, 1));
        let idioma = smartbill_core::Idioma::PtBr;
        let bytes = relatorio::<Consumo, _>(&importacao.journal, &csv(texto), saida, Vec::new(), idioma).unwrap();
        let nome = if saida == Saida::Xlsx { "relatorio.xlsx" } else { "relatorio.csv" };
        if saida == Saida::CsvUtf8 {
            let lido = String::from_utf8(bytes.clone()).unwrap();
            assert!(lido.contains("rejeitado;competencia_invalida;"), "{lido}");
            assert!(lido.contains("incluído;;"), "{lido}");
            let mendado = lido.replace("13/2026", "11/2026");
            let fonte = Fonte::Bytes { bytes: mendado.into_bytes(), nome: nome.into(), opcoes: Opcoes::default() };
            let c = trazer::<Consumo, _>(&client, fonte, &opcoes()).await.unwrap().contagem;
            assert_eq!((c.incluidos, c.inalterados, c.recusados, c.rejeitados), (1, 1, 1, 0));
        } else {
            let fonte = Fonte::Bytes { bytes, nome: nome.into(), opcoes: Opcoes::default() };
            let c = trazer::<Consumo, _>(&client, fonte, &opcoes()).await.unwrap().contagem;
            assert_eq!((c.inalterados, c.recusados, c.rejeitados), (1, 1, 1));
        }
    }
}

#[tokio::test]
async fn rows_that_came_from_no_sheet_are_listed() {
    use smartbill_core::batch::relatorio;
    use smartbill_core::planilha::Saida;
    let (_plataforma, client) = Plataforma::padrao();
    let linhas = || Fonte::Linhas(Box::new(std::iter::once(Ok(smartbill_core::Valor::Objeto(Vec::new())))));
    let importacao = trazer::<Consumo, _>(&client, linhas(), &opcoes()).await.unwrap();
    let idioma = smartbill_core::Idioma::En;
    let bytes = relatorio::<Consumo, _>(&importacao.journal, &linhas(), Saida::CsvUtf8, Vec::new(), idioma).unwrap();
    assert!(String::from_utf8(bytes).unwrap().contains("rejected"));
}

#[tokio::test]
async fn usage_is_never_billed_to_another_customer_than_the_sheet_names() {
    let (plataforma, client) = Plataforma::padrao();
    contratos(&client, 1).await;
    let linhas = "ID Externo;Contrato;CPF / CNPJ do Cliente;Serviço;Competência;Quantidade\n\
                  K1;CT-0;00.000.000/0001-91;API-CHAMADAS;10/2026;1\nK2;CT-0;11.222.333/0001-81;API-CHAMADAS;10/2026;1\n\
                  K3;CT-0;;API-CHAMADAS;10/2026;1\n";
    let importacao = trazer::<Consumo, _>(&client, csv(linhas), &opcoes()).await.unwrap();
    assert_eq!((importacao.contagem.incluidos, importacao.contagem.rejeitados), (2, 1));
    let rejeitada = importacao.journal.pagina(&[Estado::Rejeitado], 0, 9).unwrap().remove(0);
    assert_eq!((rejeitada.numero, rejeitada.codigo.as_deref()), (3, Some("contrato_de_outro_cliente")));
    assert_eq!(plataforma.service().estado().consumos.total, 2);
}
