use std::str::FromStr;

use futures_util::stream::{StreamExt, iter};
use smartbill_client::client::Client;
use smartbill_client::profile::Promise;
use smartbill_client::transport::Host;
use smartbill_documents::Competencia;
use smartbill_model::validate::Finding;
use smartbill_model::{Error, Id};

use super::deadline::Deadline;
use super::difference::{Difference, compare};
use super::journal::Journal;
use super::listing::{Read, Shown, listing_options, read_whole};
use super::lookup::{Lookup, look_up};
use super::owners::check_owners;
use super::resource::{Importable, documento_of_key, id_of_key, keys, or_document};
use super::row::{Decided, Decision, FoundRow};
use super::source::COMPETENCIAS;
use super::stored::read;
use crate::messages::{LOOKS_REPEATED, WITHOUT_IDENTITY, row_error};

/// The number of lookups by key that run at once.
const LOOKUPS: usize = 8;

/// Finds out which rows the platform has already, with the fewest requests. It reads the pages of a listing, narrowed
/// to the months of the rows if possible. If there are fewer rows than pages, it makes one request for each row
/// instead.
///
/// Unless `allow_unidentified` is set, rows without an identity are rejected if another import of them would not be
/// noticed: either all of them, or those that look like a record of the platform.
pub(crate) async fn compare_with_platform<M: Importable, H: Host>(
    client: &Client<H>,
    deadline: &Deadline<'_, H>,
    journal: &mut Journal,
    allow_unidentified: bool,
    advance: &mut (dyn FnMut(u64, Option<u64>) -> Result<(), Error> + Send),
) -> Result<(), Error> {
    check_owners::<M, H>(client, journal).await?;
    let keyed = client.profile().endpoint(M::INCLUIR).promise == Promise::IdempotencyKey;
    if !allow_unidentified && !keyed {
        journal.refuse_unidentified(&or_document::<M>(unprotected()))?;
    }
    let look_for_alike = !allow_unidentified && journal.has_unidentified()?;
    let waiting = journal.count()?.pending;
    let with_key = !journal.waiting_keys(0, 1)?.is_empty();
    if waiting > 0 && (with_key || look_for_alike) {
        let filters = filters::<M>(&competencias(journal)?);
        let (mut seen, mut first) = (0, filters.len() == 1 && !look_for_alike);
        let mut missed = false;
        for filter in &filters {
            let mut visit = |shown: Shown<M>| {
                let Shown::Page(page, total) = shown else {
                    // Records that were found are certain. Only records that were not found may have been missed.
                    return Ok(look_for_alike || !journal.waiting_keys(0, 1)?.is_empty());
                };
                let size = u64::try_from(page.len()).unwrap_or(u64::MAX);
                let total = total.filter(|_| filters.len() == 1);
                if std::mem::take(&mut first) && total.is_some_and(|total| waiting < total / size.max(1)) {
                    return Ok(false);
                }
                seen += size;
                decide(journal, &page)?;
                if look_for_alike {
                    refuse_alike(journal, &page)?;
                }
                advance(seen, total)?;
                deadline.check()?;
                Ok(true)
            };
            match read_whole::<M, H>(client, filter, &listing_options(client), &mut visit).await? {
                Read::Whole => {}
                Read::Shifting => missed = true,
                Read::Left => return by_key::<M, H>(client, deadline, journal, waiting, advance).await,
            }
        }
        if missed {
            if look_for_alike {
                journal.refuse_unidentified(&or_document::<M>(unprotected()))?;
            }
            return by_key::<M, H>(client, deadline, journal, waiting, advance).await;
        }
    }
    journal.finish_comparing()
}

/// Rejects the rows without an identity that look like one of `records`.
fn refuse_alike<M: Importable>(journal: &mut Journal, records: &[M]) -> Result<(), Error> {
    let mut alike = Vec::new();
    for record in records.iter().filter(|r| !r.removed()) {
        let Some(likeness) = record.likeness() else {
            continue;
        };
        for (number, data) in journal.alike(&likeness)? {
            if read::<M>(&data)?.looks_like(record) {
                alike.push((number, or_document::<M>(looks_repeated(record.id()))));
            }
        }
    }
    alike.sort_by_key(|(number, _)| *number);
    alike.dedup_by_key(|(number, _)| *number);
    journal.reject(&alike)
}

fn looks_repeated(id: Option<&Id>) -> Finding {
    let id = id.map(ToString::to_string).unwrap_or_default();
    row_error(LOOKS_REPEATED).with("id", id).with("option", "allow_unidentified")
}

