use crate::api::{Method, Operation};
use smartbill_model::Value;

use crate::profile::JsonPath;
use crate::profile::ascii::base64;
use crate::profile::plan::Plan;
use crate::profile::word::Word;

/// The wire form of requests and answers.
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
    /// Headers of every request: names in lower case, and values.
    pub(super) headers: Vec<(String, String)>,
    pub(super) pagination: Pagination,
    pub(super) list: ListShape,
    pub(super) list_places: ListPlaces,
    pub(super) errors: ErrorShape,
    pub(super) error_places: ErrorPlaces,
    /// Where answers say how many requests are left.
    pub(super) rate_limit: Option<Box<RateLimit>>,
    /// The wire form of each model and filter. Empty if all have the form of the models.
    pub(super) plans: Vec<Plan>,
}

/// The places of the parts of a page.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ListPlaces {
    pub(super) items: JsonPath,
    /// The number of items of all pages.
    pub(super) total: Option<JsonPath>,
    /// Whether another page follows.
    pub(super) more: Option<JsonPath>,
    /// The number of pages.
    pub(super) pages: Option<JsonPath>,
}

impl ListPlaces {
    /// Whether the profile says more of them than the name of the list.
    pub(super) fn are_own(&self) -> bool {
        self.items.as_name().is_none() || self.total.is_some() || self.more.is_some() || self.pages.is_some()
    }
}

/// The places of the parts of an error's body.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct ErrorPlaces {
    pub(crate) code: Option<JsonPath>,
    pub(crate) message: Option<JsonPath>,
    pub(crate) fields: Option<JsonPath>,
    /// A member that only a refusal has, whatever its status.
    pub(crate) refusal: Option<JsonPath>,
}

/// The headers in which answers tell of the platform's rate limit, in lower case. One header may have all three parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RateLimit {
    /// How many requests a window allows.
    pub(crate) limit: Option<String>,
    /// How many are left.
    pub(crate) remaining: String,
    /// When the next window begins.
    pub(crate) reset: String,
    pub(crate) reset_as: Reset,
    /// Whether each operation has a limit of its own.
    pub(crate) by_operation: bool,
}

/// How the beginning of the next window is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reset {
    /// In seconds from now.
    Seconds,
    /// In seconds since 1970.
    Unix,
}

/// How a request proves its sender.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Auth {
    /// `Authorization: Bearer …`
    Bearer,
    /// A header, with the token after a prefix.
    Header {
        /// The header, in lower case.
        name: String,
        /// The text before the token, such as `Token `.
        prefix: String,
    },
    /// HTTP Basic. A token without a colon is the user, and the password is empty.
    Basic,
    /// A query parameter.
    Query {
        /// The parameter.
        name: String,
    },
    /// A member of the body.
    Body {
        /// The member.
        path: JsonPath,
    },
    /// Several places, each with its part of the token. The parts are separated by `:`.
    Several(Vec<Self>),
    /// `Authorization: Bearer …` with an access token, for which the client asks. Its own token is `id:secret`.
    OAuth2(Box<OAuth2>),
}

/// How a client asks for an access token: OAuth2 client credentials (RFC 6749, section 4.4).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OAuth2 {
    /// The path at which tokens are given, from the base address and without the profile's base path.
    pub token_path: String,
    /// Whether identifier and secret travel in the body. They travel in HTTP Basic otherwise.
    pub in_body: bool,
    /// Whether the body is JSON. It is a form otherwise.
    pub json: bool,
    /// The scope to ask for.
    pub scope: Option<String>,
}

/// Method, path and promise of one operation.
#[derive(Debug, Clone, PartialEq)]
pub struct Endpoint {
    /// HTTP method.
    pub method: Method,
    /// The path below the base path, with `{id}` in place of the identifier.
    pub path: String,
    /// The promise that decides what may be sent twice.
    pub promise: Promise,
    /// The differences from the default profile.
    pub(crate) shape: Option<Box<Shape>>,
}

/// The differences of an operation's request and answer from the default profile.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Shape {
    /// Whether the platform lacks the operation.
    pub(crate) unsupported: bool,
    /// The place of the identifier, if that is not the path.
    pub(crate) id: Option<IdPlace>,
    /// Parameters of every request.
    pub(crate) query: Vec<(String, String)>,
    /// Headers of every request, with names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    /// Members of every body.
    pub(crate) body: Vec<(String, Value<'static>)>,
    /// The place of the record in the body.
    pub(crate) wrap: JsonPath,
    /// Whether the body is a form.
    pub(crate) form: bool,
    /// The place of the record in the answer, or in an item of the list.
    pub(crate) record: Option<JsonPath>,
    /// The place of the list in the answer.
    pub(crate) items: Option<JsonPath>,
    /// The mark of a success.
    pub(crate) success: Option<Success>,
}

/// The place of an identifier outside the path.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum IdPlace {
    /// A query parameter.
    Query(String),
    /// A member of the body.
    Body(JsonPath),
}

/// The mark of a success in a body.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Success {
    pub(crate) member: JsonPath,
    pub(crate) is: Vec<Word>,
}

/// The promise of an operation, which decides whether it may be sent twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Promise {
    /// The platform reads an idempotency key, and does the work of one key once.
    IdempotencyKey,
    /// The platform keeps external ids unique, so a record can be read back after a lost answer. A key is sent as well,
    /// but not relied on.
    NaturalKey,
    /// No promise.
    None,
}

