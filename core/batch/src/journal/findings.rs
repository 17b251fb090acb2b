//! The findings about rows, as the journal stores them.

use rusqlite::{Transaction, params};
use smartbill_model::validate::Finding;

use crate::stored_finding::{from_json_text, to_json_text};

/// Removes the errors of rows that will be sent again. Their warnings stay.
pub(super) fn forget_errors(tx: &Transaction<'_>) -> rusqlite::Result<()> {
    let mut stmt = tx.prepare("SELECT number, findings FROM row WHERE state IN (4, 5) AND findings IS NOT NULL")?;
    let mut rows = stmt.query([])?;
    while let Some(row) = rows.next()? {
        let number: i64 = row.get(0)?;
        let warnings = only_warnings(from_json_text(row.get(1)?));
        tx.prepare_cached("UPDATE row SET findings = ? WHERE number = ?")?
            .execute(params![to_json_text(&warnings), number])?;
    }
    Ok(())
}

/// The warnings of a row.
pub(super) fn warnings(tx: &Transaction<'_>, number: i64) -> rusqlite::Result<Vec<Finding>> {
    let mut stmt = tx.prepare_cached("SELECT findings FROM row WHERE number = ?")?;
    Ok(only_warnings(from_json_text(stmt.query_row([number], |r| r.get(0))?)))
}

fn only_warnings(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.retain(|finding| !finding.is_error());
    findings
}
