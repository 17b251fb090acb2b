use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

use jiff::civil::Date;
use smartbill_client::client::Client;
use smartbill_client::transport::Host;
use smartbill_documents::{Message, Mode};
use smartbill_model::validate::Finding;
use smartbill_model::validate::Options;
use smartbill_model::{Error, ErrorKind, Value};

use super::compare::{Match, competencias, filters, found_rows, match_row};
use super::deadline::Deadline;
use super::identity::{Identity, account, digest, hex, plain_address};
use super::import::{Observer, Progress, dispatch};
use super::journal::{Journal, OpenMode, Phase};
use super::listing::{Read, Shown, listing_options, read_whole, shifting};
use super::owners::check_owners;
use super::plan::{Alteration, Ceiling, Inclusion, Plan, PlanValue, Rejection, Removal, fingerprint};
use super::resource::{Importable, key, keys, or_document, public_code};
use super::result::ImportResult;
use super::row::{Body, Decided, Decision, NewRow, RowState};
use super::send::Pace;
use super::source::{Source, read_into_journal};
use crate::messages::{WITHOUT_IDENTITY, row_error};

/// Decides the changes that make the platform agree with `source`, without making any.
///
/// Records that `source` does not have are removed only if `remover` allows it, and at most as many as it allows. For
/// usage, only the months in `source` are compared. Records without a code of the company's own are not touched.
///
/// # Errors
/// If the source cannot be read, or the platform does not answer. If records would be removed although the source is
/// empty or has rejected rows, or more records than the ceiling allows.
pub async fn sincronizar<M: Importable, H: Host>(
    client: &Client<H>,
    source: Source<'_>,
    remover: Option<Ceiling>,
    mode: Mode,
    today: Option<Date>,
    observe: Observer<'_>,
) -> Result<Plan, Error> {
    let mut journal = Journal::temporary(&Identity::default(), 0)?;
    let options = Options { mode, today, ..Options::default() };
    read_into_journal::<M>(source, &mut journal, options, &mut |read_so_far| {
        observe(Progress { phase: Phase::Reading, done: read_so_far, total: None, row: None })
    })?;
    let counts = journal.count()?;
    if remover.is_some() {
        check_source(counts.pending, counts.rejected)?;
    }
    let mut plan = Plan {
        version: Plan::VERSION,
        resource: M::INCLUIR.resource().name().to_owned(),
        base_url: plain_address(&client.options().base_url),
        competencias: competencias(&journal)?,
        incluir: Vec::new(),
        alterar: Vec::new(),
        remover: Vec::new(),
        unchanged: 0,
        rejected: Vec::new(),
        warnings: Vec::new(),
        skipped: journal.skipped()?,
        hidden: journal.sheet()?.map(|read| read.hidden).unwrap_or_default(),
    };
    check_owners::<M, H>(client, &mut journal).await?;
    let mut seen = 0;
    let mut removable = 0;
    for filter in filters::<M>(&plan.competencias) {
        let mut visit = |shown: Shown<M>| {
            let Shown::Page(page, total) = shown else {
                return Ok(true);
            };
            seen += u64::try_from(page.len()).unwrap_or(u64::MAX);
            for record in page.iter().filter(|r| !r.removed()) {
                removable += u64::from(record.removable());
                let wanted = match_record(&mut journal, &mut plan, record)?;
                if !wanted && remover.is_some() && record.removable() && record.key().is_some() {
                    plan.remover.extend(removal(record));
                }
            }
            observe(Progress { phase: Phase::Comparing, done: seen, total, row: None })?;
            Ok(true)
        };
        if read_whole::<M, H>(client, &filter, &listing_options(client), &mut visit).await? == Read::Shifting {
            return Err(shifting());
        }
    }
    if let Some(ceiling) = remover {
        ceiling.check(u64::try_from(plan.remover.len()).unwrap_or(u64::MAX), removable)?;
    }
    journal.finish_comparing()?;
    complete::<M>(&mut journal, &mut plan)?;
    Ok(plan)
}

