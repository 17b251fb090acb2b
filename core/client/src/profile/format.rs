use crate::api::{Method, Operation};
use smartbill_model::Value;

use crate::profile::JsonPath;
use crate::profile::ascii::base64;
use crate::profile::plan::Plan;
use crate::profile::word::Word;

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
    /// Sent with every request: names in lower case, and values.
    pub(super) headers: Vec<(String, String)>,
    pub(super) pagination: Pagination,
    pub(super) list: ListShape,
    pub(super) list_places: ListPlaces,
    pub(super) errors: ErrorShape,
    pub(super) error_places: ErrorPlaces,
    /// How the values of each model and filter look; empty where all look as in the models.
    pub(super) plans: Vec<Plan>,
}

/// Where a page of a listing has its parts.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ListPlaces {
    pub(super) items: JsonPath,
    /// How many items all pages hold.
    pub(super) total: Option<JsonPath>,
    /// Whether a page follows.
    pub(super) more: Option<JsonPath>,
    /// How many pages there are.
    pub(super) pages: Option<JsonPath>,
}

/// Where the body of an error has its parts.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct ErrorPlaces {
    pub(crate) code: Option<JsonPath>,
    pub(crate) message: Option<JsonPath>,
    pub(crate) fields: Option<JsonPath>,
    /// What only a refusal has, whatever its status.
    pub(crate) refusal: Option<JsonPath>,
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
    /// A member of the body.
    Body {
        /// The member.
        path: JsonPath,
    },
    /// Several places, each with its part of the token, which has a `:` between them.
    Several(Vec<Self>),
}

/// Method, path and promise of one operation.
#[derive(Debug, Clone, PartialEq)]
pub struct Endpoint {
    /// HTTP method.
    pub method: Method,
    /// Path below the base path, with `{id}` where the identifier goes.
    pub path: String,
    /// What may be sent twice.
    pub promise: Promise,
    /// What is not as in the default profile.
    pub(crate) shape: Option<Box<Shape>>,
}

/// How an operation's request and answer differ from the default's.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Shape {
    /// The platform lacks it.
    pub(crate) unsupported: bool,
    /// Where the identifier goes, where that is not the path.
    pub(crate) id: Option<IdPlace>,
    /// Parameters that every request has.
    pub(crate) query: Vec<(String, String)>,
    /// Headers that every request has, names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    /// Members of the body that every request has.
    pub(crate) body: Vec<(String, Value<'static>)>,
    /// Where the record goes in the body.
    pub(crate) wrap: JsonPath,
    /// The body is a form.
    pub(crate) form: bool,
    /// Where the record is in the answer, or in an item of the list.
    pub(crate) record: Option<JsonPath>,
    /// Where the list is in the answer.
    pub(crate) items: Option<JsonPath>,
    /// What a success says.
    pub(crate) success: Option<Success>,
}

/// Where an identifier goes, if not into the path.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum IdPlace {
    /// A query parameter.
    Query(String),
    /// A member of the body.
    Body(JsonPath),
}

/// What the body of a success says of itself.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Success {
    pub(crate) member: JsonPath,
    pub(crate) is: Vec<Word>,
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
    /// By what the page before says of the next one.
    Cursor {
        /// Parameter of the cursor.
        cursor: String,
        /// Parameter of the page size.
        size: String,
        /// Where a page has the next cursor.
        next: Next,
    },
    /// By the address of the next page, which the page before has.
    Link {
        /// Parameter of the page size of the first page.
        size: String,
        /// Where a page has that address.
        next: Next,
    },
    /// The first page has everything.
    None,
}

/// Where a page says what follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// A header, in lower case.
    Header(String),
    /// A member of the body.
    Body(JsonPath),
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

/// Where a credential goes.
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
        static NONE: Endpoint =
            Endpoint { method: Method::Get, path: String::new(), promise: Promise::None, shape: None };
        // Loading fills an entry for every operation.
        self.endpoints.get(operation as usize).unwrap_or(&NONE)
    }

    /// Whether the platform has `operation`.
    #[must_use]
    pub fn supports(&self, operation: Operation) -> bool {
        !self.endpoint(operation).shape.as_ref().is_some_and(|shape| shape.unsupported)
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

    /// Headers that every request has: names in lower case, and values.
    pub(crate) fn headers(&self) -> &[(String, String)] {
        &self.headers
    }

    /// Where the parts of an error are, as far as the profile says.
    pub(crate) fn error_places(&self) -> &ErrorPlaces {
        &self.error_places
    }

    /// How many parts a token has.
    pub(crate) fn token_parts(&self) -> usize {
        if let Auth::Several(places) = &self.auth { places.len() } else { 1 }
    }

    /// Where `token` goes in a request.
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
            Self::Bearer => header(["Bearer ", token].concat()),
            Self::Basic if token.contains(':') => header(["Basic ", &base64(token.as_bytes())].concat()),
            Self::Basic => header(["Basic ", &base64([token, ":"].concat().as_bytes())].concat()),
            Self::Header { name, prefix } => Credential::Header(name.clone(), [prefix, token].concat()),
            Self::Query { name } => Credential::Query(name.clone(), token.to_owned()),
            Self::Body { path } => Credential::Body(path.clone(), token.to_owned()),
            // One within another is never loaded.
            Self::Several(_) => Credential::Query(String::new(), String::new()),
        }
    }
}