/// The finding for a row without an identity that nothing protects from being included twice.
fn unprotected() -> Finding {
    row_error(WITHOUT_IDENTITY).with("option", "allow_unidentified")
}

async fn by_key<M: Importable, H: Host>(
    client: &Client<H>,
    deadline: &Deadline<'_, H>,
    journal: &mut Journal,
    waiting: u64,
    advance: &mut (dyn FnMut(u64, Option<u64>) -> Result<(), Error> + Send),
) -> Result<(), Error> {
    let mut cursor = 0;
    let mut done = 0;
    loop {
        let keys = journal.waiting_keys(cursor, 64)?;
        let Some((last, _)) = keys.last() else {
            return journal.finish_comparing();
        };
        cursor = *last;
        done += u64::try_from(keys.len()).unwrap_or(u64::MAX);
        let mut lookups = iter(keys)
            .map(|(_, key)| async move { look_up::<M, H>(client, Some(&key)).await })
            .buffer_unordered(LOOKUPS);
        let mut found = Vec::new();
        while let Some(lookup) = lookups.next().await {
            if let Lookup::Present(record) = lookup? {
                found.push(*record);
            }
        }
        decide(journal, &found)?;
        advance(done, Some(waiting))?;
        deadline.check()?;
    }
}

/// Makes one filter for each month if the rows have few months, and otherwise one filter for everything.
pub(crate) fn filters<M: Importable>(months: &[String]) -> Vec<M::Filter> {
    let filters: Option<Vec<M::Filter>> =
        months.iter().map(|month| M::filter_by_competencia(Competencia::from_str(month).ok()?)).collect();
    filters.filter(|f| !f.is_empty()).unwrap_or_else(|| vec![M::Filter::default()])
}

/// The months of the rows in the journal, if they are few.
pub(crate) fn competencias(journal: &Journal) -> Result<Vec<String>, Error> {
    let months = journal.meta(COMPETENCIAS)?.unwrap_or_default();
    Ok(months.split(',').filter(|m| !m.is_empty()).map(str::to_owned).collect())
}

fn decide<M: Importable>(journal: &mut Journal, records: &[M]) -> Result<(), Error> {
    let mut decisions = Vec::new();
    for record in records.iter().filter(|r| !r.removed()) {
        for (found, key) in found_rows(journal, record)? {
            let outcome = match match_row(&found, &key, record)? {
                Match::Ignored => continue,
                Match::Uncertain(finding) => Decided::Rejected(vec![finding]),
                Match::Equal => Decided::Unchanged,
                Match::Different(difference) => Decided::Alterar(difference.body.to_json()),
            };
            decisions.push(Decision { number: found.number, id: record.id().map(ToString::to_string), outcome });
        }
    }
    journal.decide(&decisions)
}

/// The rows that may mean this record, found by code and by document. Each has the key by which it was found.
pub(crate) fn found_rows<M: Importable>(journal: &Journal, record: &M) -> Result<Vec<(FoundRow, String)>, Error> {
    let mut found_rows = Vec::new();
    for key in keys(record).into_iter().flatten() {
        if let Some(found) = journal.by_key(&key)? {
            found_rows.push((found, key));
        }
    }
    Ok(found_rows)
}

/// The relation between a row and a record that the row may mean.
pub(crate) enum Match {
    /// The row was matched with another record before.
    Ignored,
    /// The row does not say which record it means, or it names a record that it cannot mean.
    Uncertain(Finding),
    Equal,
    Different(Difference),
}

pub(crate) fn match_row<M: Importable>(found: &FoundRow, key: &str, record: &M) -> Result<Match, Error> {
    if found.id.is_some() && found.id.as_deref() != record.id().map(Id::as_str) {
        // A code is unique on the platform. A document may not be.
        let by_code = documento_of_key(key).is_none();
        return Ok(if by_code { Match::Ignored } else { Match::Uncertain(ambiguous_documento()) });
    }
    let new: M = read(&found.body.data)?;
    if let Some(id) = id_of_key(key)
        && !new.may_be(record)
    {
        return Ok(Match::Uncertain(id_of_another(id)));
    }
    Ok(compare(record, &new, &found.body.clear).map_or(Match::Equal, Match::Different))
}

/// The finding for a row whose identifier the platform does not have, or has for a different record.
fn id_of_another(id: &str) -> Finding {
    row_error("id_de_outro_registro").with("id", id)
}

fn ambiguous_documento() -> Finding {
    row_error("documento_ambiguo").at("cpfCnpj")
}
