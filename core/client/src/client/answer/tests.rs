use std::fmt::Write as _;

use smartbill_documents::Message;

use super::*;

const PROMISES: [(Promise, &str); 3] =
    [(Promise::IdempotencyKey, "idempotency_key"), (Promise::NaturalKey, "natural_key"), (Promise::None, "none")];

const SUBJECTS: [(Subject, &str); 4] = [
    (Subject::Named, "names its record"),
    (Subject::Code, "adds, with a code"),
    (Subject::Document, "adds, with a document only"),
    (Subject::Anonymous, "adds, with neither"),
];

const ANSWERS: [(AnswerKind, &str); 15] = [
    (AnswerKind::Success, "success that proves itself"),
    (AnswerKind::Replayed, "the same, given before to a request of somebody else"),
    (AnswerKind::Unproven, "2xx that proves nothing, redirect"),
    (AnswerKind::Refused, "400, 413, 422, …, or a clear no in a 2xx"),
    (AnswerKind::RefusedAgain, "the same, marked as given before"),
    (AnswerKind::Conflict, "409, 412"),
    (AnswerKind::NotFound, "404, 410"),
    (AnswerKind::KeyInFlight, "the key is in use"),
    (AnswerKind::KeyReused, "the key had another content"),
    (AnswerKind::Unauthorized, "401, 403, 407"),
    (AnswerKind::Throttled, "425, 429"),
    (AnswerKind::Failed, "408, 5xx"),
    (AnswerKind::Lost, "no whole answer"),
    (AnswerKind::NotSent, "no connection"),
    (AnswerKind::Interrupted, "the process ended before the answer"),
];

const FOUND: [(Found, &str); 5] = [
    (Found::Same, "as asked for"),
    (Found::Different, "another record"),
    (Found::Absent, "not there"),
    (Found::LongAbsent, "not there, long after"),
    (Found::Unclear, "cannot be told"),
];

fn word(step: NextStep) -> &'static str {
    match step {
        NextStep::Done => "done",
        NextStep::Refused => "refused",
        NextStep::Unknown => "**unknown**",
        NextStep::ReadBack => "read back",
        NextStep::AskAgain => "wait, ask again",
        NextStep::SendAgain => "send again",
    }
}

fn every_write() -> impl Iterator<Item = Write> {
    PROMISES.into_iter().flat_map(|(promise, _)| SUBJECTS.map(|(subject, _)| Write { promise, subject }))
}

/// A Markdown table.
fn table(out: &mut String, head: &[&str], rows: impl Iterator<Item = Vec<String>>) {
    writeln!(out, "| {} |\n|{}", head.join(" | "), "---|".repeat(head.len())).unwrap();
    for row in rows {
        writeln!(out, "| {} |", row.join(" | ")).unwrap();
    }
}

/// Both steps of a cell: at the first attempt, and in doubt.
fn cell(first: NextStep, doubt: NextStep) -> String {
    if first == doubt { word(first).to_owned() } else { format!("{}; in doubt: {}", word(first), word(doubt)) }
}

