use crate::api::{Method, Operation};
use crate::profile::ascii::base64;
use crate::profile::names::Names;

/// How requests and answers look on the wire.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    pub(super) name: String,
    pub(super) base_path: String,
    pub(super) auth: Auth,
    pub(super) idempotency_header: String,
    pub(super) replayed_header: String,
    pub(super) result_header: String,
    /// In the order of [`Operation::ALL`].
    pub(super) endpoints: Vec<Endpoint>,
    pub(super) pagination: Pagination,
    pub(super) list: ListShape,
    pub(super) list_items: String,
    pub(super) errors: ErrorShape,
    pub(super) encoding: Encoding,
    pub(super) names: Names,
}

/// How a request proves who sends it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Auth {
    /// `Authorization: Bearer …`
    Bearer,
    /// A header of its own, the token after a prefix.
    Header {
        /// The header, in lower case.
        name: String,
        /// What stands before the token, such as `Token `.
        prefix: String,
    },
    /// HTTP Basic; a token with no colon is the user, with an empty password.
    Basic,
    /// A query parameter.
    Query {
        /// The parameter.
        name: String,
    },
}

/// Method, path and promise of one operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// HTTP method.
    pub method: Method,
    /// Path below the base path, with `{id}` where the identifier goes.
    pub path: String,
    /// What may be sent twice.
    pub promise: Promise,
}

/// What an operation promises, which decides whether it may be sent twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Promise {
    /// It reads an idempotency key, and does the work of one key once.
    IdempotencyKey,
    /// It keeps external ids unique, so that a lost answer can be read back; a key is sent as well, and not relied on.
    NaturalKey,
    /// Nothing.
    None,
}

/// How a listing is cut into pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pagination {
    /// By page number or by offset, with the names of the parameters.
    pub style: PageStyle,
    /// Page size where none is asked for.
    pub default_size: u32,
    /// The largest page.
    pub max_size: u32,
}

/// By page number or by offset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageStyle {
    /// Page number and page size.
    Page {
        /// The number of the first page, 0 or 1.
        first: u64,
        /// Parameter of the page number.
        page: String,
        /// Parameter of the page size.
        size: String,
    },
    /// Number of items before the page, and page size.
    Offset {
        /// Parameter of the offset.
        offset: String,
        /// Parameter of the page size.
        limit: String,
    },
}

/// The shape in which a server writes a list; all are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListShape {
    /// `{data, hasMore, totalCount, limit, offset}`
    HasMore,
    /// `{data}`
    Date,
    /// `{data, meta: {current_page, total_pages, total_count}}`
    Meta,
    /// `{parametros: {paginacao: {…}}, data}`
    Params,
    /// `[…]`
    Bare,
}

/// The shape in which a server writes an error; all are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorShape {
    /// `{errors: [{code, description}]}`
    Errors,
    /// `{faultcode, faultstring}`
    Fault,
    /// RFC 7807 with `violacoes`.
    Problem,
    /// `{status, error, code, error_details}`
    Details,
}

/// How single values look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Encoding {
    /// Civil dates.
    pub date: DateEncoding,
    /// Months.
    pub month: MonthEncoding,
    /// Decimals.
    pub decimal: DecimalEncoding,
    /// Truth values are written `"S"` and `"N"`.
    pub boolean_sn: bool,
}

/// How a civil date looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateEncoding {
    /// `2026-01-31`
    Iso,
    /// `31/01/2026`
    DayMonthYear,
    /// `01/31/2026`
    MonthDayYear,
}

/// How a month looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MonthEncoding {
    /// `2026-01`
    Iso,
    /// `01/2026`
    MonthYear,
    /// `202601`
    Digits,
}

/// How a decimal looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecimalEncoding {
    /// `"10.50"`
    Text,
    /// `10.50`
    Number,
    /// `1050` for amounts of two places, a number for any other decimal.
    Cents,
}

/// Where a credential goes.
#[derive(Clone, PartialEq, Eq)]
pub enum Credential {
    /// A header, by name and value.
    Header(String, String),
    /// A query parameter, by name and value.
    Query(String, String),
}

impl Profile {
    /// The profile's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What stands before every path; empty, or `/` and no `/` at its end.
    #[must_use]
    pub fn base_path(&self) -> &str {
        &self.base_path
    }

    /// How a request proves who sends it.
    #[must_use]
    pub fn auth(&self) -> &Auth {
        &self.auth
    }

    /// Method, path and promise of `operation`.
    #[must_use]
    pub fn endpoint(&self, operation: Operation) -> &Endpoint {
        static NONE: Endpoint = Endpoint { method: Method::Get, path: String::new(), promise: Promise::None };
        // Loading fills an entry for every operation.
        self.endpoints.get(operation as usize).unwrap_or(&NONE)
    }

    /// The header that carries an idempotency key, in lower case.
    #[must_use]
    pub fn idempotency_header(&self) -> &str {
        &self.idempotency_header
    }

    /// The header that is `true` on an answer that repeats an earlier one, in lower case.
    #[must_use]
    pub fn replayed_header(&self) -> &str {
        &self.replayed_header
    }

    /// The header that says what a write did (`created`, `updated`, `unchanged`, `already_done`), in lower case.
    #[must_use]
    pub fn result_header(&self) -> &str {
        &self.result_header
    }

    /// How listings are cut into pages.
    #[must_use]
    pub fn pagination(&self) -> &Pagination {
        &self.pagination
    }

    /// How single values look.
    #[must_use]
    pub fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Where `token` goes in a request.
    #[must_use]
    pub fn credential(&self, token: &str) -> Credential {
        let header = |value| Credential::Header("authorization".to_owned(), value);
        let auth = &self.auth;
        match auth {
            Auth::Bearer => header(["Bearer ", token].concat()),
            Auth::Basic if token.contains(':') => header(["Basic ", &base64(token.as_bytes())].concat()),
            Auth::Basic => header(["Basic ", &base64([token, ":"].concat().as_bytes())].concat()),
            Auth::Header { name, prefix } => Credential::Header(name.clone(), [prefix, token].concat()),
            Auth::Query { name } => Credential::Query(name.clone(), token.to_owned()),
        }
    }
}