/// The paging of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pagination {
    /// The style of paging, with the names of its parameters.
    pub style: PageStyle,
    /// The page size if none is asked for.
    pub default_size: u32,
    /// The greatest page size.
    pub max_size: u32,
}

/// The style of paging.
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
    /// By the cursor in the page before.
    Cursor {
        /// The parameter of the cursor.
        cursor: String,
        /// Parameter of the page size.
        size: String,
        /// The place of the next cursor in a page.
        next: Next,
    },
    /// By the address of the next page, given in the page before.
    Link {
        /// Parameter of the page size of the first page.
        size: String,
        /// The place of that address in a page.
        next: Next,
    },
    /// No paging: the first page has everything.
    None,
}

/// The place of the next cursor or address in a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// A header, in lower case.
    Header(String),
    /// A member of the body.
    Body(JsonPath),
}

/// The form in which a server writes a list. All forms are read.
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

/// The form in which a server writes an error. All forms are read.
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

/// The place of a credential in a request.
#[derive(Clone, PartialEq, Eq)]
pub enum Credential {
    /// A header, by name and value.
    Header(String, String),
    /// A query parameter, by name and value.
    Query(String, String),
    /// A member of the body, by place and value.
    Body(JsonPath, String),
}

impl Profile {
    /// The profile's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The beginning of every path: empty, or with a leading `/` and no `/` at its end.
    #[must_use]
    pub fn base_path(&self) -> &str {
        &self.base_path
    }

    /// How a request proves its sender.
    #[must_use]
    pub fn auth(&self) -> &Auth {
        &self.auth
    }

    /// Method, path and promise of `operation`.
    #[must_use]
    pub fn endpoint(&self, operation: Operation) -> &Endpoint {
        static NONE: Endpoint =
            Endpoint { method: Method::Get, path: String::new(), promise: Promise::None, shape: None };
        // Loading makes an entry for every operation.
        self.endpoints.get(operation as usize).unwrap_or(&NONE)
    }

    /// Whether the platform has `operation`.
    #[must_use]
    pub fn supports(&self, operation: Operation) -> bool {
        !self.endpoint(operation).shape.as_ref().is_some_and(|shape| shape.unsupported)
    }

    /// The name of the header with the idempotency key, in lower case.
    #[must_use]
    pub fn idempotency_header(&self) -> &str {
        &self.idempotency_header
    }

    /// The name of the header that is `true` on a repeated answer, in lower case.
    #[must_use]
    pub fn replayed_header(&self) -> &str {
        &self.replayed_header
    }

    /// The name of the header with the effect of a write (`created`, `updated`, `unchanged`, `already_done`), in lower
    /// case.
    #[must_use]
    pub fn result_header(&self) -> &str {
        &self.result_header
    }

    /// The paging of listings.
    #[must_use]
    pub fn pagination(&self) -> &Pagination {
        &self.pagination
    }

    /// Headers of every request: names in lower case, and values.
    pub(crate) fn headers(&self) -> &[(String, String)] {
        &self.headers
    }

    /// The places of the parts of an error, as far as the profile names them.
    pub(crate) fn error_places(&self) -> &ErrorPlaces {
        &self.error_places
    }

    /// The headers of the platform's rate limit, if the profile names them.
    pub(crate) fn rate_limit(&self) -> Option<&RateLimit> {
        self.rate_limit.as_deref()
    }

    /// The number of parts of a token.
    #[must_use]
    pub fn token_parts(&self) -> usize {
        match &self.auth {
            Auth::Several(places) => places.len(),
            Auth::OAuth2(_) => 2,
            _ => 1,
        }
    }

    /// How the client asks for an access token, if the profile has OAuth2.
    #[must_use]
    pub fn oauth2(&self) -> Option<&OAuth2> {
        if let Auth::OAuth2(oauth2) = &self.auth { Some(oauth2) } else { None }
    }

    /// The places and values of `token` in a request. With OAuth2 it is the access token.
    #[must_use]
    pub fn credentials(&self, token: &str) -> Vec<Credential> {
        match &self.auth {
            Auth::Several(places) => {
                places.iter().zip(token.splitn(places.len(), ':')).map(|(auth, part)| auth.credential(part)).collect()
            }
            auth => vec![auth.credential(token)],
        }
    }
}

impl Auth {
    fn credential(&self, token: &str) -> Credential {
        let header = |value| Credential::Header("authorization".to_owned(), value);
        match self {
            Self::Bearer | Self::OAuth2(_) => header(["Bearer ", token].concat()),
            Self::Basic if token.contains(':') => header(["Basic ", &base64(token.as_bytes())].concat()),
            Self::Basic => header(["Basic ", &base64([token, ":"].concat().as_bytes())].concat()),
            Self::Header { name, prefix } => Credential::Header(name.clone(), [prefix, token].concat()),
            Self::Query { name } => Credential::Query(name.clone(), token.to_owned()),
            Self::Body { path } => Credential::Body(path.clone(), token.to_owned()),
            // Loading refuses one inside another.
            Self::Several(_) => Credential::Query(String::new(), String::new()),
        }
    }
}
