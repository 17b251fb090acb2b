//! Reads listings completely, even if others change them meanwhile.

use std::collections::HashSet;

use smartbill_client::api::ResourceModel;
use smartbill_client::client::{CallOptions, Client, Pager};
use smartbill_client::transport::Host;
use smartbill_documents::Message;
use smartbill_model::{Error, ErrorKind};

/// How often a listing is read in the hope that two readings agree.
const READINGS: u32 = 3;

/// The result of reading a listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Read {
    /// All records were seen.
    Whole,
    /// The platform changed the listing during every reading, so a record may have moved from one page to another
    /// without being seen.
    Shifting,
    /// The caller stopped the reading.
    Left,
}

/// The result of one reading of a listing.
#[derive(Default)]
struct Pass {
    pages: u32,
    records: HashSet<u64>,
    totals: HashSet<Option<u64>>,
    /// Whether the last page had as many records as a page may have.
    full: bool,
}

/// A part of a listing that is shown to the caller.
pub(crate) enum Shown<R> {
    /// The records of a page that were not shown before, and the total that the platform gave.
    Page(Vec<R>, Option<u64>),
    /// All pages were read.
    End,
}

/// Options for pages of the greatest size, and any number of them.
pub(crate) fn listing_options<H: Host>(client: &Client<H>) -> CallOptions {
    CallOptions {
        page_size: Some(client.profile().pagination().max_size),
        max_pages: Some(u32::MAX),
        ..CallOptions::default()
    }
}

/// Reads all pages of `filter`, again and again until two readings agree. `visit` gets every record once. It can stop
/// the reading by `Ok(false)`, and at the end of a reading if it has seen enough.
///
/// Pages are numbered, so if a record is removed during the reading, all later records move: one of them crosses the
/// edge of a page and is not seen. If another record is added meanwhile, even the total stays the same. So a reading is
/// trusted only if it is one page that is not full, or if it shows the same as the reading before.
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

    /// A single page cannot shift. Its total, or the fact that it is not full, tells that there is no other page.
    fn is_whole(&self) -> bool {
        let different = u64::try_from(self.records.len()).unwrap_or(u64::MAX);
        let total = self.totals.iter().next().copied().flatten();
        self.pages <= 1 && total.map_or(!self.full, |total| total == different)
    }
}

/// The error for a listing that must be read completely and cannot be.
pub(crate) fn shifting() -> Error {
    let pt = "a plataforma muda enquanto é lida; tente de novo mais tarde";
    let en = "the platform changes while it is being read; try again later";
    Error::new(ErrorKind::Response, Message::new(pt, en))
}