fn tables() -> String {
    let mut out = String::new();
    for (promise, name) in PROMISES {
        writeln!(out, "\n### `{name}`: what an answer means\n").unwrap();
        let head: Vec<&str> = std::iter::once("answer").chain(SUBJECTS.map(|(_, name)| name)).collect();
        let rows = ANSWERS.into_iter().map(|(answer, name)| {
            let cells = SUBJECTS.map(|(subject, _)| {
                let write = Write { promise, subject };
                cell(write.next(false, answer), write.next(true, answer))
            });
            std::iter::once(name.to_owned()).chain(cells).collect()
        });
        table(&mut out, &head, rows);
    }
    writeln!(out, "\n### After reading back\n").unwrap();
    let head: Vec<&str> = std::iter::once("read back because of").chain(FOUND.map(|(_, name)| name)).collect();
    let because = ANSWERS.into_iter().filter(|(answer, _)| {
        every_write().any(|write| [false, true].iter().any(|doubt| write.next(*doubt, *answer) == NextStep::ReadBack))
    });
    let rows = because.map(|(answer, name)| {
        let cells = FOUND.map(|(found, _)| {
            let mut kinds: Vec<(String, Vec<&str>)> = Vec::new();
            for (protected, kind) in [(true, ""), (false, "where a late one makes a second")] {
                let write = every_write().find(|w| w.repeatable_once_absent() == protected).unwrap();
                let step = |doubt| write.after_reading(doubt, answer, found);
                let text = cell(step(false), step(true));
                match kinds.iter_mut().find(|(known, _)| *known == text) {
                    Some((_, names)) => names.push(kind),
                    None => kinds.push((text, vec![kind])),
                }
            }
            let mut text = kinds.first().unwrap().0.clone();
            for (other, names) in kinds.iter().skip(1) {
                write!(text, "; {}: {other}", names.join(", ")).unwrap();
            }
            text
        });
        std::iter::once(name.to_owned()).chain(cells).collect()
    });
    table(&mut out, &head, rows);
    out
}

/// The tables in the documentation are those of the code. A person has read them and found them right.
#[test]
fn the_guarantees_that_are_written_down_are_those_that_are_kept() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/guarantees.md");
    let text = std::fs::read_to_string(path).unwrap();
    let (begin, end) = ("<!-- the tables of core/client/src/client/answer.rs -->\n", "\n<!-- their end -->");
    let (_, rest) = text.split_once(begin).unwrap();
    let (written, _) = rest.split_once(end).unwrap();
    assert_eq!(written, tables().trim_end(), "docs/guarantees.md is behind the code:\n{}", tables());
}

#[test]
fn in_doubt_nothing_is_refused_unless_it_was_judged_or_read_back_and_is_absent() {
    for write in every_write() {
        for (answer, name) in ANSWERS {
            if write.next(true, answer) == NextStep::Refused {
                assert_eq!(answer, AnswerKind::RefusedAgain, "{write:?} {name}");
            }
            for (found, _) in FOUND {
                if write.after_reading(true, answer, found) == NextStep::Refused {
                    assert!(matches!(found, Found::Absent | Found::LongAbsent), "{write:?} {name} {found:?}");
                }
            }
        }
    }
}

#[test]
fn nothing_is_sent_twice_that_could_be_done_twice() {
    for write in every_write() {
        for (answer, name) in ANSWERS {
            let at_once = [false, true].map(|doubt| write.next(doubt, answer) == NextStep::SendAgain);
            let not_done = matches!(answer, AnswerKind::NotSent | AnswerKind::Throttled);
            // Without a key, only a write that names its record has the same effect when it is done twice.
            let harmless = write.promise == Promise::IdempotencyKey
                || (write.promise == Promise::NaturalKey && write.subject == Subject::Named);
            assert!(!at_once[0] || not_done || harmless, "{write:?} {name}");
            assert!(!at_once[1] || harmless, "{write:?} {name} in doubt");
            for doubt in [false, true] {
                if write.after_reading(doubt, answer, Found::Absent) == NextStep::SendAgain {
                    assert!(write.repeatable_once_absent(), "{write:?} {name}");
                }
                for found in [Found::Different, Found::Unclear] {
                    assert_ne!(write.after_reading(doubt, answer, found), NextStep::SendAgain, "{write:?} {name}");
                }
            }
        }
    }
}

#[test]
fn what_cannot_be_looked_up_is_not() {
    for write in every_write().filter(|write| write.subject == Subject::Anonymous) {
        for (answer, name) in ANSWERS {
            // A repeated answer contains the identifier.
            let looks = [false, true].map(|doubt| write.next(doubt, answer) == NextStep::ReadBack);
            assert!(looks == [false, false] || answer == AnswerKind::Replayed, "{write:?} {name}");
        }
    }
}

