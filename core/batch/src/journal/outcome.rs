//! Reads the outcomes of the rows, page by page.

use rusqlite::Row;
use smartbill_documents::Message;
use smartbill_model::{Error, ErrorKind};
use smartbill_sheets::place_of;

use super::file::{display_name, sql};
use super::{Journal, integer, natural};
use crate::messages::ONLY_TO_ALTERAR;
use crate::resource::public_code;
use crate::row::{Counts, RowAction, RowResult, RowState, SkippedRow, Warnings};
use crate::stored_finding::from_json_text;

impl Journal {
    /// The number of rows in each state.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn count(&self) -> Result<Counts, Error> {
        let mut stmt =
            self.stmt("SELECT state, code, count(*) FROM row GROUP BY state, CASE WHEN state IN (0, 2) THEN code END")?;
        let mut counts = Counts::default();
        let rows =
            stmt.query_map([], |r| Ok((r.get::<_, i64>(0)?, r.get::<_, Option<String>>(1)?, r.get::<_, i64>(2)?)));
        for row in rows.map_err(|e| sql(&e, self.path.as_deref()))? {
            let (state, code, n) = row.map_err(|e| sql(&e, self.path.as_deref()))?;
            let n = natural(n);
            counts.total += n;
            if state == 0 && code.as_deref() == Some(ONLY_TO_ALTERAR) {
                counts.change_only += n;
            }
            let field = match (RowState::from_number(state), code.as_deref()) {
                (RowState::Pending, _) => &mut counts.pending,
                (RowState::Rejected, _) => &mut counts.rejected,
                (RowState::Refused, _) => &mut counts.refused,
                (RowState::Sending | RowState::Unknown, _) => &mut counts.unknown,
                (RowState::Done, Some("created")) => &mut counts.created,
                (RowState::Done, Some("updated")) => &mut counts.updated,
                (RowState::Done, Some("unchanged")) => &mut counts.unchanged,
                (RowState::Done, Some("removed")) => &mut counts.removed,
                (RowState::Done, _) => &mut counts.already_done,
            };
            *field += n;
        }
        let skipped = self.stmt("SELECT count(*) FROM skipped")?.query_row([], |r| r.get(0).map(natural));
        counts.skipped = skipped.map_err(|e| sql(&e, self.path.as_deref()))?;
        // A row that was rejected during reading has no body, and would never have been sent. A row that is done no
        // longer has a body.
        let unidentified = self
            .stmt(
                "SELECT count(*) FROM row LEFT JOIN body USING (number)
                 WHERE key IS NULL AND (data IS NOT NULL OR state = 2)",
            )?
            .query_row([], |r| r.get(0).map(natural));
        counts.unidentified = unidentified.map_err(|e| sql(&e, self.path.as_deref()))?;
        Ok(counts)
    }

    /// The rows of the sheet that are not records: totals, footers, repeated headers.
    ///
    /// # Errors
    /// The same as those of [`Journal::page`].
    pub fn skipped(&self) -> Result<Vec<SkippedRow>, Error> {
        self.check_run()?;
        let mut stmt = self.stmt("SELECT number, reason, text FROM skipped ORDER BY number")?;
        let rows = stmt
            .query_map([], |r| Ok(SkippedRow { row: natural(r.get(0)?), reason: r.get(1)?, text: r.get(2)? }))
            .and_then(Iterator::collect);
        rows.map_err(|e| sql(&e, self.path.as_deref()))
    }

    /// The warnings about valid rows: each kind once, with the most frequent kind first.
    ///
    /// # Errors
    /// The same as those of [`Journal::page`].
    pub fn warnings(&self) -> Result<Vec<Warnings>, Error> {
        self.check_run()?;
        let place = self.path.as_deref();
        let mut stmt = self.stmt(
            "SELECT number, findings FROM row WHERE findings LIKE '%\"warning\":true%' AND state <> 3 ORDER BY number",
        )?;
        let mut rows = stmt.query([]).map_err(|e| sql(&e, place))?;
        let mut kinds: Vec<Warnings> = Vec::new();
        while let Some(row) = rows.next().map_err(|e| sql(&e, place))? {
            let read = || Ok::<_, rusqlite::Error>((natural(row.get(0)?), from_json_text(row.get(1)?)));
            let (number, findings) = read().map_err(|e| sql(&e, place))?;
            for finding in findings.into_iter().filter(|finding| !finding.is_error()) {
                let known = kinds.iter_mut().find(|kind| kind.is(&finding));
                match known {
                    Some(kind) => kind.add(place_of(number).0),
                    None => kinds.push(Warnings::new(finding, place_of(number).0)),
                }
            }
        }
        kinds.sort_by_key(|kind| std::cmp::Reverse(kind.count));
        Ok(kinds)
    }

    /// Passes the outcome of every row to `f`, in order, until `f` returns false. `states` selects the rows by state;
    /// an empty list selects all.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn walk(&self, states: &[RowState], after: u64, mut f: impl FnMut(RowResult) -> bool) -> Result<(), Error> {
        let place = self.path.as_deref();
        let mut stmt = self.stmt(
            "SELECT number, key, state, action, code, id, attempts, findings FROM row WHERE number > ? ORDER BY number",
        )?;
        let mut rows = stmt.query([integer(after)]).map_err(|e| sql(&e, place))?;
        while let Some(row) = rows.next().map_err(|e| sql(&e, place))? {
            let outcome = outcome(row).map_err(|e| sql(&e, place))?;
            if (states.is_empty() || states.contains(&outcome.state)) && !f(outcome) {
                break;
            }
        }
        Ok(())
    }

    /// Returns at most `limit` outcomes of the rows after `after`. Iterators in other languages read page by page with
    /// this.
    ///
    /// # Errors
    /// If the file cannot be read, or if another run has replaced its contents after [`Journal::release`].
    pub fn page(&self, states: &[RowState], after: u64, limit: usize) -> Result<Vec<RowResult>, Error> {
        self.check_run()?;
        let mut page = Vec::new();
        self.walk(states, after, |r| {
            page.push(r);
            page.len() < limit
        })?;
        Ok(page)
    }

    fn check_run(&self) -> Result<(), Error> {
        if self.meta("run")?.as_ref() == Some(&self.run) {
            return Ok(());
        }
        let place = display_name(self.path.as_deref());
        Err(Error::new(
            ErrorKind::Journal,
            Message::new(
                format!("o journal {place} foi recomeçado por outra execução"),
                format!("the journal {place} was begun anew by another run"),
            ),
        ))
    }
}

fn outcome(row: &Row<'_>) -> rusqlite::Result<RowResult> {
    Ok(RowResult {
        number: natural(row.get(0)?),
        key: row.get::<_, Option<String>>(1)?.as_deref().and_then(public_code),
        state: RowState::from_number(row.get(2)?),
        action: RowAction::from_number(row.get(3)?),
        code: row.get(4)?,
        id: row.get(5)?,
        attempts: row.get(6)?,
        findings: from_json_text(row.get(7)?),
    })
}
