use std::path::Path;

use rusqlite::Connection;
use smartbill_model::validate::{Finding, Severity};

use super::*;
use crate::messages::CATALOGUE;
use crate::row::{Body, NewRow, RowEffect, RowOutcome, RowState, Settled};

fn identity() -> Identity {
    Identity {
        resource: "consumos.importar".into(),
        source: Some("f1".into()),
        base_url: "http://127.0.0.1:1".into(),
        account: Some("c1".into()),
        options: String::new(),
    }
}

fn row(number: u64, key: &str) -> NewRow {
    let body = Body { data: format!("{{\"n\":{number}}}"), clear: Vec::new(), change_only: Vec::new(), owner: None };
    NewRow { number, key: Some(key.into()), body: Some(body), findings: Vec::new(), likeness: None }
}

fn finding(code: &str) -> Finding {
    Finding::of(&CATALOGUE, code.to_owned(), Severity::Error)
}

fn parsed(path: &Path) -> Journal {
    let mut j = Journal::open(path, &identity(), 7, OpenMode::Continue).unwrap();
    j.insert(&(1..=10).map(|n| row(n, &format!("k{n}"))).collect::<Vec<_>>()).unwrap();
    j.finish_reading("f1", |_| finding("duplicada")).unwrap();
    j.finish_comparing().unwrap();
    j
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

#[test]
fn what_was_being_sent_is_in_doubt_after_a_restart_and_what_is_done_stays_done() {
    let folder = folder();
    let path = folder.path().join("j");
    let mut j = parsed(&path);
    let tasks = j.exchange(&[], 0, 4, 0).unwrap();
    assert_eq!(tasks.iter().map(|t| t.number).collect::<Vec<_>>(), [1, 2, 3, 4]);
    let done = Settled {
        number: 1,
        attempts: 1,
        doubt: false,
        sent_at: None,
        outcome: RowOutcome::Done { effect: RowEffect::Created, id: Some("a".into()) },
    };
    let refused = Settled {
        number: 2,
        attempts: 1,
        doubt: false,
        sent_at: None,
        outcome: RowOutcome::Refused(vec![finding("rejected")]),
    };
    let refused_in_doubt = Settled {
        number: 3,
        attempts: 2,
        doubt: true,
        sent_at: None,
        outcome: RowOutcome::Refused(vec![finding("rejected")]),
    };
    assert_eq!(j.exchange(&[done, refused, refused_in_doubt], 4, 2, 0).unwrap().len(), 2);
    let run = j.run().to_owned();
    drop(j);

    let mut j = Journal::open(&path, &identity(), 99, OpenMode::Continue).unwrap();
    assert!(j.resumed());
    assert_eq!((j.phase(), j.run()), (Phase::Sending, run.as_str()));
    let tasks = j.exchange(&[], 0, 100, 0).unwrap();
    let seen: Vec<_> = tasks.iter().map(|t| (t.number, t.doubt, t.generation)).collect();
    assert_eq!(seen[..6], [(2, false, 1), (3, true, 0), (4, true, 0), (5, true, 0), (6, true, 0), (7, false, 0)]);
    assert_eq!(j.count().unwrap().created, 1);
}

#[test]
fn the_wait_of_a_row_counts_from_its_last_attempt_not_from_when_it_was_taken() {
    let folder = folder();
    let path = folder.path().join("j");
    let mut j = parsed(&path);
    let tasks = j.exchange(&[], 0, 2, 100).unwrap();
    assert_eq!(tasks.iter().map(|t| t.sent_at).collect::<Vec<_>>(), [None, None]);
    // The row waited for its turn, or was sent several times, before one of its attempts got lost.
    let lost = |number, sent_at, outcome| Settled { number, attempts: 9, doubt: true, sent_at, outcome };
    let unknown = lost(1, Some(400), RowOutcome::Unknown(vec![finding("lost")]));
    let back = lost(2, Some(500), RowOutcome::Back { doubt: true, new_key: false });
    j.exchange(&[unknown, back], 9, 0, 0).unwrap();
    drop(j);
    let resumed = || Journal::open(&path, &identity(), 99, OpenMode::Continue).unwrap();
    let mut j = resumed();
    let seen: Vec<_> = j.exchange(&[], 0, 3, 600).unwrap().iter().map(|t| (t.number, t.sent_at)).collect();
    assert_eq!(seen, [(1, Some(400)), (2, Some(500)), (3, None)]);
    // The record was searched, and nothing was sent at 600.
    j.exchange(&[lost(1, Some(400), RowOutcome::Unknown(vec![finding("lost")]))], 9, 0, 0).unwrap();
    drop(j);
    let seen: Vec<_> = resumed().exchange(&[], 0, 2, 700).unwrap().iter().map(|t| (t.number, t.sent_at)).collect();
    assert_eq!(seen, [(1, Some(400)), (2, Some(600))]);
}

#[test]
fn a_journal_of_another_source_account_or_address_is_refused_and_says_how_to_start_anew() {
    let folder = folder();
    let path = folder.path().join("j");
    drop(parsed(&path));
    let base = identity();
    for (other, word) in [
        (Identity { source: Some("f2".into()), ..base.clone() }, "fonte"),
        (Identity { account: Some("c2".into()), ..base.clone() }, "conta"),
        (Identity { base_url: "http://127.0.0.1:2".into(), ..base.clone() }, "endereço"),
        (Identity { resource: "clientes.importar".into(), ..base.clone() }, "operação"),
    ] {
        let error = Journal::open(&path, &other, 1, OpenMode::ReplaceFinished).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Journal);
        let text = error.to_string();
        assert!(text.contains(word) && text.contains("restart") && text.contains("10 linha(s)"), "{text}");
    }
    let plan = Identity { resource: Identity::of_plan("clientes"), ..base.clone() };
    let text = Journal::open(&path, &plan, 1, OpenMode::ReplaceFinished).err().unwrap().to_string();
    assert!(text.contains("`journal`") && !text.contains("restart"), "{text}");
    let vouched = Identity { account: None, ..base };
    assert!(Journal::open(&path, &vouched, 1, OpenMode::Continue).unwrap().resumed());
}

