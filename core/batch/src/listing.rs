//! Listings that others change while they are read.

use std::collections::HashSet;

use smartbill_client::api::ResourceModel;
use smartbill_client::client::{CallOptions, Client, Pager};
use smartbill_client::transport::Host;
use smartbill_documents::Message;
use smartbill_model::{Error, ErrorKind};

/// How often a listing is read again in the hope that nobody changes it meanwhile.
const READINGS: u32 = 3;

/// How reading a listing ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Read {
    /// Every record was seen.
    Whole,
    /// The platform changed it each time, so that a record may have slid from one page to another unseen.
    Shifting,
    /// The caller had seen enough.
    Left,
}

/// What one reading of a listing showed.
#[derive(Default)]
struct Pass {
    pages: u32,
    records: HashSet<u64>,
    totals: HashSet<Option<u64>>,
    /// Whether the last page was as large as a page may be.
    full: bool,
}

/// What a reading of a listing shows as it goes.
pub(crate) enum Shown<R> {
    /// The records of a page that were not shown before, and the total that the platform says.
    Page(Vec<R>, Option<u64>),
    /// All pages were read.
    End,
}

/// Pages as large as the platform gives, as many as there are.
pub(crate) fn listing_options<H: Host>(client: &Client<H>) -> CallOptions {
    CallOptions {
        page_size: Some(client.profile().pagination().max_size),
        max_pages: Some(u32::MAX),
        ..CallOptions::default()
    }
}

/// Reads all pages of what `filter` finds, and again until two readings agree. `visit` gets every record once; it
/// leaves off by `Ok(false)`, at the end of a reading when what it saw is enough for it.
///
/// Pages are cut by number, so a record that is removed while they are read moves all after it: one slides over the edge
/// of a page and is not seen, and where another was added meanwhile not even the total tells. So a reading is trusted
/// when it is one page and not a full one, or when it shows what the one before showed.
pub(crate) async fn read_whole<R: ResourceModel, H: Host>(
    client: &Client<H>,
    filter: &R::Filter,
    options: &CallOptions,
    visit: &mut impl FnMut(Shown<R>) -> Result<bool, Error>,
) -> Result<Read, Error> {
    let mut seen: HashSet<u64> = HashSet::new();
    let mut before: Option<HashSet<u64>> = None;
    for _ in 0..READINGS {
        let mut pages = client.listar::<R>(filter, options)?;
        let mut pass = Pass::default();
        while let Some(page) = pages.next(client).await? {
            pass.take(&pages, page.len(), options, client);
            let fresh = page.into_iter().zip(pages.records()).filter(|(_, key)| seen.insert(**key));
            if !visit(Shown::Page(fresh.map(|(record, _)| record).collect(), pages.total()))? {
                return Ok(Read::Left);
            }
        }
        if pass.is_whole() || before.is_some_and(|before| pass.totals.len() <= 1 && before == pass.records) {
            return Ok(Read::Whole);
        }
        if !visit(Shown::End)? {
            return Ok(Read::Whole);
        }
        before = Some(pass.records);
    }
    Ok(Read::Shifting)
}

impl Pass {
    fn take<R: smartbill_client::api::FromPage, H: Host>(
        &mut self,
        pages: &Pager<R>,
        received: usize,
        options: &CallOptions,
        client: &Client<H>,
    ) {
        let size = options.page_size.unwrap_or(client.profile().pagination().default_size);
        let received = u64::try_from(received).unwrap_or(u64::MAX);
        self.pages += 1;
        self.records.extend(pages.records());
        self.totals.insert(pages.total());
        self.full = received >= size.into();
    }

    /// One page cannot shift; that there is no other, its total says, or that it is not full.
    fn is_whole(&self) -> bool {
        let different = u64::try_from(self.records.len()).unwrap_or(u64::MAX);
        let total = self.totals.iter().next().copied().flatten();
        self.pages <= 1 && total.map_or(!self.full, |total| total == different)
    }
}

/// What is wrong when a listing that must be read whole cannot be.
pub(crate) fn shifting() -> Error {
    let pt = "a plataforma muda enquanto é lida; tente de novo mais tarde";
    let en = "the platform changes while it is being read; try again later";
    Error::new(ErrorKind::Response, Message::new(pt, en))
}
