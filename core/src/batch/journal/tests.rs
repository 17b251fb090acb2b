use std::path::Path;

use rusqlite::Connection;

use super::*;
use crate::batch::linha::{Como, Corpo, Desfecho, Efeito, Estado, NovaLinha, ProblemaDaLinha};

fn identidade() -> Identidade {
    Identidade {
        recurso: "consumos.importar".into(),
        fonte: Some("f1".into()),
        base_url: "http://127.0.0.1:1".into(),
        conta: Some("c1".into()),
        opcoes: String::new(),
    }
}

fn linha(numero: u64, chave: &str) -> NovaLinha {
    let corpo = Corpo { dados: format!("{{\"n\":{numero}}}"), limpar: Vec::new(), so_alterar: Vec::new(), dono: None };
    NovaLinha { numero, chave: Some(chave.into()), corpo: Some(corpo), problemas: Vec::new(), likeness: None }
}

fn problema(codigo: &str) -> ProblemaDaLinha {
    ProblemaDaLinha::novo(None, codigo, codigo, codigo)
}

fn lido(caminho: &Path) -> Journal {
    let mut j = Journal::abrir(caminho, &identidade(), 7, Abertura::Continuar).unwrap();
    j.inserir(&(1..=10).map(|n| linha(n, &format!("k{n}"))).collect::<Vec<_>>()).unwrap();
    j.concluir_leitura("f1", |_| problema("duplicada")).unwrap();
    j.concluir_comparacao().unwrap();
    j
}

fn pasta() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

#[test]
fn what_was_being_sent_is_in_doubt_after_a_restart_and_what_is_done_stays_done() {
    let pasta = pasta();
    let caminho = pasta.path().join("j");
    let mut j = lido(&caminho);
    let tarefas = j.trocar(&[], 0, 4, 0).unwrap();
    assert_eq!(tarefas.iter().map(|t| t.numero).collect::<Vec<_>>(), [1, 2, 3, 4]);
    let feito = Desfecho {
        numero: 1,
        tentativas: 1,
        doubt: false,
        como: Como::Feito { efeito: Efeito::Created, id: Some("a".into()) },
    };
    let recusado =
        Desfecho { numero: 2, tentativas: 1, doubt: false, como: Como::Recusado(vec![problema("rejected")]) };
    let refused_in_doubt =
        Desfecho { numero: 3, tentativas: 2, doubt: true, como: Como::Recusado(vec![problema("rejected")]) };
    assert_eq!(j.trocar(&[feito, recusado, refused_in_doubt], 4, 2, 0).unwrap().len(), 2);
    let execucao = j.execucao().to_owned();
    drop(j);

    let mut j = Journal::abrir(&caminho, &identidade(), 99, Abertura::Continuar).unwrap();
    assert!(j.retomado());
    assert_eq!((j.fase(), j.execucao()), (Fase::Envio, execucao.as_str()));
    let tarefas = j.trocar(&[], 0, 100, 0).unwrap();
    let vistas: Vec<_> = tarefas.iter().map(|t| (t.numero, t.duvida, t.geracao)).collect();
    assert_eq!(vistas[..6], [(2, false, 1), (3, true, 0), (4, true, 0), (5, true, 0), (6, true, 0), (7, false, 0)]);
    assert_eq!(j.contar().unwrap().incluidos, 1);
}

#[test]
fn a_journal_of_another_source_account_or_address_is_refused_and_says_how_to_start_anew() {
    let pasta = pasta();
    let caminho = pasta.path().join("j");
    drop(lido(&caminho));
    let base = identidade();
    for (outra, palavra) in [
        (Identidade { fonte: Some("f2".into()), ..base.clone() }, "fonte"),
        (Identidade { conta: Some("c2".into()), ..base.clone() }, "conta"),
        (Identidade { base_url: "http://127.0.0.1:2".into(), ..base.clone() }, "endereço"),
        (Identidade { recurso: "clientes.importar".into(), ..base.clone() }, "operação"),
    ] {
        let erro = Journal::abrir(&caminho, &outra, 1, Abertura::SubstituirConcluido).err().unwrap();
        assert_eq!(erro.kind(), ErrorKind::Journal);
        let texto = erro.to_string();
        assert!(texto.contains(palavra) && texto.contains("recomecar") && texto.contains("10 linha(s)"), "{texto}");
    }
    let vouched = Identidade { conta: None, ..base };
    assert!(Journal::abrir(&caminho, &vouched, 1, Abertura::Continuar).unwrap().retomado());
}