/// Carries out `plan`, after checking that every record it touches is still as the plan saw it.
///
/// With a `journal`, a run that was killed continues where it stopped, under the same rules as an import.
///
/// # Errors
/// `stale_plan`, if a record has changed since. Otherwise the same as those of [`super::importar`].
pub async fn apply<M: Importable, H: Host>(
    client: &Client<H>,
    plan: &Plan,
    journal: Option<PathBuf>,
    same_account: bool,
    pace: Pace,
    observe: Observer<'_>,
) -> Result<ImportResult, Error> {
    let resource = M::INCLUIR.resource().name();
    let base_url = plain_address(&client.options().base_url);
    if plan.resource != resource || plan.base_url != base_url {
        return Err(stale(
            format!("o plano é de `{}` em `{}`, não de `{resource}` em `{base_url}`", plan.resource, plan.base_url),
            format!("the plan is for `{}` at `{}`, not for `{resource}` at `{base_url}`", plan.resource, plan.base_url),
        ));
    }
    let deadline = Deadline::new(client, pace);
    let source = hex(&digest(&[&plan.to_json()]));
    let identity = Identity {
        resource: Identity::of_plan(resource),
        source: Some(source.clone()),
        base_url,
        account: (!same_account).then(|| account(client.options().token.as_deref())),
        options: String::new(),
    };
    let run = client.host().random();
    let mut journal = match journal {
        Some(path) => Journal::open(&path, &identity, run, OpenMode::ReplaceFinished)?,
        None => Journal::temporary(&identity, run)?,
    };
    // Once rows are being sent, differences from the plan are the work of this very plan.
    if journal.phase() != Phase::Sending {
        let checked = deadline.limit(check_plan::<M, H>(client, plan, observe)).await;
        if deadline.passed(&checked) {
            return deadline.stop(journal);
        }
        checked?;
        if journal.phase() == Phase::Reading {
            write(&mut journal, plan, &source)?;
        }
        decide(&mut journal, plan)?;
    }
    dispatch::<M, H>(client, journal, pace, deadline.until, observe).await
}

fn check_source(good: u64, rejected: u64) -> Result<(), Error> {
    let (pt, en) = match (good, rejected) {
        (_, 1..) => (
            format!("a fonte tem {rejected} linha(s) rejeitada(s): corrija-as antes de remover o que ela não traz"),
            format!("the source has {rejected} rejected row(s): mend them before removing what it does not bring"),
        ),
        (0, 0) => (
            "a fonte está vazia: nada será removido por causa dela".to_owned(),
            "the source is empty: nothing will be removed because of it".to_owned(),
        ),
        _ => return Ok(()),
    };
    Err(Error::new(ErrorKind::Configuration, Message::new(pt, en)))
}

/// Adds a record of the platform to the plan. Returns whether the source wants it.
fn match_record<M: Importable>(journal: &mut Journal, plan: &mut Plan, record: &M) -> Result<bool, Error> {
    let id = record.id().map(ToString::to_string).unwrap_or_default();
    let mut wanted = false;
    for (found, key) in found_rows(journal, record)? {
        wanted = true;
        let outcome = match match_row(&found, &key, record)? {
            Match::Ignored => continue,
            Match::Uncertain(finding) => {
                plan.alterar.retain(|a| a.row != found.number);
                Decided::Rejected(vec![finding])
            }
            Match::Equal => {
                plan.unchanged += 1;
                Decided::Unchanged
            }
            Match::Different(difference) => {
                let body = difference.body.to_json();
                plan.alterar.push(Alteration {
                    row: found.number,
                    key,
                    id: id.clone(),
                    changes: difference.changes.into_iter().map(Into::into).collect(),
                    body: PlanValue(difference.body),
                    seen: fingerprint(record),
                });
                Decided::Alterar(body)
            }
        };
        journal.decide(&[Decision { number: found.number, id: Some(id.clone()), outcome }])?;
    }
    Ok(wanted)
}

fn removal<M: Importable>(record: &M) -> Option<Removal> {
    Some(Removal { key: key(record)?, id: record.id()?.to_string(), seen: fingerprint(record) })
}

/// Adds the rows to be included and the rejected rows.
fn complete<M: Importable>(journal: &mut Journal, plan: &mut Plan) -> Result<(), Error> {
    let mut cursor = 0;
    loop {
        let tasks = journal.exchange(&[], cursor, 1_000, 0)?;
        let Some(last) = tasks.last() else {
            break;
        };
        cursor = last.number;
        for t in tasks.into_iter().filter(|t| t.id.is_none()) {
            if t.key.is_none() {
                plan.rejected.push(Rejection { row: t.number, findings: vec![or_document::<M>(without_code())] });
                continue;
            }
            let body = Value::from_json(t.data.as_bytes()).map_or(Value::Null, Value::into_owned);
            plan.incluir.push(Inclusion { row: t.number, key: t.key, body: PlanValue(body) });
        }
    }
    journal.walk(&[RowState::Rejected], 0, |r| {
        plan.rejected.push(Rejection { row: r.number, findings: r.findings });
        true
    })?;
    plan.rejected.sort_by_key(|r| r.row);
    let rejected: HashSet<u64> = plan.rejected.iter().map(|r| r.row).collect();
    journal.walk(&[], 0, |mut r| {
        r.findings.retain(|finding| !finding.is_error());
        if !rejected.contains(&r.number) && !r.findings.is_empty() {
            plan.warnings.push(Rejection { row: r.number, findings: r.findings });
        }
        true
    })?;
    Ok(())
}

