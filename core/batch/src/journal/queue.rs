//! The queue: rows are read, decided, taken for sending and finished.

use rusqlite::{OptionalExtension, Transaction, params};
use smartbill_model::Error;
use smartbill_model::validate::{Finding, Severity};

use super::file::sql;
use super::findings::warnings;
use super::{Journal, Phase, WITH_IDS, integer, natural, set_meta};
use crate::messages::{ONLY_TO_ALTERAR, row_error};
use crate::resource::{id_of_key, key_by_code};
use crate::row::{
    Body, Columns, Decided, Decision, FoundRow, NewRow, RowAction, RowOutcome, RowState, Settled, SkippedRow, Task,
};
use crate::stored_finding::{from_json_text, to_json_text};

impl Journal {
    /// Stores rows that were read.
    pub(crate) fn insert(&mut self, rows: &[NewRow]) -> Result<(), Error> {
        if !self.with_ids && rows.iter().any(|l| l.key.as_deref().and_then(id_of_key).is_some()) {
            self.with_ids = true;
            self.write(WITH_IDS, "1")?;
        }
        self.transaction(|tx| {
            let mut row = tx.prepare_cached(
                "INSERT INTO row (number, key, state, code, findings, likeness) VALUES (?, ?, ?, ?, ?, ?)",
            )?;
            let mut body =
                tx.prepare_cached("INSERT INTO body (number, data, clear, change_only, owner) VALUES (?, ?, ?, ?, ?)")?;
            for l in rows {
                let number = integer(l.number);
                let state = if l.body.is_some() { RowState::Pending } else { RowState::Rejected };
                let code = if l.body.is_some() { None } else { first_code(&l.findings) };
                row.execute(params![number, l.key, state.number(), code, to_json_text(&l.findings), l.likeness])?;
                if let Some(c) = &l.body {
                    let clear = (!c.clear.is_empty()).then(|| c.clear.join(","));
                    body.execute(params![number, c.data, clear, to_json_text(&c.change_only), c.owner])?;
                }
            }
            Ok(())
        })
    }

    /// Rejects rows that were accepted during reading, such as the first of two rows with the same key.
    pub(crate) fn reject(&mut self, numbers: &[(u64, Finding)]) -> Result<(), Error> {
        let columns = self.columns();
        self.transaction(|tx| {
            for (number, finding) in numbers {
                reject(tx, integer(*number), std::slice::from_ref(finding), &columns)?;
            }
            Ok(())
        })
    }

    /// Stores the rows of the sheet that are not records.
    pub(crate) fn skip(&mut self, rows: impl Iterator<Item = SkippedRow>) -> Result<(), Error> {
        self.transaction(|tx| {
            let mut insert = tx.prepare_cached("INSERT INTO skipped (number, reason, text) VALUES (?, ?, ?)")?;
            for l in rows {
                insert.execute(params![integer(l.row), l.reason, l.text])?;
            }
            Ok(())
        })
    }

    /// Adds a warning to every row without an identity that has the same content as another such row. The warning names
    /// the other row.
    pub(crate) fn warn_of_identical(&mut self, warning: impl Fn(u64) -> Finding) -> Result<(), Error> {
        self.transaction(|tx| {
            let mut stmt = tx.prepare(
                "SELECT c.number, c.data, c.clear FROM body c JOIN row l USING (number)
                 WHERE l.key IS NULL AND l.state = 0 ORDER BY c.data, c.clear, c.number",
            )?;
            let mut rows = stmt.query([])?;
            let mut first: Option<(i64, String, Option<String>)> = None;
            let mut pairs: Vec<(i64, i64)> = Vec::new();
            let mut second = false;
            while let Some(row) = rows.next()? {
                let this: (i64, String, Option<String>) = (row.get(0)?, row.get(1)?, row.get(2)?);
                match &first {
                    Some((number, data, clear)) if (data, clear) == (&this.1, &this.2) => {
                        if !std::mem::replace(&mut second, true) {
                            pairs.push((*number, this.0));
                        }
                        pairs.push((this.0, *number));
                    }
                    _ => (first, second) = (Some(this), false),
                }
            }
            for (number, other) in pairs {
                let mut findings = warnings(tx, number)?;
                findings.push(warning(natural(other)));
                tx.prepare_cached("UPDATE row SET findings = ? WHERE number = ?")?
                    .execute(params![to_json_text(&findings), number])?;
            }
            Ok(())
        })
    }