#[test]
fn a_finished_journal_gives_way_to_other_content_only_where_asked() {
    let folder = folder();
    let path = folder.path().join("j");
    let mut j = parsed(&path);
    let tasks = j.exchange(&[], 0, 100, 0).unwrap();
    let done: Vec<_> = tasks
        .iter()
        .map(|t| Settled {
            number: t.number,
            attempts: 1,
            doubt: false,
            sent_at: None,
            outcome: RowOutcome::Done { effect: RowEffect::Created, id: None },
        })
        .collect();
    j.exchange(&done, 0, 0, 0).unwrap();
    drop(j);
    let other = Identity { source: Some("f2".into()), ..identity() };
    assert!(Journal::open(&path, &other, 1, OpenMode::Continue).is_err());
    let j = Journal::open(&path, &other, 1, OpenMode::ReplaceFinished).unwrap();
    assert_eq!((j.resumed(), j.count().unwrap().total), (false, 0));
}

#[test]
fn two_runs_never_share_a_journal() {
    let folder = folder();
    let path = folder.path().join("j");
    let _first = parsed(&path);
    let error = Journal::open(&path, &identity(), 1, OpenMode::Continue).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::Journal);
    assert!(error.to_string().contains("em uso"), "{error}");
}

#[test]
fn once_let_go_another_run_may_have_it() {
    let folder = folder();
    let path = folder.path().join("j");
    let first = Journal::open(&path, &identity(), 1, OpenMode::Continue).unwrap();
    first.release().unwrap();
    assert!(first.page(&[], 0, 10).unwrap().is_empty());
    let second = Journal::open(&path, &identity(), 2, OpenMode::Restart).unwrap();
    assert!(first.page(&[], 0, 10).unwrap_err().to_string().contains("em uso"));
    second.release().unwrap();
    assert!(first.page(&[], 0, 10).unwrap_err().to_string().contains("recomeçado"));
}

#[test]
fn a_file_that_is_no_journal_is_left_alone() {
    let folder = folder();
    let path = folder.path().join("clientes.csv");
    std::fs::write(&path, "codigo;nome\n1;Padaria Aurora de Vila Nova Ltda e outras coisas mais que enchem o arquivo")
        .unwrap();
    let before = std::fs::read(&path).unwrap();
    let error = Journal::open(&path, &identity(), 1, OpenMode::ReplaceFinished).err().unwrap();
    assert!(error.to_string().contains("não é um journal"), "{error}");
    assert_eq!(std::fs::read(&path).unwrap(), before);
    let foreign = folder.path().join("outro.db");
    Connection::open(&foreign).unwrap().execute_batch("CREATE TABLE t (x)").unwrap();
    assert!(Journal::open(&foreign, &identity(), 1, OpenMode::ReplaceFinished).is_err());
}

#[test]
fn a_journal_of_a_newer_version_is_refused() {
    let folder = folder();
    let path = folder.path().join("j");
    drop(parsed(&path));
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 999).unwrap();
    let error = Journal::open(&path, &identity(), 1, OpenMode::ReplaceFinished).err().unwrap();
    assert!(error.to_string().contains("versão mais nova"), "{error}");
}

