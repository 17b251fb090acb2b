use smartbill_client::client::{CallOptions, Client};
use smartbill_client::transport::Host;
use smartbill_model::{Error, ErrorKind};

use super::listing::{Read, Shown, read_whole, shifting};
use super::resource::{Importable, code_of_key, documento_of_key, id_of_key, keys};

/// The result of looking up a key on the platform.
pub(crate) enum Lookup<M> {
    /// The row has no key to look for.
    NoKey,
    /// The platform has no such record.
    Absent,
    /// The platform has this record.
    Present(Box<M>),
}

/// Finds a record by the business identity of its row. All pages are read: a platform that does not know the filter
/// answers with everything, and a record that is missing from the complete answer does not exist.
pub(crate) async fn look_up<M: Importable, H: Host>(client: &Client<H>, key: Option<&str>) -> Result<Lookup<M>, Error> {
    let Some(key) = key else {
        return Ok(Lookup::NoKey);
    };
    if let Some(id) = id_of_key(key) {
        return match client.obter::<M>(id, &CallOptions::default()).await {
            Ok(found) if !found.removed() => Ok(Lookup::Present(Box::new(found))),
            Err(e) if e.kind() != ErrorKind::NotFound => Err(e),
            _ => Ok(Lookup::Absent),
        };
    }
    let filter = M::filter_by_key(code_of_key(key), documento_of_key(key));
    let mut found = None;
    let mut visit = |shown: Shown<M>| {
        let Shown::Page(page, _) = shown else {
            return Ok(true);
        };
        let wanted = |record: &M| !record.removed() && keys(record).iter().flatten().any(|c| c == key);
        found = page.into_iter().find(wanted);
        Ok(found.is_none())
    };
    let read = read_whole::<M, H>(client, &filter, &CallOptions::default(), &mut visit).await?;
    match (found, read) {
        (Some(record), _) => Ok(Lookup::Present(Box::new(record))),
        (None, Read::Shifting) => Err(shifting()),
        (None, _) => Ok(Lookup::Absent),
    }
}