    /// Whether a row without an identity waits for a decision.
    pub(crate) fn has_unidentified(&self) -> Result<bool, Error> {
        let mut stmt = self.stmt("SELECT EXISTS (SELECT 1 FROM row WHERE key IS NULL AND state = 0 AND action = 0)")?;
        stmt.query_row([], |r| r.get(0)).map_err(|e| sql(&e, self.path.as_deref()))
    }

    /// The waiting rows without an identity that have this likeness: number and body.
    pub(crate) fn alike(&self, likeness: &str) -> Result<Vec<(u64, String)>, Error> {
        let mut stmt = self.stmt(
            "SELECT number, data FROM row JOIN body USING (number)
             WHERE likeness = ? AND likeness IS NOT NULL AND state = 0 AND action = 0",
        )?;
        let rows = stmt.query_map([likeness], |r| Ok((natural(r.get(0)?), r.get(1)?)));
        rows.and_then(Iterator::collect).map_err(|e| sql(&e, self.path.as_deref()))
    }

    /// Rejects all rows without an identity that wait for a decision.
    pub(crate) fn refuse_unidentified(&mut self, finding: &Finding) -> Result<(), Error> {
        let columns = self.columns();
        self.transaction(|tx| {
            let mut stmt = tx.prepare("SELECT number FROM row WHERE key IS NULL AND state = 0 AND action = 0")?;
            let numbers: Vec<i64> = stmt.query_map([], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?;
            for number in numbers {
                reject(tx, number, std::slice::from_ref(finding), &columns)?;
            }
            Ok(())
        })
    }

    /// Rejects all rows without a code that wait for a decision.
    pub(crate) fn refuse_without_code(&mut self, finding: &Finding) -> Result<(), Error> {
        let columns = self.columns();
        self.transaction(|tx| {
            let mut stmt = tx.prepare(
                "SELECT number FROM row WHERE state = 0 AND action = 0
                 AND (key IS NULL OR substr(key, 1, length(?1)) <> ?1)",
            )?;
            let numbers: Vec<i64> =
                stmt.query_map([key_by_code("")], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?;
            for number in numbers {
                reject(tx, number, std::slice::from_ref(finding), &columns)?;
            }
            Ok(())
        })
    }

    /// Accepts rows again that were rejected with one of `codes` because they have no identity.
    pub(crate) fn readmit_unidentified(&mut self, codes: [&str; 2]) -> Result<(), Error> {
        let sent = self.phase == Phase::Sending;
        self.transaction(|tx| {
            let mut stmt = tx.prepare(
                "SELECT number FROM row JOIN body USING (number) WHERE key IS NULL AND state = 3 AND code IN (?, ?)",
            )?;
            let numbers: Vec<i64> = stmt.query_map(codes, |r| r.get(0))?.collect::<rusqlite::Result<_>>()?;
            for number in numbers {
                let warnings = warnings(tx, number)?;
                tx.prepare_cached("UPDATE row SET state = 0, code = NULL, findings = ?, action = ? WHERE number = ?")?
                    .execute(params![to_json_text(&warnings), i64::from(sent), number])?;
            }
            Ok(())
        })
    }

    /// Ends the first pass: indexes the keys, and rejects all rows that share a key. From now on the journal belongs to
    /// `source`, and survives a power failure.
    pub(crate) fn finish_reading(&mut self, source: &str, duplicated: impl Fn(u64) -> Finding) -> Result<(), Error> {
        self.make_durable(true)?;
        let source = source.to_owned();
        let columns = self.columns();
        self.transaction(|tx| {
            tx.execute_batch(
                "CREATE INDEX IF NOT EXISTS row_key ON row (key);
                 CREATE INDEX IF NOT EXISTS row_likeness ON row (likeness) WHERE likeness IS NOT NULL;",
            )?;
            let mut repeated = tx.prepare(
                "SELECT number, key FROM row WHERE key IN
                   (SELECT key FROM row WHERE key IS NOT NULL AND state = 0 GROUP BY key HAVING count(*) > 1)
                 AND state = 0 ORDER BY key, number",
            )?;
            let mut groups: Vec<(i64, String)> = Vec::new();
            let mut rows = repeated.query([])?;
            while let Some(row) = rows.next()? {
                groups.push((row.get(0)?, row.get(1)?));
            }
            for group in groups.chunk_by(|a, b| a.1 == b.1) {
                for (i, (number, _)) in group.iter().enumerate() {
                    let other = group.get(usize::from(i == 0)).map_or(*number, |(n, _)| *n);
                    reject(tx, *number, &[duplicated(natural(other))], &columns)?;
                }
            }
            set_meta(tx, "source", &source)?;
            set_meta(tx, "phase", Phase::Comparing.name())
        })?;
        self.phase = Phase::Comparing;
        Ok(())
    }

    /// The row with the key `key`, if it exists and nothing of it was sent.
    pub(crate) fn by_key(&self, key: &str) -> Result<Option<FoundRow>, Error> {
        if id_of_key(key).is_some() && !self.with_ids {
            return Ok(None);
        }
        let mut stmt = self.stmt(
            "SELECT l.number, l.id, c.data, c.clear, c.change_only FROM row l JOIN body c USING (number)
             WHERE l.key = ? AND (l.state = 0 OR l.state = 2 AND l.code = 'unchanged')",
        )?;
        stmt.query_row([key], |r| {
            let body =
                Body { data: r.get(2)?, clear: list(r.get(3)?), change_only: from_json_text(r.get(4)?), owner: None };
            Ok(FoundRow { number: natural(r.get(0)?), id: r.get(1)?, body })
        })
        .optional()
        .map_err(|e| sql(&e, self.path.as_deref()))
    }

    /// At most `limit` of the waiting rows after `after` that name the customer of their contract: number, body and
    /// document.
    pub(crate) fn with_owner(&self, after: u64, limit: usize) -> Result<Vec<(u64, String, String)>, Error> {
        let place = self.path.as_deref();
        let mut stmt = self.stmt(
            "SELECT c.number, c.data, c.owner FROM body c JOIN row l USING (number)
             WHERE c.number > ? AND c.owner IS NOT NULL AND l.state = 0 ORDER BY c.number LIMIT ?",
        )?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = stmt.query_map(params![integer(after), limit], |r| Ok((natural(r.get(0)?), r.get(1)?, r.get(2)?)));
        rows.and_then(Iterator::collect).map_err(|e| sql(&e, place))
    }

    /// At most `limit` keys of the undecided rows after `after`, each with its row number.
    pub(crate) fn waiting_keys(&self, after: u64, limit: usize) -> Result<Vec<(u64, String)>, Error> {
        let place = self.path.as_deref();
        let mut stmt = self.stmt(
            "SELECT number, key FROM row WHERE number > ? AND state = 0 AND action = 0 AND key IS NOT NULL
             ORDER BY number LIMIT ?",
        )?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let keys = stmt.query_map(params![integer(after), limit], |r| Ok((natural(r.get(0)?), r.get(1)?)));
        keys.and_then(Iterator::collect).map_err(|e| sql(&e, place))
    }

    /// Whether a row without a code is waiting. Nothing keeps the platform from making two records of such a row.
    pub(crate) fn waits_without_code(&self) -> Result<bool, Error> {
        let mut stmt = self.stmt(
            "SELECT EXISTS (SELECT 1 FROM row WHERE state = 0 AND action < 2
                            AND (key IS NULL OR substr(key, 1, length(?1)) <> ?1))",
        )?;
        stmt.query_row([key_by_code("")], |r| r.get(0)).map_err(|e| sql(&e, self.path.as_deref()))
    }

    /// Stores the decisions of the comparison with the platform's records.
    pub(crate) fn decide(&mut self, decisions: &[Decision]) -> Result<(), Error> {
        let columns = self.columns();
        self.transaction(|tx| {
            for d in decisions {
                let number = integer(d.number);
                match &d.outcome {
                    Decided::Unchanged => {
                        tx.prepare_cached("UPDATE row SET state = 2, code = 'unchanged', id = ? WHERE number = ?")?
                            .execute(params![d.id, number])?;
                    }
                    Decided::Alterar(data) => {
                        tx.prepare_cached("UPDATE row SET action = 2, id = ? WHERE number = ?")?
                            .execute(params![d.id, number])?;
                        tx.prepare_cached("UPDATE body SET data = ? WHERE number = ?")?
                            .execute(params![data, number])?;
                    }
                    Decided::Remover => {
                        tx.prepare_cached("UPDATE row SET action = 3, id = ? WHERE number = ?")?
                            .execute(params![d.id, number])?;
                    }
                    Decided::Rejected(findings) => reject(tx, number, findings, &columns)?,
                }
            }
            Ok(())
        })
    }

    /// Ends the comparison. Rows without a record on the platform will be included. Rows that are valid only as a
    /// change are rejected, with the fields that an include would need.
    pub(crate) fn finish_comparing(&mut self) -> Result<(), Error> {
        let columns = self.columns();
        self.transaction(|tx| {
            let mut stmt = tx.prepare(
                "SELECT number, change_only FROM body WHERE change_only IS NOT NULL
                 AND number IN (SELECT number FROM row WHERE state = 0 AND action = 0)",
            )?;
            let mut rows = stmt.query([])?;
            while let Some(row) = rows.next()? {
                reject(tx, row.get(0)?, &from_json_text(row.get(1)?), &columns)?;
            }
            tx.execute("UPDATE row SET action = 1 WHERE state = 0 AND action = 0", [])?;
            set_meta(tx, "phase", Phase::Sending.name())
        })?;
        self.phase = Phase::Sending;
        Ok(())
    }

    /// Ends a check without the platform. Rows that are valid only as a change get warnings about the fields that an
    /// include would need.
    pub(crate) fn warn_of_missing(&mut self) -> Result<(), Error> {
        let columns = self.columns();
        self.transaction(|tx| {
            let mut stmt = tx.prepare(
                "SELECT c.number, c.change_only, l.findings FROM body c JOIN row l USING (number)
                 WHERE c.change_only IS NOT NULL AND l.state = 0",
            )?;
            let mut rows = stmt.query([])?;
            while let Some(row) = rows.next()? {
                let number = natural(row.get(0)?);
                let mut findings = vec![row_error(ONLY_TO_ALTERAR)];
                findings.extend(from_json_text(row.get(1)?));
                findings.extend(from_json_text(row.get(2)?));
                for finding in &mut findings {
                    finding.severity = Severity::Warning;
                    columns.locate(finding, number);
                }
                tx.prepare_cached("UPDATE row SET code = ?, findings = ? WHERE number = ?")?.execute(params![
                    ONLY_TO_ALTERAR,
                    to_json_text(&findings),
                    row.get::<_, i64>(0)?
                ])?;
            }
            Ok(())
        })
    }

    /// Records outcomes, and takes at most `limit` of the waiting rows after `after`. `now` is in seconds. All of this
    /// is one transaction. If rows are taken, it is on disk when this returns, so a row is recorded as being sent
    /// before it is sent. Outcomes alone need not reach the disk: if a power failure loses one, its row is in doubt,
    /// and resuming the batch settles it.
    pub(crate) fn exchange(
        &mut self,
        settled: &[Settled],
        after: u64,
        limit: usize,
        now: i64,
    ) -> Result<Vec<Task>, Error> {
        self.make_durable(limit > 0)?;
        let after = integer(after);
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.transaction(|tx| {
            for d in settled {
                record(tx, d)?;
            }
            if limit == 0 {
                return Ok(Vec::new());
            }
            let mut stmt = tx.prepare_cached(
                "SELECT l.number, l.key, l.action, l.id, c.data, c.clear, l.generation, l.doubt, l.sent_at
                 FROM row l JOIN body c USING (number)
                 WHERE l.state = 0 AND l.number > ? ORDER BY l.number LIMIT ?",
            )?;
            let tasks: Vec<Task> = stmt
                .query_map(params![after, limit], |r| {
                    Ok(Task {
                        number: natural(r.get(0)?),
                        key: r.get(1)?,
                        action: RowAction::from_number(r.get(2)?),
                        id: r.get(3)?,
                        data: r.get(4)?,
                        clear: list(r.get(5)?),
                        generation: r.get(6)?,
                        doubt: r.get::<_, i64>(7)? != 0,
                        under_old_key: r.get::<_, i64>(7)? == UNDER_OLD_KEY,
                        sent_at: r.get(8)?,
                        failures: 0,
                        pauses: 0,
                    })
                })?
                .collect::<rusqlite::Result<_>>()?;
            let mut mark = tx.prepare_cached("UPDATE row SET state = 1, sent_at = ? WHERE number = ?")?;
            for t in &tasks {
                mark.execute([now, integer(t.number)])?;
            }
            Ok(tasks)
        })
    }
}

/// The value of `doubt` for a row whose earlier attempt was sent with a key that the row no longer has.
const UNDER_OLD_KEY: i64 = 2;

fn record(tx: &Transaction<'_>, d: &Settled) -> rusqlite::Result<()> {
    let number = integer(d.number);
    let end = |state: RowState, code: Option<&str>, id: Option<&str>, findings: &[Finding]| {
        // Warnings from reading the row stay. The findings of earlier attempts are dropped.
        let warnings = warnings(tx, number)?;
        let findings: Vec<_> = warnings.into_iter().chain(findings.iter().cloned()).collect();
        let doubt = match state {
            RowState::Unknown => None,
            // An attempt before the refused one may still arrive, so the next run offers the row with the same key.
            RowState::Refused if d.doubt => Some(1),
            _ => Some(0),
        };
        tx.prepare_cached(
            "UPDATE row SET state = ?, code = ?, id = coalesce(?, id), findings = ?, doubt = coalesce(?, doubt),
             sent_at = coalesce(?, sent_at), attempts = attempts + ? WHERE number = ?",
        )?
        .execute(params![
            state.number(),
            code,
            id,
            to_json_text(&findings),
            doubt,
            d.sent_at,
            d.attempts,
            number
        ])
    };
    match &d.outcome {
        RowOutcome::Done { effect, id } => end(RowState::Done, Some(effect.name()), id.as_deref(), &[])?,
        RowOutcome::Refused(p) => end(RowState::Refused, first_code(p), None, p)?,
        RowOutcome::Unknown(p) => end(RowState::Unknown, first_code(p), None, p)?,
        RowOutcome::Back { doubt: in_doubt, new_key } => tx
            .prepare_cached(
                "UPDATE row SET state = 0, doubt = CASE WHEN ?1 = 0 THEN 0 ELSE max(doubt, ?1) END,
                 sent_at = coalesce(?5, sent_at), generation = generation + ?2, attempts = attempts + ?3 WHERE number = ?4",
            )?
            .execute(params![
                if *in_doubt && *new_key { UNDER_OLD_KEY } else { i64::from(*in_doubt) },
                i64::from(*new_key),
                d.attempts,
                number,
                d.sent_at
            ])?,
        RowOutcome::Other { action, id, data } => {
            if let Some(data) = data {
                tx.prepare_cached("UPDATE body SET data = ? WHERE number = ?")?.execute(params![data, number])?;
            }
            tx.prepare_cached(
                "UPDATE row SET state = 0, doubt = 0, generation = generation + 1, action = ?, id = ?, attempts = attempts + ?
                 WHERE number = ?",
            )?
            .execute(params![action.number(), id, d.attempts, number])?
        }
    };
    Ok(())
}

fn reject(tx: &Transaction<'_>, number: i64, findings: &[Finding], columns: &Columns) -> rusqlite::Result<()> {
    let earlier: Option<String> =
        tx.prepare_cached("SELECT findings FROM row WHERE number = ?")?.query_row([number], |r| r.get(0))?;
    let mut all: Vec<Finding> = from_json_text(earlier);
    all.extend_from_slice(findings);
    for finding in &mut all {
        columns.locate(finding, natural(number));
    }
    tx.prepare_cached("UPDATE row SET state = 3, code = ?, findings = ? WHERE number = ?")?.execute(params![
        first_code(&all),
        to_json_text(&all),
        number
    ])?;
    Ok(())
}

fn first_code(findings: &[Finding]) -> Option<&str> {
    findings.iter().find(|finding| finding.is_error()).or(findings.first()).map(Finding::code)
}

fn list(text: Option<String>) -> Vec<String> {
    text.map(|t| t.split(',').map(str::to_owned).collect()).unwrap_or_default()
}
