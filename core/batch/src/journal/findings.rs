//! What is wrong with a row, as the journal holds it.

use rusqlite::{Transaction, params};

use crate::row::RowFinding;

/// Leaves of what is wrong with rows that are offered again the warnings alone.
pub(super) fn forget_errors(tx: &Transaction<'_>) -> rusqlite::Result<()> {
    let mut stmt = tx.prepare("SELECT number, findings FROM row WHERE state IN (4, 5) AND findings IS NOT NULL")?;
    let mut rows = stmt.query([])?;
    while let Some(row) = rows.next()? {
        let warnings: Vec<_> = from_json_text(row.get(1)?).into_iter().filter(|p| p.warning).collect();
        tx.prepare_cached("UPDATE row SET findings = ? WHERE number = ?")?
            .execute(params![to_json_text(&warnings), row.get::<_, i64>(0)?])?;
    }
    Ok(())
}

/// The warnings of a row.
pub(super) fn warnings(tx: &Transaction<'_>, number: i64) -> rusqlite::Result<Vec<RowFinding>> {
    let mut stmt = tx.prepare_cached("SELECT findings FROM row WHERE number = ?")?;
    let findings = from_json_text(stmt.query_row([number], |r| r.get(0))?);
    Ok(findings.into_iter().filter(|p| p.warning).collect())
}

pub(super) fn to_json_text(findings: &[RowFinding]) -> Option<String> {
    (!findings.is_empty()).then(|| serde_json::to_string(findings).unwrap_or_default())
}

pub(super) fn from_json_text(text: Option<String>) -> Vec<RowFinding> {
    text.and_then(|t| serde_json::from_str(&t).ok()).unwrap_or_default()
}
