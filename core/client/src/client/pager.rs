use std::fmt;
use std::marker::PhantomData;

use futures_util::stream::{self, Stream};
use smartbill_documents::find::integer;
use smartbill_documents::{Message, text};
use smartbill_model::Value;
use smartbill_model::error::{Error, ErrorKind};

use crate::api;
use crate::api::{CheckOptions, FromPage, Operation};
use crate::client::{CallOptions, Client, ClientOptions};
use crate::profile::{PageRequest, PageStyle};
use crate::transport::Host;

/// A listing in progress. It reads one page at a time, and can be stored between two pages.
#[derive(Clone)]
pub struct Pager<R> {
    state: PagerState,
    records: PhantomData<fn() -> R>,
}

/// The part that does not depend on the records' type.
#[derive(Clone)]
struct PagerState {
    operation: Operation,
    /// The filter, already checked.
    filter: Value<'static>,
    options: CallOptions,
    max_pages: u32,
    size: u32,
    /// The position at which the next page begins.
    start: u64,
    /// The cursor or address of the next page that the last page gave, if the paging uses one.
    after: Option<String>,
    /// The number of records received so far.
    received: u64,
    pages: u32,
    total: Option<u64>,
    /// The hashes of the pages seen, by which a repeated page is noticed.
    seen: Vec<u64>,
    /// The hashes of the records of the last page.
    records: Vec<u64>,
    /// Whether the last page had fewer records than asked for, and nothing said that more follow.
    short: bool,
    end: bool,
}

impl<R> fmt::Debug for Pager<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The filter may hold personal data.
        f.debug_struct("Pager").field("operation", &self.state.operation).finish_non_exhaustive()
    }
}

impl<R: FromPage> Pager<R> {
    pub(super) fn new(
        operation: Operation,
        filter: Value<'static>,
        call: &CallOptions,
        options: &ClientOptions,
    ) -> Result<Self, Error> {
        Ok(Self { state: PagerState::new(operation, filter, call, options)?, records: PhantomData })
    }

    pub(super) fn resume(
        operation: Operation,
        cursor: &str,
        call: &CallOptions,
        options: &ClientOptions,
    ) -> Result<Self, Error> {
        Ok(Self { state: PagerState::resume(operation, cursor, call, options)?, records: PhantomData })
    }

    /// Reads the next page. Returns `None` after the last one. After an error, the next call asks for the same page
    /// again.
    ///
    /// # Errors
    /// The failure of the platform or the network. Of kind `Response` if the platform repeats a page or there are more
    /// pages than allowed.
    pub async fn next<H: Host>(&mut self, client: &Client<H>) -> Result<Option<Vec<R>>, Error> {
        let state = &mut self.state;
        if state.end {
            return Ok(None);
        }
        state.may_go_on(client.options())?;
        let page_request = PageRequest { start: state.start, size: state.size };
        let (filter, after) = (&state.filter, state.after.as_deref());
        let (answer, page) = client.page(state.operation, filter, page_request, after, &state.options).await?;
        state.advance(&answer, client.options())?;
        state.short = answer.counts < state.size.into()
            && (answer.has_more, answer.total) == (None, None)
            && state.after.is_none();
        state.records = answer.records;
        Ok((answer.counts > 0 || !state.end).then(|| R::all(page)))
    }

    /// Iterates over the records, page after page. The stream ends after an error. To continue after an error, read the
    /// pages with [`next`](Self::next) and keep the [`cursor`](Self::cursor).
    ///
    /// ```no_run
    /// # use smartbill_client::client::{CallOptions, Client};
    /// use futures_util::TryStreamExt;
    /// use smartbill_model::{ClientesFilter, Cliente};
    ///
    /// # async fn read(client: Client<impl smartbill_client::transport::Host>) -> Result<(), smartbill_model::Error> {
    /// let listing = client.listar::<Cliente>(&ClientesFilter::default(), &CallOptions::default())?;
    /// let all: Vec<Cliente> = listing.stream(&client).try_collect().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn stream<H: Host>(self, client: &Client<H>) -> impl Stream<Item = Result<R, Error>> {
        stream::try_unfold((self, Vec::new().into_iter()), move |(mut pager, mut page)| async move {
            loop {
                if let Some(record) = page.next() {
                    return Ok(Some((record, (pager, page))));
                }
                match pager.next(client).await? {
                    Some(records) => page = records.into_iter(),
                    None => return Ok(None),
                }
            }
        })
    }

    /// Whether nothing suggests another page: the last one was short, and the platform said nothing of more records.
    pub(crate) fn seems_whole(&self) -> bool {
        self.state.end || self.state.short
    }

    /// The hash of each record of the last page, in their order.
    #[must_use]
    pub fn records(&self) -> &[u64] {
        &self.state.records
    }

    /// The number of records in the listing, if the platform gave it.
    #[must_use]
    pub fn total(&self) -> Option<u64> {
        self.state.total
    }

    /// The position of the listing, as text for [`Client::resume`]. `None` after the last page. The text contains the
    /// filter.
    #[must_use]
    pub fn cursor(&self) -> Option<String> {
        self.state.cursor()
    }
}

impl PagerState {
    fn new(
        operation: Operation,
        filter: Value<'static>,
        call: &CallOptions,
        options: &ClientOptions,
    ) -> Result<Self, Error> {
        let pagination = options.profile.pagination();
        let size = call.page_size.unwrap_or(pagination.default_size);
        let max = pagination.max_size;
        if !(1..=max).contains(&size) {
            let message = Message::fill(
                "`page_size` deve ser de 1 a {max}",
                "`page_size` must be from 1 to {max}",
                &[("max", text::integer(max.into()))],
            );
            return Err(failure(ErrorKind::Configuration, operation, call, options, message));
        }
        Ok(Self {
            operation,
            filter,
            options: call.clone(),
            max_pages: call.max_pages.unwrap_or(options.max_pages),
            size,
            start: 0,
            after: None,
            received: 0,
            pages: 0,
            total: None,
            seen: Vec::new(),
            records: Vec::new(),
            short: false,
            end: false,
        })
    }

