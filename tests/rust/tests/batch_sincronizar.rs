//! Plans: what they say, when they are refused, and what applying them does.

mod comum;

use comum::{Plataforma, csv, trazer};
use smartbill_core::batch::{Evento, OpcoesDeImportacao, Plano, Ritmo, Teto, aplicar, sincronizar};
use smartbill_core::client::{CallOptions, Client};
use smartbill_core::model::Cliente;
use smartbill_core::transport::Host;
use smartbill_core::{Error, ErrorKind, Idioma, Modo, Valor};

const CABECALHO: &str = "Código;Razão Social;CPF;E-mail\n";

/// Customers with documents of their own.
fn planilha(linhas: &[(&str, &str, &str)]) -> String {
    let linha = |(codigo, cpf, email): &(&str, &str, &str)| format!("{codigo};Cliente {codigo};{cpf};{email}\n");
    CABECALHO.to_owned() + &linhas.iter().map(linha).collect::<String>()
}

const A: (&str, &str, &str) = ("A", "529.982.247-25", "a@example.com");
const B: (&str, &str, &str) = ("B", "111.444.777-35", "b@example.com");
const C: (&str, &str, &str) = ("C", "123.456.789-09", "c@example.com");

async fn plano<H: Host>(client: &Client<H>, texto: String, remover: Option<Teto>) -> Result<Plano, Error> {
    sincronizar::<Cliente, H>(client, csv(texto), remover, Modo::Estrito, None, &mut |_: Evento<'_>| Ok(())).await
}

async fn executar<H: Host>(client: &Client<H>, plano: &Plano) -> Result<smartbill_core::batch::Importacao, Error> {
    aplicar::<Cliente, H>(client, plano, None, false, Ritmo::default(), &mut |_: Evento<'_>| Ok(())).await
}

async fn iniciar<H: Host>(client: &Client<H>) {
    trazer::<Cliente, _>(client, csv(planilha(&[A, B])), &OpcoesDeImportacao::default()).await.unwrap();
}

#[tokio::test]
async fn a_plan_says_everything_and_applying_it_does_just_that() {
    let (plataforma, client) = Plataforma::padrao();
    iniciar(&client).await;
    let novo = planilha(&[("A", A.1, "outro@example.com"), C]);
    let p = plano(&client, novo.clone(), Some(Teto::Percentual(50))).await.unwrap();
    assert_eq!((p.incluir.len(), p.alterar.len(), p.remover.len(), p.inalterados), (1, 1, 1, 0));
    let texto = p.texto(Idioma::PtBr, 10, true);
    assert!(texto.contains("email: \"a@example.com\" -> \"outro@example.com\""), "{texto}");
    assert!(p.texto(Idioma::PtBr, 10, false).contains("email: *** -> ***"));
    assert!(texto.contains("- B"), "{texto}");
    let antes = plataforma.service().estado();
    let p = Plano::from_json(&p.to_json()).unwrap();
    let importacao = executar(&client, &p).await.unwrap();
    let c = importacao.contagem;
    assert_eq!((c.incluidos, c.alterados, c.removidos, c.total), (1, 1, 1, 3));
    let depois = plataforma.service().estado();
    assert_eq!((antes.clientes.total, depois.clientes.total, depois.clientes.removidos), (2, 2, 1));
    let de_novo = plano(&client, novo, Some(Teto::Percentual(50))).await.unwrap();
    assert!(de_novo.vazio(), "{}", de_novo.texto(Idioma::En, 10, false));
    assert_eq!(de_novo.inalterados, 2);
}

#[tokio::test]
async fn nothing_is_removed_unless_asked_for_within_the_ceiling_from_a_whole_source() {
    let (_plataforma, client) = Plataforma::padrao();
    iniciar(&client).await;
    assert!(plano(&client, planilha(&[A]), None).await.unwrap().remover.is_empty());
    for (texto, teto) in [
        (planilha(&[A]), Teto::Percentual(49)),
        (planilha(&[A]), Teto::Quantidade(0)),
        (planilha(&[]), Teto::Percentual(100)),
        (planilha(&[A, ("B", "111.444.777-00", "")]), Teto::Percentual(100)),
    ] {
        let erro = plano(&client, texto, Some(teto)).await.unwrap_err();
        assert_eq!(erro.kind(), ErrorKind::Configuration, "{erro}");
    }
}

#[tokio::test]
async fn a_plan_gone_stale_is_refused_and_names_what_changed() {
    let (_plataforma, client) = Plataforma::padrao();
    iniciar(&client).await;
    let p = plano(&client, planilha(&[("A", A.1, "outro@example.com"), B, C]), None).await.unwrap();
    let a = client.localizar::<Cliente>("A", &CallOptions::default()).await.unwrap().unwrap();
    let mudanca = Valor::Objeto(vec![("email".into(), Valor::Texto("terceiro@example.com".into()))]);
    client.alterar::<Cliente>(a.id.unwrap().as_str(), mudanca, &[], &CallOptions::default()).await.unwrap();
    let erro = executar(&client, &p).await.err().unwrap();
    assert_eq!(erro.kind(), ErrorKind::StalePlan);
    assert!(erro.to_string().contains("`A`"), "{erro}");
    // What a plan would include has appeared by itself.
    let p = plano(&client, planilha(&[C]), None).await.unwrap();
    trazer::<Cliente, _>(&client, csv(planilha(&[C])), &OpcoesDeImportacao::default()).await.unwrap();
    let erro = executar(&client, &p).await.err().unwrap();
    assert!(erro.to_string().contains("`C`"), "{erro}");
}

#[tokio::test]
async fn a_row_that_no_plan_could_know_again_is_rejected_by_the_plan() {
    use smartbill_core::model::Consumo;
    let (_plataforma, client) = Plataforma::padrao();
    comum::contratos(&client, 1).await;
    let texto = "ID Externo;Contrato;Serviço;Competência;Quantidade\n;CT-0;API-CHAMADAS;10/2026;1\n\
                 K2;CT-0;API-CHAMADAS;10/2026;1\nTotal;;;;2\n";
    let mut calado = |_: Evento<'_>| Ok(());
    let p = sincronizar::<Consumo, _>(&client, csv(texto), None, Modo::Estrito, None, &mut calado).await.unwrap();
    assert_eq!((p.incluir.len(), p.rejeitados.len(), p.ignoradas.len()), (1, 1, 1));
    assert_eq!(p.rejeitados[0].problemas[0].codigo, "sem_codigo_externo");
    let texto = p.texto(Idioma::PtBr, 9, false);
    assert!(texto.contains("! linha 2: sem código externo"), "{texto}");
    assert!(texto.contains("  linha 4: linha de total, não um registro"), "{texto}");
}

#[tokio::test]
async fn a_plan_may_take_the_place_of_one_that_is_done() {
    let (_plataforma, client) = Plataforma::padrao();
    iniciar(&client).await;
    let pasta = tempfile::tempdir().unwrap();
    let journal = || Some(pasta.path().join("plano.json.journal"));
    for email in ["um@example.com", "dois@example.com"] {
        let p = plano(&client, planilha(&[("A", A.1, email), B]), None).await.unwrap();
        let mut calado = |_: Evento<'_>| Ok(());
        let feita = aplicar::<Cliente, _>(&client, &p, journal(), false, Ritmo::default(), &mut calado).await.unwrap();
        assert_eq!(feita.contagem.alterados, 1);
    }
}

#[tokio::test]
async fn a_removed_customer_that_the_source_has_comes_back() {
    let (plataforma, client) = Plataforma::padrao();
    iniciar(&client).await;
    let b = client.localizar::<Cliente>("B", &CallOptions::default()).await.unwrap().unwrap();
    client.remover::<Cliente>(b.id.unwrap().as_str(), &CallOptions::default()).await.unwrap();
    let p = plano(&client, planilha(&[A, B]), None).await.unwrap();
    assert_eq!((p.alterar.len(), p.alterar[0].mudancas[0].campo.as_str()), (1, "situacao"));
    executar(&client, &p).await.unwrap();
    assert_eq!(plataforma.service().estado().clientes.total, 2);
}