/// The finding for a row without a code: every plan would include it again, because no record of the platform would
/// ever match it.
fn without_code() -> Finding {
    row_error(WITHOUT_IDENTITY).with("operation", "importar")
}

/// Refuses a plan if one of its records has changed since.
async fn check_plan<M: Importable, H: Host>(
    client: &Client<H>,
    plan: &Plan,
    observe: Observer<'_>,
) -> Result<(), Error> {
    let mut seen_ids: HashMap<&str, (&str, &str)> = HashMap::new();
    seen_ids.extend(plan.alterar.iter().map(|a| (a.id.as_str(), (a.seen.as_str(), a.key.as_str()))));
    seen_ids.extend(plan.remover.iter().map(|r| (r.id.as_str(), (r.seen.as_str(), r.key.as_str()))));
    let new: HashSet<&str> = plan.incluir.iter().filter_map(|i| i.key.as_deref()).collect();
    let mut changed: Vec<String> = Vec::new();
    let show = |key: &str| public_code(key).unwrap_or_else(|| "***".to_owned());
    let mut collected = 0;
    for filter in filters::<M>(&plan.competencias) {
        let mut visit = |shown: Shown<M>| {
            let Shown::Page(page, total) = shown else {
                return Ok(true);
            };
            collected += u64::try_from(page.len()).unwrap_or(u64::MAX);
            for record in page.iter().filter(|r| !r.removed()) {
                let id = record.id().map(ToString::to_string).unwrap_or_default();
                match seen_ids.remove(id.as_str()) {
                    Some((seen, _)) if seen == fingerprint(record) => {}
                    Some((_, key)) => changed.push(show(key)),
                    None => {
                        let appeared = keys(record).into_iter().flatten().find(|c| new.contains(c.as_str()));
                        changed.extend(appeared.map(|key| show(&key)));
                    }
                }
            }
            observe(Progress { phase: Phase::Comparing, done: collected, total, row: None })?;
            Ok(true)
        };
        if read_whole::<M, H>(client, &filter, &listing_options(client), &mut visit).await? == Read::Shifting {
            return Err(shifting());
        }
    }
    changed.extend(seen_ids.into_values().map(|(_, key)| show(key)));
    if changed.is_empty() {
        return Ok(());
    }
    changed.sort();
    let total = changed.len();
    changed.truncate(5);
    let which = changed.iter().map(|c| format!("`{c}`")).collect::<Vec<_>>().join(", ");
    Err(stale(
        format!("a plataforma mudou desde o plano: {total} registro(s), entre eles {which}; faça um plano novo"),
        format!("the platform changed since the plan: {total} record(s), among them {which}; make a new plan"),
    ))
}

fn stale(pt: String, en: String) -> Error {
    Error::new(ErrorKind::StalePlan, Message::new(pt, en))
}

/// Removals do not come from rows of the source. They are numbered after the last row.
fn numbered(plan: &Plan) -> impl Iterator<Item = (u64, &Removal)> {
    let rows = plan.incluir.iter().map(|i| i.row).chain(plan.alterar.iter().map(|a| a.row));
    let rejected = plan.rejected.iter().map(|r| r.row);
    let last = rows.chain(rejected).max().unwrap_or(0);
    (last + 1..).zip(&plan.remover)
}

fn write(journal: &mut Journal, plan: &Plan, source: &str) -> Result<(), Error> {
    let body = |data: &PlanValue| {
        Some(Body { data: data.0.to_json(), clear: Vec::new(), change_only: Vec::new(), owner: None })
    };
    let new = |number, key, body| NewRow { number, key, body, findings: Vec::new(), likeness: None };
    let mut rows: Vec<NewRow> = Vec::new();
    rows.extend(plan.incluir.iter().map(|i| new(i.row, i.key.clone(), body(&i.body))));
    rows.extend(plan.alterar.iter().map(|a| new(a.row, Some(a.key.clone()), body(&a.body))));
    rows.extend(numbered(plan).map(|(n, r)| new(n, Some(r.key.clone()), body(&PlanValue(Value::Object(Vec::new()))))));
    rows.extend(plan.rejected.iter().map(|r| NewRow { findings: r.findings.clone(), ..new(r.row, None, None) }));
    journal.insert(&rows)?;
    journal.finish_reading(source, super::source::duplicated_row)
}

fn decide(journal: &mut Journal, plan: &Plan) -> Result<(), Error> {
    let alterations = plan.alterar.iter().map(|a| Decision {
        number: a.row,
        id: Some(a.id.clone()),
        outcome: Decided::Alterar(a.body.0.to_json()),
    });
    let removals =
        numbered(plan).map(|(number, r)| Decision { number, id: Some(r.id.clone()), outcome: Decided::Remover });
    journal.decide(&alterations.chain(removals).collect::<Vec<_>>())?;
    journal.finish_comparing()
}