    fn resume(operation: Operation, cursor: &str, call: &CallOptions, options: &ClientOptions) -> Result<Self, Error> {
        let wrong = || {
            let message = Message::new("o cursor não é desta listagem", "the cursor does not belong to this listing");
            failure(ErrorKind::Configuration, operation, call, options, message)
        };
        let value = Value::from_json(cursor.as_bytes()).map_err(|_| wrong())?;
        let number = |name: &str| match value.field(name) {
            Some(Value::Integer(n)) => u64::try_from(*n).ok(),
            Some(Value::Number(n)) => integer(n),
            _ => None,
        };
        let own = value.field("operation").and_then(Value::text) == Some(operation.name());
        let filter =
            value.field("filter").cloned().filter(|_| own && number("version") == Some(1)).ok_or_else(wrong)?;
        let filter = api::check(operation, filter, CheckOptions::default()).map_err(|_| wrong())?;
        let size = number("size").and_then(|n| u32::try_from(n).ok()).ok_or_else(wrong)?;
        let call = CallOptions { page_size: Some(size), ..call.clone() };
        let mut state = Self::new(operation, filter.into_owned(), &call, options)?;
        state.start = number("start").ok_or_else(wrong)?;
        state.received = number("received").ok_or_else(wrong)?;
        state.after = value.field("after").and_then(Value::text).map(str::to_owned);
        state.seen.extend(number("last"));
        Ok(state)
    }

    /// Checks whether one more page may be read.
    fn may_go_on(&self, client: &ClientOptions) -> Result<(), Error> {
        if self.pages < self.max_pages {
            return Ok(());
        }
        let message = Message::fill(
            "a listagem passa do limite de {n} páginas; aumente `max_pages` ou retome pelo cursor",
            "the listing goes beyond the limit of {n} pages; raise `max_pages` or resume by the cursor",
            &[("n", text::integer(self.max_pages.into()))],
        );
        Err(failure(ErrorKind::Response, self.operation, &self.options, client, message))
    }

    /// Moves to the next page after one was read.
    fn advance(&mut self, page: &api::Answer, client: &ClientOptions) -> Result<(), Error> {
        let count = page.counts;
        let told_next = matches!(client.profile.pagination().style, PageStyle::Cursor { .. } | PageStyle::Link { .. });
        let same = told_next && page.next.is_some() && page.next == self.after;
        if (count > 0 && self.seen.contains(&page.fingerprint)) || same {
            let message = Message::new(
                "a plataforma repetiu uma página da listagem",
                "the platform answered the same page of the listing twice",
            );
            return Err(failure(ErrorKind::Response, self.operation, &self.options, client, message));
        }
        self.seen.push(page.fingerprint);
        self.pages += 1;
        self.received = self.received.saturating_add(count);
        self.total = page.total.or(self.total);
        self.start = self.start.saturating_add(match client.profile.pagination().style {
            PageStyle::Page { .. } => self.size.into(),
            // A server may limit its pages to fewer records than asked for.
            _ => count,
        });
        self.after.clone_from(&page.next);
        match client.profile.pagination().style {
            // If each page names the next one, an empty page may have others after it.
            PageStyle::Cursor { .. } | PageStyle::Link { .. } => {
                self.end = page.next.is_none() || page.has_more == Some(false);
                return Ok(());
            }
            PageStyle::None => {
                self.end = true;
                return self.whole(client);
            }
            _ => {}
        }
        // A short page does not end the listing, for the same reason, but an empty page does.
        let told = match (page.has_more, page.total) {
            (Some(more), _) => !more,
            (None, Some(total)) => self.received >= total,
            (None, None) => false,
        };
        self.end = told || count == 0;
        Ok(())
    }

    /// Checks whether the only page of a listing without pages has all the records that the platform says there are.
    fn whole(&self, client: &ClientOptions) -> Result<(), Error> {
        let Some(total) = self.total.filter(|total| *total > self.received) else { return Ok(()) };
        let message = Message::fill(
            "a plataforma diz ter {total} registros e enviou {n}; complete [pagination] no perfil",
            "the platform says that it has {total} records and sent {n}; complete [pagination] in the profile",
            &[("total", text::natural(total)), ("n", text::natural(self.received))],
        );
        Err(failure(ErrorKind::Response, self.operation, &self.options, client, message))
    }

    fn cursor(&self) -> Option<String> {
        if self.end {
            return None;
        }
        let number = |n: u64| Value::Number(text::natural(n).into());
        let mut fields = vec![
            ("version".into(), number(1)),
            ("operation".into(), Value::Text(self.operation.name().into())),
            ("filter".into(), self.filter.clone()),
            ("size".into(), number(self.size.into())),
            ("start".into(), number(self.start)),
            ("received".into(), number(self.received)),
        ];
        fields.extend(self.after.clone().map(|after| ("after".into(), Value::Text(after.into()))));
        fields.extend(self.seen.last().map(|last| ("last".into(), number(*last))));
        Some(Value::Object(fields).to_json())
    }
}

fn failure(
    kind: ErrorKind,
    operation: Operation,
    call: &CallOptions,
    options: &ClientOptions,
    message: Message,
) -> Error {
    Error::new(kind, message).with(|d| {
        d.operation = Some(operation.name());
        d.language = call.language.unwrap_or(options.language);
    })
}