#[test]
fn a_finished_journal_gives_way_to_other_content_only_where_asked() {
    let pasta = pasta();
    let caminho = pasta.path().join("j");
    let mut j = lido(&caminho);
    let tarefas = j.trocar(&[], 0, 100, 0).unwrap();
    let feitos: Vec<_> = tarefas
        .iter()
        .map(|t| Desfecho {
            numero: t.numero,
            tentativas: 1,
            doubt: false,
            como: Como::Feito { efeito: Efeito::Created, id: None },
        })
        .collect();
    j.trocar(&feitos, 0, 0, 0).unwrap();
    drop(j);
    let outra = Identidade { fonte: Some("f2".into()), ..identidade() };
    assert!(Journal::abrir(&caminho, &outra, 1, Abertura::Continuar).is_err());
    let j = Journal::abrir(&caminho, &outra, 1, Abertura::SubstituirConcluido).unwrap();
    assert_eq!((j.retomado(), j.contar().unwrap().total), (false, 0));
}

#[test]
fn two_runs_never_share_a_journal() {
    let pasta = pasta();
    let caminho = pasta.path().join("j");
    let _primeira = lido(&caminho);
    let erro = Journal::abrir(&caminho, &identidade(), 1, Abertura::Continuar).err().unwrap();
    assert_eq!(erro.kind(), ErrorKind::Journal);
    assert!(erro.to_string().contains("em uso"), "{erro}");
}

#[test]
fn once_let_go_another_run_may_have_it() {
    let pasta = pasta();
    let caminho = pasta.path().join("j");
    let primeiro = Journal::abrir(&caminho, &identidade(), 1, Abertura::Continuar).unwrap();
    primeiro.soltar().unwrap();
    assert!(primeiro.pagina(&[], 0, 10).unwrap().is_empty());
    let segundo = Journal::abrir(&caminho, &identidade(), 2, Abertura::Recomecar).unwrap();
    assert!(primeiro.pagina(&[], 0, 10).unwrap_err().to_string().contains("em uso"));
    segundo.soltar().unwrap();
    assert!(primeiro.pagina(&[], 0, 10).unwrap_err().to_string().contains("recomeçado"));
}

#[test]
fn a_file_that_is_no_journal_is_left_alone() {
    let pasta = pasta();
    let caminho = pasta.path().join("clientes.csv");
    std::fs::write(
        &caminho,
        "codigo;nome\n1;Padaria Aurora de Vila Nova Ltda e outras coisas mais que enchem o arquivo",
    )
    .unwrap();
    let antes = std::fs::read(&caminho).unwrap();
    let erro = Journal::abrir(&caminho, &identidade(), 1, Abertura::SubstituirConcluido).err().unwrap();
    assert!(erro.to_string().contains("não é um journal"), "{erro}");
    assert_eq!(std::fs::read(&caminho).unwrap(), antes);
    let alheio = pasta.path().join("outro.db");
    Connection::open(&alheio).unwrap().execute_batch("CREATE TABLE t (x)").unwrap();
    assert!(Journal::abrir(&alheio, &identidade(), 1, Abertura::SubstituirConcluido).is_err());
}

#[test]
fn a_journal_of_a_newer_version_is_refused() {
    let pasta = pasta();
    let caminho = pasta.path().join("j");
    drop(lido(&caminho));
    Connection::open(&caminho).unwrap().pragma_update(None, "user_version", 999).unwrap();
    let erro = Journal::abrir(&caminho, &identidade(), 1, Abertura::SubstituirConcluido).err().unwrap();
    assert!(erro.to_string().contains("versão mais nova"), "{erro}");
}