fn answered(kind: ErrorKind, status: u16, code: Option<&str>, sentence: &str) -> Error {
    Error::new(kind, Message::new(sentence, sentence)).with(|d| {
        d.status = Some(status);
        d.server_code = code.map(str::to_owned);
        d.outcome = Some(Outcome::Rejected);
    })
}

#[test]
fn keys_in_use_and_keys_used_up_are_told_in_many_words() {
    use ErrorKind::{Conflict, Rejected};
    for (kind, status, code, sentence, expected) in [
        (Conflict, 409, Some("idempotency_key_in_use"), "", AnswerKind::KeyInFlight),
        (Conflict, 409, Some("REQUEST_WITH_SAME_IDEMPOTENCY_KEY_ALREADY_IN_PROGRESS"), "", AnswerKind::KeyInFlight),
        (Rejected, 422, Some("PREVIOUS_REQUEST_IN_PROGRESS"), "", AnswerKind::KeyInFlight),
        (Conflict, 409, Some("duplicate.request.in.progress"), "", AnswerKind::KeyInFlight),
        (
            Conflict,
            409,
            Some("409"),
            "a transaction with this idempotency-key is already in progress",
            AnswerKind::KeyInFlight,
        ),
        (Conflict, 409, None, "A request is outstanding for this Idempotency-Key", AnswerKind::KeyInFlight),
        (Rejected, 400, Some("idempotency_error"), "", AnswerKind::KeyReused),
        (Rejected, 422, Some("chave_reutilizada"), "", AnswerKind::KeyReused),
        (Conflict, 409, Some("IDEMPOTENCY_KEY_REUSED"), "", AnswerKind::KeyReused),
        (Conflict, 409, Some("idempotency.key_reuse_mismatch"), "", AnswerKind::KeyReused),
        (Conflict, 409, Some("codigo_externo_repetido"), "", AnswerKind::Conflict),
        (Conflict, 412, None, "", AnswerKind::Conflict),
        (Rejected, 422, Some("validation_errors"), "", AnswerKind::Refused),
        (Rejected, 425, None, "", AnswerKind::Throttled),
    ] {
        assert_eq!(
            AnswerKind::of(&answered(kind, status, code, sentence), false, true),
            expected,
            "{code:?} {sentence}"
        );
    }
    // A bare 409: the key is in use if it was sent before, otherwise the record exists.
    let bare = answered(Conflict, 409, None, "");
    assert_eq!(AnswerKind::of(&bare, true, true), AnswerKind::KeyInFlight);
    assert_eq!(AnswerKind::of(&bare, false, true), AnswerKind::Conflict);
    assert_eq!(AnswerKind::of(&bare, true, false), AnswerKind::Conflict);
}

#[test]
fn an_answer_that_was_given_before_has_judged_this_very_request() {
    let replayed = |error: Error| error.with(|d| d.replayed = true);
    let no = replayed(answered(ErrorKind::Rejected, 422, Some("invalid"), ""));
    assert_eq!(AnswerKind::of(&no, true, true), AnswerKind::RefusedAgain);
    // The platform failed, and its effect is unknown. Asking again gets the same answer.
    let failed = replayed(answered(ErrorKind::Server, 500, None, ""));
    assert_eq!(AnswerKind::of(&failed, true, true), AnswerKind::Refused);
}

#[test]
fn what_is_left_undecided_says_what_is_known() {
    for (answer, name) in ANSWERS {
        assert_eq!(answer.outcome(true), Outcome::Unknown, "{name}");
        let expected = match answer {
            AnswerKind::NotSent => Outcome::NotSent,
            AnswerKind::Unproven
            | AnswerKind::KeyInFlight
            | AnswerKind::Failed
            | AnswerKind::Lost
            | AnswerKind::Interrupted => Outcome::Unknown,
            _ => Outcome::Rejected,
        };
        assert_eq!(answer.outcome(false), expected, "{name}");
    }
}