/// A journal of the first version: one row done, one refused, one being sent, one waiting.
const FIRST_VERSION: &str = "
    PRAGMA application_id = 0x53424A32;
    PRAGMA user_version = 1;
    CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE row (
        number INTEGER PRIMARY KEY, key TEXT, state INTEGER NOT NULL, action INTEGER NOT NULL DEFAULT 0,
        generation INTEGER NOT NULL DEFAULT 0, attempts INTEGER NOT NULL DEFAULT 0, doubt INTEGER NOT NULL DEFAULT 0,
        id TEXT, code TEXT, findings TEXT);
    CREATE TABLE body (number INTEGER PRIMARY KEY, data TEXT NOT NULL, clear TEXT, change_only TEXT);
    CREATE INDEX row_key ON row (key);
    INSERT INTO meta VALUES ('run', '00000000000000aa'), ('phase', 'sending'), ('source', 'f1'),
        ('resource', 'consumos.importar'), ('base_url', 'http://127.0.0.1:1'), ('conta', 'c1'), ('options', '');
    INSERT INTO row (number, key, state, action, id, code, findings) VALUES
        (2, 'c:K1', 2, 1, '7', 'created', NULL), (3, 'c:K2', 4, 1, NULL, 'rejected',
            '[{\"campo\":\"quantidade\",\"codigo\":\"rejected\",\"pt\":\"não\",\"en\":\"no\"}]'),
        (4, 'c:K3', 1, 1, NULL, NULL, NULL), (5, 'c:K4', 0, 1, NULL, NULL, NULL);
    INSERT INTO body (number, data) VALUES (2, '{}'), (3, '{}'), (4, '{}'), (5, '{}');";

#[test]
fn a_journal_of_an_older_version_is_brought_to_this_one_and_resumed() {
    let folder = folder();
    let path = folder.path().join("j");
    Connection::open(&path).unwrap().execute_batch(FIRST_VERSION).unwrap();
    let mut j = Journal::open(&path, &identity(), 1, OpenMode::Continue).unwrap();
    assert!(j.resumed());
    assert_eq!((j.phase(), j.run()), (Phase::Sending, "00000000000000aa"));
    assert_eq!(j.skipped().unwrap(), []);
    let tasks: Vec<_> = j.exchange(&[], 0, 9, 0).unwrap();
    let seen: Vec<_> = tasks.iter().map(|t| (t.number, t.doubt, t.generation)).collect();
    assert_eq!(seen, [(3, false, 1), (4, true, 0), (5, false, 0)]);
    assert_eq!(j.count().unwrap().created, 1);
    let version: u32 = j.conn.query_row("PRAGMA user_version", [], |r| r.get(0)).unwrap();
    assert_eq!(usize::try_from(version).unwrap(), file::MIGRATIONS.len());
}

#[test]
fn rows_without_a_code_that_are_done_are_not_done_again_by_a_file_that_changed() {
    let folder = folder();
    let path = folder.path().join("j");
    let mut j = Journal::open(&path, &identity(), 1, OpenMode::Continue).unwrap();
    j.insert(&[NewRow { key: None, ..row(1, "") }]).unwrap();
    j.finish_reading("f1", |_| finding("duplicada")).unwrap();
    j.finish_comparing().unwrap();
    j.exchange(&[], 0, 9, 0).unwrap();
    let outcome = RowOutcome::Done { effect: RowEffect::Created, id: Some("7".into()) };
    j.exchange(&[Settled { number: 1, attempts: 1, doubt: false, sent_at: None, outcome }], 0, 0, 0).unwrap();
    drop(j);
    let other = Identity { source: Some("f2".into()), ..identity() };
    let error = Journal::open(&path, &other, 1, OpenMode::ReplaceFinished).err().unwrap().to_string();
    assert!(error.contains("1 linha(s) sem código externo") && error.contains("restart"), "{error}");
    assert!(!Journal::open(&path, &other, 1, OpenMode::Restart).unwrap().resumed());
}

#[test]
fn rows_that_share_a_key_are_all_rejected_and_name_each_other() {
    let mut j = Journal::temporary(&identity(), 1).unwrap();
    j.insert(&[row(1, "a"), row(2, "b"), row(3, "a"), row(4, "a")]).unwrap();
    j.finish_reading("f1", |other| finding(&format!("duplicada_{other}"))).unwrap();
    let page = j.page(&[RowState::Rejected], 0, 100).unwrap();
    let codes: Vec<_> = page.iter().map(|r| (r.number, r.code.as_deref().unwrap())).collect();
    assert_eq!(codes, [(1, "duplicada_3"), (3, "duplicada_1"), (4, "duplicada_1")]);
}

#[test]
fn a_half_read_journal_starts_again() {
    let folder = folder();
    let path = folder.path().join("j");
    let mut j = Journal::open(&path, &identity(), 1, OpenMode::Continue).unwrap();
    j.insert(&[row(1, "a")]).unwrap();
    drop(j);
    let j = Journal::open(&path, &Identity { source: Some("f2".into()), ..identity() }, 2, OpenMode::Continue).unwrap();
    assert_eq!((j.resumed(), j.count().unwrap().total), (false, 0));
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    let path = folder.path().join("j");
    let _j = parsed(&path);
    for input in std::fs::read_dir(folder.path()).unwrap() {
        let mode = input.unwrap().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0);
    }
}