/// A journal as the first version wrote it: one row done, one refused, one on its way, one waiting.
const DA_PRIMEIRA_VERSAO: &str = "
    PRAGMA application_id = 0x53424A4C;
    PRAGMA user_version = 1;
    CREATE TABLE meta (nome TEXT PRIMARY KEY, valor TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE linha (
        numero INTEGER PRIMARY KEY, chave TEXT, estado INTEGER NOT NULL, operacao INTEGER NOT NULL DEFAULT 0,
        geracao INTEGER NOT NULL DEFAULT 0, tentativas INTEGER NOT NULL DEFAULT 0, duvida INTEGER NOT NULL DEFAULT 0,
        id TEXT, codigo TEXT, problemas TEXT);
    CREATE TABLE corpo (numero INTEGER PRIMARY KEY, dados TEXT NOT NULL, limpar TEXT, so_alterar TEXT);
    CREATE INDEX linha_chave ON linha (chave);
    INSERT INTO meta VALUES ('execucao', '00000000000000aa'), ('fase', 'envio'), ('fonte', 'f1'),
        ('recurso', 'consumos.importar'), ('base_url', 'http://127.0.0.1:1'), ('conta', 'c1'), ('opcoes', '');
    INSERT INTO linha (numero, chave, estado, operacao, id, codigo, problemas) VALUES
        (2, 'c:K1', 2, 1, '7', 'created', NULL), (3, 'c:K2', 4, 1, NULL, 'rejected',
            '[{\"campo\":\"quantidade\",\"codigo\":\"rejected\",\"pt\":\"não\",\"en\":\"no\"}]'),
        (4, 'c:K3', 1, 1, NULL, NULL, NULL), (5, 'c:K4', 0, 1, NULL, NULL, NULL);
    INSERT INTO corpo (numero, dados) VALUES (2, '{}'), (3, '{}'), (4, '{}'), (5, '{}');";

#[test]
fn a_journal_of_an_older_version_is_brought_to_this_one_and_resumed() {
    let pasta = pasta();
    let caminho = pasta.path().join("j");
    Connection::open(&caminho).unwrap().execute_batch(DA_PRIMEIRA_VERSAO).unwrap();
    let mut j = Journal::abrir(&caminho, &identidade(), 1, Abertura::Continuar).unwrap();
    assert!(j.retomado());
    assert_eq!((j.fase(), j.execucao()), (Fase::Envio, "00000000000000aa"));
    assert_eq!(j.ignoradas().unwrap(), []);
    let tarefas: Vec<_> = j.trocar(&[], 0, 9, 0).unwrap();
    let vistas: Vec<_> = tarefas.iter().map(|t| (t.numero, t.duvida, t.geracao)).collect();
    assert_eq!(vistas, [(3, false, 1), (4, true, 0), (5, false, 0)]);
    assert_eq!(j.contar().unwrap().incluidos, 1);
    let versao: u32 = j.conn.query_row("PRAGMA user_version", [], |r| r.get(0)).unwrap();
    assert_eq!(usize::try_from(versao).unwrap(), arquivo::MIGRATIONS.len());
}

#[test]
fn rows_without_a_code_that_are_done_are_not_done_again_by_a_file_that_changed() {
    let pasta = pasta();
    let caminho = pasta.path().join("j");
    let mut j = Journal::abrir(&caminho, &identidade(), 1, Abertura::Continuar).unwrap();
    j.inserir(&[NovaLinha { chave: None, ..linha(1, "") }]).unwrap();
    j.concluir_leitura("f1", |_| problema("duplicada")).unwrap();
    j.concluir_comparacao().unwrap();
    j.trocar(&[], 0, 9, 0).unwrap();
    let como = Como::Feito { efeito: Efeito::Created, id: Some("7".into()) };
    j.trocar(&[Desfecho { numero: 1, tentativas: 1, doubt: false, como }], 0, 0, 0).unwrap();
    drop(j);
    let outra = Identidade { fonte: Some("f2".into()), ..identidade() };
    let erro = Journal::abrir(&caminho, &outra, 1, Abertura::SubstituirConcluido).err().unwrap().to_string();
    assert!(erro.contains("1 linha(s) sem código externo") && erro.contains("recomecar"), "{erro}");
    assert!(!Journal::abrir(&caminho, &outra, 1, Abertura::Recomecar).unwrap().retomado());
}

#[test]
fn rows_that_share_a_key_are_all_rejected_and_name_each_other() {
    let mut j = Journal::temporario(&identidade(), 1).unwrap();
    j.inserir(&[linha(1, "a"), linha(2, "b"), linha(3, "a"), linha(4, "a")]).unwrap();
    j.concluir_leitura("f1", |outra| problema(&format!("duplicada_{outra}"))).unwrap();
    let pagina = j.pagina(&[Estado::Rejeitado], 0, 100).unwrap();
    let codigos: Vec<_> = pagina.iter().map(|r| (r.numero, r.codigo.as_deref().unwrap())).collect();
    assert_eq!(codigos, [(1, "duplicada_3"), (3, "duplicada_1"), (4, "duplicada_1")]);
}

#[test]
fn a_half_read_journal_starts_again() {
    let pasta = pasta();
    let caminho = pasta.path().join("j");
    let mut j = Journal::abrir(&caminho, &identidade(), 1, Abertura::Continuar).unwrap();
    j.inserir(&[linha(1, "a")]).unwrap();
    drop(j);
    let j = Journal::abrir(&caminho, &Identidade { fonte: Some("f2".into()), ..identidade() }, 2, Abertura::Continuar)
        .unwrap();
    assert_eq!((j.retomado(), j.contar().unwrap().total), (false, 0));
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let pasta = pasta();
    let caminho = pasta.path().join("j");
    let _j = lido(&caminho);
    for entrada in std::fs::read_dir(pasta.path()).unwrap() {
        let modo = entrada.unwrap().metadata().unwrap().permissions().mode();
        assert_eq!(modo & 0o077, 0);
    }
}
